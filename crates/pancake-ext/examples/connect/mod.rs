//! Where the examples get their client from: the live service if a token is set, else a fake that they start themselves.
//!
//! - `PANCAKE_USER_TOKEN`: all pages of that user.
//! - `PANCAKE_PAGE_ID` and `PANCAKE_PAGE_TOKEN`: that page. What takes a user token, such as the list of pages, fails then.
//! - neither: `pancake-mock`, with four invented shops.

#![allow(dead_code, reason = "each example takes what it needs of this module")]

use std::env;
use std::error::Error;
use std::time::{Duration, Instant};

use pancake_ext::client::chrono::{DateTime, Utc};
use pancake_ext::{Clock, Page, Pancake, Sleep, TokioClock, UserToken, Zone};
use pancake_mock::{MockClock, MockPancake};

/// A client, and the fake it talks to if it is one.
pub(crate) struct Service {
    pub(crate) pancake: Pancake,
    pub(crate) fake: Option<MockPancake>,
}

impl Service {
    pub(crate) async fn connect() -> Result<Service, Box<dyn Error>> {
        if env::var_os(UserToken::VARIABLE).is_some() {
            let pancake = Pancake::builder()
                .user_token(UserToken::from_env()?)
                .build()?;
            return Ok(Service {
                pancake,
                fake: None,
            });
        }
        if let (Ok(page), Ok(token)) = (env::var("PANCAKE_PAGE_ID"), env::var("PANCAKE_PAGE_TOKEN"))
        {
            let pancake = Pancake::builder().page_token(page, token).build()?;
            return Ok(Service {
                pancake,
                fake: None,
            });
        }
        eprintln!(
            "no token is set ({}): this is a fake Pancake",
            UserToken::VARIABLE
        );
        let fake = MockPancake::builder().conversations(2_000).start().await?;
        let pancake = Pancake::builder()
            .base_url(fake.base_url())
            .user_token(fake.user_token())
            .clock(FakeTime(fake.clock().clone()))
            .build()?;
        Ok(Service {
            pancake,
            fake: Some(fake),
        })
    }

    /// The page to work for: `PANCAKE_PAGE_ID`, or else the first of the user's that has a token.
    pub(crate) async fn page(&self) -> Result<Page, Box<dyn Error>> {
        if let Ok(page) = env::var("PANCAKE_PAGE_ID") {
            return Ok(self.pancake.page(page));
        }
        let pages = self.pancake.pages().await?;
        let with_token = pages.iter().find(|page| page.has_token());
        let first =
            with_token.ok_or("none of the pages has a token: make one in the page's settings")?;
        Ok(self.pancake.page(first))
    }

    /// The zone of a page. Without a user token it can't be asked for; most pages are in Vietnam.
    pub(crate) async fn zone(&self, page: &Page) -> Zone {
        page.zone().await.unwrap_or(Zone::VIETNAM)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        match &self.fake {
            Some(fake) => FakeTime(fake.clock().clone()).wall_time(),
            None => TokioClock.wall_time(),
        }
    }
}

/// The fake lives in the spring of 2026; "yesterday" has to mean its yesterday.
struct FakeTime(MockClock);

impl Clock for FakeTime {
    fn now(&self) -> Instant {
        TokioClock.now()
    }

    fn wall_time(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.unix_micros()).unwrap_or_default()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        TokioClock.sleep(duration)
    }
}

/// The value behind an argument such as `--limit`.
pub(crate) fn argument(name: &str) -> Option<String> {
    let mut arguments = env::args();
    arguments.find(|argument| argument == name)?;
    arguments.next()
}

/// Whether an argument such as `--apply` is there.
pub(crate) fn has_argument(name: &str) -> bool {
    env::args().any(|argument| argument == name)
}
