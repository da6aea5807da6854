//! The conversations of a page.

use pancake_client::types::{ConversationList, ConversationTypeFilter, OrderBy};
use pancake_client::{PostId, TagId};

use crate::error::{Error, ErrorKind};
use crate::lists::request::ListRequest;
use crate::lists::source::{Ask, Filters, Kind, Sent, describe};
use crate::scope::page::Page;
use crate::time::time_range::TimeRange;

/// The conversations of a page. See [`Page::conversations`].
#[derive(Clone, Debug)]
pub struct Conversations {
    page: Page,
    kind: Option<ConversationTypeFilter>,
    tags: Vec<TagId>,
    post: Option<PostId>,
    pub(crate) range: Option<TimeRange>,
    pub(crate) order_by: Option<OrderBy>,
    pub(crate) unread_first: bool,
}

impl Conversations {
    pub(crate) fn new(page: Page) -> Self {
        Conversations {
            page,
            kind: None,
            tags: Vec::new(),
            post: None,
            range: None,
            order_by: None,
            unread_first: false,
        }
    }
}

impl ListRequest<Conversations> {
    /// Only conversations of one kind. The service takes one: with two it would answer no rows and no error. Called twice,
    /// the last kind counts.
    pub fn kind(mut self, kind: ConversationTypeFilter) -> Self {
        self.list.kind = Some(kind);
        self
    }

    /// Only conversations that have this tag; several calls ask for those that have all of the tags, in whichever order. The
    /// id is the number that `list_tags` gives.
    pub fn tag(mut self, tag: impl Into<TagId>) -> Self {
        self.list.tags.push(tag.into());
        self
    }

    /// Only conversations under this post: one post, the last if called twice.
    pub fn post(mut self, post: impl Into<PostId>) -> Self {
        self.list.post = Some(post.into());
        self
    }

    /// Only conversations of this time: that of the last change, or of the beginning with
    /// [`OrderBy::InsertedAt`].
    pub fn range(mut self, range: TimeRange) -> Self {
        self.list.range = Some(range);
        self
    }

    /// What the list is sorted by, newest first, and which time [`range`](Self::range) means: the last change if not
    /// given. By [`OrderBy::InsertedAt`] no row moves while one reads: the best choice for reading everything.
    pub fn order_by(mut self, order: OrderBy) -> Self {
        self.list.order_by = Some(order);
        self
    }

    /// Puts unread conversations first. The list then has no order that the pager could rely on: rows that move while one
    /// reads can be missed.
    pub fn unread_first(mut self) -> Self {
        self.list.unread_first = true;
        self
    }
}

impl Filters for Conversations {
    fn page(&self) -> &Page {
        &self.page
    }

    fn filters(&self) -> String {
        describe([
            ("type", self.kind.map(|kind| kind.to_string())),
            ("tags", self.tag_list()),
            ("post_ids", self.post.as_ref().map(PostId::to_string)),
            ("since", self.range.map(|range| range.since().to_string())),
            ("until", self.range.map(|range| range.until().to_string())),
            ("order_by", self.order_by.map(|order| order.to_string())),
            ("unread_first", self.unread_first.then(|| "true".to_owned())),
        ])
    }

    fn check(&self) -> Result<(), Error> {
        let is_number = |tag: &&TagId| {
            !tag.as_str().is_empty() && tag.as_str().bytes().all(|byte| byte.is_ascii_digit())
        };
        if let Some(tag) = self.tags.iter().find(|tag| !is_number(tag)) {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                format!("`{tag}` is not a tag id; ids are numbers, which `list_tags` gives"),
            ));
        }
        let post = self.post.as_ref().map(PostId::as_str);
        if post.is_some_and(|post| post.is_empty() || post.contains(',')) {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                "the post must be the id of one post",
            ));
        }
        Ok(())
    }

    fn order_by(&self) -> Option<OrderBy> {
        self.order_by
    }

    fn is_unordered(&self) -> bool {
        self.unread_first
    }
}

impl Kind for Conversations {
    type Response = ConversationList;

    async fn send(&self, ask: Ask) -> Sent<ConversationList> {
        let client = self.page.client();
        let mut call = client.list_conversations().page_id(self.page.id());
        if let Some(id) = ask.after() {
            call = call.last_conversation_id(id);
        }
        // Exactly one plain `type` (docs/behaviour.md#conversations).
        if let Some(kind) = self.kind {
            call = call.type_(kind);
        }
        if let Some(tags) = self.tag_list() {
            call = call.tags(tags);
        }
        if let Some(post) = &self.post {
            call = call.post_ids(post);
        }
        if let Some(range) = self.range {
            call = call.since(range.since()).until(range.until());
        }
        if let Some(order) = self.order_by {
            call = call.order_by(order);
        }
        if self.unread_first {
            call = call.unread_first(true);
        }
        Ok(call.send().await?)
    }
}

impl Conversations {
    fn tag_list(&self) -> Option<String> {
        let mut tags: Vec<_> = self.tags.iter().map(TagId::as_str).collect();
        // The same tags are the same filter, and one that goes into cursors.
        tags.sort_by_key(|tag| (tag.len(), *tag));
        tags.dedup();
        (!tags.is_empty()).then(|| tags.join(","))
    }
}
