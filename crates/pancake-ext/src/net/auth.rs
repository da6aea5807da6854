//! Finds the token that an operation takes, and another one after the server said that it is dead.

use std::sync::Arc;
use std::time::Duration;

use pancake_client::codes::{KnownFailure, Mark};
use pancake_client::secret::AccessToken;
use pancake_client::{Call, ErrorCode, PageId, TokenKind};

use crate::error::{Error, ErrorKind};
use crate::token::{PageToken, TokenProvider, UserApi, UserToken};

/// A call that has waited takes a newer token only if the provider has it within this time. It holds a place of the limiter
/// meanwhile: if many held theirs for long and then went out together, the page would be refused.
const AT_HAND: Duration = Duration::from_millis(250);

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
    Page {
        page: PageId,
        token: PageToken,
        /// The one that the server refused in the same call.
        rejected: Option<PageToken>,
    },
}

impl Credential {
    /// The secret, to be set on the request and kept out of everything else.
    pub(crate) fn secret(&self) -> Option<&AccessToken> {
        match self {
            Credential::None => None,
            Credential::User(token) => Some(token.secret()),
            Credential::Page { token, .. } => Some(token.secret()),
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
                    Some(token) => Ok(Credential::Page {
                        page,
                        token,
                        rejected: None,
                    }),
                    None => Err(missing(match self.pages.why_none(&page) {
                        Some(reason) => reason,
                        None => self.why_none().to_owned(),
                    })),
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

    /// Takes the token that the provider has by now, after the call has waited: it may have been replaced meanwhile.
    /// Nothing is minted for it: that would kill the token that the call may go out with.
    ///
    /// A provider that takes long, has none or fails changes nothing: the call goes on with the token it has, which can't be
    /// worse than not to ask.
    pub(crate) async fn refresh(&self, credential: &mut Credential, api: impl FnOnce() -> UserApi) {
        let Credential::Page {
            page,
            token,
            rejected,
        } = credential
        else {
            return;
        };
        let api = api();
        let asked = self.pages.at_hand(page, &api);
        let Ok(Ok(Some(newer))) = tokio::time::timeout(AT_HAND, asked).await else {
            return;
        };
        if Some(&newer) != rejected.as_ref() {
            *token = newer;
        }
    }

    /// Another token after the server refused this one as dead, if somebody else has left a newer one.
    pub(crate) async fn renewed(
        &self,
        refused: &Credential,
        api: impl FnOnce() -> UserApi,
    ) -> Option<Credential> {
        let Credential::Page { page, token, .. } = refused else {
            return None;
        };
        match self.pages.reload(page, token, &api()).await {
            Ok(newer) => newer
                .filter(|newer| newer != token)
                .map(|newer| Credential::Page {
                    page: page.clone(),
                    token: newer,
                    rejected: Some(token.clone()),
                }),
            Err(error) => {
                // The server's refusal tells the caller more than a failure to look for another token.
                tracing::debug!(kind = ?error.kind(), "the token could not be reloaded");
                None
            }
        }
    }
}

/// Whether the server said that the token is dead, by code or by text. The channels behind it have codes of their own that
/// mean other things.
pub(crate) fn says_dead(error: &Error) -> bool {
    let api = error.api_error().filter(|_| error.is_token_problem());
    let known = api.and_then(KnownFailure::of).map(|row| row.mark);
    let dead = [ErrorCode::TOKEN_INVALID, ErrorCode::TOKEN_ROTATED];
    matches!(known, Some(Mark::Own(code)) if dead.contains(&code))
}

/// The call itself was not sent, whatever became of the look-up. What the server said to that tells the caller what to do, so
/// its code, status, request id and wait are kept, and the whole of it is the source.
fn not_found(error: Error) -> Error {
    let what = match error.operation() {
        Some(operation) => format!("{operation}: {}", error.message()),
        None => error.message().to_owned(),
    };
    let message = format!("the token of the page can't be had: {what}");
    let mut outer = Error::new(error.kind(), message).with_retry_after(error.retry_after());
    if let Some(api) = error.api_error() {
        outer = outer.with_api(api.clone());
    }
    if let Some(status) = error.status() {
        outer = outer.with_status(status, error.request_id().map(str::to_owned));
    }
    outer.with_source(error)
}

fn missing(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Token, message)
}
