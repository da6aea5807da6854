//! The Rust names that the generator makes of the document's names.
//!
//! It keeps its rule to itself, so this repeats `sanitize` of progenitor-impl and typify. The rules need it to see two
//! names collide before the generator writes code that does not compile.

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

/// The words that cannot be a name, as the generator sees it.
const KEYWORDS: [&str; 53] = [
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "Self", "self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The name of a method, parameter or field.
pub fn snake(name: &str) -> String {
    sanitize(name, str::to_snake_case)
}

/// The name of a type or variant.
pub fn pascal(name: &str) -> String {
    sanitize(name, str::to_pascal_case)
}

/// The name of a constant.
pub fn constant(name: &str) -> String {
    snake(name).to_shouty_snake_case()
}

fn sanitize(name: &str, to_case: impl Fn(&str) -> String) -> String {
    let cased = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => to_case(
            &name
                .replace('\'', "")
                .replace(|c: char| !unicode_ident::is_xid_continue(c), "-"),
        ),
    };
    let started = match cased.chars().next() {
        None => to_case("x"),
        Some(first) if unicode_ident::is_xid_start(first) => cased,
        Some(_) => format!("_{cased}"),
    };
    if KEYWORDS.contains(&started.as_str()) {
        format!("{started}_")
    } else {
        started
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_what_the_generator_makes_of_them() {
        assert_eq!(snake("listPages"), "list_pages");
        assert_eq!(snake("type[]"), "type_");
        assert_eq!(snake("type"), "type_");
        assert_eq!(snake("2fa"), "_2fa");
        assert_eq!(pascal("api-error"), "ApiError");
        assert_eq!(pascal("self"), "Self_");
        assert_eq!(constant("list_pages"), "LIST_PAGES");
    }

    #[test]
    fn a_name_without_letters_still_gives_an_identifier() {
        assert_eq!(snake("[]"), "x");
        assert_eq!(pascal("+1"), "Plus1".to_lowercase());
    }
}
