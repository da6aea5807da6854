//! A range, and the windows it falls into.

use std::time::Duration;

use super::refused;
use crate::error::Error;
use crate::time::time_range::TimeRange;

/// Windows of a range, at most: at the usual rate limit, reading so many takes seven hours, and a cursor counts them.
const MOST_WINDOWS: u64 = 100_000;

/// A range and the length of its windows, of which none is written down.
#[derive(Clone, Copy)]
pub(super) struct Split {
    range: TimeRange,
    /// Seconds.
    pub(super) length: i64,
    pub(super) count: usize,
}

impl Split {
    pub(super) fn new(range: TimeRange, length: Duration) -> Result<Self, Error> {
        if length.as_secs() == 0 || length.subsec_nanos() > 0 {
            return Err(refused(format!(
                "windows of {length:?} are impossible: ranges go by whole seconds; give one second or more"
            )));
        }
        let length = i64::try_from(length.as_secs()).unwrap_or(i64::MAX);
        let seconds = range.until().abs_diff(range.since());
        let count = seconds.div_ceil(length.unsigned_abs()).max(1);
        if count > MOST_WINDOWS {
            return Err(refused(format!(
                "{count} windows of {length} s are too many, each of them asks at least once; \
                 take longer ones, so that there are {MOST_WINDOWS} at most"
            )));
        }
        Ok(Split {
            range,
            length,
            count: usize::try_from(count).unwrap_or(usize::MAX),
        })
    }

    /// The window of this number; what is cut is no more than the end of the last one.
    pub(super) fn window(&self, index: usize) -> TimeRange {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        let since = self
            .range
            .since()
            .saturating_add(index.saturating_mul(self.length));
        let until = since.saturating_add(self.length).min(self.range.until());
        TimeRange::between(since.min(until), until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_by_number_are_those_of_the_range() {
        for (since, until, seconds) in [(0, 250, 100), (0, 200, 100), (5, 5, 1), (-7, 7, 3)] {
            let range = TimeRange::unix(since, until).unwrap();
            let length = Duration::from_secs(seconds);
            let split = Split::new(range, length).unwrap();
            let windows: Vec<_> = (0..split.count).map(|index| split.window(index)).collect();
            assert_eq!(windows, range.windows(length).collect::<Vec<_>>());
        }
    }

    #[test]
    fn impossible_lengths_of_windows_are_refused() {
        let year = TimeRange::unix(0, 31_536_000).unwrap();
        for (length, what) in [
            (Duration::ZERO, "one second or more"),
            (Duration::from_millis(999), "one second or more"),
            (Duration::from_millis(1_500), "whole seconds"),
            (Duration::from_secs(1), "31536000 windows of 1 s"),
        ] {
            let error = Split::new(year, length).err().unwrap();
            assert!(error.message().contains(what), "{error}");
        }
        assert!(
            Split::new(year, Duration::from_secs(u64::MAX)).is_ok_and(|split| split.count == 1)
        );
    }
}
