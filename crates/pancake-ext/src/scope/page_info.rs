//! What the list of pages says about a page, in one shape for both forms of the answer.

use std::collections::HashSet;

use pancake_client::operations::LIST_PAGES;
use pancake_client::{Channel, PageId, types};

use crate::error::{Error, ErrorKind};
use crate::time::zone::Zone;
use crate::token::page_list::{PageStatus, entries};

/// A page as the list of pages has it. Given by [`Pancake::pages`](crate::Pancake::pages), and taken by
/// [`Pancake::page`](crate::Pancake::page).
///
/// `details.settings` holds the page token; Debug and Serialize don't show it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PageInfo {
    /// Id of the page.
    pub id: PageId,
    /// Name shown to customers; empty if the answer has none.
    pub name: String,
    /// What one can do with it.
    pub status: PageStatus,
    /// Everything else that the answer says.
    pub details: types::Page,
}

impl PageInfo {
    /// The channel: by the id, or by `platform` where the id does not tell.
    pub fn channel(&self) -> Channel {
        match (self.id.channel(), &self.details.platform) {
            (Channel::Other(_), Some(platform)) => Channel::from_platform(platform),
            (channel, _) => channel,
        }
    }

    /// The zone of the page; `None` if the answer has no `timezone`, or one that is no zone.
    pub fn zone(&self) -> Option<Zone> {
        Zone::from_hours(self.details.timezone?).ok()
    }

    /// Whether the list of pages shows a token of this page. Many pages have none until somebody makes one in the page's settings or
    /// by [`Page::mint_token`](crate::Page::mint_token). Calls for such a page fail with [`ErrorKind::Token`], unless the client
    /// got a token of the page elsewhere.
    pub fn has_token(&self) -> bool {
        let settings = self.details.settings.as_ref();
        settings.is_some_and(|settings| settings.page_access_token().is_some())
    }

    /// Whether Pancake serves this page for the user: it is neither hidden, nor switched off, nor out of reach. Calls also take
    /// a token of the page; see [`has_token`](Self::has_token).
    pub fn is_activated(&self) -> bool {
        self.status == PageStatus::Activated
    }
}

impl From<&PageInfo> for PageId {
    fn from(info: &PageInfo) -> Self {
        info.id.clone()
    }
}

impl From<PageInfo> for PageId {
    fn from(info: PageInfo) -> Self {
        info.id
    }
}

/// Takes an answer apart. No page comes twice; where the answer has it twice, the first state counts, in the order of
/// [`PageStatus`].
pub(crate) fn read(list: types::PageList) -> Result<Vec<PageInfo>, Error> {
    if list.pages.is_none() && list.categorized.is_none() {
        return Err(Error::lacking(
            "`categorized` and no `pages`",
            &LIST_PAGES,
            None,
        ));
    }
    let mut seen = HashSet::new();
    let mut pages = Vec::new();
    let mut nameless = 0_u32;
    for (status, details) in entries(list) {
        let Some(id) = details.id.clone() else {
            nameless += 1;
            continue;
        };
        if seen.insert(id.clone()) {
            pages.push(PageInfo {
                id,
                name: details.name.clone().unwrap_or_default(),
                status,
                details,
            });
        }
    }
    if nameless > 0 {
        tracing::warn!(
            entries = nameless,
            "the list of pages has entries without an id, which no call can be made for"
        );
        if pages.is_empty() {
            return Err(Error::lacking(
                "`id` in any of its pages",
                &LIST_PAGES,
                None,
            ));
        }
    }
    Ok(pages)
}

/// Picks a page out of all pages of the user.
pub(crate) fn find<'a>(pages: &'a [PageInfo], id: &PageId) -> Result<&'a PageInfo, Error> {
    pages.iter().find(|page| page.id == *id).ok_or_else(|| {
        let message = format!(
            "the page is not among the {} pages of this user: check the id, and whose user token it is",
            pages.len()
        );
        Error::new(ErrorKind::InvalidRequest, message).of(&LIST_PAGES, Some(id.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list(json: serde_json::Value) -> Result<Vec<PageInfo>, Error> {
        read(serde_json::from_value(json).unwrap())
    }

    #[test]
    fn both_forms_of_the_answer_give_the_same_pages() {
        let page = json!({"id": "1", "name": "Shop", "platform": "facebook", "timezone": 7});
        for answer in [
            json!({"pages": [page], "success": true}),
            json!({"categorized": {"activated": [page], "activated_page_ids": ["1"]}}),
            json!({"categorized": {"activated": [page]}, "pages": [page]}),
        ] {
            let pages = list(answer).unwrap();
            assert_eq!(pages.len(), 1);
            assert_eq!(
                (pages[0].id.as_str(), pages[0].name.as_str()),
                ("1", "Shop")
            );
            assert!(pages[0].is_activated());
            assert_eq!(pages[0].zone(), Some(Zone::VIETNAM));
            assert_eq!(pages[0].channel(), Channel::Facebook);
        }
    }

    #[test]
    fn each_state_is_kept_and_a_page_in_two_of_them_comes_once() {
        let pages = list(json!({"categorized": {
            "nopermission": [{"id": "4"}, {"id": "1"}],
            "inactivated": [{"id": "3"}],
            "hidden": [{"id": "2"}, {"id": "1"}],
            "activated": [{"id": "1"}],
        }}))
        .unwrap();
        let states: Vec<_> = pages
            .iter()
            .map(|page| (page.id.as_str(), page.status))
            .collect();
        assert_eq!(
            states,
            [
                ("1", PageStatus::Activated),
                ("2", PageStatus::Hidden),
                ("3", PageStatus::Inactivated),
                ("4", PageStatus::NoPermission),
            ]
        );
    }

    #[test]
    fn an_entry_without_an_id_costs_no_other_page_and_an_answer_of_nothing_else_is_an_error() {
        let pages = list(json!({"pages": [{"name": "a"}, {"id": "1"}]})).unwrap();
        assert_eq!(pages.len(), 1);
        let error = list(json!({"pages": [{"page_id": "1"}]})).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidAnswer);
    }

    #[test]
    fn an_answer_without_a_list_is_an_error_and_one_with_an_empty_list_has_no_pages() {
        let error = list(json!({"success": true})).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidAnswer);
        assert!(list(json!({"pages": []})).unwrap().is_empty());
        assert!(list(json!({"categorized": {}})).unwrap().is_empty());
    }

    #[test]
    fn a_page_shows_no_token_and_a_zone_that_is_none_counts_as_absent() {
        let pages = list(json!({"pages": [{
            "id": "new_1",
            "platform": "Shopee",
            "timezone": 1000,
            "settings": {"page_access_token": "canary"},
        }]}))
        .unwrap();
        assert!(pages[0].details.settings.is_some());
        assert!(pages[0].has_token());
        assert!(!format!("{pages:?} {pages:#?}").contains("canary"));
        assert_eq!(pages[0].zone(), None);
        assert_eq!(pages[0].channel(), Channel::Shopee);
    }

    #[test]
    fn page_without_token_in_its_settings_has_none() {
        for settings in [json!(null), json!({}), json!({"page_access_token": ""})] {
            let pages = list(json!({"pages": [{"id": "1", "settings": settings}]})).unwrap();
            assert!(!pages[0].has_token(), "{settings}");
        }
        let pages = list(json!({"pages": [{"id": "1"}]})).unwrap();
        assert!(!pages[0].has_token());
    }
}
