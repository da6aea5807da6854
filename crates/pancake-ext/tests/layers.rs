//! Imports go downward only: a room may use the rooms below it, never one above it or of its own layer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom to the top. Rooms of one layer do not import each other.
const LAYERS: [&[&str]; 8] = [
    &["error", "sync"],
    &["single_flight", "text", "time"],
    &["token"],
    &["net"],
    &["scope"],
    &["lists"],
    &["sending", "statistics", "upload"],
    &["handles"],
];

#[test]
fn imports_go_downward_only() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let exports = exports(&fs::read_to_string(source.join("lib.rs")).unwrap());
    let mut files = Vec::new();
    collect(&source, &mut files);
    let (mut seen, mut upward) = (0, Vec::new());
    for file in files {
        let place = file.strip_prefix(&source).unwrap();
        let parts: Vec<_> = place.iter().map(|part| part.to_str().unwrap()).collect();
        let room = parts[0].trim_end_matches(".rs");
        if room == "lib" || parts.iter().any(|part| part.starts_with("tests")) {
            continue;
        }
        let own = layer(room).unwrap_or_else(|| panic!("{room} is in no layer: add it here"));
        // `a/b.rs` is `a::b` and `a/mod.rs` is `a`: so many `super::` lead to the root of the crate.
        let depth = parts.len() - usize::from(place.ends_with("mod.rs"));
        let root = format!(" {}", "super::".repeat(depth));
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
        for line in code.lines().filter(|line| !line.trim().starts_with("//")) {
            for path in line
                .split("crate::")
                .skip(1)
                .chain(line.split(root.as_str()).skip(1))
            {
                assert!(
                    !path.starts_with('{'),
                    "one `use crate::…` for each module: {line}"
                );
                let name: String = path
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let target = exports.get(&name).unwrap_or(&name);
                seen += 1;
                if target != room && layer(target).is_some_and(|other| other >= own) {
                    upward.push(format!("{}: {}", place.display(), line.trim()));
                }
            }
        }
    }
    assert!(
        seen > 200,
        "only {seen} paths were found: this test has lost its eyes"
    );
    assert!(
        upward.is_empty(),
        "move it down, or hand the value over:\n{}",
        upward.join("\n")
    );
}

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

/// The room that each name of the crate's root comes from.
fn exports(lib: &str) -> HashMap<String, String> {
    let mut exports = HashMap::new();
    for item in lib.split("pub use ").skip(1) {
        let item = item.split(';').next().unwrap();
        let (room, names) = item.split_once("::").unwrap_or((item, ""));
        for name in names.split(|c: char| !c.is_alphanumeric() && c != '_') {
            exports.insert(name.to_owned(), room.to_owned());
        }
    }
    exports
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push(path),
        }
    }
}
