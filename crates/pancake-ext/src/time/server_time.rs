//! What time it is at the server, as its responses tell it.
//!
//! The clocks of this machine and of the server need not agree, and one of this machine can be set, or stand still while the
//! machine sleeps. So a moment of this machine is a span of the server's time: from the earliest that it can have been to
//! the latest.

use std::sync::Mutex;
use std::time::Instant;

use pancake_client::Timestamp;
use pancake_client::chrono::{DateTime, TimeDelta, Utc};
use pancake_client::reqwest::header::{AGE, DATE, HeaderMap};
use serde::{Deserialize, Serialize};

use crate::sync::lock;
use crate::time::clock::Clock;
use crate::time::http_date;

/// A moment, on both clocks of this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) instant: Instant,
    pub(crate) wall: DateTime<Utc>,
}

impl Moment {
    pub(crate) fn now(clock: &dyn Clock) -> Self {
        Moment {
            instant: clock.now(),
            wall: clock.wall_time(),
        }
    }

    /// The time since `other`, below zero if that is later: the shortest and the longest that it can be. A clock that waits
    /// while the machine sleeps gives less than one on the wall, and one on the wall can be set.
    fn since(self, other: Moment) -> (TimeDelta, TimeDelta) {
        let on_the_wall = self.wall - other.wall;
        let measured = |later: Instant, earlier: Instant| {
            let passed = later.saturating_duration_since(earlier);
            TimeDelta::from_std(passed).unwrap_or(TimeDelta::MAX)
        };
        let measured = match self.instant >= other.instant {
            true => measured(self.instant, other.instant),
            false => -measured(other.instant, self.instant),
        };
        (on_the_wall.min(measured), on_the_wall.max(measured))
    }
}

/// When something was, by the server's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Span {
    pub(crate) earliest: Timestamp,
    pub(crate) latest: Timestamp,
}

/// The time in the header `Date` of a response. The server set it between these two moments.
#[derive(Clone, Copy, Debug)]
struct Heard {
    date: DateTime<Utc>,
    sent: Moment,
    received: Moment,
}

impl Heard {
    /// `Date` has whole seconds. Taking it for exact makes `latest` up to a second too early; otherwise a message that was
    /// stored at once would never be new for certain.
    fn at(&self, moment: Moment) -> Option<Span> {
        let (earliest, _) = moment.since(self.received);
        let (_, latest) = moment.since(self.sent);
        Some(Span {
            earliest: self.date.checked_add_signed(earliest)?.into(),
            latest: self.date.checked_add_signed(latest)?.into(),
        })
    }
}

/// The server's clock, by its newest response. One for all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct ServerClock(Mutex<Option<Heard>>);

impl ServerClock {
    /// Reads the time from the head of a response of the API that was asked for and received then.
    ///
    /// A response with `Age` comes from a cache, whose `Date` is as old as its entry: it would set the clock back, and an
    /// older message could then pass for the one that was sent.
    pub(crate) fn hear(&self, headers: &HeaderMap, sent: Moment, received: Moment) {
        if headers.contains_key(AGE) {
            return;
        }
        let Some(date) = date(headers) else {
            return;
        };
        *lock(&self.0) = Some(Heard {
            date,
            sent,
            received,
        });
    }

    /// What time it was there. `None`: no response has told.
    pub(crate) fn at(&self, moment: Moment) -> Option<Span> {
        lock(&self.0).as_ref()?.at(moment)
    }
}

fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    http_date::parse(headers.get(DATE)?.to_str().ok()?)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ManualClock;

    const DATE_THERE: &str = "Wed, 01 Apr 2026 03:00:30 GMT";

    fn headers(date: &str) -> HeaderMap {
        HeaderMap::from_iter([(DATE, date.parse().unwrap())])
    }

    fn after(clock: &ManualClock, seconds: u64) -> Moment {
        clock.advance(Duration::from_secs(seconds));
        Moment::now(clock)
    }

    fn span(earliest: &str, latest: &str) -> Option<Span> {
        Some(Span {
            earliest: Timestamp::parse(earliest),
            latest: Timestamp::parse(latest),
        })
    }

    #[test]
    fn slow_response_widens_the_span() {
        // This machine lives in January; the server in April.
        let clock = ManualClock::new();
        let server = ServerClock::default();
        let before = after(&clock, 0);
        let (sent, received) = (after(&clock, 20), after(&clock, 6));
        let later = after(&clock, 10);
        assert_eq!(server.at(before), None);
        server.hear(&headers("soon"), sent, received);
        assert_eq!(server.at(before), None);
        server.hear(&headers(DATE_THERE), sent, received);
        assert_eq!(
            server.at(before),
            span("2026-04-01T03:00:04", "2026-04-01T03:00:10")
        );
        assert_eq!(
            server.at(later),
            span("2026-04-01T03:00:40", "2026-04-01T03:00:46")
        );
    }

    #[test]
    fn changed_local_clock_widens_the_span() {
        let clock = ManualClock::new();
        let server = ServerClock::default();
        let before = after(&clock, 0);
        clock.set_wall_time(clock.wall_time() + TimeDelta::hours(1));
        let now = after(&clock, 30);
        server.hear(&headers(DATE_THERE), now, now);
        assert_eq!(
            server.at(before),
            span("2026-04-01T02:00:00", "2026-04-01T03:00:00")
        );
    }

    #[test]
    fn cached_response_does_not_set_the_clock() {
        let clock = ManualClock::new();
        let server = ServerClock::default();
        let now = after(&clock, 0);
        let hear = |date, age: Option<&str>| {
            let mut headers = headers(date);
            headers.extend(age.map(|age| (AGE, age.parse().unwrap())));
            server.hear(&headers, now, now);
        };
        hear("Wed, 01 Apr 2026 02:50:30 GMT", Some("600"));
        assert_eq!(server.at(now), None);
        hear(DATE_THERE, None);
        hear("Wed, 01 Apr 2026 02:50:30 GMT", Some("600"));
        hear("Wed, 01 Apr 2026 02:50:30 GMT", Some("0"));
        let there = "2026-04-01T03:00:30";
        assert_eq!(server.at(now), span(there, there));
    }
}
