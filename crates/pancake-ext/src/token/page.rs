//! The token of a page.

use std::fmt;

use pancake_client::secret::{AccessToken, REDACTED};

/// The token of one page. It does not expire, but it dies when someone mints a new one.
///
/// Neither Debug nor Display shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct PageToken(AccessToken);

impl PageToken {
    /// Takes a token; white space around it is dropped.
    pub fn new(token: impl Into<String>) -> Self {
        PageToken(AccessToken::from(token.into().trim()))
    }

    /// The value. Never log it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn secret(&self) -> &AccessToken {
        &self.0
    }
}

impl From<AccessToken> for PageToken {
    fn from(token: AccessToken) -> Self {
        PageToken(token)
    }
}

impl From<&str> for PageToken {
    fn from(token: &str) -> Self {
        PageToken::new(token)
    }
}

impl From<String> for PageToken {
    fn from(token: String) -> Self {
        PageToken::new(token)
    }
}

impl fmt::Debug for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageToken({REDACTED})")
    }
}

impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}
