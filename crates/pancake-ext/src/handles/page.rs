//! What a page knows of itself: its entry in the list of pages, its tags, its staff.

use pancake_client::operations::{LIST_TAGS, LIST_USERS};
use pancake_client::{UserId, types};

use crate::error::Error;
use crate::scope::page::Page;
use crate::scope::page_info::{self, PageInfo};

impl Page {
    /// What the list of pages says about the page. It takes the user token.
    ///
    /// # Errors
    ///
    /// Those of [`Pancake::all_pages`](crate::Pancake::all_pages); [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the page is not
    /// among those of the user, [`ErrorKind::Token`](crate::ErrorKind::Token) if the client has no user token.
    pub async fn info(&self) -> Result<PageInfo, Error> {
        page_info::find(&self.pancake().all_pages().await?, self.id()).cloned()
    }

    /// The tags that conversations of the page can have.
    ///
    /// # Errors
    ///
    /// Those of `list_tags`; [`ErrorKind::InvalidAnswer`](crate::ErrorKind::InvalidAnswer) if the answer has no list.
    pub async fn tags(&self) -> Result<Vec<types::Tag>, Error> {
        let call = self.client().list_tags().page_id(self.id());
        let answer = call.send().await?.into_inner();
        answer
            .tags
            .ok_or_else(|| Error::lacking("`tags`", &LIST_TAGS, Some(self.id())))
    }

    /// The people who work on the page, those who did, and who gets new conversations in turn.
    ///
    /// # Errors
    ///
    /// Those of `list_users`; [`ErrorKind::InvalidAnswer`](crate::ErrorKind::InvalidAnswer) if the answer has no list of
    /// those who work.
    pub async fn users(&self) -> Result<types::UserList, Error> {
        let call = self.client().list_users().page_id(self.id());
        let answer = call.send().await?.into_inner();
        match answer.users {
            Some(_) => Ok(answer),
            None => Err(Error::lacking("`users`", &LIST_USERS, Some(self.id()))),
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
        let call = self.client().update_round_robin_users().page_id(self.id());
        call.body(body).send().await?;
        Ok(())
    }
}
