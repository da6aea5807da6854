//! The token of a user.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use pancake_client::secret::{AccessToken, REDACTED};

use super::jwt;
use crate::error::{Error, ErrorKind};

/// The token of a user (Pancake, Account, Personal Settings): a JWT that lives up to 90 days or until logout.
///
/// Neither Debug nor Display shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct UserToken(AccessToken);

impl UserToken {
    /// The variable that [`UserToken::from_env`] reads.
    pub const VARIABLE: &'static str = "PANCAKE_USER_TOKEN";

    /// Takes a token; white space around it is dropped.
    pub fn new(token: impl Into<String>) -> Self {
        UserToken(AccessToken::from(token.into().trim()))
    }

    /// Reads the token from the environment variable `PANCAKE_USER_TOKEN`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if the variable is missing, empty or not Unicode.
    pub fn from_env() -> Result<Self, Error> {
        UserToken::from_variable(std::env::var(UserToken::VARIABLE).ok())
    }

    fn from_variable(value: Option<String>) -> Result<Self, Error> {
        match value.map(UserToken::new) {
            Some(token) if !token.0.is_empty() => Ok(token),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                format!("set {} to the user token", UserToken::VARIABLE),
            )),
        }
    }

    /// When it expires, as it says itself; `None` if it does not say. Unverified: a logout ends it earlier.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        jwt::expires_at(self.expose())
    }

    /// How long it lives from `now` on; zero if it has expired, `None` if it does not say.
    pub fn expires_in(&self, now: DateTime<Utc>) -> Option<Duration> {
        Some((self.expires_at()? - now).to_std().unwrap_or_default())
    }

    /// Whether it has expired at `now`; `false` if it does not say.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at().is_some_and(|at| at <= now)
    }

    /// The value. Never log it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn secret(&self) -> &AccessToken {
        &self.0
    }
}

impl From<&str> for UserToken {
    fn from(token: &str) -> Self {
        UserToken::new(token)
    }
}

impl From<String> for UserToken {
    fn from(token: String) -> Self {
        UserToken::new(token)
    }
}

impl fmt::Debug for UserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserToken({REDACTED})")
    }
}

impl fmt::Display for UserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // {"exp":1774966418}
    const TOKEN: &str = "e30.eyJleHAiOjE3NzQ5NjY0MTh9.s";

    #[test]
    fn a_token_knows_how_long_it_lives() {
        let token = UserToken::new(TOKEN);
        let expiry = DateTime::from_timestamp(1_774_966_418, 0).unwrap();
        let before = expiry - Duration::from_secs(60);
        assert_eq!(token.expires_at(), Some(expiry));
        assert_eq!(token.expires_in(before), Some(Duration::from_secs(60)));
        assert_eq!(
            token.expires_in(expiry + Duration::from_secs(60)),
            Some(Duration::ZERO)
        );
        assert!(!token.is_expired(before) && token.is_expired(expiry));
    }

    #[test]
    fn a_missing_or_empty_variable_is_an_error_that_names_it() {
        for value in [None, Some(String::new()), Some("  \n".to_owned())] {
            let error = UserToken::from_variable(value).unwrap_err();
            assert!(error.to_string().contains("PANCAKE_USER_TOKEN"));
        }
        let token = UserToken::from_variable(Some(format!(" {TOKEN}\n"))).unwrap();
        assert_eq!(token.expose(), TOKEN);
    }

    #[test]
    fn tokens_do_not_show_in_debug_or_display() {
        let token = UserToken::new("canary");
        let page = super::super::PageToken::new("canary");
        assert!(
            !format!("{token} {token:?} {token:#?} {page} {page:?} {page:#?}").contains("canary")
        );
    }
}
