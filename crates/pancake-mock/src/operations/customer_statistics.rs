//! Statistics of customers: how many came in each hour. The form is a guess.
use std::collections::BTreeMap;

use serde_json::json;

use super::traffic;
use crate::{
    answer::Answer,
    call::Call,
    world::{Order, PageState, second_inbox::is_second},
};

pub(crate) fn get(call: &Call<'_>, page: &mut PageState) -> Answer {
    let (since, until) = match call.required_range() {
        Ok(range) => range,
        Err(refusal) => return refusal,
    };
    let mut hours: BTreeMap<i64, (u64, usize)> = BTreeMap::new();
    let newest_first = page.conversations(Order::Inserted, None, None);
    for index in newest_first.skip_while(|index| page.inserted(*index) > until) {
        let time = page.inserted(index);
        if time < since {
            break;
        }
        if is_second(index) {
            continue;
        }
        let (customers, phones) = hours.entry(traffic::hour(time)).or_default();
        *customers += 1;
        *phones += page.phone_numbers(index).len();
    }
    let wire = call.wire(page);
    let data: Vec<_> = hours
        .into_iter()
        .map(|(hour, (customers, phones))| {
            json!({
                "hour": wire.seconds(hour),
                "new_customer_count": customers,
                "phone_number_count": phones,
            })
        })
        .collect();
    Answer::json(&json!({"success": true, "data": data}))
}
