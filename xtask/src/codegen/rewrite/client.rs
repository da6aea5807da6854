//! The client type and the request builders.

use syn::{File, ImplItem, Item, parse_quote};

/// Removes `Client::new`: it unwraps, and it fixes a timeout of 15 s that no caller can change.
pub(super) fn remove_new(file: &mut File) -> usize {
    let mut removed = 0;
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() || !is_client(&block.self_ty) {
            continue;
        }
        let before = block.items.len();
        block
            .items
            .retain(|item| !matches!(item, ImplItem::Fn(function) if function.sig.ident == "new"));
        removed += before - block.items.len();
    }
    removed
}

fn is_client(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident("Client"))
}

/// Marks every request builder `#[must_use]`: one that is dropped has sent nothing.
pub(super) fn builders_must_be_used(file: &mut File) -> usize {
    let mut marked = 0;
    for item in &mut file.items {
        let Item::Mod(module) = item else { continue };
        if module.ident != "builder" {
            continue;
        }
        for item in module.content.iter_mut().flat_map(|(_, items)| items) {
            if let Item::Struct(builder) = item {
                builder
                    .attrs
                    .push(parse_quote!(#[must_use = "nothing is sent before `send` is awaited"]));
                marked += 1;
            }
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_constructor_of_the_client_is_removed() {
        let mut file = syn::parse_str(
            "impl Client { pub fn new() {} pub fn new_with_client() {} } impl Other { pub fn new() {} }",
        )
        .unwrap();
        assert_eq!(remove_new(&mut file), 1);
        let text = prettyplease::unparse(&file);
        assert!(text.contains("new_with_client"));
        assert_eq!(text.matches("fn new()").count(), 1);
    }

    #[test]
    fn builders_of_requests_are_marked_and_those_of_types_are_not() {
        let mut file =
            syn::parse_str("mod types { mod builder { struct A; } } mod builder { struct B; }")
                .unwrap();
        assert_eq!(builders_must_be_used(&mut file), 1);
        assert!(prettyplease::unparse(&file).contains("awaited\"]\n    struct B;"));
    }
}
