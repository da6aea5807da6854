//! What the packages that people install have to hold, and what CI has to run.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use std::fs;
use std::path::PathBuf;

const PUBLISHED: [&str; 3] = ["pancake-client", "pancake-ext", "pancake-mock"];

fn root() -> PathBuf {
    xtask::workspace::root()
}

#[test]
fn every_package_that_is_published_holds_the_texts_of_both_licences() {
    for package in PUBLISHED {
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let own = root().join("crates").join(package).join(licence);
            let text = fs::read_to_string(&own).unwrap();
            assert_eq!(text, fs::read_to_string(root().join(licence)).unwrap());
        }
    }
}

#[test]
fn no_package_that_is_published_depends_on_a_path_alone() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for package in PUBLISHED {
        let line = format!("\n{package} = {{ version = ");
        assert!(workspace.contains(&line), "{package}");
        let manifest = root().join("crates").join(package).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).unwrap();
        assert!(!manifest.contains("path = \"../"), "{package}");
        assert!(!manifest.contains("xtask"), "{package}");
    }
}

#[test]
fn workflow_runs_every_step() {
    let workflow = fs::read_to_string(root().join(".github/workflows/ci.yml")).unwrap();
    for (name, commands) in xtask::ci::STEPS {
        let named = workflow.contains(&format!("cargo xtask ci {name}\n"));
        // The first step that a reviewer looks for is written out.
        let written_out =
            *name == "generated" && workflow.contains(&format!("run: {}\n", commands[0]));
        assert!(named || written_out, "the workflow does not run `{name}`");
    }
}

#[test]
fn workflow_tests_the_stated_compiler() {
    let workflow = fs::read_to_string(root().join(".github/workflows/ci.yml")).unwrap();
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let version = version.unwrap().trim_matches('"');
    for command in [
        format!("rustup toolchain install {version}"),
        format!("cargo +{version} check"),
    ] {
        assert!(workflow.contains(&command), "{command}");
    }
}
