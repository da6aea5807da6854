//! Runs the examples as a person would, against the fake server that they start, and reads what they print and write.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Examples are built beside the tests.
fn program(example: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let program = target
        .join("examples")
        .join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is missing: `cargo test` builds it, `cargo test --test` does not",
        program.display()
    );
    program
}

/// What the example printed. It has to end well.
fn run(example: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program(example));
    command.args(arguments);
    for variable in [
        "PANCAKE_USER_TOKEN",
        "PANCAKE_PAGE_ID",
        "PANCAKE_PAGE_TOKEN",
    ] {
        command.env_remove(variable);
    }
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The records of a CSV, without its head.
fn records(text: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

#[test]
fn a_sync_that_stopped_goes_on_and_has_each_conversation_once() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("conversations.jsonl");
    let file_name = file.to_str().unwrap();
    run("sync_conversations", &["--file", file_name, "--pages", "2"]);
    let first = std::fs::read_to_string(&file).unwrap();
    assert_eq!(first.lines().count(), 120);

    // A crash after rows were written, and before the cursor was.
    let torn = first.lines().next().unwrap().split_at(100).0;
    std::fs::write(&file, format!("{first}{torn}")).unwrap();
    let printed = run("sync_conversations", &["--file", file_name]);
    assert!(printed.contains("going on from"), "{printed}");
    let whole = std::fs::read_to_string(&file).unwrap();
    assert!(whole.starts_with(&first));
    let ids: Vec<String> = whole
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            row["id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 500);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 500);
}

#[test]
fn the_bot_answers_every_customer_once() {
    let printed = run("reply_bot", &["--answers", "3", "--interval", "0"]);
    let answered: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.split_once(": answered with"))
        .map(|(conversation, _)| conversation)
        .collect();
    assert_eq!(answered.len(), 3, "{printed}");
    let customers: HashSet<&str> = answered.into_iter().collect();
    assert_eq!(customers.len(), 3, "{printed}");
}

#[test]
fn the_daily_table_has_a_line_for_each_page() {
    let printed = run("daily_statistics", &[]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 5, "{printed}");
    let same_day = lines[1..].iter().all(|line| line.contains("2026-03-31"));
    assert!(same_day, "{printed}");
}

#[test]
fn each_phone_number_is_captured_once() {
    let leads = records(&run("lead_capture", &["--days", "60"]));
    let numbers: HashSet<&str> = leads.iter().map(|lead| &lead[0]).collect();
    assert!(!leads.is_empty());
    assert_eq!(numbers.len(), leads.len());
    // As customers wrote them, with the country or without.
    assert!(numbers.iter().all(|number| number.starts_with(['0', '+'])));
}

#[test]
fn a_rule_tags_only_when_it_is_asked_to() {
    let arguments = ["--rule", "giá=Hỏi giá", "--days", "30"];
    let would = run("tag_by_rule", &arguments);
    assert!(would.contains("would be tagged"), "{would}");
    let does = run("tag_by_rule", &[&arguments[..], &["--apply"]].concat());
    assert!(does.contains("conversations tagged"), "{does}");
    assert_eq!(would.lines().count(), does.lines().count());
    assert!(does.lines().count() > 2, "{does}");
}

#[test]
fn the_export_names_the_ad_of_each_conversation() {
    let rows = records(&run("export_ads", &["--days", "60"]));
    assert!(!rows.is_empty());
    let whole = rows
        .iter()
        .all(|row| !row[0].is_empty() && !row[3].is_empty());
    assert!(whole, "{rows:?}");
}
