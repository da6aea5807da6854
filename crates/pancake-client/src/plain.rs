//! The plain transport: adds a token, sends once, hands back what came.

use std::fmt;

use crate::call::Call;
use crate::call_error::CallError;
use crate::operation::TokenKind;
use crate::secret::AccessToken;
use crate::transport::{Response, Transport, TransportFuture};

/// Adds a token and sends a call once. It does not retry, limit or read the response: `pancake-ext` does.
#[derive(Clone)]
pub struct PlainTransport {
    http: reqwest::Client,
    user_token: Option<AccessToken>,
    page_token: Option<AccessToken>,
}

impl PlainTransport {
    /// Sends with `http`; [`crate::http_client_builder`] makes a good one.
    pub fn new(http: reqwest::Client) -> Self {
        PlainTransport {
            http,
            user_token: None,
            page_token: None,
        }
    }

    /// The token for operations that take a user token.
    #[must_use]
    pub fn user_token(mut self, token: AccessToken) -> Self {
        self.user_token = Some(token);
        self
    }

    /// The token for operations that take a page token: of one page, since each page has its own.
    #[must_use]
    pub fn page_token(mut self, token: AccessToken) -> Self {
        self.page_token = Some(token);
        self
    }
}

impl Transport for PlainTransport {
    fn execute(&self, mut call: Call) -> TransportFuture<'_> {
        Box::pin(async move {
            let token = match call.operation().token {
                TokenKind::User => self.user_token.as_ref(),
                TokenKind::Page => self.page_token.as_ref(),
                TokenKind::None => None,
            };
            let request = call.request(token).await;
            let request = request.map_err(CallError::from_transport)?;
            Response::read(self.http.execute(request).await?).await
        })
    }
}

impl fmt::Debug for PlainTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlainTransport").finish_non_exhaustive()
    }
}
