//! The schema that what was seen asks for, in the forms that our document uses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::accepts::Accepts;
use super::finding::singular;
use super::shape::{Kind, Shape};
use super::text_form::TextForm;
use super::{enums, keys};
use crate::names;
use crate::spec::{Document, Node, component_name};

/// Lists in lists deeper than this get no type.
const DEEPEST: usize = 8;

/// Parts of names whose values must not be printed by anything.
const SECRETS: [&str; 4] = ["token", "secret", "password", "passwd"];

/// A schema without "or null".
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// Nothing is known of it.
    Any,
    /// A plain value, with its format.
    Plain(Kind, Option<&'static str>),
    /// A component.
    Reference(String),
    /// A list of values of this schema.
    List(Value),
    /// A map to values of this schema.
    Map(Value),
}

/// Makes schemas, and collects the components they need.
pub(super) struct Forms<'a> {
    pub(super) document: &'a Document,
    /// Whether texts may become open enums with their values.
    pub(super) show_values: bool,
    /// Whether the claims are about the mock.
    pub(super) from_mock: bool,
    /// New components by name, in the order they were needed.
    pub(super) components: Vec<(String, Value)>,
    taken: BTreeSet<String>,
    by_name: BTreeMap<&'a str, &'a str>,
}

impl<'a> Forms<'a> {
    pub(super) fn new(document: &'a Document, show_values: bool, from_mock: bool) -> Forms<'a> {
        let mut taken: BTreeSet<String> = components(document)
            .iter()
            .map(|(name, _)| names::pascal(name))
            .collect();
        for operation in document.operations() {
            for suffix in ["body", "response"] {
                let id = operation.id().unwrap_or_default();
                taken.insert(names::pascal(&format!("{id}-{suffix}")));
            }
        }
        Forms {
            document,
            show_values,
            from_mock,
            components: Vec::new(),
            taken,
            by_name: by_name(document),
        }
    }

    fn has(&self, component: &str) -> bool {
        self.document
            .target(&reference(component))
            .is_some_and(|schema| schema.value().is_object())
    }

    /// A component of the document, when there is one that lets all these kinds through.
    fn component(&self, name: &str, kinds: &[Kind]) -> Option<Form> {
        let schema = self.document.target(&reference(name))?;
        let accepts = Accepts::of(&schema);
        kinds
            .iter()
            .all(|kind| accepts.takes(*kind))
            .then(|| Form::Reference(name.to_owned()))
    }

    /// The form of what was seen under a name, inside a component.
    pub(super) fn of(&mut self, shape: &Shape, name: &str, owner: &str) -> Form {
        self.nested(shape, name, owner, DEEPEST)
    }

    fn nested(&mut self, shape: &Shape, name: &str, owner: &str, left: usize) -> Form {
        let Some(left) = left.checked_sub(1) else {
            return Form::Any;
        };
        match shape.kinds().as_slice() {
            [] => Form::Any,
            [Kind::Object] => self.object(shape, name, owner),
            [Kind::Array] => {
                let items = match &shape.items {
                    Some(items) if items.seen > 0 => {
                        let form = self.nested(items, &singular(name), owner, left);
                        self.structure(form, items.nulls > 0)
                    }
                    _ => Map::new(),
                };
                Form::List(Value::Object(items))
            }
            kinds => match self.scalar(shape, kinds, name, owner) {
                Some(form) => form,
                None => self.variants(shape, name, owner, Vec::new()),
            },
        }
    }

    /// The form of plain values of one kind, or of several that some component takes together.
    pub(super) fn scalar(
        &mut self,
        shape: &Shape,
        kinds: &[Kind],
        name: &str,
        owner: &str,
    ) -> Option<Form> {
        let is_time = name.ends_with("_at") || shape.only(&[TextForm::Time]);
        if is_time && let Some(time) = self.component("Timestamp", kinds) {
            return Some(time);
        }
        if kinds == [Kind::Boolean] {
            return Some(Form::Plain(Kind::Boolean, None));
        }
        let lower = name.to_ascii_lowercase();
        if kinds.contains(&Kind::String)
            && SECRETS.iter().any(|word| lower.contains(word))
            && let Some(secret) = self.component("AccessToken", kinds)
        {
            return Some(secret);
        }
        let same_name = self.by_name.get(name).copied().filter(|_| name != "id");
        if let Some(form) = same_name.and_then(|component| self.component(component, kinds)) {
            return Some(form);
        }
        let is_id = ["id", "uid"]
            .iter()
            .any(|word| name == *word || name.ends_with(&format!("_{word}")));
        if is_id && let Some(id) = self.component("Id", kinds) {
            return Some(id);
        }
        if kinds
            .iter()
            .all(|kind| matches!(kind, Kind::Integer | Kind::Number))
        {
            return Some(match kinds {
                [Kind::Integer] => Form::Plain(Kind::Integer, Some("int64")),
                _ => Form::Plain(Kind::Number, None),
            });
        }
        if kinds == [Kind::String] {
            let values = if self.show_values {
                enums::candidate(name, shape)
            } else {
                None
            };
            return Some(match values {
                Some(values) => self.open_enum(values, name, owner),
                None => Form::Plain(Kind::String, None),
            });
        }
        if shape.only(&[TextForm::Digits, TextForm::Decimal]) {
            return self.component("Numeric", kinds);
        }
        None
    }

    /// A new open enum.
    pub(super) fn open_enum(&mut self, values: Vec<String>, name: &str, owner: &str) -> Form {
        let schema = json!({
            "description": "Meaning unknown; the list is open.",
            "type": "string",
            "x-extensible-enum": values,
        });
        let name = self.free_name(owner, name);
        // `KnownX` comes with it.
        self.taken.insert(names::pascal(&format!("Known{name}")));
        self.components.push((name.clone(), schema));
        Form::Reference(name)
    }

    fn object(&mut self, shape: &Shape, name: &str, owner: &str) -> Form {
        let of = shape.objects();
        let sorted = keys::sort(shape.fields().map(|(key, field)| (key, field.seen)), of);
        if !sorted.data.is_empty() {
            let values = shape.under(sorted.data.iter().copied());
            let form = self.of(&values, &singular(name), owner);
            return Form::Map(Value::Object(self.structure(form, values.nulls > 0)));
        }
        if sorted.names.is_empty() {
            return Form::Map(json!({}));
        }
        let component = self.free_name(owner, name);
        // Its place comes before those of the components inside it.
        let position = self.components.len();
        self.components.push((component.clone(), Value::Null));
        let mut properties = Map::new();
        let mut fields = BTreeSet::new();
        for key in sorted.names {
            // The field that keeps unknown properties has this name, and two fields can't have the same.
            let rust = names::snake(key);
            if rust == "extra" || !fields.insert(rust) {
                continue;
            }
            if let Some(field) = shape.field(key) {
                let form = self.of(field, key, &component);
                properties.insert(key.to_owned(), self.property(form, &field.sentence(of)));
            }
        }
        let schema = json!({
            "description": "Meaning unknown.",
            "type": "object",
            "additionalProperties": {},
            "properties": properties,
        });
        if let Some(entry) = self.components.get_mut(position) {
            entry.1 = schema;
        }
        Form::Reference(component)
    }

    /// A new component for values of several kinds, on top of the forms that are there already.
    pub(super) fn variants(
        &mut self,
        shape: &Shape,
        name: &str,
        owner: &str,
        known: Vec<Value>,
    ) -> Form {
        let mut forms = known;
        let component = self.free_name(owner, name);
        let position = self.components.len();
        self.components.push((component.clone(), Value::Null));
        for kind in shape.kinds() {
            forms.push(self.variant(shape, kind, name, &component));
        }
        // Objects first, texts last: a reader takes the first that fits.
        forms.sort_by_key(|form| {
            TITLES
                .iter()
                .position(|title| form.get("title") == Some(&json!(title)))
        });
        let schema =
            json!({"description": "Meaning unknown; several forms were seen.", "oneOf": forms});
        if let Some(entry) = self.components.get_mut(position) {
            entry.1 = schema;
        }
        Form::Reference(component)
    }

    /// One form of several.
    pub(super) fn variant(&mut self, shape: &Shape, kind: Kind, name: &str, owner: &str) -> Value {
        let one = shape.of_kind(kind);
        let form = match kind {
            Kind::Object | Kind::Array => self.of(&one, name, owner),
            Kind::Integer => Form::Plain(kind, Some("int64")),
            plain => Form::Plain(plain, None),
        };
        titled(kind, Value::Object(self.structure(form, false)))
    }

    fn free_name(&mut self, owner: &str, name: &str) -> String {
        let wanted = names::pascal(&format!("{owner}-{}", singular(name)));
        let mut candidates = std::iter::once(wanted.clone())
            .chain((2_u32..).map(|number| format!("{wanted}{number}")));
        let taken = &self.taken;
        let free = candidates
            .find(|candidate| {
                !taken.contains(candidate) && !taken.contains(&format!("Known{candidate}"))
            })
            .unwrap_or(wanted);
        self.taken.insert(free.clone());
        free
    }

    /// A schema of a form, without words about it.
    pub(super) fn structure(&self, form: Form, null: bool) -> Map<String, Value> {
        let mut schema = Map::new();
        match form {
            Form::Any => return schema,
            Form::Reference(name) => {
                let target = json!({"$ref": reference(&name)});
                if !null {
                    schema.insert("$ref".to_owned(), json!(reference(&name)));
                } else if self.has("JsonNull") {
                    let alternatives = json!([target, {"$ref": reference("JsonNull")}]);
                    schema.insert("oneOf".to_owned(), alternatives);
                } else {
                    schema.insert("allOf".to_owned(), json!([target]));
                    schema.insert("nullable".to_owned(), json!(true));
                }
                return schema;
            }
            Form::Plain(kind, format) => {
                schema.insert("type".to_owned(), json!(kind.name()));
                if let Some(format) = format {
                    schema.insert("format".to_owned(), json!(format));
                }
            }
            Form::List(items) => {
                schema.insert("type".to_owned(), json!("array"));
                schema.insert("items".to_owned(), items);
            }
            Form::Map(values) => {
                schema.insert("type".to_owned(), json!("object"));
                schema.insert("additionalProperties".to_owned(), values);
            }
        }
        if null {
            schema.insert("nullable".to_owned(), json!(true));
        }
        schema
    }

    /// A property of a form. Every property of an answer may be null.
    pub(super) fn property(&self, form: Form, sentence: &str) -> Value {
        let mut schema = Map::new();
        schema.insert("description".to_owned(), json!("Meaning unknown."));
        schema.extend(self.structure(form, true));
        schema.extend(self.provenance(sentence));
        Value::Object(schema)
    }

    /// Where a claim comes from. What the mock does says nothing of the service.
    pub(super) fn provenance(&self, sentence: &str) -> Map<String, Value> {
        let (source, observed) = if self.from_mock {
            ("guess", format!("{sentence}, in a journal of pancake-mock"))
        } else {
            ("observed", format!("{sentence}, A"))
        };
        let pairs = [("x-source", json!(source)), ("x-observed", json!(observed))];
        pairs
            .map(|(key, value)| (key.to_owned(), value))
            .into_iter()
            .collect()
    }
}

const TITLES: [&str; 5] = ["details", "list", "number", "flag", "text"];

/// A form with its name among several.
pub(super) fn titled(kind: Kind, schema: Value) -> Value {
    let title = match kind {
        Kind::Object => "details",
        Kind::Array => "list",
        Kind::Integer | Kind::Number => "number",
        Kind::Boolean => "flag",
        Kind::String => "text",
    };
    let mut titled = Map::new();
    titled.insert("title".to_owned(), json!(title));
    match schema.get("$ref") {
        Some(target) => {
            titled.insert("allOf".to_owned(), json!([{"$ref": target}]));
        }
        None => titled.extend(schema.as_object().cloned().into_iter().flatten()),
    }
    Value::Object(titled)
}

/// The reference to a component.
pub(super) fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

fn components(document: &Document) -> Vec<(&str, Node<'_>)> {
    let schemas = document
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"));
    schemas.iter().flat_map(Node::entries).collect()
}

/// The handwritten component that properties of a name have most often: `conversation_id` is a `ConversationId`.
fn by_name(document: &Document) -> BTreeMap<&str, &str> {
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (_, schema) in components(document) {
        for (name, property) in schema.get("properties").iter().flat_map(Node::entries) {
            let first = property
                .get("oneOf")
                .and_then(|list| list.items().into_iter().next());
            let target = property.reference().or_else(|| first?.reference());
            let component = target.and_then(|target| component_name(target, "schemas"));
            let Some(component) = component else { continue };
            let handwritten = document
                .target(&reference(component))
                .is_some_and(|schema| schema.get("x-handwritten-type").is_some());
            if handwritten {
                *counts
                    .entry(name)
                    .or_default()
                    .entry(component)
                    .or_default() += 1;
            }
        }
    }
    counts
        .into_iter()
        .filter_map(|(name, counts)| {
            let (component, _) = counts.into_iter().max_by_key(|(_, count)| *count)?;
            Some((name, component))
        })
        .collect()
}
