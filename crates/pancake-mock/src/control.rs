//! The control endpoint below `/_mock/`: what the library offers, for tests in other languages.
use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use bytes::Bytes;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    control_rows,
    fault_file::{FaultText, read_faults},
    fault_script::FaultId,
    journal::JournalEntry,
    live,
    oddity::{Oddities, Oddity},
    shared::{Shared, description},
};

pub(crate) type Server = State<Arc<Shared>>;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/state", get(state))
        .route("/journal", get(journal).delete(clear_journal))
        .route("/violations", get(violations).delete(clear_violations))
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/faults/{id}", delete(remove_fault))
        .route("/clock", get(clock).post(move_clock))
        .route("/oddities", get(oddities).post(switch_oddities))
        .route("/rate_limit", post(rate_limit))
        .route("/rotate_token", post(rotate_token))
        .route("/messages", post(arrive))
        .merge(control_rows::router())
        .fallback(|| async { refusal(StatusCode::NOT_FOUND, "no such control; see the README") })
        .with_state(shared)
}

pub(crate) fn refusal(status: StatusCode, message: &str) -> Response {
    (status, axum::Json(json!({"error": message}))).into_response()
}

pub(crate) fn done(value: Value) -> Response {
    axum::Json(value).into_response()
}

/// The body, or a refusal that says where it is wrong.
#[expect(clippy::result_large_err, reason = "the refusal is the answer")]
pub(crate) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Response> {
    serde_json::from_slice(body)
        .map_err(|error| refusal(StatusCode::BAD_REQUEST, &error.to_string()))
}

async fn state(State(shared): Server) -> Response {
    let mut state = description(&shared, None);
    let pages = state["pages"].as_array_mut().into_iter().flatten();
    for (page, id) in pages.zip(shared.world.ids()) {
        let count = shared.world.page(id).map(|page| page.conversation_count());
        page["conversations"] = json!(count);
    }
    state["unix_seconds"] = json!(shared.clock.unix_seconds());
    state["requests"] = json!(shared.journal.count());
    state["violations"] = json!(shared.violations.count());
    state["faults_hit"] = json!(shared.faults.total_hits());
    done(state)
}

#[derive(Deserialize)]
struct JournalQuery {
    #[serde(default)]
    after: u64,
    operation: Option<String>,
}

async fn journal(State(shared): Server, Query(query): Query<JournalQuery>) -> Response {
    let entries = shared.journal.entries().into_iter();
    let wanted = entries.filter(|entry| {
        entry.number > query.after
            && query
                .operation
                .as_ref()
                .is_none_or(|wanted| entry.operation.as_ref() == Some(wanted))
    });
    done(wanted.map(|entry| journal_entry(&entry)).collect())
}

fn journal_entry(entry: &JournalEntry) -> Value {
    let text = |body: &Bytes| {
        serde_json::from_slice(body)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body).into_owned()))
    };
    json!({
        "number": entry.number,
        "unix_micros": entry.time,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "headers": entry.headers,
        "body": text(&entry.body),
        "body_length": entry.body_length,
        "status": entry.status,
        "response_body": text(&entry.response_body),
        "fault": entry.fault,
    })
}

async fn clear_journal(State(shared): Server) -> Response {
    shared.journal.clear();
    done(json!({}))
}

async fn violations(State(shared): Server) -> Response {
    let list = shared.violations.list().into_iter();
    done(
        list.map(|v| json!({"operation": v.operation, "what": v.what}))
            .collect(),
    )
}

async fn clear_violations(State(shared): Server) -> Response {
    shared.violations.clear();
    done(json!({}))
}

async fn faults(State(shared): Server) -> Response {
    let list = shared.faults.list().into_iter();
    let rows = list.map(|status| {
        json!({
            "id": status.id.number(),
            "fault": FaultText::from(&status.fault),
            "seen": status.seen,
            "hits": status.hits,
        })
    });
    done(rows.collect())
}

async fn add_faults(State(shared): Server, body: Bytes) -> Response {
    match read_faults(&String::from_utf8_lossy(&body)) {
        Ok(list) => {
            let ids = list
                .into_iter()
                .map(|fault| shared.faults.add(fault).number());
            done(json!({"ids": ids.collect::<Vec<_>>()}))
        }
        Err(error) => refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn clear_faults(State(shared): Server) -> Response {
    shared.faults.clear();
    done(json!({}))
}

async fn remove_fault(State(shared): Server, Path(id): Path<u64>) -> Response {
    if shared.faults.remove(FaultId(id)) {
        done(json!({}))
    } else {
        refusal(StatusCode::NOT_FOUND, "no fault has this id")
    }
}

async fn clock(State(shared): Server) -> Response {
    let clock = &shared.clock;
    done(json!({"unix_micros": clock.unix_micros(), "frozen": clock.is_frozen()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    frozen: Option<bool>,
    set: Option<i64>,
    advance_ms: Option<u64>,
}

async fn move_clock(State(shared): Server, body: Bytes) -> Response {
    let wanted: ClockMove = match read(&body) {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal,
    };
    match wanted.frozen {
        Some(true) => shared.clock.freeze(),
        Some(false) => shared.clock.run(),
        None => {}
    }
    if let Some(time) = wanted.set {
        shared.clock.set(time);
    }
    if let Some(millis) = wanted.advance_ms {
        shared.clock.advance(Duration::from_millis(millis));
    }
    clock(State(shared)).await
}

async fn oddities(State(shared): Server) -> Response {
    let switches = Oddity::ALL.iter().map(|oddity| {
        (
            oddity.name().to_owned(),
            Value::from(shared.oddities.is_on(*oddity)),
        )
    });
    done(Value::Object(switches.collect()))
}

async fn switch_oddities(State(shared): Server, body: Bytes) -> Response {
    let switches: std::collections::BTreeMap<String, bool> = match read(&body) {
        Ok(switches) => switches,
        Err(refusal) => return refusal,
    };
    // In one list, so that a wrong name changes nothing.
    let words = switches
        .iter()
        .map(|(name, on)| format!("{}{name}", if *on { "" } else { "-" }));
    let list = words.collect::<Vec<_>>().join(",");
    match Oddities::apply(&shared.oddities, &list) {
        Ok(()) => oddities(State(shared)).await,
        Err(error) => refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    calls_a_second: Option<u32>,
}

async fn rate_limit(State(shared): Server, body: Bytes) -> Response {
    match read::<Limit>(&body) {
        Ok(limit) => {
            shared.rate_limit.set(limit.calls_a_second);
            done(json!({"calls_a_second": limit.calls_a_second}))
        }
        Err(refusal) => refusal,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichPage {
    page_id: String,
}

async fn rotate_token(State(shared): Server, body: Bytes) -> Response {
    let which: WhichPage = match read(&body) {
        Ok(which) => which,
        Err(refusal) => return refusal,
    };
    match shared.world.page(&which.page_id) {
        Some(mut page) => done(json!({"page_access_token": page.mint()})),
        None => refusal(StatusCode::NOT_FOUND, "no page has this id"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arrival {
    page_id: String,
    conversation_id: Option<String>,
    text: String,
}

/// A customer writes; without a conversation, a new customer.
async fn arrive(State(shared): Server, body: Bytes) -> Response {
    let arrival: Arrival = match read(&body) {
        Ok(arrival) => arrival,
        Err(refusal) => return refusal,
    };
    let now = shared.clock.unix_micros();
    let plain = !shared.oddities.is_on(Oddity::IdsWithColonAndAt);
    let Some(mut page) = shared.world.page(&arrival.page_id) else {
        return refusal(StatusCode::NOT_FOUND, "no page has this id");
    };
    let index = match &arrival.conversation_id {
        None => live::arrive_conversation(&mut page, &arrival.text, now),
        Some(id) => match page.conversation_index(id) {
            Some(index) => {
                live::arrive_message(&mut page, index, &arrival.text, now);
                index
            }
            None => return refusal(StatusCode::NOT_FOUND, "no conversation has this id"),
        },
    };
    let last = page.message_count(index).saturating_sub(1);
    done(json!({
        "conversation_id": page.conversation_id(index, plain),
        "message_id": page.message_id(index, last),
    }))
}
