//! Options that every send takes.

use pancake_client::types::SendMessageBody;
use pancake_client::{MessageId, UserId};

use super::check::refuse;
use crate::error::Error;

/// Options of a send. [`SendRequest`](crate::SendRequest), [`PartsRequest`](crate::PartsRequest) and
/// [`UploadAndSend`](crate::UploadAndSend) take them.
///
/// ```no_run
/// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
/// use pancake_ext::SendOptions;
///
/// let options = SendOptions::new().after("m_1").reconcile();
/// chat.reply("Dạ còn hàng ạ").options(options).await?.delivered()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "options do nothing until a send takes them"]
pub struct SendOptions {
    sender: Option<UserId>,
    pub(super) reply_to: Option<MessageId>,
    pub(super) after: Option<MessageId>,
    pub(super) reconcile: bool,
}

impl SendOptions {
    /// No option set.
    pub fn new() -> Self {
        SendOptions::default()
    }

    /// The user whose name staff see on the message. Defaults to the public API.
    pub fn sender(mut self, user: impl Into<UserId>) -> Self {
        self.sender = Some(user.into());
        self
    }

    /// The message that is quoted. Only text and files to the inbox can quote one; in parts, the first part does.
    pub fn reply_to(mut self, message: impl Into<MessageId>) -> Self {
        self.reply_to = Some(message.into());
        self
    }

    /// The last message of the conversation that you know of. It is not sent: should the outcome be unknown, only messages
    /// behind it can be the one that was sent.
    pub fn after(mut self, message: impl Into<MessageId>) -> Self {
        self.after = Some(message.into());
        self
    }

    /// Settles an unknown outcome by reading the conversation back ([`Unsettled::reconcile`](crate::Unsettled::reconcile)).
    /// Nothing is sent or uploaded again for that.
    ///
    /// A message that is absent becomes [`SendOutcome::NotSent`](crate::SendOutcome::NotSent). An outcome that stays unclear,
    /// or a conversation that could not be read, stays [`SendOutcome::Unknown`](crate::SendOutcome::Unknown).
    pub fn reconcile(mut self) -> Self {
        self.reconcile = true;
        self
    }

    /// Writes what is sent into the body.
    pub(super) fn apply(&self, body: &mut SendMessageBody) -> Result<(), Error> {
        if self.after.as_ref().is_some_and(|id| id.as_str().is_empty()) {
            return refuse("`after` is empty: give the id of a message, or leave it out");
        }
        let (SendMessageBody::ReplyInbox { sender_id, .. }
        | SendMessageBody::ReplyComment { sender_id, .. }
        | SendMessageBody::PrivateReplies { sender_id, .. }) = body;
        if let Some(sender) = &self.sender {
            *sender_id = Some(sender.to_string());
        }
        match (&self.reply_to, body) {
            (None, _) => Ok(()),
            (
                Some(message),
                SendMessageBody::ReplyInbox {
                    reply_message_id,
                    template_id: None,
                    ..
                },
            ) => {
                *reply_message_id = Some(message.to_string());
                Ok(())
            }
            _ => refuse(
                "`reply_to` is set, and only text or files to the inbox can quote a message: leave it out",
            ),
        }
    }
}
