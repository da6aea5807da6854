//! What the server has seen and what it holds: state, journal, violations.
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, Uri, header},
    response::Response,
};
use bytes::Bytes;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};

use super::{
    Server,
    answers::{done, query},
};
use crate::{answer::JSON, journal::JournalEntry, shared::description};

pub(super) async fn state(State(shared): Server) -> Response {
    let mut state = description(&shared);
    let pages = state["pages"].as_array_mut().into_iter().flatten();
    for (page, front) in pages.zip(shared.world.fronts()) {
        page["conversations"] = json!(front.conversations());
    }
    state["unix_seconds"] = json!(shared.clock.unix_seconds());
    state["requests"] = json!(shared.journal.count());
    state["violations"] = json!(shared.violations.count());
    state["faults_hit"] = json!(shared.faults.total_hits());
    done(state)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JournalQuery {
    #[serde(default)]
    after: u64,
    operation: Option<String>,
    limit: Option<usize>,
    bodies: Option<bool>,
}

/// Written entry by entry: a full journal is tens of megabytes.
pub(super) async fn journal(State(shared): Server, uri: Uri) -> Response {
    let wanted: JournalQuery = match query(&uri) {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal,
    };
    let fits = |entry: &JournalEntry| {
        let operation = wanted.operation.as_ref();
        operation.is_none_or(|wanted| entry.operation.as_ref() == Some(wanted))
    };
    let limit = wanted.limit.unwrap_or(usize::MAX);
    let entries = shared.journal.some(wanted.after, limit, fits);
    let bodies = wanted.bodies.unwrap_or(true);
    let rows = (0_u64..).zip(entries).map(move |(n, entry)| {
        let comma = if n == 0 { "" } else { "," };
        let row = serde_json::to_string(&EntryText::of(&entry, bodies));
        Bytes::from(format!("{comma}{}", row.unwrap_or_default()))
    });
    let text = |text: &'static str| std::iter::once(Bytes::from_static(text.as_bytes()));
    let pieces = text("[").chain(rows).chain(text("]"));
    let pieces = pieces.map(Ok::<_, std::convert::Infallible>);
    let mut response = Response::new(Body::from_stream(stream::iter(pieces)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

#[derive(Serialize)]
struct EntryText<'a> {
    number: u64,
    unix_micros: i64,
    operation: Option<&'a str>,
    method: &'a str,
    path: &'a str,
    query: &'a [(String, String)],
    headers: &'a [(String, String)],
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<BodyText<'a>>,
    body_length: usize,
    status: u16,
    response_headers: &'a [(String, String)],
    #[serde(skip_serializing_if = "Option::is_none")]
    response_body: Option<BodyText<'a>>,
    response_length: usize,
    fault: Option<&'a str>,
}

/// A body as it came, if it is JSON; else as text.
#[derive(Serialize)]
#[serde(untagged)]
enum BodyText<'a> {
    Json(&'a RawValue),
    Text(String),
}

impl<'a> BodyText<'a> {
    fn of(body: &'a Bytes) -> Self {
        match serde_json::from_slice(body) {
            Ok(json) => Self::Json(json),
            Err(_) => Self::Text(String::from_utf8_lossy(body).into_owned()),
        }
    }
}

impl<'a> EntryText<'a> {
    fn of(entry: &'a JournalEntry, bodies: bool) -> Self {
        Self {
            number: entry.number,
            unix_micros: entry.time,
            operation: entry.operation.as_deref(),
            method: &entry.method,
            path: &entry.path,
            query: &entry.query,
            headers: &entry.headers,
            body: bodies.then(|| BodyText::of(&entry.body)),
            body_length: entry.body_length,
            status: entry.status,
            response_headers: &entry.response_headers,
            response_body: bodies.then(|| BodyText::of(&entry.response_body)),
            response_length: entry.response_length,
            fault: entry.fault.as_deref(),
        }
    }
}

pub(super) async fn clear_journal(State(shared): Server) -> Response {
    shared.journal.clear();
    done(json!({}))
}

pub(super) async fn violations(State(shared): Server) -> Response {
    let list = shared.violations.list().into_iter();
    let rows = list.map(|violation| {
        json!({
            "number": violation.number,
            "operation": violation.operation,
            "what": violation.what,
        })
    });
    done(rows.collect())
}

pub(super) async fn clear_violations(State(shared): Server) -> Response {
    shared.violations.clear();
    done(json!({}))
}
