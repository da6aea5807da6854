//! Tag, assign, read and unread of one conversation.
use serde_json::json;

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    world::{PageState, TagEntry, TagEvent, staff},
};

pub(super) fn tag(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let index = call.conversation(page)?;
    let added = match call.text("action") {
        Some("add") => true,
        Some("remove") => false,
        _ => return Answer::refuse(100, "Invalid action"),
    };
    let tag = call.text("tag_id").and_then(|id| id.parse().ok());
    let Some(tag) = tag.filter(|id| page.tags.iter().any(|tag| tag.id == *id)) else {
        return Answer::refuse(100, "Invalid tag_id");
    };
    let tags = page.change_tag(
        index,
        TagEvent {
            tag,
            added,
            time: call.now,
            staff: 0,
        },
    );
    let ids: Vec<_> = tags
        .into_iter()
        .filter_map(|entry| match entry {
            TagEntry::Tag(id) => Some(id),
            TagEntry::Hole => None,
        })
        .collect();
    Answer::ok(json!({
        "data": ids,
        "success": true,
        "timestamp": call.now.div_euclid(1000),
    }))
}

pub(super) fn assign(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let index = call.conversation(page)?;
    let users = call.strings("assignee_ids");
    if !staff::all_known(page.root, &users) {
        return Answer::refuse(100, "Invalid assignee_ids");
    }
    page.assign(index, users.clone(), call.now);
    let wire = call.wire(page);
    Answer::ok(json!({
        "success": true,
        "assignee_group_id": null,
        "assignee_ids": users,
        "customers": wire.customers_of(index),
        "from": wire.customer_as_author(index),
        "seen": page.seen(index),
        "updated_at": wire.micros(page.updated(index)),
    }))
}

pub(super) fn read(call: &Call<'_>, page: &mut PageState) -> Outcome {
    mark(call, page, true)
}

pub(super) fn unread(call: &Call<'_>, page: &mut PageState) -> Outcome {
    mark(call, page, false)
}

fn mark(call: &Call<'_>, page: &mut PageState, seen: bool) -> Outcome {
    let index = call.conversation(page)?;
    page.set_seen(index, seen);
    Answer::ok(json!({"success": true}))
}
