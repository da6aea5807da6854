//! A message that is about to be sent.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use pancake_client::operations::SEND_MESSAGE;
use pancake_client::send::ReplyComment;
use pancake_client::types::{Mention, SendMessageBody};
use pancake_client::{ContentId, Operation};

use super::check::{check, refuse};
use super::options::SendOptions;
use super::outcome::{SendOutcome, judge};
use super::reconcile::Reconciled;
use super::unsettled::Unsettled;
use crate::error::{Error, Execution};
use crate::scope::conversation::Conversation;

static OPERATION: Operation = SEND_MESSAGE;

/// A message on its way; nothing is sent before it is awaited. It fails with
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the message cannot be sent as it stands, and nothing was.
pub type SendFuture = Pin<Box<dyn Future<Output = Result<SendOutcome, Error>> + Send>>;

/// A message that is about to be sent. Made by [`Conversation::reply`] and its like; nothing is sent before it is awaited,
/// and then once, unless the first request was provably not executed.
///
/// The result has two levels. `Err` says that the message cannot be sent as it stands and that nothing was; everything that
/// became of a send is a [`SendOutcome`]. `chat.reply("…").await?.delivered()?` is the short way for both.
///
/// # When the future is dropped
///
/// A send that is dropped half-way (a time-out around it, a `select!`, the end of the program) may have been carried out all
/// the same, and nothing is left that says so. Where that can happen, keep what [`prepare`](SendRequest::prepare) gives before
/// you send; or set [`CallOptions::call_timeout`](crate::CallOptions::call_timeout), which ends as [`SendOutcome::Unknown`] or
/// [`SendOutcome::NotSent`].
#[derive(Clone)]
#[must_use = "nothing is sent before it is awaited"]
pub struct SendRequest<B> {
    conversation: Conversation,
    body: B,
    options: SendOptions,
}

/// Without the text, which is a customer's business.
impl<B> fmt::Debug for SendRequest<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendRequest")
            .field("conversation", &self.conversation)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<B> SendRequest<B> {
    pub(super) fn new(conversation: &Conversation, body: B) -> Self {
        SendRequest {
            conversation: conversation.clone(),
            body,
            options: SendOptions::new(),
        }
    }

    /// Takes these options, in place of those before.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::SendOptions;
    ///
    /// let delivery = chat.reply("Dạ còn hàng ạ").options(SendOptions::new().reconcile()).await?.delivered()?;
    /// # Ok(()) }
    /// ```
    pub fn options(mut self, options: SendOptions) -> Self {
        self.options = options;
        self
    }
}

impl SendRequest<ReplyComment> {
    /// People named in the text. Each must cover its name there; whether the API counts characters or UTF-16 units is unknown.
    /// They differ only behind an emoji, and both pass.
    pub fn mentions(mut self, mentions: impl IntoIterator<Item = Mention>) -> Self {
        self.body = self.body.mentions(mentions.into_iter().collect());
        self
    }

    /// Uploaded files alongside the text: a comment, unlike other messages, may hold both.
    pub fn files(mut self, ids: impl IntoIterator<Item = impl Into<ContentId>>) -> Self {
        self.body = self.body.files(ids);
        self
    }
}

impl<B: TryInto<SendMessageBody, Error: fmt::Display>> SendRequest<B> {
    /// Checks the message. Gives what to keep in case the program ends, or drops the send, half-way; and the send, which
    /// begins when it is awaited.
    ///
    /// Another process finds the message for certain if this client has had any response before, which tells the server's
    /// time, or if [`after`](SendOptions::after) was given.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), Box<dyn std::error::Error>> {
    /// let (unsettled, sending) = chat.reply("Dạ còn hàng ạ").prepare()?;
    /// std::fs::write("under_way.json", serde_json::to_string(&unsettled)?)?;
    /// let delivery = sending.await?.delivered()?;
    /// std::fs::remove_file("under_way.json")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): it cannot be sent as it stands; the message says what to do.
    pub fn prepare(self) -> Result<(Unsettled, SendFuture), Error> {
        let prepared = self.prepared()?;
        Ok((prepared.unsettled.clone(), Box::pin(prepared.run())))
    }

    fn prepared(self) -> Result<Prepared, Error> {
        let page = self.conversation.page().id();
        let body = checked(self.body, &self.options, &self.conversation);
        let body = body.map_err(|error| error.of(&OPERATION, Some(page.as_str())))?;
        Ok(Prepared {
            unsettled: Unsettled::new(&self.conversation, &body, self.options.after),
            conversation: self.conversation,
            body,
            reconcile: self.options.reconcile,
        })
    }
}

fn checked<B: TryInto<SendMessageBody, Error: fmt::Display>>(
    body: B,
    options: &SendOptions,
    conversation: &Conversation,
) -> Result<SendMessageBody, Error> {
    let mut body = body
        .try_into()
        .or_else(|nothing| refuse(nothing.to_string()))?;
    options.apply(&mut body)?;
    check(&body, conversation.page().id())?;
    Ok(body)
}

/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the message cannot be sent as it stands, and nothing was.
impl<B: TryInto<SendMessageBody, Error: fmt::Display>> IntoFuture for SendRequest<B> {
    type Output = Result<SendOutcome, Error>;
    type IntoFuture = SendFuture;

    fn into_future(self) -> SendFuture {
        let prepared = self.prepared();
        Box::pin(async move { prepared?.run().await })
    }
}

/// A message that was checked.
struct Prepared {
    conversation: Conversation,
    body: SendMessageBody,
    unsettled: Unsettled,
    reconcile: bool,
}

impl Prepared {
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
        let conversation = &self.conversation;
        let unsettled = self.unsettled.begun(conversation);
        let page = conversation.page();
        let (send, memory) = (unsettled.send, page.pancake().sends());
        let in_flight = memory.begin(page.id(), conversation.id(), send);
        let call = page
            .client()
            .send_message()
            .page_id(page.id())
            .conversation_id(conversation.id())
            .body(self.body);
        let result = call.send().await;
        let result = result.map(|response| response.into_inner());
        let outcome = judge(result.map_err(Error::from), |error| {
            unsettled.because(error, conversation)
        });
        // What is known is noted before the send counts as over, so that no read-back takes the message for its own.
        if let Ok(SendOutcome::Delivered(delivery)) = &outcome
            && let Some(id) = &delivery.message_id
        {
            memory.know(page.id(), id, send);
        }
        drop(in_flight);
        outcome
    }
}
