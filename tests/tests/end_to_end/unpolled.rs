//! Calls that somebody begins and then does not poll any more, as `select!` makes them, hold up no others.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use pancake_ext::client::{Call, SharedTransport, Transport, TransportFuture};
use pancake_ext::{
    ErrorKind, Lease, MemoryStore, MintingTokens, PageId, PageToken, Pancake, StoreFuture,
    TokenStore, Zone,
};
use pancake_mock::{Fault, FaultKind};
use tokio::sync::Notify;

use super::{PAGE, called, sdk, server, settings};

/// What a call gives, which must not wait for one that nobody polls.
async fn soon<T>(call: impl Future<Output = T>) -> T {
    let call = tokio::time::timeout(Duration::from_secs(60), call);
    match call.await {
        Ok(value) => value,
        Err(_) => panic!("it waits for a call that nobody polls"),
    }
}

#[tokio::test]
async fn a_look_at_the_zones_that_nobody_polls_keeps_no_other_call_waiting() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let (page, hasty) = (
        pancake.page(PAGE),
        pancake.with_options(|options| options.call_timeout(Duration::from_secs(3600))),
    );
    let mut left = pin!(page.zone());
    assert!(left.as_mut().now_or_never().is_none());
    assert!(!soon(pancake.pages()).await.unwrap().is_empty());
    for page in [pancake.page(PAGE), hasty.page(PAGE)] {
        assert_eq!(soon(page.zone()).await.unwrap(), Zone::VIETNAM);
    }
    assert_eq!(left.await.unwrap(), Zone::VIETNAM);
}

#[tokio::test]
async fn a_look_for_tokens_that_nobody_polls_keeps_no_other_call_waiting() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let ids = mock.page_ids();
    let (one, two) = (pancake.page(ids[0].as_str()), pancake.page(ids[1].as_str()));
    let mut left = pin!(one.tags());
    assert!(left.as_mut().now_or_never().is_none());
    soon(two.tags()).await.unwrap();
    soon(one.tags()).await.unwrap();
    left.await.unwrap();
    let looks = called(&mock)
        .into_iter()
        .filter(|call| call == "list_pages");
    assert_eq!(looks.count(), 1, "they share one look");

    let pancake = sdk(&mock);
    let (one, two) = (pancake.page(ids[0].as_str()), pancake.page(ids[1].as_str()));
    let mut left = pin!(one.tags());
    assert!(left.as_mut().now_or_never().is_none());
    soon(two.mint_token()).await.unwrap();
    left.await.unwrap();
    two.tags().await.unwrap();
}

/// A store that takes a moment to read.
#[derive(Default)]
struct Slow(MemoryStore);

impl TokenStore for Slow {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.0.load(page).await
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

#[tokio::test]
async fn a_look_into_a_store_that_nobody_polls_keeps_no_other_call_waiting() {
    let mock = server().await;
    let token = mock.page_token(PAGE).unwrap();
    let store = Slow::default();
    store.put(&PageId::from(PAGE), &token.into()).await.unwrap();
    let pancake = settings(&mock).user_token(mock.user_token());
    let pancake = pancake.token_provider(MintingTokens::new(store));
    let page = pancake.build().unwrap().page(PAGE);
    let mut left = pin!(page.tags());
    assert!(left.as_mut().now_or_never().is_none());
    soon(page.tags()).await.unwrap();
    // The token dies, and the one look after it is left too.
    mock.rotate_page_token(PAGE);
    soon(page.tags()).await.unwrap_err();
    soon(page.mint_token()).await.unwrap();
    soon(page.tags()).await.unwrap();
    left.await.unwrap();
}

#[tokio::test]
async fn looks_at_the_same_time_are_one_also_when_it_fails_or_does_not_know_the_pages() {
    let mock = server().await;
    mock.faults().add(
        Fault::new(FaultKind::ErrorCode(107))
            .on("list_pages")
            .times(1),
    );
    let pancake = sdk(&mock);
    let pages: Vec<_> = (0..10).map(|id| pancake.page(format!("99{id}"))).collect();
    for kind in [ErrorKind::Permission, ErrorKind::InvalidRequest] {
        mock.clear_journal();
        for result in join_all(pages.iter().map(|page| page.zone())).await {
            assert_eq!(result.unwrap_err().kind(), kind);
        }
        assert_eq!(called(&mock), ["list_pages"]);
    }
    mock.faults().add(
        Fault::new(FaultKind::ErrorCode(107))
            .on("list_pages")
            .times(1),
    );
    for kind in [ErrorKind::Permission, ErrorKind::Token] {
        mock.clear_journal();
        for result in join_all(pages.iter().map(|page| page.tags())).await {
            assert_eq!(result.unwrap_err().kind(), kind);
        }
        assert_eq!(called(&mock), ["list_pages"]);
    }
}

/// Keeps the first list of pages back after the server has written it.
struct Late {
    inner: SharedTransport,
    written: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Transport for Late {
    fn execute(&self, call: Call) -> TransportFuture<'_> {
        Box::pin(async move {
            let is_list = call.operation().id == "list_pages";
            let answer = self.inner.execute(call).await;
            if is_list {
                self.written.notify_one();
                self.go_on.notified().await;
            }
            answer
        })
    }
}

#[tokio::test]
async fn a_list_that_was_written_before_a_mint_and_comes_after_it_does_not_bring_the_dead_token_back()
 {
    let mock = server().await;
    let (written, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let late = (written.clone(), go_on.clone());
    let pancake: Pancake = settings(&mock)
        .user_token(mock.user_token())
        .wrap_transport(move |inner| Late {
            inner,
            written: late.0.clone(),
            go_on: late.1.clone(),
        })
        .build()
        .unwrap();
    let other = pancake.page(mock.page_ids()[1].as_str());
    let reading = tokio::spawn(async move { other.tags().await });
    written.notified().await;
    soon(pancake.page(PAGE).mint_token()).await.unwrap();
    go_on.notify_one();
    reading.await.unwrap().unwrap();
    mock.clear_journal();
    pancake.page(PAGE).tags().await.unwrap();
    assert_eq!(called(&mock), ["list_tags"]);
    assert_eq!(mock.violations(), []);
}
