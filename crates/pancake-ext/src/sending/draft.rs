//! What a send holds, and what is wrong with it before anything is sent.

use pancake_client::send::NothingToSend;
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
        let (action, text, content_ids, sender) = match body {
            SendMessageBody::ReplyInbox {
                message,
                content_ids,
                sender_id,
                template_id,
                ..
            } => {
                // What a template reads like only WhatsApp knows.
                let action = match template_id {
                    Some(_) => Action::WhatsappTemplate,
                    None => Action::ReplyInbox,
                };
                (action, message.as_ref(), content_ids, sender_id)
            }
            SendMessageBody::ReplyComment {
                message,
                content_ids,
                sender_id,
                ..
            } => (Action::ReplyComment, Some(message), content_ids, sender_id),
            SendMessageBody::PrivateReplies {
                message,
                content_ids,
                sender_id,
                ..
            } => (
                Action::PrivateReplies,
                message.as_ref(),
                content_ids,
                sender_id,
            ),
        };
        Draft {
            action,
            text: text.cloned(),
            content_ids: content_ids.clone().unwrap_or_default(),
            as_user: sender.is_some(),
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
        return refuse(match draft.action {
            Action::ReplyComment => "the text is empty: a comment needs one, also beside files",
            _ => "the text is empty: a message holds text or uploaded files",
        });
    }
    if let SendMessageBody::ReplyInbox {
        template_id: Some(template),
        ..
    } = body
    {
        return check_template(template, page);
    }
    if draft.text.is_none() && draft.content_ids.is_empty() {
        return refuse(NothingToSend.to_string());
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
        mentions::check(message, list)?;
    }
    Ok(())
}

/// Pages whose channel has no name here are let through.
fn check_template(template: &str, page: &PageId) -> Result<(), Error> {
    if is_blank(template) {
        return refuse("the id of the template is empty: give that of an approved one");
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
        } => optional([("sender", sender_id), ("quote", reply_message_id)]),
        SendMessageBody::ReplyComment {
            message_id,
            sender_id,
            ..
        } => {
            let mut targets = optional([("sender", sender_id)]);
            targets.push(("comment", message_id.as_str()));
            targets
        }
        SendMessageBody::PrivateReplies {
            post_id,
            message_id,
            from_id,
            sender_id,
            ..
        } => {
            let mut targets = optional([("sender", sender_id)]);
            targets.extend([
                ("post", post_id.as_str()),
                ("comment", message_id.as_str()),
                ("from", from_id.as_str()),
            ]);
            targets
        }
    }
}

fn optional<'a, const N: usize>(
    ids: [(&'static str, &'a Option<String>); N],
) -> Vec<(&'static str, &'a str)> {
    let given = |(name, id): (&'static str, &'a Option<String>)| Some((name, id.as_deref()?));
    ids.into_iter().filter_map(given).collect()
}

/// White space alone is refused by every channel.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

pub(crate) fn refuse<T>(message: impl Into<String>) -> Result<T, Error> {
    Err(Error::new(ErrorKind::InvalidRequest, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pancake_client::send::{PrivateReply, ReplyComment, ReplyInbox, TemplateMessage};

    fn ids(count: usize) -> Vec<ContentId> {
        (0..count).map(|n| ContentId::from(n.to_string())).collect()
    }

    fn body<B: TryInto<SendMessageBody, Error: std::fmt::Debug>>(body: B) -> SendMessageBody {
        body.try_into().unwrap()
    }

    fn refusal<B: TryInto<SendMessageBody, Error: std::fmt::Debug>>(of: B, page: &str) -> String {
        let error = check(&body(of), &PageId::from(page)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        error.message().to_owned()
    }

    #[test]
    fn what_cannot_work_is_refused_with_what_to_do() {
        for (refusal, word) in [
            (refusal(ReplyInbox::new(""), "1"), "text is empty"),
            (refusal(ReplyInbox::new(" \n"), "1"), "text is empty"),
            (refusal(ReplyInbox::new(ids(31)), "1"), "several messages"),
            (refusal(ReplyInbox::new(ids(2)), "zl_1"), "takes 1"),
            (
                refusal(ReplyInbox::new(ContentId::from("")), "1"),
                "content id is empty",
            ),
            (refusal(ReplyInbox::new("a").sender_id(""), "1"), "`sender`"),
            (refusal(ReplyComment::new("", "a"), "1"), "`comment`"),
            (
                refusal(ReplyComment::new("m", "a").sender_id(""), "1"),
                "`sender`",
            ),
            (
                refusal(ReplyComment::new("m", " ").files(ids(1)), "1"),
                "a comment needs one",
            ),
            (
                refusal(ReplyComment::new("m", "a").files(ids(31)), "1"),
                "several messages",
            ),
            (refusal(PrivateReply::new("p", "m", "", "a"), "1"), "`from`"),
            (
                refusal(PrivateReply::new("p", "m", "f", "a").sender_id(""), "1"),
                "`sender`",
            ),
            (
                refusal(TemplateMessage::new("t"), "1"),
                "templates are of WhatsApp",
            ),
            (
                refusal(TemplateMessage::new(" "), "waba_1"),
                "id of the template",
            ),
        ] {
            assert!(refusal.contains(word), "{refusal}");
        }
    }

    #[test]
    fn what_can_work_passes() {
        let page = PageId::from("1");
        let template = body(TemplateMessage::new("t"));
        for page in ["waba_1", "wa_1", "new_1"] {
            check(&template, &PageId::from(page)).unwrap();
        }
        for body in [
            body(ReplyInbox::new("a")),
            body(ReplyInbox::new(ids(30))),
            body(ReplyComment::new("m", "a").files(ids(2))),
            body(PrivateReply::new("p", "m", "f", ids(1))),
        ] {
            check(&body, &page).unwrap();
        }
    }

    #[test]
    fn every_kind_of_send_may_be_in_the_name_of_a_user() {
        for body in [
            body(ReplyInbox::new("a").sender_id("u")),
            body(ReplyComment::new("m", "a").sender_id("u")),
            body(PrivateReply::new("p", "m", "f", "a").sender_id("u")),
            body(TemplateMessage::new("t").sender_id("u")),
        ] {
            assert!(Draft::of(&body).as_user);
        }
        let template = Draft::of(&body(TemplateMessage::new("t")));
        assert_eq!(template.action, Action::WhatsappTemplate);
        assert!(!template.as_user);
    }
}
