//! The methods of handles that list.

use pancake_client::Id;

use super::{AdsExport, CallLogs, Conversations, Customers, ListRequest, Messages, Posts};
use crate::scope::conversation::Conversation;
use crate::scope::page::Page;
use crate::time::time_range::TimeRange;

impl Page {
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

impl Conversation {
    /// The messages, newest first unless asked otherwise.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let mut messages = page
    ///     .conversation("1000000000000001_2000000000000002")
    ///     .messages()
    ///     .after("m_1") // what came since
    ///     .oldest_first()
    ///     .stream();
    /// while let Some(message) = messages.try_next().await? {
    ///     println!("{:?}", message.original_message);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn messages(&self) -> ListRequest<Messages> {
        ListRequest::new(Messages::new(self.page().clone(), self.id().clone()))
    }
}
