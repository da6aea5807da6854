//! Page tokens from a store, minted where a person has allowed it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pancake_client::PageId;

use super::{PageToken, TokenFuture, TokenProvider, TokenStore, UserApi};
use crate::error::Error;

/// Takes page tokens from a store, and mints one where the store has none and the page is on the list of those allowed.
///
/// **Minting kills the former token of the page for everybody who uses it**, so it has to be allowed page by page. It
/// happens once, however many calls wait for it; the token is stored before it is used; and it never happens because the
/// server refused a token or a call failed: a dead token in the store stays there until somebody puts a better one in its
/// place or removes it ([`TokenStore::remove`]).
pub struct MintingTokens {
    store: Arc<dyn TokenStore>,
    allowed: Mutex<HashSet<PageId>>,
    pages: Mutex<HashMap<PageId, Arc<Desk>>>,
}

/// What is known of one page. Its lock is held while a token is looked up or minted.
#[derive(Default)]
struct Desk(tokio::sync::Mutex<State>);

#[derive(Default)]
struct State {
    /// The token in use.
    token: Option<PageToken>,
    /// A token that was minted and could not be stored. It must be stored before it is used, and must not be lost,
    /// since the former one is dead.
    unsaved: Option<PageToken>,
}

impl MintingTokens {
    /// Takes tokens from this store. Nothing is minted until [`allow_minting`](Self::allow_minting).
    pub fn new(store: impl TokenStore) -> Self {
        MintingTokens {
            store: Arc::new(store),
            allowed: Mutex::default(),
            pages: Mutex::default(),
        }
    }

    /// Allows to mint a token for this page when the store has none.
    #[must_use]
    pub fn allow_minting(self, page: impl Into<PageId>) -> Self {
        lock(&self.allowed).insert(page.into());
        self
    }

    fn desk(&self, page: &PageId) -> Arc<Desk> {
        lock(&self.pages).entry(page.clone()).or_default().clone()
    }

    async fn find(&self, page: &PageId, api: &UserApi) -> Result<Option<PageToken>, Error> {
        let desk = self.desk(page);
        let mut state = desk.0.lock().await;
        if state.token.is_none() {
            state.token = match state.unsaved.clone() {
                Some(token) => Some(self.keep(page, token, &mut state).await?),
                None => self.load_or_mint(page, api, &mut state).await?,
            };
        }
        Ok(state.token.clone())
    }

    async fn load_or_mint(
        &self,
        page: &PageId,
        api: &UserApi,
        state: &mut State,
    ) -> Result<Option<PageToken>, Error> {
        if let Some(token) = self.store.load(page).await? {
            return Ok(Some(token));
        }
        if !lock(&self.allowed).contains(page) {
            return Ok(None);
        }
        tracing::info!(
            page = page.as_str(),
            "minting a page token; the former one is dead now"
        );
        let token = api.mint(page).await?;
        self.keep(page, token, state).await.map(Some)
    }

    /// Stores a minted token. Until that works it is not used.
    async fn keep(
        &self,
        page: &PageId,
        token: PageToken,
        state: &mut State,
    ) -> Result<PageToken, Error> {
        state.unsaved = Some(token.clone());
        self.store.save(page, &token).await?;
        state.unsaved = None;
        Ok(token)
    }

    async fn look_again(
        &self,
        page: &PageId,
        rejected: &PageToken,
    ) -> Result<Option<PageToken>, Error> {
        let desk = self.desk(page);
        let mut state = desk.0.lock().await;
        if state.token.as_ref() == Some(rejected) {
            state.token = None;
        }
        if state.token.is_none() {
            let stored = self.store.load(page).await?;
            // The rejected one stays in use until there is a better one, so that nothing is minted in its place.
            state.token = Some(stored.unwrap_or_else(|| rejected.clone()));
        }
        Ok(state.token.clone().filter(|token| token != rejected))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TokenProvider for MintingTokens {
    fn page_token<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> TokenFuture<'a> {
        Box::pin(self.find(page, api))
    }

    fn reload<'a>(
        &'a self,
        page: &'a PageId,
        rejected: &'a PageToken,
        _: &'a UserApi,
    ) -> TokenFuture<'a> {
        Box::pin(self.look_again(page, rejected))
    }
}

impl fmt::Debug for MintingTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MintingTokens")
            .field("allowed", &*lock(&self.allowed))
            .finish_non_exhaustive()
    }
}
