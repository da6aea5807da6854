//! The faults of a running server: which one fires for a call, and how often each did.
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    fault::{Fault, FaultKind},
    seed::Seed,
};

/// Names one added fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaultId(pub(crate) u64);

impl FaultId {
    /// The number in the control endpoint.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for FaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The faults of one server. Clones share them, also with the running server.
#[derive(Clone, Debug)]
pub struct Faults {
    seed: Seed,
    /// Of the server; a fault for another one never fires.
    pages: Arc<Vec<String>>,
    list: Arc<Mutex<List>>,
}

/// A fault that can't be added; says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFault(String);

impl fmt::Display for BadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadFault {}

#[derive(Debug, Default)]
struct List {
    next: u64,
    /// Of all faults there ever were.
    total_hits: u64,
    scripted: Vec<Scripted>,
}

#[derive(Debug)]
struct Scripted {
    id: FaultId,
    fault: Fault,
    seen: u64,
    hits: u64,
    first_hit: Option<i64>,
}

/// One fault with its counts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FaultStatus {
    /// Which one.
    pub id: FaultId,
    /// What and when.
    pub fault: Fault,
    /// Calls that it was about.
    pub seen: u64,
    /// Calls that went wrong through it.
    pub hits: u64,
}

/// A fault that fires for one call. Whether it changes anything shows only later: see [`Faults::take_back`].
#[derive(Clone, Debug)]
pub(crate) struct Fired {
    id: FaultId,
    pub(crate) kind: FaultKind,
}

impl Faults {
    pub(crate) fn new(seed: u64, pages: Vec<String>) -> Self {
        Self {
            seed: Seed::new(seed).of("faults"),
            pages: Arc::new(pages),
            list: Arc::default(),
        }
    }

    /// Adds a fault. When several fire for one call, the one that was added first wins.
    ///
    /// # Panics
    ///
    /// Where [`try_add`](Self::try_add) has an error: a fault that never fires makes a test that never fails.
    #[track_caller]
    #[expect(
        clippy::panic,
        reason = "a mistake in the text of a test, told where it is made"
    )]
    pub fn add(&self, fault: Fault) -> FaultId {
        match self.try_add(fault) {
            Ok(id) => id,
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds a fault that comes from outside of the test's own text.
    ///
    /// # Errors
    ///
    /// An operation or a page that there is not, a probability that is none, an answer that no server can give.
    pub fn try_add(&self, fault: Fault) -> Result<FaultId, BadFault> {
        self.check(&fault)?;
        Ok(self.with(|list| {
            list.next += 1;
            let id = FaultId(list.next);
            list.scripted.push(Scripted {
                id,
                fault,
                seen: 0,
                hits: 0,
                first_hit: None,
            });
            id
        }))
    }

    pub(crate) fn check(&self, fault: &Fault) -> Result<(), BadFault> {
        if let Some(problem) = fault.problem() {
            return Err(BadFault(problem));
        }
        match &fault.page {
            Some(page) if !self.pages.contains(page) => {
                Err(BadFault(format!("no page has the id `{page}`")))
            }
            _ => Ok(()),
        }
    }

    /// Adds many.
    ///
    /// # Panics
    ///
    /// As [`add`](Self::add).
    #[track_caller]
    pub fn extend(&self, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            self.add(fault);
        }
    }

    /// Takes a fault away; false if it was not there.
    pub fn remove(&self, id: FaultId) -> bool {
        self.with(|list| {
            let before = list.scripted.len();
            list.scripted.retain(|scripted| scripted.id != id);
            list.scripted.len() < before
        })
    }

    /// Takes all faults away.
    pub fn clear(&self) {
        self.with(|list| list.scripted.clear());
    }

    /// How many calls went wrong through this fault.
    #[must_use]
    pub fn hits(&self, id: FaultId) -> u64 {
        self.list()
            .iter()
            .find(|status| status.id == id)
            .map_or(0, |status| status.hits)
    }

    /// How many calls went wrong through any fault, also through those that were taken away.
    #[must_use]
    pub fn total_hits(&self) -> u64 {
        self.with(|list| list.total_hits)
    }

    /// All faults with their counts.
    #[must_use]
    pub fn list(&self) -> Vec<FaultStatus> {
        self.with(|list| {
            let rows = list.scripted.iter().map(|scripted| FaultStatus {
                id: scripted.id,
                fault: scripted.fault.clone(),
                seen: scripted.seen,
                hits: scripted.hits,
            });
            rows.collect()
        })
    }

    /// The fault that fires for this call, if one does; `can_apply` says which kinds of faults can make a difference to
    /// the call, as far as its head tells.
    pub(crate) fn fire(
        &self,
        operation: Option<&str>,
        page: Option<&str>,
        now: i64,
        can_apply: impl Fn(&FaultKind) -> bool,
    ) -> Option<Fired> {
        self.with(|list| {
            let mut fired = None;
            for scripted in &mut list.scripted {
                if scripted.is_about(operation, page) {
                    scripted.seen += 1;
                    // Later faults count the call too: `after` means calls, not leftovers.
                    if fired.is_none()
                        && scripted.is_due(self.seed, now)
                        && can_apply(&scripted.fault.kind)
                    {
                        scripted.hits += 1;
                        list.total_hits += 1;
                        scripted.first_hit.get_or_insert(now);
                        fired = Some(Fired {
                            id: scripted.id,
                            kind: scripted.fault.kind.clone(),
                        });
                    }
                }
            }
            fired
        })
    }

    /// The fault made no difference to its call after all, so that it is neither counted nor used up.
    pub(crate) fn take_back(&self, fired: &Fired) {
        self.with(|list| {
            list.total_hits = list.total_hits.saturating_sub(1);
            let mut scripted = list.scripted.iter_mut();
            if let Some(scripted) = scripted.find(|scripted| scripted.id == fired.id) {
                scripted.hits = scripted.hits.saturating_sub(1);
                if scripted.hits == 0 {
                    scripted.first_hit = None;
                }
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut List) -> T) -> T {
        change(&mut self.list.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Scripted {
    fn is_about(&self, operation: Option<&str>, page: Option<&str>) -> bool {
        let fits = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        fits(&self.fault.operation, operation) && fits(&self.fault.page, page)
    }

    fn is_due(&self, seed: Seed, now: i64) -> bool {
        let lasts = self
            .fault
            .lasts
            .map(|lasts| i64::try_from(lasts.as_micros()).unwrap_or(i64::MAX));
        let is_over = match (self.first_hit, lasts) {
            (Some(first), Some(lasts)) => now.saturating_sub(first) >= lasts,
            _ => false,
        };
        // Millionths are fine enough for a probability, and need no float comparison of draws.
        let draw = seed.with(self.id.0).with(self.seen).below(1_000_000);
        #[expect(clippy::cast_precision_loss, reason = "below a million")]
        let is_drawn = self
            .fault
            .probability
            .is_none_or(|p| (draw as f64) < p * 1_000_000.0);
        self.seen > self.fault.after
            && self.fault.times.is_none_or(|times| self.hits < times)
            && !is_over
            && is_drawn
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn faults(seed: u64) -> Faults {
        Faults::new(seed, vec!["7".to_owned()])
    }

    fn error() -> Fault {
        Fault::new(FaultKind::InternalError)
    }

    fn fire(faults: &Faults, operation: &str, page: &str, now: i64) -> Option<FaultKind> {
        let given = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let fired = faults.fire(given(operation), given(page), now, |_| true);
        fired.map(|fired| fired.kind)
    }

    fn fired(faults: &Faults, calls: u64) -> Vec<bool> {
        let calls = 0..calls;
        calls
            .map(|_| fire(faults, "list_tags", "", 0).is_some())
            .collect()
    }

    #[test]
    fn fault_can_wait_and_then_fire_some_times() {
        let faults = faults(1);
        let id = faults.add(error().after(2).times(2));
        assert_eq!(fired(&faults, 6), [false, false, true, true, false, false]);
        assert_eq!((faults.hits(id), faults.list()[0].seen), (2, 6));
    }

    #[test]
    fn fault_can_be_about_one_operation_and_page() {
        let faults = faults(1);
        faults.add(error().on("list_tags").on_page("7"));
        for (operation, page) in [("list_tags", "8"), ("list_users", "7"), ("", "7")] {
            assert!(fire(&faults, operation, page, 0).is_none());
        }
        assert!(fire(&faults, "list_tags", "7", 0).is_some());
        assert_eq!(faults.list()[0].seen, 1);
    }

    #[test]
    fn fault_can_last_after_its_first_hit() {
        let faults = faults(1);
        faults.add(error().lasts(Duration::from_secs(2)));
        let at = |now| fire(&faults, "", "", now).is_some();
        assert_eq!(
            [10_000_000, 11_999_999, 12_000_000].map(at),
            [true, true, false]
        );
    }

    #[test]
    fn probability_draws_the_same_for_one_seed() {
        let run = |seed| {
            let faults = faults(seed);
            faults.add(error().probability(0.3));
            fired(&faults, 1_000)
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        let hits = run(1).into_iter().filter(|hit| *hit).count();
        assert!((250..350).contains(&hits), "{hits}");
    }

    #[test]
    fn first_of_two_faults_wins_and_both_count() {
        let faults = faults(1);
        let first = faults.add(error().times(1));
        let second = faults.add(Fault::new(FaultKind::BadGatewayHtml).after(1));
        assert_eq!(fire(&faults, "", "", 0), Some(FaultKind::InternalError));
        assert_eq!(fire(&faults, "", "", 0), Some(FaultKind::BadGatewayHtml));
        assert_eq!([first, second].map(|id| faults.hits(id)), [1, 1]);
        assert!(faults.remove(first) && !faults.remove(first));
        faults.clear();
        assert_eq!(faults.total_hits(), 2, "it outlives the faults");
    }

    #[test]
    fn fault_without_effect_is_not_used_up() {
        let faults = faults(1);
        let stuck = faults.add(Fault::new(FaultKind::StuckCursor).times(1));
        let other = faults.add(error().times(1).lasts(Duration::from_secs(1)));
        let no_list = |kind: &FaultKind| *kind != FaultKind::StuckCursor;
        let fired = faults.fire(Some("list_tags"), None, 0, no_list).unwrap();
        assert_eq!(fired.kind, FaultKind::InternalError);
        assert_eq!([stuck, other].map(|id| faults.hits(id)), [0, 1]);
        // Taken back, it can fire again, and its time has not begun.
        faults.take_back(&fired);
        assert_eq!((faults.hits(other), faults.total_hits()), (0, 0));
        assert!(faults.fire(None, None, 5_000_000, no_list).is_some());
        assert_eq!(fire(&faults, "", "", 0), Some(FaultKind::StuckCursor));
    }

    #[test]
    fn fault_that_could_never_fire_is_refused() {
        let faults = faults(1);
        for (fault, told) in [
            (
                error().on("lst_tags"),
                "no operation is called `lst_tags`; there are: list_pages,",
            ),
            (error().on_page("8"), "no page has the id `8`"),
            (error().probability(7.0), "`probability` is between 0 and 1"),
            (
                error().probability(f64::NAN),
                "`probability` is between 0 and 1",
            ),
        ] {
            let error = faults.try_add(fault).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
        assert!(faults.try_add(error().on("list_tags").on_page("7")).is_ok());
    }
}
