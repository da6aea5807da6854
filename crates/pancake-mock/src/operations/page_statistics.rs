//! Page statistics by hour of the page's own clock.
use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use super::traffic;
use crate::{
    answer::{Answer, Outcome},
    call::Call,
    wire::time,
    world::PageState,
};

#[derive(Default)]
struct Hour {
    customer_comment: u64,
    customer_inbox: u64,
    page_comment: u64,
    page_inbox: u64,
    new_customer: u64,
    new_inbox: u64,
    phones: u64,
    interactive: HashSet<u64>,
    phone_owners: HashSet<u64>,
}

pub(super) fn get(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let range = call.required_range()?;
    let mut hours: BTreeMap<i64, Hour> = BTreeMap::new();
    traffic::each_message(page, range, |seen| {
        let hour = hours.entry(traffic::hour(seen.facts.time)).or_default();
        match (seen.kind.is_public(), seen.facts.from_customer) {
            (true, false) => hour.page_comment += 1,
            (true, true) => hour.customer_comment += 1,
            (false, false) => hour.page_inbox += 1,
            (false, true) => hour.customer_inbox += 1,
        }
        hour.new_customer += u64::from(seen.begins_customer());
        hour.new_inbox += u64::from(seen.position == 0 && !seen.kind.is_public());
        if !seen.kind.is_public() {
            hour.interactive.insert(seen.conversation);
        }
        if seen.facts.has_phone {
            hour.phones += 1;
            hour.phone_owners.insert(seen.conversation);
        }
    });
    let data: Vec<_> = hours
        .into_iter()
        .map(|(start, hour)| {
            json!({
                "hour": time::local_hour(start, page.timezone),
                "customer_comment_count": hour.customer_comment,
                "customer_inbox_count": hour.customer_inbox,
                "page_comment_count": hour.page_comment,
                "page_inbox_count": hour.page_inbox,
                "new_customer_count": hour.new_customer,
                "new_inbox_count": hour.new_inbox,
                "inbox_interactive_count": hour.interactive.len(),
                "phone_number_count": hour.phones,
                "uniq_phone_number_count": hour.phone_owners.len(),
                "today_uniq_website_referral": 0,
                "today_website_guest_referral": 0,
            })
        })
        .collect();
    Answer::ok(json!({"success": true, "data": data}))
}
