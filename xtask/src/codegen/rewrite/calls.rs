//! Calls that go to our own functions instead of those of progenitor-client.

use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprCall, File, ItemUse, Macro, Path, Token, UseTree, parse_quote};

/// `encode_path(…)` becomes `crate::path::encode_segment(…)`: the former lets `..` and an empty text through.
pub(super) fn encode_segments(file: &mut File) -> usize {
    let mut calls = Calls {
        from: |path| path.is_ident("encode_path"),
        to: parse_quote!(crate::path::encode_segment),
        changed: 0,
    };
    calls.visit_file_mut(file);
    if calls.changed > 0 {
        remove_import(file, "encode_path");
    }
    calls.changed
}

/// `ResponseValue::from_response(…)` becomes `crate::decode::from_response(…)`: the former puts the whole body into its
/// error's text.
pub(super) fn decode_responses(file: &mut File) -> usize {
    let mut calls = Calls {
        from: |path| {
            let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
            names.next().is_some_and(|name| name == "from_response")
                && names.next().is_some_and(|name| name == "ResponseValue")
        },
        to: parse_quote!(crate::decode::from_response),
        changed: 0,
    };
    calls.visit_file_mut(file);
    calls.changed
}

/// Redirects the calls of one function to another.
struct Calls {
    from: fn(&Path) -> bool,
    to: Path,
    changed: usize,
}

impl VisitMut for Calls {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        if let Expr::Path(function) = call.func.as_mut()
            && (self.from)(&function.path)
        {
            function.path = self.to.clone();
            self.changed += 1;
        }
        visit_mut::visit_expr_call_mut(self, call);
    }

    /// The path template is a `format!`, whose arguments are only tokens until someone reads them.
    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(mut arguments) = call.parse_body_with(parser) else {
            return;
        };
        let before = self.changed;
        for argument in &mut arguments {
            self.visit_expr_mut(argument);
        }
        if self.changed > before {
            call.tokens = quote::quote!(#arguments);
        }
    }
}

/// Takes a name out of every `use`, since nothing uses it any more.
fn remove_import(file: &mut File, name: &'static str) {
    struct Imports(&'static str);
    impl VisitMut for Imports {
        fn visit_item_use_mut(&mut self, item: &mut ItemUse) {
            remove_name(&mut item.tree, self.0);
        }
    }
    Imports(name).visit_file_mut(file);
}

fn remove_name(tree: &mut UseTree, name: &str) {
    match tree {
        UseTree::Path(path) => remove_name(&mut path.tree, name),
        UseTree::Group(group) => {
            let kept = std::mem::take(&mut group.items).into_iter();
            group.items = kept
                .filter(|tree| !matches!(tree, UseTree::Name(import) if import.ident == name))
                .collect();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_segments_are_encoded_by_our_function_also_inside_format() {
        let mut file = syn::parse_str(
            "use a::{encode_path, b}; fn f() { let url = format!(\"{}/{}\", base, encode_path(&id.to_string()),); encode_path(x); }",
        )
        .unwrap();
        assert_eq!(encode_segments(&mut file), 2);
        let text = prettyplease::unparse(&file).replace(' ', "");
        assert!(!text.contains("encode_path"), "{text}");
        assert_eq!(
            text.matches("crate::path::encode_segment(").count(),
            2,
            "{text}"
        );
    }

    #[test]
    fn responses_are_decoded_by_our_function() {
        let mut file = syn::parse_str(
            "async fn f() { ResponseValue::from_response(r).await; ResponseValue::empty(r); Other::from_response(r); }",
        )
        .unwrap();
        assert_eq!(decode_responses(&mut file), 1);
        let text = prettyplease::unparse(&file);
        assert!(text.contains("crate::decode::from_response(r).await"));
        assert!(text.contains("ResponseValue::empty") && text.contains("Other::from_response"));
    }
}
