//! Engagement statistics by day or hour of the page's zone.
use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::DateTime;
use serde_json::{Value, json};

use super::traffic;
use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    wire::time,
    world::{PageState, staff},
};

/// Customers met by one member of staff, or by all, in one piece of time.
#[derive(Default)]
struct Met {
    inbox: HashSet<u64>,
    comment: HashSet<u64>,
    new_customers: HashSet<u64>,
    new_from_inbox: HashSet<u64>,
}

impl Met {
    fn total(&self) -> usize {
        self.inbox.len() + self.comment.len()
    }

    fn series(&self) -> [(&'static str, usize); 7] {
        [
            ("inbox", self.inbox.len()),
            ("comment", self.comment.len()),
            ("total", self.total()),
            ("new_customer_replied", self.new_customers.len()),
            ("customer_engagement_new_inbox", self.new_from_inbox.len()),
            // The fake world takes no orders.
            ("order_count", 0),
            ("old_order_count", 0),
        ]
    }
}

pub(super) fn get(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let range = call
        .query("date_range")
        .and_then(|text| time::date_range(text, page.timezone));
    let Some(range) = range else {
        return Answer::refuse(100, "Invalid date_range");
    };
    let by_hour = call.query("by_hour") == Some("true");
    let wanted: Vec<&str> = call
        .values("user_ids")
        .into_iter()
        .flat_map(|ids| ids.split(','))
        .filter(|id| !id.is_empty())
        .collect();
    let ids: Vec<String> = (0..staff::ALL)
        .map(|n| staff::user_id(page.root, n))
        .collect();
    let id_of = |n: u64| {
        usize::try_from(n)
            .ok()
            .and_then(|n| ids.get(n))
            .map(String::as_str)
    };
    let zone = page.timezone;
    let mut pieces: BTreeMap<i64, Met> = BTreeMap::new();
    let mut people: BTreeMap<u64, Met> = BTreeMap::new();
    let mut newcomers = BTreeSet::new();
    traffic::each_message(page, range, |seen| {
        if seen.begins_customer() {
            newcomers.insert(seen.conversation);
        }
        // Engagement is a customer whom the staff answered.
        let Some(n) = seen.facts.staff else { return };
        if !wanted.is_empty() && !id_of(n).is_some_and(|id| wanted.contains(&id)) {
            return;
        }
        let start = if by_hour {
            traffic::hour(seen.facts.time)
        } else {
            traffic::day(seen.facts.time, zone)
        };
        let piece = pieces.entry(start).or_default();
        for met in [piece, people.entry(n).or_default()] {
            let public = seen.kind.is_public();
            let side = if public {
                &mut met.comment
            } else {
                &mut met.inbox
            };
            side.insert(seen.conversation);
            if newcomers.contains(&seen.conversation) {
                met.new_customers.insert(seen.conversation);
                if !public {
                    met.new_from_inbox.insert(seen.conversation);
                }
            }
        }
    });
    let label = if by_hour {
        "%-d/%-m/%Y %H:00"
    } else {
        "%-d/%-m/%Y"
    };
    // Newest first, as the vendor's document says.
    let categories: Vec<String> = pieces
        .keys()
        .rev()
        .map(|start| {
            let local = DateTime::from_timestamp_micros(start + zone * 3_600_000_000);
            local
                .map(|local| local.format(label).to_string())
                .unwrap_or_default()
        })
        .collect();
    let names = Met::default().series().map(|(name, _)| name);
    let series: Vec<Value> = (0..)
        .zip(names)
        .map(|(n, name): (usize, _)| {
            let data: Vec<_> = pieces
                .values()
                .rev()
                .filter_map(|met| met.series().get(n).map(|(_, count)| *count))
                .collect();
            json!({"name": name, "data": data})
        })
        .collect();
    let mut answer = json!({
        "success": true,
        "data": {"categories": categories, "series": series},
    });
    let wire = call.wire(page);
    let (key, rows): (_, Vec<Value>) = if call.has(Oddity::UsersEngagements) {
        let rows = people.iter().map(|(n, met)| {
            json!({
                "user_id": staff::user_id(page.root, *n),
                "name": staff::user_name(page.root, *n),
                "inbox_count": met.inbox.len(),
                "comment_count": met.comment.len(),
                "total_engagement": met.total(),
                "customer_engagement_new_inbox": met.new_from_inbox.len(),
                "new_customer_replied_count": met.new_customers.len(),
                // The fake world takes no orders.
                "order_count": 0,
                "old_order_count": 0,
            })
        });
        ("users_engagements", rows.collect())
    } else {
        let rows = pieces.iter().map(|(start, met)| {
            let mut row = row(met);
            row["hour"] = json!(wire.seconds(*start));
            row
        });
        ("statistics", rows.collect())
    };
    answer[key] = rows.into();
    Answer::ok(answer)
}

fn row(met: &Met) -> Value {
    json!({
        "inbox": met.inbox.len(),
        "comment": met.comment.len(),
        "total": met.total(),
        "new_customer": met.new_customers.len(),
        "new_customer_from_inbox": met.new_from_inbox.len(),
    })
}
