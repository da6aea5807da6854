//! Ratings by customers: one in five rates whoever served them when they first came.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    world::{Order, PageState, is_second, staff},
};

/// Microseconds.
const THIRTY_DAYS: i64 = 30 * 86_400_000_000;

pub(super) fn get(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let (since, until) = call.required_range()?;
    if until.saturating_sub(since) >= THIRTY_DAYS {
        return Answer::refuse(100, "The time range must be less than 30 days");
    }
    let mut ratings = Vec::new();
    let mut totals: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    let newest_first = page.conversations(Order::Inserted, None, None);
    for index in newest_first.skip_while(|index| page.inserted(*index) > until) {
        if page.inserted(index) < since {
            break;
        }
        if is_second(index) {
            continue;
        }
        let seed = page.seed.of("feedback").with(index);
        if !seed.of("given").chance(20) {
            continue;
        }
        let (who, rate) = (
            seed.of("who").below(staff::ACTIVE),
            1 + seed.of("rate").below(5),
        );
        let (sum, count) = totals.entry(who).or_default();
        *sum += rate;
        *count += 1;
        ratings.push(json!({
            "rate": rate,
            "message": if rate > 3 { Value::from("Tư vấn nhiệt tình") } else { Value::Null },
            "customer_name": page.customer_name(index),
            "admin_id": staff::user_id(page.root, who),
        }));
    }
    let averages: Vec<_> = totals
        .into_iter()
        .map(|(who, (sum, count))| {
            json!({
                "admin_id": staff::user_id(page.root, who),
                "employee_name": staff::user_name(page.root, who),
                "feedback_count": count,
                "avg_feedback": (sum * 100 / count) as f64 / 100.0,
                "botcake_count": 0,
            })
        })
        .collect();
    Answer::ok(json!({
        "success": true,
        "customer_feedback": ratings,
        "customer_average_feedback": averages,
    }))
}
