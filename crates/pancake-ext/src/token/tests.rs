//! What providers do when tokens die, without a network: a transport of the test's own answers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use pancake_client::{Call, PageId, Response, Transport, TransportFuture};

use super::{
    DiscoveredTokens, Lease, MemoryStore, MintingTokens, PageToken, StaticTokens, StoreFuture,
    TokenProvider, TokenStore, UserApi,
};
use crate::Pancake;

/// A list of pages with one page, "1". It is answered half a second after it was asked for, with the token of then.
#[derive(Clone, Default)]
struct List {
    token: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl List {
    fn rotate(&self, token: &str) {
        *self.token.lock().unwrap() = token.to_owned();
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn api(&self) -> UserApi {
        let list = self.clone();
        let pancake = Pancake::builder()
            .user_token("user")
            .wrap_transport(move |_| list.clone())
            .build()
            .unwrap();
        UserApi::new(pancake.client().clone())
    }
}

impl Transport for List {
    fn execute(&self, _: Call) -> TransportFuture<'_> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let token = self.token.lock().unwrap().clone();
        let page = serde_json::json!({"id": "1", "settings": {"page_access_token": token}});
        let body = serde_json::json!({"success": true, "categorized": {"activated": [page]}});
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(500)).await;
            Ok(Response::json(body.to_string()))
        })
    }
}

fn text(token: Option<PageToken>) -> Option<String> {
    token.map(|token| token.expose().to_owned())
}

/// A thousand calls at once that were refused for this token: what each of them gets instead.
async fn thousand_reloads(
    tokens: Arc<impl TokenProvider>,
    api: &UserApi,
    rejected: &str,
) -> Vec<Option<String>> {
    let tasks = (0..1_000).map(|_| {
        let (tokens, api, rejected) = (tokens.clone(), api.clone(), PageToken::from(rejected));
        tokio::spawn(
            async move { text(tokens.reload(&"1".into(), &rejected, &api).await.unwrap()) },
        )
    });
    join_all(tasks)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_reload_does_not_content_itself_with_a_look_that_began_before_the_token_died() {
    let list = List::default();
    list.rotate("old");
    let (tokens, api) = (Arc::new(DiscoveredTokens::new()), list.api());
    let page = PageId::from("1");
    assert_eq!(
        text(tokens.page_token(&page, &api).await.unwrap()),
        Some("old".into())
    );
    let other = {
        let (tokens, api) = (tokens.clone(), api.clone());
        tokio::spawn(async move { tokens.page_token(&"another".into(), &api).await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    list.rotate("new");
    let results = thousand_reloads(tokens.clone(), &api, "old").await;
    assert!(results.iter().all(|token| token.as_deref() == Some("new")));
    assert_eq!(
        list.asked(),
        3,
        "found, for another page, and once more for all"
    );
    assert_eq!(text(other.await.unwrap().unwrap()), None);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_reloads_look_once_whether_or_not_there_is_another_token() {
    for (now, expected) in [("new", Some("new")), ("old", None)] {
        let list = List::default();
        list.rotate("old");
        let (tokens, api) = (Arc::new(DiscoveredTokens::new()), list.api());
        tokens.page_token(&"1".into(), &api).await.unwrap();
        list.rotate(now);
        for _ in 0..2 {
            let results = thousand_reloads(tokens.clone(), &api, "old").await;
            assert!(results.iter().all(|token| token.as_deref() == expected));
            assert_eq!(list.asked(), 2, "{now}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_looked_for_in_vain_is_looked_for_again_later() {
    let list = List::default();
    list.rotate("old");
    let (tokens, api) = (DiscoveredTokens::new(), list.api());
    let (page, old) = (PageId::from("1"), PageToken::from("old"));
    tokens.page_token(&page, &api).await.unwrap();
    assert_eq!(text(tokens.reload(&page, &old, &api).await.unwrap()), None);
    list.rotate("new");
    assert_eq!(text(tokens.reload(&page, &old, &api).await.unwrap()), None);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(
        text(tokens.reload(&page, &old, &api).await.unwrap()),
        Some("new".into())
    );
    assert_eq!(list.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_given_token_that_was_refused_stays_in_use_while_the_list_has_no_other() {
    let list = List::default();
    list.rotate("of page 1");
    let mut given = StaticTokens::new();
    given.insert("2", "given");
    let (tokens, api) = (DiscoveredTokens::with(given), list.api());
    let (page, token) = (PageId::from("2"), PageToken::from("given"));
    assert_eq!(
        text(tokens.page_token(&page, &api).await.unwrap()),
        Some("given".into())
    );
    for _ in 0..3 {
        assert_eq!(
            text(tokens.reload(&page, &token, &api).await.unwrap()),
            None
        );
        assert_eq!(
            text(tokens.page_token(&page, &api).await.unwrap()),
            Some("given".into())
        );
    }
    assert_eq!(list.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_at_hand_is_what_the_store_has_and_nothing_is_minted_for_it() {
    let (list, store) = (List::default(), Counting::default());
    let (page, api) = (PageId::from("1"), list.api());
    let tokens = MintingTokens::new(store.clone()).allow_minting("1");
    assert_eq!(text(tokens.at_hand(&page, &api).await.unwrap()), None);
    store.0.put(&page, &"stored".into()).await.unwrap();
    for _ in 0..2 {
        let token = tokens.at_hand(&page, &api).await.unwrap();
        assert_eq!(text(token), Some("stored".into()));
    }
    assert_eq!(store.1.load(Ordering::Relaxed), 2, "once in vain");
    assert_eq!(list.asked(), 0);
}

/// Counts how often it is asked. An answer takes a moment, as that of a file or a server does.
#[derive(Clone, Default)]
struct Counting(Arc<MemoryStore>, Arc<AtomicUsize>);

impl TokenStore for Counting {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let token = self.0.load(page).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
            token
        })
    }

    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        lease: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        self.0.save(page, token, expected, lease)
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        self.0.remove(page)
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_is_asked_once_for_all_who_are_refused_for_a_token_also_one_after_the_other() {
    let store = Counting::default();
    let (page, api) = (PageId::from("1"), List::default().api());
    store.0.put(&page, &"old".into()).await.unwrap();
    let tokens = Arc::new(MintingTokens::new(store.clone()));
    assert_eq!(
        text(tokens.page_token(&page, &api).await.unwrap()),
        Some("old".into())
    );
    let loads = || store.1.load(Ordering::Relaxed);
    assert_eq!(loads(), 1);
    let results = thousand_reloads(tokens.clone(), &api, "old").await;
    assert!(results.iter().all(Option::is_none));
    assert_eq!(loads(), 2);
    // As the limiter lets calls through.
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        assert_eq!(
            text(tokens.reload(&page, &"old".into(), &api).await.unwrap()),
            None
        );
    }
    assert_eq!(loads(), 2);
    store.0.put(&page, &"new".into()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let results = thousand_reloads(tokens.clone(), &api, "old").await;
    assert!(results.iter().all(|token| token.as_deref() == Some("new")));
    assert_eq!(loads(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_look_into_the_store_from_before_a_refusal_does_not_answer_it() {
    let store = Counting::default();
    let (page, api) = (PageId::from("1"), List::default().api());
    store.0.put(&page, &"old".into()).await.unwrap();
    let tokens = Arc::new(MintingTokens::new(store.clone()));
    // The store is still being read for the first call when the token is replaced and the server refuses the old one.
    let first = {
        let (tokens, api) = (tokens.clone(), api.clone());
        tokio::spawn(async move { tokens.page_token(&"1".into(), &api).await })
    };
    tokio::time::sleep(Duration::from_millis(5)).await;
    store.0.put(&page, &"new".into()).await.unwrap();
    let reloaded = tokens.reload(&page, &"old".into(), &api).await.unwrap();
    assert_eq!(text(reloaded), Some("new".into()));
    assert_eq!(text(first.await.unwrap().unwrap()), Some("old".into()));
}
