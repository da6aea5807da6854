//! Where page tokens come from.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard};

use pancake_client::PageId;
use pancake_client::operations::GENERATE_PAGE_ACCESS_TOKEN;

use super::{PageToken, UserApi};
use crate::error::Error;
use crate::sync::lock;

/// What [`TokenProvider::mint`] returns.
pub type MintFuture<'a> = Pin<Box<dyn Future<Output = Result<PageToken, Error>> + Send + 'a>>;

/// What the other methods of [`TokenProvider`] return.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<PageToken>, Error>> + Send + 'a>>;

/// Hands out page tokens.
///
/// A provider never mints a token on its own account: a new token kills the former one for everybody.
pub trait TokenProvider: Send + Sync + 'static {
    /// The token of a page, or `None` if there is none.
    ///
    /// Every call asks for it before it waits for its place in the limiter. Answer from memory where possible.
    ///
    /// # Errors
    ///
    /// Any error of looking it up; the call fails with it.
    fn page_token<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> TokenFuture<'a>;

    /// The token of a page for a call that has one already and has waited since, for its place or before a retry: the token
    /// may have been replaced meanwhile. It **must not mint**, since a call that fails must not kill a token, least of all
    /// the one it goes out with.
    ///
    /// Not written, it asks [`page_token`](Self::page_token). A provider whose `page_token` can mint, or asks another
    /// provider that can, has to write it: from memory or a store, or by the other's `at_hand`.
    ///
    /// The answer is dropped if it takes longer than 250 milliseconds, and so is its future, half-way: the call then goes
    /// on with the token it has, as it does after an error or `None`.
    ///
    /// # Errors
    ///
    /// Any error of looking it up; no call fails with it.
    fn at_hand<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> TokenFuture<'a> {
        self.page_token(page, api)
    }

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

    /// Why there is no token for a page, and what to do, when [`page_token`](Self::page_token) gave none. It stands in the error
    /// of the call. Not written, the client says what it knows.
    fn why_none(&self, page: &PageId) -> Option<String> {
        let _ = page;
        None
    }

    /// Mints a token because a person has asked for it ([`Page::mint_token`](crate::Page::mint_token)), and hands that one
    /// out from then on. One call at a time comes from one client, and it is not given up half-way.
    ///
    /// Not written, it refuses and mints nothing: the provider would go on handing out the token that the mint killed. To
    /// allow it, take the token from [`UserApi::mint`], keep it where [`page_token`](Self::page_token) looks, and return it.
    ///
    /// # Errors
    ///
    /// Those of [`UserApi::mint`], which must not be repeated; any error of keeping the token, with
    /// [`Execution::Executed`](crate::Execution::Executed). Where it is not written,
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
    fn mint<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> MintFuture<'a> {
        let _ = api;
        let message = "the token provider of this client can't keep a minted token, and would go on with the dead one: \
                       write its `TokenProvider::mint`, or mint with another client and put the token where it looks";
        let error = Error::unsent(message, &GENERATE_PAGE_ACCESS_TOKEN, page);
        Box::pin(async { Err(error) })
    }
}

/// Page tokens that were given when the client was built, or minted since because a person asked for it.
#[derive(Debug, Default)]
pub struct StaticTokens(Mutex<HashMap<PageId, PageToken>>);

impl StaticTokens {
    /// No tokens.
    pub fn new() -> Self {
        StaticTokens::default()
    }

    /// Adds the token of a page, in place of a former one.
    pub fn insert(&mut self, page: impl Into<PageId>, token: impl Into<PageToken>) {
        self.tokens().insert(page.into(), token.into());
    }

    /// A page whose token is empty.
    pub(crate) fn first_empty(&self) -> Option<PageId> {
        let tokens = self.tokens();
        let empty = tokens.iter().find(|(_, token)| token.expose().is_empty());
        empty.map(|(page, _)| page.clone())
    }

    /// The token of a page.
    pub fn get(&self, page: &PageId) -> Option<PageToken> {
        self.tokens().get(page).cloned()
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<PageId, PageToken>> {
        lock(&self.0)
    }
}

/// The tokens as they are now; what is minted later is not shared.
impl Clone for StaticTokens {
    fn clone(&self) -> Self {
        StaticTokens(Mutex::new(self.tokens().clone()))
    }
}

impl TokenProvider for StaticTokens {
    fn page_token<'a>(&'a self, page: &'a PageId, _: &'a UserApi) -> TokenFuture<'a> {
        let token = self.get(page);
        Box::pin(async move { Ok(token) })
    }

    fn reload<'a>(
        &'a self,
        page: &'a PageId,
        rejected: &'a PageToken,
        _: &'a UserApi,
    ) -> TokenFuture<'a> {
        // Another one than was refused is there if it was minted while the call was under way.
        let token = self.get(page).filter(|token| token != rejected);
        Box::pin(async move { Ok(token) })
    }

    fn mint<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> MintFuture<'a> {
        Box::pin(async move {
            let token = api.mint(page).await?;
            self.tokens().insert(page.clone(), token.clone());
            Ok(token)
        })
    }
}
