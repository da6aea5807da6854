//! What the server saw: every operation, nothing against the API document, no token that nobody asked for.

use std::collections::{BTreeMap, BTreeSet};

use pancake_ext::client::operations::OPERATIONS;
use pancake_mock::JournalEntry;

use crate::failure::Failure;
use crate::stage::Stage;

pub(crate) fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.area("Looking back at all requests")?;
    stage.step("Every operation was called, as the document has it, and no limit was hit")?;
    let journal = stage.mock.journal();
    let called = journal
        .iter()
        .filter_map(|entry| entry.operation.as_deref());
    let missing = missing(&called.collect());
    stage.check(missing.is_empty(), &missing)?;
    let violations = stage.mock.violations();
    let violations: Vec<String> = violations.iter().map(ToString::to_string).collect();
    stage.check(violations.is_empty(), &violations.join("\n"))?;
    let count = |is: fn(&JournalEntry) -> bool| journal.iter().filter(|entry| is(entry)).count();
    let mints = count(|entry| entry.operation.as_deref() == Some("generate_page_access_token"));
    stage.check(mints == 1, "a token was minted that nobody asked for")?;
    let scripted = count(|entry| entry.fault.as_deref() == Some("too_many_requests"));
    stage.check(
        u64::try_from(scripted).ok() == Some(stage.tally.refusals()),
        "the client was faster than the server takes",
    )?;
    let waited = stage.tally.waited().as_secs();
    stage.says(format!("{waited} s of waiting, all made up"))?;
    let (steps, checks) = stage.counts();
    let (operations, requests) = (OPERATIONS.len(), journal.len());
    stage.area(&format!(
        "The demo succeeded: {steps} steps, {checks} checks, {requests} requests, all {operations} operations of the API."
    ))
}

/// The operations that no step has called, by their area; empty if there are none.
fn missing(called: &BTreeSet<&str>) -> String {
    let mut areas: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for operation in OPERATIONS.iter().filter(|other| !called.contains(other.id)) {
        areas.entry(operation.tag).or_default().push(operation.id);
    }
    let lines = areas
        .iter()
        .map(|(area, ids)| format!("no step calls, of {area}: {}", ids.join(", ")));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_that_no_step_calls_are_named_by_their_area() {
        let mut called: BTreeSet<&str> = OPERATIONS.iter().map(|other| other.id).collect();
        assert_eq!(missing(&called), "");
        called.remove("list_pages");
        called.remove("list_tags");
        let missing = missing(&called);
        assert_eq!(missing.lines().count(), 2, "{missing}");
        assert!(
            missing.contains(": list_pages") && missing.contains(": list_tags"),
            "{missing}"
        );
    }
}
