//! Every request and its answer, for tests to read.
use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;

use crate::log::Log;

/// Bodies are kept up to this size; uploads are longer.
const BODY: usize = 1024 * 1024;

/// One request and what was answered.
#[derive(Clone)]
#[non_exhaustive]
pub struct JournalEntry {
    /// 1 for the first request that came to this server. [`Violation::number`](crate::Violation::number) and the
    /// `x-request-id` go by it too.
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
    /// How long the body was; 0 for one that was not read to its end, because it was too large (HTTP 413) or broke off.
    pub body_length: usize,
    /// The status that was answered; 0 when the connection was reset instead.
    pub status: u16,
    /// The headers of the answer, names in lower case.
    pub response_headers: Vec<(String, String)>,
    /// The body of the answer, up to one megabyte.
    pub response_body: Bytes,
    /// How long the body of the answer was, before a fault cut or stretched it on its way.
    pub response_length: usize,
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

    /// A header of the request, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        of_name(&self.headers, name)
    }

    /// A header of the answer, in any case.
    #[must_use]
    pub fn response_header(&self, name: &str) -> Option<&str> {
        of_name(&self.response_headers, name)
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

    /// Roughly what it takes in memory: every text that a client chooses the length of, and an allocation for each.
    fn size(&self) -> usize {
        let pairs = [&self.query, &self.headers, &self.response_headers];
        let texts: usize = pairs
            .into_iter()
            .flatten()
            .map(|(name, value)| name.len() + value.len() + 2 * ALLOCATION)
            .sum();
        self.body.len() + self.response_body.len() + self.path.len() + texts + size_of::<Self>()
    }
}

/// A `String` and what the allocator adds to it.
const ALLOCATION: usize = 40;

fn of_name<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
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
    log: Log,
    /// Drawn when a request comes: two at once have two numbers.
    count: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: VecDeque<JournalEntry>,
    bytes: usize,
}

impl Journal {
    pub(crate) fn new(limit: usize, log: Log) -> Self {
        Self {
            limit,
            log,
            count: AtomicU64::new(0),
            state: Mutex::default(),
        }
    }

    /// The number of a request that has come.
    pub(crate) fn next_number(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn record(&self, mut entry: JournalEntry) {
        self.log.request(&entry);
        entry.body = clipped(entry.body);
        entry.response_body = clipped(entry.response_body);
        self.with(|state| {
            state.bytes += entry.size();
            // Answers are not finished in the order in which their requests came.
            let place = state.entries.iter().rposition(|e| e.number < entry.number);
            let place = place.map_or(0, |place| place + 1);
            state.entries.insert(place, entry);
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

    /// The oldest entries after a number that are wanted, at most `limit`.
    #[cfg(feature = "cli")]
    pub(crate) fn some(
        &self,
        after: u64,
        limit: usize,
        wanted: impl Fn(&JournalEntry) -> bool,
    ) -> Vec<JournalEntry> {
        self.with(|state| {
            let start = state.entries.partition_point(|entry| entry.number <= after);
            let late = state.entries.range(start..);
            late.filter(|entry| wanted(entry))
                .take(limit)
                .cloned()
                .collect()
        })
    }

    /// How many requests there were, also those no longer kept.
    #[cfg(feature = "cli")]
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
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
