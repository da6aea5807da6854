//! The handle of one page: what it lists, and its conversations.

use pancake_client::{ConversationId, Id, PageId};

use crate::conversation::Conversation;
use crate::paging::{AdsExport, CallLogs, Conversations, Customers, ListRequest, Posts};
use crate::pancake::Pancake;
use crate::time_range::TimeRange;

/// A page. Cheap to make and to clone; making it sends nothing. See [`Pancake::page`].
#[derive(Clone, Debug)]
pub struct Page {
    pancake: Pancake,
    id: PageId,
}

impl Page {
    pub(crate) fn new(pancake: Pancake, id: PageId) -> Self {
        Page { pancake, id }
    }

    /// Id of the page.
    pub fn id(&self) -> &PageId {
        &self.id
    }

    /// The client.
    pub fn pancake(&self) -> &Pancake {
        &self.pancake
    }

    /// One conversation of the page. Nothing is sent.
    pub fn conversation(&self, id: impl Into<ConversationId>) -> Conversation {
        Conversation::new(self.clone(), id.into())
    }

    /// The conversations of the page, those changed last first.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::{ConversationKind, OrderBy, TimeRange};
    ///
    /// let mut conversations = page
    ///     .conversations()
    ///     .kind(ConversationKind::Inbox)
    ///     .tag(7)
    ///     .range(TimeRange::unix(1_772_323_200, 1_775_001_600)?)
    ///     .order_by(OrderBy::InsertedAt)
    ///     .stream();
    /// while let Some(conversation) = conversations.try_next().await? {
    ///     println!("{:?}", conversation.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn conversations(&self) -> ListRequest<Conversations> {
        ListRequest::new(Conversations::new(self.clone()))
    }

    /// The customers of the page whom it met in this time, newest first.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::TimeRange;
    ///
    /// let march = TimeRange::unix(1_772_323_200, 1_775_001_600)?;
    /// let mut customers = page.customers(march).prefetch(3).stream();
    /// while let Some(customer) = customers.try_next().await? {
    ///     println!("{:?} {:?}", customer.name, customer.phone_numbers);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn customers(&self, range: TimeRange) -> ListRequest<Customers> {
        ListRequest::new(Customers::new(self.clone(), range))
    }

    /// The posts of the page in this time.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::{PostKind, TimeRange};
    ///
    /// let march = TimeRange::unix(1_772_323_200, 1_775_001_600)?;
    /// let videos = page.posts(march).kind(PostKind::Video).collect().await?;
    /// println!("{} videos", videos.len());
    /// # Ok(()) }
    /// ```
    pub fn posts(&self, range: TimeRange) -> ListRequest<Posts> {
        ListRequest::new(Posts::new(self.clone(), range))
    }

    /// The phone calls of one of the page's SIP packages.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let latest = page.call_logs("1").limit(20).collect().await?;
    /// for call in latest {
    ///     println!("{:?} called {:?}", call.caller, call.callee);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn call_logs(&self, package: impl Into<Id>) -> ListRequest<CallLogs> {
        ListRequest::new(CallLogs::new(self.clone(), package.into()))
    }

    /// The conversations that came through ads in this time.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let march = pancake_ext::TimeRange::unix(1_772_323_200, 1_775_001_600)?;
    /// let mut rows = page.ads_export(march).stream();
    /// while let Some(row) = rows.try_next().await? {
    ///     println!("{:?} {:?}", row.id, row.ad_clicks);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn ads_export(&self, range: TimeRange) -> ListRequest<AdsExport> {
        ListRequest::new(AdsExport::new(self.clone(), range))
    }
}
