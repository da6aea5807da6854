//! What decoding costs: a page of 60 conversations into the generated types, against structs as a person would write them;
//! and what it costs to ask whether the page is a failure.
//!
//! `cargo xtask bench` runs this and compares the times with the targets.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench is no interface, and what fails ends it"
)]

use std::hint::black_box;

use pancake_benches::by_hand::{flatten, plain};
use pancake_benches::{page_of_conversations, take_turns};
use pancake_client::types::ConversationList;

fn main() {
    let page = page_of_conversations();
    let page = &page;
    // An answer that ends with `success` is known at once. This one has to be searched.
    let searched = with_success_first(page);
    take_turns(vec![
        (
            "decode/generated",
            Box::new(|| drop(black_box(read::<ConversationList>(page)))),
        ),
        (
            "decode/by_hand",
            Box::new(|| drop(black_box(read::<plain::List>(page)))),
        ),
        (
            "decode/by_hand_with_flatten",
            Box::new(|| drop(black_box(read::<flatten::List>(page)))),
        ),
        (
            "envelope",
            Box::new(|| {
                black_box(pancake_ext::bench::reports_failure(black_box(&searched)));
            }),
        ),
    ]);
}

/// The same page with its last key in front.
fn with_success_first(page: &[u8]) -> Vec<u8> {
    let rest = page.strip_suffix(b",\"success\":true}").unwrap();
    [b"{\"success\":true,", &rest[1..], b"}"].concat()
}

fn read<T: serde::de::DeserializeOwned>(page: &[u8]) -> T {
    serde_json::from_slice(black_box(page)).unwrap()
}
