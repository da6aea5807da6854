//! The staff of a page and the round robin that hands conversations to them.
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    world::{PageState, staff},
};

pub(super) fn list(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let root = page.root;
    let wire = call.wire(page);
    let gaps = call.has(Oddity::AbsentAndNullFields);
    let users: Vec<_> = (0..staff::ACTIVE)
        .map(|n| {
            let permissions = if gaps && n == 4 {
                Value::Null
            } else {
                json!({"permissions": [100, 71, 81]})
            };
            wire.unknown(json!({
                "id": staff::user_id(root, n),
                "name": staff::user_name(root, n),
                "status": if n == 0 { "available" } else { "busy" },
                "fb_id": staff::fb_id(root, n),
                "page_permissions": permissions,
                "status_in_page": "active",
                "is_online": n < 2,
            }))
        })
        .collect();
    let disabled: Vec<_> = (staff::ACTIVE..staff::ALL)
        .map(|n| {
            json!({
                "id": staff::user_id(root, n),
                "name": staff::user_name(root, n),
                "fb_id": staff::fb_id(root, n),
            })
        })
        .collect();
    let mut answer = json!({"success": true, "users": users, "disabled_users": disabled});
    let (inbox, comment) = &page.round_robin;
    // Absent where nobody takes part (docs/behaviour.md#staff).
    if !(gaps && inbox.is_empty() && comment.is_empty()) {
        answer["round_robin_users"] = json!({"inbox": inbox, "comment": comment});
    }
    Answer::ok(answer)
}

pub(super) fn update_round_robin(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let lists = [call.strings("inbox"), call.strings("comment")];
    if !lists.iter().all(|users| staff::all_known(page.root, users)) {
        return Answer::refuse(100, "Invalid user id");
    }
    if call.body.get("inbox").is_some() {
        page.round_robin.0 = call.strings("inbox");
    }
    if call.body.get("comment").is_some() {
        page.round_robin.1 = call.strings("comment");
    }
    Answer::ok(json!({"message": "Cài đặt đã được cập nhật thành công", "success": true}))
}
