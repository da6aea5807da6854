//! Guards: what a pager notices about a list that does not behave, and how often.

use std::fmt;

/// Something a list did that would make a simple loop lose rows, double them, or run for ever.
///
/// A guard that fires does not stop the walk by itself. It is a `tracing` event at level `WARN` (duplicates: `DEBUG`) of
/// target `pancake_ext::paging`, a call of [`Metrics::guard_fired`](crate::Metrics::guard_fired), and a number in
/// [`GuardCounts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Guard {
    /// Rows came that had been given already, and were dropped. Counts rows; the others count answers, unless they say so.
    DuplicateRows,
    /// The answer ended with the row it was to continue after. Asked once more; then the list is at its end, or, if the page
    /// was full, the rest is out of reach, which is an error.
    StuckCursor,
    /// The answer led back to a place the walk had left. Asked once more, then with rows before; then as with a cursor that
    /// is stuck.
    RepeatedCursor,
    /// The row to continue after has moved to the top since. The walk went on from a row before it.
    MovedCursor,
    /// A page had no rows although more must follow, or had some when it was asked for again. Each empty page that seems
    /// to end a list is asked for twice.
    EmptyPage,
    /// A numbered page had fewer rows than `total` promises, or more when it was asked for again.
    ShortPage,
    /// A page ended with rows that had been given, or had more rows than `total` leaves for it: an older page, most
    /// likely. Asked again, twice at most, then passed over.
    RepeatedPage,
    /// `total` changed while walking. When it fell, pages were read again, since rows had moved up.
    TotalChanged,
    /// The answer had more rows than were asked for. They were given.
    MoreRows,
    /// Rows had no id or no time of change, so that a watch could not tell whether they changed. They were left out. Counts
    /// rows.
    UntimedRows,
    /// Rows were not in the order of the list. What relies on the order allows for half a minute from then on; if that is
    /// not enough, it is switched off for this walk.
    OutOfOrder,
    /// The list changed faster than the rows that moved could be caught up with. Some may be missing.
    Restless,
    /// A page of a list with offsets did not have the row that the one before it ended with: rows vanished above. The walk
    /// went back for those that had moved up.
    VanishedRows,
    /// At the end of a numbered list, rows were missing by its `total`. The list was read once more, unless it is longer
    /// than what is remembered. What is missing then is an error if a page was withheld (it was empty between others, or another
    /// one came in its place); otherwise the list ends, for `total` seems to count more than the list shows.
    MissingRows,
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
        Guard::RepeatedPage,
        Guard::TotalChanged,
        Guard::MoreRows,
        Guard::UntimedRows,
        Guard::OutOfOrder,
        Guard::Restless,
        Guard::VanishedRows,
        Guard::MissingRows,
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
            Guard::RepeatedPage => "repeated_page",
            Guard::TotalChanged => "total_changed",
            Guard::MoreRows => "more_rows",
            Guard::UntimedRows => "untimed_rows",
            Guard::OutOfOrder => "out_of_order",
            Guard::Restless => "restless",
            Guard::VanishedRows => "vanished_rows",
            Guard::MissingRows => "missing_rows",
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
