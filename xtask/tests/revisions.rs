//! `spec diff` finds its documents in files and in git, and fails only when asked to.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use xtask::commands::spec::diff::{FailOn, Options, Report, execute};
use xtask::diff::render::Format;

const DOCUMENT: &str = include_str!("documents/small.yaml");
const SPEC: &str = "openapi/pancake.yaml";

/// A repository whose first commit has the document, and whose working tree has another.
fn repository(changed: &str) -> TempDir {
    let root = TempDir::new().unwrap();
    std::fs::create_dir(root.path().join("openapi")).unwrap();
    let manifest = "[workspace.package]\nversion = \"0.3.1+api.1.0.0\"\n";
    std::fs::write(root.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::write(root.path().join(SPEC), DOCUMENT).unwrap();
    git(root.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(root.path(), &["add", "--all"]);
    let person = [
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@a.example",
        "-c",
        "commit.gpgsign=false",
    ];
    git(
        root.path(),
        &[&person[..], &["commit", "--quiet", "--message=first"]].concat(),
    );
    std::fs::write(root.path().join(SPEC), changed).unwrap();
    root
}

fn git(root: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn options(old: &str) -> Options {
    Options {
        old: old.to_owned(),
        new: None,
        fail_on: Some(FailOn::Breaking),
        format: Format::Text,
    }
}

fn broken() -> String {
    DOCUMENT.replace("operationId: peek", "operationId: look")
}

fn run(options: &Options, root: &Path) -> Result<Report, String> {
    execute(options, root).map_err(|problems| problems.to_string())
}

#[test]
fn a_revision_is_compared_with_the_working_tree() {
    let root = repository(&broken());
    for revision in ["HEAD", "main", "HEAD:openapi/pancake.yaml"] {
        let report = run(&options(revision), root.path()).unwrap();
        assert!(report.failed);
        assert!(
            report.text.contains("look: is `look()`, was `peek()`"),
            "{}",
            report.text
        );
        assert!(
            report
                .text
                .contains("0.4.0+api.1.0.0 after 0.3.1+api.1.0.0"),
            "{}",
            report.text
        );
    }
}

#[test]
fn files_are_compared_wherever_they_are() {
    let root = repository(DOCUMENT);
    let old = root.path().join("old.yaml");
    let new = root.path().join("new.yaml");
    std::fs::write(&old, DOCUMENT).unwrap();
    std::fs::write(&new, broken()).unwrap();
    let mut options = options(&old.display().to_string());
    options.new = Some(new.display().to_string());
    assert!(run(&options, root.path()).unwrap().failed);
    options.new = Some("HEAD".to_owned());
    let report = run(&options, root.path()).unwrap();
    assert!(
        !report.failed && report.text.ends_with("Nothing changed."),
        "{}",
        report.text
    );
}

#[test]
fn only_a_break_fails_and_only_when_asked() {
    let root = repository(&broken());
    let mut wanted = options("HEAD");
    wanted.fail_on = None;
    assert!(!run(&wanted, root.path()).unwrap().failed);
    let harmless = repository(&DOCUMENT.replace("summary: List tags", "summary: All tags"));
    assert!(!run(&options("HEAD"), harmless.path()).unwrap().failed);
}

#[test]
fn what_is_neither_a_file_nor_a_revision_is_said_so() {
    let root = repository(DOCUMENT);
    for name in ["nothing", "--output=file", "HEAD:none.yaml"] {
        let problem = run(&options(name), root.path()).unwrap_err();
        assert!(
            problem.starts_with(&format!(
                "{name}: this is neither a file nor a revision of git"
            )),
            "{problem}"
        );
        assert!(
            problem.contains("; name a file, or a revision such as HEAD"),
            "{problem}"
        );
    }
    assert!(!root.path().join("file").exists());
}

#[test]
fn a_document_that_cannot_be_read_is_named_with_its_line() {
    let root = repository("openapi: [3.0.3\ninfo: 1\n");
    let problem = run(&options("HEAD"), root.path()).unwrap_err();
    assert!(
        problem.starts_with("openapi/pancake.yaml:2: not readable as YAML"),
        "{problem}"
    );
}

#[test]
fn a_workspace_without_a_version_is_said_so() {
    let root = repository(DOCUMENT);
    std::fs::write(root.path().join("Cargo.toml"), "[workspace]\n").unwrap();
    let problem = run(&options("HEAD"), root.path()).unwrap_err();
    assert!(
        problem.starts_with("Cargo.toml: the workspace has no version"),
        "{problem}"
    );
}
