//! What a server prints on stderr while it runs: never a query, which holds the token.
use std::io::Write as _;

use crate::{journal::JournalEntry, validation::Violation};

/// What is printed on stderr while a server runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Log {
    /// Nothing.
    #[default]
    Nothing,
    /// A line for each request that the API description does not allow.
    Violations,
    /// A line for each request, too.
    Requests,
}

impl Log {
    pub(crate) fn violations(self, found: &[Violation]) {
        if self >= Self::Violations {
            for violation in found {
                say(&format!("request {}: {violation}", violation.number));
            }
        }
    }

    pub(crate) fn request(self, entry: &JournalEntry) {
        if self < Self::Requests {
            return;
        }
        let operation = entry.operation.as_deref().unwrap_or("no operation");
        let fault = entry.fault.as_deref().map(|fault| format!(", {fault}"));
        say(&format!(
            "request {}: {} {} {} ({operation}{})",
            entry.number,
            entry.method,
            shown(&entry.path),
            entry.status,
            fault.unwrap_or_default(),
        ));
    }
}

/// The reader may be gone, and the server goes on.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "pancake-mock: {line}");
}

/// A path without what may be a token: no id of the API is that long.
pub(crate) fn shown(path: &str) -> String {
    let parts = path.split('/');
    let parts = parts.map(|part| if part.len() > 100 { "…" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
