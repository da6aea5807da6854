//! `generation.lock`: what the generated files were made from, and with what.
//!
//! It answers two questions at a glance: does this code belong to this document, and which generator wrote it.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Raised when the lines of the lock file change their meaning.
const FORMAT: u32 = 1;
/// The generator's version. The manifest pins the same one, and a test holds the two together.
pub(super) const PROGENITOR: &str = "0.15.1";

/// The text of the lock file.
pub(super) fn text(
    spec: (&str, &[u8]),
    outputs: &[(String, Vec<u8>)],
    settings: &[(&'static str, String)],
) -> String {
    let mut text = String::from(
        "# Written by \"cargo xtask codegen\". Do not edit: change the yaml or xtask and run it again.\n",
    );
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "format = {FORMAT}\n\n[spec]\n{:?} = \"{}\"\n\n[outputs]\n",
        spec.0,
        sha256(spec.1)
    );
    for (name, bytes) in outputs {
        let _ = writeln!(text, "{name:?} = \"{}\"", sha256(bytes));
    }
    let _ = write!(text, "\n[generator]\nprogenitor = \"{PROGENITOR}\"\n");
    for (key, value) in settings.iter().filter(|(key, _)| *key != "replace") {
        let _ = writeln!(text, "{key} = {value:?}");
    }
    let replaced = settings.iter().filter(|(key, _)| *key == "replace");
    let replaced: Vec<String> = replaced
        .map(|(_, value)| format!("    {value:?},\n"))
        .collect();
    if !replaced.is_empty() {
        let _ = writeln!(text, "replace = [\n{}]", replaced.concat());
    }
    text
}

/// What a lock file says of the document it belongs to: its name and checksum.
pub(super) fn document(lock: &str) -> Option<&str> {
    let mut lines = lock.lines().map(str::trim);
    lines.find(|line| *line == "[spec]")?;
    lines.find(|line| !line.is_empty())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_in_the_lock_is_the_one_in_the_manifest() {
        let manifest =
            std::fs::read_to_string(crate::workspace::root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("progenitor-impl = \"={PROGENITOR}\"")));
    }

    #[test]
    fn the_lock_names_the_document_the_outputs_and_the_settings() {
        let outputs = [("client.rs".to_owned(), b"fn".to_vec())];
        let settings = [
            ("tags", "merged".to_owned()),
            ("replace", "A = crate::A".to_owned()),
        ];
        insta::assert_snapshot!(text(("api.yaml", b"openapi"), &outputs, &settings));
    }
}
