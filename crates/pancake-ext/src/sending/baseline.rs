//! From when on a message can be the one that was sent.
//!
//! Messages carry the server's time, so the time of the send has to be the server's too: `ServerClock` tells it, or what was
//! kept of it with the send. The clock of this machine alone makes nothing certain: it may be wrong, and, after a crash,
//! another machine's.

use std::time::Duration;

use pancake_client::Timestamp;
use pancake_client::chrono::{DateTime, TimeDelta, Utc};

use super::unsettled::Facts;
use crate::time::server_time::{Moment, ServerClock};

/// How far the times of messages, which channels make, may lie before the server's own. Generous: it costs certainty only
/// where another program sent the same words to the same person in that time.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// How far back one looks when nobody knows the server's time of the send.
const MARGIN_WITHOUT_DATE: TimeDelta = TimeDelta::days(1);

/// Whether a message is new enough to be the one that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// It is.
    Since,
    /// It may be: the clocks are not good enough to tell, or it has no time.
    Doubtful,
    /// It was there before.
    Before,
}

/// The times that part messages into the three ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Baseline {
    /// From here on: since. `None`: no message is certain.
    since: Option<DateTime<Utc>>,
    /// Until here: before. `None`: no message is.
    before: Option<DateTime<Utc>>,
}

impl Baseline {
    /// What is known of the time of a send now.
    pub(crate) fn of(facts: &Facts, server: &ServerClock, now: Moment) -> Self {
        let anew = facts.began().and_then(|began| server.at(began));
        let kept = facts.began_there.clone();
        let latest = anew.as_ref().or(kept.as_ref()).map(|span| &span.latest);
        let spans = anew.iter().chain(&kept);
        let earliest = spans.filter_map(|span| span.earliest.datetime()).min();
        match (latest.and_then(Timestamp::datetime), earliest) {
            (Some(latest), Some(earliest)) => Baseline {
                since: Some(latest),
                before: earliest.checked_sub_signed(MARGIN),
            },
            _ => Baseline {
                since: None,
                before: by_the_wall(facts, server, now)
                    .and_then(|began| began.checked_sub_signed(MARGIN_WITHOUT_DATE)),
            },
        }
    }

    pub(crate) fn age(&self, inserted_at: Option<&Timestamp>) -> Age {
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

/// When the send began, at the earliest, by the clock that sent and by the time since on the wall. `None` if it lies ahead:
/// then one of the clocks is wrong, by any time.
fn by_the_wall(facts: &Facts, server: &ServerClock, now: Moment) -> Option<DateTime<Utc>> {
    let began = facts.started_at.datetime()?;
    let passed = now.wall - began;
    if passed < TimeDelta::zero() {
        return None;
    }
    let there = server.at(now).and_then(|span| span.earliest.datetime());
    let there = there.and_then(|there| there.checked_sub_signed(passed));
    Some(there.map_or(began, |there| there.min(began)))
}

/// How long ago the send began, at least: zero if nobody knows.
pub(crate) fn since_begin(facts: &Facts, server: &ServerClock, now: Moment) -> Duration {
    if let Some(began) = facts.began() {
        return now.instant.saturating_duration_since(began.instant);
    }
    let began = facts.began_there.as_ref();
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
    use crate::sending::draft::{Action, Draft};
    use crate::time::clock::Clock;
    use crate::time::server_time::Span;
    use crate::{ManualClock, PageId};

    const DATE_THERE: &str = "Wed, 01 Apr 2026 03:00:30 GMT";

    fn facts(clock: &ManualClock) -> Facts {
        Facts {
            page_id: PageId::from("1"),
            conversation_id: "c".into(),
            draft: Draft {
                action: Action::ReplyInbox,
                text: None,
                content_ids: Vec::new(),
                as_user: false,
                mentions: false,
                customer: None,
            },
            after: None,
            started_at: clock.wall_time().into(),
            began_there: None,
            send: 1,
            started: Some(clock.now()),
            error: None,
        }
    }

    /// A server that has just answered, if with a time.
    fn server(clock: &ManualClock, date: Option<&str>) -> ServerClock {
        let date = date.map(|date| (DATE, date.parse().unwrap()));
        let headers: HeaderMap = date.into_iter().collect();
        let server = ServerClock::default();
        server.hear(&headers, Moment::now(clock), Moment::now(clock));
        server
    }

    fn baseline(facts: &Facts, clock: &ManualClock, date: Option<&str>) -> Baseline {
        Baseline::of(facts, &server(clock, date), Moment::now(clock))
    }

    fn age(baseline: &Baseline, time: &str) -> Age {
        baseline.age(Some(&Timestamp::parse(time)))
    }

    #[test]
    fn the_time_since_the_begin_is_taken_from_the_servers_time() {
        let clock = ManualClock::new();
        let facts = facts(&clock);
        // This machine lives in January; the server in April.
        clock.advance(Duration::from_secs(30));
        let baseline = baseline(&facts, &clock, Some(DATE_THERE));
        assert_eq!(age(&baseline, "2026-04-01T03:00:00"), Age::Since);
        assert_eq!(age(&baseline, "2026-04-01T02:59:59.9"), Age::Doubtful);
        assert_eq!(age(&baseline, "2026-04-01T02:59:00"), Age::Doubtful);
        assert_eq!(age(&baseline, "2026-04-01T02:58:59.9"), Age::Before);
        assert_eq!(baseline.age(None), Age::Doubtful);
        assert_eq!(age(&baseline, "soon"), Age::Doubtful);
    }

    #[test]
    fn a_clock_that_was_set_meanwhile_makes_messages_doubtful_and_none_wrong() {
        for hours in [1, -1] {
            let clock = ManualClock::new();
            let facts = facts(&clock);
            clock.advance(Duration::from_secs(30));
            clock.set_wall_time(clock.wall_time() + TimeDelta::hours(hours));
            let baseline = baseline(&facts, &clock, Some(DATE_THERE));
            let (old, new) = match hours {
                1 => (Age::Doubtful, Age::Since),
                _ => (Age::Before, Age::Doubtful),
            };
            assert_eq!(age(&baseline, "2026-04-01T03:00:00"), new);
            assert_eq!(age(&baseline, "2026-04-01T02:30:00"), old);
        }
    }

    #[test]
    fn in_another_process_the_servers_time_counts_that_was_kept() {
        let clock = ManualClock::new();
        let mut facts = facts(&clock);
        facts.started = None;
        facts.began_there = Some(Span {
            earliest: Timestamp::parse("2026-04-01T03:00:00Z"),
            latest: Timestamp::parse("2026-04-01T03:00:02Z"),
        });
        // Whatever the clock here says.
        for days in [0, 10, -10] {
            clock.set_wall_time(clock.wall_time() + TimeDelta::days(days));
            let baseline = baseline(&facts, &clock, Some(DATE_THERE));
            assert_eq!(age(&baseline, "2026-04-01T03:00:02"), Age::Since);
            assert_eq!(age(&baseline, "2026-04-01T02:59:00"), Age::Doubtful);
            assert_eq!(age(&baseline, "2026-04-01T02:58:59"), Age::Before);
        }
        let passed = |date| {
            let server = server(&clock, date);
            since_begin(&facts, &server, Moment::now(&clock))
        };
        assert_eq!(passed(Some(DATE_THERE)), Duration::from_secs(28));
        assert_eq!(passed(None), Duration::ZERO);
    }

    #[test]
    fn without_the_servers_time_of_the_send_nothing_is_certain_but_what_is_a_day_older() {
        let clock = ManualClock::new();
        let mut facts = facts(&clock);
        for date in [None, Some("soon")] {
            let baseline = baseline(&facts, &clock, date);
            assert_eq!(age(&baseline, "2026-04-01T03:00:00"), Age::Doubtful);
            assert_eq!(age(&baseline, "2025-12-31T00:00:01"), Age::Doubtful);
            assert_eq!(age(&baseline, "2025-12-30T23:59:59"), Age::Before);
        }
        // In another process the server's time of now helps only to look further back.
        facts.started = None;
        clock.advance(Duration::from_secs(30));
        for (date, old, new) in [
            (DATE_THERE, "2025-12-30T23:59:59", "2025-12-31T00:00:01"),
            (
                "Wed, 01 Jan 2025 00:00:30 GMT",
                "2024-12-30T23:59:59",
                "2024-12-31T00:00:01",
            ),
        ] {
            let baseline = baseline(&facts, &clock, Some(date));
            assert_eq!(age(&baseline, "2026-04-01T03:00:31"), Age::Doubtful);
            assert_eq!(age(&baseline, new), Age::Doubtful);
            assert_eq!(age(&baseline, old), Age::Before);
        }
        let server = server(&clock, Some(DATE_THERE));
        let passed = since_begin(&facts, &server, Moment::now(&clock));
        assert_eq!(passed, Duration::ZERO);
    }

    #[test]
    fn a_send_that_begins_ahead_of_now_has_no_clock_to_go_by() {
        let clock = ManualClock::new();
        let mut facts = facts(&clock);
        facts.started = None;
        clock.set_wall_time(clock.wall_time() - TimeDelta::seconds(1));
        let baseline = baseline(&facts, &clock, Some(DATE_THERE));
        assert_eq!(age(&baseline, "2000-01-01T00:00:00"), Age::Doubtful);
    }
}
