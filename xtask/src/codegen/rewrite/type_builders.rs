//! Builders of types, for requests only.
//!
//! The generator writes one for every type, and for answers that is two thirds of the whole client: compiled by everyone,
//! used by no one. A value of such a type is written with its public fields and `..Default::default()`.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{File, ImplItem, Item, ItemMod, Path, Type};

/// Removes the builders of all types that no request is made of. Counts the types.
pub(super) fn keep_for_requests(file: &mut File) -> usize {
    let wanted = in_requests(file);
    let Some(types) = module(&mut file.items, "types") else {
        return 0;
    };
    let mut removed = BTreeSet::new();
    if let Some(builders) = module(types, "builder") {
        builders.retain(|item| {
            let name = match item {
                Item::Struct(builder) => Some(builder.ident.to_string()),
                Item::Impl(block) => last_name(&block.self_ty),
                _ => None,
            };
            // `impl From<Type> for Builder` and `impl TryFrom<Builder> for Type` both name the builder's type last.
            let kept = name.as_ref().is_none_or(|name| wanted.contains(name));
            removed.extend(name.filter(|_| !kept));
            kept
        });
    }
    types.retain(|item| !makes_builder(item, &removed));
    removed.len()
}

/// The names of the types that requests are made of: those their builders hold, and whatever is inside those.
fn in_requests(file: &mut File) -> BTreeSet<String> {
    let mut inside: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in module(&mut file.items, "types").into_iter().flatten() {
        match item {
            Item::Struct(item) => drop(inside.insert(
                item.ident.to_string(),
                names(|names| names.visit_item_struct(item)),
            )),
            Item::Enum(item) => drop(inside.insert(
                item.ident.to_string(),
                names(|names| names.visit_item_enum(item)),
            )),
            _ => {}
        }
    }
    let mut waiting = Vec::new();
    for item in module(&mut file.items, "builder").into_iter().flatten() {
        if let Item::Struct(builder) = item {
            waiting.extend(names(|names| names.visit_item_struct(builder)));
        }
    }
    let mut found = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if let Some(inner) = inside.get(&name)
            && found.insert(name)
        {
            waiting.extend(inner.iter().cloned());
        }
    }
    found
}

/// The last name of every path that a visit meets.
fn names(visit: impl FnOnce(&mut Names)) -> BTreeSet<String> {
    let mut names = Names(BTreeSet::new());
    visit(&mut names);
    names.0
}

struct Names(BTreeSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast Path) {
        self.0.extend(
            path.segments
                .last()
                .map(|segment| segment.ident.to_string()),
        );
        visit::visit_path(self, path);
    }
}

fn module<'a>(items: &'a mut [Item], name: &str) -> Option<&'a mut Vec<Item>> {
    items.iter_mut().find_map(|item| match item {
        Item::Mod(ItemMod {
            ident,
            content: Some((_, items)),
            ..
        }) if ident == name => Some(items),
        _ => None,
    })
}

fn last_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path
        .segments
        .last()
        .map(|segment| segment.ident.to_string())
}

/// `impl Thing { pub fn builder() … }` of one of the removed.
fn makes_builder(item: &Item, removed: &BTreeSet<String>) -> bool {
    let Item::Impl(block) = item else {
        return false;
    };
    block.trait_.is_none()
        && last_name(&block.self_ty).is_some_and(|name| removed.contains(&name))
        && block
            .items
            .iter()
            .all(|item| matches!(item, ImplItem::Fn(function) if function.sig.ident == "builder"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_requests_are_made_of_keeps_its_builder() {
        let mut file = syn::parse_str(
            "pub mod types {
                pub struct Answer { pub row: Row } impl Answer { pub fn builder() -> builder::Answer {} }
                pub struct Row; impl Row { pub fn builder() -> builder::Row {} }
                pub struct Body { pub part: Option<Part> } impl Body { pub fn builder() -> builder::Body {} }
                pub struct Part; impl Part { pub fn builder() -> builder::Part {} }
                pub mod builder {
                    pub struct Answer; impl TryFrom<Answer> for super::Answer {} impl From<super::Answer> for Answer {}
                    pub struct Row; impl Row {}
                    pub struct Body; impl Body {}
                    pub struct Part; impl Part {}
                }
            }
            pub mod builder { pub struct Send<'a> { client: &'a super::Client, body: Result<types::builder::Body, String> } }",
        )
        .unwrap();
        assert_eq!(keep_for_requests(&mut file), 2);
        let text = prettyplease::unparse(&file);
        for gone in ["builder::Answer", "for Answer", "builder::Row", "impl Row"] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        for kept in [
            "pub struct Answer {",
            "pub struct Row;",
            "builder::Body",
            "builder::Part",
        ] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
    }
}
