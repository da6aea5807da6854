//! Processes that share a token file: who waits for whom, and for how long.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends by panicking"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use pancake_ext::{
    Error, FileStore, Lease, MintingTokens, PageId, PageToken, Pancake, RateLimit, StoreFuture,
    TokenStore,
};
use pancake_mock::MockPancake;
use tokio::sync::Notify;

/// Tells a run of this program that it is the other process, and which file to take a lease of.
const HOLDER: &str = "PANCAKE_TEST_LEASE_OF";

fn mints(mock: &MockPancake) -> usize {
    let journal = mock.journal();
    let minted = |operation: Option<&str>| operation == Some("generate_page_access_token");
    journal
        .iter()
        .filter(|entry| minted(entry.operation.as_deref()))
        .count()
}

fn pancake(mock: &MockPancake, store: impl TokenStore) -> Pancake {
    let tokens = mock
        .page_ids()
        .into_iter()
        .fold(MintingTokens::new(store), MintingTokens::allow_minting);
    Pancake::builder()
        .base_url(mock.base_url())
        .user_token(mock.user_token())
        .rate_limit(RateLimit::off())
        .token_provider(tokens)
        .build()
        .unwrap()
}

async fn read(pancake: &Pancake, page: &str) -> Result<(), Error> {
    pancake.client().list_tags().page_id(page).send().await?;
    Ok(())
}

/// Not a test of its own: the process that the tests below start, and that does nothing while it has the lease.
#[tokio::test]
async fn holder() {
    let Ok(file) = std::env::var(HOLDER) else {
        return;
    };
    let store = FileStore::new(file);
    let _lease = store.lease(&PageId::from("1")).await.unwrap();
    println!("leased");
    // Until the test ends it, or ends itself.
    let _ = std::io::stdin().read(&mut [0]);
}

/// Starts another process that has the lease when this returns.
fn another_process(file: &Path) -> Child {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["holder", "--exact", "--nocapture"])
        .env(HOLDER, file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("leased")));
    holder
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_another_process_keeps_is_an_error_that_names_the_lock_and_mints_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tokens.json");
    let page = PageId::from("1");
    let store = FileStore::new(&file);
    let mut other = another_process(&file);
    let error = store.lease(&page).await.unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("tokens.json.minting.lock for more than 60 seconds"),
        "{said}"
    );
    // Who only needs the tokens is not kept waiting.
    store.put(&page, &"a".into()).await.unwrap();
    assert_eq!(store.load(&page).await.unwrap(), Some("a".into()));
    // A lock does not outlive its process.
    other.kill().unwrap();
    other.wait().unwrap();
    drop(store.lease(&page).await.unwrap());
}

#[test]
fn six_pages_get_their_first_token_with_two_threads_for_files() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::new(directory.path().join("tokens.json"));
        let builder = MockPancake::builder().rate_limit(None).pages(6);
        let mock = builder.start().await.unwrap();
        let pancake = pancake(&mock, store.clone());
        let tasks: Vec<_> = mock
            .page_ids()
            .into_iter()
            .map(|page| {
                let pancake = pancake.clone();
                tokio::spawn(async move { read(&pancake, &page).await })
            })
            .collect();
        assert_eq!(tasks.len(), 6);
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(mints(&mock), 6);
        for page in mock.page_ids() {
            let stored = store.load(&PageId::from(page.as_str())).await.unwrap();
            assert_eq!(stored.unwrap().expose(), mock.page_token(&page).unwrap());
        }
    });
}

#[tokio::test]
async fn who_gave_up_while_it_waited_for_the_lease_has_nothing_minted() {
    let mock = MockPancake::builder().start().await.unwrap();
    let page = mock.page_ids()[0].clone();
    let gate = Arc::new(Gate::default());
    let pancake = pancake(&mock, Slow(gate.clone()));
    let call = {
        let (pancake, page) = (pancake.clone(), page.clone());
        tokio::spawn(async move { read(&pancake, &page).await })
    };
    gate.reached.notified().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    gate.open.notify_one();
    gate.ended.notified().await;
    assert_eq!(mints(&mock), 0);
    // The next one, who still waits, gets its token.
    gate.open.notify_one();
    read(&pancake, &page).await.unwrap();
    assert_eq!(mints(&mock), 1);
}

#[derive(Default)]
struct Gate {
    reached: Notify,
    open: Notify,
    ended: Notify,
}

/// A store whose lease another process has for a while.
struct Slow(Arc<Gate>);

/// Says when the lease ends.
struct Guard(Arc<Gate>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.ended.notify_one();
    }
}

impl TokenStore for Slow {
    fn load<'a>(&'a self, _: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        Box::pin(async { Ok(None) })
    }

    fn save<'a>(
        &'a self,
        _: &'a PageId,
        _: &'a PageToken,
        _: Option<&'a PageToken>,
        _: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async { Ok(true) })
    }

    fn remove<'a>(&'a self, _: &'a PageId) -> StoreFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn lease<'a>(&'a self, _: &'a PageId) -> StoreFuture<'a, Lease> {
        Box::pin(async move {
            self.0.reached.notify_one();
            self.0.open.notified().await;
            Ok(Lease::new(Guard(self.0.clone())))
        })
    }
}
