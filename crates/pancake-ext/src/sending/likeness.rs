//! Whether a message that was read back is the one that was sent.

use pancake_client::PageId;
use pancake_client::types::{Attachment, Message, Sender};

use super::draft::{Action, Draft};
use crate::text;

/// What the service writes as the author of messages that came through this API.
const PUBLIC_API: &str = "Public API";

/// Attachments that say something about a message, and are no files.
const NO_FILES: [&str; 4] = ["reaction", "replied_message", "ad_click", "link"];

/// How much a message is like the one that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// It is another.
    Other,
    /// It may be the one.
    Perhaps,
    /// It looks the same.
    Same,
}

pub(crate) fn likeness(message: &Message, draft: &Draft, page: &PageId) -> Likeness {
    let content = match &draft.text {
        // Nobody knows what a template reads like when it comes back.
        _ if draft.action == Action::WhatsappTemplate => Likeness::Perhaps,
        Some(text) => text_likeness(message, text, draft.mentions),
        None => file_likeness(message, draft),
    };
    content.min(author(message.from.as_ref(), draft.as_user, page))
}

/// In one form (NFC), and every run of white space one space: channels change both.
fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    text::nfc(&words.join(" ")).into_owned()
}

/// The page must have written it; that a person did for it is a doubt.
fn author(from: Option<&Sender>, as_user: bool, page: &PageId) -> Likeness {
    let Some(from) = from else {
        return Likeness::Perhaps;
    };
    let admin = from.admin_name.as_deref().filter(|name| !name.is_empty());
    let through_api = admin == Some(PUBLIC_API);
    if !through_api && !is_page(from, page) {
        return Likeness::Other;
    }
    let by_bot = from.flow_id.is_some() || from.ai_generated == Some(true);
    let by_person = admin.is_some() || from.uid.is_some();
    // That sends through the API carry its name was seen by one client only. Taking a message with a person's name for
    // another one's would let it be sent twice.
    if as_user || through_api || !(by_person || by_bot) {
        Likeness::Same
    } else {
        Likeness::Perhaps
    }
}

/// Pages of other channels may sign with their id on the channel, which lacks the prefix.
fn is_page(from: &Sender, page: &PageId) -> bool {
    let Some(id) = &from.id else {
        return false;
    };
    let page = page.as_str();
    let bare = page.split_once('_').map_or(page, |(_, bare)| bare);
    *id == page || *id == bare
}

fn text_likeness(message: &Message, sent: &str, mentions: bool) -> Likeness {
    let sent = folded(sent);
    let plain = message.original_message.as_deref().map(folded);
    let html = message.message.as_deref().map(text::without_addresses);
    let html = html.as_deref().map(folded);
    let forms = || [&plain, &html].into_iter().flatten();
    if forms().any(|form| *form == sent) {
        Likeness::Same
    } else if mentions && forms().any(|form| !form.is_empty()) {
        Likeness::Perhaps
    } else {
        Likeness::Other
    }
}

fn file_likeness(message: &Message, draft: &Draft) -> Likeness {
    let attachments = message.attachments.iter().flatten();
    let files: Vec<&Attachment> = attachments
        .filter(|attachment| is_file(attachment))
        .collect();
    let sent = |file: &&Attachment| {
        let id = file.id.as_ref().map(AsRef::as_ref);
        id.is_some_and(|id: &str| draft.content_ids.iter().any(|sent| *sent == id))
    };
    let known = files.iter().filter(|file| sent(file)).count();
    if known > 0 && known == draft.content_ids.len() {
        return Likeness::Same;
    }
    if known > 0 {
        return Likeness::Perhaps;
    }
    if files.is_empty() || has_text(message) {
        return Likeness::Other;
    }
    // A channel may make a message of each file.
    match files.len() == draft.content_ids.len() {
        true => Likeness::Same,
        false if files.len() < draft.content_ids.len() => Likeness::Perhaps,
        false => Likeness::Other,
    }
}

fn is_file(attachment: &Attachment) -> bool {
    let kind = attachment.type_.as_deref().unwrap_or_default();
    !NO_FILES.contains(&kind)
}

fn has_text(message: &Message) -> bool {
    let html = message.message.as_deref().map(text::without_addresses);
    let texts = [message.original_message.as_deref(), html.as_deref()];
    texts
        .into_iter()
        .flatten()
        .any(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pancake_client::ContentId;
    use serde_json::{Value, json};

    fn draft(text: Option<&str>, files: &[&str]) -> Draft {
        Draft {
            action: Action::ReplyInbox,
            text: text.map(str::to_owned),
            content_ids: files.iter().map(|id| ContentId::from(*id)).collect(),
            as_user: false,
            mentions: false,
            customer: None,
        }
    }

    fn of(message: Value, draft: &Draft) -> Likeness {
        let message: Message = serde_json::from_value(message).unwrap();
        likeness(&message, draft, &PageId::from("zl_7"))
    }

    fn from(from: Value) -> Likeness {
        let message = json!({"from": from, "original_message": "a"});
        of(message, &draft(Some("a"), &[]))
    }

    #[test]
    fn the_page_wrote_it_and_no_person_did_for_it() {
        assert_eq!(from(json!({"id": "zl_7"})), Likeness::Same);
        assert_eq!(from(json!({"id": "7"})), Likeness::Same);
        assert_eq!(
            from(json!({"id": "zl_7", "admin_name": "Public API"})),
            Likeness::Same
        );
        assert_eq!(
            from(json!({"id": "x", "admin_name": "Public API"})),
            Likeness::Same
        );
        assert_eq!(
            from(json!({"id": "zl_7", "admin_name": "Lan"})),
            Likeness::Perhaps
        );
        assert_eq!(from(json!({"id": "zl_7", "flow_id": 1})), Likeness::Perhaps);
        assert_eq!(from(json!({"id": "zl_7", "uid": "u"})), Likeness::Perhaps);
        assert_eq!(from(json!({"id": "8"})), Likeness::Other);
        assert_eq!(from(json!(null)), Likeness::Perhaps);
    }

    #[test]
    fn a_message_in_the_name_of_a_user_may_carry_that_name() {
        let mut draft = draft(Some("a"), &[]);
        draft.as_user = true;
        let message = json!({"from": {"id": "zl_7", "admin_name": "Lan"}, "original_message": "a"});
        assert_eq!(of(message, &draft), Likeness::Same);
    }

    #[test]
    fn white_space_and_composition_do_not_count() {
        assert_eq!(folded(" e\u{302}\u{323}\r\n x\u{a0}y "), "ệ x y");
    }

    #[test]
    fn the_text_is_compared_in_its_plain_form_or_that_of_its_html() {
        let draft = draft(Some("Giá 5 < 6\n& rẻ"), &[]);
        let page = json!({"id": "zl_7"});
        for (message, expected) in [
            (
                json!({"original_message": "Giá 5 < 6 & rẻ "}),
                Likeness::Same,
            ),
            // Decomposed, as some keyboards and systems write it.
            (
                json!({"original_message": "Gia\u{301} 5 < 6 & re\u{309}"}),
                Likeness::Same,
            ),
            (
                json!({"message": "<div>Giá 5 &lt; 6<br>&amp; rẻ</div>", "original_message": ""}),
                Likeness::Same,
            ),
            (
                json!({"original_message": "Giá 5 < 6 & rẻ nhé"}),
                Likeness::Other,
            ),
            (json!({}), Likeness::Other),
        ] {
            let mut whole = message;
            whole["from"] = page.clone();
            assert_eq!(of(whole.clone(), &draft), expected, "{whole}");
        }
    }

    #[test]
    fn a_link_may_come_back_with_an_address_of_the_channel() {
        let draft = draft(Some("Xem shop.example/xoai nhé"), &[]);
        let link =
            r#"<div>Xem <a href="https://l.example/?u=shop">shop.example/xoai</a> nhé</div>"#;
        let message = json!({"from": {"id": "zl_7"}, "message": link});
        assert_eq!(of(message, &draft), Likeness::Same);
    }

    #[test]
    fn a_text_with_mentions_may_come_back_in_other_words() {
        let mut draft = draft(Some("An ạ"), &[]);
        draft.mentions = true;
        let message = json!({"from": {"id": "zl_7"}, "original_message": "@[2:An] ạ"});
        assert_eq!(of(message, &draft), Likeness::Perhaps);
    }

    #[test]
    fn whatever_the_page_wrote_may_be_a_template() {
        let mut draft = draft(None, &[]);
        draft.action = Action::WhatsappTemplate;
        let message = json!({"from": {"id": "zl_7"}, "original_message": "Chào Lan"});
        assert_eq!(of(message, &draft), Likeness::Perhaps);
        let message = json!({"from": {"id": "customer"}, "original_message": "Chào Lan"});
        assert_eq!(of(message, &draft), Likeness::Other);
    }

    #[test]
    fn files_are_known_by_their_ids_or_else_by_their_number() {
        let draft = draft(None, &["c", "d"]);
        for (attachments, expected) in [
            (
                json!([{"id": "c", "type": "photo"}, {"id": "d", "type": "photo"}]),
                Likeness::Same,
            ),
            (json!([{"id": "c", "type": "photo"}]), Likeness::Perhaps),
            (
                json!([{"id": "x", "type": "photo"}, {"id": "y"}]),
                Likeness::Same,
            ),
            (json!([{"id": "x", "type": "photo"}]), Likeness::Perhaps),
            (
                json!([{"id": "x"}, {"id": "y"}, {"id": "z"}]),
                Likeness::Other,
            ),
            (
                json!([{"id": "x", "type": "replied_message"}]),
                Likeness::Other,
            ),
            (json!([]), Likeness::Other),
        ] {
            let message = json!({"from": {"id": "zl_7"}, "attachments": attachments});
            assert_eq!(of(message, &draft), expected, "{attachments}");
        }
        let with_text = json!({
            "from": {"id": "zl_7"}, "message": "<div>a</div>",
            "attachments": [{"id": "x"}, {"id": "y"}],
        });
        assert_eq!(of(with_text, &draft), Likeness::Other);
    }
}
