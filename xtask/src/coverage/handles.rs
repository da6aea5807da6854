//! Which operations the handles of pancake-ext call, and which ones end-to-end tests call by name.
//!
//! What a handle calls can't be told from its name. A test calls every method of every handle against the mock, and writes
//! down what the mock's journal has afterwards: one line `operation_id  Handle::method` for each, sorted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

use crate::spec::{Diagnostic, Diagnostics};

/// What the end-to-end test of the handles writes.
pub(super) const FILE: &str = "tests/snapshots/handles/operations.snap";
/// Where the tests against the mock are.
const END_TO_END: &str = "tests/tests/end_to_end";

/// The methods of handles by the operation they call; empty while there is no such test.
pub(super) fn methods(root: &Path) -> Result<BTreeMap<String, Vec<String>>, Diagnostics> {
    let text = match std::fs::read_to_string(root.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => {
            let what = format!("the file cannot be read ({error})");
            return Err(Diagnostic::file(
                FILE,
                what,
                "check that it is a file, and its permissions",
            )
            .into());
        }
    };
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut markers = 0;
    for (number, line) in text.lines().enumerate() {
        // insta writes where a snapshot comes from between two of these.
        if line == "---" && markers < 2 {
            markers += 1;
            continue;
        }
        if markers == 1 || line.trim().is_empty() {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let [operation, method] = words.as_slice() else {
            let what = "the line is not of the form `operation_id  Handle::method`";
            return Err(
                Diagnostic::line(FILE, number + 1, what, "let the test write it again").into(),
            );
        };
        found
            .entry((*operation).to_owned())
            .or_default()
            .push((*method).to_owned());
    }
    found.values_mut().for_each(|methods| methods.sort());
    Ok(found)
}

/// The operations that an end-to-end test calls as methods of the client, whatever else surrounds the call.
///
/// One of these tests fails when the mock did not see every operation of the document, so a call in the source is one
/// that is made.
pub(super) fn called_by_name(root: &Path, ids: &[&str]) -> Result<BTreeSet<String>, Diagnostics> {
    let mut called = BTreeSet::new();
    let mut directories = vec![root.join(END_TO_END)];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory)
            .into_iter()
            .flatten()
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap_or_default();
            let tokens: TokenStream = source.parse().map_err(|_| {
                let name = entry.file_name().to_string_lossy().into_owned();
                Diagnostic::file(
                    format!("{END_TO_END}/{name}"),
                    "the file is not Rust",
                    "mend it first",
                )
            })?;
            calls(tokens, &mut |name| {
                if ids.contains(&name) {
                    called.insert(name.to_owned());
                }
            });
        }
    }
    Ok(called)
}

/// Every name of a method that is called without arguments: `.list_tags()`. Comments and texts are no tokens of this kind.
fn calls(tokens: TokenStream, found: &mut impl FnMut(&str)) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for three in tokens.windows(3) {
        if let [
            TokenTree::Punct(dot),
            TokenTree::Ident(name),
            TokenTree::Group(arguments),
        ] = three
            && dot.as_char() == '.'
            && arguments.stream().is_empty()
        {
            found(&name.to_string());
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            calls(group.stream(), found);
        }
    }
}
