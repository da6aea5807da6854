//! Statistics of new customers: how many came on each day or in each hour. That days are those of the page's zone, and hours
//! those of UTC, is the fake's own choice.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::traffic;
use crate::{
    answer::{Answer, Outcome},
    call::Call,
    wire::time,
    world::{Order, PageState, is_second},
};

/// What a page got in one piece of time.
#[derive(Default)]
struct Gained {
    customers: u64,
    inbox: u64,
    phones: usize,
}

pub(super) fn get(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let range = call
        .query("date_range")
        .and_then(|text| time::day_range(text, page.timezone));
    let Some((since, until)) = range else {
        return Answer::refuse(100, "Invalid date_range");
    };
    let grouping = call.query("group_by").unwrap_or("day");
    if !["day", "hour", "page_id"].contains(&grouping) {
        return Answer::refuse(100, "Invalid group_by");
    }
    let mut pieces: BTreeMap<i64, Gained> = BTreeMap::new();
    let newest_first = page.conversations(Order::Inserted, None, None);
    for index in newest_first.skip_while(|index| page.inserted(*index) > until) {
        let time = page.inserted(index);
        if time < since {
            break;
        }
        if is_second(index) {
            continue;
        }
        let start = match grouping {
            "hour" => traffic::hour(time),
            _ => traffic::day(time, page.timezone),
        };
        let gained = pieces.entry(start).or_default();
        gained.customers += 1;
        gained.inbox += u64::from(!page.kind(index).is_public());
        gained.phones += page.phone_numbers(index).len();
    }
    let wire = call.wire(page);
    let rows = pieces.into_iter().map(|(start, gained)| {
        let date = match grouping {
            "hour" => wire.seconds(start),
            _ => time::day(start, page.timezone),
        };
        json!({
            "date": date,
            "new_customer_count": gained.customers,
            "new_page_inbox_count": gained.inbox,
            // No two customers of the fake world share a number.
            "new_phone_number_count": gained.phones,
            "phone_number_count": gained.phones,
        })
    });
    let rows: Vec<Value> = rows.collect();
    let data = match grouping {
        "page_id" => json!({ page.id.as_str(): rows }),
        _ => Value::from(rows),
    };
    Answer::ok(json!({"success": true, "data": data}))
}
