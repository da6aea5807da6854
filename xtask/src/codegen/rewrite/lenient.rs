//! Lenient reading of answers: fields of plain types go through the functions of `crate::lenient`.

use syn::{
    Field, Fields, File, GenericArgument, Item, ItemStruct, PathArguments, Type, parse_quote,
};

/// Puts a lenient function on every plain, optional field of types that take unknown fields. Requests take none, and stay
/// strict. Counts the fields.
pub(super) fn read_leniently(file: &mut File) -> usize {
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    let Some((_, items)) = types else { return 0 };
    let mut count = 0;
    for item in items {
        let Item::Struct(item) = item else { continue };
        if is_strict(item) {
            continue;
        }
        let Fields::Named(fields) = &mut item.fields else {
            continue;
        };
        count += fields.named.iter_mut().map(soften).sum::<usize>();
    }
    count
}

fn is_strict(item: &ItemStruct) -> bool {
    let mut strict = false;
    for attribute in item
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // What else stands there does not matter, and neither does how far it can be read.
        let _ = attribute.parse_nested_meta(|meta| {
            strict |= meta.path.is_ident("deny_unknown_fields");
            Ok(())
        });
    }
    strict
}

fn soften(field: &mut Field) -> usize {
    let Some(function) = optional(&field.ty).and_then(function_for) else {
        return 0;
    };
    let path = format!("crate::lenient::{function}");
    field
        .attrs
        .push(parse_quote!(#[serde(default, deserialize_with = #path)]));
    1
}

/// The `T` of `Option<T>`.
fn optional(kind: &Type) -> Option<&Type> {
    argument_of(kind, "Option")
}

fn argument_of<'a>(kind: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = kind else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(kind) => Some(kind),
        _ => None,
    }
}

fn function_for(kind: &Type) -> Option<&'static str> {
    if let Some(entry) = argument_of(kind, "Vec") {
        // Null entries that the document allows are kept.
        return optional(entry).is_none().then_some("list");
    }
    let Type::Path(path) = kind else { return None };
    match path.path.segments.last()?.ident.to_string().as_str() {
        "i64" => Some("integer"),
        "f64" => Some("float"),
        "bool" => Some("flag"),
        "String" => Some("text"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_optional_fields_of_answers_are_read_leniently_and_those_of_requests_are_not() {
        let mut file: File = parse_quote! {
            pub mod types {
                pub struct Answer {
                    pub a: ::std::option::Option<i64>,
                    pub b: ::std::option::Option<::std::vec::Vec<Id>>,
                    pub c: ::std::option::Option<::std::vec::Vec<::std::option::Option<Id>>>,
                    pub d: ::std::option::Option<Id>,
                    pub e: i64,
                }
                #[serde(deny_unknown_fields)]
                pub struct Request { pub a: ::std::option::Option<i64> }
            }
        };
        assert_eq!(read_leniently(&mut file), 2);
        let text = prettyplease::unparse(&file);
        assert!(
            text.contains("crate::lenient::integer") && text.contains("crate::lenient::list"),
            "{text}"
        );
    }
}
