//! Documentation of every public item that the generator leaves without.

use std::collections::BTreeMap;

use syn::{
    Attribute, Fields, File, ImplItem, ImplItemFn, Item, ItemEnum, ItemMod, ItemStruct, Type,
    parse_quote,
};

use super::super::prepare::for_rustdoc;
use super::open_enums::wire;
use crate::names;
use crate::rust_types::short;
use crate::spec::{Document, Operation};

/// What the parameters of each operation mean, by the name of its builder and of its setter.
type Meanings = BTreeMap<(String, String), String>;

/// Describes what is public and has no description. Counts the items.
pub(super) fn describe(file: &mut File, document: &Document) -> usize {
    let meanings = meanings(document);
    let mut count = 0;
    for item in &mut file.items {
        let Item::Mod(module) = item else { continue };
        let name = module.ident.to_string();
        match (name.as_str(), &mut module.content) {
            ("types", Some((_, items))) => count += types(items),
            ("builder", Some((_, items))) => {
                count += requests(items, &meanings);
                count += add(
                    &mut module.attrs,
                    "Builders of requests, one for each operation.",
                );
            }
            _ => {}
        }
    }
    count
}

fn add(attributes: &mut Vec<Attribute>, text: &str) -> usize {
    if attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
    {
        return 0;
    }
    // A blank in front, as people write it; the step that tidies documentation leaves it then.
    let lines = text.lines().map(|line| format!(" {line}"));
    let docs = lines.map(|line| parse_quote!(#[doc = #line]));
    attributes.splice(0..0, docs);
    1
}

fn meanings(document: &Document) -> Meanings {
    let mut meanings = Meanings::new();
    for operation in document.operations() {
        let builder = names::pascal(operation.id().unwrap_or_default());
        for parameter in operation.parameters() {
            let mut text = parameter.node.text("description").map_or_else(
                || format!("The parameter `{}`.", parameter.name()),
                |text| for_rustdoc(text.trim()),
            );
            if let Some(example) = parameter.node.get("example") {
                text.push_str(&format!("\n\nFor example `{}`.", plain(example.value())));
            }
            meanings.insert((builder.clone(), names::snake(parameter.name())), text);
        }
        meanings.insert((builder, "body".to_owned()), body(&operation));
    }
    meanings
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn body(operation: &Operation<'_>) -> String {
    let description = operation
        .body()
        .and_then(|body| Some(for_rustdoc(body.text("description")?.trim())));
    description.unwrap_or_else(|| "What is sent.".to_owned())
}

/// Types, their members, and their builders.
fn types(items: &mut [Item]) -> usize {
    let mut count = 0;
    let mut fields = Meanings::new();
    for item in items.iter_mut() {
        match item {
            Item::Struct(item) => count += members(item, &mut fields),
            Item::Enum(item) => count += variants(item),
            Item::Impl(block) => {
                let owner = short(&block.self_ty);
                for function in functions(&mut block.items, "builder") {
                    let text = format!(
                        "Begins a [`{owner}`]; what is missing or wrong is said when it is sent."
                    );
                    count += add(&mut function.attrs, &text);
                }
            }
            _ => {}
        }
    }
    for item in items {
        if let Item::Mod(ItemMod {
            ident,
            content: Some((_, items)),
            ..
        }) = item
            && ident == "builder"
        {
            count += parts(items, &fields);
        }
    }
    count
}

fn members(item: &mut ItemStruct, fields: &mut Meanings) -> usize {
    let owner = item.ident.to_string();
    let mut count = add(&mut item.attrs, &format!("`{owner}` of the API document."));
    let Fields::Named(named) = &mut item.fields else {
        return count;
    };
    for field in &mut named.named {
        let name = field
            .ident
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let text = match name.as_str() {
            "extra" => "Fields that the API document does not have.".to_owned(),
            name => format!("The field `{name}`."),
        };
        count += add(&mut field.attrs, &text);
        fields.insert((owner.clone(), name), docs(&field.attrs));
    }
    count
}

fn variants(item: &mut ItemEnum) -> usize {
    let mut count = add(
        &mut item.attrs,
        &format!("`{}` of the API document.", item.ident),
    );
    for variant in &mut item.variants {
        let text = match &variant.fields {
            Fields::Unit | Fields::Named(_) => format!("`{}`", wire(variant)),
            Fields::Unnamed(fields) => {
                let inner: Vec<String> = fields
                    .unnamed
                    .iter()
                    .map(|field| short(&field.ty))
                    .collect();
                format!("In the form of `{}`.", inner.join(", "))
            }
        };
        count += add(&mut variant.attrs, &text);
        for field in &mut variant.fields {
            if let Some(name) = field.ident.clone() {
                count += add(&mut field.attrs, &format!("The field `{name}`."));
            }
        }
    }
    count
}

/// Builders of the types that requests are made of.
fn parts(items: &mut [Item], fields: &Meanings) -> usize {
    let mut count = 0;
    for item in items {
        match item {
            Item::Struct(builder) => {
                let text = format!("Builder of [`{0}`](super::{0}).", builder.ident);
                count += add(&mut builder.attrs, &text);
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let owner = short(&block.self_ty);
                count += setters(&mut block.items, |name| {
                    fields.get(&(owner.clone(), name.to_owned())).cloned()
                });
            }
            _ => {}
        }
    }
    count
}

/// Builders of requests.
fn requests(items: &mut [Item], meanings: &Meanings) -> usize {
    let mut count = 0;
    for item in items {
        let Item::Impl(block) = item else { continue };
        let Type::Path(_) = block.self_ty.as_ref() else {
            continue;
        };
        let owner = short(&block.self_ty);
        count += setters(&mut block.items, |name| match name {
            "new" => Some(
                "A request without arguments; the client has a method that makes it.".to_owned(),
            ),
            "body_map" => Some("Changes the body that is sent, or begins one.".to_owned()),
            name => meanings.get(&(owner.clone(), name.to_owned())).cloned(),
        });
        for function in functions(&mut block.items, "send") {
            function.attrs.extend([
                parse_quote!(#[doc = ""]),
                parse_quote!(#[doc = "# Errors"]),
                parse_quote!(#[doc = ""]),
                parse_quote!(#[doc = "An argument is missing or wrong, and nothing was sent; the API reports a failure (`CallError::api_error`); or whatever else went wrong."]),
            ]);
            count += 1;
        }
    }
    count
}

fn setters(items: &mut [ImplItem], meaning: impl Fn(&str) -> Option<String>) -> usize {
    let mut count = 0;
    for item in items {
        if let ImplItem::Fn(function) = item {
            let name = function.sig.ident.to_string();
            let text = meaning(&name).unwrap_or_else(|| format!("Sets `{name}`."));
            count += add(&mut function.attrs, &text);
        }
    }
    count
}

fn functions<'a>(
    items: &'a mut [ImplItem],
    name: &'a str,
) -> impl Iterator<Item = &'a mut ImplItemFn> {
    items.iter_mut().filter_map(move |item| match item {
        ImplItem::Fn(function) if function.sig.ident == name => Some(function),
        _ => None,
    })
}

/// The description of an item, as one text.
fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(super::docs::doc_text);
    lines
        .map(|line| line.trim().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "
openapi: 3.0.3
paths:
  /a:
    get:
      operationId: list_things
      parameters:
        - {name: 'type[]', in: query, description: One kind., example: INBOX}
";

    #[test]
    fn whatever_is_public_has_a_description_afterwards() {
        let document = Document::from_bytes(DOCUMENT.as_bytes().to_vec(), "api.yaml").unwrap();
        let mut file = syn::parse_str(
            r#"pub mod types {
                pub struct Part { #[doc = "Its id."] pub id: Id, pub extra: Map }
                impl Part { pub fn builder() -> builder::Part {} }
                pub enum Kind { #[serde(rename = "A b")] Ab }
                pub enum Either { List(::std::vec::Vec<Part>), Named { a: i64 } }
                pub mod builder { pub struct Part; impl Part { pub fn id<T>(mut self, value: T) -> Self {} } }
            }
            pub mod builder {
                impl<'a> ListThings<'a> { pub fn new() {} pub fn type_<V>(mut self, value: V) {} pub fn body_map() {} }
            }"#,
        )
        .unwrap();
        describe(&mut file, &document);
        super::super::docs::tidy(&mut file);
        let text = prettyplease::unparse(&file);
        for wanted in [
            "/// Fields that the API document does not have.\n        pub extra",
            "/// Begins a [`Part`]; what",
            "/// `A b`\n        #[serde",
            "/// In the form of `Vec<Part>`.\n        List",
            "/// The field `a`.\n            a: i64",
            "/// Builder of [`Part`](super::Part).",
            "/// Its id.\n            pub fn id<T>",
            "/// Builders of requests, one for each operation.\npub mod builder",
            "/// One kind.\n        ///\n        /// For example `INBOX`.\n        pub fn type_<V>",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }
}
