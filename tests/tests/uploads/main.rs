//! Uploads against the fake server: what it saw of a file, what is refused before it sees anything, and what is tried again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod and_send;
mod course;
mod retries;
mod sources;
mod what_is_seen;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use pancake_ext::{
    Conversation, ManualClock, Page, Pancake, PancakeBuilder, Progress, RateLimit, Upload,
};
use pancake_mock::{Fault, FaultKind, JournalEntry, MockPancake};

const PAGE: &str = "1000000000000001";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and the rest";
const MB: u64 = 1024 * 1024;
const PIECE: u64 = 64 * 1024;

struct Scene {
    mock: MockPancake,
    clock: ManualClock,
    directory: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let mock = MockPancake::builder().pages(11).rate_limit(None);
        Scene {
            mock: mock.frozen_clock().start().await.unwrap(),
            clock: ManualClock::new(),
            directory: tempfile::tempdir().unwrap(),
        }
    }

    fn builder(&self, base_url: &str) -> PancakeBuilder {
        Pancake::builder()
            .base_url(base_url)
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(self.clock.clone())
    }

    fn page(&self) -> Page {
        self.page_of(PAGE)
    }

    fn page_of(&self, id: &str) -> Page {
        let builder = self.builder(self.mock.base_url());
        let pancake = builder.user_token(self.mock.user_token()).build().unwrap();
        pancake.page(id)
    }

    /// The first page whose id begins like this.
    fn page_on(&self, prefix: &str) -> Page {
        let ids = self.mock.page_ids();
        self.page_of(ids.iter().find(|id| id.starts_with(prefix)).unwrap())
    }

    fn fault(&self, kind: FaultKind) {
        let fault = Fault::new(kind).on("upload_contents").times(1);
        self.mock.faults().add(fault);
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn seen(&self) -> Vec<JournalEntry> {
        let mut entries = self.mock.journal();
        entries.retain(|entry| entry.operation.as_deref() == Some("upload_contents"));
        entries
    }

    /// A fresh inbox conversation, in which the page may answer.
    fn conversation(&self) -> Conversation {
        let id = self.mock.arrive_conversation(PAGE, "Xoài còn không ạ?");
        self.page().conversation(id.unwrap())
    }

    /// Operations that were called, without the look-up of tokens.
    fn called(&self) -> Vec<String> {
        let entries = self.mock.journal().into_iter();
        let names = entries.filter_map(|entry| entry.operation);
        names.filter(|name| name != "list_pages").collect()
    }

    /// Waits until the server has given an upload up, whose connection was closed.
    async fn given_up(&self) {
        let wait = async {
            while self.seen().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait)
            .await
            .unwrap();
        assert_eq!(self.seen()[0].status, 0, "the server answered");
    }

    /// The server has answered no upload; one that failed early it may not have seen at all.
    fn nothing_taken(&self) -> bool {
        self.seen().iter().all(|entry| entry.status == 0)
    }
}

fn too_many() -> FaultKind {
    FaultKind::TooManyRequests {
        in_body: false,
        retry_after: None,
    }
}

/// The head of the part, as it stood on the wire.
fn head(entry: &JournalEntry) -> String {
    let body = String::from_utf8_lossy(&entry.body).into_owned();
    body.split("\r\n\r\n").next().unwrap().to_owned()
}

fn pieces(count: u64) -> impl Stream<Item = Result<Vec<u8>, std::io::Error>> + Send + 'static {
    stream::iter((0..count).map(|_| Ok(vec![7; 1000])))
}

/// A beginning, and then nothing, for ever. With 9000 bytes, the look at the beginning is over.
fn stalling(bytes: usize) -> Upload {
    let beginning = stream::iter([Ok::<_, std::io::Error>(vec![7; bytes])]);
    Upload::stream("a.bin", beginning.chain(stream::pending())).size(10_000)
}

/// Collects what is told of progress.
fn recording() -> (
    Arc<Mutex<Vec<Progress>>>,
    impl FnMut(Progress) + Send + 'static,
) {
    let all = Arc::new(Mutex::new(Vec::new()));
    let into = all.clone();
    (all, move |progress| into.lock().unwrap().push(progress))
}

fn sent(all: &Mutex<Vec<Progress>>) -> Vec<u64> {
    let all = all.lock().unwrap();
    all.iter().map(|progress| progress.sent).collect()
}
