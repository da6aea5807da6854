//! Where page tokens come from.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;

use pancake_client::PageId;

use super::{PageToken, UserApi};
use crate::error::Error;

/// What the methods of [`TokenProvider`] return.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<PageToken>, Error>> + Send + 'a>>;

/// Hands out page tokens.
///
/// A provider never mints a token on its own account: a new token kills the former one for everybody.
pub trait TokenProvider: Send + Sync + 'static {
    /// The token of a page, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// Any error of looking it up; the call fails with it.
    fn page_token<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> TokenFuture<'a>;

    /// The token of a page after the server refused `rejected`: a newer one, if somebody has left one where the provider
    /// looks, or `None`. Many calls may ask at once after a rotation; one look should serve them all.
    ///
    /// # Errors
    ///
    /// Any error of looking it up; the call fails with the server's refusal then.
    fn reload<'a>(
        &'a self,
        page: &'a PageId,
        rejected: &'a PageToken,
        api: &'a UserApi,
    ) -> TokenFuture<'a>;
}

/// Page tokens that were given when the client was built.
#[derive(Clone, Debug, Default)]
pub struct StaticTokens(HashMap<PageId, PageToken>);

impl StaticTokens {
    /// No tokens.
    pub fn new() -> Self {
        StaticTokens::default()
    }

    /// Adds the token of a page, in place of a former one.
    pub fn insert(&mut self, page: impl Into<PageId>, token: impl Into<PageToken>) {
        self.0.insert(page.into(), token.into());
    }

    /// A page whose token is empty.
    pub(crate) fn first_empty(&self) -> Option<&PageId> {
        self.0
            .iter()
            .find(|(_, token)| token.expose().is_empty())
            .map(|(page, _)| page)
    }

    /// The token of a page.
    pub fn get(&self, page: &PageId) -> Option<&PageToken> {
        self.0.get(page)
    }
}

impl TokenProvider for StaticTokens {
    fn page_token<'a>(&'a self, page: &'a PageId, _: &'a UserApi) -> TokenFuture<'a> {
        let token = self.get(page).cloned();
        Box::pin(async move { Ok(token) })
    }

    fn reload<'a>(&'a self, _: &'a PageId, _: &'a PageToken, _: &'a UserApi) -> TokenFuture<'a> {
        Box::pin(async { Ok(None) })
    }
}
