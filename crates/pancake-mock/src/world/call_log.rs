//! Phone calls of a page's SIP package.
use super::page::PageState;

/// Computed calls of each page; more than two pages of the list.
pub(crate) const CALLS: u64 = 75;
/// The id of the one SIP package of each page.
pub(crate) const PACKAGE: &str = "1";

pub(crate) struct CallLog {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) line: &'static str,
    pub(crate) incoming: bool,
    pub(crate) time: i64,
    pub(crate) seconds: u64,
    pub(crate) missed: bool,
}

impl PageState {
    /// The n-th call: those that are computed newest first, then those that came, oldest first.
    pub(crate) fn call(&self, n: u64) -> CallLog {
        let new = n.checked_sub(CALLS);
        let new = new.and_then(|new| self.live.calls.get(usize::try_from(new).ok()?));
        let seed = self.seed.of("call").with(n);
        let missed = seed.of("missed").chance(25);
        let jitter = i64::try_from(seed.of("time").below(3_600)).unwrap_or(0) * 1_000_000;
        CallLog {
            id: seed.uuid(),
            customer: self.phone(seed.of("customer").below(self.seeded.max(1))),
            line: "02873001234",
            incoming: seed.of("incoming").chance(60),
            time: new.copied().unwrap_or(
                self.epoch - 9 * 3_600_000_000 * (i64::try_from(n).unwrap_or(0) + 1) + jitter,
            ),
            seconds: if missed {
                0
            } else {
                5 + seed.of("duration").below(600)
            },
            missed,
        }
    }
}
