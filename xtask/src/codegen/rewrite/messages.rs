//! The texts of errors that people read when a parameter is missing or does not convert.

use syn::visit_mut::VisitMut;
use syn::{File, LitStr, Type};

use crate::rust_types::short;

/// Writes "conversion to `Vec<String>`" where the generator prints the tokens of the full path, and says which method to
/// call where it says that something was not initialized. Counts the texts.
pub(super) fn plain_types(file: &mut File) -> usize {
    let mut messages = Messages { changed: 0 };
    messages.visit_file_mut(file);
    messages.changed
}

struct Messages {
    changed: usize,
}

impl VisitMut for Messages {
    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if let Some(plain) = plain(&text.value()) {
            *text = LitStr::new(&plain, text.span());
            self.changed += 1;
        }
    }
}

fn plain(text: &str) -> Option<String> {
    if let Some(parameter) = text.strip_suffix(" was not initialized") {
        return Some(format!("{parameter} is missing: call `.{parameter}(…)`"));
    }
    let (ty, rest) = text.strip_prefix("conversion to `")?.split_once('`')?;
    let ty: Type = syn::parse_str(ty).ok()?;
    Some(format!("conversion to `{}`{rest}", short(&ty)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_in_messages_lose_their_paths() {
        assert_eq!(
            plain("conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tags failed").unwrap(),
            "conversion to `Vec<String>` for tags failed"
        );
        assert_eq!(plain("something else"), None);
    }

    #[test]
    fn a_missing_parameter_names_the_method_to_call() {
        assert_eq!(
            plain("page_id was not initialized").unwrap(),
            "page_id is missing: call `.page_id(…)`"
        );
    }
}
