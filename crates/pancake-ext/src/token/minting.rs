//! Page tokens from a store, minted where a person has allowed it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use pancake_client::PageId;
use tokio::time::Instant;
use tracing::Instrument;

use super::{MintFuture, PageToken, TokenFuture, TokenProvider, TokenStore, UserApi};
use crate::error::{Error, Execution};

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
    pages: Mutex<HashMap<PageId, Arc<Desk>>>,
}

/// What is known of one page.
#[derive(Default)]
struct Desk {
    /// Locked while a token is looked up or minted, always by a task of its own.
    state: tokio::sync::Mutex<State>,
    /// Number of mints that have ended. Who waited while it grew takes what they brought.
    ended: AtomicU64,
}

impl Desk {
    /// The token in use, if nobody is about to change it and there is no failure to forget.
    fn token_at_hand(&self) -> Option<PageToken> {
        let state = self.state.try_lock().ok()?;
        state.token.clone().filter(|_| state.failure.is_none())
    }
}

#[derive(Default)]
struct State {
    /// The token in use.
    token: Option<PageToken>,
    /// A token that was minted and could not be stored. It must be stored before it is used, and must not be lost,
    /// since the former one is dead.
    unsaved: Option<PageToken>,
    /// How the last mint failed.
    failure: Option<Error>,
    /// A token that the server refused, and when the store was last seen to have no other.
    dead: Option<(PageToken, Instant)>,
}

impl State {
    /// Whether the store had nothing better than this dead token a moment ago. It was asked after a refusal, whoever met it:
    /// for others that are refused for the same token there is nothing new to see yet.
    fn is_known_dead(&self, token: &PageToken) -> bool {
        let dead = self.dead.as_ref();
        dead.is_some_and(|(dead, at)| dead == token && at.elapsed() < FRUITLESS)
    }

    /// Reads the store if no token is known, and mints nothing. One that waits to be stored is newer than what the store has.
    async fn look_up(
        &mut self,
        store: &dyn TokenStore,
        page: &PageId,
    ) -> Result<Option<PageToken>, Error> {
        if self.token.is_none() && self.unsaved.is_none() {
            self.token = store.load(page).await?;
        }
        if self.token.is_some() {
            self.failure = None;
        }
        Ok(self.token.clone())
    }

    /// Keeps how it failed. A doubtful mint stays doubtful until there is a token, whatever fails after it.
    fn remember(&mut self, failure: Option<&Error>) {
        let doubtful = |error: &Error| error.execution() != Execution::NotExecuted;
        match failure {
            Some(_) if self.failure.as_ref().is_some_and(doubtful) => {}
            other => self.failure = other.cloned(),
        }
    }
}

impl MintingTokens {
    /// Takes tokens from this store. Nothing is minted until [`allow_minting`](Self::allow_minting).
    pub fn new(store: impl TokenStore) -> Self {
        MintingTokens {
            store: Arc::new(store),
            allowed: HashSet::new(),
            pages: Mutex::default(),
        }
    }

    /// Allows to mint a token for this page when the store has none.
    #[must_use]
    pub fn allow_minting(mut self, page: impl Into<PageId>) -> Self {
        self.allowed.insert(page.into());
        self
    }

    fn desk(&self, page: &PageId) -> Arc<Desk> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.entry(page.clone()).or_default().clone()
    }

    async fn find(&self, page: &PageId, api: &UserApi) -> Result<Option<PageToken>, Error> {
        let desk = self.desk(page);
        if let Some(token) = desk.token_at_hand() {
            return Ok(Some(token));
        }
        let before = desk.ended.load(Ordering::Acquire);
        let job = Job {
            store: self.store.clone(),
            page: page.clone(),
            api: api.clone(),
        };
        let allowed = self.allowed.contains(page);
        apart(|caller| async move {
            let mut state = desk.state.lock().await;
            if let Some(token) = state.look_up(&*job.store, &job.page).await? {
                return Ok(Some(token));
            }
            if state.unsaved.is_none() && !allowed {
                return Ok(None);
            }
            let waited = desk.ended.load(Ordering::Acquire) != before;
            if let Some(failure) = state.failure.clone().filter(|_| waited) {
                return Err(failure);
            }
            // Who has given up before it began wants no mint. After that it goes on to its end: the former token is dead.
            if caller.strong_count() == 0 {
                return Ok(None);
            }
            let result = job.run(&mut state, &caller).await;
            if let Ok(None) = result {
                return Ok(None);
            }
            state.remember(result.as_ref().err());
            // Before the lock is free, so that those who waited for it know.
            desk.ended.fetch_add(1, Ordering::Release);
            result
        })
        .await
    }

    /// The token that is known or stored, for a call that is under way already: it must not mint, or it would kill the token
    /// that it goes out with.
    async fn known(&self, page: &PageId) -> Result<Option<PageToken>, Error> {
        let desk = self.desk(page);
        if let Some(token) = desk.token_at_hand() {
            return Ok(Some(token));
        }
        let (store, page) = (self.store.clone(), page.clone());
        apart(|caller| async move {
            let mut state = desk.state.lock().await;
            // A mint can have held the lock for longer than a call waits.
            if caller.strong_count() == 0 {
                return Ok(None);
            }
            state.look_up(&*store, &page).await
        })
        .await
    }

    /// Mints because a person asked for it.
    async fn mint_now(&self, page: &PageId, api: &UserApi) -> Result<PageToken, Error> {
        let desk = self.desk(page);
        let mut state = desk.state.lock().await;
        let result = self.mint_and_store(page, api, &mut state).await;
        state.remember(result.as_ref().err());
        desk.ended.fetch_add(1, Ordering::Release);
        result
    }

    async fn mint_and_store(
        &self,
        page: &PageId,
        api: &UserApi,
        state: &mut State,
    ) -> Result<PageToken, Error> {
        let _lease = self.store.lease(page).await?;
        tracing::info!(
            page = page.as_str(),
            "minting a page token as asked; the former one dies"
        );
        let token = api.mint(page).await?;
        // Whatever was in use or waited to be stored is dead now.
        state.token = None;
        state.unsaved = Some(token.clone());
        self.store.save(page, &token).await.map_err(|error| {
            Error::store(
                "a token was minted and could not be stored; the next call tries to store it again",
                error,
            )
            .with_execution(Execution::Executed)
        })?;
        state.unsaved = None;
        state.token = Some(token.clone());
        Ok(token)
    }

    async fn look_again(
        &self,
        page: &PageId,
        rejected: &PageToken,
    ) -> Result<Option<PageToken>, Error> {
        let desk = self.desk(page);
        let (store, page, rejected) = (self.store.clone(), page.clone(), rejected.clone());
        apart(|_| async move {
            let mut state = desk.state.lock().await;
            if state.token.as_ref() == Some(&rejected) && !state.is_known_dead(&rejected) {
                // None means that somebody removed it, after which the next call may mint.
                state.token = store.load(&page).await?;
                let same = state.token.clone().filter(|token| *token == rejected);
                state.dead = same.map(|token| (token, Instant::now()));
            }
            Ok(state.token.clone().filter(|token| *token != rejected))
        })
        .await
    }
}

/// Does what holds a lock in a task of its own: a caller that is not polled any more would keep the lock from all others.
/// The work can see whether the caller is still there.
async fn apart<F>(work: impl FnOnce(Weak<()>) -> F) -> Result<Option<PageToken>, Error>
where
    F: Future<Output = Result<Option<PageToken>, Error>> + Send + 'static,
{
    let caller = Arc::new(());
    let work = work(Arc::downgrade(&caller));
    match tokio::spawn(work.in_current_span()).await {
        Ok(result) => result,
        Err(error) => Err(Error::store("minting was ended from outside", error)),
    }
}

/// The work of getting a token for a page that has none.
struct Job {
    store: Arc<dyn TokenStore>,
    page: PageId,
    api: UserApi,
}

impl Job {
    /// Mints, or finds what another process has minted, then stores. Until that worked the token is not used, and kept
    /// for the next try. `None` if the caller gave up before a mint began.
    async fn run(&self, state: &mut State, caller: &Weak<()>) -> Result<Option<PageToken>, Error> {
        let _lease = self.store.lease(&self.page).await?;
        if state.unsaved.is_none() {
            if let Some(token) = self.store.load(&self.page).await? {
                state.token = Some(token.clone());
                return Ok(Some(token));
            }
            // It can have taken long to get the lease.
            if caller.strong_count() == 0 {
                return Ok(None);
            }
            state.unsaved = Some(self.mint(state.failure.as_ref()).await?);
        }
        let token = state
            .unsaved
            .clone()
            .ok_or_else(|| self.none_in_force(None))?;
        self.store.save(&self.page, &token).await?;
        state.unsaved = None;
        state.token = Some(token.clone());
        Ok(Some(token))
    }

    /// Mints, unless the outcome of the last mint is unknown: then the token in force is read, which kills nothing.
    async fn mint(&self, failure: Option<&Error>) -> Result<PageToken, Error> {
        let page = self.page.as_str();
        match failure.filter(|failure| failure.execution() != Execution::NotExecuted) {
            None => {
                tracing::info!(page, "minting a page token; the former one dies");
                self.api.mint(&self.page).await
            }
            Some(failure) => {
                tracing::info!(page, "a mint may have happened; reading the token in force");
                let found = self.api.page_tokens().await?.remove(&self.page);
                found.ok_or_else(|| self.none_in_force(Some(failure)))
            }
        }
    }

    /// Stays as doubtful as the mint was, so that none follows.
    fn none_in_force(&self, failure: Option<&Error>) -> Error {
        let message = format!(
            "a mint for page {} failed half-way, and the list of pages shows no token: put the token in force into the store",
            self.page
        );
        let error = Error::new(crate::ErrorKind::Token, message).with_execution(Execution::Unknown);
        match failure {
            Some(failure) => error.with_source(failure.clone()),
            None => error,
        }
    }
}

impl TokenProvider for MintingTokens {
    fn page_token<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> TokenFuture<'a> {
        Box::pin(self.find(page, api))
    }

    fn at_hand<'a>(&'a self, page: &'a PageId, _: &'a UserApi) -> TokenFuture<'a> {
        Box::pin(self.known(page))
    }

    fn why_none(&self, _: &PageId) -> Option<String> {
        let reason = "the token store has no token for this page, and none may be minted: put one there, or `allow_minting`";
        Some(reason.to_owned())
    }

    fn reload<'a>(
        &'a self,
        page: &'a PageId,
        rejected: &'a PageToken,
        _: &'a UserApi,
    ) -> TokenFuture<'a> {
        Box::pin(self.look_again(page, rejected))
    }

    fn mint<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> MintFuture<'a> {
        Box::pin(self.mint_now(page, api))
    }
}

impl fmt::Debug for MintingTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MintingTokens")
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}
