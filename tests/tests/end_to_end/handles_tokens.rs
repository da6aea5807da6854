//! Minting a token because a person asked for it, with every provider.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use pancake_ext::client::{Call, SharedTransport, Transport, TransportFuture};
use pancake_ext::{
    Error, ErrorCode, ErrorKind, Execution, Lease, MemoryStore, MintingTokens, PageId, PageToken,
    Pancake, StaticTokens, StoreFuture, TokenFuture, TokenProvider, TokenStore, UserApi,
};
use pancake_mock::{Fault, FaultKind, MockPancake, Oddity};

use super::{PAGE, called, sdk, server, settings};

const MINT: &str = "generate_page_access_token";

async fn works(pancake: &Pancake) -> Result<(), Error> {
    pancake.page(PAGE).tags().await.map(|_| ())
}

fn count(mock: &MockPancake, operation: &str) -> usize {
    let called = called(mock);
    called.iter().filter(|call| *call == operation).count()
}

/// A client with the token that is in force now, and nothing to look for another with.
fn fixed(mock: &MockPancake) -> Pancake {
    let token = mock.page_token(PAGE).unwrap();
    settings(mock).page_token(PAGE, token).build().unwrap()
}

#[derive(Clone, Default)]
struct Store {
    tokens: Arc<MemoryStore>,
    broken: Arc<AtomicBool>,
}

impl TokenStore for Store {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        self.tokens.load(page)
    }

    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        lease: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        if self.broken.load(Ordering::SeqCst) {
            let full = std::io::Error::other("the disk is full");
            return Box::pin(async { Err(Error::store("not saved", full)) });
        }
        self.tokens.save(page, token, expected, lease)
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        self.tokens.remove(page)
    }
}

/// A provider of a person's own that knows nothing of mints.
struct Own(PageToken);

impl TokenProvider for Own {
    fn page_token<'a>(&'a self, _: &'a PageId, _: &'a UserApi) -> TokenFuture<'a> {
        Box::pin(async { Ok(Some(self.0.clone())) })
    }

    fn reload<'a>(
        &'a self,
        page: &'a PageId,
        _: &'a PageToken,
        api: &'a UserApi,
    ) -> TokenFuture<'a> {
        Box::pin(async { Ok(api.page_tokens().await?.remove(page)) })
    }
}

#[tokio::test]
async fn after_a_mint_the_client_goes_on_with_the_new_token_whatever_its_provider() {
    let mock = server().await;
    let token = || mock.page_token(PAGE).unwrap();
    let user = || settings(&mock).user_token(mock.user_token());
    let store = Store::default();
    let page = PageId::from(PAGE);
    store.put(&page, &token().into()).await.unwrap();
    // MintingTokens was not allowed to mint by itself.
    let minting = user().token_provider(MintingTokens::new(store.clone()));
    let mut given = StaticTokens::new();
    given.insert(PAGE, token());
    for (name, builder) in [
        ("discovered", user()),
        ("given", user().page_token(PAGE, token())),
        ("static", user().token_provider(given)),
        ("stored", minting),
    ] {
        let pancake = builder.build().unwrap();
        let clone = pancake.clone();
        if name == "discovered" {
            works(&clone).await.unwrap();
        }
        let minted = pancake.page(PAGE).mint_token().await.unwrap();
        assert_eq!(minted.expose(), token(), "{name}");
        mock.clear_journal();
        works(&clone).await.unwrap();
        assert_eq!(called(&mock), ["list_tags"], "{name}");
        if name == "stored" {
            assert_eq!(store.load(&page).await.unwrap(), Some(minted));
        }
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_provider_that_cannot_keep_a_new_token_refuses_the_mint_and_the_token_in_use_lives_on() {
    let mock = server().await;
    let own = Own(mock.page_token(PAGE).unwrap().into());
    let pancake = settings(&mock).user_token(mock.user_token());
    let pancake = pancake.token_provider(own).build().unwrap();
    let error = pancake.page(PAGE).mint_token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert_eq!(error.operation(), Some(MINT));
    assert!(error.message().contains("TokenProvider::mint"), "{error}");
    assert_eq!(called(&mock), [""; 0]);
    works(&pancake).await.unwrap();
    assert_eq!(called(&mock), ["list_tags"]);
}

#[tokio::test]
async fn another_client_is_refused_with_105_and_goes_on_only_if_its_provider_finds_the_new_token() {
    let mock = server().await;
    let (without, with) = (fixed(&mock), sdk(&mock));
    works(&without).await.unwrap();
    works(&with).await.unwrap();
    sdk(&mock).page(PAGE).mint_token().await.unwrap();
    let error = works(&without).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::TOKEN_ROTATED));
    mock.clear_journal();
    works(&with).await.unwrap();
    assert_eq!(called(&mock), ["list_tags", "list_pages", "list_tags"]);
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_mint_is_never_sent_twice_not_even_after_a_refusal_that_would_allow_it() {
    let without_token = FaultKind::Answer {
        status: 200,
        content_type: "application/json".into(),
        body: r#"{"success":true}"#.into(),
    };
    for (kind, execution) in [
        (FaultKind::ErrorCode(429), Execution::NotExecuted),
        (FaultKind::ErrorWithoutCode, Execution::Unknown),
        (FaultKind::ResetAfter, Execution::Unknown),
        (FaultKind::GatewayTimeoutAfterStore, Execution::Unknown),
        (FaultKind::InvalidJson, Execution::Unknown),
        (without_token, Execution::Executed),
    ] {
        let mock = server().await;
        let pancake = sdk(&mock);
        works(&pancake).await.unwrap();
        mock.faults()
            .add(Fault::new(kind.clone()).on(MINT).times(1));
        let error = pancake.page(PAGE).mint_token().await.unwrap_err();
        assert_eq!(count(&mock, MINT), 1, "{kind:?}");
        assert_eq!(error.execution(), execution, "{kind:?}");
        assert_eq!(error.operation(), Some(MINT));
        assert_eq!(error.page_id().map(|id| id.as_str()), Some(PAGE));
        // Whether or not the former token died, reads go on.
        works(&pancake).await.unwrap();
        assert_eq!(count(&mock, MINT), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn a_mint_takes_the_user_token_and_sends_nothing_without_it() {
    let mock = server().await;
    let error = fixed(&mock).page(PAGE).mint_token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert_eq!(called(&mock), [""; 0]);
}

/// Counts calls that are under way at once.
struct Crowd(SharedTransport, Arc<Mutex<(u32, u32)>>);

impl Transport for Crowd {
    fn execute(&self, call: Call) -> TransportFuture<'_> {
        Box::pin(async move {
            {
                let mut crowd = self.1.lock().unwrap();
                crowd.0 += 1;
                crowd.1 = crowd.1.max(crowd.0);
            }
            let answer = self.0.execute(call).await;
            self.1.lock().unwrap().0 -= 1;
            answer
        })
    }
}

#[tokio::test]
async fn several_mints_on_one_client_go_one_by_one_and_end_with_the_token_of_the_last() {
    let mock = server().await;
    let crowd = Arc::new(Mutex::new((0, 0)));
    let counted = crowd.clone();
    let pancake = settings(&mock)
        .user_token(mock.user_token())
        .token_provider(StaticTokens::new())
        .wrap_transport(move |inner| Crowd(inner, counted.clone()))
        .build()
        .unwrap();
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let page = pancake.page(PAGE);
            tokio::spawn(async move { page.mint_token().await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(*crowd.lock().unwrap(), (0, 1));
    mock.clear_journal();
    works(&pancake).await.unwrap();
    assert_eq!(called(&mock), ["list_tags"]);
}

#[tokio::test]
async fn a_mint_that_is_dropped_half_way_does_not_lose_the_token() {
    let mock = server().await;
    let store = Store::default();
    let tokens = MintingTokens::new(store.clone());
    let pancake = settings(&mock).user_token(mock.user_token());
    let pancake = pancake.token_provider(tokens).build().unwrap();
    let page = pancake.page(PAGE);
    // Polled once, so that it has begun, and dropped.
    assert!(page.mint_token().now_or_never().is_none());
    // The next mint waits for the first one.
    let second = page.mint_token().await.unwrap();
    assert_eq!(count(&mock, MINT), 2);
    assert_eq!(second.expose(), mock.page_token(PAGE).unwrap());
    works(&pancake).await.unwrap();
}

#[tokio::test]
async fn a_minted_token_that_could_not_be_stored_is_not_used_before_it_is_and_not_lost() {
    let mock = server().await;
    let store = Store::default();
    let page = PageId::from(PAGE);
    let token = mock.page_token(PAGE).unwrap();
    store.put(&page, &token.into()).await.unwrap();
    let pancake = settings(&mock).user_token(mock.user_token());
    let pancake = pancake.token_provider(MintingTokens::new(store.clone()));
    let pancake = pancake.build().unwrap();
    works(&pancake).await.unwrap();
    store.broken.store(true, Ordering::SeqCst);
    let error = pancake.page(PAGE).mint_token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert_eq!(error.execution(), Execution::Executed);
    mock.clear_journal();
    works(&pancake).await.unwrap_err();
    assert_eq!(called(&mock), [""; 0]);
    store.broken.store(false, Ordering::SeqCst);
    works(&pancake).await.unwrap();
    assert_eq!(called(&mock), ["list_tags"]);
    let stored = store.load(&page).await.unwrap().unwrap();
    assert_eq!(stored.expose(), mock.page_token(PAGE).unwrap());
}

#[tokio::test]
async fn listed_page_without_token_fails_with_the_way_out() {
    let mock = server().await;
    // This form of the list shows no tokens.
    mock.oddities().set(Oddity::CategorizedPages, false);
    let pancake = sdk(&mock);
    let pages = pancake.pages().await.unwrap();
    assert!(pages.iter().all(|info| !info.has_token()));

    let error = works(&pancake).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
    assert_eq!(error.execution(), Execution::NotExecuted);
    for part in [
        "is listed (activated)",
        "no token yet",
        "settings",
        "mint_token()",
        "former token",
    ] {
        assert!(error.to_string().contains(part), "{error}");
    }
    assert_eq!(count(&mock, MINT), 0);

    let unknown = pancake.page("999").tags().await.unwrap_err();
    assert!(
        unknown.to_string().contains("not among the pages"),
        "{unknown}"
    );

    pancake.page(PAGE).mint_token().await.unwrap();
    works(&pancake).await.unwrap();
}
