//! How a send ended, and what a response or a failure says about that.

use pancake_client::MessageId;
use pancake_client::types::SentMessage;

use super::unsettled::Unsettled;
use crate::error::{Error, ErrorKind, Execution};

/// How a send ended.
///
/// ```no_run
/// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
/// use pancake_ext::SendOutcome;
///
/// match chat.reply("Dạ còn hàng ạ").await? {
///     SendOutcome::Delivered(delivery) => println!("sent: {:?}", delivery.message_id),
///     SendOutcome::Rejected(error) => println!("refused: {error}. {}", error.hint()),
///     SendOutcome::NotSent(error) => println!("not sent, may be sent again: {error}"),
///     SendOutcome::Unknown(unsettled) => println!("{:?}", unsettled.reconcile(&chat).await?),
///     _ => {}
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a send may have failed, or its outcome may be unknown"]
#[non_exhaustive]
pub enum SendOutcome {
    /// The message was sent.
    Delivered(Delivery),
    /// The API or the channel looked at it and refused. The same message will be refused again until what the error names
    /// has changed.
    Rejected(Error),
    /// It was never carried out: no connection, too many requests, no valid token, a time-out before anything was sent. Once
    /// the reason is gone, it may be sent again.
    NotSent(Error),
    /// The message may have been sent. Do not send it again before [`Unsettled::reconcile`] has said that it is not there.
    Unknown(Box<Unsettled>),
}

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// Its id; `None` if the response says that it was sent, without an id.
    pub message_id: Option<MessageId>,
    /// Whether the response was lost, and the message found by reading the conversation back.
    pub read_back: bool,
}

impl Delivery {
    fn confirmed(message_id: Option<MessageId>) -> Self {
        Delivery {
            message_id,
            read_back: false,
        }
    }

    pub(super) fn found(message_id: Option<MessageId>) -> Self {
        Delivery {
            message_id,
            read_back: true,
        }
    }
}

impl SendOutcome {
    /// The delivery, or why there is none.
    ///
    /// # Errors
    ///
    /// The error of the other outcomes. That of [`Unknown`](SendOutcome::Unknown) has
    /// [`Execution::Unknown`](crate::Execution::Unknown): the message may have been sent.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
    /// let delivery = chat.reply("Dạ còn hàng ạ").await?.delivered()?;
    /// # Ok(()) }
    /// ```
    pub fn delivered(self) -> Result<Delivery, Error> {
        match self {
            SendOutcome::Delivered(delivery) => Ok(delivery),
            SendOutcome::Rejected(error) | SendOutcome::NotSent(error) => Err(error),
            SendOutcome::Unknown(unsettled) => Err(unsettled.to_error()),
        }
    }

    /// Whether the message was sent.
    pub fn is_delivered(&self) -> bool {
        matches!(self, SendOutcome::Delivered(_))
    }

    /// Whether the API or the channel refused it.
    pub fn is_rejected(&self) -> bool {
        matches!(self, SendOutcome::Rejected(_))
    }

    /// Whether it was never carried out, so that the same send does no harm.
    pub fn is_not_sent(&self) -> bool {
        matches!(self, SendOutcome::NotSent(_))
    }

    /// Whether the outcome is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self, SendOutcome::Unknown(_))
    }

    /// Why it was not sent, or why the outcome is unknown. `None` if it was sent.
    pub fn error(&self) -> Option<&Error> {
        match self {
            SendOutcome::Delivered(_) => None,
            SendOutcome::Rejected(error) | SendOutcome::NotSent(error) => Some(error),
            SendOutcome::Unknown(unsettled) => unsettled.error.as_ref(),
        }
    }

    /// What is to be settled, if the outcome is unknown.
    pub fn unsettled(&self) -> Option<&Unsettled> {
        match self {
            SendOutcome::Unknown(unsettled) => Some(unsettled),
            _ => None,
        }
    }
}

/// Judges how the call of a send ended.
///
/// # Errors
///
/// This library refused the send, and always will.
pub(super) fn judge(
    result: Result<SentMessage, Error>,
    unknown: impl FnOnce(Error) -> Unsettled,
) -> Result<SendOutcome, Error> {
    let unknown = |error: Error| {
        let error = error.with_execution(Execution::Unknown);
        SendOutcome::Unknown(Box::new(unknown(error)))
    };
    let error = match result {
        Ok(sent) => match confirmed(sent) {
            Some(delivery) => return Ok(SendOutcome::Delivered(delivery)),
            None => return Ok(unknown(no_statement())),
        },
        Err(error) => error,
    };
    match error.execution() {
        Execution::NotExecuted => not_executed(error),
        Execution::Executed if says_success(&error) => {
            Ok(SendOutcome::Delivered(Delivery::confirmed(None)))
        }
        _ => Ok(unknown(error)),
    }
}

/// HTTP 200 alone does not mean sent: the response has to say so, or to name the message.
fn confirmed(sent: SentMessage) -> Option<Delivery> {
    let id = sent.id.filter(|id| !id.as_str().is_empty());
    (id.is_some() || sent.success == Some(true)).then(|| Delivery::confirmed(id))
}

fn no_statement() -> Error {
    let message = "the response says neither that the message was sent nor that it was not";
    Error::new(ErrorKind::InvalidAnswer, message).with_status(200, None)
}

/// Whether a response of an unknown form says `success`.
fn says_success(error: &Error) -> bool {
    let body = error.body().unwrap_or_default();
    let body: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    body.is_some_and(|body| body.get("success") == Some(&serde_json::Value::Bool(true)))
}

fn not_executed(error: Error) -> Result<SendOutcome, Error> {
    // Without a status there was no response to this call: it failed on this side, perhaps in the lookup of a token, whose
    // own error is the source.
    let has_response = error.status().is_some();
    match error.kind() {
        ErrorKind::Channel
        | ErrorKind::Api
        | ErrorKind::File
        | ErrorKind::InvalidRequest
        | ErrorKind::Permission
            if has_response =>
        {
            Ok(SendOutcome::Rejected(error))
        }
        ErrorKind::InvalidRequest if std::error::Error::source(&error).is_none() => Err(error),
        _ => Ok(SendOutcome::NotSent(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(result: Result<SentMessage, Error>) -> &'static str {
        match judge(result, |_| Unsettled::of_text("a")) {
            Ok(SendOutcome::Delivered(Delivery {
                message_id: Some(_),
                ..
            })) => "delivered, with id",
            Ok(SendOutcome::Delivered(_)) => "delivered",
            Ok(SendOutcome::Rejected(_)) => "rejected",
            Ok(SendOutcome::NotSent(_)) => "not sent",
            Ok(SendOutcome::Unknown(_)) => "unknown",
            Err(_) => "impossible",
        }
    }

    fn responded(kind: ErrorKind) -> Error {
        Error::new(kind, "").with_status(200, None)
    }

    #[test]
    fn response_must_say_that_the_message_was_sent() {
        for (response, expected) in [
            (r#"{"success":true,"id":"m_1"}"#, "delivered, with id"),
            (r#"{"success":true}"#, "delivered"),
            (r#"{"success":true,"id":""}"#, "delivered"),
            (r#"{"id":"m_1"}"#, "delivered, with id"),
            ("{}", "unknown"),
            (r#"{"message":"Xin chào"}"#, "unknown"),
        ] {
            let response = serde_json::from_str(response).unwrap();
            assert_eq!(name(Ok(response)), expected);
        }
    }

    #[test]
    fn refusal_is_rejected_with_a_response_and_impossible_without() {
        use ErrorKind::*;
        for kind in [Channel, Api, File, InvalidRequest, Permission] {
            assert_eq!(name(Err(responded(kind))), "rejected", "{kind:?}");
        }
        assert_eq!(name(Err(Error::new(InvalidRequest, ""))), "impossible");
    }

    #[test]
    fn unexecuted_send_may_be_sent_again() {
        use ErrorKind::*;
        for error in [
            Error::new(Connect, ""),
            Error::new(Timeout, ""),
            Error::new(Token, ""),
            Error::new(Store, ""),
            responded(Token),
            responded(RateLimited),
            // A lookup of the token that was refused: the send itself was not.
            Error::new(Permission, ""),
            Error::new(InvalidRequest, "").with_source(Error::new(InvalidRequest, "")),
        ] {
            assert_eq!(name(Err(error.clone())), "not sent", "{error:?}");
        }
    }

    #[test]
    fn unknown_execution_is_unknown_for_every_kind() {
        use ErrorKind::*;
        for kind in [
            Server,
            Timeout,
            Interrupted,
            Transport,
            InvalidAnswer,
            RateLimited,
            Channel,
            Token,
        ] {
            let error = responded(kind).with_execution(Execution::Unknown);
            assert_eq!(name(Err(error)), "unknown", "{kind:?}");
        }
    }

    #[test]
    fn odd_response_that_says_success_is_delivered() {
        for (body, expected) in [
            (r#"{"success":true,"id":{}}"#, "delivered"),
            (r#"{"id":{}}"#, "unknown"),
            ("[]", "unknown"),
        ] {
            let error = Error::new(ErrorKind::InvalidAnswer, "")
                .with_execution(Execution::Executed)
                .with_body(bytes::Bytes::from_static(body.as_bytes()));
            assert_eq!(name(Err(error)), expected);
        }
    }
}
