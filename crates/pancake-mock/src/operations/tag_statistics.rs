//! Tag statistics: how often each tag was set, by day.
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::traffic;
use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    world::{Order, PageState},
};

pub(super) fn get(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let (since, until) = call.required_range()?;
    let today = traffic::day(call.now, page.timezone);
    let zone = page.timezone;
    let in_range = counted(page, (since, until), |time| traffic::day(time, zone));
    let in_day = counted(page, (today, call.now), traffic::hour);
    let wire = call.wire(page);
    let tags: Vec<_> = page
        .tags
        .iter()
        .map(|tag| {
            let id = if call.has(Oddity::TagStatisticsIdsAreStrings) {
                json!(tag.id.to_string())
            } else {
                json!(tag.id)
            };
            wire.unknown(json!({
                "id": id,
                "text": tag.text,
                "color": tag.color,
                "lighten_color": tag.lighten_color,
                "description": "",
            }))
        })
        .collect();
    Answer::ok(json!({
        "success": true,
        "data": table(page, &in_range, "%-d/%-m"),
        "data_today": table(page, &in_day, "%H:00"),
        "tags": tags,
    }))
}

/// Start of the piece of time -> tag -> how often it was added.
type Counts = BTreeMap<i64, BTreeMap<u64, u64>>;

fn counted(page: &PageState, (since, until): (i64, i64), piece: impl Fn(i64) -> i64) -> Counts {
    let mut counts = Counts::new();
    for index in page.conversations(Order::Inserted, None, None) {
        // A tag can be set long after the last message, but not before the first.
        if page.inserted(index) > until {
            continue;
        }
        for event in page.tag_events(index) {
            if event.added && (since..=until).contains(&event.time) {
                *counts
                    .entry(piece(event.time))
                    .or_default()
                    .entry(event.tag)
                    .or_default() += 1;
            }
        }
    }
    counts
}

fn table(page: &PageState, counts: &Counts, label: &str) -> Value {
    let categories = counts.keys();
    let categories: Vec<_> = categories
        .map(|start| traffic::label(page, *start, label))
        .collect();
    let series: Map<String, Value> = page
        .tags
        .iter()
        .map(|tag| {
            let row: Vec<u64> = counts
                .values()
                .map(|piece| piece.get(&tag.id).copied().unwrap_or(0))
                .collect();
            (tag.id.to_string(), row.into())
        })
        .collect();
    json!({"categories": categories, "series": series})
}
