//! What captured answers show and the API document does not say.
//!
//! Captures hold what customers wrote, their names, phone numbers and tokens. So the values are turned into shapes first
//! (`shape.rs`), and everything after that works on shapes: there is no value left that a report could print, with
//! two exceptions that are looked at closely: keys (`keys.rs`) and values of enums (`constants.rs`).

mod accepts;
mod amend;
mod capture;
mod compare;
mod constants;
mod edit;
mod enums;
mod finding;
mod forms;
mod guess;
mod keys;
mod lessons;
mod proposal;
mod report;
mod shape;
mod text_form;
mod unseen;
mod values;
mod yaml_text;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::spec::{Diagnostic, Diagnostics, Document, Node, Operation};

use capture::{Captured, Captures};
use compare::{Comparison, is_failure};
use finding::Side;
use forms::Forms;
use lessons::Lessons;
use report::Group;
use shape::Shape;

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
    /// Whether to list what the document claims and no capture showed.
    pub unseen: bool,
}

/// The answers that are compared with one schema.
struct Heap<'a> {
    schema: Node<'a>,
    shape: Shape,
}

/// Compares captures with the document.
///
/// # Errors
///
/// When a file can't be read, when there is no such operation, or when the shape of a body does not say what it answers.
/// No message repeats anything of a capture.
pub fn learn(document: &Document, question: &Question) -> Result<Report, Diagnostics> {
    if let Some(wanted) = &question.operation {
        known(document, wanted)?;
    }
    let captures = capture::read(&question.files)?;
    let mut left_out = vec![
        (captures.not_json, "#, not JSON (HTML, cut off, or none)"),
        (captures.no_operation, "#, no request to an operation"),
    ];
    let from_mock = captures.from_mock;
    let (heaps, foreign) = sort(document, question, captures)?;
    left_out.push((foreign, "#, of another operation"));
    let mut lessons = Lessons::default();
    let mut groups = Vec::new();
    for ((operation, side), heap) in &heaps {
        let mut comparison = Comparison {
            operation,
            side: *side,
            show_values: question.show_enum_values,
            lessons: &mut lessons,
        };
        comparison.run(&heap.shape, &heap.schema);
        let unseen = if question.unseen {
            unseen::fields(&heap.shape, &heap.schema)
        } else {
            Vec::new()
        };
        groups.push(Group {
            operation: operation.clone(),
            side: *side,
            answers: heap.shape.seen,
            unseen,
        });
    }
    let forms = Forms::new(document, question.show_enum_values, from_mock);
    let proposals = proposal::propose(forms, &lessons);
    Ok(Report {
        file: document.file.clone(),
        source: document.text.clone(),
        groups,
        findings: lessons.findings,
        proposals,
        from_mock,
        left_out,
        with_unseen: question.unseen,
    })
}

/// Refuses an operation that the document does not have.
fn known(document: &Document, wanted: &str) -> Result<(), Diagnostics> {
    let operations = document.operations();
    let ids: Vec<&str> = operations.iter().filter_map(Operation::id).collect();
    if ids.contains(&wanted) {
        return Ok(());
    }
    let closest = ids.iter().max_by(|a, b| {
        let ratio = |id: &str| similar::TextDiff::from_chars(wanted, id).ratio();
        ratio(a).total_cmp(&ratio(b))
    });
    let fix = match closest {
        Some(id) => format!("did you mean `{id}`? `openapi/COVERAGE.md` lists them all"),
        None => "the document has no operations".to_owned(),
    };
    let what = format!("there is no operation `{wanted}`");
    Err(Diagnostic::file(&document.file, what, fix).into())
}

type Heaps<'a> = BTreeMap<(String, Side), Heap<'a>>;

/// Puts each answer to those that have the same schema; also the number of answers of other operations.
fn sort<'a>(
    document: &'a Document,
    question: &Question,
    captures: Captures,
) -> Result<(Heaps<'a>, u64), Diagnostics> {
    let operations = document.operations();
    let by_id = |id: &str| {
        operations
            .iter()
            .find(|operation| operation.id() == Some(id))
    };
    let mut heaps = Heaps::new();
    let mut problems = Vec::new();
    let mut foreign = 0;
    for answer in captures.answers {
        let failure = is_failure(answer.status, &answer.body);
        let said = answer.operation.as_deref();
        if said.is_some_and(|said| {
            by_id(said).is_none()
                || question
                    .operation
                    .as_deref()
                    .is_some_and(|wanted| wanted != said)
        }) {
            foreign += 1;
            continue;
        }
        let found = match said.or(question.operation.as_deref()) {
            Some(id) => by_id(id).map(|operation| (id.to_owned(), operation)),
            // Failures look the same whatever was asked.
            None if failure && same_failure(&operations) => operations
                .first()
                .map(|operation| ("any operation".to_owned(), operation)),
            None => match guess::operations(document, &answer.body) {
                Ok(ids) => ids
                    .first()
                    .and_then(|id| by_id(id))
                    .map(|operation| (ids.join(" or "), operation)),
                Err(candidates) => {
                    problems.push(ambiguous(&answer, &candidates));
                    continue;
                }
            },
        };
        let side = if failure {
            Side::Failure
        } else {
            Side::Success
        };
        let placed = found.and_then(|(label, operation)| {
            Some((label, guess::answer_schema(operation, failure)?))
        });
        let Some((label, schema)) = placed else {
            foreign += 1;
            continue;
        };
        let heap = heaps.entry((label, side)).or_insert_with(|| Heap {
            schema,
            shape: Shape::default(),
        });
        heap.shape.add(&answer.body);
    }
    if problems.is_empty() {
        Ok((heaps, foreign))
    } else {
        Err(Diagnostics(problems))
    }
}

fn same_failure(operations: &[Operation<'_>]) -> bool {
    let mut targets = operations
        .iter()
        .map(|operation| guess::answer_schema(operation, true)?.reference());
    let first = targets.next().flatten();
    first.is_some() && targets.all(|target| target == first)
}

fn ambiguous(answer: &Captured, candidates: &[&str]) -> Diagnostic {
    let what = match candidates {
        [] => format!("the shape of answer {} fits no operation", answer.number),
        several => format!(
            "answer {} could be of {}",
            answer.number,
            several.join(", ")
        ),
    };
    Diagnostic::file(&answer.file, what, "say which with `--operation ID`")
}
