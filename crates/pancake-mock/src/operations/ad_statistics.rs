//! Campaign and ads statistics: numbers mostly as strings, in one of several envelopes.
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    oddity::Oddity,
    world::{Order, PageState, post},
};

const DAY: i64 = 86_400_000_000;

/// How many customers came through an ad in a range.
fn clicks(page: &PageState, ad: u64, (since, until): (i64, i64)) -> u64 {
    page.conversations(Order::Inserted, None, None)
        .skip_while(|index| page.inserted(*index) > until)
        .take_while(|index| page.inserted(*index) >= since)
        .filter(|index| page.ad_of(*index) == Some(ad))
        .count() as u64
}

pub(crate) fn campaigns(call: &Call<'_>, page: &mut PageState) -> Answer {
    let range = match call.required_range() {
        Ok(range) => range,
        Err(refusal) => return refusal,
    };
    let wire = call.wire(page);
    let rows: Vec<Value> = (0..post::ADS)
        .map(|ad| {
            let clicks = clicks(page, ad, range);
            wire.unknown(json!({
                "account_id": format!("act_{}", 10_000_000_000 + page.index),
                "ad_id": page.ad_id(ad),
                "adset_id": format!("{}0", page.ad_id(ad)),
                "name": page.ad_name(ad),
                "status": if ad % 3 == 2 { "PAUSED" } else { "ACTIVE" },
                "currency": "VND",
                "daily_budget": "500000",
                "budget_remaining": (500_000_u64.saturating_sub(clicks * 12_000)).to_string(),
                "reach": (clicks * 40).to_string(),
                "impressions": (clicks * 75).to_string(),
                "spend": (clicks * 12_000).to_string(),
            }))
        })
        .collect();
    if call.has(Oddity::CampaignStatisticsInData) {
        Answer::json(&json!({"success": true, "data": rows}))
    } else {
        Answer::json(&rows.into())
    }
}

pub(crate) fn ads(call: &Call<'_>, page: &mut PageState) -> Answer {
    let (since, until) = match call.required_range() {
        Ok(range) => range,
        Err(refusal) => return refusal,
    };
    let wire = call.wire(page);
    let row = |ad: u64, range: (i64, i64)| {
        let clicks = clicks(page, ad, range);
        json!({
            "ad_id": page.ad_id(ad),
            "name": page.ad_name(ad),
            "status": if ad % 3 == 2 { "PAUSED" } else { "ACTIVE" },
            "currency": "VND",
            "reach": (clicks * 40).to_string(),
            "impressions": (clicks * 75).to_string(),
            "spend": (clicks * 12_000).to_string(),
        })
    };
    let rows: Vec<Value> = match call.query("type") {
        Some("by_id") => (0..post::ADS)
            .map(|ad| wire.unknown(row(ad, (since, until))))
            .collect(),
        Some("by_time") => {
            // Nothing happened before the seeded world began: no endless list of empty days.
            let first = since.max(page.epoch - 200 * DAY);
            let days = until.min(call.now).saturating_sub(first).max(0) / DAY;
            (0..=days)
                .flat_map(|day| (0..post::ADS).map(move |ad| (day, ad)))
                .map(|(day, ad)| {
                    let start = first + day * DAY;
                    let mut row = row(ad, (start, start + DAY - 1));
                    row["time"] = json!(wire.seconds(start));
                    row
                })
                .filter(|row| row["reach"] != "0")
                .collect()
        }
        _ => return Answer::failure(100, "Invalid type"),
    };
    let rows = Value::from(rows);
    Answer::json(&if call.has(Oddity::AdsStatisticsInData) {
        json!({"success": true, "data": rows})
    } else if call.has(Oddity::AdsStatisticsInAds) {
        json!({"success": true, "ads": rows})
    } else {
        rows
    })
}
