//! Prints the tree as Rust source, with the rows of our own macros one a line: then a new field is one line of a diff.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit_mut::{self, VisitMut};
use syn::{File, Item, Macro, parse_quote};

/// The file as text.
pub(super) fn print(mut file: File) -> String {
    let mut layout = Layout { texts: Vec::new() };
    layout.visit_file_mut(&mut file);
    let printed = prettyplease::unparse(&file);
    let mut text = String::with_capacity(printed.len());
    for line in printed.lines() {
        match layout.text_for(line.trim()) {
            Some(laid_out) => {
                let indent = &line[..line.len() - line.trim_start().len()];
                for line in laid_out {
                    text.push_str(indent);
                    text.push_str(line);
                    text.push('\n');
                }
            }
            None => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

/// Puts a constant in the place of each macro, for the printer to carry along.
struct Layout {
    texts: Vec<(String, Vec<String>)>,
}

impl Layout {
    fn text_for(&self, line: &str) -> Option<&Vec<String>> {
        let found = self.texts.iter().find(|(constant, _)| constant == line);
        found.map(|(_, text)| text)
    }
}

impl VisitMut for Layout {
    fn visit_item_mut(&mut self, item: &mut Item) {
        if let Item::Macro(call) = item
            && let Some(text) = lines(&call.mac)
        {
            let name = quote::format_ident!("LAID_OUT_{}", self.texts.len());
            self.texts.push((format!("const {name}: () = ();"), text));
            *item = parse_quote!(const #name: () = (););
        }
        visit_mut::visit_item_mut(self, item);
    }
}

/// The lines of `path! { Name { row, row } }`; nothing for a macro of another form.
fn lines(call: &Macro) -> Option<Vec<String>> {
    let mut tokens = call.tokens.clone().into_iter();
    let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(rows)), None) =
        (tokens.next(), tokens.next(), tokens.next())
    else {
        return None;
    };
    let path: Vec<String> = call
        .path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    let mut lines = vec![format!("{}! {{", path.join("::")), format!("    {name} {{")];
    let mut row = String::new();
    for token in rows.stream() {
        let ends = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ',');
        push(&mut row, token);
        if ends {
            lines.push(format!("        {}", std::mem::take(&mut row).trim()));
        }
    }
    if !row.is_empty() {
        lines.push(format!("        {}", row.trim()));
    }
    lines.extend(["    }".to_owned(), "}".to_owned()]);
    Some(lines)
}

/// Adds a token with the blanks that people put: `"type" => type_: text`, `..extra`.
fn push(row: &mut String, token: TokenTree) {
    match token {
        TokenTree::Punct(mark) => {
            if mark.as_char() == '=' {
                row.push(' ');
            }
            row.push(mark.as_char());
            if matches!(mark.as_char(), '>' | ':') {
                row.push(' ');
            }
        }
        other => row.push_str(&TokenStream::from(other).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_macro_stand_one_a_line() {
        let file = syn::parse_str(
            "mod types { crate::object::fields! { A { \"type,  x\" => type_: text, \"b\" => b, ..extra } } other!(1, 2); }",
        )
        .unwrap();
        assert_eq!(
            print(file),
            "mod types {
    crate::object::fields! {
        A {
            \"type,  x\" => type_: text,
            \"b\" => b,
            ..extra
        }
    }
    other!(1, 2);
}
"
        );
    }
}
