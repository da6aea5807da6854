//! The people who answer on the pages: the same account works on all of them.
use crate::{seed::Seed, vocabulary};

/// Active staff; two more are disabled.
pub(crate) const ACTIVE: u64 = 5;
pub(crate) const ALL: u64 = 7;

pub(crate) fn user_id(root: Seed, n: u64) -> String {
    root.of("staff").with(n).uuid()
}

pub(crate) fn user_name(root: Seed, n: u64) -> String {
    let seed = root.of("staff name").with(n);
    format!(
        "{} {}",
        seed.of("family").pick_str(vocabulary::FAMILY),
        seed.of("given").pick_str(vocabulary::GIVEN),
    )
}

/// Null for the third person: some staff have no Facebook account (docs/behaviour.md#staff).
pub(crate) fn fb_id(root: Seed, n: u64) -> Option<String> {
    (n != 2).then(|| {
        (100_000_000_000_000 + root.of("staff fb").with(n).below(900_000_000_000_000)).to_string()
    })
}

/// Whether all of them are people of the pages.
pub(crate) fn all_known(root: Seed, ids: &[String]) -> bool {
    let known: Vec<_> = (0..ALL).map(|n| user_id(root, n)).collect();
    ids.iter().all(|id| known.contains(id))
}
