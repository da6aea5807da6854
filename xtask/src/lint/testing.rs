//! What the tests of the rules share: a document that is right, and how to spoil it.

use super::{Audience, Kind, apply};
use crate::spec::{Diagnostic, Document, Severity};

/// The start of a document; paths and components are added by each test.
pub(super) const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n";

/// What keeps a document that we maintain from being generated, one a line; what else it lacks has tests of its own.
pub(super) fn own(text: &str) -> Vec<String> {
    problems(text, Audience::Own)
}

/// All problems in a document of someone else, one a line.
pub(super) fn foreign(text: &str) -> Vec<String> {
    problems(text, Audience::Foreign)
}

fn problems(text: &str, audience: Audience) -> Vec<String> {
    let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
    let found = apply(&document, audience, &[Kind::Code]);
    found.0.iter().map(plain).collect()
}

/// A finding without the rule and the pointer: what a test of one rule need not repeat.
pub(super) fn plain(finding: &Diagnostic) -> String {
    let note = if finding.severity == Severity::Note {
        "note: "
    } else {
        ""
    };
    let (file, line) = (&finding.file, finding.line.unwrap_or_default());
    format!("{file}:{line}: {note}{}; {}", finding.what, finding.fix)
}

/// A document with one operation `GET /a`, whose further lines are given (six blanks of indentation).
pub(super) fn operation(lines: &str) -> String {
    format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: read\n      x-idempotent: true\n{lines}"
    )
}

/// A document with one component schema `A` of the given flow form, which a response holds.
pub(super) fn in_response(schema: &str) -> String {
    let reference = "{$ref: '#/components/schemas/A'}";
    let responses = format!(
        "      responses: {{'200': {{description: ok, content: {{application/json: {{schema: {reference}}}}}}}}}\n"
    );
    format!(
        "{}components:\n  schemas:\n    A: {schema}\n",
        operation(&responses)
    )
}

/// As [`in_response`], but a request body holds it.
pub(super) fn in_request(schema: &str) -> String {
    let reference = "{$ref: '#/components/schemas/A'}";
    let body = format!(
        "      requestBody: {{required: true, content: {{application/json: {{schema: {reference}}}}}}}\n"
    );
    format!(
        "{}      responses: {{'200': {{description: ok}}}}\ncomponents:\n  schemas:\n    A: {schema}\n",
        operation(&body)
    )
}

/// The spoiled document has exactly this problem, and the mended one has none.
#[track_caller]
pub(super) fn pair(bad: &str, problem: &str, good: &str) {
    assert_eq!(own(bad), [problem]);
    assert_eq!(own(good), [""; 0]);
}
