//! How a server is to be: seed, size, limits, oddities, clock.
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, OnceLock},
};

use crate::{
    MockPancake,
    clock::{DEFAULT_NOW, MockClock, shown, system_now},
    fault::Fault,
    fault_script::Faults,
    journal::Journal,
    log::Log,
    oddity::{Oddities, Oddity},
    rate_limit::RateLimit,
    server::Server,
    shared::Shared,
    validation::Validation,
    violations::Violations,
    world::{World, WorldPlan, user_token},
};

/// Settings of a server that is about to start; every one has a default.
#[derive(Clone, Debug)]
#[must_use = "nothing runs before `start`"]
pub struct MockBuilder {
    seed: u64,
    pages: u64,
    pages_without_token: u64,
    conversations: u64,
    rows_a_page: Option<u64>,
    listen: SocketAddr,
    rate_limit: Option<u32>,
    oddities: Oddities,
    faults: Vec<Fault>,
    now: i64,
    frozen: bool,
    clock: Option<MockClock>,
    timezones: Vec<i64>,
    user_token_expires_at: i64,
    journal_bytes: usize,
    validation: Validation,
    log: Log,
}

/// Each has a lock and a few kilobytes.
pub(crate) const MOST_PAGES: u64 = 10_000;
/// On one page: below 2^26, where ids that look like phone numbers come to an end.
pub(crate) const MOST_CONVERSATIONS: u64 = 60_000_000;

impl Default for MockBuilder {
    fn default() -> Self {
        Self {
            seed: 1,
            pages: 4,
            pages_without_token: 2,
            conversations: 800,
            rows_a_page: None,
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            rate_limit: Some(5),
            oddities: Oddities::standard(),
            faults: Vec::new(),
            now: DEFAULT_NOW,
            frozen: false,
            clock: None,
            timezones: Vec::new(),
            // The year 2100: programs hold `exp` against their own clock.
            user_token_expires_at: 4_102_444_800,
            journal_bytes: 32 * 1024 * 1024,
            validation: Validation::default(),
            log: Log::default(),
        }
    }
}

impl MockBuilder {
    /// All invented data follows from this number. Default: 1.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many pages have a token; the first is on Facebook, the others on other channels in turn.
    /// Default: 4. At least 1, at most 10,000.
    pub fn pages(mut self, pages: u64) -> Self {
        self.pages = pages.clamp(1, MOST_PAGES);
        self
    }

    /// How many more pages there are that have no token yet: the list of pages has them without
    /// `settings.page_access_token`, as most pages of the real one. Default: 2. At most 10,000.
    pub fn pages_without_token(mut self, pages: u64) -> Self {
        self.pages_without_token = pages.min(MOST_PAGES);
        self
    }

    /// How many conversations there are on all pages with a token together, spread evenly. Default: 800. At most 60,000,000
    /// for each page, as many as there are phone numbers to know them by.
    pub fn conversations(mut self, conversations: u64) -> Self {
        self.conversations = conversations;
        self
    }

    /// How many rows a page has at most, in the lists where a request can't say: conversations, messages, export. Default:
    /// as the real API, 60, 30 and 60. With few, a small list has many pages; 20 and 25 messages are told of as well. At
    /// least 1.
    pub fn rows_a_page(mut self, rows: u64) -> Self {
        self.rows_a_page = Some(rows.max(1));
        self
    }

    /// Where to listen. Default: loopback, a free port. **Whoever can connect gets the tokens of
    /// this fake and can use its control endpoint.**
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Calls per second and page, by the server's clock; `None` for no limit. Default: 5.
    pub fn rate_limit(mut self, calls_a_second: impl Into<Option<u32>>) -> Self {
        self.rate_limit = calls_a_second.into();
        self
    }

    /// Which oddities it has. Default: [`Oddities::standard`].
    pub fn oddities(mut self, oddities: &Oddities) -> Self {
        self.oddities = oddities.detached();
        self
    }

    /// Switches one oddity.
    pub fn oddity(mut self, oddity: Oddity, on: bool) -> Self {
        // The builder may have been cloned: its switches are its own.
        self.oddities = self.oddities.detached();
        self.oddities.set(oddity, on);
        self
    }

    /// Adds a fault from the start.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Where the clock starts, in unix seconds; all seeded data is older.
    /// Default: [`DEFAULT_NOW`](crate::DEFAULT_NOW), the same every day.
    pub fn now(mut self, unix_seconds: i64) -> Self {
        self.now = unix_seconds;
        self
    }

    /// Lets the clock stand still until the test moves it.
    pub fn frozen_clock(mut self) -> Self {
        self.frozen = true;
        self
    }

    /// Goes by this clock, which the test keeps: one for many servers, or one that is moved before the start. All seeded
    /// data is older than what it shows at the start. It takes the place of [`now`](Self::now) and
    /// [`frozen_clock`](Self::frozen_clock).
    pub fn clock(mut self, clock: MockClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The zones of the first pages, in hours east of UTC (-12 to 14); the last one holds for all others. Default: 7, as in
    /// Việt Nam. `date_range` and the days of statistics go by it.
    pub fn timezones(mut self, hours: impl IntoIterator<Item = i64>) -> Self {
        let hours = hours.into_iter().map(|hours| hours.clamp(-12, 14));
        self.timezones = hours.collect();
        self
    }

    /// `exp` of the user token, in unix seconds; from then on its code is 103. Default: 2100.
    pub fn user_token_expires_at(mut self, unix_seconds: i64) -> Self {
        self.user_token_expires_at = unix_seconds;
        self
    }

    /// How much of requests and answers the journal keeps. Default: 32 MiB.
    pub fn journal_bytes(mut self, bytes: usize) -> Self {
        self.journal_bytes = bytes;
        self
    }

    /// What is done about requests that the API description does not allow.
    /// Default: [`Validation::Refuse`].
    pub fn validation(mut self, validation: Validation) -> Self {
        self.validation = validation;
        self
    }

    /// What is printed on stderr while it runs. Default: nothing.
    pub fn log(mut self, log: Log) -> Self {
        self.log = log;
        self
    }

    /// As a client that is in use meets the service: requests that break the API description are recorded and not refused,
    /// and the clock shows the system's time. `--as-service` of the program.
    pub fn as_service(self) -> Self {
        self.validation(Validation::Record).now(system_now())
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// The address can't be bound. A fault is for an operation or a page that there is not, or is none that a server can
    /// have ([`io::ErrorKind::InvalidInput`]).
    pub async fn start(self) -> io::Result<MockPancake> {
        let clock = match self.clock {
            Some(clock) => clock,
            None if self.frozen => MockClock::frozen(self.now),
            None => MockClock::running(self.now),
        };
        let now = clock.unix_seconds();
        let plan = WorldPlan {
            seed: self.seed,
            pages: self.pages,
            pages_without_token: self.pages_without_token,
            conversations: self.conversations.min(self.pages * MOST_CONVERSATIONS),
            epoch: shown(now),
            timezones: self.timezones,
        };
        let world = World::new(plan);
        let faults = Faults::new(self.seed, world.ids().to_vec());
        for fault in self.faults {
            let added = faults.try_add(fault);
            added.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        }
        let shared = Arc::new(Shared {
            address: OnceLock::new(),
            world,
            user_token: user_token(self.seed, now, self.user_token_expires_at),
            user_token_expires_at: self.user_token_expires_at,
            seed: self.seed,
            rows_a_page: self.rows_a_page,
            oddities: self.oddities.detached(),
            clock,
            faults,
            journal: Journal::new(self.journal_bytes, self.log),
            rate_limit: RateLimit::new(self.rate_limit),
            violations: Violations::new(self.validation, self.log),
        });
        let server = Server::start(self.listen, Arc::clone(&shared)).await?;
        // Set here and nowhere else.
        let _ = shared.address.set(server.address);
        Ok(MockPancake::new(server, shared))
    }
}
