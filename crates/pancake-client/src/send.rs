//! Bodies of a send. The API takes text or uploaded files in one message, never both; [`SendContent`] is that choice. Only
//! a comment may hold both ([`ReplyComment::files`]).
//!
//! ```
//! use pancake_client::send::{PrivateReply, ReplyComment, ReplyInbox, SendContent, TemplateMessage};
//! use pancake_client::{ContentId, types::SendMessageBody};
//!
//! let text: SendMessageBody = ReplyInbox::new("Xin chào").into();
//! let files: SendMessageBody = ReplyInbox::new(vec![ContentId::from("content")]).into();
//! let comment: SendMessageBody = ReplyComment::new("comment id", "Xin chào").into();
//! let private: SendMessageBody =
//!     PrivateReply::new("post id", "comment id", "customer's psid", SendContent::text("Xin chào")).into();
//! let template: SendMessageBody = TemplateMessage::new("order_update", "vi").parameter("Lan").into();
//! ```

use crate::id::{ContentId, MessageId, PostId, Psid, UserId};
use crate::types;

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

    /// Uploaded files, by their ids or what holds one, such as the answers of uploads.
    pub fn contents(ids: impl IntoIterator<Item = impl Into<ContentId>>) -> Self {
        SendContent::Contents(ids.into_iter().map(Into::into).collect())
    }

    /// The two fields of the body, of which one is always absent.
    fn into_fields(self) -> (Option<String>, Option<Vec<ContentId>>) {
        match self {
            SendContent::Text(text) => (Some(text), None),
            SendContent::Contents(ids) => (None, Some(ids)),
        }
    }
}

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

/// A message to the inbox (`reply_inbox`).
#[derive(Clone, Debug)]
#[must_use = "a body does nothing until it is sent"]
pub struct ReplyInbox {
    content: SendContent,
    sender_id: Option<UserId>,
    reply_message_id: Option<MessageId>,
}

impl ReplyInbox {
    /// A message with this content.
    pub fn new(content: impl Into<SendContent>) -> Self {
        ReplyInbox {
            content: content.into(),
            sender_id: None,
            reply_message_id: None,
        }
    }

    /// The user who sends, as shown to staff.
    pub fn sender_id(mut self, id: impl Into<UserId>) -> Self {
        self.sender_id = Some(id.into());
        self
    }

    /// The message that is answered.
    pub fn reply_message_id(mut self, id: impl Into<MessageId>) -> Self {
        self.reply_message_id = Some(id.into());
        self
    }
}

impl From<ReplyInbox> for types::SendMessageBody {
    fn from(reply: ReplyInbox) -> Self {
        let (message, content_ids) = reply.content.into_fields();
        types::SendMessageBody::ReplyInbox {
            message,
            content_ids,
            sender_id: reply.sender_id.map(String::from),
            reply_message_id: reply.reply_message_id.map(String::from),
            attachment_type: None,
            mime_type: None,
            name: None,
        }
    }
}

/// A public answer to a comment (`reply_comment`).
#[derive(Clone, Debug)]
#[must_use = "a body does nothing until it is sent"]
pub struct ReplyComment {
    message_id: MessageId,
    content: SendContent,
    files: Vec<ContentId>,
    mentions: Option<Vec<types::Mention>>,
}

impl ReplyComment {
    /// An answer to the comment `message_id` with this content.
    pub fn new(message_id: impl Into<MessageId>, content: impl Into<SendContent>) -> Self {
        ReplyComment {
            message_id: message_id.into(),
            content: content.into(),
            files: Vec::new(),
            mentions: None,
        }
    }

    /// Uploaded files beside the text: a comment, unlike other messages, may hold both.
    pub fn files(mut self, ids: impl IntoIterator<Item = impl Into<ContentId>>) -> Self {
        self.files.extend(ids.into_iter().map(Into::into));
        self
    }

    /// People named in the text.
    pub fn mentions(mut self, mentions: Vec<types::Mention>) -> Self {
        self.mentions = Some(mentions);
        self
    }
}

impl From<ReplyComment> for types::SendMessageBody {
    fn from(reply: ReplyComment) -> Self {
        let (message, mut content_ids) = reply.content.into_fields();
        if !reply.files.is_empty() {
            content_ids.get_or_insert_default().extend(reply.files);
        }
        types::SendMessageBody::ReplyComment {
            message_id: reply.message_id.into(),
            message,
            content_ids,
            mentions: reply.mentions,
            content_url: None,
        }
    }
}

/// A private answer to a comment (`private_replies`).
#[derive(Clone, Debug)]
#[must_use = "a body does nothing until it is sent"]
pub struct PrivateReply {
    post_id: PostId,
    message_id: MessageId,
    from_id: Psid,
    content: SendContent,
}

impl PrivateReply {
    /// An answer to the comment `message_id` below `post_id`, which `from_id` wrote.
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
        }
    }
}

impl From<PrivateReply> for types::SendMessageBody {
    fn from(reply: PrivateReply) -> Self {
        let (message, content_ids) = reply.content.into_fields();
        types::SendMessageBody::PrivateReplies {
            post_id: reply.post_id.into(),
            message_id: reply.message_id.into(),
            from_id: reply.from_id,
            message,
            content_ids,
        }
    }
}

/// A template of WhatsApp (`whatsapp_template`). **Its fields are a guess**: the vendor documents that this operation sends
/// templates, and nobody has shown a body. Try it with a number of your own first.
#[derive(Clone, Debug)]
#[must_use = "a body does nothing until it is sent"]
pub struct TemplateMessage {
    name: String,
    language: String,
    parameters: Vec<String>,
}

impl TemplateMessage {
    /// The template `name`, as WhatsApp has approved it, in a language such as `vi` or `en_US`.
    pub fn new(name: impl Into<String>, language: impl Into<String>) -> Self {
        TemplateMessage {
            name: name.into(),
            language: language.into(),
            parameters: Vec::new(),
        }
    }

    /// What stands for the next of `{{1}}`, `{{2}}` and so on.
    pub fn parameter(mut self, value: impl Into<String>) -> Self {
        self.parameters.push(value.into());
        self
    }
}

impl From<TemplateMessage> for types::SendMessageBody {
    fn from(template: TemplateMessage) -> Self {
        let parameters = template.parameters;
        types::SendMessageBody::WhatsappTemplate {
            template_name: template.name,
            language: template.language,
            parameters: (!parameters.is_empty()).then_some(parameters),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn json_of(body: impl Into<types::SendMessageBody>) -> Value {
        serde_json::to_value(body.into()).unwrap()
    }

    #[test]
    fn text_leaves_content_ids_out_and_files_leave_message_out() {
        assert_eq!(
            json_of(
                ReplyInbox::new("Xin chào")
                    .reply_message_id("m_1")
                    .sender_id("u")
            ),
            json!({"action": "reply_inbox", "message": "Xin chào", "reply_message_id": "m_1", "sender_id": "u"})
        );
        assert_eq!(
            json_of(ReplyInbox::new(ContentId::from("c"))),
            json!({"action": "reply_inbox", "content_ids": ["c"]})
        );
    }

    #[test]
    fn a_comment_may_hold_text_and_files() {
        let files = [ContentId::from("c"), ContentId::from("d")];
        assert_eq!(
            json_of(ReplyComment::new("m", "a").files(files)),
            json!({"action": "reply_comment", "message_id": "m", "message": "a", "content_ids": ["c", "d"]})
        );
        assert_eq!(
            json_of(ReplyComment::new("m", ContentId::from("c")).files([ContentId::from("d")])),
            json!({"action": "reply_comment", "message_id": "m", "content_ids": ["c", "d"]})
        );
    }

    #[test]
    fn each_kind_of_send_names_its_action_and_targets() {
        assert_eq!(
            json_of(ReplyComment::new("m", "a")),
            json!({"action": "reply_comment", "message_id": "m", "message": "a"})
        );
        assert_eq!(
            json_of(PrivateReply::new("p", "m", "f", "a")),
            json!({"action": "private_replies", "post_id": "p", "message_id": "m", "from_id": "f", "message": "a"})
        );
        assert_eq!(
            json_of(
                TemplateMessage::new("t", "vi")
                    .parameter("a")
                    .parameter("b")
            ),
            json!({"action": "whatsapp_template", "template_name": "t", "language": "vi", "parameters": ["a", "b"]})
        );
        assert_eq!(
            json_of(TemplateMessage::new("t", "vi")),
            json!({"action": "whatsapp_template", "template_name": "t", "language": "vi"})
        );
    }
}
