//! The public surface of the generated client: what callers can name, as a model.
//!
//! Its text is reviewed as a snapshot, where a change of the document or of the generator is a line or two instead of
//! thousands of lines of code. `spec diff` compares two of these models.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};

use quote::ToTokens;
use syn::{Attribute, Expr, Fields, File, ImplItem, Item, ItemImpl, Lit, Meta, ReturnType};

use crate::rust_types::{argument, short, short_path};

/// Why a source has no surface.
#[derive(Debug)]
pub struct SurfaceError(String);

impl Display for SurfaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = &self.0;
        write!(f, "the generated client has no readable surface: {reason}")
    }
}

impl std::error::Error for SurfaceError {}

/// What callers of a generated client can name.
#[derive(Clone, Debug)]
pub struct Surface {
    /// The methods that start a request.
    pub operations: Vec<Operation>,
    /// The types.
    pub types: Vec<Named>,
}

/// A method that starts a request.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// Method and path, from the sentence that the generator writes.
    pub call: Option<String>,
    /// The type of a successful response.
    pub response: String,
    /// What its builder takes.
    pub parameters: Vec<Member>,
}

/// A struct, an enum or an alias.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// What it is: `struct Tag`, `enum Body (tag = "action")`, `type Ids = Vec<Id>`.
    pub head: String,
    /// Whether it is an enum.
    pub is_enum: bool,
    /// Whether a `match` outside the crate needs an arm for what comes later.
    pub open: bool,
    /// The traits it derives or implements.
    pub traits: BTreeSet<String>,
    /// Its fields or variants.
    pub members: Vec<Member>,
}

/// A field, a variant or a parameter.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name in Rust.
    pub name: String,
    /// Its name on the wire, where that is another one.
    pub wire: Option<String>,
    /// Its type; of a variant its fields without names.
    pub ty: Option<String>,
    /// Whether a builder starts without it.
    pub optional: bool,
    /// What else is said of its form on the wire.
    pub marks: Vec<String>,
    /// The named fields of a variant.
    pub fields: Vec<Member>,
}

impl Surface {
    /// Reads the source of a generated client.
    ///
    /// # Errors
    ///
    /// When it is not Rust, or does not have the shape of a generated client.
    pub fn read(source: &str) -> Result<Surface, SurfaceError> {
        let file: File = syn::parse_str(source).map_err(|error| SurfaceError(error.to_string()))?;
        Ok(Surface {
            operations: operations(&file, module(&file, "builder")?),
            types: named(module(&file, "types")?),
        })
    }
}

/// The text of a client's surface, for a snapshot.
///
/// # Errors
///
/// As [`Surface::read`].
pub fn surface(source: &str) -> Result<String, SurfaceError> {
    Surface::read(source).map(|surface| surface.to_string())
}

fn module<'a>(file: &'a File, name: &str) -> Result<&'a [Item], SurfaceError> {
    let found = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => Some(&module.content.as_ref()?.1),
        _ => None,
    });
    found
        .map(Vec::as_slice)
        .ok_or_else(|| SurfaceError(format!("it has no module `{name}`")))
}

fn blocks(items: &[Item]) -> impl Iterator<Item = &ItemImpl> {
    items.iter().filter_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    })
}

fn operations(file: &File, builders: &[Item]) -> Vec<Operation> {
    let responses: BTreeMap<String, String> = blocks(builders)
        .filter_map(|block| Some((short(&block.self_ty), response(block)?)))
        .collect();
    let parameters: BTreeMap<String, Vec<Member>> = builders
        .iter()
        .filter_map(|item| match item {
            Item::Struct(builder) => Some((builder.ident.to_string(), parameters(&builder.fields))),
            _ => None,
        })
        .collect();
    let client = blocks(&file.items)
        .filter(|block| block.trait_.is_none() && short(&block.self_ty) == "Client");
    let methods = client.flat_map(|block| &block.items);
    methods
        .filter_map(|item| {
            let ImplItem::Fn(method) = item else {
                return None;
            };
            let ReturnType::Type(_, output) = &method.sig.output else {
                return None;
            };
            let builder = short(output);
            Some(Operation {
                name: method.sig.ident.to_string(),
                call: call(&method.attrs),
                response: responses
                    .get(&builder)
                    .map_or("?", String::as_str)
                    .to_owned(),
                parameters: parameters.get(&builder)?.clone(),
            })
        })
        .collect()
}

/// `T` of a method `send` that returns `Result<ResponseValue<T>, CallError>`.
fn response(block: &ItemImpl) -> Option<String> {
    let output = block.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(&function.sig.output),
        _ => None,
    })?;
    let ReturnType::Type(_, ty) = output else {
        return Some("()".to_owned());
    };
    let success = argument(ty, 0).and_then(|value| argument(value, 0));
    Some(success.map_or_else(|| short(ty), short))
}

/// The method and path, from the sentence that the generator writes.
fn call(attributes: &[Attribute]) -> Option<String> {
    let docs: Vec<String> = attributes.iter().filter_map(doc).collect();
    docs.iter().flat_map(|text| text.lines()).find_map(|line| {
        let sentence = line.trim().strip_prefix("Sends a `")?;
        let (method, path) = sentence.split_once("` request to `")?;
        Some(format!("{method} {}", path.trim_end_matches('`')))
    })
}

fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    match &meta.value {
        Expr::Lit(literal) if meta.path.is_ident("doc") => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// A builder keeps `Result<T, String>` for what is required, and `Result<Option<T>, String>` for what is not.
fn parameters(fields: &Fields) -> Vec<Member> {
    let parameter = |field: &syn::Field| {
        let name = field.ident.as_ref()?.to_string();
        let inner = argument(&field.ty, 0).unwrap_or(&field.ty);
        let optional = argument(inner, 0).filter(|_| short(inner).starts_with("Option<"));
        let member = Member {
            name,
            wire: None,
            ty: Some(short(optional.unwrap_or(inner))),
            optional: optional.is_some(),
            marks: Vec::new(),
            fields: Vec::new(),
        };
        (member.name != "client").then_some(member)
    };
    fields.iter().filter_map(parameter).collect()
}

fn named(items: &[Item]) -> Vec<Named> {
    let rows = rows(items);
    let mut types: Vec<Named> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(Named {
                members: members(&item.fields, &|name| {
                    rows.get(&(item.ident.to_string(), name.to_owned()))
                }),
                ..head("struct", &item.ident, &item.attrs)
            }),
            Item::Enum(item) => Some(Named {
                is_enum: true,
                members: variants(item, &rows),
                ..head("enum", &item.ident, &item.attrs)
            }),
            Item::Type(item) => Some(Named {
                head: format!("type {} = {}", item.ident, short(&item.ty)),
                ..head("type", &item.ident, &item.attrs)
            }),
            _ => None,
        })
        .collect();
    for block in blocks(items) {
        let owner = short(&block.self_ty);
        if let Some((path, _)) = &block.trait_
            && let Some(named) = types.iter_mut().find(|named| named.name == owner)
        {
            named.traits.insert(short_path(path));
        }
    }
    types
}

fn head(kind: &str, name: &syn::Ident, attributes: &[Attribute]) -> Named {
    let (_, marks) = serde(attributes);
    let has = |name: &str| {
        attributes
            .iter()
            .any(|attribute| attribute.path().is_ident(name))
    };
    Named {
        name: name.to_string(),
        head: format!("{kind} {name}{}", in_parentheses(&marks)),
        is_enum: false,
        open: has("non_exhaustive"),
        traits: derived(attributes),
        members: Vec::new(),
    }
}

fn derived(attributes: &[Attribute]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
    {
        // An attribute that can't be read leaves the list shorter; the code itself would not compile either.
        let _ = attribute.parse_nested_meta(|meta| {
            names.extend(meta.path.segments.last().map(|last| last.ident.to_string()));
            Ok(())
        });
    }
    names
}

fn variants(item: &syn::ItemEnum, rows: &Rows) -> Vec<Member> {
    let variant = |variant: &syn::Variant| {
        let name = variant.ident.to_string();
        let (wire, marks) = match rows.get(&(item.ident.to_string(), name.clone())) {
            Some(row) => row.clone(),
            None => serde(&variant.attrs),
        };
        let unnamed = |fields: &syn::FieldsUnnamed| {
            let inner: Vec<String> = fields
                .unnamed
                .iter()
                .map(|field| short(&field.ty))
                .collect();
            inner.join(", ")
        };
        let (ty, fields) = match &variant.fields {
            Fields::Named(_) => (None, members(&variant.fields, &|_| None)),
            Fields::Unnamed(fields) => (Some(unnamed(fields)), Vec::new()),
            Fields::Unit => (None, Vec::new()),
        };
        Member {
            name,
            wire,
            ty,
            optional: false,
            marks,
            fields,
        }
    };
    item.variants.iter().map(variant).collect()
}

fn members<'r>(fields: &Fields, row: &dyn Fn(&str) -> Option<&'r Row>) -> Vec<Member> {
    let member = |(index, field): (usize, &syn::Field)| {
        let name = field
            .ident
            .as_ref()
            .map_or_else(|| index.to_string(), ToString::to_string);
        let (wire, marks) = row(&name).cloned().unwrap_or_else(|| serde(&field.attrs));
        let ty = Some(short(&field.ty));
        Member {
            name,
            wire,
            ty,
            optional: false,
            marks,
            fields: Vec::new(),
        }
    };
    fields.iter().enumerate().map(member).collect()
}

/// The name on the wire where it is another one, and how the value is read.
type Row = (Option<String>, Vec<String>);

/// What the macros behind a type say of its fields or variants.
type Rows = BTreeMap<(String, String), Row>;

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
    let owner = input.parse::<syn::Ident>()?.to_string();
    let content;
    syn::braced!(content in input);
    while !content.is_empty() {
        if content.parse::<Option<syn::Token![..]>>()?.is_some() {
            let name: syn::Ident = content.parse()?;
            rows.insert(
                (owner.clone(), name.to_string()),
                (None, vec!["all others".to_owned()]),
            );
            break;
        }
        let wire: syn::LitStr = content.parse()?;
        content.parse::<syn::Token![=>]>()?;
        let name: syn::Ident = content.parse()?;
        let mut marks = Vec::new();
        if content.parse::<Option<syn::Token![:]>>()?.is_some() {
            marks.push(content.parse::<syn::Ident>()?.to_string());
        }
        content.parse::<Option<syn::Token![,]>>()?;
        let wire = Some(wire.value()).filter(|wire| name != wire);
        rows.insert((owner.clone(), name.to_string()), (wire, marks));
    }
    Ok(rows)
}

/// What serde is told, as far as it changes the wire.
fn serde(attributes: &[Attribute]) -> Row {
    let (mut wire, mut marks) = (None, Vec::new());
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // As in `derived`.
        let _ = attribute.parse_nested_meta(|meta| {
            let name = meta.path.to_token_stream().to_string();
            let value = meta.value().and_then(|value| value.parse::<Lit>()).ok();
            match (name.as_str(), value) {
                ("skip_serializing_if", _) => {}
                ("rename", Some(Lit::Str(text))) => wire = Some(text.value()),
                (_, Some(value)) => marks.push(format!("{name} = {}", value.to_token_stream())),
                (_, None) => marks.push(name),
            }
            Ok(())
        });
    }
    (wire, marks)
}

fn in_parentheses(marks: &[String]) -> String {
    if marks.is_empty() {
        String::new()
    } else {
        format!(" ({})", marks.join(", "))
    }
}

impl Member {
    /// Its name and type: `count?: i64`, `Other(String)`.
    pub fn declaration(&self, of_enum: bool) -> String {
        match &self.ty {
            Some(ty) if of_enum => format!("{}({ty})", self.name),
            Some(ty) => format!(
                "{}{}: {ty}",
                self.name,
                if self.optional { "?" } else { "" }
            ),
            None => self.name.clone(),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, indent: &str, of_enum: bool) -> fmt::Result {
        let wire = self.wire.iter().map(|wire| format!("{wire:?}"));
        let marks: Vec<String> = wire.chain(self.marks.iter().cloned()).collect();
        writeln!(
            f,
            "{indent}{}{}",
            self.declaration(of_enum),
            in_parentheses(&marks)
        )?;
        let deeper = format!("{indent}  ");
        self.fields
            .iter()
            .try_for_each(|field| field.write(f, &deeper, false))
    }
}

impl Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OPERATIONS\n")?;
        for operation in &self.operations {
            write!(f, "\n{}", operation.name)?;
            if let Some(call) = &operation.call {
                write!(f, ": {call}")?;
            }
            writeln!(f, "\n  -> {}", operation.response)?;
            operation
                .parameters
                .iter()
                .try_for_each(|parameter| parameter.write(f, "  ", false))?;
        }
        f.write_str("\nTYPES\n")?;
        for named in &self.types {
            writeln!(f, "\n{}", named.head)?;
            named
                .members
                .iter()
                .try_for_each(|member| member.write(f, "  ", named.is_enum))?;
        }
        Ok(())
    }
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
