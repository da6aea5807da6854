//! The entries of the list of pages, in one shape for both forms of the answer.

use std::fmt;

use pancake_client::types;

/// What one can do with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PageStatus {
    /// Pancake serves the page for this user: calls work.
    Activated,
    /// The user has hidden it.
    Hidden,
    /// It is connected but switched off.
    Inactivated,
    /// The user may see it but not use it.
    NoPermission,
}

/// In words, such as `no permission`.
impl fmt::Display for PageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PageStatus::Activated => "activated",
            PageStatus::Hidden => "hidden",
            PageStatus::Inactivated => "inactivated",
            PageStatus::NoPermission => "no permission",
        })
    }
}

/// Every entry of an answer in either form, with its state.
pub(crate) fn entries(list: types::PageList) -> impl Iterator<Item = (PageStatus, types::Page)> {
    let sorted = list.categorized.unwrap_or_default();
    let sorted = [
        (PageStatus::Activated, sorted.activated),
        (PageStatus::Hidden, sorted.hidden),
        (PageStatus::Inactivated, sorted.inactivated),
        (PageStatus::NoPermission, sorted.nopermission),
    ];
    let sorted = sorted
        .into_iter()
        .flat_map(|(status, pages)| pages.into_iter().flatten().map(move |page| (status, page)));
    let flat = list.pages.into_iter().flatten().map(|page| {
        let status = match page.is_activated {
            Some(false) => PageStatus::Inactivated,
            _ => PageStatus::Activated,
        };
        (status, page)
    });
    sorted.chain(flat)
}
