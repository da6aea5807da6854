//! What a document says of the wire, name by name.
//!
//! Every key of the document is looked at: those that need no attention of their own become a fact under their own name. So a
//! key that nobody thought of is a difference as well.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::view::{Item, Key, View};
use crate::names::{pascal, snake};
use crate::spec::{Document, Operation};

pub(super) const CALL: &str = "call";
pub(super) const HANDWRITTEN: &str = "written by hand";
pub(super) const HANDWRITTEN_TYPE: &str = "Rust type";
pub(super) const OPERATION_ID: &str = "operation id";
pub(super) const NULLABLE: &str = "nullable";
pub(super) const REQUIRED: &str = "required";
pub(super) const SCHEMA: &str = "schema";
pub(super) const STATUS: &str = "status";
/// The part of an operation that is its successful response.
pub(super) const RESPONSE: &str = " -> response";

/// Texts and examples: they change nothing for a program.
const WORDS: [&str; 9] = [
    "description",
    "summary",
    "example",
    "examples",
    "tags",
    "externalDocs",
    "info",
    "x-source",
    "x-observed",
];
/// What the generated code checks, or sends, by a value.
const BOUNDS: [&str; 4] = ["default", "pattern", "minLength", "maxLength"];
/// The keys that give a schema a name of its own in the code.
const NAMED: [&str; 4] = ["properties", "enum", "x-extensible-enum", "oneOf"];

/// Reads a document.
pub(super) fn view(document: &Document) -> View {
    let mut walk = Walk {
        document,
        view: View {
            document: document.value.clone(),
            ..View::default()
        },
        met: BTreeSet::new(),
    };
    walk.whole();
    for operation in document.operations() {
        walk.operation(&operation);
    }
    for (name, schema) in document.components("schemas") {
        walk.define(&pascal(name), schema.value(), schema.pointer(), true);
    }
    walk.view
}

struct Walk<'a> {
    document: &'a Document,
    view: View,
    /// The types met since somebody last looked.
    met: BTreeSet<String>,
}

impl Walk<'_> {
    fn item(&self, pointer: &str) -> Item {
        // A document that was read without places has its first line.
        Item {
            line: self.document.line(pointer).or(Some(1)),
            ..Item::default()
        }
    }

    fn add(&mut self, owner: &str, part: impl Into<String>, item: Item) {
        self.view.items.insert(Key::new(owner, part), item);
    }

    fn whole(&mut self) {
        let mut item = self.item("");
        facts(&mut item, &self.document.value, &["paths", "components"]);
        self.add("the document", "", item);
        let schemes = self
            .document
            .value
            .pointer("/components/securitySchemes")
            .and_then(Value::as_object);
        for (name, scheme) in schemes.into_iter().flatten() {
            let mut item = self.item(&format!("/components/securitySchemes/{name}"));
            facts(&mut item, scheme, &[]);
            self.add(&format!("the security scheme {name}"), "", item);
        }
    }

    fn operation(&mut self, operation: &Operation<'_>) {
        let value = operation.node.value();
        let call = format!("{} {}", operation.method.to_uppercase(), operation.path);
        let name = operation.id().map_or_else(|| call.clone(), snake);
        let address = format!(
            "{} {}{}",
            operation.method,
            self.base(operation),
            operation.path
        );
        self.view.addresses.insert(address, name.clone());
        let mut item = self.item(operation.node.pointer());
        let special = [
            "operationId",
            "parameters",
            "requestBody",
            "responses",
            "security",
            "x-idempotent",
            "x-paging",
            "x-handwritten",
        ];
        facts(&mut item, value, &special);
        item.fact(CALL, call);
        item.fact(OPERATION_ID, &name);
        if let Some(token) = self.token(value) {
            item.fact("token", token);
        }
        if value.get("x-idempotent") == Some(&Value::Bool(true)) {
            item.fact("safe to repeat", "true");
        }
        if operation.is_handwritten() {
            item.fact(HANDWRITTEN, "true");
        }
        if let Some(paging) = value.get("x-paging").and_then(Value::as_object) {
            item.fact(
                "paging",
                text(paging.get("dialect").unwrap_or(&Value::Null)),
            );
            item.fact("paging fields", braces(paging, &["dialect"]));
        }
        self.add(&name, "", item);
        self.request(operation, &name);
        self.responses(operation, &name);
    }

    /// The path of the server that an operation is called at.
    fn base(&self, operation: &Operation<'_>) -> String {
        let holders = [
            operation.node.value(),
            operation.path_item.value(),
            &self.document.value,
        ];
        let url = holders
            .iter()
            .find_map(|holder| holder.pointer("/servers/0/url")?.as_str());
        let behind_scheme = url
            .and_then(|url| url.split_once("://"))
            .map_or("", |(_, rest)| rest);
        behind_scheme.find('/').map_or_else(String::new, |at| {
            behind_scheme[at..].trim_end_matches('/').to_owned()
        })
    }

    /// The wire name of the token that an operation carries.
    fn token(&self, operation: &Value) -> Option<String> {
        let security = operation
            .get("security")
            .or_else(|| self.document.value.get("security"))?;
        let scheme = security.get(0)?.as_object()?.keys().next()?;
        let schemes = self.document.value.pointer("/components/securitySchemes")?;
        Some(
            schemes
                .get(scheme)?
                .get("name")
                .map_or_else(|| scheme.clone(), text),
        )
    }

    fn request(&mut self, operation: &Operation<'_>, name: &str) {
        for parameter in operation.parameters() {
            let value = parameter.node.value();
            let mut item = self.item(parameter.node.pointer());
            facts(&mut item, value, &["name", "required", "schema"]);
            item.fact("wire name", parameter.name());
            item.require(value.get("required") == Some(&Value::Bool(true)));
            let at = format!("{}/schema", parameter.node.pointer());
            let suggested = pascal(&format!("{name}-{}", parameter.name()));
            self.slot(
                &mut item,
                value.get("schema").unwrap_or(&Value::Null),
                &at,
                &suggested,
            );
            self.add(name, format!("({})", snake(parameter.name())), item);
        }
        if let Some(body) = operation.body() {
            let mut item = self.item(body.pointer());
            facts(&mut item, body.value(), &["content", "required"]);
            // The client asks for a body in any case.
            item.require(true);
            self.content(
                &mut item,
                body.value(),
                body.pointer(),
                &pascal(&format!("{name}-body")),
            );
            self.add(name, "(body)", item);
        }
        let met = std::mem::take(&mut self.met);
        self.view.sent.insert(name.to_owned(), met);
    }

    fn responses(&mut self, operation: &Operation<'_>, name: &str) {
        let mut success = false;
        for (status, _, response) in operation.responses() {
            let mut item = self.item(response.pointer());
            facts(&mut item, response.value(), &["content"]);
            item.fact(STATUS, status);
            self.content(
                &mut item,
                response.value(),
                response.pointer(),
                &pascal(&format!("{name}-response")),
            );
            let first = status.starts_with('2') && !std::mem::replace(&mut success, true);
            let part = if first {
                RESPONSE.to_owned()
            } else {
                format!(" -> {status}")
            };
            self.add(name, part, item);
        }
        let met = std::mem::take(&mut self.met);
        self.view.received.insert(name.to_owned(), met);
    }

    fn content(&mut self, item: &mut Item, holder: &Value, pointer: &str, suggested: &str) {
        let Some((kind, media)) = json_media(holder) else {
            return;
        };
        item.fact("content type", kind);
        facts(item, media, &["schema"]);
        let at = format!("{pointer}/content/{}/schema", escaped(kind));
        self.slot(
            item,
            media.get("schema").unwrap_or(&Value::Null),
            &at,
            suggested,
        );
    }

    /// The schema of a parameter, body or property.
    fn slot(&mut self, item: &mut Item, schema: &Value, pointer: &str, suggested: &str) {
        for (key, value) in schema.as_object().into_iter().flatten() {
            if BOUNDS.contains(&key.as_str()) {
                item.fact(key, text(value));
            }
            item.word(key, value);
        }
        let form = self.form(schema, pointer, suggested);
        item.fact(SCHEMA, form);
    }

    /// A schema in one line; what has a name of its own in the code by that name.
    fn form(&mut self, schema: &Value, pointer: &str, suggested: &str) -> String {
        let Some(map) = schema.as_object() else {
            return text(schema);
        };
        if let Some(target) = map.get("$ref").and_then(Value::as_str) {
            let name = pascal(target.rsplit('/').next().unwrap_or(target));
            self.met.insert(name.clone());
            return name;
        }
        let (null, only) = self.unwrapped(map);
        let null = if null { "?" } else { "" };
        if let Some((key, index, only)) = only {
            return format!(
                "{}{null}",
                self.form(only, &format!("{pointer}/{key}/{index}"), suggested)
            );
        }
        let form = if NAMED.iter().any(|key| map.contains_key(*key)) {
            let name = map
                .get("title")
                .and_then(Value::as_str)
                .map_or_else(|| suggested.to_owned(), pascal);
            self.define(&name, schema, pointer, false);
            self.met.insert(name.clone());
            name
        } else {
            self.parts(map, pointer, suggested)
        };
        format!("{form}{null}")
    }

    /// Whether null is let through, and the one schema behind "X or null" or `allOf` with one part.
    fn unwrapped<'s>(
        &self,
        map: &'s Map<String, Value>,
    ) -> (bool, Option<(&'static str, usize, &'s Value)>) {
        let mut null = map.get("nullable") == Some(&Value::Bool(true));
        for key in ["oneOf", "allOf"] {
            let (nulls, others): (Vec<_>, Vec<_>) = list(map, key)
                .enumerate()
                .partition(|(_, schema)| self.is_null(schema));
            null |= !nulls.is_empty();
            let wrapped = key == "allOf" || !nulls.is_empty();
            if let [(index, only)] = others.as_slice()
                && wrapped
                && !map.contains_key("properties")
            {
                return (null, Some((key, *index, *only)));
            }
        }
        (null, None)
    }

    fn is_null(&self, schema: &Value) -> bool {
        let target = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|target| target.strip_prefix('#'));
        let schema = target
            .and_then(|target| self.document.value.pointer(target))
            .unwrap_or(schema);
        schema.get("enum") == Some(&serde_json::json!([null]))
    }

    /// The keys of a schema, with the schemas in it as their forms.
    fn parts(&mut self, map: &Map<String, Value>, pointer: &str, suggested: &str) -> String {
        let mut parts = Map::new();
        for (key, value) in map {
            let at = format!("{pointer}/{key}");
            let form = match (key.as_str(), value) {
                ("nullable", _) => continue,
                (key, _) if WORDS.contains(&key) || BOUNDS.contains(&key) => continue,
                ("items", _) => Value::String(self.form(value, &at, &format!("{suggested}Item"))),
                ("additionalProperties", Value::Object(_)) => {
                    Value::String(self.form(value, &at, &format!("{suggested}Value")))
                }
                ("oneOf" | "allOf" | "anyOf", Value::Array(list)) => {
                    let variant = |(index, schema): (usize, &Value)| {
                        self.form(
                            schema,
                            &format!("{at}/{index}"),
                            &format!("{suggested}{index}"),
                        )
                    };
                    list.iter().enumerate().map(variant).collect()
                }
                _ => value.clone(),
            };
            parts.insert(key.clone(), form);
        }
        braces(&parts, &[])
    }

    /// A type of the code: a component, or a schema in the place of one.
    fn define(&mut self, name: &str, schema: &Value, pointer: &str, component: bool) {
        let Some(map) = schema.as_object().filter(|_| !self.is_null(schema)) else {
            return;
        };
        let outer = std::mem::take(&mut self.met);
        let mut item = self.item(pointer);
        if component {
            map.iter().for_each(|(key, value)| item.word(key, value));
        }
        if let Some(path) = map.get("x-handwritten-type") {
            item.fact(HANDWRITTEN_TYPE, text(path));
            let mut form = map.clone();
            form.retain(|key, _| {
                !WORDS.contains(&key.as_str()) && !key.starts_with("x-handwritten")
            });
            item.fact("form", braces(&form, &[]));
        } else {
            let mut rest = map.clone();
            rest.retain(|key, value| match (key.as_str(), value) {
                // Unknown fields are a field of their own.
                ("additionalProperties", Value::Object(_)) => !map.contains_key("properties"),
                ("properties" | "required" | "enum" | "x-extensible-enum", _) => false,
                ("oneOf", list) => !all_objects(list),
                _ => true,
            });
            if component {
                if map.get("nullable") == Some(&Value::Bool(true)) {
                    item.fact(NULLABLE, "true");
                }
                let bounds = map.iter().filter(|(key, _)| BOUNDS.contains(&key.as_str()));
                bounds.for_each(|(key, value)| item.fact(key, text(value)));
            }
            let rest = self.parts(&rest, pointer, name);
            item.fact(SCHEMA, rest);
            self.values(map, pointer, name);
            self.properties(map, pointer, name, ".");
            self.variants(map, pointer, name);
        }
        self.add(name, "", item);
        let met = std::mem::replace(&mut self.met, outer);
        self.view.inside.insert(name.to_owned(), met);
    }

    fn values(&mut self, map: &Map<String, Value>, pointer: &str, owner: &str) {
        for (key, closed) in [("enum", true), ("x-extensible-enum", false)] {
            for value in list(map, key) {
                let mut item = self.item(pointer);
                item.closed = closed;
                item.fact("wire value", text(value));
                self.add(owner, format!("::{}", pascal(&text(value))), item);
            }
        }
    }

    fn properties(&mut self, map: &Map<String, Value>, pointer: &str, owner: &str, before: &str) {
        let properties = map.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            let at = format!("{pointer}/properties/{}", escaped(name));
            let mut item = self.item(&at);
            item.require(list(map, "required").any(|required| required == name));
            self.slot(&mut item, schema, &at, &format!("{owner}{}", pascal(name)));
            self.add(owner, format!("{before}{name}"), item);
        }
        let extra = map
            .get("additionalProperties")
            .filter(|rest| rest.is_object());
        if let Some(extra) = extra.filter(|_| properties.is_some()) {
            let at = format!("{pointer}/additionalProperties");
            let mut item = self.item(&at);
            self.slot(&mut item, extra, &at, &format!("{owner}Extra"));
            self.add(owner, format!("{before}extra"), item);
        }
    }

    /// The objects of a `oneOf`, by their tag or their title.
    fn variants(&mut self, map: &Map<String, Value>, pointer: &str, owner: &str) {
        let Some(list) = map.get("oneOf").filter(|list| all_objects(list)) else {
            return;
        };
        for (index, variant) in list.as_array().into_iter().flatten().enumerate() {
            let mut object = variant.as_object().cloned().unwrap_or_default();
            let properties = object.get_mut("properties").and_then(Value::as_object_mut);
            let tag = properties.and_then(take_tag);
            let name = tag
                .or_else(|| object.get("title").map(text))
                .unwrap_or_else(|| format!("variant {index}"));
            let part = format!("::{}", pascal(&name));
            let at = format!("{pointer}/oneOf/{index}");
            let mut item = self.item(&at);
            item.closed = true;
            item.word(
                "description",
                object.get("description").unwrap_or(&Value::Null),
            );
            item.fact("wire value", name);
            self.add(owner, &part, item);
            self.properties(&object, &at, owner, &format!("{part}."));
        }
    }
}

fn list<'v>(map: &'v Map<String, Value>, key: &str) -> impl Iterator<Item = &'v Value> {
    map.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn escaped(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn all_objects(list: &Value) -> bool {
    list.as_array()
        .is_some_and(|list| list.iter().all(|schema| schema.get("properties").is_some()))
}

/// The name of a variant: the only value of one property, or its only property. The property is no field then.
fn take_tag(properties: &mut Map<String, Value>) -> Option<String> {
    let only = |schema: &Value| match schema.get("enum")?.as_array()?.as_slice() {
        [only] => Some(text(only)),
        _ => None,
    };
    let mut tags = properties
        .iter()
        .filter_map(|(name, schema)| Some((name.clone(), only(schema)?)));
    let single = || {
        properties
            .keys()
            .next()
            .filter(|_| properties.len() == 1)
            .map(|name| (name.clone(), name.clone()))
    };
    let (name, value) = tags.next().or_else(single)?;
    properties.shift_remove(&name);
    Some(value)
}

impl Item {
    fn fact(&mut self, name: &str, value: impl Into<String>) {
        self.facts.insert(name.to_owned(), value.into());
    }

    fn word(&mut self, name: &str, value: &Value) {
        if WORDS.contains(&name) && !value.is_null() {
            self.words
                .insert(name.trim_start_matches("x-").to_owned(), text(value));
        }
    }

    fn require(&mut self, required: bool) {
        self.required = required;
        if required {
            self.fact(REQUIRED, "true");
        }
    }
}

/// Takes every key of a map as a fact or as words, but for those that are looked at by themselves.
fn facts(item: &mut Item, value: &Value, except: &[&str]) {
    for (key, value) in value.as_object().into_iter().flatten() {
        if WORDS.contains(&key.as_str()) {
            item.word(key, value);
        } else if !except.contains(&key.as_str()) && value != &Value::Bool(false) {
            item.fact(key, text(value));
        }
    }
}

/// The schema of a body, with its content type: the one in JSON, or else the first.
fn json_media(holder: &Value) -> Option<(&String, &Value)> {
    let content = holder.get("content")?.as_object()?;
    content
        .iter()
        .find(|(kind, _)| kind.starts_with("application/json"))
        .or_else(|| content.iter().next())
}

/// A value in one line, whatever the order of its keys.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(text).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(map) => braces(map, &[]),
        other => other.to_string(),
    }
}

fn braces(map: &Map<String, Value>, except: &[&str]) -> String {
    let entries = map
        .iter()
        .filter(|(key, _)| !except.contains(&key.as_str()));
    let mut entries: Vec<String> = entries
        .map(|(key, value)| format!("{key}: {}", text(value)))
        .collect();
    entries.sort();
    format!("{{{}}}", entries.join(", "))
}
