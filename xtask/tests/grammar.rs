//! Documents without findings become code that builds.
//!
//! Random documents lose the parts that have findings; what is left is generated, and all of it is checked as one
//! crate, a module for each document. `LINT_CASES=200 cargo test -p xtask --test grammar` looks further.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use xtask::lint::{Audience, lint};
use xtask::spec::Document;
use xtask::{codegen, workspace};

/// Names of components that generated code could use itself, and some that it does not.
#[rustfmt::skip]
const TYPES: &[&str] = &[
    "Thing", "Part", "Kind", "Other", "Option", "Result", "String", "Field", "Value", "Map", "Vec", "Box", "Some", "Ok",
    "None", "Default", "Clone", "Debug", "From", "Iterator", "Send", "Error", "Client", "Display", "Cow", "Type", "I64",
    "Number", "Object", "List", "ToString", "Hash", "Into", "Fn", "Drop", "Sync", "Sized", "AsRef", "Text", "Bool",
    "Deserialize", "Serialize", "TryFrom", "Builder", "Types", "ResponseValue", "ByteStream", "Extra", "Self",
];
/// Names of properties and parameters.
#[rustfmt::skip]
const FIELDS: &[&str] = &[
    "id", "type", "field", "extra", "value", "key", "map", "self", "3d", "a-b", "a_b", "ưu đãi", "", "Tags", "name",
    "builder", "default", "new", "None", "x", "fields", "object", "out", "seen", "rest", "result", "body", "client",
    "url", "request", "response", "info", "header_map", "draft", "send", "sent", "query", "V", "T", "e", "error", "tags[]", "$ref",
    "as", "from", "into", "clone", "serializer", "deserializer", "visitor", "state", "text", "number", "reason",
];
const TITLES: &[&str] = &["part", "Thing", "other", "some text", "Option", "x"];
const OPERATIONS: &[&str] = &[
    "read",
    "list_things",
    "make-thing",
    "send",
    "option",
    "result",
    "string",
    "error",
    "builder",
    "types",
    "client",
    "post",
    "exec",
    "base_url",
    "inner",
    "baseurl",
    "new",
    "ok",
    "vec",
    "default",
    "clone",
    "from",
    "self",
    "thing",
    "format",
    "inner",
    "drop",
];

/// How the crate takes a document in.
const MODULE: &str = "
#[allow(missing_docs, unused_imports, elided_lifetimes_in_paths)]
#[path = \"../NAME.rs\"]
mod NAME;
#[allow(missing_docs)]
#[path = \"../NAME_operations.rs\"]
mod NAME_operations;
";

/// A client of its own for each document, around the one of the crate.
const CLIENT: &str = "
#[derive(Clone, Debug)]
pub struct Client(crate::client::Client);
impl std::ops::Deref for Client {
    type Target = crate::client::Client;
    fn deref(&self) -> &Self::Target { &self.0 }
}
";

/// What a schema may get beside its own keys: the type that the key is for, the key, the value.
#[rustfmt::skip]
const EXTRAS: &[(&str, &str, &str)] = &[
    ("", "nullable", "true"), ("", "title", "\"some text\""), ("", "title", "\"Thing\""), ("", "default", "\"a\""),
    ("", "readOnly", "true"), ("", "description", "\"Words.\""), ("", "deprecated", "true"),
    ("", "x-handwritten-type", "\"crate::id::Id\""),
    ("string", "enum", "[\"a\", \"b\"]"), ("string", "enum", "[\"a\"]"), ("string", "enum", "[null]"),
    ("string", "enum", "[\"self\", \"Self\", \"3d\", \"+1\"]"), ("string", "enum", "[\"Ok\", \"None\", \"Err\"]"),
    ("string", "x-extensible-enum", "[\"A\", \"b c\", \"3d\"]"), ("string", "minLength", "1"), ("string", "maxLength", "9"),
    ("string", "pattern", "\"^a$\""), ("string", "format", "\"date\""), ("string", "format", "\"date-time\""),
    ("string", "format", "\"uuid\""), ("string", "format", "\"binary\""), ("string", "format", "\"ipv4\""),
    ("integer", "format", "\"int32\""), ("integer", "format", "\"int64\""), ("integer", "format", "\"uint8\""),
    ("integer", "enum", "[1, 2]"), ("integer", "minimum", "1"), ("integer", "maximum", "3"), ("integer", "multipleOf", "2"),
    ("integer", "exclusiveMinimum", "true"), ("integer", "default", "1"),
    ("number", "format", "\"float\""), ("number", "format", "\"double\""), ("number", "minimum", "0.5"), ("number", "enum", "[0.5]"),
    ("boolean", "enum", "[true]"), ("boolean", "default", "false"),
    ("array", "minItems", "1"), ("array", "maxItems", "1"), ("array", "maxItems", "2"), ("array", "uniqueItems", "true"),
    ("object", "additionalProperties", "false"), ("object", "additionalProperties", "true"),
    ("object", "additionalProperties", "{}"), ("object", "additionalProperties", "{\"type\": \"integer\"}"),
    ("object", "minProperties", "1"), ("object", "maxProperties", "1"),
];
/// The components that every document has, so that references lead somewhere.
const COMPONENTS: &str = r##"{
    "Failure": {"type": "object", "properties": {"message": {"type": "string"}}},
    "JsonNull": {"type": "string", "nullable": true, "enum": [null]},
    "Part": {"type": "object", "additionalProperties": {}, "properties": {"id": {"type": "string"}, "part": {"$ref": "#/components/schemas/Part"}}},
    "Size": {"type": "string", "enum": ["big", "small"]},
    "Sort": {"type": "string", "x-extensible-enum": ["A", "b c", "3d"]}
}"##;

/// The schema, with one of the keys that its type may have.
fn seasoned((mut schema, extra): (Value, Option<Index>)) -> Value {
    let kind = schema["type"].as_str().unwrap_or_default();
    let fitting = EXTRAS
        .iter()
        .filter(|(of, ..)| of.is_empty() || *of == kind);
    let fitting: Vec<_> = fitting.collect();
    if let (Some(extra), None) = (extra, schema.get("$ref")) {
        let (_, key, value) = extra.get(&fitting);
        schema[*key] = serde_json::from_str(value).unwrap();
    }
    schema
}

/// Each key once, alone and in a property, so that each is refused or builds.
fn forms() -> Value {
    let mut schemas: Map<String, Value> = serde_json::from_str(COMPONENTS).unwrap();
    for (number, (of, key, value)) in EXTRAS.iter().enumerate() {
        for kind in ["string", "integer", "number", "boolean", "array", "object"] {
            if !of.is_empty() && *of != kind {
                continue;
            }
            let mut schema = json!({"type": kind});
            if kind == "array" {
                schema["items"] = json!({"type": "string"});
            }
            schema[*key] = serde_json::from_str(value).unwrap();
            let holder = json!({"type": "object", "required": ["must"], "properties": {"must": schema, "may": schema}});
            schemas.insert(format!("Alone{number}{kind}"), schema);
            schemas.insert(format!("Inside{number}{kind}"), holder);
        }
    }
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": schemas}})
}

/// Plain names mostly: a component with one bad part is dropped as a whole.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![5 => "[a-z]{3,6}", 1 => select(FIELDS).prop_map(str::to_owned)]
}

fn component() -> impl Strategy<Value = String> {
    prop_oneof![2 => "[A-Z][a-z]{3,6}", 1 => select(TYPES).prop_map(str::to_owned)]
}

fn schema() -> impl Strategy<Value = Value> {
    let extra = || prop::option::weighted(0.1, any::<Index>());
    let plain = select(vec!["string", "integer", "number", "boolean"]);
    let reference = select(vec!["Failure", "JsonNull", "Part", "Size", "Sort"])
        .prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    let leaf = prop_oneof![
        6 => plain.prop_map(|kind| json!({"type": kind})),
        3 => reference,
        1 => Just(json!({})),
    ];
    let leaf = (leaf, extra()).prop_map(seasoned);
    leaf.prop_recursive(3, 24, 4, move |inner| {
        let property = (field(), inner.clone(), any::<bool>());
        let parts = (inner.clone(), prop::option::of(select(TITLES)));
        let nested = prop_oneof![
            2 => inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            4 => prop::collection::vec(property, 0..5).prop_map(object),
            1 => inner.clone().prop_map(|rest| json!({"type": "object", "additionalProperties": rest})),
            1 => inner.prop_map(|part| json!({"allOf": [part]})),
            2 => prop::collection::vec(parts, 1..4).prop_map(one_of),
        ];
        (nested, extra()).prop_map(seasoned)
    })
}

fn object(properties: Vec<(String, Value, bool)>) -> Value {
    let mut entries = Map::new();
    let mut required = BTreeSet::new();
    for (name, schema, must) in properties {
        if must {
            required.insert(name.clone());
        }
        entries.insert(name, schema);
    }
    json!({"type": "object", "required": required, "properties": entries})
}

fn one_of(parts: Vec<(Value, Option<&str>)>) -> Value {
    let parts = parts.into_iter().map(|(mut part, title)| {
        if let (Some(title), Some(entries)) = (title, part.as_object_mut()) {
            entries.insert("title".to_owned(), json!(title));
        }
        part
    });
    json!({"oneOf": parts.collect::<Vec<_>>()})
}

fn operation() -> impl Strategy<Value = (&'static str, Value)> {
    let parameter = (field(), schema(), any::<bool>()).prop_map(
        |(name, schema, required)| json!({"name": name, "in": "query", "required": required, "schema": schema}),
    );
    let parts = (
        select(OPERATIONS),
        prop::collection::vec(parameter, 0..3),
        prop::option::of(schema()),
        schema(),
    );
    parts.prop_map(|(id, parameters, body, response)| {
        let failure = json!({"description": "d", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}});
        let mut operation = json!({
            "operationId": id, "parameters": parameters, "security": [], "x-idempotent": true,
            "responses": {"200": {"description": "d", "content": {"application/json": {"schema": response}}}, "4XX": failure, "5XX": failure},
        });
        if let Some(schema) = body {
            operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": schema}}});
        }
        (id, operation)
    })
}

fn document() -> impl Strategy<Value = Value> {
    let schemas = prop::collection::btree_map(component(), schema(), 3..9);
    let operations = prop::collection::vec(operation(), 1..4);
    (schemas, operations).prop_map(|(schemas, operations)| {
        let paths = operations
            .into_iter()
            .map(|(id, operation)| (format!("/{id}"), json!({"post": operation})));
        let mut schemas: Map<String, Value> = schemas.into_iter().collect();
        let fixed: Map<String, Value> = serde_json::from_str(COMPONENTS).unwrap();
        schemas.extend(fixed);
        json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
            "paths": paths.collect::<Map<_, _>>(), "components": {"schemas": schemas},
        })
    })
}

/// The document without the paths and components that have findings.
fn accepted(mut value: Value) -> Document {
    loop {
        let document = Document::from_bytes(value.to_string().into_bytes(), "api.json").unwrap();
        let found = lint(&document, Audience::Foreign);
        if !found.has_errors() {
            return document;
        }
        for finding in &found.0 {
            let pointer = finding.pointer.as_deref().unwrap_or_default();
            let mut steps = pointer
                .split('/')
                .skip(1)
                .map(|step| step.replace("~1", "/"));
            let removed = match (steps.next().as_deref(), steps.next(), steps.next()) {
                (Some("paths"), Some(path), _) => {
                    value["paths"].as_object_mut().unwrap().remove(&path)
                }
                (Some("components"), _, Some(name)) => value["components"]["schemas"]
                    .as_object_mut()
                    .unwrap()
                    .remove(&name),
                _ => None,
            };
            // A part with two findings is gone by the second; anything else would never end.
            assert!(
                removed.is_some() || found.0.len() > 1,
                "{finding}\n{value:#}"
            );
        }
    }
}

fn cases(usual: usize) -> usize {
    let wanted = std::env::var("LINT_CASES").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The crate of the goldens, at another place, and with another workspace around it.
fn write_crate(directory: &Path, modules: &str) {
    let root = workspace::root();
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let here = root.display();
    let workspace = read("Cargo.toml").replace("path = \"", &format!("path = \"{here}/"));
    let members = workspace
        .lines()
        .find(|line| line.starts_with("members = "))
        .unwrap();
    let workspace = workspace.replace(members, "members = []");
    let package = read("tests/goldens/Cargo.toml").replace("include = ", "exclude = ");
    std::fs::write(
        directory.join("Cargo.toml"),
        format!("{workspace}\n{package}"),
    )
    .unwrap();
    std::fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    let library = read("tests/goldens/src/lib.rs")
        .replace("\"../../../", &format!("\"{here}/"))
        .replace(
            "\"../generated/",
            &format!("\"{here}/tests/goldens/generated/"),
        );
    std::fs::create_dir(directory.join("src")).unwrap();
    std::fs::write(directory.join("src/lib.rs"), library + modules).unwrap();
}

#[test]
fn documents_without_findings_become_code_that_builds() {
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let directory = tempfile::tempdir().unwrap();
    let mut modules = String::new();
    let mut types = 0;
    for case in 0..cases(60) {
        let value = match case {
            0 => forms(),
            _ => document().new_tree(&mut runner).unwrap().current(),
        };
        let document = accepted(value);
        types += document.components("schemas").len();
        let generated = codegen::generate(&document, Audience::Foreign).unwrap();
        // All calls of a crate fail with the one type of the goldens.
        let client = generated
            .client
            .replace("types::Failure>", "crate::generated::types::Failure>")
            .replace("use crate::client::Client;", CLIENT)
            .replace(
                "crate::operations::",
                &format!("crate::document_{case}_operations::"),
            );
        let file = directory.path().join(format!("document_{case}.rs"));
        std::fs::write(&file, client).unwrap();
        let operations = directory
            .path()
            .join(format!("document_{case}_operations.rs"));
        std::fs::write(operations, &generated.operations).unwrap();
        std::fs::write(file.with_extension("json"), &generated.json).unwrap();
        writeln!(
            modules,
            "{}",
            MODULE.replace("NAME", &format!("document_{case}"))
        )
        .unwrap();
    }
    // Most parts survive, or the test says little.
    assert!(types > 7 * cases(60), "only {types} types");
    write_crate(directory.path(), &modules);
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace::root().join("target"), Into::into);
    let output = Command::new(env!("CARGO"))
        .args(["check", "--lib", "--offline", "--quiet", "--manifest-path"])
        .arg(directory.path().join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let kept = directory.keep();
        assert!(
            output.status.success(),
            "{errors}\nThe crate is {}",
            kept.display()
        );
    }
}
