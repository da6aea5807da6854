//! Spoiled documents: the lint, the comparison and the generator do not panic, and what has no findings is generated.
//!
//! The cases are the same in every run. `LINT_CASES=2000 cargo test -p xtask --test mutations` looks further.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use xtask::diff::View;
use xtask::diff::release::Version;
use xtask::diff::render::{Format, Subject, render};
use xtask::lint::{self, Audience};
use xtask::spec::{Diagnostics, Document};
use xtask::{codegen, diff, workspace};

/// A small document with a bit of everything, so that many cases are quick.
const SMALL: &str = include_str!("documents/small.yaml");

/// One thing that goes wrong with a document.
#[derive(Clone, Debug)]
enum Mutation {
    DeleteLine(Index),
    RepeatLine(Index),
    SwapLines(Index, Index),
    IndentLine(Index, usize),
    Truncate(Index),
    Overwrite(Index, Vec<u8>),
    DeleteNode(Index),
    ReplaceNode(Index, Value),
    CopyNode(Index, Index),
    RenameKey(Index, String),
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(1.5)),
        Just(json!("")),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{}, [], null, "a"])),
        Just(json!({"$ref": "#/components/schemas/Nothing"})),
        Just(json!({"$ref": "#"})),
        Just(json!({"$ref": "#/paths"})),
        Just(json!({"$ref": 7})),
        Just(json!({"allOf": [{"$ref": "#/components/schemas/Tag"}]})),
        Just(json!({"oneOf": [], "nullable": true})),
        Just(json!({"type": "object", "properties": {"": {}, "~/": {"enum": []}}})),
        key().prop_map(Value::from),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("$ref".to_owned()),
        Just("type".to_owned()),
        Just("oneOf".to_owned()),
        Just("{}".to_owned()),
        Just("}{".to_owned()),
        Just("default".to_owned()),
        Just("x-paging".to_owned()),
        Just("ưu đãi/~".to_owned()),
        "[a-z/~{}#]{0,6}",
    ]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    use Mutation::*;
    prop_oneof![
        1 => any::<Index>().prop_map(DeleteLine),
        1 => any::<Index>().prop_map(RepeatLine),
        1 => any::<(Index, Index)>().prop_map(|(a, b)| SwapLines(a, b)),
        1 => (any::<Index>(), 0..9_usize).prop_map(|(line, indent)| IndentLine(line, indent)),
        1 => any::<Index>().prop_map(Truncate),
        1 => (any::<Index>(), prop::collection::vec(any::<u8>(), 0..6))
            .prop_map(|(at, bytes)| Overwrite(at, bytes)),
        3 => any::<Index>().prop_map(DeleteNode),
        6 => (any::<Index>(), value()).prop_map(|(node, value)| ReplaceNode(node, value)),
        6 => any::<(Index, Index)>().prop_map(|(from, to)| CopyNode(from, to)),
        3 => (any::<Index>(), key()).prop_map(|(node, key)| RenameKey(node, key)),
    ]
}

fn apply(bytes: Vec<u8>, mutation: &Mutation) -> Vec<u8> {
    use Mutation::*;
    let lines = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let lines = bytes.split(|byte| *byte == b'\n');
        let mut lines: Vec<Vec<u8>> = lines.map(<[u8]>::to_vec).collect();
        change(&mut lines);
        lines.join(&b'\n')
    };
    match mutation {
        DeleteLine(line) => lines(&|lines| {
            lines.remove(line.index(lines.len()));
        }),
        RepeatLine(line) => lines(&|lines| {
            let line = line.index(lines.len());
            lines.insert(line, lines[line].clone());
        }),
        SwapLines(a, b) => lines(&|lines| {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
        }),
        IndentLine(line, indent) => lines(&|lines| {
            let line = line.index(lines.len());
            let mut indented = vec![b' '; *indent];
            indented.extend_from_slice(lines[line].trim_ascii_start());
            lines[line] = indented;
        }),
        Truncate(at) => bytes[..at.index(bytes.len() + 1)].to_vec(),
        Overwrite(at, new) => {
            let at = at.index(bytes.len() + 1);
            let after = (at + new.len()).min(bytes.len());
            [&bytes[..at], new, &bytes[after..]].concat()
        }
        DeleteNode(_) | ReplaceNode(..) | CopyNode(..) | RenameKey(..) => in_tree(bytes, mutation),
    }
}

/// Changes to the tree, while the bytes are a document at all.
fn in_tree(bytes: Vec<u8>, mutation: &Mutation) -> Vec<u8> {
    use Mutation::*;
    let Ok(document) = Document::from_bytes(bytes.clone(), "api.yaml") else {
        return bytes;
    };
    let mut value = document.value;
    let mut pointers = Vec::new();
    pointers_of(&value, String::new(), &mut pointers);
    if pointers.is_empty() {
        return bytes;
    }
    let at = |index: &Index| pointers[index.index(pointers.len())].clone();
    match mutation {
        DeleteNode(node) => {
            let (parent, key) = split(&at(node));
            match value.pointer_mut(&parent) {
                Some(Value::Object(entries)) => {
                    entries.remove(&key);
                }
                Some(Value::Array(items)) => {
                    items.remove(key.parse().unwrap());
                }
                _ => {}
            }
        }
        ReplaceNode(node, new) => *value.pointer_mut(&at(node)).unwrap() = new.clone(),
        CopyNode(from, to) => {
            let copy = value.pointer(&at(from)).unwrap().clone();
            *value.pointer_mut(&at(to)).unwrap() = copy;
        }
        RenameKey(node, name) => {
            let (parent, key) = split(&at(node));
            if let Some(Value::Object(entries)) = value.pointer_mut(&parent)
                && let Some(moved) = entries.remove(&key)
            {
                entries.insert(name.clone(), moved);
            }
        }
        _ => {}
    }
    serde_json::to_vec(&value).unwrap()
}

fn pointers_of(value: &Value, pointer: String, found: &mut Vec<String>) {
    let mut inner = |key: &str, value: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        let pointer = format!("{pointer}/{key}");
        found.push(pointer.clone());
        pointers_of(value, pointer, found);
    };
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| inner(&index.to_string(), item)),
        Value::Object(entries) => entries.iter().for_each(|(key, value)| inner(key, value)),
        _ => {}
    }
}

fn split(pointer: &str) -> (String, String) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    (parent.to_owned(), key.replace("~1", "/").replace("~0", "~"))
}

/// Every finding is one that a person can act on.
fn helpful(findings: &Diagnostics, lines: usize) {
    for finding in &findings.0 {
        assert!(
            !finding.what.is_empty() && !finding.fix.is_empty(),
            "{finding:?}"
        );
        assert!(
            finding
                .line
                .is_none_or(|line| (1..=lines + 1).contains(&line)),
            "{finding:?}"
        );
    }
}

fn answers(original: &View, bytes: Vec<u8>) {
    let lines = bytes.split(|byte| *byte == b'\n').count();
    let document = match Document::from_bytes(bytes, "api.yaml") {
        Ok(document) => document,
        Err(unreadable) => return helpful(&unreadable, lines),
    };
    helpful(&lint::lint(&document, Audience::Own), lines);
    let subject = Subject {
        old: "a".to_owned(),
        new: "b".to_owned(),
        version: Version::parse("0.1.0").unwrap(),
    };
    let spoiled = View::of(&document);
    for (old, new) in [(original, &spoiled), (&spoiled, original)] {
        let difference = diff::compare(old, new);
        for format in [Format::Text, Format::Markdown, Format::Json] {
            assert!(!render(&difference, &subject, format).is_empty());
        }
    }
    let findings = lint::lint(&document, Audience::Foreign);
    helpful(&findings, lines);
    if !findings.has_errors() {
        codegen::generate(&document, Audience::Foreign).unwrap();
    }
}

fn cases(usual: u32) -> u32 {
    let wanted = std::env::var("LINT_CASES").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn survives(original: &[u8], usual: u32) {
    let document = View::of(&Document::from_bytes(original.to_vec(), "api.yaml").unwrap());
    let config = Config {
        cases: cases(usual),
        failure_persistence: None,
        ..Config::default()
    };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let mutations = prop::collection::vec(mutation(), 1..4);
    let outcome = runner.run(&mutations, |mutations| {
        let bytes = mutations.iter().fold(original.to_vec(), apply);
        answers(&document, bytes);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn a_spoiled_document_gets_an_answer() {
    survives(SMALL.as_bytes(), 150);
}

#[test]
fn our_document_spoiled_gets_an_answer() {
    let bytes = std::fs::read(workspace::root().join(workspace::SPEC)).unwrap();
    survives(&bytes, 12);
}

#[test]
fn random_bytes_get_an_answer() {
    let bytes = SMALL.as_bytes().to_vec();
    let document = View::of(&Document::from_bytes(bytes, "api.yaml").unwrap());
    let config = Config {
        cases: cases(200),
        failure_persistence: None,
        ..Config::default()
    };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "[-{}\\[\\]:,&*!|>'\"%@` \\na-c0-9#~<?]{0,80}".prop_map(String::into_bytes),
        "openapi: 3.0.3\npaths: [{}\\[\\]:,&* \\na-c]{0,80}".prop_map(String::into_bytes),
    ];
    let outcome = runner.run(&bytes, |bytes| {
        answers(&document, bytes);
        Ok(())
    });
    outcome.unwrap();
}
