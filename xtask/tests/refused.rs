//! One spoiled document for each rule: refused under the rule's name, at its line, with advice.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed expectation ends the test"
)]

use std::collections::BTreeSet;

use serde_json::Value;
use xtask::commands::spec::lint::{Format, Options, findings, render};
use xtask::lint;
use xtask::spec::Diagnostics;

/// A document that every rule accepts.
const WHOLE: &str = include_str!("documents/whole.yaml");

/// The rule; what is replaced by what; a text on the line of the finding; a part of the advice.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("readable", "openapi: 3.0.3", "openapi: [3.0.3", "info: {", "mend the syntax"),
    ("readable", "    TagList:\n", "    ApiError: {}\n    TagList:\n", "    ApiError:\n", "keep one of the two"),
    ("version", "openapi: 3.0.3", "openapi: 3.1.0", "openapi: 3.1.0", "write `openapi: 3.0.3`"),
    ("section", "info: {title: t, version: '1'}", "info: {title: t, version: 1}", "info:", "add it, in quotes"),
    ("unknown-key", "summary: Add a tag", "sumary: Add a tag", "sumary", "is `summary` meant?"),
    ("unknown-key", "description: Id of the page.", "description: Id of the page.\n          deprected: true", "deprected", "is `deprecated` meant?"),
    ("operation-id", "      operationId: add_tag\n", "", "    post:", "add one in snake_case"),
    ("reserved-id", "operationId: add_tag", "operationId: baseurl", "baseurl", "a longer id"),
    ("path-item", "  /pages/{page_id}/tags:", "  pages/{page_id}/tags:", "pages/{page_id}", "add the slash"),
    ("path-template", "/pages/{page_id}/tags:", "/pages/{page_id}/{tag}/tags:", "    post:", "`in: path` and `required: true`"),
    ("reference", "schemas/AddTagBody'}", "schemas/AddTgBody'}", "AddTgBody", "is `#/components/schemas/AddTagBody` meant?"),
    ("reference-sibling", "{$ref: '#/components/schemas/TagList'}", "{nullable: true, $ref: '#/components/schemas/TagList'}", "nullable: true, $ref", "allOf"),
    ("circle", "      type: object\n      required: [text]", "      type: object\n      allOf: [{$ref: '#/components/schemas/AddTagBody'}]\n      required: [text]", "    AddTagBody:", "hold itself in a property"),
    ("parameter-name", "      requestBody:", "        - {name: pageId, in: query, description: d, schema: {type: string}, example: a}\n      requestBody:", "pageId", "keep one of them"),
    ("parameter-form", "          in: path\n          required: true\n          description: Id of the page.\n          schema: {type: string}", "          in: path\n          style: matrix\n          required: true\n          description: Id of the page.\n          schema: {type: string}", "matrix", "`style: simple`"),
    ("request-body", "        required: true\n        content:", "        content:", "requestBody:", "add `required: true`"),
    ("response-type", "        4XX: {", "        201: {description: d}\n        4XX: {", "201:", "same `$ref`"),
    ("response-content", "              schema: {$ref: '#/components/schemas/TagList'}\n", "", "application/json:", "`{}` accepts anything"),
    ("schema-name", "    ApiError:\n", "    api_error: {description: d, type: object}\n    ApiError:\n", "    ApiError:", "another name"),
    ("schema-title", "text: {description: Its text., type: string, maxLength: 9}", "text: {description: Its text., type: string, title: api error, enum: [red]}", "title: api error", "another title"),
    ("schema-combination", "text: {description: Its text., type: string, maxLength: 9}", "text: {description: Its text., anyOf: [{type: string}]}", "anyOf", "use `oneOf`"),
    ("schema-type", "type: integer, nullable: true", "type: [integer, 'null'], nullable: true", "[integer", "`nullable: true`"),
    ("schema-form", "text: {description: Its text., type: string, maxLength: 9}", "text: {description: Its text., not: {type: integer}}", "not:", "what the value is"),
    ("enum-value", "type: string, maxLength: 9", "type: string, enum: [red, red]", "[red, red]", "remove one"),
    ("default-value", "type: string, maxLength: 9", "type: string, default: red", "default:", "in the description"),
    ("pattern", "type: string, maxLength: 9", "type: string, pattern: '('", "pattern:", "single quotes"),
    ("hidden-variant", "text: {description: Its text., type: string, maxLength: 9}", "text: {description: Its text., oneOf: [{type: string}, {type: string, enum: [red]}]}", "oneOf", "the stricter one first"),
    ("extra-property", "count: {", "extra: {", "extra: {", "remove `additionalProperties`"),
    ("property-name", "        count: {", "        Tags: {type: string, nullable: true, x-source: doc}\n        count: {", "        Tags:", "drop one"),
    ("ignored-part", "type: string, maxLength: 9", "type: string, writeOnly: true", "writeOnly", "one schema for the request"),
    ("lenient-answer", "type: integer, nullable: true", "type: string, format: date-time, nullable: true", "date-time", "`x-handwritten-type`"),
    ("own-key", "x-source: observed", "x-source: heard", "heard", "doc, observed or guess"),
    ("open-enum", "    ApiError:\n", "    Odd: {description: d, type: integer, x-extensible-enum: [a]}\n    ApiError:\n", "    Odd:", "`type: string`"),
    ("operation-table", "      x-idempotent: false\n", "", "    post:", "x-idempotent: true"),
    ("operation-text", "      summary: Add a tag\n", "", "    post:", "a few words"),
    ("operation-tag", "      tags: [Tags]\n", "      tags: [Tags, Tags]\n", "      tags: [Tags, Tags]", "give it one"),
    ("parameter-text", "          example: '1'\n", "", "        - name: page_id", "as it is sent"),
    ("answers", "        5XX: {$ref: '#/components/responses/Failure'}\n", "", "      responses:", "4XX and 5XX"),
    ("error-schema", "5XX: {$ref: '#/components/responses/Failure'}", "5XX: {description: d}", "5XX:", "one component"),
    ("security", "      security: [{pageToken: []}]\n", "", "    post:", "for none"),
    ("server", "'https://a.example'", "'http://a.example'", "http://a.example", "with https"),
    ("naming", "operationId: add_tag", "operationId: AddTag", "AddTag", "write `add_tag`"),
    ("description", "      description: A new tag.\n", "", "    AddTagBody:", "in a line what it is"),
    ("provenance", ", x-source: observed", "", "count: {", "`x-source: doc`"),
    ("optional-nullable", "type: integer, nullable: true", "type: integer", "count: {", "JsonNull"),
    ("id-or-time", "        count: {", "        tag_id: {type: string, nullable: true, x-source: doc}\n        count: {", "tag_id", "one of the id components"),
    ("strict-request", "      additionalProperties: false\n", "", "    AddTagBody:", "`additionalProperties: false`"),
    ("secret", "        count: {", "        my_secret: {type: string, nullable: true, x-source: doc}\n        count: {", "my_secret", "`AccessToken`"),
    ("unused", "    ApiError:\n", "    Alone: {description: d, type: object}\n    ApiError:\n", "    Alone:", "refer to it, or remove it"),
    ("example-missing", "            examples:\n              named: {summary: A name., value: {text: red}}\n", "", "application/json:", "invented people"),
    ("example-mismatch", "value: {text: red}", "value: {text: 7}", "{text: 7}", "mend the example"),
    ("openapi-form", "maxLength: 9", "maxLength: long", "maxLength: long", "3.0.3 specification"),
];

fn lint_file(text: &str) -> Diagnostics {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("api.yaml");
    std::fs::write(&path, text).unwrap();
    let options = Options {
        file: Some(path),
        ..Options::default()
    };
    findings(&options, &xtask::workspace::root())
}

#[test]
fn the_whole_document_is_accepted() {
    assert_eq!(lint_file(WHOLE).0, []);
}

#[test]
fn every_rule_refuses_what_breaks_it_at_its_line_and_says_what_to_do() {
    for (rule, from, to, at, advice) in ROWS {
        assert!(WHOLE.contains(from), "{rule}: the document has no {from:?}");
        let text = WHOLE.replacen(from, to, 1);
        let found = lint_file(&text);
        let Some(finding) = found.0.iter().find(|finding| finding.rule == Some(rule)) else {
            panic!("{rule} found nothing; others: {found}");
        };
        assert!(finding.fix.contains(advice), "{rule}: {finding}");
        // A text that stands more than once marks each of its lines.
        let lines: Vec<usize> = text
            .match_indices(at)
            .map(|(offset, _)| text[..offset].matches('\n').count() + 1)
            .collect();
        assert!(
            lines.contains(&finding.line.unwrap()),
            "{rule}: {finding}; {lines:?}"
        );
    }
}

#[test]
fn no_rule_is_without_a_document_that_breaks_it() {
    let shown: BTreeSet<&str> = ROWS.iter().map(|(rule, ..)| *rule).collect();
    let rules: BTreeSet<&str> = lint::rules().into_iter().collect();
    assert_eq!(shown, rules);
}

#[test]
fn the_list_of_rules_for_people_is_the_list_in_the_code() {
    let text = std::fs::read_to_string(xtask::workspace::root().join("openapi/README.md")).unwrap();
    let section = text.split("## Rules of the lint").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let listed: Vec<&str> = rows.map(|row| row.split('`').next().unwrap()).collect();
    let rules: BTreeSet<&str> = lint::rules().into_iter().collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), rules);
    assert_eq!(listed.len(), rules.len(), "a rule is listed twice");
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let why = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        assert!(why.len() > 15, "no reason: {row}");
    }
}

#[test]
fn all_findings_come_in_one_run_in_the_order_of_the_file() {
    let text = WHOLE
        .replace("      summary: Add a tag\n", "")
        .replace("type: integer, nullable: true", "type: integer")
        .replace("value: {text: red}", "value: {text: 7}");
    let found = lint_file(&text);
    let rules: Vec<_> = found.0.iter().filter_map(|finding| finding.rule).collect();
    assert_eq!(
        rules,
        ["operation-text", "example-mismatch", "optional-nullable"]
    );
}

#[test]
fn programs_get_the_same_as_objects() {
    let found = lint_file(&WHOLE.replace("      summary: Add a tag\n", ""));
    let json: Value = serde_json::from_str(&render(&found, Format::Json)).unwrap();
    let object = &json[0];
    assert_eq!(object["rule"], "operation-text");
    assert_eq!(object["line"], 7);
    assert_eq!(object["column"], 5);
    assert_eq!(object["severity"], "error");
    assert_eq!(object["pointer"], "/paths/~1pages~1{page_id}~1tags/post");
    assert_eq!(object["what"], "`add_tag` has no `summary`");
    assert!(
        object["advice"]
            .as_str()
            .unwrap()
            .starts_with("add a few words")
    );
    assert!(object["file"].as_str().unwrap().ends_with("api.yaml"));
    assert_eq!(render(&lint_file(WHOLE), Format::Json), "[]");
    assert_eq!(render(&lint_file(WHOLE), Format::Text), "No findings.");
}

#[test]
fn someone_elses_document_is_only_asked_for_what_concerns_the_code() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("api.yaml");
    std::fs::write(
        &path,
        "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n",
    )
    .unwrap();
    let options = |foreign| Options {
        file: Some(path.clone()),
        foreign,
        ..Options::default()
    };
    let root = xtask::workspace::root();
    assert!(findings(&options(false), &root).has_errors());
    assert_eq!(findings(&options(true), &root).0, []);
}

#[test]
fn our_own_document_has_no_findings() {
    let found = findings(&Options::default(), &xtask::workspace::root());
    assert!(found.0.is_empty(), "{found}");
}
