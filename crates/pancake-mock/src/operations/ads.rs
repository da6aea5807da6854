//! Ads by their ids, in one of several envelopes.
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    world::{PageState, post},
};

/// Ids in one call.
const MOST: usize = 20;

pub(super) fn list(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let ids: Vec<&str> = call
        .query("ad_ids")
        .unwrap_or_default()
        .split(',')
        .filter(|id| !id.is_empty())
        .collect();
    if ids.is_empty() || ids.len() > MOST {
        return Answer::refuse(100, "Invalid params: ad_ids");
    }
    let wire = call.wire(page);
    // An ad that is not of this page is left out.
    let rows: Value = (0..post::ADS)
        .filter(|ad| ids.contains(&page.ad_id(*ad).as_str()))
        .map(|ad| {
            wire.unknown(json!({
                "id": page.ad_id(ad),
                "name": page.ad_name(ad),
                "status": if ad % 3 == 2 { "PAUSED" } else { "ACTIVE" },
                "account_id": format!("act_{}", 10_000_000_000 + page.index),
                "adset_id": format!("{}0", page.ad_id(ad)),
                "post_id": page.post_id(page.ad_post(ad)),
            }))
        })
        .collect();
    Answer::ok(if call.has(Oddity::AdsStatisticsInAds) {
        json!({"success": true, "ads": rows})
    } else if call.has(Oddity::AdsStatisticsInData) {
        json!({"success": true, "data": rows})
    } else {
        rows
    })
}
