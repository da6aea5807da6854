//! User statistics: what each member of staff did, by hour and in total.
use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::traffic::{self, Sighting};
use crate::{
    answer::{Answer, Outcome},
    call::Call,
    world::{PageState, staff},
};

#[derive(Default)]
struct Work {
    inbox: u64,
    comment: u64,
    phones: u64,
    private_replies: u64,
    inboxes: HashSet<u64>,
    comments: HashSet<u64>,
    waited: i64,
    answers: i64,
}

impl Work {
    /// Milliseconds.
    fn average_response_time(&self) -> i64 {
        if self.answers == 0 {
            0
        } else {
            self.waited / self.answers / 1000
        }
    }
}

pub(super) fn get(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let range = traffic::date_range(call, page)?;
    let mut hours: BTreeMap<(u64, i64), Work> = BTreeMap::new();
    let mut totals: BTreeMap<u64, Work> = BTreeMap::new();
    let mut waiting: HashMap<u64, i64> = HashMap::new();
    traffic::each_message(page, range, |seen| {
        let Some(n) = seen.facts.staff else {
            if !seen.facts.from_customer {
                return;
            }
            // A phone number is to the credit of who asked for it: the last one who wrote before.
            if seen.facts.has_phone
                && let Some(n) = staff_before(page, seen)
            {
                let hour = (n, traffic::hour(seen.facts.time));
                hours.entry(hour).or_default().phones += 1;
                totals.entry(n).or_default().phones += 1;
            }
            waiting.entry(seen.conversation).or_insert(seen.facts.time);
            return;
        };
        let waited = waiting
            .remove(&seen.conversation)
            .map(|since| seen.facts.time - since);
        let hour = hours
            .entry((n, traffic::hour(seen.facts.time)))
            .or_default();
        for work in [hour, totals.entry(n).or_default()] {
            if seen.kind.is_public() {
                work.comment += 1;
                work.comments.insert(seen.conversation);
            } else {
                work.inbox += 1;
                work.inboxes.insert(seen.conversation);
            }
            work.private_replies += u64::from(seen.facts.private_reply);
            if let Some(waited) = waited {
                work.waited += waited;
                work.answers += 1;
            }
        }
    });
    let wire = call.wire(page);
    let root = page.root;
    let mut statistics: Map<String, Value> = Map::new();
    for ((n, hour), work) in &hours {
        let mut row = row(work);
        row["hour"] = json!(wire.seconds(*hour));
        let rows = statistics
            .entry(staff::user_id(root, *n))
            .or_insert_with(|| json!([]));
        if let Some(rows) = rows.as_array_mut() {
            rows.push(row);
        }
    }
    let users: Map<String, Value> = totals
        .iter()
        .map(|(n, work)| {
            let mut row = row(work);
            row["user_name"] = json!(staff::user_name(root, *n));
            row["user_fb_id"] = json!(staff::fb_id(root, *n));
            (staff::user_id(root, *n), row)
        })
        .collect();
    Answer::ok(json!({"success": true, "data": {"statistics": statistics, "users": users}}))
}

fn staff_before(page: &PageState, seen: &Sighting) -> Option<u64> {
    let mut before = (0..seen.position).rev();
    before.find_map(|position| page.facts(seen.conversation, position).staff)
}

fn row(work: &Work) -> Value {
    json!({
        "average_response_time": work.average_response_time(),
        "inbox_count": work.inbox,
        "comment_count": work.comment,
        "phone_number_count": work.phones,
        "private_reply_count": work.private_replies,
        "unique_inbox_count": work.inboxes.len(),
        "unique_comment_count": work.comments.len(),
    })
}
