//! List messages: pages of up to 30 that go back in time, oldest first inside a page.
use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    world::PageState,
};

/// Messages of a page, at most.
const LARGEST: u64 = 30;

pub(super) fn list(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let index = call.conversation(page)?;
    let fetched = match call.query("current_count") {
        None => 0,
        Some(text) => match text.parse::<u64>() {
            Ok(count) => count,
            Err(_) => return Answer::refuse(100, "Invalid current_count"),
        },
    };
    if fetched == 0 {
        page.begin_window(index);
    }
    let count = match page.window(index) {
        Some(count) if !call.has(Oddity::OffsetsShift) => count,
        _ => page.message_count(index),
    };
    let size = usize::try_from(call.rows_a_page(LARGEST)).unwrap_or(usize::MAX);
    let there = page.positions(index, count);
    let newest_first = |skip: u64, take: usize| -> Vec<u64> {
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        there.iter().rev().skip(skip).take(take).copied().collect()
    };
    let positions = call.rows(fetched, size, newest_first);
    let wire = call.wire(page);
    let messages = positions.into_iter().rev();
    let mut messages: Vec<_> = messages
        .map(|position| wire.message(index, position))
        .collect();
    if !call.has(Oddity::MessagesAscendInsideAPage) {
        messages.reverse();
    }
    Answer::ok(wire.messages_envelope(index, messages))
}
