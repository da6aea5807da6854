//! Following a list, reading a range in windows, and reading without async, against the fake server.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod blocking;
mod watch;
mod windows;

use std::time::Duration;

use pancake_ext::{ManualClock, Page, Pancake, RateLimit, TimeRange};
use pancake_mock::{DEFAULT_NOW, MockBuilder, MockPancake};

const ROWS: u64 = 250;
const MINUTE: Duration = Duration::from_secs(60);

struct Scene {
    mock: MockPancake,
    page_id: String,
    clock: ManualClock,
}

impl Scene {
    async fn new() -> Self {
        Scene::with(|mock| mock).await
    }

    async fn with(settings: impl FnOnce(MockBuilder) -> MockBuilder) -> Self {
        let mock = MockPancake::builder()
            .pages(1)
            .conversations(ROWS)
            .rate_limit(None)
            .frozen_clock();
        let mock = settings(mock);
        let mock = mock.start().await.unwrap();
        let page_id = mock.page_ids()[0].clone();
        Scene {
            mock,
            page_id,
            clock: ManualClock::new(),
        }
    }

    fn page(&self) -> Page {
        let token = self.mock.page_token(&self.page_id).unwrap();
        let pancake = Pancake::builder()
            .base_url(self.mock.base_url())
            .page_token(self.page_id.as_str(), token)
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(self.clock.clone());
        pancake.build().unwrap().page(self.page_id.as_str())
    }

    fn ids(&self) -> Vec<String> {
        self.mock.conversation_ids(&self.page_id)
    }

    fn write(&self, conversation: &str) {
        self.mock.clock().advance(Duration::from_secs(1));
        self.mock
            .arrive_message(&self.page_id, conversation, "còn hàng không")
            .unwrap();
    }

    fn requests(&self) -> usize {
        self.mock.journal().len()
    }
}

/// All rows of the page by the time they began.
fn range() -> TimeRange {
    TimeRange::unix(DEFAULT_NOW - 400 * 86_400, DEFAULT_NOW).unwrap()
}
