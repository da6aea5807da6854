//! From when on a message can be the one that was sent.
//!
//! The clocks of this machine and of the server need not agree. So the time since the send began, a difference on this
//! machine, is taken from the server's own time when it answered the read-back (its header `Date`).

use std::time::{Duration, Instant};

use pancake_client::Timestamp;
use pancake_client::chrono::{DateTime, TimeDelta, Utc};
use pancake_client::reqwest::header::{DATE, HeaderMap};

use super::unsettled::Facts;
use crate::clock::Clock;

/// How far the times of messages, which channels make, may lie before the server's own. Generous: it costs certainty only
/// where another program sent the same words to the same person in that time.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// How far back one looks when the server does not say its time.
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
    /// Reads the server's time from an answer that has just come.
    pub(crate) fn of(facts: &Facts, headers: &HeaderMap, clock: &dyn Clock) -> Self {
        let wall = clock.wall_time();
        let began = facts.started_at.datetime();
        let (short, long) = elapsed(began, wall, facts.started, clock.now());
        match (date(headers), short, long) {
            (Some(now), Some(short), Some(long)) => Baseline {
                since: now.checked_sub_signed(short),
                before: now
                    .checked_sub_signed(long)
                    .and_then(|time| time.checked_sub_signed(MARGIN)),
            },
            _ => Baseline {
                since: None,
                before: began.and_then(|began| began.checked_sub_signed(MARGIN_WITHOUT_DATE)),
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

/// The time since the send began: the shortest and the longest that it can be. A clock that waits while the machine sleeps
/// gives less than one on the wall, and one on the wall can be set.
fn elapsed(
    began: Option<DateTime<Utc>>,
    wall: DateTime<Utc>,
    started: Option<Instant>,
    now: Instant,
) -> (Option<TimeDelta>, Option<TimeDelta>) {
    let on_the_wall = began.map(|began| (wall - began).max(TimeDelta::zero()));
    let measured = started.map(|started| {
        let passed: Duration = now.saturating_duration_since(started);
        TimeDelta::from_std(passed).unwrap_or(TimeDelta::MAX)
    });
    let both = || [on_the_wall, measured].into_iter().flatten();
    (both().min(), both().max())
}

/// The server's time. Whole seconds: it can be up to one more.
fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let date = DateTime::parse_from_rfc2822(date).ok()?;
    Some(date.with_timezone(&Utc))
}

/// How long ago the send began, at least.
pub(crate) fn since_begin(facts: &Facts, clock: &dyn Clock) -> Duration {
    let (short, _) = elapsed(
        facts.started_at.datetime(),
        clock.wall_time(),
        facts.started,
        clock.now(),
    );
    short
        .and_then(|short| short.to_std().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sending::draft::{Action, Draft};
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
            send: 1,
            started: Some(clock.now()),
            error: None,
        }
    }

    fn headers(date: Option<&str>) -> HeaderMap {
        let date = date.map(|date| (DATE, date.parse().unwrap()));
        date.into_iter().collect()
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
        let baseline = Baseline::of(&facts, &headers(Some(DATE_THERE)), &clock);
        assert_eq!(age(&baseline, "2026-04-01T03:00:00"), Age::Since);
        assert_eq!(age(&baseline, "2026-04-01T02:59:59.9"), Age::Doubtful);
        assert_eq!(age(&baseline, "2026-04-01T02:59:00"), Age::Doubtful);
        assert_eq!(age(&baseline, "2026-04-01T02:58:59.9"), Age::Before);
        assert_eq!(baseline.age(None), Age::Doubtful);
        assert_eq!(age(&baseline, "soon"), Age::Doubtful);
    }

    #[test]
    fn a_clock_that_was_set_meanwhile_makes_messages_doubtful_and_none_wrong() {
        let clock = ManualClock::new();
        let facts = facts(&clock);
        clock.advance(Duration::from_secs(30));
        clock.set_wall_time(clock.wall_time() + TimeDelta::hours(1));
        let baseline = Baseline::of(&facts, &headers(Some(DATE_THERE)), &clock);
        assert_eq!(age(&baseline, "2026-04-01T03:00:00"), Age::Since);
        assert_eq!(age(&baseline, "2026-04-01T02:30:00"), Age::Doubtful);
    }

    #[test]
    fn in_another_process_the_clock_on_the_wall_counts() {
        let clock = ManualClock::new();
        let mut facts = facts(&clock);
        facts.started = None;
        clock.advance(Duration::from_secs(30));
        let baseline = Baseline::of(&facts, &headers(Some(DATE_THERE)), &clock);
        assert_eq!(age(&baseline, "2026-04-01T03:00:00"), Age::Since);
        assert_eq!(age(&baseline, "2026-04-01T02:59:10"), Age::Doubtful);
        assert_eq!(age(&baseline, "2026-04-01T02:58:59"), Age::Before);
    }

    #[test]
    fn without_the_servers_time_nothing_is_certain_but_what_is_a_day_older() {
        let clock = ManualClock::new();
        let facts = facts(&clock);
        for date in [None, Some("soon")] {
            let baseline = Baseline::of(&facts, &headers(date), &clock);
            assert_eq!(age(&baseline, "2026-04-01T03:00:00"), Age::Doubtful);
            assert_eq!(age(&baseline, "2025-12-31T00:00:01"), Age::Doubtful);
            assert_eq!(age(&baseline, "2025-12-30T23:59:59"), Age::Before);
        }
    }
}
