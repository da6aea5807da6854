//! What the benches measure with: answers in the form of captured ones, and turns taken by all that is compared.
#![allow(clippy::expect_used, reason = "a bench ends by panicking")]

pub mod by_hand;
pub mod counter;
pub mod server;

use std::time::{Duration, Instant};

use serde_json::Value;

/// A page of 60 conversations as the service sends it: the captured form in the API document, with an id for each row.
///
/// # Panics
///
/// The document has no such example.
pub fn page_of_conversations() -> Vec<u8> {
    // When it runs, not when it is built: a package of this crate does not hold the file.
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../crates/pancake-mock/openapi/pancake.json"
    );
    let document = std::fs::read(file).expect("the document is there");
    let document: Value = serde_json::from_slice(&document).expect("the document is JSON");
    let example = "/paths/~1public_api~1v2~1pages~1{page_id}~1conversations/get/responses/200/content/application~1json/examples/observed/value";
    let mut page = document
        .pointer(example)
        .expect("it has the example")
        .clone();
    let rows = page["conversations"].as_array_mut().expect("it has rows");
    let row = rows.first().expect("it has a row").clone();
    *rows = (0..60)
        .map(|number| {
            let mut row = row.clone();
            row["id"] = format!("1000000000000001_2{number:015}").into();
            row
        })
        .collect();
    page.to_string().into_bytes()
}

/// Something to measure, and its name.
pub type Candidate<'a> = (&'a str, Box<dyn FnMut() + 'a>);

/// How often something short has its turn.
const SHORT_TURNS: usize = 400;
/// How often something has its turn that takes much longer than the system's clock for threads ticks.
const LONG_TURNS: usize = 40;

/// Measures all candidates in turns and prints a line for each: its name, and nanoseconds a turn.
///
/// The usual libraries measure one after the other. On a machine that does other things as well, the second may find it
/// twice as slow as the first did; taking turns, all of them find it the same. The lower quartile leaves out the turns in
/// which something else was running.
pub fn take_turns(candidates: Vec<Candidate<'_>>) {
    let start = Instant::now();
    measure(SHORT_TURNS, candidates, || start.elapsed());
}

/// The same for turns of many milliseconds, in time that this thread was running: waiting for the server, and for other
/// programs to leave the processor, is not counted.
pub fn take_long_turns(candidates: Vec<Candidate<'_>>) {
    let start = Instant::now();
    measure(LONG_TURNS, candidates, || {
        time_at_work().unwrap_or_else(|| start.elapsed())
    });
}

/// How long this thread has been running, where the system tells.
fn time_at_work() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

#[allow(clippy::print_stdout, reason = "`cargo xtask bench` reads it")]
fn measure(turns: usize, mut candidates: Vec<Candidate<'_>>, now: impl Fn() -> Duration) {
    // To look at one of them with a profiler: `cargo bench --bench walk -- walk/pager`.
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    candidates.retain(|(name, _)| only.as_ref().is_none_or(|only| only == name));
    let mut times = vec![Vec::with_capacity(turns); candidates.len()];
    for _ in 0..turns {
        for ((_, work), times) in candidates.iter_mut().zip(&mut times) {
            let start = now();
            work();
            times.push(now().saturating_sub(start));
        }
    }
    for ((name, _), times) in candidates.iter().zip(&mut times) {
        println!("{name} {}", lower_quartile(times).as_nanos());
    }
}

fn lower_quartile(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 4).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    #[test]
    fn the_lower_quartile_does_not_mind_slow_turns() {
        let mut times = [9, 1, 900, 2, 3, 2, 800, 700].map(Duration::from_nanos);
        assert_eq!(super::lower_quartile(&mut times), Duration::from_nanos(2));
    }

    #[test]
    fn the_page_has_sixty_rows_of_the_captured_form() {
        let page: serde_json::Value =
            serde_json::from_slice(&super::page_of_conversations()).expect("JSON");
        let rows = page["conversations"].as_array().expect("rows");
        assert_eq!(rows.len(), 60);
        assert!(rows.iter().all(|row| row["page_customer"].is_object()));
    }
}
