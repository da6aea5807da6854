//! Call logs of a SIP package.
use serde_json::json;

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    world::{PageState, call_log},
};

pub(super) fn list(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let (skip, take) = call.numbered_page(30)?;
    let since = call.seconds("since")?.unwrap_or(i64::MIN);
    let until = call.seconds("until")?.unwrap_or(i64::MAX);
    let wire = call.wire(page);
    // A package that the page doesn't have has no calls.
    let has_calls = call.query("id") == Some(call_log::PACKAGE);
    let logs = call.rows(skip, take, |skip, take| -> Vec<_> {
        page.calls()
            .filter(|_| has_calls)
            .map(|n| page.call(n))
            .filter(|log| (since..=until).contains(&log.time))
            .skip(usize::try_from(skip).unwrap_or(usize::MAX))
            .take(take)
            .collect()
    });
    let data: Vec<_> = logs
        .into_iter()
        .map(|log| {
            let (caller, callee) = if log.incoming {
                (log.customer.as_str(), log.line)
            } else {
                (log.line, log.customer.as_str())
            };
            wire.unknown(json!({
                "call_id": log.id,
                "caller": caller,
                "callee": callee,
                "start_time": wire.seconds(log.time),
                "duration": log.seconds,
                "status": if log.missed { "missed" } else { "completed" },
            }))
        })
        .collect();
    Answer::ok(json!({"data": data, "success": true}))
}
