//! Export of the conversations that came through ads: 60 rows from an offset.
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    world::{Order, PageState, TagEntry},
};

/// Rows of a page, at most.
const LARGEST: u64 = 60;

pub(super) fn list(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let (since, until) = call.required_range()?;
    if call.query("action") != Some("conversations_from_ads") {
        return Answer::refuse(100, "Invalid action");
    }
    let offset = match call.query("offset") {
        None => 0,
        Some(text) => match text.parse::<u64>() {
            Ok(offset) => offset,
            Err(_) => return Answer::refuse(100, "Invalid offset"),
        },
    };
    let size = usize::try_from(call.rows_a_page(LARGEST)).unwrap_or(usize::MAX);
    let rows = call.rows(offset, size, |skip, take| {
        page.conversations(Order::Inserted, None, None)
            .skip_while(|index| page.inserted(*index) > until)
            .take_while(|index| page.inserted(*index) >= since)
            .filter(|index| page.ad_of(*index).is_some())
            .skip(usize::try_from(skip).unwrap_or(usize::MAX))
            .take(take)
            .collect()
    });
    let data: Vec<_> = rows
        .into_iter()
        .map(|index| row(call, page, index))
        .collect();
    Answer::ok(json!({"data": data, "success": true}))
}

fn row(call: &Call<'_>, page: &PageState, index: u64) -> Value {
    let wire = call.wire(page);
    let tags = page
        .tags_of(index)
        .into_iter()
        .filter_map(|entry| match entry {
            TagEntry::Tag(id) => page
                .tags
                .iter()
                .find(|tag| tag.id == id)
                .map(|tag| tag.text),
            TagEntry::Hole => None,
        });
    wire.unknown(json!({
        "id": wire.conversation_id(index),
        "tags": tags.collect::<Vec<_>>(),
        "from": wire.customer_as_author(index),
        "customers": wire.customers_of(index),
        "recent_phone_numbers": page.phone_numbers(index),
        "ad_clicks": page.ad_of(index).map(|ad| page.ad_id(ad)).into_iter().collect::<Vec<_>>(),
        "is_banned": false,
        "inserted_at": wire.seconds(page.inserted(index)),
        "updated_at": wire.seconds(page.updated(index)),
    }))
}
