//! The table of failures: one row for each code, and for each failure that comes as text alone.
//!
//! A new code is one row here and a line in the changelog. What the service does is in docs/behaviour.md#error-codes.

use serde_json::Value;

use crate::error_code::ErrorCode;
use crate::types::ApiError;

/// What kind of failure a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The call was refused as it stands.
    InvalidRequest,
    /// The token is missing, invalid, expired, rotated or of the wrong kind.
    Token,
    /// The user or the page may not do this.
    Permission,
    /// Too many requests.
    RateLimited,
    /// The channel behind Pancake refused it, or failed.
    Channel,
    /// The uploaded file is not accepted.
    File,
}

/// How the server writes a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mark {
    /// `error_code`: Pancake's own code.
    Own(ErrorCode),
    /// `e_code`: the channel's code.
    Channel(ErrorCode),
    /// `e_subcode`: the channel's finer code.
    Subcode(ErrorCode),
    /// `message_code`: a word.
    Word(&'static str),
    /// A text and nothing else.
    Text,
}

/// One row of the table.
#[derive(Debug)]
#[non_exhaustive]
pub struct KnownFailure {
    /// How the server writes it.
    pub mark: Mark,
    /// What kind it is.
    pub kind: FailureKind,
    /// Whether it is certain that the server did not carry the call out.
    pub not_executed: bool,
    /// The HTTP status it comes with.
    pub status: u16,
    /// Beginnings of texts, in lower case, that mean the same if there is no code.
    pub texts: &'static [&'static str],
    /// What to do about it.
    pub hint: &'static str,
}

const YES: bool = true;
const NO: bool = false;

/// Makes a constant of [`ErrorCode`] and a row of each code, and rows of what has no number.
macro_rules! failures {
    (codes { $($(#[$doc:meta])* $name:ident: $mark:ident($code:expr), $kind:ident, $refused:ident, $status:literal, $texts:expr, $hint:expr;)* }
     others { $($other:expr, $other_kind:ident, $other_texts:expr, $other_hint:expr;)* }) => {
        impl ErrorCode {
            $($(#[$doc])* pub const $name: Self = ErrorCode::new($code);)*
        }

        /// Every known failure.
        pub static KNOWN_FAILURES: &[KnownFailure] = &[
            $(KnownFailure {
                mark: Mark::$mark(ErrorCode::$name), kind: FailureKind::$kind, not_executed: $refused, status: $status,
                texts: &$texts, hint: $hint,
            },)*
            $(KnownFailure {
                mark: $other, kind: FailureKind::$other_kind, not_executed: YES, status: 200,
                texts: &$other_texts, hint: $other_hint,
            },)*
        ];
    };
}

// Columns: where and which code; kind; whether it proves that nothing was executed; HTTP status; texts; hint.
failures! {
    codes {
    /// A parameter is missing or bad: fix the call.
    BAD_PARAMETER: Own(100), InvalidRequest, YES, 200, ["since must be provided with until"],
        "Correct the ids and parameters of the call. A comment is answered by reply_comment or private_reply, not by reply.";
    /// The token is missing: fix the call.
    TOKEN_MISSING: Own(101), Token, YES, 200, [],
        "Give the client the token this operation takes.";
    /// The token is invalid, or of the wrong kind for this operation.
    TOKEN_INVALID: Own(102), Token, YES, 200, ["invalid access_token"],
        "Check that the token is complete and of the right kind: operations on pages take the token of that page, list_pages and \
         generate_page_access_token take the user token.";
    /// The session of the user has expired: log in again.
    SESSION_EXPIRED: Own(103), Token, YES, 200, [],
        "Log in to Pancake again and take a new user token.";
    /// Someone minted a new token for the page: load the new one.
    TOKEN_ROTATED: Own(105), Token, YES, 200, ["access_token renewed"],
        "Someone minted a new token for this page: load the token in force from list_pages, and stop whatever mints tokens on \
         each start.";
    /// Invalid token: stop.
    TOKEN_REFUSED: Own(106), Token, YES, 200, [],
        "Give the client a token that is valid for this operation and page.";
    /// Permission denied: stop.
    PERMISSION_DENIED: Own(107), Permission, YES, 200, [],
        "Ask an administrator of the page for the permission, or check its plan.";
    /// The plan of the page does not allow this: stop.
    PLAN_REFUSED: Own(121), Permission, YES, 200, [],
        "The plan of the page does not include this: change the plan.";
    /// The subscription of the page has expired: stop.
    SUBSCRIPTION_EXPIRED: Own(122), Permission, YES, 200, [],
        "The subscription of the page has expired: renew it.";
    /// Too many requests; this one was not executed: wait, then repeat.
    TOO_MANY_REQUESTS: Own(429), RateLimited, YES, 429, ["too many requests"],
        "Wait and try again: a page takes 5 calls a second, and often less. Nothing was executed.";
    /// `e_subcode`: outside Facebook's 24 h window: stop.
    CHANNEL_OUTSIDE_WINDOW: Subcode(2_018_278), Channel, YES, 200, [],
        "Facebook allows messages for 24 hours after the customer wrote: wait until the customer writes again.";
    /// `e_subcode`: a limit on Facebook's side: try much later.
    CHANNEL_LIMIT: Subcode(3_252_001), Channel, YES, 200, [],
        "A limit of Facebook is reached: try again much later.";
    /// `e_code`: the channel failed. Facebook gives it also for messages that went out.
    CHANNEL_FAILED: Channel(1), Channel, NO, 200, [], CHANNEL_IN_DOUBT;
    /// `e_code`: the channel failed for the moment, and does not say that nothing was sent.
    CHANNEL_BUSY: Channel(2), Channel, NO, 200, [], CHANNEL_IN_DOUBT;
    /// `e_code`: the channel refuses the message, on Facebook outside its 24 h window: stop.
    CHANNEL_REFUSED: Channel(10), Channel, YES, 200, [],
        "Facebook allows messages for 24 hours after the customer wrote: wait until the customer writes again.";
    /// `e_code`: the post or comment is gone: stop.
    CHANNEL_TARGET_GONE: Channel(100), Channel, YES, 200, [],
        "The post or comment is gone: do not try again.";
    /// `e_code`: the person is not available: stop.
    CHANNEL_PERSON_UNAVAILABLE: Channel(551), Channel, YES, 200, [],
        "The person can't be reached on this channel: do not try again.";
    /// `e_code`: the channel failed for the moment, and does not say that nothing was sent.
    CHANNEL_TEMPORARY: Channel(1200), Channel, NO, 200, [], CHANNEL_IN_DOUBT;
    /// `e_code`: this comment has a private reply already: stop.
    CHANNEL_ALREADY_REPLIED: Channel(10_900), Channel, YES, 200, [],
        "This comment has a private reply already, and takes one only: write into the inbox of the person.";
    }
    others {
    Mark::Word("invalid_upload_fb_attachments_result"), Channel, ["invalid_upload_fb_attachments_result"],
        "The uploaded file has expired or was used already: upload it again, then send. If a fresh upload is refused too, this \
         person can't be sent files: they have only commented, or the channel's window is closed.";
    Mark::Text, File, ["file size should not exceed"],
        "The channel takes only smaller files: make the file smaller, then upload it.";
    }
}

const CHANNEL_IN_DOUBT: &str = "The channel failed, and the message may have been sent: read the last messages before you repeat it.";

impl KnownFailure {
    /// The row of what the API reported. Pancake's own code counts before a word, a word before the channel's codes, and texts
    /// only where there is none of them.
    pub fn of(api: &ApiError) -> Option<&'static KnownFailure> {
        let listed = api.errors.iter().flatten().map(|item| item.error_code);
        let own = std::iter::once(api.error_code).chain(listed).flatten();
        if let Some(code) = own.into_iter().find(is_some_code) {
            return by_own_code(code);
        }
        let word = api.message_code.as_deref().map(str::trim);
        let word = word.filter(|word| !word.is_empty());
        let codes = (
            api.e_subcode.filter(is_some_code),
            api.e_code.filter(is_some_code),
        );
        if word.is_some() || codes != (None, None) {
            let fine = |mark| matches!(mark, Mark::Subcode(code) if Some(code) == codes.0);
            let coarse = |mark| matches!(mark, Mark::Channel(code) if Some(code) == codes.1);
            let named = |mark| matches!(mark, Mark::Word(known) if Some(known) == word);
            // A channel that failed leaves a doubt, whatever finer code it gives.
            let in_doubt = by_mark(coarse).filter(|row| !row.not_executed);
            return in_doubt
                .or_else(|| by_mark(named))
                .or_else(|| by_mark(fine))
                .or_else(|| by_mark(coarse));
        }
        let listed = api
            .errors
            .iter()
            .flatten()
            .map(|item| item.message.as_deref());
        let mut texts = [api.message.as_deref(), api.error.as_deref()]
            .into_iter()
            .chain(listed)
            .flatten();
        texts.find_map(by_text)
    }
}

fn is_some_code(code: &ErrorCode) -> bool {
    code.get() != 0
}

fn by_mark(fits: impl Fn(Mark) -> bool) -> Option<&'static KnownFailure> {
    KNOWN_FAILURES.iter().find(|row| fits(row.mark))
}

/// Channel codes of more than three digits were seen in Pancake's place too; shorter ones mean other things there.
fn by_own_code(code: ErrorCode) -> Option<&'static KnownFailure> {
    by_mark(|mark| match mark {
        Mark::Own(known) => known == code,
        Mark::Channel(known) | Mark::Subcode(known) => known == code && code.get() > 999,
        _ => false,
    })
}

fn by_text(text: &str) -> Option<&'static KnownFailure> {
    // Only the beginning: the rest can quote a customer, and a send that is taken for not executed goes out again.
    let text = text.trim().to_lowercase();
    let mut rows = KNOWN_FAILURES.iter();
    rows.find(|row| row.texts.iter().any(|part| text.starts_with(part)))
}

/// Copies into an error what stands in its `original_error` alone: the channel's codes, its text, or the word. It comes as a
/// text, as an object, or as JSON in a text (docs/behaviour.md#error-shapes).
pub fn read_original_error(api: &mut ApiError) {
    let parsed = match &api.original_error {
        Some(Value::String(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
        }
        Some(other) => other.clone(),
        None => Value::Null,
    };
    let original = parsed.get("error").unwrap_or(&parsed);
    let number = |key: &str| {
        let code = original.get(key)?.as_i64().map(ErrorCode::new)?;
        Some(code).filter(is_some_code)
    };
    api.e_code = api.e_code.filter(is_some_code).or_else(|| number("code"));
    api.e_subcode = api
        .e_subcode
        .filter(is_some_code)
        .or_else(|| number("error_subcode"));
    let text = original
        .as_str()
        .or_else(|| original.get("message")?.as_str());
    if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
        let is_word = |row: &KnownFailure| matches!(row.mark, Mark::Word(word) if word == text);
        if KNOWN_FAILURES.iter().any(is_word) {
            api.message_code.get_or_insert_with(|| text.to_owned());
        } else if api
            .message
            .as_deref()
            .is_none_or(|known| known.trim().is_empty())
        {
            api.message = Some(text.to_owned());
        }
    }
    api.e_code = api
        .e_code
        .or_else(|| code_in_front(api.message.as_deref()?));
}

/// The number of a text that begins with `(#551)`, as Facebook's do.
fn code_in_front(text: &str) -> Option<ErrorCode> {
    let (number, _) = text.trim_start().strip_prefix("(#")?.split_once(')')?;
    number.parse().ok().map(ErrorCode::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORD: &str = "invalid_upload_fb_attachments_result";

    fn read(json: &str) -> ApiError {
        let mut api = serde_json::from_str(json).unwrap();
        read_original_error(&mut api);
        api
    }

    fn mark(json: &str) -> Option<Mark> {
        KnownFailure::of(&read(json)).map(|row| row.mark)
    }

    #[test]
    fn failure_without_code_is_known_by_its_text() {
        for (text, code) in [
            ("Too many requests", 429),
            ("Invalid access_token", 102),
            ("access_token renewed please use new access_token", 105),
            ("Since must be provided with until", 100),
        ] {
            let expected = Some(Mark::Own(ErrorCode::new(code)));
            assert_eq!(mark(&format!(r#"{{"message":"{text}"}}"#)), expected);
            assert_eq!(mark(&format!(r#"{{"error":"{text}"}}"#)), expected);
        }
        for (text, code) in [("(#551) This person", 551), ("(#10) outside", 10)] {
            let expected = Some(Mark::Channel(ErrorCode::new(code)));
            assert_eq!(mark(&format!(r#"{{"message":"{text}"}}"#)), expected);
        }
        let too_large = r#"{"message":"File size should not exceed 500KB"}"#;
        assert_eq!(mark(too_large), Some(Mark::Text));
        let unknown = r#"{"message":"An error occurred. Please try again later."}"#;
        assert_eq!(mark(unknown), None);
        let quoted = r#"{"message":"Could not send \"too many requests today\""}"#;
        assert_eq!(mark(quoted), None);
        let other_code = r#"{"message":"Too many requests","error_code":4711}"#;
        assert_eq!(mark(other_code), None);
    }

    #[test]
    fn original_error_is_read_in_every_form() {
        let window = Some(Mark::Subcode(ErrorCode::CHANNEL_OUTSIDE_WINDOW));
        let object = r#"{"error":{"code":10,"error_subcode":2018278,"message":"m"}}"#;
        assert_eq!(mark(&format!(r#"{{"original_error":{object}}}"#)), window);
        assert_eq!(mark(&format!(r#"{{"original_error":{object:?}}}"#)), window);
        let word = format!(r#"{{"original_error":"{WORD}"}}"#);
        assert_eq!(mark(&word), Some(Mark::Word(WORD)));
        let replied = Some(Mark::Channel(ErrorCode::CHANNEL_ALREADY_REPLIED));
        assert_eq!(mark(r##"{"original_error":"(#10900) replied"}"##), replied);
        assert_eq!(mark(r#"{"error_code":10900}"#), replied);
        let api = read(r#"{"original_error":{"error":{"message":"m"}}}"#);
        assert_eq!(api.message.as_deref(), Some("m"));
    }
}
