//! Every request and its answer, for tests to read.
use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;

/// Bodies are kept up to this size; uploads are longer.
const BODY: usize = 1024 * 1024;

/// One request and what was answered.
#[derive(Clone)]
#[non_exhaustive]
pub struct JournalEntry {
    /// 1 for the first request of this server.
    pub number: u64,
    /// Unix microseconds by the server's clock.
    pub time: i64,
    /// The operation, if the path is one.
    pub operation: Option<String>,
    /// HTTP method.
    pub method: String,
    /// The path as it was sent, percent-encoded, with `/api`.
    pub path: String,
    /// Decoded query parameters in their order. **Holds the token.**
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, up to one megabyte.
    pub body: Bytes,
    /// How long the body was.
    pub body_length: usize,
    /// The status that was answered; 0 when the connection was reset instead.
    pub status: u16,
    /// The body of the answer, up to one megabyte.
    pub response_body: Bytes,
    /// The name of the fault that fired.
    pub fault: Option<String>,
}

impl JournalEntry {
    /// The first value of a query parameter.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A header of the request; `name` in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The answer as JSON; null if it is none.
    #[must_use]
    pub fn response_json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.response_body).unwrap_or_default()
    }

    fn size(&self) -> usize {
        self.body.len() + self.response_body.len() + 512
    }
}

impl fmt::Debug for JournalEntry {
    /// Without query, headers and bodies, which hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalEntry")
            .field("number", &self.number)
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("status", &self.status)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// The journal of one server: bounded in bytes, oldest entries go first.
pub(crate) struct Journal {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: VecDeque<JournalEntry>,
    bytes: usize,
    count: u64,
}

impl Journal {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            state: Mutex::default(),
        }
    }

    pub(crate) fn record(&self, mut entry: JournalEntry) {
        entry.body = clipped(entry.body);
        entry.response_body = clipped(entry.response_body);
        self.with(|state| {
            state.count += 1;
            entry.number = state.count;
            state.bytes += entry.size();
            state.entries.push_back(entry);
            while state.bytes > self.limit && state.entries.len() > 1 {
                if let Some(oldest) = state.entries.pop_front() {
                    state.bytes -= oldest.size();
                }
            }
        });
    }

    pub(crate) fn entries(&self) -> Vec<JournalEntry> {
        self.with(|state| state.entries.iter().cloned().collect())
    }

    /// How many requests there were, also those no longer kept.
    pub(crate) fn count(&self) -> u64 {
        self.with(|state| state.count)
    }

    pub(crate) fn clear(&self) {
        self.with(|state| {
            state.entries.clear();
            state.bytes = 0;
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Copied, so that a slice doesn't keep the whole of an upload.
fn clipped(body: Bytes) -> Bytes {
    if body.len() > BODY {
        Bytes::copy_from_slice(&body[..BODY])
    } else {
        body
    }
}
