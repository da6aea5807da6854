//! The six lists of `pancake-ext` against the fake server: all rows, filters, limits, cursors, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod ahead;
mod calls;
mod cursors;
mod failures;
mod going_back;
mod moving_rows;
mod odd_answers;
mod oldest_first;
mod requests;
mod rows;
mod scripted;

use std::collections::HashSet;
use std::time::Duration;

use pancake_ext::{ManualClock, Page, Pancake, PancakeBuilder, RateLimit, TimeRange};
use pancake_mock::{Fault, FaultKind, MockBuilder, MockPancake};

const NOW: i64 = pancake_mock::DEFAULT_NOW;

struct Scene {
    mock: MockPancake,
    page: String,
}

impl Scene {
    async fn with(conversations: u64) -> Self {
        Scene::of(|mock| mock.conversations(conversations)).await
    }

    async fn of(settings: impl FnOnce(MockBuilder) -> MockBuilder) -> Self {
        let mock = MockPancake::builder().pages(1).rate_limit(None);
        let mock = settings(mock).start().await.unwrap();
        let page = mock.page_ids()[0].clone();
        Scene { mock, page }
    }

    fn builder(&self) -> PancakeBuilder {
        Pancake::builder()
            .base_url(self.mock.base_url())
            .page_token(
                self.page.as_str(),
                self.mock.page_token(&self.page).unwrap(),
            )
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(ManualClock::new())
    }

    fn page(&self) -> Page {
        self.builder().build().unwrap().page(self.page.as_str())
    }

    fn fault(&self, kind: FaultKind, after: u64, times: u64) {
        self.mock
            .faults()
            .add(Fault::new(kind).after(after).times(times));
    }

    fn requests(&self) -> usize {
        self.mock.journal().len()
    }

    fn all_ids(&self) -> Vec<String> {
        self.mock.conversation_ids(&self.page)
    }
}

fn ever() -> TimeRange {
    TimeRange::unix(0, NOW + 86_400).unwrap()
}

fn id<T: ToString>(id: Option<T>) -> String {
    id.unwrap().to_string()
}

fn assert_distinct(ids: &[String]) {
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
}
