//! Bodies of a send. A message to a person is text, uploaded files or a template, one of them: [`SendContent`] is the
//! choice between the first two, and a [`TemplateMessage`] has neither. The reply to a comment is text, and may have files
//! as well ([`ReplyComment::files`]).
//!
//! ```
//! use pancake_client::send::{NothingToSend, PrivateReply, ReplyComment, ReplyInbox, SendContent, TemplateMessage};
//! use pancake_client::{ContentId, types::SendMessageBody};
//!
//! let text: SendMessageBody = ReplyInbox::new("Xin chào").try_into()?;
//! let files: SendMessageBody = ReplyInbox::new(vec![ContentId::from("content")]).try_into()?;
//! let comment: SendMessageBody = ReplyComment::new("comment id", "Xin chào").into();
//! let private: SendMessageBody =
//!     PrivateReply::new("post id", "comment id", "customer's psid", SendContent::text("Xin chào")).try_into()?;
//! let template: SendMessageBody = TemplateMessage::new("template id").blank("customer_name", "Lan").into();
//!
//! let nothing = SendMessageBody::try_from(ReplyInbox::new(Vec::new()));
//! assert_eq!(nothing.unwrap_err(), NothingToSend);
//! # Ok::<(), NothingToSend>(())
//! ```
//!
//! `body` of the generated builder takes each of them as it is; what holds nothing fails when it is sent, before anything
//! goes out.

mod template;

use crate::id::{ContentId, MessageId, PostId, Psid, UserId};
use crate::types;

pub use template::TemplateMessage;

/// What a message holds: text or uploaded files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendContent {
    /// Text.
    Text(String),
    /// Uploaded files: up to 30 on Facebook and personal Zalo, 10 on Instagram, Telegram and the chat plugin, 1 on other
    /// channels that are known.
    Contents(Vec<ContentId>),
}

impl SendContent {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        SendContent::Text(text.into())
    }

    /// Uploaded files, by their ids or what holds one, such as the responses of uploads.
    pub fn contents(ids: impl IntoIterator<Item = impl Into<ContentId>>) -> Self {
        SendContent::Contents(ids.into_iter().map(Into::into).collect())
    }

    /// The two fields of the body, of which one is always absent.
    fn into_fields(self) -> Result<(Option<String>, Option<Vec<ContentId>>), NothingToSend> {
        match self {
            SendContent::Text(text) => Ok((Some(text), None)),
            SendContent::Contents(ids) if ids.is_empty() => Err(NothingToSend),
            SendContent::Contents(ids) => Ok((None, Some(ids))),
        }
    }
}

/// A message of no files: a list of content ids without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NothingToSend;

impl std::fmt::Display for NothingToSend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("there is nothing to send: give text, or ids of uploaded files")
    }
}

impl std::error::Error for NothingToSend {}

impl From<&str> for SendContent {
    fn from(text: &str) -> Self {
        SendContent::text(text)
    }
}

impl From<String> for SendContent {
    fn from(text: String) -> Self {
        SendContent::Text(text)
    }
}

impl From<ContentId> for SendContent {
    fn from(id: ContentId) -> Self {
        SendContent::Contents(vec![id])
    }
}

impl From<Vec<ContentId>> for SendContent {
    fn from(ids: Vec<ContentId>) -> Self {
        SendContent::Contents(ids)
    }
}

/// A message to the inbox (`reply_inbox`): text or files. For a template see [`TemplateMessage`].
#[derive(Clone, Debug)]
#[must_use = "a body does nothing until it is sent"]
pub struct ReplyInbox {
    content: SendContent,
    sender_id: Option<UserId>,
    reply_message_id: Option<MessageId>,
    name: Option<String>,
    mime_type: Option<String>,
    attachment_type: Option<String>,
}

impl ReplyInbox {
    /// A message with this content.
    pub fn new(content: impl Into<SendContent>) -> Self {
        ReplyInbox {
            content: content.into(),
            sender_id: None,
            reply_message_id: None,
            name: None,
            mime_type: None,
            attachment_type: None,
        }
    }

    /// The user who sends, as shown to staff.
    pub fn sender_id(mut self, id: impl Into<UserId>) -> Self {
        self.sender_id = Some(id.into());
        self
    }

    /// The message to reply to.
    pub fn reply_message_id(mut self, id: impl Into<MessageId>) -> Self {
        self.reply_message_id = Some(id.into());
        self
    }

    /// The file's name. Documented on 2024-12-12, and dropped by the vendor later: an upload knows it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The file's MIME type, such as `image/png`. Documented on 2024-12-12, and dropped by the vendor later.
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// The kind of the files, as the response of an upload has it, such as `PHOTO`. Documented on 2024-12-12, and dropped by the vendor
    /// later.
    pub fn attachment_type(mut self, kind: impl Into<String>) -> Self {
        self.attachment_type = Some(kind.into());
        self
    }
}

impl TryFrom<ReplyInbox> for types::SendMessageBody {
    type Error = NothingToSend;

    fn try_from(reply: ReplyInbox) -> Result<Self, NothingToSend> {
        let (message, content_ids) = reply.content.into_fields()?;
        Ok(types::SendMessageBody::ReplyInbox {
            message,
            content_ids,
            sender_id: reply.sender_id.map(String::from),
            reply_message_id: reply.reply_message_id.map(String::from),
            attachment_type: reply.attachment_type,
            mime_type: reply.mime_type,
            name: reply.name,
            conversation_id: None,
            template_id: None,
            template_params: Default::default(),
        })
    }
}

/// A public reply to a comment (`reply_comment`): text, and files if there are any.
#[derive(Clone, Debug)]
#[must_use = "a body does nothing until it is sent"]
pub struct ReplyComment {
    message_id: MessageId,
    message: String,
    files: Vec<ContentId>,
    mentions: Option<Vec<types::Mention>>,
    sender_id: Option<UserId>,
    content_url: Option<String>,
}

impl ReplyComment {
    /// A reply to the comment `message_id` with this text. Whether the API takes an empty one with files is unknown.
    pub fn new(message_id: impl Into<MessageId>, text: impl Into<String>) -> Self {
        ReplyComment {
            message_id: message_id.into(),
            message: text.into(),
            files: Vec::new(),
            mentions: None,
            sender_id: None,
            content_url: None,
        }
    }

    /// Uploaded files in addition to the text, by their ids or what holds one: a comment, unlike other messages, may hold both.
    pub fn files(mut self, ids: impl IntoIterator<Item = impl Into<ContentId>>) -> Self {
        self.files.extend(ids.into_iter().map(Into::into));
        self
    }

    /// People named in the text.
    pub fn mentions(mut self, mentions: Vec<types::Mention>) -> Self {
        self.mentions = Some(mentions);
        self
    }

    /// The user who replies, as shown to staff.
    pub fn sender_id(mut self, id: impl Into<UserId>) -> Self {
        self.sender_id = Some(id.into());
        self
    }

    /// The address of a picture. Documented on 2024-12-12, and dropped by the vendor later: [`files`](Self::files) took its
    /// place.
    pub fn content_url(mut self, url: impl Into<String>) -> Self {
        self.content_url = Some(url.into());
        self
    }
}

impl From<ReplyComment> for types::SendMessageBody {
    fn from(reply: ReplyComment) -> Self {
        types::SendMessageBody::ReplyComment {
            message_id: reply.message_id.into(),
            message: reply.message,
            content_ids: (!reply.files.is_empty()).then_some(reply.files),
            mentions: reply.mentions,
            sender_id: reply.sender_id.map(String::from),
            content_url: reply.content_url,
        }
    }
}

/// A private reply to a comment (`private_replies`): text or files. That it takes files is known from one source only.
#[derive(Clone, Debug)]
#[must_use = "a body does nothing until it is sent"]
pub struct PrivateReply {
    post_id: PostId,
    message_id: MessageId,
    from_id: Psid,
    content: SendContent,
    sender_id: Option<UserId>,
}

impl PrivateReply {
    /// A reply to the comment `message_id` below `post_id`, which `from_id` wrote.
    pub fn new(
        post_id: impl Into<PostId>,
        message_id: impl Into<MessageId>,
        from_id: impl Into<Psid>,
        content: impl Into<SendContent>,
    ) -> Self {
        PrivateReply {
            post_id: post_id.into(),
            message_id: message_id.into(),
            from_id: from_id.into(),
            content: content.into(),
            sender_id: None,
        }
    }

    /// The user who replies, as shown to staff.
    pub fn sender_id(mut self, id: impl Into<UserId>) -> Self {
        self.sender_id = Some(id.into());
        self
    }
}

impl TryFrom<PrivateReply> for types::SendMessageBody {
    type Error = NothingToSend;

    fn try_from(reply: PrivateReply) -> Result<Self, NothingToSend> {
        let (message, content_ids) = reply.content.into_fields()?;
        Ok(types::SendMessageBody::PrivateReplies {
            post_id: reply.post_id.into(),
            message_id: reply.message_id.into(),
            from_id: reply.from_id,
            message,
            content_ids,
            sender_id: reply.sender_id.map(String::from),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn assert_json<B>(body: B, expected: Value)
    where
        B: TryInto<types::SendMessageBody>,
        B::Error: std::fmt::Debug,
    {
        let body = serde_json::to_value(body.try_into().unwrap()).unwrap();
        assert_eq!(body, expected);
    }

    #[test]
    fn inbox_message_holds_text_or_files() {
        let text = ReplyInbox::new("Xin chào").reply_message_id("m_1");
        assert_json(
            text.sender_id("u"),
            json!({"action": "reply_inbox", "message": "Xin chào", "reply_message_id": "m_1", "sender_id": "u"}),
        );
        let file = ReplyInbox::new(ContentId::from("c")).name("a.png");
        assert_json(
            file.mime_type("image/png").attachment_type("PHOTO"),
            json!({
                "action": "reply_inbox", "content_ids": ["c"], "name": "a.png", "mime_type": "image/png",
                "attachment_type": "PHOTO",
            }),
        );
    }

    #[test]
    fn message_without_files_is_refused() {
        let none = || SendContent::contents(Vec::<ContentId>::new());
        let inbox = types::SendMessageBody::try_from(ReplyInbox::new(none()));
        let private = types::SendMessageBody::try_from(PrivateReply::new("p", "m", "f", none()));
        for refused in [inbox, private] {
            let error = refused.unwrap_err().to_string();
            assert!(error.contains("nothing to send"), "{error}");
        }
    }

    #[test]
    fn comment_holds_text_and_may_hold_files() {
        let files = [ContentId::from("c"), ContentId::from("d")];
        let comment = || ReplyComment::new("m", "a");
        assert_json(
            comment().files(files).sender_id("u"),
            json!({
                "action": "reply_comment", "message_id": "m", "message": "a", "content_ids": ["c", "d"], "sender_id": "u",
            }),
        );
        assert_json(
            comment()
                .files(Vec::<ContentId>::new())
                .content_url("https://example.com/a.png"),
            json!({
                "action": "reply_comment", "message_id": "m", "message": "a", "content_url": "https://example.com/a.png",
            }),
        );
    }

    #[test]
    fn private_reply_names_its_targets() {
        assert_json(
            PrivateReply::new("p", "m", "f", "a").sender_id("u"),
            json!({
                "action": "private_replies", "post_id": "p", "message_id": "m", "from_id": "f", "message": "a",
                "sender_id": "u",
            }),
        );
    }
}
