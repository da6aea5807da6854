//! Calls the generator, and finds the part of the document that it stumbles over.

use openapiv3::OpenAPI;
use progenitor_impl::{
    GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl,
};
use quote::quote;
use serde_json::Value;

use super::prepare::prepare;
use super::{HANDWRITTEN_OPERATIONS, operations, quiet, rewrite};
use crate::lint::Audience;
use crate::names;
use crate::spec::extensions::{self, HandwrittenType};
use crate::spec::{Diagnostic, Diagnostics, Document};

/// The path of the type that the client hands every request to.
const TRANSPORT: &str = "crate::transport::SharedTransport";
/// The map type; a sorted one, so that a request's bytes do not change from run to run.
const MAP_TYPE: &str = "::std::collections::BTreeMap";
/// Derived for every type; a later step puts it behind the feature of the same name.
const SCHEMA_DERIVE: &str = "schemars::JsonSchema";
/// The generator nests as deeply as the document does; a thread's usual stack is too small for the deepest we accept.
const STACK: usize = 256 << 20;

/// What is generated from a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The client: types, builders, one method per operation.
    pub client: String,
    /// The table of operations.
    pub operations: String,
    /// The whole document as JSON, handwritten operations included.
    pub json: String,
    /// What the generator was told, for the lock file.
    pub settings: Vec<(&'static str, String)>,
}

/// Generates everything from a document that the rules accept.
///
/// # Errors
///
/// What the generator, or the rewriting of its output, does not accept.
pub fn generate(document: &Document, audience: Audience) -> Result<Generated, Diagnostics> {
    if audience == Audience::Own {
        check_handwritten(document)?;
    }
    // The token streams of the generator cannot leave their thread; text can.
    let client = std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK);
        let handle = worker.spawn_scoped(scope, || client(document));
        match handle.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            _ => Err(Diagnostic::file(
                &document.file,
                "the generator could not be run",
                "try again; if it stays so, report it with the document",
            )
            .into()),
        }
    })?;
    let mut json = serde_json::to_string_pretty(&document.value).map_err(|error| {
        Diagnostic::file(
            &document.file,
            format!("it does not become JSON: {error}"),
            "report it",
        )
    })?;
    json.push('\n');
    let operations = operations::table(document)?;
    Ok(Generated {
        client,
        operations,
        json,
        settings: settings_for_lock(document),
    })
}

/// The exact list keeps a slip of the pen from taking an operation out of the client.
fn check_handwritten(document: &Document) -> Result<(), Diagnostics> {
    let operations = document.operations();
    let mut problems = Vec::new();
    for operation in operations
        .iter()
        .filter(|operation| operation.is_handwritten())
    {
        if !operation
            .id()
            .is_some_and(|id| HANDWRITTEN_OPERATIONS.contains(&id))
        {
            let mut problem = Diagnostic::file(
                &document.file,
                format!(
                    "{} is marked `x-handwritten`, but nobody is known to write it",
                    operation.name()
                ),
                "remove the mark, or add the id to HANDWRITTEN_OPERATIONS in xtask/src/codegen/mod.rs",
            );
            problem.line = operation
                .node
                .get("x-handwritten")
                .and_then(|node| node.line());
            problems.push(problem);
        }
    }
    for id in HANDWRITTEN_OPERATIONS {
        let found = operations
            .iter()
            .find(|operation| operation.id() == Some(id));
        if !found.is_some_and(|operation| operation.is_handwritten()) {
            let mut problem = Diagnostic::file(
                &document.file,
                format!("`{id}` is written by hand, but the document does not mark it so"),
                "add `x-handwritten: \"why\"` to it, or take the id out of HANDWRITTEN_OPERATIONS in xtask/src/codegen/mod.rs",
            );
            problem.line = found.and_then(|operation| operation.node.line());
            problems.push(problem);
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Diagnostics(problems))
    }
}

fn client(document: &Document) -> Result<String, Diagnostics> {
    let value = prepare(document);
    let replacements = extensions::handwritten_types(document, &mut Vec::new());
    let tokens = match tokens(document, value.clone(), &replacements)? {
        Ok(tokens) => tokens,
        Err(message) => return Err(locate(document, &value, &replacements, message)),
    };
    rewrite::rewrite(document, tokens)
}

/// The generator's output, or what it said or panicked with.
fn tokens(
    document: &Document,
    value: Value,
    replacements: &[HandwrittenType],
) -> Result<Result<proc_macro2::TokenStream, String>, Diagnostics> {
    let spec = document.typed(value)?;
    Ok(run(&spec, replacements))
}

fn run(
    spec: &OpenAPI,
    replacements: &[HandwrittenType],
) -> Result<proc_macro2::TokenStream, String> {
    let caught = quiet::catch(|| Generator::new(&settings(replacements)).generate_tokens(spec));
    match caught {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(panic),
    }
}

fn settings(replacements: &[HandwrittenType]) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    let transport: proc_macro2::TokenStream = TRANSPORT.parse().unwrap_or_else(|_| quote!(()));
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(transport)
        .with_map_type(MAP_TYPE)
        .with_derive(SCHEMA_DERIVE);
    for replacement in replacements {
        let impls = replacement
            .impls
            .iter()
            .filter_map(|name| name.parse::<TypeImpl>().ok());
        settings.with_replacement(names::pascal(&replacement.schema), &replacement.path, impls);
    }
    settings
}

fn settings_for_lock(document: &Document) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("interface", "builder".to_owned()),
        ("tags", "merged".to_owned()),
        ("hooks", "expected".to_owned()),
        ("inner_type", TRANSPORT.to_owned()),
        ("map_type", MAP_TYPE.to_owned()),
        (
            "derive",
            format!("{SCHEMA_DERIVE}, behind the feature `schemars`"),
        ),
    ];
    for replacement in extensions::handwritten_types(document, &mut Vec::new()) {
        let HandwrittenType {
            schema,
            path,
            impls,
        } = replacement;
        let impls = if impls.is_empty() {
            String::new()
        } else {
            format!(": {}", impls.join(" + "))
        };
        settings.push(("replace", format!("{schema} = {path}{impls}")));
    }
    settings
}

/// Names what the generator stumbles over, by giving it one part of the document at a time.
fn locate(
    document: &Document,
    value: &Value,
    replacements: &[HandwrittenType],
    message: String,
) -> Diagnostics {
    let fails = |part: &Value| {
        let spec = serde_json::from_value::<OpenAPI>(part.clone()).ok()?;
        run(&spec, replacements).err()
    };
    let mut problems = Vec::new();
    let without_paths = with(value, "/paths", |_| Value::Object(serde_json::Map::new()));
    if fails(&without_paths).is_some() {
        for name in names_of(value, "/components/schemas") {
            let wanted = closure(value, &name);
            let part = with(&without_paths, "/components/schemas", |all| {
                keep(all, |key| wanted.contains(key))
            });
            if let Some(message) = fails(&part) {
                problems.push((
                    wanted.len(),
                    format!("/components/schemas/{name}"),
                    format!("the schema `{name}`"),
                    message,
                ));
            }
        }
        // Whatever refers to the bad schema fails with it; the smallest failing part is the schema itself.
        let smallest = problems.iter().map(|(size, ..)| *size).min();
        problems.retain(|(size, ..)| Some(*size) == smallest);
    } else {
        for operation in document
            .operations()
            .iter()
            .filter(|operation| !operation.is_handwritten())
        {
            let part = with(value, "/paths", |paths| {
                let path = keep(paths, |key| key == operation.path);
                with(&path, &format!("/{}", escape(operation.path)), |item| {
                    keep(item, |key| key == operation.method || key == "parameters")
                })
            });
            if let Some(message) = fails(&part) {
                problems.push((
                    0,
                    operation.node.pointer().to_owned(),
                    operation.name(),
                    message,
                ));
            }
        }
    }
    if problems.is_empty() {
        problems.push((0, String::new(), "the document".to_owned(), message));
    }
    let problems = problems.into_iter().map(|(_, pointer, name, message)| {
        let mut diagnostic = Diagnostic::file(
            &document.file,
            format!("the generator cannot translate {name}: {}", first_line(&message)),
            "write it in a form that openapi/README.md lists, or mark the operation `x-handwritten`",
        );
        diagnostic.line = document.line(&pointer);
        diagnostic.pointer = Some(pointer);
        diagnostic
    });
    Diagnostics(problems.collect())
}

fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    if line.chars().count() > 200 {
        format!("{}…", line.chars().take(200).collect::<String>())
    } else {
        line.to_owned()
    }
}

fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// A copy of `value` in which one part is replaced.
fn with(value: &Value, pointer: &str, change: impl FnOnce(&Value) -> Value) -> Value {
    let mut copy = value.clone();
    if let Some(part) = copy.pointer_mut(pointer) {
        *part = change(part);
    }
    copy
}

fn keep(map: &Value, wanted: impl Fn(&str) -> bool) -> Value {
    let entries = map
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| wanted(key));
    Value::Object(
        entries
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    )
}

fn names_of(value: &Value, pointer: &str) -> Vec<String> {
    value
        .pointer(pointer)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|map| map.keys().cloned())
        .collect()
}

/// The names of a component schema and of all that it needs.
fn closure(value: &Value, name: &str) -> std::collections::BTreeSet<String> {
    let mut found = std::collections::BTreeSet::new();
    let mut waiting = vec![name.to_owned()];
    while let Some(name) = waiting.pop() {
        if let Some(schema) = value.pointer(&format!("/components/schemas/{}", escape(&name)))
            && found.insert(name)
        {
            references(schema, &mut waiting);
        }
    }
    found
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(entries) => {
            if let Some(Value::String(reference)) = entries.get("$ref") {
                found.extend(crate::spec::component_name(reference, "schemas").map(str::to_owned));
            }
            entries.values().for_each(|value| references(value, found));
        }
        _ => {}
    }
}
