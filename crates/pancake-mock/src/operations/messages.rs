//! List messages: pages of up to 30 that go back in time, oldest first inside a page.
use crate::{answer::Answer, call::Call, fault::PagingFault, oddity::Oddity, world::PageState};

/// Messages of a page, at most.
const LARGEST: u64 = 30;

pub(crate) fn list(call: &Call<'_>, page: &mut PageState) -> Answer {
    let index = match call.conversation(page) {
        Ok(index) => index,
        Err(refusal) => return refusal,
    };
    let fetched = match call.query("current_count") {
        None => 0,
        Some(text) => match text.parse::<u64>() {
            Ok(count) => count,
            Err(_) => return Answer::failure(100, "Invalid current_count"),
        },
    };
    if fetched == 0 {
        page.begin_window(index);
    }
    let count = match page.window(index) {
        Some(count) if !call.has(Oddity::OffsetsShift) => count,
        _ => page.message_count(index),
    };
    let size = call.rows_a_page(LARGEST);
    let (skip, take) = match call.paging_fault {
        Some(PagingFault::Stuck) => (fetched.saturating_sub(size), size),
        Some(PagingFault::Repeat) => (fetched.saturating_sub(size / 3), size),
        Some(PagingFault::Short) => (fetched, size / 2),
        Some(PagingFault::Empty) => (fetched, 0),
        None => (fetched, size),
    };
    let positions = page.positions(index, count);
    let end = positions
        .len()
        .saturating_sub(usize::try_from(skip).unwrap_or(usize::MAX));
    let start = end.saturating_sub(usize::try_from(take).unwrap_or(usize::MAX));
    let wire = call.wire(page);
    let mut messages: Vec<_> = positions
        .get(start..end)
        .unwrap_or_default()
        .iter()
        .map(|position| wire.message(index, *position))
        .collect();
    if !call.has(Oddity::MessagesAscendInsideAPage) {
        messages.reverse();
    }
    Answer::json(&wire.messages_envelope(index, messages))
}
