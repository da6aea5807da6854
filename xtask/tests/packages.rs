//! What the packages that people install have to hold.
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
