//! Campaign and ads statistics: numbers mostly as strings, in one of several envelopes.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::traffic;
use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    world::{Order, PageState, post},
};

/// How many customers came through each ad, by (piece of time, ad).
fn clicks(
    page: &PageState,
    (since, until): (i64, i64),
    piece: impl Fn(i64) -> i64,
) -> BTreeMap<(i64, u64), u64> {
    let mut clicks = BTreeMap::new();
    let rows = page.conversations(Order::Inserted, None, None);
    let rows = rows
        .skip_while(|index| page.inserted(*index) > until)
        .take_while(|index| page.inserted(*index) >= since);
    for index in rows {
        if let Some(ad) = page.ad_of(index) {
            *clicks.entry((piece(page.inserted(index)), ad)).or_default() += 1;
        }
    }
    clicks
}

/// What Facebook would count, as text.
fn figures(page: &PageState, ad: u64, clicks: u64) -> Value {
    json!({
        "ad_id": page.ad_id(ad),
        "name": page.ad_name(ad),
        "status": if ad % 3 == 2 { "PAUSED" } else { "ACTIVE" },
        "currency": "VND",
        "reach": (clicks * 40).to_string(),
        "impressions": (clicks * 75).to_string(),
        "spend": (clicks * 12_000).to_string(),
    })
}

pub(super) fn campaigns(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let range = call.required_range()?;
    let wire = call.wire(page);
    let clicks = clicks(page, range, |_| 0);
    let rows: Vec<Value> = (0..post::ADS)
        .map(|ad| {
            let clicks = clicks.get(&(0, ad)).copied().unwrap_or(0);
            let mut row = figures(page, ad, clicks);
            row["account_id"] = json!(format!("act_{}", 10_000_000_000 + page.index));
            row["adset_id"] = json!(format!("{}0", page.ad_id(ad)));
            row["daily_budget"] = json!("500000");
            let left = 500_000_u64.saturating_sub(clicks * 12_000);
            row["budget_remaining"] = json!(left.to_string());
            wire.unknown(row)
        })
        .collect();
    if call.has(Oddity::CampaignStatisticsInData) {
        Answer::ok(json!({"success": true, "data": rows}))
    } else {
        Answer::ok(rows.into())
    }
}

pub(super) fn ads(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let range = call.required_range()?;
    let wire = call.wire(page);
    let rows: Vec<Value> = match call.query("type") {
        Some("by_id") => {
            let clicks = clicks(page, range, |_| 0);
            let of = |ad| clicks.get(&(0, ad)).copied().unwrap_or(0);
            (0..post::ADS)
                .map(|ad| wire.unknown(figures(page, ad, of(ad))))
                .collect()
        }
        Some("by_time") => clicks(page, range, |time| traffic::day(time, page.timezone))
            .into_iter()
            .map(|((day, ad), clicks)| {
                let mut row = figures(page, ad, clicks);
                row["time"] = json!(wire.seconds(day));
                wire.unknown(row)
            })
            .collect(),
        _ => return Answer::refuse(100, "Invalid type"),
    };
    let rows = Value::from(rows);
    Answer::ok(if call.has(Oddity::AdsStatisticsInData) {
        json!({"success": true, "data": rows})
    } else if call.has(Oddity::AdsStatisticsInAds) {
        json!({"success": true, "ads": rows})
    } else {
        rows
    })
}
