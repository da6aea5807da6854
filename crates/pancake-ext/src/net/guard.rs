//! Guards: what a pager notices about a list that does not behave, and how often.

use std::fmt;

/// Something a list did that would make a simple loop lose rows, repeat them, or run for ever.
///
/// A guard does not stop the walk. It is a `tracing` event at level `WARN` (duplicates: `DEBUG`) of target
/// `pancake_ext::paging`, a call of [`Metrics::guard_fired`](crate::Metrics::guard_fired), and a number in [`GuardCounts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Guard {
    /// Rows that had been given came again and were dropped. Counts rows; the other guards count responses.
    DuplicateRows,
    /// A response ended with the row it was to continue after. The page was asked for once more.
    StuckCursor,
    /// A response led back to a place the walk had left. The walk went on from an earlier row.
    RepeatedCursor,
    /// The row to continue after has moved to the top. The walk went on from the row before it.
    MovedCursor,
    /// A numbered page was empty although `total` promises rows on it. It was asked for once more.
    EmptyPage,
    /// A numbered page had fewer rows than `total` promises, or none that is new. It was asked for once more.
    ShortPage,
    /// `total` changed during the walk. When it fell, the walk went back for the rows that had moved up.
    TotalChanged,
    /// Rows may be missing: the list ended with fewer rows than its `total`, or it changed faster than it could be read.
    MissingRows,
    /// Rows of a watch had no id or no time, so a change of them can't be recognised. They were left out. Counts rows.
    UntimedRows,
}

impl Guard {
    /// All of them.
    pub const ALL: &'static [Guard] = &[
        Guard::DuplicateRows,
        Guard::StuckCursor,
        Guard::RepeatedCursor,
        Guard::MovedCursor,
        Guard::EmptyPage,
        Guard::ShortPage,
        Guard::TotalChanged,
        Guard::MissingRows,
        Guard::UntimedRows,
    ];

    /// The name in events, such as `stuck_cursor`.
    pub fn name(self) -> &'static str {
        match self {
            Guard::DuplicateRows => "duplicate_rows",
            Guard::StuckCursor => "stuck_cursor",
            Guard::RepeatedCursor => "repeated_cursor",
            Guard::MovedCursor => "moved_cursor",
            Guard::EmptyPage => "empty_page",
            Guard::ShortPage => "short_page",
            Guard::TotalChanged => "total_changed",
            Guard::MissingRows => "missing_rows",
            Guard::UntimedRows => "untimed_rows",
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How often each guard of a pager has fired.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct GuardCounts([u64; Guard::ALL.len()]);

impl GuardCounts {
    /// How often this one fired; for [`Guard::DuplicateRows`], how many rows were dropped.
    pub fn count(&self, guard: Guard) -> u64 {
        self.0[guard as usize]
    }

    /// Whether none fired.
    pub fn is_quiet(&self) -> bool {
        self.0.iter().all(|count| *count == 0)
    }

    /// Those that fired, with how often.
    pub fn fired(&self) -> impl Iterator<Item = (Guard, u64)> + '_ {
        let counts = Guard::ALL.iter().map(|guard| (*guard, self.count(*guard)));
        counts.filter(|(_, count)| *count > 0)
    }

    pub(crate) fn add(&mut self, guard: Guard, times: u64) {
        self.0[guard as usize] += times;
    }

    /// The counts of one more pager.
    pub(crate) fn add_all(&mut self, counts: &GuardCounts) {
        for (guard, times) in counts.fired() {
            self.add(guard, times);
        }
    }
}

/// Those that fired, by name: `{duplicate_rows: 3}`.
impl fmt::Debug for GuardCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fired = self.fired();
        f.debug_map()
            .entries(fired.map(|(guard, times)| (format_args!("{guard}").to_string(), times)))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guard_has_its_own_count() {
        for (place, guard) in Guard::ALL.iter().enumerate() {
            assert_eq!(*guard as usize, place, "{guard}");
            let mut counts = GuardCounts::default();
            counts.add(*guard, 2);
            assert_eq!(counts.fired().collect::<Vec<_>>(), [(*guard, 2)]);
        }
    }
}
