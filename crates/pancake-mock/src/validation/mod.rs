//! Holds requests and answers against the description of the API.
mod contract;
mod json_schema;
mod request_check;

use std::{fmt, sync::OnceLock};

pub(crate) use contract::Contract;
pub(crate) use request_check::{Verdict, strange_route};

/// A request that the description of the API does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The [`JournalEntry::number`](crate::JournalEntry::number) of the request.
    pub number: u64,
    /// The operation that was called; empty where method and path name none.
    pub operation: String,
    /// What was wrong, with the name of the parameter or the place in the body. Never a value of
    /// a token.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.operation.is_empty() {
            write!(f, "{}: ", self.operation)?;
        }
        f.write_str(&self.what)
    }
}

/// What is done about violations. All but [`Off`](Self::Off) record them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// They are answered with HTTP 400 and what was wrong.
    #[default]
    Refuse,
    /// They are answered as the real API would, as far as that is known.
    Record,
    /// Requests are not looked at.
    Off,
}

/// The embedded description, read once per process.
pub(crate) fn contract() -> &'static Contract {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    CONTRACT.get_or_init(|| {
        const DOCUMENT: &str = include_str!("../../openapi/pancake.json");
        // A test holds that the embedded document can be read; an empty contract allows nothing.
        Contract::read(DOCUMENT).unwrap_or_default()
    })
}

/// What is wrong with an answer by the description of the API; empty if nothing. An answer of a status that is described
/// without a body, such as a redirect, is looked at no further.
///
/// For tests of recorded answers, such as captured ones: the server's own answers are held against
/// the same description in its tests.
#[must_use]
pub fn answer_violations(
    operation: &str,
    status: u16,
    content_type: &str,
    body: &[u8],
) -> Vec<String> {
    contract().check_answer(operation, status, content_type, body)
}
