//! Work on a conversation: its tags, its assignees, whether staff has read it.

use pancake_client::operations::UPDATE_CONVERSATION_TAG;
use pancake_client::{TagId, UserId, types};

use crate::error::Error;
use crate::scope::conversation::Conversation;

impl Conversation {
    /// Sets a tag of the page, and gives the tags that the conversation has afterwards. [`Page::tags`](crate::Page::tags) lists those there are.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let tags = page.conversation("1000000000000001_2000000000000002").add_tag(7).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `update_conversation_tag`; [`ErrorKind::InvalidAnswer`](crate::ErrorKind::InvalidAnswer) if it worked and
    /// the answer does not hold the tags.
    pub async fn add_tag(&self, tag: impl Into<TagId>) -> Result<Vec<TagId>, Error> {
        self.change_tag(types::TagAction::Add, tag.into()).await
    }

    /// Removes a tag, and gives the tags that the conversation has afterwards.
    ///
    /// # Errors
    ///
    /// Those of [`add_tag`](Self::add_tag).
    pub async fn remove_tag(&self, tag: impl Into<TagId>) -> Result<Vec<TagId>, Error> {
        self.change_tag(types::TagAction::Remove, tag.into()).await
    }

    async fn change_tag(&self, action: types::TagAction, tag: TagId) -> Result<Vec<TagId>, Error> {
        let call = self.page().client().update_conversation_tag();
        let call = call.page_id(self.page().id()).conversation_id(self.id());
        let body = types::UpdateConversationTagBody {
            action,
            tag_id: tag.into(),
        };
        let answer = call.body(body).send().await?.into_inner();
        answer.data.ok_or_else(|| {
            Error::lacking("`data`", &UPDATE_CONVERSATION_TAG, Some(self.page().id()))
        })
    }

    /// Assigns the conversation to these users, in place of the former ones; to nobody if there are none.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let chat = page.conversation("1000000000000001_2000000000000002");
    /// let assignment = chat.assign(["c4bafd84-7b96-4f28-b59a-031f17c32ddf"]).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `assign_conversation`.
    pub async fn assign(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
    ) -> Result<types::Assignment, Error> {
        let body = types::AssignConversationBody {
            assignee_ids: users.into_iter().map(Into::into).collect(),
        };
        let call = self.page().client().assign_conversation();
        let call = call.page_id(self.page().id()).conversation_id(self.id());
        Ok(call.body(body).send().await?.into_inner())
    }

    /// Marks the conversation as read by staff.
    ///
    /// # Errors
    ///
    /// Those of `mark_conversation_read`.
    pub async fn mark_read(&self) -> Result<(), Error> {
        let call = self.page().client().mark_conversation_read();
        let call = call.page_id(self.page().id()).conversation_id(self.id());
        call.send().await?;
        Ok(())
    }

    /// Marks the conversation as not read by staff.
    ///
    /// # Errors
    ///
    /// Those of `mark_conversation_unread`.
    pub async fn mark_unread(&self) -> Result<(), Error> {
        let call = self.page().client().mark_conversation_unread();
        let call = call.page_id(self.page().id()).conversation_id(self.id());
        call.send().await?;
        Ok(())
    }
}
