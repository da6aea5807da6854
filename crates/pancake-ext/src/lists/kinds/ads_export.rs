//! The conversations of a page that came through ads.

use pancake_client::types::{AdConversationList, ExportAction};

use crate::lists::source::{Ask, Filters, Kind, Sent, describe};
use crate::scope::page::Page;
use crate::time::time_range::TimeRange;

/// The conversations of a page that came through ads. See [`Page::ads_export`].
#[derive(Clone, Debug)]
pub struct AdsExport {
    page: Page,
    pub(crate) range: TimeRange,
}

impl AdsExport {
    pub(crate) fn new(page: Page, range: TimeRange) -> Self {
        AdsExport { page, range }
    }
}

impl Filters for AdsExport {
    fn page(&self) -> &Page {
        &self.page
    }

    fn filters(&self) -> String {
        describe([
            ("since", Some(self.range.since().to_string())),
            ("until", Some(self.range.until().to_string())),
        ])
    }
}

impl Kind for AdsExport {
    type Response = AdConversationList;

    async fn send(&self, ask: Ask) -> Sent<AdConversationList> {
        let client = self.page.client();
        let mut call = client
            .export_conversations_from_ads()
            .page_id(self.page.id())
            .action(ExportAction::ConversationsFromAds)
            .since(self.range.since())
            .until(self.range.until());
        if let Some(rows) = ask.skip() {
            call = call.offset(rows);
        }
        Ok(call.send().await?)
    }
}
