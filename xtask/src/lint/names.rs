//! Names: each one of the document becomes a Rust name of its own, and none that generated code uses itself.

use std::collections::BTreeMap;

use super::Report;
use crate::names::{pascal, snake};
use crate::spec::extensions::json_schema;
use crate::spec::{Document, Node};

/// Methods of the client, and the modules alongside it.
#[rustfmt::skip]
const CLIENT: &[&str] = &["base_url", "builder", "clone", "http", "transport", "types", "with_transport"];
/// What the module of the request builders imports, or takes from the prelude.
#[rustfmt::skip]
const BUILDERS: &[&str] = &[
    "Clone", "Debug", "Default", "Err", "From", "Into", "Ok", "Option", "Result", "Self", "Some", "String", "ToString",
    "TryFrom", "TryInto", "Vec",
];
/// What the module of the types uses by its plain name, in derives, macros and impls.
#[rustfmt::skip]
const TYPES: &[&str] = &[
    "Box", "Clone", "Copy", "Debug", "Default", "Deserialize", "Deserializer", "Display", "Eq", "Err", "Error",
    "Field", "From", "FromStr", "Hash", "Into", "Iterator", "Map", "None", "Ok", "Option", "Ord", "PartialEq",
    "PartialOrd", "Result", "Self", "Serialize", "Serializer", "Some", "String", "ToString", "TryFrom", "TryInto",
    "Value", "Vec", "Visitor",
];
/// What a request builder has beside its parameters.
const BUILDER: [&str; 5] = ["client", "draft", "new", "send", "value"];
/// What the code of every object uses itself.
const OBJECT: [&str; 1] = ["field"];

const ANOTHER: &str = "give this one another name";

/// The names of one scope, with what each stands for.
struct Scope<'s> {
    seen: BTreeMap<String, String>,
    taken: &'s [&'s str],
}

impl<'s> Scope<'s> {
    fn new(taken: &'s [&'s str]) -> Scope<'s> {
        Scope {
            seen: BTreeMap::new(),
            taken,
        }
    }

    /// Takes a name, or reports that it can't be had.
    fn take(
        &mut self,
        node: &Node<'_>,
        name: &str,
        rust: String,
        fix: &str,
        report: &mut Report<'_>,
    ) {
        if self.taken.contains(&rust.as_str()) {
            let what = format!("the generated code has something of its own called `{rust}`");
            report.error(node, what, fix);
        } else if let Some(other) = self.seen.get(&rust) {
            let what = format!("`{other}` and `{name}` both become `{rust}` in Rust");
            report.error(node, what, fix);
        } else {
            self.seen.insert(rust, name.to_owned());
        }
    }
}

/// Operations become methods, builders and constants.
pub(super) fn operations(document: &Document, report: &mut Report<'_>) {
    let mut methods = Scope::new(CLIENT);
    let mut builders = Scope::new(BUILDERS);
    for operation in document.operations() {
        let id = operation.node.get("operationId").zip(operation.id());
        let Some((node, id)) = id else { continue };
        methods.take(
            &node,
            id,
            snake(id),
            "give this operation a longer id",
            report,
        );
        builders.take(
            &node,
            id,
            pascal(id),
            "give this operation a longer id",
            report,
        );
    }
}

/// Parameters become fields and setters of a request builder.
pub(super) fn parameters(document: &Document, report: &mut Report<'_>) {
    const FIX: &str = "keep one of them, or mark the operation `x-handwritten`; the array form, `name[]`, can send one value too";
    let operations = document.operations();
    for operation in operations
        .iter()
        .filter(|operation| !operation.is_handwritten())
    {
        let mut fields = Scope::new(&BUILDER);
        if operation.body().is_some() {
            fields.seen.insert("body".to_owned(), "the body".to_owned());
        }
        for parameter in operation.parameters() {
            let name = parameter.name();
            fields.take(&parameter.listed, name, snake(name), FIX, report);
        }
    }
}

/// Component schemas become types, and so do inline schemas with a name of the generator's or a title.
pub(super) fn types(document: &Document, report: &mut Report<'_>) {
    let mut types = Scope::new(TYPES);
    for (name, schema) in document.components("schemas") {
        types.take(&schema, name, pascal(name), ANOTHER, report);
    }
    for operation in document.operations() {
        let id = operation.id().unwrap_or_default();
        let mut inline = Vec::new();
        let body = operation.body();
        inline.extend(body.and_then(|body| Some(("body".to_owned(), json_schema(&body)?))));
        for (_, _, response) in operation.responses() {
            inline.extend(json_schema(&response).map(|schema| ("response".to_owned(), schema)));
        }
        for parameter in operation.parameters() {
            let schema = parameter.node.get("schema");
            let enumerated = schema.filter(|schema| schema.get("enum").is_some());
            inline.extend(enumerated.map(|schema| (parameter.name().to_owned(), schema)));
        }
        for (suffix, schema) in inline {
            let rust = pascal(&format!("{id}-{suffix}"));
            if let Some(other) = types
                .seen
                .get(&rust)
                .filter(|_| schema.reference().is_none())
            {
                let what =
                    format!("the inline schema here and `{other}` both become `{rust}` in Rust");
                report.error(
                    &schema,
                    what,
                    "refer to that schema with `$ref`, or give it another name",
                );
            }
        }
    }
    titles(document, &types, report);
}

/// The generator takes an inline schema with the title of a component for that component, whatever it says.
fn titles(document: &Document, types: &Scope<'_>, report: &mut Report<'_>) {
    for schema in document.schemas() {
        let makes_a_type = ["properties", "enum", "oneOf"]
            .iter()
            .any(|key| schema.get(key).is_some());
        let Some(title) = schema.get("title").filter(|_| makes_a_type) else {
            continue;
        };
        let text = title.value().as_str().unwrap_or_default();
        let rust = pascal(text);
        let own = schema.pointer().strip_prefix("/components/schemas/");
        let clashes = types.seen.contains_key(&rust) && own.is_none_or(|name| pascal(name) != rust);
        if clashes || types.taken.contains(&rust.as_str()) {
            let what =
                format!("the title `{text}` makes this the type `{rust}`, which there is already");
            report.error(
                &title,
                what,
                "give it another title, or refer to the component",
            );
        }
    }
}

/// Properties become fields.
pub(super) fn fields(document: &Document, report: &mut Report<'_>) {
    for schema in document.schemas() {
        let Some(properties) = schema.get("properties") else {
            continue;
        };
        let rest = schema.get("additionalProperties");
        let mut fields = Scope::new(&OBJECT);
        if rest.is_some_and(|rest| rest.value().is_object()) {
            let what = "the field that keeps unknown properties".to_owned();
            fields.seen.insert("extra".to_owned(), what);
        }
        for (name, property) in properties.entries() {
            let fix = "drop one; where the object keeps unknown properties, `additionalProperties: {}` keeps its value";
            fields.take(&property, name, snake(name), fix, report);
        }
        for required in schema.get("required").iter().flat_map(Node::items) {
            let name = required.value().as_str().unwrap_or_default();
            if properties.get(name).is_none() {
                let what = format!("`{name}` is required, but not a property");
                report.error(
                    &required,
                    what,
                    "add it to `properties`, or take it out of `required`",
                );
            }
        }
    }
}

/// The values of an enum, and the titles of a `oneOf`, become variants.
pub(super) fn variants(document: &Document, report: &mut Report<'_>) {
    for schema in document.schemas() {
        for key in ["enum", "x-extensible-enum"] {
            let taken: &[&str] = if key == "enum" { &[] } else { &["Other"] };
            let mut variants = Scope::new(taken);
            for item in schema.get(key).iter().flat_map(Node::items) {
                let Some(value) = item.value().as_str() else {
                    continue;
                };
                let fix = "write a plain `type: string`, and list the values in the description";
                variants.take(&item, value, pascal(value), fix, report);
            }
        }
        let mut variants = Scope::new(&[]);
        for part in schema.get("oneOf").iter().flat_map(Node::items) {
            if let Some((title, text)) = part.get("title").zip(part.text("title")) {
                variants.take(&title, text, pascal(text), "give it another title", report);
            }
        }
    }
}
