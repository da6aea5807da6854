//! Those who wait for a place, in the order they came.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::lock;

/// Who is next and lets so much time go by is not polled any more, and others go first.
const LATE: Duration = Duration::from_secs(1);

/// Those who wait for a place. It is locked only for a moment: who holds a lock while it waits, and then is not polled any
/// more, as happens under `select!`, would keep all others out for ever.
#[derive(Default)]
pub(super) struct Line(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    all: VecDeque<Waiter>,
    /// The number of the next who comes.
    next: u64,
}

struct Waiter {
    number: u64,
    /// When it looks again, if it is polled.
    due: Instant,
    /// Whether it was late once and kept its place, since everybody was.
    spared: bool,
    turn: Arc<Notify>,
}

impl Waiter {
    fn is_late(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.due) > LATE
    }
}

impl Waiting {
    /// The place of the one with this number, or where it belongs: those who came first stand first.
    fn find(&self, number: u64) -> Result<usize, usize> {
        self.all
            .binary_search_by_key(&number, |waiter| waiter.number)
    }

    /// If one that looks is late itself, it was not the others before it that were left alone: the whole program stood
    /// still. They keep their places, but only once, since one that is hardly ever polled would wait for ever behind
    /// one that is not polled at all.
    fn spare_those_before(&mut self, number: u64, now: Instant) {
        let Ok(own) = self.find(number) else { return };
        if !self.all[own].is_late(now) {
            return;
        }
        for waiter in self.all.iter_mut().take(own) {
            if waiter.is_late(now) && !waiter.spared {
                waiter.spared = true;
                waiter.due = now;
            }
        }
    }

    fn call_first(&self) {
        if let Some(first) = self.all.front() {
            first.turn.notify_one();
        }
    }
}

/// The place of one in the line, given up when it is dropped.
pub(super) struct InLine<'a> {
    line: &'a Line,
    number: u64,
    turn: Arc<Notify>,
}

impl Line {
    /// Takes the last place.
    pub(super) fn enter(&self) -> InLine<'_> {
        let turn = Arc::new(Notify::new());
        let mut waiting = lock(&self.0);
        let number = waiting.next;
        waiting.next += 1;
        waiting.all.push_back(Waiter {
            number,
            due: Instant::now(),
            spared: false,
            turn: turn.clone(),
        });
        InLine {
            line: self,
            number,
            turn,
        }
    }
}

impl InLine<'_> {
    /// Whether it is next, and will look again after so much time at most, whether or not it is.
    pub(super) fn is_next(&self, again: Duration) -> bool {
        let now = Instant::now();
        let mut waiting = lock(&self.line.0);
        waiting.spare_those_before(self.number, now);
        let mut removed = false;
        while let Some(first) = waiting.all.front()
            && first.number != self.number
            && first.is_late(now)
        {
            waiting.all.pop_front();
            removed = true;
        }
        let own = Waiter {
            number: self.number,
            due: now + again,
            spared: false,
            turn: self.turn.clone(),
        };
        match waiting.find(self.number) {
            Ok(at) => waiting.all[at] = own,
            // Others went first meanwhile; those who came later do not any more.
            Err(at) => waiting.all.insert(at, own),
        }
        let first = waiting.all.front();
        let is_next = first.is_some_and(|first| first.number == self.number);
        if removed && !is_next {
            // It waits to be called by those before it, who are gone.
            waiting.call_first();
        }
        is_next
    }

    /// Waits until those before it have gone, or so much time has.
    pub(super) async fn wait(&self, time: Duration) {
        // Either way it looks again.
        let _ = tokio::time::timeout(time, self.turn.notified()).await;
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        let mut waiting = lock(&self.line.0);
        waiting.all.retain(|waiter| waiter.number != self.number);
        waiting.call_first();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_is_overtaken_because_the_whole_program_stood_still() {
        let line = Line::default();
        let nap = Duration::from_secs(1);
        let (first, second, third) = (line.enter(), line.enter(), line.enter());
        for place in [&first, &second, &third] {
            place.is_next(nap);
        }
        tokio::time::advance(Duration::from_secs(4)).await;
        assert!(!third.is_next(nap) && !second.is_next(nap) && first.is_next(nap));
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_was_overtaken_does_not_overtake_those_who_came_before_it() {
        let line = Line::default();
        let nap = Duration::from_secs(1);
        let (first, second, third) = (line.enter(), line.enter(), line.enter());
        assert!(!third.is_next(nap));
        for _ in 0..3 {
            tokio::time::advance(nap).await;
            third.is_next(nap);
        }
        assert!(third.is_next(nap), "the others are not polled");
        assert!(first.is_next(nap) && !second.is_next(nap) && !third.is_next(nap));
        drop(first);
        assert!(second.is_next(nap) && !third.is_next(nap));
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_to_be_first_because_those_before_it_were_removed_is_called_at_once() {
        let line = Line::default();
        let (nap, late) = (Duration::from_secs(1), Duration::from_millis(1_001));
        let (left, also_left) = (line.enter(), line.enter());
        for place in [&left, &also_left] {
            place.is_next(Duration::ZERO);
        }
        tokio::time::advance(nap / 2).await;
        let (second, last) = (line.enter(), line.enter());
        assert!(!second.is_next(nap));
        tokio::time::advance(late - nap / 2).await;
        assert!(!last.is_next(nap), "the second comes first");
        let start = Instant::now();
        second.wait(nap).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(second.is_next(nap));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_always_late_gets_past_one_that_is_never_polled() {
        let line = Line::default();
        let (_never, slow) = (line.enter(), line.enter());
        let mut looks = 0;
        while !slow.is_next(Duration::from_secs(1)) {
            looks += 1;
            assert!(looks < 5);
            tokio::time::advance(Duration::from_secs(5)).await;
        }
    }
}
