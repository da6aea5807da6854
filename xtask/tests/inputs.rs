//! Every bad input gets an answer that a person can act on, and none a panic.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xtask::codegen::{self, Options, Report};

const GOOD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n";

/// Runs the command on a file of this content, and gives what it says.
fn run(bytes: &[u8]) -> Result<Report, String> {
    let directory = TempDir::new().unwrap();
    let spec = directory.path().join("api.yaml");
    std::fs::write(&spec, bytes).unwrap();
    let result = command(&spec, &directory.path().join("out"));
    let prefix = format!("{}", spec.display());
    let wrote = directory.path().join("out").exists();
    result.map_err(|text| {
        assert!(!wrote, "something was written in spite of an error");
        text.replace(&prefix, "api.yaml")
    })
}

fn command(spec: &Path, out: &Path) -> Result<Report, String> {
    let options = Options {
        check: false,
        spec: Some(spec.to_owned()),
        out: Some(out.to_owned()),
    };
    codegen::execute(&options, &root()).map_err(|problems| problems.to_string())
}

fn root() -> PathBuf {
    xtask::workspace::root()
}

#[track_caller]
fn refused(bytes: &[u8], beginning: &str) {
    let problem = run(bytes).unwrap_err();
    assert!(problem.starts_with(beginning), "{problem}");
    assert!(problem.contains("; "), "no advice: {problem}");
}

#[test]
fn an_empty_document_is_refused() {
    refused(b"", "api.yaml: the file is empty");
}

#[test]
fn a_document_without_operations_becomes_a_client_with_a_note() {
    for paths in ["paths: {}", "paths: {/a: {summary: nothing}}"] {
        let report = run(GOOD.replace("paths: {}", paths).as_bytes()).unwrap();
        let notes = report.notes.to_string();
        let note = "note: the document has no operation, so its client can call nothing; add one";
        assert!(notes.contains(note), "{notes}");
    }
}

#[test]
fn a_json_document_is_as_good_as_yaml() {
    let json = br#"{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}"#;
    assert!(run(json).is_ok());
}

#[test]
fn other_versions_of_openapi_are_refused_each_with_its_advice() {
    refused(
        b"swagger: '2.0'\npaths: {}\n",
        "api.yaml:1: this is a Swagger 2 document (/swagger); convert",
    );
    refused(
        b"openapi: 3.1.0\npaths: {}\n",
        "api.yaml:1: this is not an OpenAPI 3.0 document (/openapi); the generator reads",
    );
}

#[test]
fn what_is_no_document_is_refused() {
    refused(
        b"- 1\n- 2\n",
        "api.yaml:1: the document is a list at its root",
    );
    refused(
        b"just text\n",
        "api.yaml:1: the document is text at its root",
    );
    refused(b"null\n", "api.yaml:1: the document is null at its root");
    refused(b"a: [1,\nb: 2\n", "api.yaml:");
    refused(b"a: 1\n---\nb: 2\n", "api.yaml:2: a second YAML document");
    refused(
        &[0xff, 0xfe, 0, 1],
        "api.yaml:1: the file is not UTF-8 text",
    );
    refused(b"\x00\x01\x02", "api.yaml:");
    refused(b"{\"a\": 1", "api.yaml:");
}

#[test]
fn deep_nesting_is_refused_and_does_not_exhaust_the_stack() {
    let deep = |open: &str, close: &str| {
        format!(
            "{GOOD}x-deep: {}1{}\n",
            open.repeat(20_000),
            close.repeat(20_000)
        )
    };
    refused(deep("[", "]").as_bytes(), "api.yaml:4:");
    refused(deep("{a: ", "}").as_bytes(), "api.yaml:4:");
    let mut block = String::from(GOOD);
    for depth in 0..2_000 {
        block.push_str(&format!("{}x-deep:\n", " ".repeat(depth)));
    }
    refused(block.as_bytes(), "api.yaml:");
}

#[test]
fn a_schema_as_deep_as_is_allowed_is_generated() {
    let mut schema = String::from("{type: string}");
    for _ in 0..40 {
        schema = format!("{{type: object, properties: {{a: {schema}}}}}");
    }
    let text = format!("{GOOD}components: {{schemas: {{A: {schema}}}}}\n");
    assert!(run(text.as_bytes()).is_ok());
}

#[test]
fn references_in_a_circle_are_refused_and_do_not_exhaust_the_stack() {
    let text = format!(
        "{GOOD}components:\n  schemas:\n    A: {{$ref: '#/components/schemas/B'}}\n    B: {{$ref: '#/components/schemas/A'}}\n"
    );
    refused(text.as_bytes(), "api.yaml:6: ");
    let text = format!(
        "{GOOD}components:\n  schemas:\n    A: {{allOf: [{{$ref: '#/components/schemas/A'}}]}}\n"
    );
    refused(
        text.as_bytes(),
        "api.yaml:6: the schema `A` is made of itself",
    );
}

#[test]
fn a_dangling_reference_is_refused() {
    let text = format!(
        "{GOOD}components:\n  schemas:\n    A: {{type: object, properties: {{b: {{$ref: '#/components/schemas/B'}}}}}}\n"
    );
    refused(
        text.as_bytes(),
        "api.yaml:6: `$ref: #/components/schemas/B` leads nowhere",
    );
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    let text = format!(
        "{}components:\n  schemas:\n    A: {{anyOf: [{{type: string}}]}}\n",
        GOOD.replace("{}", "\n  /a/{id}:\n    get: {responses: {}}")
    );
    let problems = run(text.as_bytes()).unwrap_err();
    let lines: Vec<_> = problems
        .lines()
        .map(|line| line.split(':').nth(1).unwrap().parse::<usize>().unwrap())
        .collect();
    assert!(lines.len() >= 4, "{problems}");
    assert!(lines.is_sorted(), "{problems}");
}

#[test]
fn a_value_of_the_wrong_kind_is_found_by_its_line() {
    let text = format!(
        "{GOOD}components:\n  schemas:\n    A: {{type: object, properties: {{a: {{type: string}}}}}}\n    B: {{type: object, properties: {{b: {{type: string, maxLength: long}}}}}}\n"
    );
    refused(text.as_bytes(), "api.yaml:7: `maxLength` is text (");
}

#[test]
fn a_missing_file_and_a_directory_are_told_apart() {
    let directory = TempDir::new().unwrap();
    let out = directory.path().join("out");
    let missing = command(&directory.path().join("none.yaml"), &out).unwrap_err();
    assert!(
        missing.contains("none.yaml: the file cannot be read"),
        "{missing}"
    );
    let problem = command(directory.path(), &out).unwrap_err();
    assert!(problem.contains(": this is a directory; "), "{problem}");
}

#[test]
fn an_output_that_cannot_be_written_is_named_and_nothing_is_left_behind() {
    let directory = TempDir::new().unwrap();
    let spec = directory.path().join("api.yaml");
    std::fs::write(&spec, GOOD).unwrap();
    // A file where a directory is needed; permissions would not stop a test that runs as root.
    let file = directory.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let problem = command(&spec, &file.join("out")).unwrap_err();
    assert!(
        problem.contains("generated.rs: the file cannot be written"),
        "{problem}"
    );
    let problem = command(&spec, &file).unwrap_err();
    assert!(
        problem
            .ends_with("file: `--out` is a file; name a directory; it is made when it is missing"),
        "{problem}"
    );
    // A directory where a file is needed: none of the others is replaced either.
    let out = directory.path().join("out");
    std::fs::create_dir_all(out.join("spec.json")).unwrap();
    let problem = command(&spec, &out).unwrap_err();
    assert!(
        problem.contains("spec.json: the file cannot be read"),
        "{problem}"
    );
    let left: Vec<_> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["spec.json"]);
}

#[test]
fn another_document_may_not_overwrite_our_client() {
    let directory = TempDir::new().unwrap();
    let spec = directory.path().join("api.yaml");
    std::fs::write(&spec, GOOD).unwrap();
    let options = Options {
        check: false,
        spec: Some(spec),
        out: None,
    };
    let problem = codegen::execute(&options, &root()).unwrap_err().to_string();
    assert!(
        problem.ends_with("; add `--out DIR` to say where its files go"),
        "{problem}"
    );
}

#[test]
fn carriage_returns_are_read_and_remarked_on() {
    let report = run(GOOD.replace('\n', "\r\n").as_bytes()).unwrap();
    assert!(
        report
            .notes
            .to_string()
            .contains("note: the lines end in CR LF"),
        "{:?}",
        report.notes
    );
}
