//! Every pager against the fake server while rows arrive, move and vanish, pages fail, and the process is killed: compared
//! with what was in the list. Nothing that was there all the time is lost, nothing comes twice without a kill, and the
//! walk ends.
//!
//! - `walks`: random cases over all lists and all ways of reading them;
//! - `restarts`: a restart after every single row of short lists, with and without a change;
//! - `following`: the same for `watch`.
//!
//! The cases are the same in every run. `PAGING_CASES` asks for more of them, `PAGING_SEED` (0 to 255) for others.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod following;
mod lists;
mod restarts;
mod scene;
mod walks;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Rows that were there all the time and did not come.
fn lost(before: &[String], given: &[String], gone: impl Fn(&str) -> bool) -> Vec<String> {
    let times = count(given);
    let lost = before
        .iter()
        .filter(|id| !gone(id) && !times.contains_key(id.as_str()));
    lost.cloned().collect()
}

fn count(given: &[String]) -> HashMap<&str, usize> {
    let mut times = HashMap::new();
    for id in given {
        *times.entry(id.as_str()).or_default() += 1;
    }
    times
}

fn from_env<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    text.parse().ok()
}

/// How many cases run, if nobody asks for another number.
fn cases(usual: u32) -> u32 {
    from_env("PAGING_CASES").unwrap_or(usual)
}

/// Shrinking runs cases again, each on a page of its own.
const SHRINKS: u32 = 250;

/// Runs the cases, says which failed, and makes the first of those small.
fn run_all<S: Strategy<Value: Clone>>(cases: u32, strategy: &S, check: impl Fn(&S::Value)) {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: SHRINKS,
        ..Config::default()
    };
    let seed: u8 = from_env("PAGING_SEED").unwrap_or(7);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let mut failed = Vec::new();
    for number in 0..cases {
        let case = strategy.new_tree(&mut runner).unwrap();
        let value = case.current();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&value))) {
            let what = format!("case {number}: {}: {value:?}", message(panic.as_ref()));
            failed.push((what, case));
        }
    }
    let (all, mut failed): (Vec<_>, Vec<_>) = failed.into_iter().unzip();
    if failed.is_empty() {
        return;
    }
    let first = failed.swap_remove(0);
    let smallest = runner.run_one(first, |case| {
        check(&case);
        Ok(())
    });
    let smallest = smallest.map_err(|error| error.to_string());
    panic!(
        "{} of {cases} cases failed: {all:#?}; the first of them, made small: {smallest:#?}",
        all.len()
    );
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}
