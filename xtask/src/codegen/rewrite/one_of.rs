//! Enums whose forms are of different kinds of JSON value are told apart by that: `crate::one_of::forms!`.

use std::collections::BTreeSet;

use quote::{format_ident, quote};
use syn::{Fields, File, Item, ItemEnum, Type, parse_quote};

use super::objects::{named, remove_derives};

/// Puts `forms!` in the place of serde's derive where each form is of a kind of its own. Counts the enums.
pub(super) fn by_kind(file: &mut File) -> usize {
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    let Some((_, items)) = types else { return 0 };
    let objects: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => {
                Some(item.ident.to_string())
            }
            _ => None,
        })
        .collect();
    let mut count = 0;
    for mut item in std::mem::take(items) {
        let forms = match &mut item {
            Item::Enum(item) => forms(item, &objects),
            _ => None,
        };
        items.push(item);
        count += usize::from(forms.is_some());
        items.extend(forms);
    }
    count
}

fn forms(item: &mut ItemEnum, objects: &BTreeSet<String>) -> Option<Item> {
    let mut untagged = false;
    for attribute in item
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        let _ = attribute.parse_nested_meta(|meta| {
            untagged |= meta.path.is_ident("untagged");
            Ok(())
        });
    }
    if !untagged {
        return None;
    }
    let mut kinds = BTreeSet::new();
    let mut rows = Vec::new();
    for variant in &item.variants {
        let Fields::Unnamed(fields) = &variant.fields else {
            return None;
        };
        let kind = kind(&fields.unnamed.first()?.ty, objects)?;
        if !kinds.insert(kind) || fields.unnamed.len() > 1 {
            return None;
        }
        let (kind, variant) = (format_ident!("{kind}"), &variant.ident);
        rows.push(quote!(#kind => #variant,));
    }
    remove_derives(&mut item.attrs, &["Deserialize"]);
    let name = &item.ident;
    Some(parse_quote! {
        crate::one_of::forms! { #name { #(#rows)* } }
    })
}

fn kind(ty: &Type, objects: &BTreeSet<String>) -> Option<&'static str> {
    let object = objects.iter().any(|object| named(ty, object));
    let kinds = [
        ("String", "string"),
        ("i64", "integer"),
        ("Vec", "array"),
        ("BTreeMap", "object"),
    ];
    let plain = kinds.iter().find(|(name, _)| named(ty, name));
    plain.map(|(_, kind)| *kind).or(object.then_some("object"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_forms_of_different_kinds_are_told_apart_by_their_kind() {
        let mut file: File = syn::parse_str(
            "pub mod types {
                pub struct A { pub a: i64 } pub struct B { pub b: i64 }
                #[derive(::serde::Deserialize, ::serde::Serialize)] #[serde(untagged)] pub enum Tag { Details(A), Id(i64), Text(::std::string::String), List(::std::vec::Vec<A>) }
                #[derive(::serde::Deserialize)] #[serde(untagged)] pub enum Either { A(A), B(B) }
                #[derive(::serde::Deserialize)] #[serde(untagged)] pub enum Rows { All(::std::vec::Vec<A>), By(::std::collections::BTreeMap<::std::string::String, A>) }
                #[derive(::serde::Deserialize)] #[serde(tag = \"action\")] pub enum Tagged { A(A) }
            }",
        )
        .unwrap();
        assert_eq!(by_kind(&mut file), 2);
        let text = super::super::layout::print(file);
        for wanted in [
            "object => Details,",
            "integer => Id,",
            "string => Text,",
            "array => List,",
            "object => By,",
            "#[derive(::serde::Serialize)]",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        assert_eq!(text.matches("Deserialize").count(), 2, "{text}");
    }
}
