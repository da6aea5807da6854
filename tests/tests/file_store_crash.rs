//! A process that is killed while it writes the token file leaves the old token or the new one, never neither.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends by panicking"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use pancake_ext::{FileStore, PageId, PageToken, TokenStore};

/// Tells a run of this program that it is the one to be killed, and where to write.
const VICTIM: &str = "PANCAKE_TEST_TOKEN_FILE";

/// Not a test of its own: the process that the test below starts and kills.
#[tokio::test]
async fn victim() {
    let Ok(file) = std::env::var(VICTIM) else {
        return;
    };
    let store = FileStore::new(file);
    // Ends by being killed; the bound is for the case that nobody does.
    for number in 0..100_000_u32 {
        store.put(&PageId::from("1"), &token(number)).await.unwrap();
        println!("saved {number}");
    }
}

/// Long, so that a write takes more than one system call.
fn token(number: u32) -> PageToken {
    PageToken::new(format!("{number}-").repeat(20_000) + "end")
}

#[tokio::test]
async fn a_process_that_is_killed_while_it_writes_leaves_a_whole_token() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tokens.json");
    for writes in 1..=15 {
        kill_after(&file, writes);
        let store = FileStore::new(&file);
        let left = store
            .load(&PageId::from("1"))
            .await
            .unwrap()
            .expect("a token is left");
        let number = left.expose().split('-').next().unwrap().parse().unwrap();
        assert_eq!(left, token(number), "the token is whole");
        // The lock of the killed process is free.
        store.put(&PageId::from("2"), &token(writes)).await.unwrap();
        assert_eq!(store.load(&PageId::from("1")).await.unwrap(), Some(left));
        // What was half written held tokens, and is gone with this write.
        assert_eq!(names(directory.path()), ["tokens.json", "tokens.json.lock"]);
    }
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Starts a writer and kills it in the middle of whatever it does after it said that it wrote so often.
fn kill_after(file: &Path, writes: u32) {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["victim", "--exact", "--nocapture"])
        .env(VICTIM, file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let said = lines
        .by_ref()
        .filter(|line| line.as_ref().is_ok_and(|line| line.contains("saved")));
    assert_eq!(said.take(writes as usize).count(), writes as usize);
    victim.kill().unwrap();
    victim.wait().unwrap();
}
