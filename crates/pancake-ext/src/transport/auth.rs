//! Finds the token that an operation takes, and another one after the server said that it is dead.

use std::sync::Arc;

use pancake_client::secret::AccessToken;
use pancake_client::{Call, ErrorCode, PageId, TokenKind};

use crate::error::{Error, ErrorKind};
use crate::token::{PageToken, TokenProvider, UserApi, UserToken};

/// The tokens of a client.
pub(crate) struct Tokens {
    pub(crate) user: Option<UserToken>,
    pub(crate) pages: Arc<dyn TokenProvider>,
}

/// The token that goes with a call.
#[derive(Clone)]
pub(crate) enum Credential {
    None,
    User(UserToken),
    Page(PageId, PageToken),
}

impl Credential {
    /// The secret, to be set on the request and kept out of everything else.
    pub(crate) fn secret(&self) -> Option<&AccessToken> {
        match self {
            Credential::None => None,
            Credential::User(token) => Some(token.secret()),
            Credential::Page(_, token) => Some(token.secret()),
        }
    }
}

impl Tokens {
    /// Finds the token for a call.
    pub(crate) async fn credential(
        &self,
        call: &Call,
        api: impl FnOnce() -> UserApi,
    ) -> Result<Credential, Error> {
        match call.operation().token {
            TokenKind::User => match &self.user {
                Some(token) => Ok(Credential::User(token.clone())),
                None => Err(missing(
                    "the call takes the user token, and the client has none",
                )),
            },
            TokenKind::Page => {
                let page = PageId::from(call.page_id().unwrap_or_default());
                match self
                    .pages
                    .page_token(&page, &api())
                    .await
                    .map_err(not_found)?
                {
                    Some(token) => Ok(Credential::Page(page, token)),
                    None => Err(missing(self.why_none())),
                }
            }
            _ => Ok(Credential::None),
        }
    }

    /// Why there is no token for a page.
    fn why_none(&self) -> &'static str {
        match self.user {
            Some(_) => {
                "no token was given for this page, and it is not among the pages of this user: check the id"
            }
            None => "the client has no token for this page, and no user token to read it with",
        }
    }

    /// Another token after the server refused this one, if somebody else has left a newer one.
    pub(crate) async fn renewed(
        &self,
        rejected: &Credential,
        error: &Error,
        api: impl FnOnce() -> UserApi,
    ) -> Option<Credential> {
        let Credential::Page(page, token) = rejected else {
            return None;
        };
        let dead = [ErrorCode::TOKEN_INVALID, ErrorCode::TOKEN_ROTATED];
        if !error.code().is_some_and(|code| dead.contains(&code)) {
            return None;
        }
        match self.pages.reload(page, token, &api()).await {
            Ok(newer) => newer
                .filter(|newer| newer != token)
                .map(|newer| Credential::Page(page.clone(), newer)),
            Err(error) => {
                // The server's refusal tells the caller more than a failure to look for another token.
                tracing::debug!(kind = ?error.kind(), "the token could not be reloaded");
                None
            }
        }
    }
}

/// The call itself was not sent, whatever became of the look-up, which is the source of the error.
fn not_found(error: Error) -> Error {
    let message = format!("the token of the page can't be had: {error}");
    Error::new(error.kind(), message).with_source(error)
}

fn missing(message: &str) -> Error {
    Error::new(ErrorKind::Token, message)
}
