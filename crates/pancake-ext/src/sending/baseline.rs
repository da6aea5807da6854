//! From when on a message can be the one that was sent.
//!
//! Messages carry the server's time, so the time of the send has to be the server's too: `ServerClock` tells it, or what was
//! kept of it with the send. The clock of this machine makes nothing certain: it may be wrong, and, after a crash, another
//! machine's.

use std::time::Duration;

use pancake_client::Timestamp;
use pancake_client::chrono::{DateTime, TimeDelta, Utc};

use super::unsettled::Unsettled;
use crate::time::server_time::{Moment, ServerClock};

/// How far the times of messages, which channels make, may lie before the server's own. Generous: it costs certainty only
/// where another program sent the same words to the same person in that time.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// Whether a message is new enough to be the one that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// It is.
    Since,
    /// It may be: the clocks are not good enough to tell, or it has no time.
    Doubtful,
    /// It was there before.
    Before,
}

/// The times that separate the three ages. Without the server's time of the send every message is doubtful.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Baseline {
    since: Option<DateTime<Utc>>,
    before: Option<DateTime<Utc>>,
}

impl Baseline {
    pub(super) fn of(send: &Unsettled, server: &ServerClock) -> Self {
        let anew = send.began().and_then(|began| server.at(began));
        let kept = send.began_there.clone();
        let latest = anew.as_ref().or(kept.as_ref()).map(|span| &span.latest);
        let spans = anew.iter().chain(&kept);
        let earliest = spans.filter_map(|span| span.earliest.datetime()).min();
        Baseline {
            since: latest.and_then(Timestamp::datetime),
            before: earliest.and_then(|earliest| earliest.checked_sub_signed(MARGIN)),
        }
    }

    pub(super) fn age(&self, inserted_at: Option<&Timestamp>) -> Age {
        let Some(time) = inserted_at.and_then(Timestamp::datetime) else {
            return Age::Doubtful;
        };
        if self.since.is_some_and(|since| time >= since) {
            Age::Since
        } else if self.before.is_some_and(|before| time < before) {
            Age::Before
        } else {
            Age::Doubtful
        }
    }
}

/// How long ago the send began, at least: zero if that is unknown.
pub(super) fn since_begin(send: &Unsettled, server: &ServerClock, now: Moment) -> Duration {
    if let Some(began) = send.began() {
        return now.instant.saturating_duration_since(began.instant);
    }
    let began = send.began_there.as_ref();
    let began = began.and_then(|span| span.latest.datetime());
    let now = server.at(now).and_then(|span| span.earliest.datetime());
    let passed = now.zip(began).map(|(now, began)| now - began);
    passed
        .and_then(|passed| passed.to_std().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use pancake_client::reqwest::header::{DATE, HeaderMap};

    use super::*;
    use crate::ManualClock;
    use crate::time::clock::Clock;
    use crate::time::server_time::Span;

    const DATE_THERE: &str = "Wed, 01 Apr 2026 03:00:30 GMT";

    fn send(clock: &ManualClock) -> Unsettled {
        let mut send = Unsettled::of_text("a");
        send.started_at = clock.wall_time().into();
        send.started = Some(clock.now());
        send
    }

    /// The same in another process.
    fn kept(clock: &ManualClock, began_there: Option<Span>) -> Unsettled {
        let mut send = send(clock);
        send.started = None;
        send.began_there = began_there;
        send
    }

    /// A server that has just responded, with this time.
    fn server(clock: &ManualClock, date: &str) -> ServerClock {
        let headers: HeaderMap = [(DATE, date.parse().unwrap())].into_iter().collect();
        let server = ServerClock::default();
        server.hear(&headers, Moment::now(clock), Moment::now(clock));
        server
    }

    fn age(baseline: &Baseline, time: &str) -> Age {
        baseline.age(Some(&Timestamp::parse(time)))
    }

    #[test]
    fn elapsed_time_is_subtracted_from_the_servers_time() {
        let clock = ManualClock::new();
        let send = send(&clock);
        // This machine lives in January; the server in April.
        clock.advance(Duration::from_secs(30));
        let baseline = Baseline::of(&send, &server(&clock, DATE_THERE));
        assert_eq!(age(&baseline, "2026-04-01T03:00:00"), Age::Since);
        assert_eq!(age(&baseline, "2026-04-01T02:59:59.9"), Age::Doubtful);
        assert_eq!(age(&baseline, "2026-04-01T02:59:00"), Age::Doubtful);
        assert_eq!(age(&baseline, "2026-04-01T02:58:59.9"), Age::Before);
        assert_eq!(baseline.age(None), Age::Doubtful);
        assert_eq!(age(&baseline, "soon"), Age::Doubtful);
    }

    #[test]
    fn changed_local_clock_makes_messages_doubtful() {
        for (hours, old, new) in [
            (1, Age::Doubtful, Age::Since),
            (-1, Age::Before, Age::Doubtful),
        ] {
            let clock = ManualClock::new();
            let send = send(&clock);
            clock.advance(Duration::from_secs(30));
            clock.set_wall_time(clock.wall_time() + TimeDelta::hours(hours));
            let baseline = Baseline::of(&send, &server(&clock, DATE_THERE));
            assert_eq!(age(&baseline, "2026-04-01T03:00:00"), new);
            assert_eq!(age(&baseline, "2026-04-01T02:30:00"), old);
        }
    }

    #[test]
    fn another_process_goes_by_the_kept_time() {
        let clock = ManualClock::new();
        let send = kept(
            &clock,
            Some(Span {
                earliest: Timestamp::parse("2026-04-01T03:00:00Z"),
                latest: Timestamp::parse("2026-04-01T03:00:02Z"),
            }),
        );
        for days in [0, 10, -10] {
            clock.set_wall_time(clock.wall_time() + TimeDelta::days(days));
            let server = server(&clock, DATE_THERE);
            let baseline = Baseline::of(&send, &server);
            assert_eq!(age(&baseline, "2026-04-01T03:00:02"), Age::Since);
            assert_eq!(age(&baseline, "2026-04-01T02:59:00"), Age::Doubtful);
            assert_eq!(age(&baseline, "2026-04-01T02:58:59"), Age::Before);
            let passed = since_begin(&send, &server, Moment::now(&clock));
            assert_eq!(passed, Duration::from_secs(28));
        }
    }

    #[test]
    fn unknown_server_time_makes_every_message_doubtful() {
        let clock = ManualClock::new();
        let send = kept(&clock, None);
        let server = server(&clock, DATE_THERE);
        let baseline = Baseline::of(&send, &server);
        for time in ["2000-01-01T00:00:00", "2026-04-01T03:00:30"] {
            assert_eq!(age(&baseline, time), Age::Doubtful);
        }
        let passed = since_begin(&send, &server, Moment::now(&clock));
        assert_eq!(passed, Duration::ZERO);
    }
}
