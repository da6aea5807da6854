//! Whether a message that was read back is the one that was sent.

use pancake_client::types::{Attachment, Message, Sender};
use pancake_client::{Channel, PageId};

use super::draft::{Action, Draft};
use crate::scope::author::Author;
use crate::text;

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
    let author = Author::of(message.from.as_ref(), page);
    let content = match &draft.text {
        // Nobody knows what a template reads like when it comes back.
        _ if draft.action == Action::WhatsappTemplate => Likeness::Perhaps,
        Some(text) => text_likeness(message, text, draft),
        None => file_likeness(message, draft, &author),
    };
    match author {
        // How pages of other channels sign was never captured: the same words may be the page's all the same.
        Author::Customer if content == Likeness::Same && page.channel() != Channel::Facebook => {
            Likeness::Perhaps
        }
        // Somebody's send through the API: this one, if the channel has cut or rewritten it.
        Author::PublicApi => content.max(Likeness::Perhaps),
        author => content.min(by(&author, message.from.as_ref(), draft.as_user)),
    }
}

/// In one form (NFC), and every run of white space one space: channels change both.
fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    text::nfc(&words.join(" ")).into_owned()
}

/// The page must have written it; that a person or a bot did for it is a doubt.
///
/// That sends through the API carry its name is not sure enough (docs/behaviour.md#authors). Taking a message with a person's
/// name for another one's would let it be sent twice.
fn by(author: &Author, from: Option<&Sender>, as_user: bool) -> Likeness {
    let by_bot = from.is_some_and(|from| from.flow_id.is_some() || from.ai_generated == Some(true));
    match author {
        Author::Customer => Likeness::Other,
        Author::PublicApi => Likeness::Same,
        Author::Staff { .. } | Author::Page if as_user => Likeness::Same,
        Author::Page if !by_bot => Likeness::Same,
        Author::Staff { .. } | Author::Page | Author::Unknown => Likeness::Perhaps,
    }
}

fn text_likeness(message: &Message, sent: &str, draft: &Draft) -> Likeness {
    let sent = folded(sent);
    let plain = message.original_message.as_deref().map(folded);
    let html = message.message.as_deref().map(text::without_addresses);
    let html = html.as_deref().map(folded);
    let forms = || {
        let both = [&plain, &html].into_iter().flatten();
        both.filter(|form| !form.is_empty())
    };
    let known = files(message).any(|file| was_sent(file, draft));
    if forms().any(|form| *form == sent) {
        Likeness::Same
    } else if known || forms().any(|form| draft.mentions || is_cut(form, &sent)) {
        Likeness::Perhaps
    } else {
        Likeness::Other
    }
}

/// Whether a channel that takes no more may have made this of what was sent.
fn is_cut(form: &str, sent: &str) -> bool {
    let begin = form.trim_end_matches(['.', '…']).trim_end();
    !begin.is_empty() && sent.starts_with(begin)
}

/// Only ids are proof. Channels give files other ids, put a name or "[Photo]" beside them, and make a message of each; the
/// number of files counts where the message is signed as this one would be.
fn file_likeness(message: &Message, draft: &Draft, author: &Author) -> Likeness {
    let known = files(message).filter(|file| was_sent(file, draft)).count();
    if known > 0 && known == draft.content_ids.len() {
        return Likeness::Same;
    }
    let count = files(message).count();
    let is_signed = *author == Author::PublicApi || draft.as_user;
    match has_text(message) {
        true if count == 0 => Likeness::Other,
        false if is_signed && known == 0 && count == draft.content_ids.len() => Likeness::Same,
        _ => Likeness::Perhaps,
    }
}

fn files(message: &Message) -> impl Iterator<Item = &Attachment> {
    let attachments = message.attachments.iter().flatten();
    attachments.filter(|attachment| is_file(attachment))
}

fn was_sent(file: &Attachment, draft: &Draft) -> bool {
    let id = file.id.as_ref().map(AsRef::as_ref);
    id.is_some_and(|id: &str| draft.content_ids.iter().any(|sent| *sent == id))
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
        on("zl_7", from)
    }

    fn on(page: &str, from: Value) -> Likeness {
        let message = json!({"from": from, "original_message": "a"});
        let message: Message = serde_json::from_value(message).unwrap();
        likeness(&message, &draft(Some("a"), &[]), &PageId::from(page))
    }

    #[test]
    fn whoever_may_be_the_page_is_not_another() {
        for sender in [
            json!({"id": "99", "admin_name": "Ngọc", "uid": "u"}),
            json!({"id": "99", "uid": "u"}),
            json!({"id": "99", "app_id": 5}),
            json!({"id": "99", "flow_id": 6}),
            json!({"id": "99", "admin_name": "public api"}),
            json!({"name": "Shop"}),
        ] {
            assert_ne!(on("7", sender.clone()), Likeness::Other, "{sender}");
        }
    }

    #[test]
    fn on_channels_whose_pages_may_sign_otherwise_the_same_words_are_a_doubt() {
        assert_eq!(from(json!({"id": "8"})), Likeness::Perhaps);
        let message = json!({"from": {"id": "8"}, "original_message": "b"});
        assert_eq!(of(message, &draft(Some("a"), &[])), Likeness::Other);
        let message = json!({"from": {"id": "8"}, "attachments": [{"id": "x"}]});
        assert_eq!(of(message, &draft(None, &["c"])), Likeness::Other);
    }

    #[test]
    fn what_the_channel_has_cut_or_the_api_signed_may_be_the_message() {
        let long = draft(Some("Dạ xoài còn ạ, giá 50k"), &[]);
        for (from, text, expected) in [
            (json!({"id": "zl_7"}), "Dạ xoài còn", Likeness::Perhaps),
            (json!({"id": "zl_7"}), "Dạ xoài còn...", Likeness::Perhaps),
            (json!({"id": "zl_7"}), "Dạ hết xoài", Likeness::Other),
            (json!({"id": "zl_7"}), "...", Likeness::Other),
            (json!({"id": "8"}), "Dạ xoài còn", Likeness::Other),
            (
                json!({"id": "zl_7", "admin_name": "Public API"}),
                "Dạ hết xoài",
                Likeness::Perhaps,
            ),
        ] {
            let message = json!({"from": from, "original_message": text});
            assert_eq!(of(message, &long), expected, "{text}");
        }
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
        assert_eq!(on("7", json!({"id": "8"})), Likeness::Other);
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
    fn files_are_known_by_their_ids_and_their_number_is_proof_only_with_a_name() {
        let mut draft = draft(None, &["c", "d"]);
        let api = json!({"id": "zl_7", "admin_name": "Public API"});
        let page = json!({"id": "zl_7"});
        let photo = |id: &str| json!({"id": id, "type": "photo"});
        for (attachments, signed, unsigned) in [
            (
                json!([photo("c"), photo("d")]),
                Likeness::Same,
                Likeness::Same,
            ),
            (json!([photo("c")]), Likeness::Perhaps, Likeness::Perhaps),
            (
                json!([photo("x"), {"id": "y"}]),
                Likeness::Same,
                Likeness::Perhaps,
            ),
            (json!([photo("x")]), Likeness::Perhaps, Likeness::Perhaps),
            (
                json!([photo("x"), photo("y"), photo("z")]),
                Likeness::Perhaps,
                Likeness::Perhaps,
            ),
            (
                json!([{"id": "x", "type": "link"}]),
                Likeness::Perhaps,
                Likeness::Perhaps,
            ),
            (json!([]), Likeness::Perhaps, Likeness::Perhaps),
        ] {
            for (from, expected) in [(&api, signed), (&page, unsigned)] {
                let message = json!({"from": from, "attachments": attachments});
                assert_eq!(of(message, &draft), expected, "{attachments} {from}");
            }
        }
        draft.as_user = true;
        let message = json!({"from": page, "attachments": [photo("x"), photo("y")]});
        assert_eq!(of(message, &draft), Likeness::Same);
    }

    #[test]
    fn a_channel_may_put_text_beside_files() {
        let draft = draft(None, &["c", "d"]);
        let page = json!({"id": "zl_7"});
        let files = json!([{"id": "x"}, {"id": "y"}]);
        let beside = json!({"from": page, "message": "<div>[Photo]</div>", "attachments": files});
        assert_eq!(of(beside, &draft), Likeness::Perhaps);
        let alone = json!({"from": page, "message": "<div>a</div>"});
        assert_eq!(of(alone, &draft), Likeness::Other);
    }

    #[test]
    fn the_files_of_a_comment_are_known_whatever_became_of_its_text() {
        let draft = draft(Some("a"), &["c"]);
        let message =
            json!({"from": {"id": "zl_7"}, "original_message": "b", "attachments": [{"id": "c"}]});
        assert_eq!(of(message, &draft), Likeness::Perhaps);
    }
}
