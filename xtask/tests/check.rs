//! `--check` tells what is stale and writes nothing; two runs give the same bytes.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;
use xtask::codegen::{self, Options, Report};

const SPEC: &str = "openapi: 3.0.3
info: {title: t, version: '1'}
# A comment.
servers: [{url: 'https://a.example'}]
tags: [{name: Tags, description: The tags of a page.}]
paths:
  /v1/pages/{page_id}/tags:
    get:
      operationId: list_tags
      summary: List tags
      description: Lists all tags.
      tags: [Tags]
      security: [{pageToken: []}]
      x-idempotent: true
      parameters:
        - {name: page_id, in: path, required: true, description: Id of the page., schema: {type: string}, example: '1'}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Tags'}, example: {tags: [a]}}}}
        4XX: {$ref: '#/components/responses/Failure'}
        5XX: {$ref: '#/components/responses/Failure'}
  /v1/upload:
    post:
      operationId: upload_contents
      summary: Upload a file
      description: Uploads one file.
      tags: [Tags]
      security: []
      x-idempotent: false
      x-handwritten: multipart
      requestBody: {required: true, content: {multipart/form-data: {schema: {type: object}, example: {}}}}
      responses:
        '200': {description: ok}
        4XX: {$ref: '#/components/responses/Failure'}
        5XX: {$ref: '#/components/responses/Failure'}
components:
  responses:
    Failure: {description: It failed., content: {application/json: {schema: {$ref: '#/components/schemas/ApiError'}, example: {}}}}
  schemas:
    ApiError: {description: What went wrong., type: object}
    Tags:
      description: Tags.
      type: object
      properties:
        tags: {type: array, nullable: true, items: {type: string}, x-source: doc}
        open: {additionalProperties: {type: string}, type: object, nullable: true, x-source: doc}
  securitySchemes:
    pageToken: {type: apiKey, in: query, name: page_access_token, description: Token of a page.}
";

/// The document, with every operation that is known to be written by hand: a list that grows should not break these tests.
fn spec() -> String {
    let mut others = String::new();
    for id in codegen::HANDWRITTEN_OPERATIONS {
        if !SPEC.contains(id) {
            others += &format!(
                "  /v1/{id}:
    get:
      operationId: {id}
      summary: Do something
      description: Does something.
      tags: [Tags]
      security: []
      x-idempotent: true
      x-handwritten: a reason
      responses:
        '200': {{description: ok}}
        4XX: {{$ref: '#/components/responses/Failure'}}
        5XX: {{$ref: '#/components/responses/Failure'}}
"
            );
        }
    }
    SPEC.replacen("components:\n", &format!("{others}components:\n"), 1)
}

/// A workspace of its own, with generated files.
fn workspace() -> TempDir {
    let root = TempDir::new().unwrap();
    std::fs::create_dir_all(root.path().join("openapi")).unwrap();
    std::fs::write(root.path().join("openapi/pancake.yaml"), spec()).unwrap();
    run(root.path(), false);
    root
}

fn run(root: &Path, check: bool) -> Report {
    codegen::execute(
        &Options {
            check,
            ..Options::default()
        },
        root,
    )
    .unwrap()
}

fn edit(root: &Path, file: &str, from: &str, to: &str) {
    let path = root.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from:?}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
    found
}

const GENERATED: &str = "crates/pancake-client/src/generated.rs";

#[test]
fn fresh_files_pass() {
    let root = workspace();
    let report = run(root.path(), true);
    assert!(!report.stale);
    assert_eq!(
        report.text,
        "The 4 generated files are what the document asks for."
    );
}

#[test]
fn the_files_of_our_document_lie_where_the_crates_expect_them() {
    let root = workspace();
    let names: Vec<_> = files(root.path())
        .into_keys()
        .map(|name| {
            name.strip_prefix(&format!("{}/", root.path().display()))
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(
        names,
        [
            GENERATED,
            "crates/pancake-client/src/operations.rs",
            "crates/pancake-mock/openapi/pancake.json",
            "openapi/generation.lock",
            "openapi/pancake.yaml",
        ]
    );
}

#[test]
fn a_changed_comment_in_the_document_is_stale_by_its_checksum() {
    let root = workspace();
    edit(
        root.path(),
        "openapi/pancake.yaml",
        "# A comment.",
        "# A comment!",
    );
    let report = run(root.path(), true);
    assert!(report.stale);
    assert!(
        report
            .text
            .contains("--- openapi/generation.lock (as it is)"),
        "{}",
        report.text
    );
    assert!(
        report.text.contains("Only the lock differs"),
        "{}",
        report.text
    );
    assert!(
        report
            .text
            .ends_with("Run `cargo xtask codegen`, look at the difference, and commit it.")
    );
}

#[test]
fn a_lock_that_somebody_edited_is_not_blamed_on_the_document() {
    let root = workspace();
    let lock = "openapi/generation.lock";
    edit(root.path(), lock, "progenitor = \"", "progenitor = \"9");
    let report = run(root.path(), true);
    assert!(report.stale);
    assert!(
        report
            .text
            .contains("Only the lock differs, not the document: somebody edited it"),
        "{}",
        report.text
    );
    // Its checksum is no longer the document's, whoever changed which of them.
    edit(
        root.path(),
        lock,
        "pancake.yaml\" = \"",
        "pancake.yaml\" = \"0",
    );
    let report = run(root.path(), true);
    assert!(
        report
            .text
            .contains("belongs to another text of the document"),
        "{}",
        report.text
    );
}

#[test]
fn a_changed_name_in_the_document_shows_in_every_file_it_reaches() {
    let root = workspace();
    edit(
        root.path(),
        "openapi/pancake.yaml",
        "list_tags",
        "list_labels",
    );
    let report = run(root.path(), true);
    assert!(report.stale);
    for file in [
        GENERATED,
        "operations.rs",
        "pancake.json",
        "generation.lock",
    ] {
        assert!(report.text.contains(file), "{file}");
    }
    assert!(
        report.text.contains("-pub const LIST_TAGS")
            && report.text.contains("+pub const LIST_LABELS")
    );
}

#[test]
fn one_changed_character_in_the_generated_code_is_stale() {
    let root = workspace();
    edit(root.path(), GENERATED, "pub struct Tags", "pub struct Tagz");
    let before = files(root.path());
    let report = run(root.path(), true);
    assert!(report.stale);
    assert!(
        report.text.contains("-    pub struct Tagz {")
            && report.text.contains("+    pub struct Tags {"),
        "{}",
        report.text
    );
    assert!(!report.text.contains("Only the lock differs"));
    assert_eq!(before, files(root.path()), "a check must write nothing");
}

#[test]
fn a_missing_file_is_stale() {
    let root = workspace();
    std::fs::remove_file(root.path().join(GENERATED)).unwrap();
    let report = run(root.path(), true);
    assert!(report.stale);
    assert!(
        report.text.starts_with(&format!("{GENERATED}: missing\n")),
        "{}",
        report.text
    );
}

#[test]
fn windows_line_ends_are_named_instead_of_shown_line_by_line() {
    let root = workspace();
    let path = root.path().join(GENERATED);
    let text = std::fs::read_to_string(&path)
        .unwrap()
        .replace('\n', "\r\n");
    std::fs::write(path, text).unwrap();
    let report = run(root.path(), true);
    assert!(report.stale);
    assert!(
        report.text.contains("only the line ends differ (CR LF)"),
        "{}",
        report.text
    );
    assert!(report.text.lines().count() < 6);
}

#[test]
fn a_long_difference_is_cut() {
    let root = workspace();
    std::fs::write(root.path().join(GENERATED), "nothing\n").unwrap();
    let report = run(root.path(), true);
    assert!(report.text.contains("more lines"));
    assert!(report.text.lines().count() < 80);
}

#[test]
fn two_runs_give_identical_bytes_and_the_second_writes_nothing() {
    let root = workspace();
    let first = files(root.path());
    let report = run(root.path(), false);
    assert!(
        report.text.ends_with("Nothing was written."),
        "{}",
        report.text
    );
    assert_eq!(first, files(root.path()));
    let other = workspace();
    let relative = |root: &TempDir| -> BTreeMap<String, Vec<u8>> {
        let prefix = root.path().display().to_string();
        files(root.path())
            .into_iter()
            .map(|(name, bytes)| (name.replace(&prefix, ""), bytes))
            .collect()
    };
    assert_eq!(relative(&root), relative(&other));
}

#[test]
fn another_directory_gets_the_same_files_under_plain_names() {
    let root = workspace();
    let out = root.path().join("new/out");
    let options = Options {
        out: Some(out.clone()),
        ..Options::default()
    };
    codegen::execute(&options, root.path()).unwrap();
    let read = |path: &Path| std::fs::read(path).unwrap();
    assert_eq!(
        read(&out.join("spec.json")),
        read(&root.path().join("crates/pancake-mock/openapi/pancake.json"))
    );
    assert_eq!(
        read(&out.join("operations.rs"))
            .split(|byte| *byte == b'\n')
            .skip(1)
            .collect::<Vec<_>>(),
        read(&root.path().join("crates/pancake-client/src/operations.rs"))
            .split(|byte| *byte == b'\n')
            .skip(1)
            .collect::<Vec<_>>(),
    );
    let lock = String::from_utf8(read(&out.join("generation.lock"))).unwrap();
    assert!(!lock.contains(&root.path().display().to_string()), "{lock}");
}

#[test]
fn a_handwritten_operation_that_nobody_knows_is_refused_in_our_document() {
    let root = workspace();
    edit(
        root.path(),
        "openapi/pancake.yaml",
        "      x-idempotent: true\n",
        "      x-idempotent: true\n      x-handwritten: slip\n",
    );
    let options = Options {
        check: true,
        ..Options::default()
    };
    let problem = codegen::execute(&options, root.path())
        .unwrap_err()
        .to_string();
    assert!(problem.starts_with("openapi/pancake.yaml:15: `list_tags` is marked `x-handwritten`, but nobody is known to write it; remove the mark"), "{problem}");
}

#[test]
fn a_handwritten_operation_that_lost_its_mark_is_refused_in_our_document() {
    let root = workspace();
    edit(
        root.path(),
        "openapi/pancake.yaml",
        "      x-handwritten: multipart\n",
        "",
    );
    edit(
        root.path(),
        "openapi/pancake.yaml",
        "multipart/form-data",
        "application/json",
    );
    let options = Options {
        check: true,
        ..Options::default()
    };
    let problem = codegen::execute(&options, root.path())
        .unwrap_err()
        .to_string();
    assert!(problem.starts_with("openapi/pancake.yaml:22: `upload_contents` is written by hand, but the document does not mark it so"), "{problem}");
}

#[test]
fn handwritten_operations_are_in_the_table_and_the_json_but_not_in_the_client() {
    let root = workspace();
    let read = |file: &str| std::fs::read_to_string(root.path().join(file)).unwrap();
    assert!(!read(GENERATED).contains("upload_contents"));
    assert!(read("crates/pancake-client/src/operations.rs").contains("handwritten: true"));
    assert!(read("crates/pancake-mock/openapi/pancake.json").contains("upload_contents"));
}
