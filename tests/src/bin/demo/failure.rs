//! Why the demo failed, in one text for people.

use std::{fmt, io};

/// What was wrong, and in which step.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Failure(what.into())
    }

    /// Names the step that it happened in.
    pub(crate) fn during(self, step: &str) -> Self {
        Failure(format!("The demo failed at: {step}\n{}", self.0))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<pancake_ext::Error> for Failure {
    fn from(error: pancake_ext::Error) -> Self {
        Failure(format!("{error}\n{}", error.hint()))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure(error.to_string())
    }
}

impl From<&str> for Failure {
    fn from(what: &str) -> Self {
        Failure::new(what)
    }
}
