//! All messages of a page in a time range: what the statistics count, so that they agree with the state.
use chrono::DateTime;

use crate::{
    answer::Answer,
    call::Call,
    wire::time,
    world::{ConversationKind, MessageFacts, Order, PageState, is_second},
};

const HOUR: i64 = 3_600_000_000;

/// One message and where it is.
pub(super) struct Sighting {
    pub(super) conversation: u64,
    pub(super) kind: ConversationKind,
    pub(super) position: u64,
    pub(super) facts: MessageFacts,
}

impl Sighting {
    /// The first message of a new customer.
    pub(super) fn begins_customer(&self) -> bool {
        self.position == 0 && !is_second(self.conversation)
    }
}

pub(super) fn each_message(
    page: &PageState,
    (since, until): (i64, i64),
    mut see: impl FnMut(&Sighting),
) {
    for index in page.conversations(Order::Updated, None, None) {
        // Sorted by the time of the last message: all that follow are over before the range.
        if page.updated(index) < since {
            break;
        }
        if page.inserted(index) > until {
            continue;
        }
        let kind = page.kind(index);
        for position in 0..page.message_count(index) {
            let time = page.message_time(index, position);
            if (since..=until).contains(&time) {
                let facts = page.facts(index, position);
                see(&Sighting {
                    conversation: index,
                    kind,
                    position,
                    facts,
                });
            }
        }
    }
}

/// The start of the hour.
pub(super) fn hour(time: i64) -> i64 {
    time.div_euclid(HOUR) * HOUR
}

/// The start of the day in a zone.
pub(super) fn day(time: i64, zone_hours: i64) -> i64 {
    let local = time + zone_hours * HOUR;
    local.div_euclid(24 * HOUR) * 24 * HOUR - zone_hours * HOUR
}

/// `date_range` in the zone of the page, as unix microseconds.
pub(super) fn date_range(call: &Call<'_>, page: &PageState) -> Result<(i64, i64), Answer> {
    let range = call.query("date_range");
    range
        .and_then(|text| time::date_range(text, page.timezone))
        .ok_or_else(|| Answer::failure(100, "Invalid date_range"))
}

/// The name of a piece of time that begins then, in the zone of the page.
pub(super) fn label(page: &PageState, start: i64, format: &str) -> String {
    let local = DateTime::from_timestamp_micros(start + page.timezone * HOUR);
    let text = local.map(|local| local.format(format).to_string());
    text.unwrap_or_default()
}
