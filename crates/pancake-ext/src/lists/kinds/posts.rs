//! The posts of a page.

use pancake_client::types::{PostList, PostTypeFilter};

use crate::lists::request::ListRequest;
use crate::lists::source::{Ask, Filters, Kind, Sent, describe};
use crate::scope::page::Page;
use crate::time::time_range::TimeRange;

/// The posts of a page. See [`Page::posts`].
#[derive(Clone, Debug)]
pub struct Posts {
    page: Page,
    pub(crate) range: TimeRange,
    kind: Option<PostTypeFilter>,
    page_size: Option<u32>,
}

impl Posts {
    pub(crate) fn new(page: Page, range: TimeRange) -> Self {
        Posts {
            page,
            range,
            kind: None,
            page_size: None,
        }
    }
}

impl ListRequest<Posts> {
    /// Only posts of one kind. Called twice, the last kind counts.
    pub fn kind(mut self, kind: PostTypeFilter) -> Self {
        self.list.kind = Some(kind);
        self
    }

    /// Rows a page, 1 to 30. Defaults to 30.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.list.page_size = Some(rows);
        self
    }
}

impl Filters for Posts {
    fn page(&self) -> &Page {
        &self.page
    }

    fn filters(&self) -> String {
        describe([
            ("type", self.kind.map(|kind| kind.to_string())),
            ("since", Some(self.range.since().to_string())),
            ("until", Some(self.range.until().to_string())),
            ("page_size", self.page_size.map(|size| size.to_string())),
        ])
    }

    fn page_size(&self) -> Option<u32> {
        self.page_size
    }
}

impl Kind for Posts {
    type Response = PostList;

    async fn send(&self, ask: Ask) -> Sent<PostList> {
        let client = self.page.client();
        let mut call = client
            .list_posts()
            .page_id(self.page.id())
            .since(self.range.since())
            .until(self.range.until())
            .page_number(ask.number())
            .page_size(ask.size);
        if let Some(kind) = self.kind {
            call = call.type_(kind);
        }
        Ok(call.send().await?)
    }
}
