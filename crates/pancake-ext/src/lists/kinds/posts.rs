//! Posts of a page: numbered pages with a total, up to 30 rows each.

use pancake_client::operations::LIST_POSTS;
use pancake_client::types::{Post, PostTypeFilter};
use pancake_client::{Operation, PageId};

use crate::lists::dialect::Ask;
use crate::lists::mark::Mark;
use crate::lists::request::ListRequest;
use crate::lists::source::{Fetching, List, Listing, Source, describe};
use crate::scope::page::Page;
use crate::scope::pancake::Pancake;
use crate::time::time_range::TimeRange;

static OPERATION: Operation = LIST_POSTS;

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
    /// Only posts of one kind, the last if called twice.
    pub fn kind(mut self, kind: PostTypeFilter) -> Self {
        self.list.kind = Some(kind);
        self
    }

    /// Rows a page, 1 to 30; 30 if not given.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.list.page_size = Some(rows);
        self
    }
}

impl List for Posts {
    type Row = Post;
}

impl Source for Posts {
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
            ("type", self.kind.map(|kind| kind.to_string())),
            ("since", Some(self.range.since().to_string())),
            ("until", Some(self.range.until().to_string())),
            ("page_size", self.page_size.map(|size| size.to_string())),
        ])
    }

    fn page_size(&self) -> Option<u32> {
        self.page_size
    }

    fn fetch(&self, ask: Ask) -> Fetching<Post> {
        let list = self.clone();
        Box::pin(async move {
            let client = list.page.pancake().client();
            let mut call = client
                .list_posts()
                .page_id(list.page.id())
                .since(list.range.since())
                .until(list.range.until())
                .page_number(ask.number())
                .page_size(ask.size);
            if let Some(kind) = list.kind {
                call = call.type_(kind);
            }
            let answer = call.send().await?;
            let headers = answer.headers().clone();
            let answer = answer.into_inner();
            Listing::read(&list, &headers, answer.posts, answer.total)
        })
    }

    fn mark(&self, row: &Post) -> Mark {
        Mark::new(row.id.as_ref(), row.inserted_at.as_ref())
    }
}
