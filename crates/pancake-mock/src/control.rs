//! The control endpoint below `/_mock/`: what the library offers, for tests in other languages.
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::{Query, Request},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::{Value, json, value::RawValue};

use crate::{
    answer::JSON,
    fault_file::{read_faults, written},
    fault_script::FaultId,
    journal::JournalEntry,
    live::{self, Coming, Going},
    oddity::{Oddity, UnknownOddity},
    shared::{CONTROL, Shared, description},
    world::{Author, Order},
};

/// What there is, each below `/_mock/`.
const CONTROLS: [&str; 12] = [
    "state",
    "journal",
    "violations",
    "faults",
    "clock",
    "oddities",
    "rate_limit",
    "rotate_token",
    "messages",
    "conversations",
    "rows",
    "rows/remove",
];

/// A body that is longer is no control.
const LONGEST_BODY: usize = 16 * 1024 * 1024;

/// What is wrong with a call of a control.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, axum::Json(json!({"error": self.1}))).into_response()
    }
}

fn bad(what: impl ToString) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, what.to_string())
}

fn not_found(what: &str) -> Refusal {
    Refusal(StatusCode::NOT_FOUND, what.to_owned())
}

fn no_page() -> Refusal {
    not_found("no page has this id")
}

fn no_conversation() -> Refusal {
    not_found("no conversation has this id")
}

/// Whether a path is one of the control endpoint; the front page points to it.
pub(crate) fn is_asked(path: &str) -> bool {
    let below = path.strip_prefix(CONTROL);
    path == "/" || below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) async fn answer(shared: Arc<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        return bad("the body is too long, or broke off").into_response();
    };
    let path = parts.uri.path();
    let path = path.strip_prefix(CONTROL).unwrap_or(path).trim_matches('/');
    let call = Call {
        shared: &shared,
        uri: &parts.uri,
        body: &body,
    };
    match (parts.method.as_str(), path) {
        ("GET", "journal") => call.journal().unwrap_or_else(Refusal::into_response),
        (method, path) => match call.answer(method, path) {
            Ok(value) => axum::Json(value).into_response(),
            Err(refusal) => refusal.into_response(),
        },
    }
}

/// One call of a control.
struct Call<'a> {
    shared: &'a Shared,
    uri: &'a Uri,
    body: &'a Bytes,
}

impl Call<'_> {
    fn answer(&self, method: &str, path: &str) -> Result<Value, Refusal> {
        // A parameter that nothing reads is a misspelt one.
        if path != "conversations" && self.uri.query().is_some_and(|query| !query.is_empty()) {
            return Err(bad("this control takes no query parameters"));
        }
        match (method, path) {
            ("GET", "") => Ok(index()),
            ("GET", "state") => Ok(self.state()),
            ("GET", "violations") => Ok(self.violations()),
            ("GET", "faults") => Ok(self.faults()),
            ("POST", "faults") => self.add_faults(),
            ("DELETE", "journal" | "violations" | "faults") => Ok(self.forget(path)),
            ("GET", "clock") => Ok(self.clock()),
            ("POST", "clock") => self.move_clock(),
            ("GET", "oddities") => Ok(self.oddities()),
            ("POST", "oddities") => self.switch_oddities(),
            ("GET", "rate_limit") => Ok(self.rate_limit()),
            ("POST", "rate_limit") => self.set_rate_limit(),
            ("POST", "rotate_token") => self.rotate_token(),
            ("POST", "messages") => self.write(),
            ("GET", "conversations") => self.conversations(),
            ("POST", "rows") => self.add_row(),
            ("POST", "rows/remove") => self.remove_row(),
            ("DELETE", path) if path.starts_with("faults/") => self.remove_fault(path),
            (_, path) if path.is_empty() || CONTROLS.contains(&path) => {
                let told = "this control does not take the method; see the README";
                Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, told.to_owned()))
            }
            _ => {
                let controls = CONTROLS.join(", ");
                Err(not_found(&format!(
                    "no such control; there are: {controls}"
                )))
            }
        }
    }

    /// Clears what is kept under a name.
    fn forget(&self, what: &str) -> Value {
        match what {
            "journal" => self.shared.journal.clear(),
            "violations" => self.shared.violations.clear(),
            _ => self.shared.faults.clear(),
        }
        json!({})
    }

    /// The body, or a refusal that says where it is wrong.
    fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(self.body).map_err(bad)
    }

    /// The query parameters, or a refusal that says which one is wrong.
    fn query<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let read = Query::<T>::try_from_uri(self.uri);
        read.map(|Query(query)| query)
            .map_err(|error| bad(error.body_text()))
    }

    fn state(&self) -> Value {
        let shared = self.shared;
        let mut state = description(shared);
        let pages = state["pages"].as_array_mut().into_iter().flatten();
        for (page, front) in pages.zip(shared.world.fronts()) {
            page["conversations"] = json!(front.conversations());
        }
        state["unix_seconds"] = json!(shared.clock.unix_seconds());
        state["requests"] = json!(shared.journal.count());
        state["violations"] = json!(shared.violations.count());
        state["faults_hit"] = json!(shared.faults.total_hits());
        state
    }

    /// Written entry by entry: a full journal is tens of megabytes.
    fn journal(&self) -> Result<Response, Refusal> {
        let wanted: JournalQuery = self.query()?;
        let fits = |entry: &JournalEntry| {
            let operation = wanted.operation.as_ref();
            operation.is_none_or(|wanted| entry.operation.as_ref() == Some(wanted))
        };
        let limit = wanted.limit.unwrap_or(usize::MAX);
        let entries = self.shared.journal.some(wanted.after, limit, fits);
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
        let json = HeaderValue::from_static(JSON);
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        Ok(response)
    }

    fn violations(&self) -> Value {
        let list = self.shared.violations.list().into_iter();
        list.map(|violation| {
            json!({
                "number": violation.number,
                "operation": violation.operation,
                "what": violation.what,
            })
        })
        .collect()
    }

    fn faults(&self) -> Value {
        let list = self.shared.faults.list().into_iter();
        list.map(|status| {
            json!({
                "id": status.id.number(),
                "fault": written(&status.fault),
                "seen": status.seen,
                "hits": status.hits,
            })
        })
        .collect()
    }

    fn add_faults(&self) -> Result<Value, Refusal> {
        let faults = &self.shared.faults;
        let text = std::str::from_utf8(self.body).map_err(|_| bad("the body is not UTF-8"))?;
        let list = read_faults(text).map_err(bad)?;
        // All are looked at before one is added.
        if let Some(error) = list.iter().find_map(|fault| faults.check(fault).err()) {
            return Err(bad(error));
        }
        let ids = list
            .into_iter()
            .filter_map(|fault| faults.try_add(fault).ok());
        Ok(json!({"ids": ids.map(FaultId::number).collect::<Vec<_>>()}))
    }

    fn remove_fault(&self, path: &str) -> Result<Value, Refusal> {
        let id = path.trim_start_matches("faults/").parse().map(FaultId);
        if id.is_ok_and(|id| self.shared.faults.remove(id)) {
            return Ok(json!({}));
        }
        Err(not_found("no fault has this id"))
    }

    fn clock(&self) -> Value {
        let clock = &self.shared.clock;
        json!({"unix_micros": clock.unix_micros(), "frozen": clock.is_frozen()})
    }

    fn move_clock(&self) -> Result<Value, Refusal> {
        let wanted: ClockMove = self.read()?;
        let clock = &self.shared.clock;
        match wanted.frozen {
            Some(true) => clock.freeze(),
            Some(false) => clock.run(),
            None => {}
        }
        if let Some(time) = wanted.set {
            clock.set(time);
        }
        clock.advance(Duration::from_millis(wanted.advance_ms));
        Ok(self.clock())
    }

    fn oddities(&self) -> Value {
        let all = Oddity::ALL.iter();
        let switches = all.map(|oddity| {
            let on = self.shared.oddities.is_on(*oddity);
            (oddity.name().to_owned(), Value::from(on))
        });
        Value::Object(switches.collect())
    }

    fn switch_oddities(&self) -> Result<Value, Refusal> {
        let switches: BTreeMap<String, bool> = self.read()?;
        // All names are looked at before one is switched: a wrong one changes nothing.
        let known = switches.iter().map(|(name, on)| Ok((name.parse()?, *on)));
        let known: Result<Vec<(Oddity, bool)>, UnknownOddity> = known.collect();
        for (oddity, on) in known.map_err(bad)? {
            self.shared.oddities.set(oddity, on);
        }
        Ok(self.oddities())
    }

    fn rate_limit(&self) -> Value {
        json!({"calls_a_second": self.shared.rate_limit.calls_a_second()})
    }

    fn set_rate_limit(&self) -> Result<Value, Refusal> {
        let limit: Limit = self.read()?;
        self.shared.rate_limit.set(limit.calls_a_second);
        Ok(self.rate_limit())
    }

    fn rotate_token(&self) -> Result<Value, Refusal> {
        let which: WhichPage = self.read()?;
        let page = self
            .shared
            .world
            .front(&which.page_id)
            .ok_or_else(no_page)?;
        Ok(json!({"page_access_token": page.mint()}))
    }

    /// A customer, a person of the page or a machine writes; without a conversation, a new customer.
    fn write(&self) -> Result<Value, Refusal> {
        let written: Written = self.read()?;
        let now = self.shared.clock.unix_micros();
        let page = self.shared.world.page(&written.page_id);
        let mut page = page.ok_or_else(no_page)?;
        let index = match &written.conversation_id {
            Some(id) => {
                let index = page.conversation_index(id).ok_or_else(no_conversation)?;
                live::write(&mut page, index, written.author(), &written.text, now);
                index
            }
            None if written.author() == Author::Customer => {
                live::arrive_conversation(&mut page, &written.text, now)
            }
            None => return Err(bad("a message `from` the page needs a `conversation_id`")),
        };
        let last = page.message_count(index).saturating_sub(1);
        Ok(json!({
            "conversation_id": self.shared.conversation_id(&page, index),
            "message_id": page.message_id(index, last),
        }))
    }

    /// The newest conversations, or one, with how many messages each has: what is stored, without a request that the
    /// program under test might make.
    fn conversations(&self) -> Result<Value, Refusal> {
        let wanted: ConversationsQuery = self.query()?;
        let page = self
            .shared
            .world
            .page(&wanted.page_id)
            .ok_or_else(no_page)?;
        let row = |index: u64| {
            json!({
                "id": self.shared.conversation_id(&page, index),
                "message_count": page.message_count(index),
            })
        };
        if let Some(id) = &wanted.conversation_id {
            let index = page.conversation_index(id).ok_or_else(no_conversation)?;
            return Ok(json!([row(index)]));
        }
        let newest = page.conversations(Order::Updated, None, None);
        let some = newest.take(wanted.limit.unwrap_or(1_000));
        Ok(some.map(row).collect())
    }

    fn add_row(&self) -> Result<Value, Refusal> {
        let new: Addition = self.read()?;
        let id = live::come(self.shared, &new.page_id, new.row, &new.text);
        Ok(json!({"id": id.ok_or_else(no_page)?}))
    }

    fn remove_row(&self) -> Result<Value, Refusal> {
        let removal: Removal = self.read()?;
        let unclear =
            "name one row: conversation_id, conversation_id with message_id, post_id or call_id";
        let row = removal.row().ok_or_else(|| bad(unclear))?;
        if live::go(self.shared, &removal.page_id, row) {
            return Ok(json!({}));
        }
        Err(not_found("no such row, or no page has this id"))
    }
}

fn index() -> Value {
    let controls = CONTROLS.map(|control| format!("{CONTROL}/{control}"));
    json!({"pancake-mock": env!("CARGO_PKG_VERSION"), "api": "/api", "controls": controls})
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    frozen: Option<bool>,
    set: Option<i64>,
    #[serde(default)]
    advance_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    /// Not left out by mistake: `null` lifts the limit.
    #[serde(deserialize_with = "not_absent")]
    calls_a_second: Option<u32>,
}

fn not_absent<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u32>, D::Error> {
    Option::deserialize(value)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichPage {
    page_id: String,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Writer {
    #[default]
    Customer,
    Staff,
    Automation,
    Notice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    page_id: String,
    conversation_id: Option<String>,
    text: String,
    #[serde(default)]
    from: Writer,
    /// Of the machine.
    #[serde(default)]
    name: String,
}

impl Written {
    fn author(&self) -> Author {
        match self.from {
            Writer::Customer => Author::Customer,
            Writer::Staff => Author::Staff(0),
            Writer::Automation => Author::Automation(self.name.clone()),
            Writer::Notice => Author::Notice,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConversationsQuery {
    page_id: String,
    conversation_id: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    page_id: String,
    row: Coming,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Removal {
    page_id: String,
    conversation_id: Option<String>,
    message_id: Option<String>,
    post_id: Option<String>,
    call_id: Option<String>,
}

impl Removal {
    /// The one row that is meant.
    fn row(&self) -> Option<Going<'_>> {
        let named = [
            &self.conversation_id,
            &self.message_id,
            &self.post_id,
            &self.call_id,
        ];
        match named.map(Option::as_deref) {
            [Some(conversation), None, None, None] => Some(Going::Conversation(conversation)),
            [Some(conversation), Some(message), None, None] => {
                Some(Going::Message(conversation, message))
            }
            [None, None, Some(post), None] => Some(Going::Post(post)),
            [None, None, None, Some(call)] => Some(Going::Call(call)),
            _ => None,
        }
    }
}

/// An entry of the journal as it is written.
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
