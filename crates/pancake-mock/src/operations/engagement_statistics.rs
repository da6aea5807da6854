//! Engagement statistics by day or hour of the page's zone.
use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};

use super::traffic::{self, Sighting};
use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
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
    fn meet(&mut self, seen: &Sighting, is_new: bool) {
        let public = seen.kind.is_public();
        let side = if public {
            &mut self.comment
        } else {
            &mut self.inbox
        };
        side.insert(seen.conversation);
        if is_new {
            self.new_customers.insert(seen.conversation);
        }
        if is_new && !public {
            self.new_from_inbox.insert(seen.conversation);
        }
    }

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

/// What each piece of time and each member of staff had.
#[derive(Default)]
struct Engagement {
    pieces: BTreeMap<i64, Met>,
    people: BTreeMap<u64, Met>,
}

pub(super) fn get(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let range = traffic::date_range(call, page)?;
    let by_hour = call.query("by_hour") == Some("true");
    let ids = call.values("user_ids").into_iter();
    let ids = ids
        .flat_map(|ids| ids.split(','))
        .filter(|id| !id.is_empty());
    let wanted: Vec<&str> = ids.collect();
    let staff = (0..staff::ALL).filter(|n| {
        let id = staff::user_id(page.root, *n);
        wanted.is_empty() || wanted.contains(&id.as_str())
    });
    let found = counted(page, range, by_hour, &staff.collect());
    let mut answer = json!({"success": true, "data": chart(page, &found.pieces, by_hour)});
    if call.has(Oddity::UsersEngagements) {
        let people = found.people.iter();
        answer["users_engagements"] = people.map(|(n, met)| person(page, *n, met)).collect();
    } else {
        let wire = call.wire(page);
        let pieces = found.pieces.iter().rev();
        answer["statistics"] = pieces
            .map(|(start, met)| piece(met, &wire.seconds(*start)))
            .collect();
    }
    Answer::ok(answer)
}

/// Engagement is a customer whom the staff answered.
fn counted(page: &PageState, range: (i64, i64), by_hour: bool, staff: &HashSet<u64>) -> Engagement {
    let mut found = Engagement::default();
    let mut newcomers = HashSet::new();
    traffic::each_message(page, range, |seen| {
        if seen.begins_customer() {
            newcomers.insert(seen.conversation);
        }
        let Some(n) = seen.facts.staff.filter(|n| staff.contains(n)) else {
            return;
        };
        let start = if by_hour {
            traffic::hour(seen.facts.time)
        } else {
            traffic::day(seen.facts.time, page.timezone)
        };
        let is_new = newcomers.contains(&seen.conversation);
        found.pieces.entry(start).or_default().meet(seen, is_new);
        found.people.entry(n).or_default().meet(seen, is_new);
    });
    found
}

/// Newest first, as the vendor's document says.
fn chart(page: &PageState, pieces: &BTreeMap<i64, Met>, by_hour: bool) -> Value {
    let format = if by_hour {
        "%-d/%-m/%Y %H:00"
    } else {
        "%-d/%-m/%Y"
    };
    let starts = pieces.keys().rev();
    let categories: Vec<_> = starts
        .map(|start| traffic::label(page, *start, format))
        .collect();
    let rows: Vec<_> = pieces.values().rev().map(Met::series).collect();
    let names = Met::default().series().map(|(name, _)| name);
    let series = names.into_iter().enumerate().map(|(n, name)| {
        let data = rows.iter().filter_map(|row| row.get(n));
        let data: Vec<_> = data.map(|(_, count)| *count).collect();
        json!({"name": name, "data": data})
    });
    json!({"categories": categories, "series": series.collect::<Vec<_>>()})
}

fn person(page: &PageState, n: u64, met: &Met) -> Value {
    json!({
        "user_id": staff::user_id(page.root, n),
        "name": staff::user_name(page.root, n),
        "inbox_count": met.inbox.len(),
        "comment_count": met.comment.len(),
        "total_engagement": met.total(),
        "customer_engagement_new_inbox": met.new_from_inbox.len(),
        "new_customer_replied_count": met.new_customers.len(),
        // The fake world takes no orders.
        "order_count": 0,
        "old_order_count": 0,
    })
}

fn piece(met: &Met, hour: &str) -> Value {
    json!({
        "hour": hour,
        "inbox": met.inbox.len(),
        "comment": met.comment.len(),
        "total": met.total(),
        "new_customer": met.new_customers.len(),
        "new_customer_from_inbox": met.new_from_inbox.len(),
    })
}
