//! A message that is about to be sent.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use pancake_client::operations::SEND_MESSAGE;
use pancake_client::send::{PrivateReply, ReplyComment, ReplyInbox, TemplateMessage};
use pancake_client::types::{Mention, SendMessageBody};
use pancake_client::{ContentId, MessageId, Operation, UserId};

use super::draft::{self, Draft, refuse};
use super::outcome::{Delivery, SendOutcome, Verdict, judge};
use super::reconcile::Reconciled;
use super::unsettled::Unsettled;
use crate::error::{Error, Execution};
use crate::scope::conversation::Conversation;

static OPERATION: Operation = SEND_MESSAGE;

/// What sending returns.
type Sending = Pin<Box<dyn Future<Output = Result<SendOutcome, Error>> + Send>>;

/// A message that is about to be sent. Made by [`Conversation::reply`] and its like; nothing is sent before it is awaited,
/// and then once, unless the first request was provably not executed.
///
/// The result has two levels. `Err` says that the message cannot be sent as it stands and that nothing was; everything that
/// became of a send is a [`SendOutcome`]. `chat.reply("…").await?.delivered()?` is the short way for both.
///
/// # When the future is dropped
///
/// A send that is dropped half-way (a time-out around it, a `select!`, the end of the program) may have been carried out
/// all the same, and nothing is left that says so. Where that can happen, keep what [`prepare`](SendRequest::prepare) gives before
/// you send; or set [`CallOptions::call_timeout`](crate::CallOptions::call_timeout), which ends as
/// [`SendOutcome::Unknown`] or [`SendOutcome::NotSent`].
#[derive(Clone)]
#[must_use = "nothing is sent before it is awaited"]
pub struct SendRequest<B> {
    conversation: Conversation,
    body: B,
    after: Option<MessageId>,
    reconcile: bool,
}

/// Without the text, which is a customer's business.
impl<B> fmt::Debug for SendRequest<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendRequest")
            .field("conversation", &self.conversation)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}

impl<B> SendRequest<B> {
    pub(crate) fn new(conversation: Conversation, body: B) -> Self {
        SendRequest {
            conversation,
            body,
            after: None,
            reconcile: false,
        }
    }

    /// The last message of the conversation that you know of. It is not sent; should the outcome be unknown, only
    /// messages behind it can be the one that was sent.
    pub fn after(mut self, message: impl Into<MessageId>) -> Self {
        self.after = Some(message.into());
        self
    }

    /// Settles an unknown outcome by reading the conversation back, once. It never sends again.
    ///
    /// What is not there when read back becomes [`SendOutcome::NotSent`]. What stays unclear, or could not be read, stays
    /// [`SendOutcome::Unknown`].
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
    /// let delivery = chat.reply("Dạ còn hàng ạ").reconciled().await?.delivered()?;
    /// # Ok(()) }
    /// ```
    pub fn reconciled(mut self) -> Self {
        self.reconcile = true;
        self
    }

    fn map(self, change: impl FnOnce(B) -> B) -> Self {
        SendRequest {
            body: change(self.body),
            ..self
        }
    }
}

impl SendRequest<ReplyInbox> {
    /// The user in whose name it is sent, as shown to staff.
    pub fn sender(self, user: impl Into<UserId>) -> Self {
        self.map(|body| body.sender_id(user))
    }

    /// The message that is quoted.
    pub fn quote(self, message: impl Into<MessageId>) -> Self {
        self.map(|body| body.reply_message_id(message))
    }
}

impl SendRequest<ReplyComment> {
    /// People named in the text. Each must cover its name there; nothing says whether the API counts characters or UTF-16
    /// units, which differ behind an emoji, so both pass.
    pub fn mentions(self, mentions: impl IntoIterator<Item = Mention>) -> Self {
        self.map(|body| body.mentions(mentions.into_iter().collect()))
    }

    /// Uploaded files beside the text: a comment, unlike other messages, may hold both.
    pub fn files(self, ids: impl IntoIterator<Item = impl Into<ContentId>>) -> Self {
        self.map(|body| body.files(ids))
    }

    /// The user in whose name it is sent, as shown to staff.
    pub fn sender(self, user: impl Into<UserId>) -> Self {
        self.map(|body| body.sender_id(user))
    }
}

impl SendRequest<PrivateReply> {
    /// The user in whose name it is sent, as shown to staff.
    pub fn sender(self, user: impl Into<UserId>) -> Self {
        self.map(|body| body.sender_id(user))
    }
}

/// Blanks are filled by their names, which are sent as they are given: the vendor's examples have plain names (`order_id`)
/// in header and text, and names in braces (`{{order_id}}`) in buttons.
impl SendRequest<TemplateMessage> {
    /// What stands in the blank of this name in the text.
    pub fn blank(self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.map(|body| body.blank(name, text))
    }

    /// What stands in the blank of this name in the header's text. Takes the place of a file.
    pub fn header_blank(self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.map(|body| body.header_blank(name, text))
    }

    /// The picture in the header, by its address. Takes the place of what the header was before.
    pub fn header_image(self, url: impl Into<String>) -> Self {
        self.map(|body| body.header_image(url))
    }

    /// The video in the header, by its address. Takes the place of what the header was before.
    pub fn header_video(self, url: impl Into<String>) -> Self {
        self.map(|body| body.header_video(url))
    }

    /// The document in the header, by its address, and its name as shown. Takes the place of what the header was before.
    pub fn header_document(self, url: impl Into<String>, name: impl Into<String>) -> Self {
        self.map(|body| body.header_document(url, name))
    }

    /// What stands in the blank of this name in a button; buttons are counted from 0.
    pub fn button_blank(
        self,
        button: usize,
        name: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        self.map(|body| body.button_blank(button, name, text))
    }

    /// The user in whose name it is sent, as shown to staff.
    pub fn sender(self, user: impl Into<UserId>) -> Self {
        self.map(|body| body.sender_id(user))
    }
}

impl<B: TryInto<SendMessageBody, Error: fmt::Display>> SendRequest<B> {
    /// Checks the message, and gives what to keep in case the program ends, or drops the send, half-way. Nothing is sent.
    ///
    /// Another process finds the message for certain if this client has had any answer before, which tells the server's time,
    /// or if [`after`](SendRequest::after) was given.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), Box<dyn std::error::Error>> {
    /// let prepared = chat.reply("Dạ còn hàng ạ").prepare()?;
    /// std::fs::write("under_way.json", serde_json::to_string(prepared.unsettled())?)?;
    /// let delivery = prepared.await?.delivered()?;
    /// std::fs::remove_file("under_way.json")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): it cannot be sent as it stands; the message says what to do.
    pub fn prepare(self) -> Result<PreparedSend, Error> {
        let page = self.conversation.page().id();
        let checked = match self.body.try_into() {
            Ok(body) => draft::check(&body, page).map(|()| body),
            Err(nothing) => refuse(nothing.to_string()),
        };
        let checked = checked.and_then(|body| match &self.after {
            Some(id) if id.as_str().is_empty() => {
                refuse("`after` is empty: give the id of a message, or leave it away")
            }
            _ => Ok(body),
        });
        let body = checked.map_err(|error| error.of(&OPERATION, Some(page.as_str())))?;
        let unsettled = Unsettled::new(&self.conversation, Draft::of(&body), self.after);
        Ok(PreparedSend {
            conversation: self.conversation,
            body,
            unsettled,
            reconcile: self.reconcile,
        })
    }
}

/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the message cannot be sent as it stands, and nothing was.
impl<B: TryInto<SendMessageBody, Error: fmt::Display>> IntoFuture for SendRequest<B> {
    type Output = Result<SendOutcome, Error>;
    type IntoFuture = Sending;

    fn into_future(self) -> Sending {
        let prepared = self.prepare();
        Box::pin(async move { prepared?.run().await })
    }
}

/// A message that was checked and is about to be sent. Made by [`SendRequest::prepare`]; nothing is sent before it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct PreparedSend {
    conversation: Conversation,
    body: SendMessageBody,
    unsettled: Unsettled,
    reconcile: bool,
}

/// Without the text.
impl fmt::Debug for PreparedSend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedSend")
            .field("unsettled", &self.unsettled)
            .finish_non_exhaustive()
    }
}

impl PreparedSend {
    /// What settles the send, should it never come to an end. Reconciling it before the send has begun finds nothing.
    pub fn unsettled(&self) -> &Unsettled {
        &self.unsettled
    }

    /// As [`SendRequest::reconciled`].
    pub fn reconciled(mut self) -> Self {
        self.reconcile = true;
        self
    }

    async fn run(self) -> Result<SendOutcome, Error> {
        let conversation = self.conversation.clone();
        let reconcile = self.reconcile;
        let unsettled = match self.send().await? {
            SendOutcome::Unknown(unsettled) if reconcile => unsettled,
            outcome => return Ok(outcome),
        };
        Ok(match unsettled.reconcile(&conversation).await {
            Ok(Reconciled::Delivered(delivery)) => SendOutcome::Delivered(delivery),
            Ok(Reconciled::Absent) => {
                let error = unsettled.to_error();
                SendOutcome::NotSent(error.with_execution(Execution::NotExecuted))
            }
            Ok(_) => SendOutcome::Unknown(unsettled),
            Err(error) => {
                tracing::debug!(kind = ?error.kind(), "the conversation could not be read back");
                SendOutcome::Unknown(unsettled)
            }
        })
    }

    async fn send(self) -> Result<SendOutcome, Error> {
        let PreparedSend {
            conversation,
            body,
            unsettled,
            ..
        } = self;
        let unsettled = unsettled.begun(&conversation);
        let page = conversation.page();
        let (page_id, send) = (page.id(), unsettled.facts().send);
        let memory = page.pancake().sends();
        let in_flight = memory.begin(page_id, conversation.id(), send);
        let call = page
            .pancake()
            .client()
            .send_message()
            .page_id(page_id)
            .conversation_id(conversation.id())
            .body(body);
        let result = call.send().await;
        let verdict = judge(
            result
                .map(|answer| answer.into_inner())
                .map_err(Error::from),
        );
        // What is known is noted before the send counts as over, so that no read-back takes the message for its own.
        if let Verdict::Delivered(Some(id)) = &verdict {
            memory.know(page_id, id, send);
        }
        drop(in_flight);
        Ok(match verdict {
            Verdict::Delivered(id) => SendOutcome::Delivered(Delivery::answered(id)),
            Verdict::Rejected(error) => SendOutcome::Rejected(error),
            Verdict::NotSent(error) => SendOutcome::NotSent(error),
            Verdict::Unknown(error) => {
                SendOutcome::Unknown(unsettled.because(error, &conversation))
            }
            Verdict::Impossible(error) => return Err(error),
        })
    }
}

/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): an id cannot be part of an address; nothing was sent.
impl IntoFuture for PreparedSend {
    type Output = Result<SendOutcome, Error>;
    type IntoFuture = Sending;

    fn into_future(self) -> Sending {
        Box::pin(self.run())
    }
}
