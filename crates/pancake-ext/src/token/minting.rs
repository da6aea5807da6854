//! Page tokens from a store, minted where a person has allowed it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pancake_client::PageId;
use tokio::time::Instant;

use super::{Lease, MintFuture, PageToken, TokenFuture, TokenProvider, TokenStore, UserApi};
use crate::error::{Error, ErrorKind, Execution};
use crate::single_flight::{Caller, SingleFlight, to_its_end};
use crate::sync::lock;

/// After a store had nothing better than a dead token, it is not asked again for this long. Not for longer: the process that
/// mints stores the new token a moment after the old one has died.
const FRUITLESS: Duration = Duration::from_secs(1);

/// Takes page tokens from a store, and mints one where the store has none and the page is on the list of those allowed.
///
/// **Minting kills the former token of the page for everybody who uses it**, so it has to be allowed page by page. It
/// happens once, however many calls wait for it; the token is stored before it is used; and it never happens because the
/// server refused a token, or a call failed or had to wait:
///
/// - A dead token in the store stays there until somebody puts a better one in its place or removes it
///   ([`TokenStore::remove`]); only after that the next call mints again.
/// - After a mint whose outcome is unknown no other follows: the token in force is read from the list of pages instead.
///
/// All this is about minting that nobody asked for just now. [`Page::mint_token`](crate::Page::mint_token) is a person's
/// own wish for one page: it needs no allowance, mints whatever the store has, and stores the token before it is used. If
/// storing fails, the token is kept, and stored by the next call that needs it.
///
/// Processes that share a store mint once together if it gives leases ([`TokenStore::lease`]), as `FileStore` does.
pub struct MintingTokens {
    store: Arc<dyn TokenStore>,
    allowed: HashSet<PageId>,
    desks: Mutex<HashMap<PageId, Arc<Desk>>>,
    flights: SingleFlight<(PageId, Need), Option<PageToken>>,
}

/// What a call needs of a page.
#[derive(PartialEq)]
enum Need {
    /// A token, minted where that is allowed.
    Token,
    /// A token that is there already.
    AtHand,
    /// Another token than this one, which the server refused.
    Other(PageToken),
}

impl MintingTokens {
    /// Takes tokens from this store. Nothing is minted until [`allow_minting`](Self::allow_minting).
    pub fn new(store: impl TokenStore) -> Self {
        MintingTokens {
            store: Arc::new(store),
            allowed: HashSet::new(),
            desks: Mutex::default(),
            flights: SingleFlight::default(),
        }
    }

    /// Allows to mint a token for this page when the store has none.
    #[must_use]
    pub fn allow_minting(mut self, page: impl Into<PageId>) -> Self {
        self.allowed.insert(page.into());
        self
    }

    fn desk(&self, page: &PageId) -> Arc<Desk> {
        let mut desks = lock(&self.desks);
        let desk = desks.entry(page.clone());
        let new = || Arc::new(Desk::new(self.store.clone(), page.clone()));
        desk.or_insert_with(new).clone()
    }

    async fn find(
        &self,
        page: &PageId,
        need: Need,
        api: &UserApi,
    ) -> Result<Option<PageToken>, Error> {
        let desk = self.desk(page);
        let rejected = match &need {
            Need::Other(rejected) => Some(rejected.clone()),
            _ => None,
        };
        let in_use = desk.token_in_use().filter(|_| rejected.is_none());
        if in_use.is_some() {
            return Ok(in_use);
        }
        let api = Some(api.clone()).filter(|_| need == Need::Token);
        let allowed = self.allowed.contains(page);
        let work = move |caller: Caller| async move {
            let mut state = desk.state.lock().await;
            match (rejected, api) {
                (Some(rejected), _) => desk.look_again(&mut state, &rejected).await,
                // A mint can have held the lock for longer than a call waits.
                (None, _) if caller.is_gone() => Ok(None),
                (None, None) => desk.look_up(&mut state).await,
                (None, Some(api)) => desk.get(&mut state, &api, allowed, &caller).await,
            }
        };
        let flight = self.flights.join((page.clone(), need), || to_its_end(work));
        flight.await
    }
}

/// What is known of one page.
struct Desk {
    store: Arc<dyn TokenStore>,
    page: PageId,
    /// Locked while a token is looked up or minted, always in a task of its own.
    state: tokio::sync::Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The token in use.
    token: Option<PageToken>,
    /// A token that was minted and could not be stored. It must be stored before it is used, and must not be lost,
    /// since the former one is dead.
    unsaved: Option<Minted>,
    /// How a mint failed whose outcome is unknown.
    doubt: Option<Error>,
    /// A token that the server refused, and when the store was last seen to have no other.
    dead: Option<(PageToken, Instant)>,
}

#[derive(Clone)]
struct Minted {
    token: PageToken,
    /// What the store held before.
    replaces: Option<PageToken>,
}

impl State {
    /// Whether the store had nothing better than this dead token a moment ago. It was asked after a refusal, whichever call
    /// met it: for others that are refused for the same token there is nothing new to see yet.
    fn is_known_dead(&self, token: &PageToken) -> bool {
        let dead = self.dead.as_ref();
        dead.is_some_and(|(dead, at)| dead == token && at.elapsed() < FRUITLESS)
    }

    /// A doubtful mint stays doubtful until there is a token, whatever fails after it.
    fn remember(&mut self, failure: &Error) {
        if self.doubt.is_none() && failure.execution() != Execution::NotExecuted {
            self.doubt = Some(failure.clone());
        }
    }

    /// Goes on with a token that is in the store now.
    fn put_in_use(&mut self, token: PageToken) -> PageToken {
        self.unsaved = None;
        self.doubt = None;
        self.token = Some(token.clone());
        token
    }
}

impl Desk {
    fn new(store: Arc<dyn TokenStore>, page: PageId) -> Self {
        Desk {
            store,
            page,
            state: tokio::sync::Mutex::default(),
        }
    }

    /// The token in use, unless a task is about to change it, or there is a doubt to forget.
    fn token_in_use(&self) -> Option<PageToken> {
        let state = self.state.try_lock().ok()?;
        state.token.clone().filter(|_| state.doubt.is_none())
    }

    /// Reads the store if no token is known, and mints nothing. One that waits to be stored is newer than what the store has.
    async fn look_up(&self, state: &mut State) -> Result<Option<PageToken>, Error> {
        if state.token.is_none() && state.unsaved.is_none() {
            state.token = self.store.load(&self.page).await?;
        }
        if state.token.is_some() {
            state.doubt = None;
        }
        Ok(state.token.clone())
    }

    /// Reads the store once more after the server refused a token.
    async fn look_again(
        &self,
        state: &mut State,
        rejected: &PageToken,
    ) -> Result<Option<PageToken>, Error> {
        if state.token.as_ref() == Some(rejected) && !state.is_known_dead(rejected) {
            // None means that somebody removed it, after which the next call may mint.
            state.token = self.store.load(&self.page).await?;
            let same = state.token.clone().filter(|token| token == rejected);
            state.dead = same.map(|token| (token, Instant::now()));
        }
        Ok(state.token.clone().filter(|token| token != rejected))
    }

    /// A token by all means that are allowed.
    async fn get(
        &self,
        state: &mut State,
        api: &UserApi,
        allowed: bool,
        caller: &Caller,
    ) -> Result<Option<PageToken>, Error> {
        let found = self.look_up(state).await?;
        if found.is_some() || !(allowed || state.unsaved.is_some()) {
            return Ok(found);
        }
        let result = self.fill(state, api, caller).await;
        if let Err(failure) = &result {
            state.remember(failure);
        }
        result
    }

    /// Mints, or finds what another process has minted, then stores. `None` if the caller gave up before a mint began.
    async fn fill(
        &self,
        state: &mut State,
        api: &UserApi,
        caller: &Caller,
    ) -> Result<Option<PageToken>, Error> {
        let lease = self.store.lease(&self.page).await?;
        if state.unsaved.is_none() {
            // It can have taken long to get the lease.
            let found = self.look_up(state).await?;
            if found.is_some() || caller.is_gone() {
                return Ok(found);
            }
            if state.doubt.is_some() {
                return self.settle(state, api, &lease).await.map(Some);
            }
            self.mint(state, api, None).await?;
        }
        self.store_minted(state, api, &lease).await.map(Some)
    }

    /// Mints because a person asked for it, whatever the store holds.
    async fn mint_now(&self, state: &mut State, api: &UserApi) -> Result<PageToken, Error> {
        let lease = self.store.lease(&self.page).await?;
        let replaces = self.store.load(&self.page).await?;
        self.mint(state, api, replaces).await?;
        let stored = self.store_minted(state, api, &lease).await;
        stored.map_err(|error| {
            let message =
                "a token was minted and could not be stored; the next call tries to store it again";
            Error::store(message, error).with_execution(Execution::Executed)
        })
    }

    async fn mint(
        &self,
        state: &mut State,
        api: &UserApi,
        replaces: Option<PageToken>,
    ) -> Result<(), Error> {
        tracing::info!(
            page = self.page.as_str(),
            "minting a page token; the former one dies"
        );
        let token = api.mint(&self.page).await?;
        // Whatever was in use or waited to be stored is dead now.
        state.token = None;
        state.unsaved = Some(Minted { token, replaces });
        Ok(())
    }

    /// Stores the token that was minted. Until that worked it is not used, and is kept for the next try.
    async fn store_minted(
        &self,
        state: &mut State,
        api: &UserApi,
        lease: &Lease,
    ) -> Result<PageToken, Error> {
        let Some(Minted { token, replaces }) = state.unsaved.clone() else {
            return self.settle(state, api, lease).await;
        };
        let store = &self.store;
        if !store
            .save(&self.page, &token, replaces.as_ref(), lease)
            .await?
        {
            return self.settle(state, api, lease).await;
        }
        Ok(state.put_in_use(token))
    }

    /// Takes the token in force from the list of pages, which kills nothing: the outcome of a mint is unknown, or another
    /// process has minted at the same time.
    async fn settle(
        &self,
        state: &mut State,
        api: &UserApi,
        lease: &Lease,
    ) -> Result<PageToken, Error> {
        tracing::info!(
            page = self.page.as_str(),
            "another mint may have happened; reading the token in force"
        );
        let held = self.store.load(&self.page).await?;
        let in_force = api.page_tokens().await?.remove(&self.page);
        let token = in_force.ok_or_else(|| self.none_in_force(state.doubt.clone()))?;
        match self
            .store
            .save(&self.page, &token, held.as_ref(), lease)
            .await?
        {
            true => Ok(state.put_in_use(token)),
            false => Err(self.contended()),
        }
    }

    /// Stays as doubtful as the mint was, so that none follows.
    fn none_in_force(&self, doubt: Option<Error>) -> Error {
        let message = format!(
            "a mint for page {} failed half-way, and the list of pages shows no token: put the token in force into the store",
            self.page
        );
        let error = Error::new(ErrorKind::Token, message).with_execution(Execution::Unknown);
        match doubt {
            Some(doubt) => error.with_source(doubt),
            None => error,
        }
    }

    fn contended(&self) -> Error {
        let message = format!(
            "other processes keep storing tokens for page {}: let only one of them mint, or give them a store with leases",
            self.page
        );
        Error::new(ErrorKind::Store, message)
    }
}

impl TokenProvider for MintingTokens {
    fn page_token<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> TokenFuture<'a> {
        Box::pin(self.find(page, Need::Token, api))
    }

    fn at_hand<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> TokenFuture<'a> {
        Box::pin(self.find(page, Need::AtHand, api))
    }

    fn why_none(&self, _: &PageId) -> Option<String> {
        let reason = "the token store has no token for this page, and none may be minted: put one there, or `allow_minting`";
        Some(reason.to_owned())
    }

    fn reload<'a>(
        &'a self,
        page: &'a PageId,
        rejected: &'a PageToken,
        api: &'a UserApi,
    ) -> TokenFuture<'a> {
        Box::pin(self.find(page, Need::Other(rejected.clone()), api))
    }

    fn mint<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> MintFuture<'a> {
        Box::pin(async move {
            let desk = self.desk(page);
            let mut state = desk.state.lock().await;
            let result = desk.mint_now(&mut state, api).await;
            if let Err(failure) = &result {
                state.remember(failure);
            }
            result
        })
    }
}

impl fmt::Debug for MintingTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MintingTokens")
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}
