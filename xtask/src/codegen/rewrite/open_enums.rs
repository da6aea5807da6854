//! Open enums: an enum of the known values gets one more variant for any other text.

use std::collections::BTreeSet;

use quote::quote;
use syn::{File, Ident, Item, ItemEnum, LitStr, Type, Variant, parse_quote};

use crate::names;
use crate::spec::{Document, Node};

/// Opens the enums whose schemas say `x-extensible-enum`. The generator made closed ones of them. Counts them.
pub(super) fn open(file: &mut File, document: &Document) -> usize {
    let open = open_schemas(document);
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    let Some((_, items)) = types else { return 0 };
    let mut count = 0;
    for item in std::mem::take(items) {
        match item {
            Item::Enum(item) if open.contains(&item.ident.to_string()) => {
                items.extend(opened(item));
                count += 1;
            }
            // The generator's conversions refuse what is not listed.
            Item::Impl(block) if block.trait_.is_some() && is_one_of(&block.self_ty, &open) => {}
            item => items.push(item),
        }
    }
    count
}

fn open_schemas(document: &Document) -> BTreeSet<String> {
    let schemas = document
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"));
    let schemas = schemas.iter().flat_map(Node::entries);
    schemas
        .filter(|(_, schema)| schema.get("x-extensible-enum").is_some())
        .map(|(name, _)| names::pascal(name))
        .collect()
}

fn is_one_of(ty: &Type, names: &BTreeSet<String>) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path
        .get_ident()
        .is_some_and(|name| names.contains(&name.to_string()))
}

fn opened(mut item: ItemEnum) -> [Item; 2] {
    let name = item.ident.clone();
    let rows: Vec<_> = item
        .variants
        .iter_mut()
        .map(|variant| {
            let (variant, wire) = (variant.ident.clone(), take_wire(variant));
            quote!(#wire => #variant,)
        })
        .collect();
    item.attrs
        .retain(|attribute| attribute.path().is_ident("doc"));
    item.attrs
        .push(parse_quote!(#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]));
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    item.variants.push(parse_quote! {
        #[doc = "Any other value, as it came. Made by `from`, it is never one of those above."]
        Other(::std::string::String)
    });
    let values = parse_quote! {
        crate::open_enum::values! { #name { #(#rows)* } }
    };
    [Item::Enum(item), values]
}

/// The value of a variant on the wire, of which its description speaks now in the place of serde's attribute.
fn take_wire(variant: &mut Variant) -> String {
    let wire = wire(variant);
    let doc = format!(" `{wire}`");
    variant
        .attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    if !variant
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
    {
        variant.attrs.push(parse_quote!(#[doc = #doc]));
    }
    wire
}

/// The value of a variant on the wire.
pub(super) fn wire(variant: &Variant) -> String {
    let mut found = None;
    for attribute in variant
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // What else stands there does not matter, and neither does how far it can be read.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                found = Some(meta.value()?.parse::<LitStr>()?.value());
            }
            Ok(())
        });
    }
    found.unwrap_or_else(|| Ident::to_string(&variant.ident))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_enum_gets_a_variant_for_the_rest_and_loses_the_closed_conversions() {
        let text = "openapi: 3.0.3\ncomponents: {schemas: {Kind: {type: string, x-extensible-enum: [INBOX]}, Closed: {type: string, enum: [A]}}}\n";
        let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
        let mut file: File = syn::parse_str(
            "pub mod types {
                #[doc = \"Kind.\"] #[derive(::serde::Serialize, Copy)]
                pub enum Kind { #[serde(rename = \"INBOX\")] Inbox }
                impl ::std::fmt::Display for Kind {}
                pub enum Closed { A }
                impl ::std::fmt::Display for Closed {}
            }",
        )
        .unwrap();
        assert_eq!(open(&mut file, &document), 1);
        let text = super::super::layout::print(file);
        for wanted in [
            "///Kind.",
            "#[non_exhaustive]",
            "/// `INBOX`",
            "Other(::std::string::String)",
            "\"INBOX\" => Inbox",
            "for Closed",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        assert!(
            !text.contains("for Kind") && !text.contains("Copy"),
            "{text}"
        );
    }
}
