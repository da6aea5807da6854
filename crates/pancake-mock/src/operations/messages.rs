//! List messages: pages of up to 30 that go back in time, oldest first inside a page.
use crate::{answer::Answer, call::Call, fault::PagingFault, oddity::Oddity, world::PageState};

const PAGE: u64 = 30;

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
    let (skip, take) = match call.paging_fault {
        Some(PagingFault::Stuck) => (fetched.saturating_sub(PAGE), PAGE),
        Some(PagingFault::Repeat) => (fetched.saturating_sub(PAGE / 3), PAGE),
        Some(PagingFault::Short) => (fetched, PAGE / 2),
        Some(PagingFault::Empty) => (fetched, 0),
        None => (fetched, PAGE),
    };
    let end = count.saturating_sub(skip);
    let wire = call.wire(page);
    let mut messages: Vec<_> = (end.saturating_sub(take)..end)
        .map(|position| wire.message(index, position))
        .collect();
    if !call.has(Oddity::MessagesAscendInsideAPage) {
        messages.reverse();
    }
    Answer::json(&wire.messages_envelope(index, messages))
}
