//! Refuses a message that cannot work, before anything is sent.

use pancake_client::send::NothingToSend;
use pancake_client::types::{Mention, SendMessageBody};
use pancake_client::{Channel, ContentId, PageId};
use serde_json::Value;

use crate::error::{Error, ErrorKind};

/// The text and the files of a message.
pub(super) fn content(body: &SendMessageBody) -> (Option<&str>, &[ContentId]) {
    let (text, files) = match body {
        SendMessageBody::ReplyInbox {
            message,
            content_ids,
            ..
        }
        | SendMessageBody::PrivateReplies {
            message,
            content_ids,
            ..
        } => (message.as_deref(), content_ids),
        SendMessageBody::ReplyComment {
            message,
            content_ids,
            ..
        } => (Some(message.as_str()), content_ids),
    };
    (text, files.as_deref().unwrap_or_default())
}

/// Refuses a body that cannot work.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`], with what to do.
pub(super) fn check(body: &SendMessageBody, page: &PageId) -> Result<(), Error> {
    if let Some(name) = empty_id(body) {
        return refuse(format!("`{name}` is empty: give the id"));
    }
    let (text, files) = content(body);
    if text.is_some_and(is_blank) {
        return refuse(
            "the text is empty: give text, or files alone; a comment needs text alongside files too",
        );
    }
    match body {
        SendMessageBody::ReplyInbox {
            template_id: Some(template),
            ..
        } => return check_template(template, page),
        SendMessageBody::ReplyComment {
            message,
            mentions: Some(mentions),
            ..
        } => check_mentions(message, mentions)?,
        _ if text.is_none() && files.is_empty() => return refuse(NothingToSend.to_string()),
        _ => {}
    }
    if files.iter().any(|id| id.as_str().is_empty()) {
        return refuse("a content id is empty: take it from the response of an upload");
    }
    let (count, most) = (files.len(), most_files(page));
    if count > most {
        return refuse(format!(
            "{count} content ids in one message, and the channel of this page takes {most}: send them in several messages"
        ));
    }
    Ok(())
}

/// The name of an id that is empty, as it would go out.
fn empty_id(body: &SendMessageBody) -> Option<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(body) else {
        return None;
    };
    let mut fields = fields.into_iter();
    let empty = fields.find(|(name, value)| name.ends_with("_id") && *value == "");
    empty.map(|(name, _)| name)
}

/// Pages of an unknown channel are let through.
fn check_template(template: &str, page: &PageId) -> Result<(), Error> {
    if is_blank(template) {
        return refuse("the id of the template is empty: give that of an approved one");
    }
    match page.channel() {
        Channel::WhatsApp | Channel::WhatsAppOfficial | Channel::Other(_) => Ok(()),
        channel => refuse(format!(
            "templates are for WhatsApp, and this page is on {channel}: send text or uploaded files"
        )),
    }
}

/// How many content ids one send takes. The server says itself what an unknown channel takes.
fn most_files(page: &PageId) -> usize {
    match page.channel() {
        Channel::Facebook | Channel::PersonalZalo | Channel::Other(_) => 30,
        Channel::Instagram | Channel::Telegram | Channel::ChatPlugin => 10,
        _ => 1,
    }
}

/// Refuses mentions that do not cover their name in the text. Whether the API counts characters or UTF-16 units is unknown;
/// they differ only behind an emoji, and either is taken.
fn check_mentions(text: &str, mentions: &[Mention]) -> Result<(), Error> {
    for (number, mention) in (1..).zip(mentions) {
        if mention.psid.as_str().is_empty() {
            return refuse(format!(
                "mention {number} has no `psid`: give the person's id"
            ));
        }
        if mention.name.is_empty() || !covers_its_name(text, mention) {
            return refuse(format!(
                "mention {number} does not cover its name: `offset` and `length` must be where the text has it, in characters"
            ));
        }
    }
    Ok(())
}

fn covers_its_name(text: &str, mention: &Mention) -> bool {
    let range = (
        usize::try_from(mention.offset),
        usize::try_from(mention.length),
    );
    let (Ok(offset), Ok(length)) = range else {
        return false;
    };
    let characters: String = text.chars().skip(offset).take(length).collect();
    let name: Vec<u16> = mention.name.encode_utf16().collect();
    let units: Vec<u16> = text.encode_utf16().skip(offset).take(length).collect();
    characters == mention.name || units == name
}

/// Every channel refuses white space alone.
pub(super) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

pub(super) fn refuse<T>(message: impl Into<String>) -> Result<T, Error> {
    Err(Error::new(ErrorKind::InvalidRequest, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pancake_client::send::{
        PrivateReply, ReplyComment, ReplyInbox, SendContent, TemplateMessage,
    };

    fn files(count: usize) -> Vec<ContentId> {
        (0..count).map(|n| ContentId::from(n.to_string())).collect()
    }

    fn body<B: TryInto<SendMessageBody, Error: std::fmt::Debug>>(body: B) -> SendMessageBody {
        body.try_into().unwrap()
    }

    fn inbox(content: impl Into<SendContent>) -> ReplyInbox {
        ReplyInbox::new(content)
    }

    #[test]
    fn impossible_message_is_refused_with_advice() {
        let comment = |text| ReplyComment::new("m", text);
        for (body, page, word) in [
            (body(inbox("")), "1", "text is empty"),
            (body(inbox(" \n")), "1", "text is empty"),
            (body(inbox(files(31))), "1", "several messages"),
            (body(inbox(files(2))), "zl_1", "takes 1"),
            (body(inbox(ContentId::from(""))), "1", "content id"),
            (body(inbox("a").sender_id("")), "1", "`sender_id`"),
            (body(ReplyComment::new("", "a")), "1", "`message_id`"),
            (body(comment(" ").files(files(1))), "1", "needs text"),
            (body(comment("a").files(files(31))), "1", "several"),
            (body(PrivateReply::new("p", "m", "", "a")), "1", "`from_id`"),
            (body(TemplateMessage::new("t")), "1", "for WhatsApp"),
            (body(TemplateMessage::new(" ")), "waba_1", "the template"),
        ] {
            let error = check(&body, &PageId::from(page)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.message().contains(word), "{error}");
        }
    }

    #[test]
    fn possible_message_passes() {
        for (body, page) in [
            (body(inbox("a")), "1"),
            (body(inbox(files(30))), "1"),
            (body(ReplyComment::new("m", "a").files(files(2))), "1"),
            (body(PrivateReply::new("p", "m", "f", files(1))), "1"),
            (body(TemplateMessage::new("t")), "waba_1"),
            (body(TemplateMessage::new("t")), "wa_1"),
            (body(TemplateMessage::new("t")), "new_1"),
        ] {
            check(&body, &PageId::from(page)).unwrap();
        }
    }

    #[test]
    fn channel_decides_how_many_files_a_send_takes() {
        for (page, most) in [
            ("1000000000000001", 30),
            ("pzl_1", 30),
            ("zl_1", 1),
            ("igo_1", 10),
            ("tl_1", 10),
            ("web_1", 10),
            ("waba_1", 1),
            ("new_1", 30),
        ] {
            assert_eq!(most_files(&PageId::from(page)), most, "{page}");
        }
    }

    #[test]
    fn mention_must_cover_its_name() {
        let name = "Nguyễn Văn A";
        for (text, name, offset, length, fits) in [
            ("Dạ Nguyễn Văn A ạ", name, 3, 12, true),
            ("Dạ Nguyễn Văn A ạ", name, 2, 12, false),
            ("Dạ Nguyễn Văn A ạ", name, 3, 11, false),
            ("Dạ Nguyễn Văn A ạ", name, 3, 99, false),
            ("Dạ Nguyễn Văn A ạ", name, -3, 12, false),
            ("Dạ Nguyễn Văn A ạ", name, i64::MAX, i64::MAX, false),
            ("Dạ", "", 0, 0, false),
            // Behind an emoji, in characters and in UTF-16 units.
            ("🥭 An ạ", "An", 2, 2, true),
            ("🥭 An ạ", "An", 3, 2, true),
            ("🥭 An ạ", "An", 4, 2, false),
        ] {
            let mention = Mention {
                psid: "2".into(),
                name: name.to_owned(),
                offset,
                length,
            };
            let body = body(ReplyComment::new("m", text).mentions(vec![mention]));
            let checked = check(&body, &PageId::from("1"));
            assert_eq!(checked.is_ok(), fits, "{text} {offset} {length}");
        }
    }
}
