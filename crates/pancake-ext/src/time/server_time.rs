//! What time it is at the server, as its answers tell it.
//!
//! The clocks of this machine and of the server need not agree, and one of this machine can be set, or stand still while the
//! machine sleeps. So a moment of this machine is a stretch of the server's time: from the earliest that it can have been to
//! the latest.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use pancake_client::Timestamp;
use pancake_client::chrono::{DateTime, TimeDelta, Utc};
use pancake_client::reqwest::header::{DATE, HeaderMap};
use serde::{Deserialize, Serialize};

use crate::time::clock::Clock;
use crate::time::http_date;

/// For so long a quick answer is worth more than a slow one that is newer.
const FRESH: TimeDelta = TimeDelta::seconds(60);

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

/// The time that the server gave an answer, in its header `Date`. It was set between these two moments.
#[derive(Clone, Copy, Debug)]
struct Heard {
    date: DateTime<Utc>,
    sent: Moment,
    received: Moment,
}

impl Heard {
    /// Whole seconds are all that `Date` has. Taking it for exact makes `latest` up to a second too early; otherwise a message
    /// that was stored at once would never be new for certain.
    fn at(&self, moment: Moment) -> Option<Span> {
        let (earliest, _) = moment.since(self.received);
        let (_, latest) = moment.since(self.sent);
        Some(Span {
            earliest: self.date.checked_add_signed(earliest)?.into(),
            latest: self.date.checked_add_signed(latest)?.into(),
        })
    }

    /// How long the answer took.
    fn doubt(&self) -> TimeDelta {
        self.received.since(self.sent).1
    }

    fn outdoes(&self, other: &Heard) -> bool {
        let (_, age) = self.received.since(other.received);
        self.doubt() <= other.doubt() || age.abs() > FRESH
    }
}

/// The server's clock, as far as its answers tell. One for all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct ServerClock(Mutex<Option<Heard>>);

impl ServerClock {
    /// Reads the time from the head of an answer to a request that was sent and answered then.
    pub(crate) fn hear(&self, headers: &HeaderMap, sent: Moment, received: Moment) {
        let Some(date) = date(headers) else {
            return;
        };
        let heard = Heard {
            date,
            sent,
            received,
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|kept| heard.outdoes(kept)) {
            *kept = Some(heard);
        }
    }

    /// What time it was there. `None`: no answer has told.
    pub(crate) fn at(&self, moment: Moment) -> Option<Span> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref()?.at(moment)
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
        [(DATE, date.parse().unwrap())].into_iter().collect()
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
    fn a_moment_of_this_machine_is_a_stretch_of_the_servers_time_as_long_as_its_answer_took() {
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
    fn a_clock_that_was_set_meanwhile_widens_the_stretch() {
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
    fn a_slow_answer_gives_way_to_a_quick_one_until_that_is_old() {
        let clock = ManualClock::new();
        let server = ServerClock::default();
        let hear_slow = || {
            let (sent, received) = (Moment::now(&clock), after(&clock, 30));
            server.hear(&headers(DATE_THERE), sent, received);
        };
        let is_exact = || {
            let span = server.at(Moment::now(&clock)).unwrap();
            span.earliest == span.latest
        };
        hear_slow();
        assert!(!is_exact());
        let now = Moment::now(&clock);
        server.hear(&headers(DATE_THERE), now, now);
        hear_slow();
        assert!(is_exact());
        after(&clock, 60);
        hear_slow();
        assert!(!is_exact());
    }
}
