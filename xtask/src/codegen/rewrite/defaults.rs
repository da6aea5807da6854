//! `Default` for types whose every field may be absent.
//!
//! The generator leaves it out as soon as a type keeps unknown fields. People need it to write such a value in a test
//! without naming forty fields.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::{Fields, File, Item, ItemMod, ItemStruct, Path, Token, Type, parse_quote};

/// Derives `Default` where nothing is required and the generator has not implemented it. Counts the types.
pub(super) fn derive_default(file: &mut File) -> usize {
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => Some(module),
        _ => None,
    });
    let Some(ItemMod {
        content: Some((_, items)),
        ..
    }) = types
    else {
        return 0;
    };
    let done: BTreeSet<String> = items.iter().filter_map(implements_default).collect();
    let mut count = 0;
    for item in items {
        if let Item::Struct(item) = item
            && all_absent(item)
            && !done.contains(&item.ident.to_string())
            && !derives_default(item)
        {
            add_derive(item);
            count += 1;
        }
    }
    count
}

/// Adds `Default` to the first derive, or begins one.
fn add_derive(item: &mut ItemStruct) {
    let parser = Punctuated::<Path, Token![,]>::parse_terminated;
    for attribute in &mut item.attrs {
        if attribute.path().is_ident("derive")
            && let Ok(derives) = attribute.parse_args_with(parser)
        {
            let derives = derives.iter();
            *attribute = parse_quote!(#[derive(#(#derives,)* Default)]);
            return;
        }
    }
    item.attrs.push(parse_quote!(#[derive(Default)]));
}

/// The type of `impl Default for Type`.
fn implements_default(item: &Item) -> Option<String> {
    let Item::Impl(item) = item else { return None };
    let of = &item.trait_.as_ref()?.0.segments;
    let Type::Path(path) = &*item.self_ty else {
        return None;
    };
    let is_default = of.last().is_some_and(|segment| segment.ident == "Default");
    is_default.then(|| {
        path.path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
    })?
}

fn derives_default(item: &ItemStruct) -> bool {
    let derives = item
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"));
    let lists = derives.filter_map(|attribute| {
        attribute
            .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
            .ok()
    });
    lists.flatten().any(|path| {
        path.segments
            .last()
            .is_some_and(|last| last.ident == "Default")
    })
}

fn all_absent(item: &ItemStruct) -> bool {
    let Fields::Named(fields) = &item.fields else {
        return false;
    };
    fields.named.iter().all(|field| may_be_absent(&field.ty))
}

fn may_be_absent(kind: &Type) -> bool {
    let Type::Path(path) = kind else { return false };
    let last = path
        .path
        .segments
        .last()
        .map(|segment| segment.ident.to_string());
    matches!(last.as_deref(), Some("Option" | "Vec" | "Map" | "BTreeMap"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_whose_every_field_may_be_absent_gets_a_default_once() {
        let mut file: File = parse_quote! {
            pub mod types {
                #[derive(Clone)]
                pub struct Open { pub a: Option<String>, pub extra: ::serde_json::Map<String, Value> }
                pub struct Done { pub a: Option<String> }
                impl ::std::default::Default for Done { fn default() -> Self { Done { a: None } } }
                #[derive(Clone, Default)]
                pub struct Derived { pub a: Option<String> }
                pub struct Strict { pub a: String }
                pub struct Wrapper(pub String);
            }
        };
        assert_eq!(derive_default(&mut file), 1);
        let text = prettyplease::unparse(&file);
        assert!(
            text.contains("#[derive(Clone, Default)]\n    pub struct Open"),
            "{text}"
        );
    }
}
