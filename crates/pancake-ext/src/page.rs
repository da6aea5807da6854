//! The handle of one page: what it lists, its conversations and customers, its tags and staff.

use pancake_client::operations::{LIST_TAGS, LIST_USERS};
use pancake_client::{Client, ConversationId, CustomerId, Id, PageId, UserId, types};

use crate::conversation::Conversation;
use crate::customer::Customer;
use crate::error::Error;
use crate::page_info::{self, PageInfo};
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

    /// Every operation of the API as it was generated, with the policies of this client: the same as
    /// [`Pancake::client`].
    pub fn client(&self) -> &Client {
        self.pancake.client()
    }

    /// One customer of the page. Nothing is sent.
    pub fn customer(&self, id: impl Into<CustomerId>) -> Customer {
        Customer::new(self.clone(), id.into())
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

    /// What the list of pages says about the page. It takes the user token.
    ///
    /// # Errors
    ///
    /// Those of [`Pancake::all_pages`]; [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the page is not
    /// among those of the user, [`ErrorKind::Token`](crate::ErrorKind::Token) if the client has no user token.
    pub async fn info(&self) -> Result<PageInfo, Error> {
        page_info::find(&self.pancake.all_pages().await?, &self.id).cloned()
    }

    /// The tags that conversations of the page can have.
    ///
    /// # Errors
    ///
    /// Those of `list_tags`; [`ErrorKind::InvalidAnswer`](crate::ErrorKind::InvalidAnswer) if the answer has no list.
    pub async fn tags(&self) -> Result<Vec<types::Tag>, Error> {
        let call = self.client().list_tags().page_id(&self.id);
        let answer = call.send().await?.into_inner();
        answer
            .tags
            .ok_or_else(|| Error::lacking("`tags`", &LIST_TAGS, Some(&self.id)))
    }

    /// The people who work on the page, those who did, and who gets new conversations in turn.
    ///
    /// # Errors
    ///
    /// Those of `list_users`; [`ErrorKind::InvalidAnswer`](crate::ErrorKind::InvalidAnswer) if the answer has no list of
    /// those who work.
    pub async fn users(&self) -> Result<types::UserList, Error> {
        let call = self.client().list_users().page_id(&self.id);
        let answer = call.send().await?.into_inner();
        match answer.users {
            Some(_) => Ok(answer),
            None => Err(Error::lacking("`users`", &LIST_USERS, Some(&self.id))),
        }
    }

    /// Sets who gets new conversations in turn: `inbox` those of the inbox, `comments` those of comments. Both lists replace
    /// the former ones; an empty list hands out none.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let staff = page.users().await?.users.unwrap_or_default();
    /// let ids: Vec<_> = staff.into_iter().filter_map(|user| user.id).collect();
    /// page.set_round_robin(ids.clone(), ids).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `update_round_robin_users`.
    pub async fn set_round_robin(
        &self,
        inbox: impl IntoIterator<Item = impl Into<UserId>>,
        comments: impl IntoIterator<Item = impl Into<UserId>>,
    ) -> Result<(), Error> {
        let body = types::UpdateRoundRobinUsersBody {
            inbox: inbox.into_iter().map(Into::into).collect(),
            comment: comments.into_iter().map(Into::into).collect(),
        };
        let call = self.client().update_round_robin_users().page_id(&self.id);
        call.body(body).send().await?;
        Ok(())
    }
}
