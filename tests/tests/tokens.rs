//! Where tokens come from, and what happens when they die.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::sync::Arc;

use pancake_ext::{
    Error, ErrorKind, Execution, FileStore, Lease, ManualClock, MemoryStore, MintingTokens, PageId,
    PageToken, Pancake, PancakeBuilder, RateLimit, StoreFuture, TokenStore,
};
use pancake_mock::{Fault, FaultKind, MockPancake};

async fn mock() -> MockPancake {
    MockPancake::builder()
        .rate_limit(None)
        .start()
        .await
        .unwrap()
}

fn builder(mock: &MockPancake) -> PancakeBuilder {
    Pancake::builder()
        .base_url(mock.base_url())
        .user_token(mock.user_token())
        .rate_limit(RateLimit::off())
}

fn requests(mock: &MockPancake, operation: &str) -> usize {
    let journal = mock.journal();
    journal
        .iter()
        .filter(|entry| entry.operation.as_deref() == Some(operation))
        .count()
}

async fn read(pancake: &Pancake, page: &str) -> Result<(), Error> {
    pancake.client().list_tags().page_id(page).send().await?;
    Ok(())
}

/// Makes a thousand calls at once.
async fn thousand(pancake: &Pancake, page: &str) -> Vec<Result<(), Error>> {
    let tasks: Vec<_> = (0..1_000)
        .map(|_| {
            let (pancake, page) = (pancake.clone(), page.to_owned());
            tokio::spawn(async move { read(&pancake, &page).await })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

fn all_work(results: Vec<Result<(), Error>>) {
    let failed: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    assert!(
        failed.is_empty(),
        "{} failed: {:?}",
        failed.len(),
        failed[0]
    );
}

#[tokio::test]
async fn a_thousand_calls_for_one_page_read_the_list_of_pages_once() {
    let mock = mock().await;
    let pancake = builder(&mock).build().unwrap();
    all_work(thousand(&pancake, &mock.page_ids()[0]).await);
    assert_eq!(requests(&mock, "list_pages"), 1);
    assert_eq!(requests(&mock, "generate_page_access_token"), 0);
}

#[tokio::test]
async fn after_a_rotation_a_thousand_calls_reload_once_mint_nothing_and_all_succeed() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let pancake = builder(&mock).build().unwrap();
    read(&pancake, &page).await.unwrap();
    mock.rotate_page_token(&page);
    mock.clear_journal();
    all_work(thousand(&pancake, &page).await);
    assert_eq!(requests(&mock, "list_pages"), 1);
    assert_eq!(requests(&mock, "generate_page_access_token"), 0);
}

#[tokio::test]
async fn a_dead_token_that_nobody_replaced_is_an_error_with_advice_after_one_attempt() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let old = mock.page_token(&page).unwrap();
    mock.rotate_page_token(&page);
    // Without a user token there is nowhere to look.
    let pancake = Pancake::builder()
        .base_url(mock.base_url())
        .page_token(page.as_str(), old)
        .build()
        .unwrap();
    let error = read(&pancake, &page).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code().unwrap().get()),
        (ErrorKind::Token, 105)
    );
    assert!(!error.is_retryable());
    assert!(
        error.is_token_problem() && error.hint().contains("list_pages"),
        "{}",
        error.hint()
    );
    assert_eq!(requests(&mock, "list_tags"), 1);
}

#[tokio::test]
async fn a_send_is_not_replayed_with_a_newer_token_but_the_next_one_uses_it() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let conversation = mock.conversation_ids(&page)[0].clone();
    let pancake = builder(&mock).build().unwrap();
    read(&pancake, &page).await.unwrap();
    mock.rotate_page_token(&page);
    let send = || {
        let send = pancake.client().send_message().page_id(page.as_str());
        send.conversation_id(conversation.as_str())
            .body(pancake_ext::send::ReplyInbox::new("a"))
            .send()
    };
    let error = Error::from(send().await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Token);
    assert_eq!(requests(&mock, "send_message"), 1);
    send().await.unwrap();
}

#[tokio::test]
async fn a_page_that_is_not_on_the_list_has_no_token_and_nothing_is_sent_for_it() {
    let mock = mock().await;
    let error = read(&builder(&mock).build().unwrap(), "999")
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Token, 0));
    assert_eq!(requests(&mock, "list_tags"), 0);
}

#[tokio::test]
async fn nothing_is_minted_unless_it_was_allowed_for_that_page() {
    let mock = mock().await;
    let pages = mock.page_ids();
    let tokens = MintingTokens::new(MemoryStore::new()).allow_minting(pages[0].as_str());
    let pancake = builder(&mock).token_provider(tokens).build().unwrap();
    let error = read(&pancake, &pages[1]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
    assert!(error.message().contains("`allow_minting`"), "{error}");
    assert_eq!(requests(&mock, "generate_page_access_token"), 0);
    read(&pancake, &pages[0]).await.unwrap();
    assert_eq!(requests(&mock, "generate_page_access_token"), 1);
}

#[tokio::test]
async fn a_thousand_calls_mint_once_and_the_token_is_stored() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let store = Arc::new(MemoryStore::new());
    let tokens = MintingTokens::new(Shared(store.clone())).allow_minting(page.as_str());
    let pancake = builder(&mock).token_provider(tokens).build().unwrap();
    all_work(thousand(&pancake, &page).await);
    assert_eq!(requests(&mock, "generate_page_access_token"), 1);
    let stored = store
        .load(&PageId::from(page.as_str()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.expose(), mock.page_token(&page).unwrap());
}

#[tokio::test]
async fn a_rejected_minted_token_is_never_replaced_by_minting() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let tokens = MintingTokens::new(MemoryStore::new()).allow_minting(page.as_str());
    let pancake = builder(&mock).token_provider(tokens).build().unwrap();
    read(&pancake, &page).await.unwrap();
    mock.rotate_page_token(&page);
    mock.clear_journal();
    let results = thousand(&pancake, &page).await;
    assert!(
        results
            .iter()
            .all(|result| result.as_ref().unwrap_err().kind() == ErrorKind::Token)
    );
    assert_eq!(requests(&mock, "generate_page_access_token"), 0);
}

#[tokio::test]
async fn a_mint_whose_outcome_is_unknown_is_never_repeated_and_the_token_in_force_is_read() {
    for kind in [
        FaultKind::InternalError,
        FaultKind::ResetAfter,
        FaultKind::GatewayTimeoutAfterStore,
    ] {
        let mock = mock().await;
        let page = mock.page_ids()[0].clone();
        let tokens = MintingTokens::new(MemoryStore::new()).allow_minting(page.as_str());
        let pancake = builder(&mock).token_provider(tokens).build().unwrap();
        mock.faults()
            .add(Fault::new(kind.clone()).on("generate_page_access_token"));
        let results = thousand(&pancake, &page).await;
        let failed = results.iter().filter(|result| result.is_err()).count();
        assert!(failed > 0, "{kind:?}");
        read(&pancake, &page).await.unwrap();
        let mints = requests(&mock, "generate_page_access_token");
        assert_eq!(mints, 1, "{kind:?}");
    }
}

#[tokio::test]
async fn a_mint_that_was_refused_fails_for_all_who_waited_and_may_be_tried_by_a_later_call() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let tokens = MintingTokens::new(MemoryStore::new()).allow_minting(page.as_str());
    let pancake = builder(&mock).token_provider(tokens).build().unwrap();
    mock.faults().add(
        Fault::new(FaultKind::ErrorCode(107))
            .on("generate_page_access_token")
            .times(1),
    );
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (pancake, page) = (pancake.clone(), page.clone());
            tokio::spawn(async move { read(&pancake, &page).await })
        })
        .collect();
    for task in tasks {
        let error = task.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Permission);
        assert_eq!(error.operation(), Some("list_tags"));
        assert_eq!(error.execution(), Execution::NotExecuted);
    }
    assert_eq!(requests(&mock, "generate_page_access_token"), 1);
    read(&pancake, &page).await.unwrap();
    assert_eq!(requests(&mock, "generate_page_access_token"), 2);
}

#[tokio::test]
async fn a_minted_token_that_somebody_removed_from_the_store_is_minted_anew_by_the_next_call() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let store = Arc::new(MemoryStore::new());
    let tokens = MintingTokens::new(Shared(store.clone())).allow_minting(page.as_str());
    let pancake = builder(&mock).token_provider(tokens).build().unwrap();
    read(&pancake, &page).await.unwrap();
    mock.rotate_page_token(&page);
    store.remove(&PageId::from(page.as_str())).await.unwrap();
    read(&pancake, &page).await.unwrap_err();
    assert_eq!(requests(&mock, "generate_page_access_token"), 1);
    read(&pancake, &page).await.unwrap();
    assert_eq!(requests(&mock, "generate_page_access_token"), 2);
}

#[tokio::test]
async fn clients_that_share_a_file_mint_once_together() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tokens.json");
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let tokens = MintingTokens::new(FileStore::new(&file)).allow_minting(page.as_str());
            let pancake = builder(&mock).token_provider(tokens).build().unwrap();
            let page = page.clone();
            tokio::spawn(async move { read(&pancake, &page).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(requests(&mock, "generate_page_access_token"), 1);
}

#[tokio::test]
async fn a_call_whose_token_could_not_be_looked_up_was_not_executed_whatever_became_of_the_look() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let conversation = mock.conversation_ids(&page)[0].clone();
    let pancake = builder(&mock).clock(ManualClock::new()).build().unwrap();
    mock.faults()
        .add(Fault::new(FaultKind::BadGatewayHtml).on("list_pages"));
    let send = pancake.client().send_message().page_id(page.as_str());
    let send = send
        .conversation_id(conversation)
        .body(pancake_ext::send::ReplyInbox::new("a"));
    let error = Error::from(send.send().await.unwrap_err());
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert_eq!(error.operation(), Some("send_message"));
    let source = std::error::Error::source(&error).unwrap();
    let source = source.downcast_ref::<Error>().unwrap();
    assert_eq!(source.operation(), Some("list_pages"));
}

#[tokio::test]
async fn a_dead_token_that_nobody_replaced_is_looked_for_once_not_with_every_call() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let pancake = builder(&mock).build().unwrap();
    mock.faults()
        .add(Fault::new(FaultKind::ErrorCode(105)).on("list_tags"));
    for _ in 0..20 {
        read(&pancake, &page).await.unwrap_err();
    }
    // Once to find the token, once to look for another.
    assert_eq!(requests(&mock, "list_pages"), 2);
}

#[tokio::test]
async fn a_token_that_was_given_is_used_until_the_server_refuses_it() {
    let mock = mock().await;
    let pages = mock.page_ids();
    let given = mock.page_token(&pages[0]).unwrap();
    let pancake = builder(&mock)
        .page_token(pages[0].as_str(), given.as_str())
        .build()
        .unwrap();
    read(&pancake, &pages[1]).await.unwrap();
    mock.rotate_page_token(&pages[0]);
    mock.clear_journal();
    read(&pancake, &pages[0]).await.unwrap();
    let used: Vec<_> = mock
        .journal()
        .iter()
        .filter_map(|entry| entry.query("page_access_token").map(str::to_owned))
        .collect();
    assert_eq!(used[0], given, "the given token comes first");
    assert_eq!(used.len(), 2);
    mock.clear_journal();
    read(&pancake, &pages[0]).await.unwrap();
    assert_eq!(mock.journal().len(), 1, "a refused one is not tried again");
}

#[tokio::test]
async fn a_token_that_another_process_stored_is_found_after_a_rotation() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tokens.json");
    let id = PageId::from(page.as_str());
    let token = mock.page_token(&page).unwrap();
    FileStore::new(&file).put(&id, &token.into()).await.unwrap();

    let tokens = MintingTokens::new(FileStore::new(&file));
    let pancake = builder(&mock).token_provider(tokens).build().unwrap();
    read(&pancake, &page).await.unwrap();
    let newer = mock.rotate_page_token(&page).unwrap();
    FileStore::new(&file).put(&id, &newer.into()).await.unwrap();
    read(&pancake, &page).await.unwrap();
    assert_eq!(requests(&mock, "generate_page_access_token"), 0);
}

#[tokio::test]
async fn a_minted_token_that_could_not_be_stored_is_neither_used_nor_lost() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let store = Arc::new(FailingOnce::default());
    let tokens = MintingTokens::new(Shared(store.clone())).allow_minting(page.as_str());
    let pancake = builder(&mock).token_provider(tokens).build().unwrap();
    assert_eq!(
        read(&pancake, &page).await.unwrap_err().kind(),
        ErrorKind::Store
    );
    assert_eq!(requests(&mock, "list_tags"), 0);
    read(&pancake, &page).await.unwrap();
    assert_eq!(requests(&mock, "generate_page_access_token"), 1);
    let stored = store
        .inner
        .load(&PageId::from(page.as_str()))
        .await
        .unwrap();
    assert_eq!(stored.unwrap().expose(), mock.page_token(&page).unwrap());
}

#[tokio::test]
async fn a_caller_that_gives_up_while_a_token_is_minted_does_not_lose_it() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let store = Arc::new(Waiting::default());
    let tokens = MintingTokens::new(Shared(store.clone())).allow_minting(page.as_str());
    let pancake = builder(&mock).token_provider(tokens).build().unwrap();
    let call = {
        let (pancake, page) = (pancake.clone(), page.clone());
        tokio::spawn(async move { read(&pancake, &page).await })
    };
    // The token is minted, and the store has not taken it yet.
    store.reached.notified().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    store.go_on.notify_one();
    read(&pancake, &page).await.unwrap();
    assert_eq!(requests(&mock, "generate_page_access_token"), 1);
}

#[tokio::test]
async fn a_failed_look_up_of_a_token_is_reported_as_what_it_is() {
    let mock = mock().await;
    let pancake = Pancake::builder()
        .base_url(mock.base_url())
        .user_token("not a token")
        .build()
        .unwrap();
    let error = read(&pancake, &mock.page_ids()[0]).await.unwrap_err();
    assert_eq!(error.operation(), Some("list_tags"));
    assert_eq!(error.kind(), ErrorKind::Token);
    assert!(error.to_string().contains("list_pages"), "{error}");
    assert_eq!(requests(&mock, "list_tags"), 0);
}

#[tokio::test]
async fn conflicting_mint_is_settled_by_the_list_of_pages() {
    let mock = mock().await;
    let page = mock.page_ids()[0].clone();
    let store = Arc::new(Contended::default());
    let tokens = MintingTokens::new(Shared(store.clone())).allow_minting(page.as_str());
    let pancake = builder(&mock).token_provider(tokens).build().unwrap();
    read(&pancake, &page).await.unwrap();
    assert_eq!(requests(&mock, "generate_page_access_token"), 1);
    assert_eq!(requests(&mock, "list_pages"), 1);
    let stored = store.inner.load(&PageId::from(page.as_str())).await;
    let stored = stored.unwrap().unwrap();
    assert_eq!(stored.expose(), mock.page_token(&page).unwrap());
}

#[tokio::test]
async fn save_replaces_only_the_expected_token() {
    let directory = tempfile::tempdir().unwrap();
    let file = FileStore::new(directory.path().join("tokens.json"));
    let stores: [Box<dyn TokenStore>; 2] = [Box::new(MemoryStore::new()), Box::new(file)];
    let (page, lease) = (PageId::from("1"), Lease::none());
    let [a, b, c] = ["a", "b", "c"].map(PageToken::from);
    for store in stores {
        for (token, expected, saved) in [
            (&a, Some(&b), false),
            (&a, None, true),
            // Such as after a write whose answer was lost.
            (&a, None, true),
            (&b, None, false),
            (&b, Some(&c), false),
            (&b, Some(&a), true),
        ] {
            let result = store.save(&page, token, expected, &lease).await;
            assert_eq!(result.unwrap(), saved, "{token:?} for {expected:?}");
        }
        assert_eq!(store.load(&page).await.unwrap().as_ref(), Some(&b));
    }
}

/// A store into which another process puts a token right before the first write.
#[derive(Default)]
struct Contended {
    inner: MemoryStore,
    done: std::sync::atomic::AtomicBool,
}

impl TokenStore for Contended {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        self.inner.load(page)
    }

    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        lease: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            if !self.done.swap(true, std::sync::atomic::Ordering::Relaxed) {
                self.inner.put(page, &"of another process".into()).await?;
            }
            self.inner.save(page, token, expected, lease).await
        })
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        self.inner.remove(page)
    }
}

/// A store that waits in the middle of a write.
#[derive(Default)]
struct Waiting {
    inner: MemoryStore,
    reached: tokio::sync::Notify,
    go_on: tokio::sync::Notify,
}

impl TokenStore for Waiting {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        self.inner.load(page)
    }

    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        lease: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            self.reached.notify_one();
            self.go_on.notified().await;
            self.inner.save(page, token, expected, lease).await
        })
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        self.inner.remove(page)
    }
}

/// A store that the test keeps a hand on.
struct Shared<S>(Arc<S>);

impl<S: TokenStore> TokenStore for Shared<S> {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        self.0.load(page)
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

/// A store whose first write fails.
#[derive(Default)]
struct FailingOnce {
    inner: MemoryStore,
    failed: std::sync::atomic::AtomicBool,
}

impl TokenStore for FailingOnce {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        self.inner.load(page)
    }

    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        lease: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        if self.failed.swap(true, std::sync::atomic::Ordering::Relaxed) {
            return self.inner.save(page, token, expected, lease);
        }
        Box::pin(async {
            Err(Error::store(
                "the disk is full",
                std::io::Error::other("full"),
            ))
        })
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        self.inner.remove(page)
    }
}
