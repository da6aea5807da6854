//! What captured responses show and the API document does not say.
//!
//! Captures hold what customers wrote, their names, phone numbers and tokens. So a finding is made of the place in the
//! *schema*, of kinds and of counts; the checker's own messages, which repeat values, are never used. Two things of a capture
//! can be shown, and are looked at closely: keys that look like names of fields (`keys`) and values of enums (`shape`).

mod capture;
mod check;
mod keys;
mod proposal;
mod report;
mod schema;
mod shape;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::spec::{Diagnostic, Diagnostics, Document, Operation};

use capture::Captured;
use check::{Checker, Findings};
use report::Group;

pub use report::Report;

/// What to look at, and what to say.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The captures: bodies in JSON, one or several after each other, or journals of pancake-mock.
    pub files: Vec<PathBuf>,
    /// The operation that bodies answer. Entries of journals that answer another one are left out.
    pub operation: Option<String>,
    /// Whether values that look like constants of an enum are shown.
    pub show_enum_values: bool,
}

/// Compares captures with the document.
///
/// # Errors
///
/// When a file can't be read, when there is no such operation, or when nothing says which one a body answers.
/// No message repeats anything of a capture.
pub fn learn(document: &Document, question: &Question) -> Result<Report, Diagnostics> {
    let operations = document.operations();
    if let Some(wanted) = &question.operation {
        known(document, &operations, wanted)?;
    }
    let captures = capture::read(&question.files)?;
    let mut left_out = vec![
        (captures.not_json, "# not JSON (HTML, cut off, or none)"),
        (captures.no_operation, "# without a request to an operation"),
    ];
    let mut bodies: BTreeMap<(String, bool), Vec<Value>> = BTreeMap::new();
    let mut foreign = 0;
    for response in captures.responses {
        let id = operation(&response, question)?;
        let failure = is_failure(response.status, &response.body);
        match id.filter(|id| {
            operations
                .iter()
                .any(|operation| operation.id() == Some(id))
        }) {
            Some(id) => bodies.entry((id, failure)).or_default().push(response.body),
            None => foreign += 1,
        }
    }
    left_out.push((foreign, "# of another operation"));
    let schemas = check::components(document);
    let mut groups = Vec::new();
    for ((id, failure), bodies) in bodies {
        let operation = operations
            .iter()
            .find(|operation| operation.id() == Some(&id));
        let checker = operation
            .and_then(|operation| Checker::new(document, &schemas, operation, failure).transpose());
        let mut findings = Findings::default();
        if let Some(checker) = checker.transpose()? {
            bodies
                .iter()
                .for_each(|body| checker.check(body, &mut findings));
        }
        findings.count(&bodies);
        groups.push(Group {
            operation: id,
            failure,
            responses: bodies.len(),
            findings,
        });
    }
    Ok(Report::new(
        document,
        groups,
        left_out,
        captures.from_mock,
        question.show_enum_values,
    ))
}

/// Refuses an operation that the document does not have.
fn known(
    document: &Document,
    operations: &[Operation<'_>],
    wanted: &str,
) -> Result<(), Diagnostics> {
    let ids: Vec<&str> = operations.iter().filter_map(Operation::id).collect();
    if ids.contains(&wanted) {
        return Ok(());
    }
    let ratio = |id: &str| similar::TextDiff::from_chars(wanted, id).ratio();
    let closest = ids.iter().max_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    let fix = match closest {
        Some(id) => format!("did you mean `{id}`? `openapi/COVERAGE.md` lists them all"),
        None => "the document has no operations".to_owned(),
    };
    Err(Diagnostic::file(
        &document.file,
        format!("there is no operation `{wanted}`"),
        fix,
    )
    .into())
}

/// The operation that a response answers; none when it is another one than the one asked for.
fn operation(response: &Captured, question: &Question) -> Result<Option<String>, Diagnostics> {
    match (&response.operation, &question.operation) {
        (None, None) => {
            let what = format!(
                "nothing says which operation response {} answers",
                response.number
            );
            Err(Diagnostic::file(&response.file, what, "name it with `--operation ID`").into())
        }
        (Some(said), Some(wanted)) if said != wanted => Ok(None),
        (said, wanted) => Ok(said.clone().or_else(|| wanted.clone())),
    }
}

/// Whether a response reports a failure, whatever its status.
fn is_failure(status: Option<u64>, body: &Value) -> bool {
    status.is_some_and(|status| status >= 400)
        || body.get("success") == Some(&Value::Bool(false))
        || (body.get("success").is_none() && body.get("errors").is_some_and(Value::is_array))
}
