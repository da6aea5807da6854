//! Calls the generator.

use openapiv3::OpenAPI;
use progenitor_impl::{
    GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl,
};
use quote::quote;

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
    let replacements = extensions::handwritten_types(document);
    let spec = document.typed(value)?;
    let tokens = run(&spec, &replacements).map_err(|message| {
        let what = format!(
            "the generator cannot translate it: {}",
            first_line(&message)
        );
        let fix =
            "undo the last change and report both: openapi/grammar.json should have refused it";
        Diagnostic::file(&document.file, what, fix)
    })?;
    rewrite::rewrite(document, tokens)
}

/// The generator's output, or what it said or panicked with.
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
    for replacement in extensions::handwritten_types(document) {
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

fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    if line.chars().count() > 200 {
        format!("{}…", line.chars().take(200).collect::<String>())
    } else {
        line.to_owned()
    }
}
