//! How a send ended, and what an answer or a failure says about that.

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
    /// Nobody knows whether the message was sent. Do not send it again before [`Unsettled::reconcile`] has said that it is
    /// not there.
    Unknown(Unsettled),
}

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// Its id; `None` if the server said that it is sent, and not which it is.
    pub message_id: Option<MessageId>,
    /// Whether the answer was lost, and the message found by reading the conversation back.
    pub read_back: bool,
}

impl Delivery {
    pub(crate) fn answered(message_id: Option<MessageId>) -> Self {
        Delivery {
            message_id,
            read_back: false,
        }
    }

    pub(crate) fn found(message_id: Option<MessageId>) -> Self {
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

    /// Whether nobody knows.
    pub fn is_unknown(&self) -> bool {
        matches!(self, SendOutcome::Unknown(_))
    }

    /// Why it was not sent, or why nobody knows. `None` if it was sent.
    pub fn error(&self) -> Option<&Error> {
        match self {
            SendOutcome::Delivered(_) => None,
            SendOutcome::Rejected(error) | SendOutcome::NotSent(error) => Some(error),
            SendOutcome::Unknown(unsettled) => unsettled.error(),
        }
    }

    /// What is to be settled, if nobody knows.
    pub fn unsettled(&self) -> Option<&Unsettled> {
        match self {
            SendOutcome::Unknown(unsettled) => Some(unsettled),
            _ => None,
        }
    }
}

/// What the end of a call says about the send.
#[derive(Debug)]
pub(crate) enum Verdict {
    Delivered(Option<MessageId>),
    Rejected(Error),
    NotSent(Error),
    Unknown(Error),
    /// It was refused by this library, and will always be.
    Impossible(Error),
}

/// Judges the end of a call.
pub(crate) fn judge(result: Result<SentMessage, Error>) -> Verdict {
    match result {
        Ok(answer) => of_answer(answer),
        Err(error) => match error.execution() {
            Execution::NotExecuted => not_executed(error),
            Execution::Executed => of_odd_answer(error),
            _ => Verdict::Unknown(error),
        },
    }
}

/// HTTP 200 alone does not mean sent: the answer has to say so, or to name the message.
fn of_answer(answer: SentMessage) -> Verdict {
    let id = answer.id.filter(|id| !id.as_str().is_empty());
    if id.is_some() || answer.success == Some(true) {
        return Verdict::Delivered(id);
    }
    Verdict::Unknown(
        Error::new(
            ErrorKind::InvalidAnswer,
            "the answer says neither that the message was sent nor that it was not",
        )
        .with_execution(Execution::Unknown)
        .with_status(200, None),
    )
}

/// An answer that passed for a success, and has a form that nobody knows.
fn of_odd_answer(error: Error) -> Verdict {
    let success = error
        .body()
        .and_then(|body| serde_json::from_slice::<serde_json::Value>(body).ok())
        .is_some_and(|answer| answer.get("success") == Some(&serde_json::Value::Bool(true)));
    if success {
        Verdict::Delivered(None)
    } else {
        Verdict::Unknown(error.with_execution(Execution::Unknown))
    }
}

fn not_executed(error: Error) -> Verdict {
    // Without a status there was no answer to this call: it came to nothing on this side, perhaps in the look-up of a
    // token, whose own error is the source.
    let answered = error.status().is_some();
    match error.kind() {
        ErrorKind::Channel | ErrorKind::Api | ErrorKind::InvalidRequest | ErrorKind::Permission
            if answered =>
        {
            Verdict::Rejected(error)
        }
        ErrorKind::InvalidRequest if std::error::Error::source(&error).is_none() => {
            Verdict::Impossible(error)
        }
        _ => Verdict::NotSent(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(error: Error) -> &'static str {
        name(&judge(Err(error)))
    }

    fn name(verdict: &Verdict) -> &'static str {
        match verdict {
            Verdict::Delivered(Some(_)) => "delivered, with id",
            Verdict::Delivered(None) => "delivered",
            Verdict::Rejected(_) => "rejected",
            Verdict::NotSent(_) => "not sent",
            Verdict::Unknown(_) => "unknown",
            Verdict::Impossible(_) => "impossible",
        }
    }

    fn answered(kind: ErrorKind) -> Error {
        Error::new(kind, "").with_status(200, None)
    }

    #[test]
    fn an_answer_must_say_that_the_message_was_sent() {
        for (answer, expected) in [
            (r#"{"success":true,"id":"m_1"}"#, "delivered, with id"),
            (r#"{"success":true}"#, "delivered"),
            (r#"{"success":true,"id":""}"#, "delivered"),
            (r#"{"id":"m_1"}"#, "delivered, with id"),
            ("{}", "unknown"),
            (r#"{"message":"Xin chào"}"#, "unknown"),
        ] {
            let answer = serde_json::from_str(answer).unwrap();
            assert_eq!(name(&judge(Ok(answer))), expected);
        }
    }

    #[test]
    fn a_refusal_that_was_answered_is_rejected_and_one_of_our_own_impossible() {
        use ErrorKind::*;
        for kind in [Channel, Api, InvalidRequest, Permission] {
            assert_eq!(verdict(answered(kind)), "rejected", "{kind:?}");
        }
        assert_eq!(verdict(Error::new(InvalidRequest, "")), "impossible");
    }

    #[test]
    fn what_never_went_out_or_was_turned_away_at_the_door_may_be_sent_again() {
        use ErrorKind::*;
        for error in [
            Error::new(Connect, ""),
            Error::new(Timeout, ""),
            Error::new(Token, ""),
            Error::new(Store, ""),
            answered(Token),
            answered(RateLimited),
            // A look-up of the token that was refused: the send itself was not.
            Error::new(Permission, ""),
            Error::new(InvalidRequest, "").with_source(Error::new(InvalidRequest, "")),
        ] {
            assert_eq!(verdict(error.clone()), "not sent", "{error:?}");
        }
    }

    #[test]
    fn a_doubt_is_unknown_whatever_the_kind() {
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
            let error = answered(kind).with_execution(Execution::Unknown);
            assert_eq!(verdict(error), "unknown", "{kind:?}");
        }
    }

    #[test]
    fn a_success_of_an_odd_form_is_delivered_without_id() {
        let odd = |body: &'static str| {
            Error::new(ErrorKind::InvalidAnswer, "")
                .with_execution(Execution::Executed)
                .with_body(bytes::Bytes::from_static(body.as_bytes()))
        };
        assert_eq!(verdict(odd(r#"{"success":true,"id":{}}"#)), "delivered");
        assert_eq!(verdict(odd(r#"{"id":{}}"#)), "unknown");
        assert_eq!(verdict(odd("[]")), "unknown");
    }
}
