//! The public surface of the generated client as a text that people can review.
//!
//! A change of the document or of the generator moves thousands of lines of code; in this list it is a line or two.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quote::ToTokens;
use syn::{Attribute, Fields, File, ImplItem, Item, ReturnType, Type};

use crate::rust_types::{argument, short};

/// Why there is no list.
#[derive(Debug)]
pub struct SurfaceError(String);

impl std::fmt::Display for SurfaceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the generated client has no readable surface: {}",
            self.0
        )
    }
}

impl std::error::Error for SurfaceError {}

/// Lists every operation with its parameters and answer, and every type with its fields or variants.
///
/// # Errors
///
/// When the source is not Rust, or does not have the shape of a generated client.
pub fn surface(source: &str) -> Result<String, SurfaceError> {
    let file: File = syn::parse_str(source).map_err(|error| SurfaceError(error.to_string()))?;
    let builders = module(&file, "builder")?;
    let types = module(&file, "types")?;
    let mut text = String::from("OPERATIONS\n");
    for operation in operations(&file, builders) {
        text.push_str(&operation);
    }
    text.push_str("\nTYPES\n");
    let rows = rows(types);
    for item in types {
        describe(item, &rows, &mut text);
    }
    Ok(text)
}

fn module<'a>(file: &'a File, name: &str) -> Result<&'a [Item], SurfaceError> {
    let found = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => {
            module.content.as_ref().map(|(_, items)| items)
        }
        _ => None,
    });
    found
        .map(Vec::as_slice)
        .ok_or_else(|| SurfaceError(format!("it has no module `{name}`")))
}

/// One text for each method of the client that starts a request.
fn operations(file: &File, builders: &[Item]) -> Vec<String> {
    let mut answers = BTreeMap::new();
    let mut fields = BTreeMap::new();
    for item in builders {
        match item {
            Item::Struct(builder) => {
                fields.insert(builder.ident.to_string(), &builder.fields);
            }
            Item::Impl(block) => {
                let send = block.items.iter().find_map(|item| match item {
                    ImplItem::Fn(function) if function.sig.ident == "send" => {
                        Some(&function.sig.output)
                    }
                    _ => None,
                });
                answers.extend(send.map(|output| (short(&block.self_ty), answer(output))));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    let methods = file.items.iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() && short(&block.self_ty) == "Client" => {
            Some(&block.items)
        }
        _ => None,
    });
    for item in methods.flatten() {
        let ImplItem::Fn(method) = item else { continue };
        let ReturnType::Type(_, output) = &method.sig.output else {
            continue;
        };
        let builder = short(output);
        let Some(parameters) = fields.get(&builder) else {
            continue;
        };
        let mut text = format!("\n{}", method.sig.ident);
        if let Some(call) = call(&method.attrs) {
            let _ = write!(text, ": {call}");
        }
        let _ = writeln!(
            text,
            "\n  -> {}",
            answers.get(&builder).map_or("?", String::as_str)
        );
        for field in parameters.iter() {
            let name = field
                .ident
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            if name != "client" {
                let _ = writeln!(text, "  {}", parameter(&name, &field.ty));
            }
        }
        found.push(text);
    }
    found
}

/// The method and path, from the sentence the generator writes.
fn call(attributes: &[Attribute]) -> Option<String> {
    docs(attributes).iter().find_map(|line| {
        let (method, path) = line
            .trim()
            .strip_prefix("Sends a `")?
            .split_once("` request to `")?;
        Some(format!("{method} {}", path.trim_end_matches('`')))
    })
}

/// A builder keeps `Result<T, String>` for what is required, and `Result<Option<T>, String>` for what is not.
fn parameter(name: &str, ty: &Type) -> String {
    let inner = argument(ty, 0).unwrap_or(ty);
    match argument(inner, 0).filter(|_| short(inner).starts_with("Option<")) {
        Some(optional) => format!("{name}?: {}", short(optional)),
        None => format!("{name}: {}", short(inner)),
    }
}

/// `Result<ResponseValue<T>, CallError>` as `T`.
fn answer(output: &ReturnType) -> String {
    let ReturnType::Type(_, ty) = output else {
        return "()".to_owned();
    };
    let success = argument(ty, 0).and_then(|value| argument(value, 0));
    success.map_or_else(|| short(ty), short)
}

/// What the macros behind a type say of its fields or variants: the name on the wire, and how it is read.
type Rows = BTreeMap<(String, String), String>;

/// Reads `fields! { Type { "type" => type_: text, ..extra } }` and `values! { … }`.
fn rows(items: &[Item]) -> Rows {
    let mut rows = Rows::new();
    for item in items {
        if let Item::Macro(call) = item
            && let Ok(all) = call.mac.parse_body_with(parse_rows)
        {
            rows.extend(all);
        }
    }
    rows
}

fn parse_rows(input: syn::parse::ParseStream<'_>) -> syn::Result<Rows> {
    let mut rows = Rows::new();
    let owner: syn::Ident = input.parse()?;
    let content;
    syn::braced!(content in input);
    while !content.is_empty() {
        if content.parse::<Option<syn::Token![..]>>()?.is_some() {
            let name: syn::Ident = content.parse()?;
            rows.insert(
                (owner.to_string(), name.to_string()),
                "all others".to_owned(),
            );
            break;
        }
        let wire: syn::LitStr = content.parse()?;
        content.parse::<syn::Token![=>]>()?;
        let name: syn::Ident = content.parse()?;
        let mut said = Vec::new();
        if name != wire.value() {
            said.push(wire.token().to_string());
        }
        if content.parse::<Option<syn::Token![:]>>()?.is_some() {
            said.push(content.parse::<syn::Ident>()?.to_string());
        }
        content.parse::<Option<syn::Token![,]>>()?;
        rows.insert((owner.to_string(), name.to_string()), said.join(", "));
    }
    Ok(rows)
}

fn describe(item: &Item, rows: &Rows, text: &mut String) {
    match item {
        Item::Struct(structure) => {
            let _ = writeln!(
                text,
                "\nstruct {}{}",
                structure.ident,
                marks(&structure.attrs)
            );
            members(
                &structure.fields,
                "  ",
                &owned_by(rows, &structure.ident),
                text,
            );
        }
        Item::Enum(enumeration) => {
            let _ = writeln!(
                text,
                "\nenum {}{}",
                enumeration.ident,
                marks(&enumeration.attrs)
            );
            let said = owned_by(rows, &enumeration.ident);
            for variant in &enumeration.variants {
                let name = &variant.ident;
                match &variant.fields {
                    Fields::Named(_) => {
                        let _ = writeln!(text, "  {name}{}", marks(&variant.attrs));
                        members(&variant.fields, "    ", &|_| None, text);
                    }
                    Fields::Unnamed(fields) => {
                        let inner: Vec<String> = fields
                            .unnamed
                            .iter()
                            .map(|field| short(&field.ty))
                            .collect();
                        let _ = writeln!(
                            text,
                            "  {name}({}){}",
                            inner.join(", "),
                            marks(&variant.attrs)
                        );
                    }
                    Fields::Unit => {
                        let marks =
                            said(&name.to_string()).unwrap_or_else(|| marks(&variant.attrs));
                        let _ = writeln!(text, "  {name}{marks}");
                    }
                }
            }
        }
        Item::Type(alias) => {
            let _ = writeln!(text, "\ntype {} = {}", alias.ident, short(&alias.ty));
        }
        _ => {}
    }
}

/// Finds what is said of the members of one type.
fn owned_by<'a>(rows: &'a Rows, owner: &syn::Ident) -> impl Fn(&str) -> Option<String> + use<'a> {
    let owner = owner.to_string();
    move |name| {
        let said = rows.get(&(owner.clone(), name.to_owned()))?;
        Some(if said.is_empty() {
            String::new()
        } else {
            format!(" ({said})")
        })
    }
}

fn members(
    fields: &Fields,
    indent: &str,
    said: &dyn Fn(&str) -> Option<String>,
    text: &mut String,
) {
    for (index, field) in fields.iter().enumerate() {
        let name = field
            .ident
            .as_ref()
            .map_or_else(|| index.to_string(), ToString::to_string);
        let marks = said(&name).unwrap_or_else(|| marks(&field.attrs));
        let _ = writeln!(text, "{indent}{name}: {}{marks}", short(&field.ty));
    }
}

/// What serde is told, as far as it changes the wire.
fn marks(attributes: &[Attribute]) -> String {
    let mut marks = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // An attribute that cannot be read leaves the list shorter; the code itself would not compile either.
        let _ = attribute.parse_nested_meta(|meta| {
            let name = meta.path.to_token_stream().to_string();
            let value = meta
                .value()
                .and_then(|value| value.parse::<syn::Lit>())
                .ok();
            let value = value.map(|literal| literal.to_token_stream().to_string());
            match (name.as_str(), value) {
                ("skip_serializing_if", _) => {}
                ("rename", Some(value)) => marks.push(value),
                (_, Some(value)) => marks.push(format!("{name} = {value}")),
                (_, None) => marks.push(name),
            }
            Ok(())
        });
    }
    if marks.is_empty() {
        String::new()
    } else {
        format!(" ({})", marks.join(", "))
    }
}

fn docs(attributes: &[Attribute]) -> Vec<String> {
    let text = |attribute: &Attribute| match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    attributes
        .iter()
        .filter_map(text)
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
pub mod types {
    #[derive(Clone)]
    pub struct Thing {
        pub id: ::std::string::String,
        #[serde(rename = "type", default, skip_serializing_if = "::std::option::Option::is_none")]
        pub type_: ::std::option::Option<::std::vec::Vec<crate::id::Id>>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    #[serde(tag = "action")]
    pub enum Body {
        #[serde(rename = "reply_inbox")]
        ReplyInbox { message: ::std::string::String },
        Other(Thing),
        None,
    }
    pub struct Answer {
        pub kind: ::std::option::Option<Kind>,
        pub type_: ::std::option::Option<::std::string::String>,
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::object::fields! {
        Answer {
            "kind" => kind,
            "type" => type_: text,
            ..extra
        }
    }
    pub enum Kind {
        Inbox,
        Other(::std::string::String),
    }
    crate::open_enum::values! {
        Kind {
            "INBOX" => Inbox,
        }
    }
    pub mod builder { pub struct Thing; }
}
impl Client {
    pub fn new_with_client(baseurl: &str) -> Self {}
    /// List things
    ///
    /// Sends a `GET` request to `/things/{id}`
    pub fn list_things(&self) -> builder::ListThings<'_> {}
}
pub mod builder {
    pub struct ListThings<'a> {
        client: &'a super::Client,
        id: Result<::std::string::String, String>,
        kind: Result<Option<types::Kind>, String>,
    }
    impl<'a> ListThings<'a> {
        pub fn new(client: &'a super::Client) -> Self {}
        pub async fn send(self) -> Result<ResponseValue<types::Thing>, crate::CallError> {}
    }
}
"#;

    #[test]
    fn operations_and_types_are_listed_as_people_say_them() {
        insta::assert_snapshot!(surface(SOURCE).unwrap());
    }

    #[test]
    fn a_source_of_another_shape_is_an_error() {
        assert!(surface("fn (").is_err());
        assert_eq!(
            surface("struct A;").unwrap_err().to_string(),
            "the generated client has no readable surface: it has no module `builder`"
        );
    }
}
