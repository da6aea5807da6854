//! What a send holds, and what is wrong with it before anything is sent.

use pancake_client::types::SendMessageBody;
use pancake_client::{Channel, ContentId, PageId, Psid};
use serde::{Deserialize, Serialize};

use super::channel_limits::content_ids_a_send;
use super::mentions;
use crate::error::{Error, ErrorKind};

/// What a send holds, as far as one needs it to recognise the message later.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) action: Action,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) content_ids: Vec<ContentId>,
    /// Whether it is sent in the name of a user.
    #[serde(default)]
    pub(crate) as_user: bool,
    /// Whether people are named in it, whose names the channel may write in its own way.
    #[serde(default)]
    pub(crate) mentions: bool,
    /// Who gets a private reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) customer: Option<Psid>,
}

/// The kinds of sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    ReplyInbox,
    ReplyComment,
    PrivateReplies,
    WhatsappTemplate,
}

impl Draft {
    pub(crate) fn of(body: &SendMessageBody) -> Self {
        let (action, text, content_ids) = match body {
            SendMessageBody::ReplyInbox {
                message,
                content_ids,
                ..
            } => (Action::ReplyInbox, message, content_ids),
            SendMessageBody::ReplyComment {
                message,
                content_ids,
                ..
            } => (Action::ReplyComment, message, content_ids),
            SendMessageBody::PrivateReplies {
                message,
                content_ids,
                ..
            } => (Action::PrivateReplies, message, content_ids),
            // What it reads like only WhatsApp knows.
            SendMessageBody::WhatsappTemplate { .. } => (Action::WhatsappTemplate, &None, &None),
        };
        Draft {
            action,
            text: text.clone(),
            content_ids: content_ids.clone().unwrap_or_default(),
            as_user: matches!(
                body,
                SendMessageBody::ReplyInbox {
                    sender_id: Some(_),
                    ..
                }
            ),
            mentions: matches!(
                body,
                SendMessageBody::ReplyComment { mentions: Some(list), .. } if !list.is_empty()
            ),
            customer: match body {
                SendMessageBody::PrivateReplies { from_id, .. } => Some(from_id.clone()),
                _ => None,
            },
        }
    }
}

/// Refuses a body that cannot work.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`], with what to do.
pub(crate) fn check(body: &SendMessageBody, page: &PageId) -> Result<(), Error> {
    let draft = Draft::of(body);
    match targets(body).into_iter().find(|(_, id)| id.is_empty()) {
        None => {}
        Some((name, _)) => return refuse(format!("`{name}` is empty: give the id")),
    }
    if draft.text.as_ref().is_some_and(|text| is_blank(text)) {
        return refuse("the text is empty: a message holds text or uploaded files".to_owned());
    }
    if let SendMessageBody::WhatsappTemplate {
        template_name,
        language,
        ..
    } = body
    {
        return check_template(template_name, language, page);
    }
    if draft.text.is_none() && draft.content_ids.is_empty() {
        return refuse(
            "there is nothing to send: give text, or ids that an upload answered".to_owned(),
        );
    }
    if draft.content_ids.iter().any(|id| id.as_str().is_empty()) {
        return refuse("a content id is empty: take it from the answer of an upload".to_owned());
    }
    let (count, most) = (draft.content_ids.len(), content_ids_a_send(page));
    if count > most {
        return refuse(format!(
            "{count} content ids in one message, and the channel of this page takes {most}: send them in several messages"
        ));
    }
    if let SendMessageBody::ReplyComment {
        message,
        mentions: Some(list),
        ..
    } = body
    {
        mentions::check(message.as_deref().unwrap_or_default(), list)?;
    }
    Ok(())
}

/// Pages whose channel has no name here are let through.
fn check_template(name: &str, language: &str, page: &PageId) -> Result<(), Error> {
    if is_blank(name) || is_blank(language) {
        return refuse(
            "a template needs its name and its language, such as `order_update` and `vi`"
                .to_owned(),
        );
    }
    match page.channel() {
        Channel::WhatsApp | Channel::WhatsAppOfficial | Channel::Other(_) => Ok(()),
        channel => refuse(format!(
            "templates are of WhatsApp, and this page is on {channel}: send text or uploaded files"
        )),
    }
}

/// The ids that say what is answered, by the names of their parameters.
fn targets(body: &SendMessageBody) -> Vec<(&'static str, &str)> {
    match body {
        SendMessageBody::ReplyInbox {
            sender_id,
            reply_message_id,
            ..
        } => {
            let sender = sender_id.iter().map(|id| ("sender", id.as_str()));
            let quote = reply_message_id.iter().map(|id| ("quote", id.as_str()));
            sender.chain(quote).collect()
        }
        SendMessageBody::ReplyComment { message_id, .. } => vec![("comment", message_id.as_str())],
        SendMessageBody::PrivateReplies {
            post_id,
            message_id,
            from_id,
            ..
        } => vec![
            ("post", post_id.as_str()),
            ("comment", message_id.as_str()),
            ("from", from_id.as_str()),
        ],
        SendMessageBody::WhatsappTemplate { .. } => Vec::new(),
    }
}

/// White space alone is refused by every channel.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

pub(crate) fn refuse<T>(message: String) -> Result<T, Error> {
    Err(Error::new(ErrorKind::InvalidRequest, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pancake_client::send::{PrivateReply, ReplyComment, ReplyInbox, TemplateMessage};

    fn ids(count: usize) -> Vec<ContentId> {
        (0..count).map(|n| ContentId::from(n.to_string())).collect()
    }

    fn refusal(body: impl Into<SendMessageBody>, page: &str) -> String {
        let error = check(&body.into(), &PageId::from(page)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        error.message().to_owned()
    }

    #[test]
    fn what_cannot_work_is_refused_with_what_to_do() {
        for (refusal, word) in [
            (refusal(ReplyInbox::new(""), "1"), "text is empty"),
            (refusal(ReplyInbox::new(" \n"), "1"), "text is empty"),
            (refusal(ReplyInbox::new(ids(0)), "1"), "nothing to send"),
            (refusal(ReplyInbox::new(ids(31)), "1"), "several messages"),
            (refusal(ReplyInbox::new(ids(2)), "zl_1"), "takes 1"),
            (
                refusal(ReplyInbox::new(ContentId::from("")), "1"),
                "content id is empty",
            ),
            (refusal(ReplyInbox::new("a").sender_id(""), "1"), "`sender`"),
            (refusal(ReplyComment::new("", "a"), "1"), "`comment`"),
            (
                refusal(ReplyComment::new("m", "a").files(ids(31)), "1"),
                "several messages",
            ),
            (refusal(PrivateReply::new("p", "m", "", "a"), "1"), "`from`"),
            (
                refusal(TemplateMessage::new("t", "vi"), "1"),
                "templates are of WhatsApp",
            ),
            (
                refusal(TemplateMessage::new("t", " "), "waba_1"),
                "its language",
            ),
        ] {
            assert!(refusal.contains(word), "{refusal}");
        }
    }

    #[test]
    fn what_can_work_passes() {
        let page = PageId::from("1");
        let template = TemplateMessage::new("t", "vi").into();
        for page in ["waba_1", "wa_1", "new_1"] {
            check(&template, &PageId::from(page)).unwrap();
        }
        for body in [
            ReplyInbox::new("a").into(),
            ReplyInbox::new(ids(30)).into(),
            ReplyComment::new("m", "a").files(ids(2)).into(),
            PrivateReply::new("p", "m", "f", ids(1)).into(),
        ] {
            check(&body, &page).unwrap();
        }
    }
}
