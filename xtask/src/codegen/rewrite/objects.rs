//! Types of answers read and write themselves through `crate::object::fields!`: unknown fields are kept, and plain fields
//! are read leniently.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Field, Fields, File, GenericArgument, Item, ItemStruct, LitStr, Path, PathArguments,
    Token, Type, parse_quote,
};

/// Puts `fields!` in the place of serde's derive on every type that takes unknown fields. Requests take none, and stay
/// strict. Counts the types.
///
/// A type in which serde is told something else, such as a default value that is no empty list, stays with the derive.
pub(super) fn read_and_write(file: &mut File) -> usize {
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    let Some((_, items)) = types else { return 0 };
    let mut count = 0;
    for item in std::mem::take(items) {
        let mut item = item;
        let implementation = match &mut item {
            Item::Struct(item) => convert(item),
            _ => None,
        };
        items.push(item);
        count += usize::from(implementation.is_some());
        items.extend(implementation);
    }
    count
}

/// Takes serde's derive and its attributes off a type, and gives what stands for them.
fn convert(item: &mut ItemStruct) -> Option<Item> {
    if has_serde_attribute(&item.attrs) {
        return None;
    }
    let name = item.ident.clone();
    let Fields::Named(fields) = &mut item.fields else {
        return None;
    };
    let rows: Vec<Row> = fields.named.iter().map(row).collect::<Option<_>>()?;
    for (field, row) in fields.named.iter_mut().zip(&rows) {
        mark_for_schemas(field, row);
    }
    let keeps_optional_fields_only = rows.iter().all(|row| row.kind.may_be_absent());
    remove_derives(&mut item.attrs, &["Deserialize", "Serialize"]);
    // The next version of the document adds a field; whoever names all fields of today would not compile any more.
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    if keeps_optional_fields_only {
        // A derived schema asks for every field of what is written, since it no longer sees which are left out.
        item.attrs.push(parse_quote!(
            #[cfg_attr(feature = "schemars", schemars(transform = crate::json_schema::optional))]
        ));
    }
    let rows = rows.iter().map(Row::tokens);
    Some(parse_quote! {
        crate::object::fields! { #name { #(#rows)* } }
    })
}

/// One field, as `fields!` is told of it.
struct Row {
    name: proc_macro2::Ident,
    wire: String,
    kind: Kind,
}

enum Kind {
    Optional,
    Lenient(&'static str),
    Required,
    Collection,
    /// Where the unknown fields go.
    Extra,
}

impl Kind {
    fn may_be_absent(&self) -> bool {
        !matches!(self, Kind::Required)
    }
}

impl Row {
    fn tokens(&self) -> TokenStream {
        let Row { name, wire, kind } = self;
        let kind = match kind {
            Kind::Optional => return quote!(#wire => #name,),
            Kind::Extra => return quote!(..#name),
            Kind::Lenient(function) => format_ident!("{function}"),
            Kind::Required => format_ident!("required"),
            Kind::Collection => format_ident!("collection"),
        };
        quote!(#wire => #name: #kind,)
    }
}

/// What serde was told of a field, as far as the generator tells it such things; nothing if it was told more.
#[derive(Default)]
struct Told {
    rename: Option<String>,
    default: bool,
    flatten: bool,
}

fn told(attributes: &[Attribute]) -> Option<Told> {
    let mut told = Told::default();
    let mut more = false;
    for attribute in attributes.iter().filter(|attribute| is_serde(attribute)) {
        let read = attribute.parse_nested_meta(|meta| {
            let value = match meta.value() {
                Ok(value) => Some(value.parse::<LitStr>()?.value()),
                Err(_) => None,
            };
            let name = meta.path.get_ident().map(ToString::to_string);
            match (name.as_deref(), value) {
                (Some("rename"), Some(value)) => told.rename = Some(value),
                (Some("default"), None) => told.default = true,
                (Some("flatten"), None) => told.flatten = true,
                // It leaves out what is empty, as `fields!` does.
                (Some("skip_serializing_if"), Some(_)) => {}
                _ => more = true,
            }
            Ok(())
        });
        more |= read.is_err();
    }
    (!more).then_some(told)
}

fn row(field: &Field) -> Option<Row> {
    let name = field.ident.clone()?;
    let told = told(&field.attrs)?;
    let kind = if told.flatten {
        named(&field.ty, "Map").then_some(Kind::Extra)?
    } else if let Some(inner) = argument_of(&field.ty, "Option", 0) {
        function_for(inner).map_or(Kind::Optional, Kind::Lenient)
    } else if !told.default {
        Kind::Required
    } else if ["Vec", "Map", "BTreeMap"]
        .iter()
        .any(|wanted| named(&field.ty, wanted))
    {
        Kind::Collection
    } else {
        return None;
    };
    let wire = told.rename.unwrap_or_else(|| name.to_string());
    Some(Row { name, wire, kind })
}

/// The function of `crate::lenient`, or the word of `fields!`, for how to read an optional field of this type.
fn function_for(kind: &Type) -> Option<&'static str> {
    if let Some(entry) = argument_of(kind, "Vec", 0) {
        // Null entries that the document allows are kept.
        return match argument_of(entry, "Option", 0) {
            Some(inner) => is_undescribed(inner).then_some("undescribed"),
            None if is_undescribed(entry) => Some("undescribed_list"),
            None => Some("list"),
        };
    }
    if is_undescribed(kind) {
        return Some("undescribed");
    }
    let functions = [
        ("i64", "integer"),
        ("f64", "float"),
        ("bool", "flag"),
        ("String", "text"),
    ];
    let found = functions.iter().find(|(name, _)| named(kind, name));
    found.map(|(_, function)| *function)
}

/// Of any form: a secret in it is not to be seen.
fn is_undescribed(kind: &Type) -> bool {
    named(kind, "Value") || named(kind, "Map")
}

/// Leaves of a field's attributes what the derive of its schema has to know.
fn mark_for_schemas(field: &mut Field, row: &Row) {
    field.attrs.retain(|attribute| !is_serde(attribute));
    if matches!(row.kind, Kind::Extra) {
        field
            .attrs
            .push(parse_quote!(#[cfg_attr(feature = "schemars", schemars(flatten))]));
    } else if row.name != row.wire {
        let wire = &row.wire;
        field
            .attrs
            .push(parse_quote!(#[cfg_attr(feature = "schemars", schemars(rename = #wire))]));
    }
}

fn has_serde_attribute(attributes: &[Attribute]) -> bool {
    attributes.iter().any(is_serde)
}

fn is_serde(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde")
}

/// Takes some names out of every derive.
pub(super) fn remove_derives(attributes: &mut [Attribute], removed: &[&str]) {
    for attribute in attributes
        .iter_mut()
        .filter(|attribute| attribute.path().is_ident("derive"))
    {
        let parser = Punctuated::<Path, Token![,]>::parse_terminated;
        let Ok(derives) = attribute.parse_args_with(parser) else {
            continue;
        };
        let kept = derives.iter().filter(|path| {
            let last = path
                .segments
                .last()
                .map(|segment| segment.ident.to_string());
            !last.is_some_and(|last| removed.contains(&last.as_str()))
        });
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
    }
}

pub(super) fn named(kind: &Type, name: &str) -> bool {
    let Type::Path(path) = kind else { return false };
    path.path
        .segments
        .last()
        .is_some_and(|last| last.ident == name)
}

/// An argument of a type with this name.
pub(super) fn argument_of<'a>(kind: &'a Type, name: &str, index: usize) -> Option<&'a Type> {
    let Type::Path(path) = kind else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.get(index)? {
        GenericArgument::Type(kind) => Some(kind),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(source: &str) -> (usize, String) {
        let mut file: File = syn::parse_str(&format!("pub mod types {{ {source} }}")).unwrap();
        let count = read_and_write(&mut file);
        (count, super::super::layout::print(file))
    }

    #[test]
    fn each_kind_of_field_is_named_with_how_it_is_read() {
        let (count, text) = converted(
            r#"#[derive(::serde::Deserialize, ::serde::Serialize, Clone)]
            pub struct Answer {
                #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
                pub type_: ::std::option::Option<i64>,
                pub b: ::std::option::Option<::std::vec::Vec<Id>>,
                pub c: ::std::option::Option<::std::vec::Vec<::std::option::Option<Id>>>,
                #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
                pub d: ::std::vec::Vec<Id>,
                pub e: Id,
                pub f: ::std::option::Option<::serde_json::Value>,
                pub g: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
                pub h: ::std::option::Option<::std::vec::Vec<::std::option::Option<::serde_json::Value>>>,
                #[serde(flatten)]
                pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            }"#,
        );
        assert_eq!(count, 1);
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for wanted in [
            r#""type" => type_: integer, "b" => b: list, "c" => c, "d" => d: collection, "e" => e: required, "f" => f: undescribed, "g" => g: undescribed_list, "h" => h: undescribed, ..extra"#,
            r#"schemars(rename = "type")"#,
            "schemars(flatten)",
            "#[derive(Clone)]",
            "#[non_exhaustive]",
        ] {
            assert!(flat.contains(wanted), "{wanted}: {text}");
        }
        assert!(
            !text.contains("#[serde") && !text.contains("json_schema::optional"),
            "{text}"
        );
    }

    #[test]
    fn strict_types_and_those_with_defaults_of_their_own_stay_with_serde() {
        for source in [
            "#[serde(deny_unknown_fields)] pub struct Request { pub a: ::std::option::Option<i64> }",
            "pub struct A { #[serde(default = \"defaults::a\")] pub a: i64 }",
            "pub struct A { #[serde(flatten)] pub extra: ::std::collections::BTreeMap<String, i64> }",
            "pub struct A(pub String);",
        ] {
            assert_eq!(converted(source).0, 0, "{source}");
        }
    }
}
