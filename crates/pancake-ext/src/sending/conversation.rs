//! The sends of a conversation.

use pancake_client::send::{PrivateReply, ReplyComment, ReplyInbox, SendContent, TemplateMessage};
use pancake_client::{MessageId, PostId, Psid};

use super::parts::PartsRequest;
use super::request::SendRequest;
use crate::scope::conversation::Conversation;

impl Conversation {
    /// Sends text or uploaded files to the inbox. Nothing is sent before it is awaited.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation, photo: pancake_ext::ContentId) -> Result<(), pancake_ext::Error> {
    /// let text = chat.reply("Dạ còn hàng ạ").await?.delivered()?;
    /// let photo = chat.reply(photo).await?.delivered()?;
    /// # Ok(()) }
    /// ```
    pub fn reply(&self, content: impl Into<SendContent>) -> SendRequest<ReplyInbox> {
        SendRequest::new(self, ReplyInbox::new(content))
    }

    /// Answers a comment, for everyone to read: text, and [`files`](SendRequest::files) alongside it. Nothing is sent before it
    /// is awaited.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::types::Mention;
    ///
    /// let name = Mention {
    ///     psid: "2000000000000002".into(),
    ///     name: "Lan".into(),
    ///     offset: 3,
    ///     length: 3,
    /// };
    /// let comment = "1000000000000001_6000000000000006";
    /// chat.reply_comment(comment, "Dạ Lan xem inbox nhé").mentions([name]).await?.delivered()?;
    /// # Ok(()) }
    /// ```
    pub fn reply_comment(
        &self,
        comment: impl Into<MessageId>,
        text: impl Into<String>,
    ) -> SendRequest<ReplyComment> {
        SendRequest::new(self, ReplyComment::new(comment, text))
    }

    /// Answers the comment of `from` below `post` in that person's inbox. Nothing is sent before it is awaited.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
    /// let post = "1000000000000001_5000000000000005";
    /// let comment = "1000000000000001_6000000000000006";
    /// chat.private_reply(post, comment, "2000000000000002", "Dạ giá 250k ạ").await?.delivered()?;
    /// # Ok(()) }
    /// ```
    pub fn private_reply(
        &self,
        post: impl Into<PostId>,
        comment: impl Into<MessageId>,
        from: impl Into<Psid>,
        content: impl Into<SendContent>,
    ) -> SendRequest<PrivateReply> {
        SendRequest::new(self, PrivateReply::new(post, comment, from, content))
    }

    /// Sends a template of WhatsApp, by its id or with blanks filled in ([`TemplateMessage`]). It is the only message that WhatsApp takes from a page a day after the customer's
    /// last one. Nothing is sent before it is awaited.
    ///
    /// The form of the request is that of the vendor's later document; no client is known that sends templates, so try it
    /// with a number of your own first. An unknown outcome stays one until a person has looked: see
    /// [`Unsettled::reconcile`](crate::Unsettled::reconcile).
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::send::TemplateMessage;
    ///
    /// let update = TemplateMessage::new("900000000000009").blank("customer_name", "Lan").blank("order_id", "DH-1024");
    /// chat.reply_template(update).await?.delivered()?;
    /// # Ok(()) }
    /// ```
    ///
    /// A number that has never written has no conversation yet. By the vendor's document its id is made of the page's id,
    /// `_` and the number in digits; it goes out in the body, too, as that document has it:
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let chat = page.conversation(format!("{}_84900000001", page.id()));
    /// chat.reply_template("900000000000009").await?.delivered()?;
    /// # Ok(()) }
    /// ```
    pub fn reply_template(
        &self,
        template: impl Into<TemplateMessage>,
    ) -> SendRequest<TemplateMessage> {
        SendRequest::new(self, template.into().conversation_id(self.id()))
    }

    /// Sends a long text to the inbox in several messages of `limit` characters (Unicode scalar values) at most, one after
    /// the other. Facebook takes 2,000. Nothing is sent before it is awaited.
    ///
    /// The text is cut between paragraphs, lines, sentences, words or, where there is no other way, inside a word, and but for
    /// white space at the cuts nothing of it is lost. The first part that is not delivered ends it.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation, long: &str) -> Result<(), pancake_ext::Error> {
    /// let sent = chat.reply_in_parts(long, 2_000).await?;
    /// if let Some(stopped) = sent.stopped {
    ///     println!("after {} parts: {:?}", sent.delivered.len(), stopped.outcome);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn reply_in_parts(&self, text: impl Into<String>, limit: usize) -> PartsRequest {
        PartsRequest::new(self, text.into(), limit)
    }
}
