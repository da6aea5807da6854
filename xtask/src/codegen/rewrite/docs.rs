//! Documentation that reads well in the source and that rustdoc accepts.

use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, File, Lit, Meta, parse_quote};

/// Writes every doc comment line by line, and keeps code blocks from becoming tests.
pub(super) fn tidy(file: &mut File) -> usize {
    let mut docs = Docs { changed: 0 };
    docs.visit_file_mut(file);
    docs.changed
}

struct Docs {
    changed: usize,
}

impl VisitMut for Docs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        if attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("doc"))
        {
            let (mut text, mut place) = (Vec::new(), None);
            let mut kept: Vec<Attribute> = Vec::new();
            for attribute in std::mem::take(attributes) {
                match doc_text(&attribute) {
                    Some(lines) => {
                        place.get_or_insert(kept.len());
                        text.push(lines);
                    }
                    None => kept.push(attribute),
                }
            }
            let lines = lines(&text.join("\n"));
            self.changed += lines.len();
            let docs = lines.into_iter().map(|line| parse_quote!(#[doc = #line]));
            let place = place.unwrap_or(0);
            kept.splice(place..place, docs);
            *attributes = kept;
        }
    }
}

pub(super) fn doc_text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(literal) = &meta.value else {
        return None;
    };
    match &literal.lit {
        Lit::Str(text) if meta.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// The lines of one doc comment, each with the blank after `///`.
fn lines(text: &str) -> Vec<String> {
    let all: Vec<&str> = text.lines().collect();
    // Text that people wrote as `///` already has the blank; text from the document has none.
    let spaced = all
        .iter()
        .all(|line| line.is_empty() || line.starts_with(' '));
    let mut lines: Vec<String> = Vec::new();
    let mut in_list = false;
    for line in all {
        let line = if spaced {
            line.strip_prefix(' ').unwrap_or(line)
        } else {
            line
        };
        let line = line.trim_end();
        let fence = line.starts_with("```");
        if fence && in_list {
            // The generator puts its example right below the list of arguments, where it would belong to the last one.
            lines.push(String::new());
        }
        in_list = !fence && !line.is_empty() && (in_list || line.starts_with("- "));
        let line = if line == "```ignore" { "```text" } else { line };
        lines.push(if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        });
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(source: &str) -> String {
        let mut file = syn::parse_str(source).unwrap();
        tidy(&mut file);
        prettyplease::unparse(&file)
    }

    #[test]
    fn a_block_comment_becomes_lines() {
        let text = tidied("#[doc = \"One\\n\\ntwo  \\n\"] #[derive(Debug)] struct A;");
        assert_eq!(text, "/// One\n///\n/// two\n#[derive(Debug)]\nstruct A;\n");
    }

    #[test]
    fn lines_that_are_already_spaced_stay_so() {
        assert_eq!(
            tidied("/// One\n///\n/// - two\nstruct A;"),
            "/// One\n///\n/// - two\nstruct A;\n"
        );
    }

    #[test]
    fn examples_are_text_and_stand_apart_from_the_list_above() {
        let text = tidied("#[doc = \"Arguments:\\n- `a`\\n```ignore\\nx\\n```\"] struct A;");
        assert_eq!(
            text,
            "/// Arguments:\n/// - `a`\n///\n/// ```text\n/// x\n/// ```\nstruct A;\n"
        );
    }
}
