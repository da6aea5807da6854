//! Each heading of `docs/behaviour.md` that a comment cites exists.

#![allow(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::{collections::BTreeSet, fs, path::Path};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const CITED: &str = concat!("docs/behaviour", ".md#");

/// The anchor that GitHub gives a heading of words.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim();
    text.to_lowercase().replace(',', "").replace(' ', "-")
}

/// Adds the anchors cited in `.rs` and `.yaml` files below a folder, except in builds and hidden folders.
fn collect_cited(folder: &Path, cited: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            collect_cited(&path, cited);
        } else if name.ends_with(".rs") || name.ends_with(".yaml") {
            let text = fs::read_to_string(&path).unwrap();
            for rest in text.split(CITED).skip(1) {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
                cited.insert(rest[..end.unwrap_or(rest.len())].to_owned());
            }
        }
    }
}

#[test]
fn cited_headings_exist() {
    let notes = fs::read_to_string(format!("{ROOT}/docs/behaviour.md")).unwrap();
    let headings = notes.lines().filter(|line| line.starts_with('#'));
    let anchors: BTreeSet<_> = headings.map(anchor).collect();
    let mut cited = BTreeSet::new();
    collect_cited(Path::new(ROOT), &mut cited);
    let missing: Vec<_> = cited.difference(&anchors).collect();
    assert!(missing.is_empty(), "not headings of the notes: {missing:?}");
    assert!(!cited.is_empty(), "no comment cites the notes");
}
