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
    git(root.path(), "init --quiet --initial-branch=main");
    git(root.path(), "add --all");
    let person = "-c user.name=A -c user.email=a@a.example -c commit.gpgsign=false";
    git(
        root.path(),
        &format!("{person} commit --quiet --message=first"),
    );
    std::fs::write(root.path().join(SPEC), changed).unwrap();
    root
}

fn git(root: &Path, arguments: &str) {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments.split(' '));
    assert!(command.status().unwrap().success(), "{arguments}");
}

fn broken() -> String {
    DOCUMENT.replace("operationId: peek", "operationId: look")
}

fn run(old: &str, new: Option<&str>, root: &Path) -> Result<Report, String> {
    let options = Options {
        old: old.to_owned(),
        new: new.map(str::to_owned),
        fail_on: Some(FailOn::Breaking),
        format: Format::Text,
    };
    execute(&options, root).map_err(|problems| problems.to_string())
}

#[test]
fn revision_is_compared_with_the_working_tree() {
    let root = repository(&broken());
    for revision in ["HEAD", "main", "HEAD:openapi/pancake.yaml"] {
        let report = run(revision, None, root.path()).unwrap();
        assert!(report.failed);
        for part in [
            "look: is `look()`, was `peek()`",
            "0.4.0+api.1.0.0 after 0.3.1+api.1.0.0",
        ] {
            assert!(report.text.contains(part), "{}", report.text);
        }
    }
}

#[test]
fn files_are_compared_wherever_they_are() {
    let root = repository(DOCUMENT);
    let old = root.path().join("old.yaml").display().to_string();
    let new = root.path().join("new.yaml").display().to_string();
    std::fs::write(&old, DOCUMENT).unwrap();
    std::fs::write(&new, broken()).unwrap();
    assert!(run(&old, Some(&new), root.path()).unwrap().failed);
    let report = run(&old, Some("HEAD"), root.path()).unwrap();
    assert!(!report.failed);
    assert!(report.text.ends_with("Nothing changed."), "{}", report.text);
}

#[test]
fn only_a_break_fails_and_only_when_asked() {
    let root = repository(&broken());
    let unasked = Options {
        old: "HEAD".to_owned(),
        new: None,
        fail_on: None,
        format: Format::Text,
    };
    assert!(!execute(&unasked, root.path()).unwrap().failed);
    let harmless = repository(&DOCUMENT.replace("summary: List tags", "summary: All tags"));
    assert!(!run("HEAD", None, harmless.path()).unwrap().failed);
}

#[test]
fn sides_that_cannot_be_read_are_named() {
    let root = repository("openapi: [3.0.3\ninfo: 1\n");
    for name in ["nothing", "--output=file", "HEAD:none.yaml"] {
        let problem = run(name, None, root.path()).unwrap_err();
        let start = format!("{name}: this is neither a file nor a revision of git");
        assert!(problem.starts_with(&start), "{problem}");
        assert!(
            problem.contains("; name a file, or a revision such as HEAD"),
            "{problem}"
        );
    }
    assert!(!root.path().join("file").exists());
    let problem = run("HEAD", None, root.path()).unwrap_err();
    let start = "openapi/pancake.yaml:2: not readable as YAML";
    assert!(problem.starts_with(start), "{problem}");
    std::fs::write(root.path().join(SPEC), DOCUMENT).unwrap();
    std::fs::write(root.path().join("Cargo.toml"), "[workspace]\n").unwrap();
    let problem = run("HEAD", None, root.path()).unwrap_err();
    let start = "Cargo.toml: the workspace has no version";
    assert!(problem.starts_with(start), "{problem}");
}
