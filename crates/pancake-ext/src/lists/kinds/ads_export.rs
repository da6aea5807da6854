//! Export of the conversations that came through ads: an offset, 60 rows a page.

use pancake_client::operations::EXPORT_CONVERSATIONS_FROM_ADS;
use pancake_client::types::{AdConversation, ExportAction};
use pancake_client::{Operation, PageId};

use crate::lists::dialect::Ask;
use crate::lists::mark::Mark;
use crate::lists::source::{Fetching, List, Listing, Source, describe};
use crate::scope::page::Page;
use crate::scope::pancake::Pancake;
use crate::time::time_range::TimeRange;

static OPERATION: Operation = EXPORT_CONVERSATIONS_FROM_ADS;

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

impl List for AdsExport {
    type Row = AdConversation;
}

impl Source for AdsExport {
    fn pancake(&self) -> &Pancake {
        self.page.pancake()
    }

    fn operation(&self) -> &'static Operation {
        &OPERATION
    }

    fn page_id(&self) -> &PageId {
        self.page.id()
    }

    fn filters(&self) -> String {
        describe([
            ("since", Some(self.range.since().to_string())),
            ("until", Some(self.range.until().to_string())),
        ])
    }

    fn fetch(&self, ask: Ask) -> Fetching<AdConversation> {
        let list = self.clone();
        Box::pin(async move {
            let client = list.page.pancake().client();
            let mut call = client
                .export_conversations_from_ads()
                .page_id(list.page.id())
                .action(ExportAction::ConversationsFromAds)
                .since(list.range.since())
                .until(list.range.until());
            if let Some(rows) = ask.skip() {
                call = call.offset(i64::try_from(rows).unwrap_or(i64::MAX));
            }
            let answer = call.send().await?;
            let headers = answer.headers().clone();
            Listing::read(&list, &headers, answer.into_inner().data, None)
        })
    }

    fn mark(&self, row: &AdConversation) -> Mark {
        Mark::new(row.id.as_ref(), row.inserted_at.as_ref())
    }
}
