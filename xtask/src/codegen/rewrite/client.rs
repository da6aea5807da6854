//! The client type and the request builders.

use syn::{File, Item, ItemImpl, Type, parse_quote};

/// Takes out progenitor's client and all that imports its runtime: `Client` is handwritten, and generated code calls no
/// other crate of progenitor. Counts the items.
pub(super) fn remove_runtime(file: &mut File) -> usize {
    let before = file.items.len();
    file.items.retain(|item| match item {
        Item::Use(item) => !names(&item.tree, "progenitor_client"),
        Item::Struct(item) => item.ident != "Client",
        Item::Impl(block) => !is_client(&block.self_ty) || is_operations(block),
        // The assertion that the client has hooks.
        Item::Const(item) => item.ident != "_",
        Item::Mod(module) => module.ident != "prelude",
        _ => true,
    });
    let removed = before - file.items.len();
    if removed > 0 {
        file.items.insert(
            0,
            parse_quote!(
                use crate::client::Client;
            ),
        );
    }
    // What the builders import of it, all in one group; the types stand on a line of their own.
    for module in file.items.iter_mut().filter_map(builder) {
        module.retain(|item| !matches!(item, Item::Use(item) if is_group(&item.tree)));
    }
    removed
}

/// The block with one method for each operation, not the one with constructors.
fn is_operations(block: &ItemImpl) -> bool {
    let constructs = |item: &syn::ImplItem| matches!(item, syn::ImplItem::Fn(function) if function.sig.ident == "new_with_client");
    block.trait_.is_none() && !block.items.iter().any(constructs)
}

fn names(tree: &syn::UseTree, name: &str) -> bool {
    matches!(tree, syn::UseTree::Path(path) if path.ident == name)
}

fn is_group(tree: &syn::UseTree) -> bool {
    matches!(tree, syn::UseTree::Path(path) if matches!(path.tree.as_ref(), syn::UseTree::Group(_)))
}

fn is_client(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Client"))
}

/// What stands in the module with the builders of requests.
fn builder(item: &mut Item) -> Option<&mut Vec<Item>> {
    match item {
        Item::Mod(module) if module.ident == "builder" => {
            module.content.as_mut().map(|(_, items)| items)
        }
        _ => None,
    }
}

/// The blocks of the builders of requests.
pub(super) fn builder_blocks(file: &mut File) -> impl Iterator<Item = &mut ItemImpl> {
    let items = file.items.iter_mut().filter_map(builder).flatten();
    items.filter_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    })
}

/// Marks every request builder `#[must_use]`: one that is dropped has sent nothing.
pub(super) fn builders_must_be_used(file: &mut File) -> usize {
    let mut marked = 0;
    for item in file.items.iter_mut().filter_map(builder).flatten() {
        if let Item::Struct(builder) = item {
            let mark = parse_quote!(#[must_use = "nothing is sent before `send` is awaited"]);
            builder.attrs.push(mark);
            marked += 1;
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_of_the_runtime_is_removed_with_its_imports() {
        let mut file = syn::parse_str(
            "pub use progenitor_client::{Error}; struct Client; impl Client { fn new_with_client() {} }
            impl ClientInfo<T> for Client {} const _: () = {};
            impl Client { pub fn list(&self) {} } mod types {}",
        )
        .unwrap();
        assert_eq!(remove_runtime(&mut file), 5);
        assert_eq!(
            prettyplease::unparse(&file),
            "use crate::client::Client;\nimpl Client {\n    pub fn list(&self) {}\n}\nmod types {}\n"
        );
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
