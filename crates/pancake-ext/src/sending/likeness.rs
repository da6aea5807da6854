//! Whether a message that was read back is the one that was sent.

use pancake_client::Channel;
use pancake_client::types::{Attachment, Message, Sender};

use super::unsettled::Unsettled;
use crate::scope::author::Author;
use crate::text;

/// Attachments that say something about a message, and are no files.
const NO_FILES: [&str; 4] = ["reaction", "replied_message", "ad_click", "link"];

/// How much a message is like the one that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// It is another.
    Other,
    /// It may be the one.
    Perhaps,
    /// It looks the same.
    Same,
}

pub(super) fn likeness(message: &Message, sent: &Unsettled) -> Likeness {
    let author = Author::of(message.from.as_ref(), &sent.page_id);
    let content = match &sent.text {
        // How a template reads when it comes back is unknown.
        _ if sent.template => Likeness::Perhaps,
        Some(text) => text_likeness(message, text, sent),
        None => file_likeness(message, sent, &author),
    };
    let other_channel = sent.page_id.channel() != Channel::Facebook;
    match author {
        // How pages of other channels sign was never captured: the same words may be the page's all the same.
        Author::Customer if content == Likeness::Same && other_channel => Likeness::Perhaps,
        // A send through the API: this one, if the channel has cut or rewritten it.
        Author::PublicApi => content.max(Likeness::Perhaps),
        author => content.min(by(&author, message.from.as_ref(), sent.as_user)),
    }
}

/// In one form (NFC), and every run of white space one space: channels change both.
fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    text::nfc(&words.join(" ")).into_owned()
}

/// The page must have written it; a person or a bot as its author is a doubt.
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
        _ => Likeness::Perhaps,
    }
}

fn text_likeness(message: &Message, text: &str, sent: &Unsettled) -> Likeness {
    let text = folded(text);
    let plain = message.original_message.as_deref().map(folded);
    let html = message.message.as_deref().map(text::without_addresses);
    let html = html.as_deref().map(folded);
    let forms = || {
        let both = [&plain, &html].into_iter().flatten();
        both.filter(|form| !form.is_empty())
    };
    let known = files(message).any(|file| was_sent(file, sent));
    if forms().any(|form| *form == text) {
        Likeness::Same
    } else if known || forms().any(|form| sent.mentions || is_cut(form, &text)) {
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

/// Only ids are proof. Channels give files other ids, put a name or "[Photo]" next to them, and make a message of each; the
/// number of files counts where the message is signed as this one would be.
fn file_likeness(message: &Message, sent: &Unsettled, author: &Author) -> Likeness {
    let known = files(message).filter(|file| was_sent(file, sent)).count();
    if known > 0 && known == sent.content_ids.len() {
        return Likeness::Same;
    }
    let count = files(message).count();
    let is_signed = *author == Author::PublicApi || sent.as_user;
    match has_text(message) {
        true if count == 0 => Likeness::Other,
        false if is_signed && known == 0 && count == sent.content_ids.len() => Likeness::Same,
        _ => Likeness::Perhaps,
    }
}

fn files(message: &Message) -> impl Iterator<Item = &Attachment> {
    let attachments = message.attachments.iter().flatten();
    attachments.filter(|attachment| is_file(attachment))
}

fn was_sent(file: &Attachment, sent: &Unsettled) -> bool {
    let id = file.id.as_ref().map(AsRef::as_ref);
    id.is_some_and(|id: &str| sent.content_ids.iter().any(|sent| *sent == id))
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
    use super::Likeness::{Other, Perhaps, Same};
    use super::*;
    use serde_json::{Value, json};

    fn of(message: Value, sent: &Unsettled) -> Likeness {
        let message: Message = serde_json::from_value(message).unwrap();
        likeness(&message, sent)
    }

    /// The text that was sent, on this page, from this sender.
    fn from(page: &str, from: Value) -> Likeness {
        let mut sent = Unsettled::of_text("a");
        sent.page_id = page.into();
        of(json!({"from": from, "original_message": "a"}), &sent)
    }

    #[test]
    fn author_decides_how_alike_the_same_words_are() {
        let api = json!({"id": "x", "admin_name": "public api"});
        for (page, sender, expected) in [
            ("zl_7", json!({"id": "zl_7"}), Same),
            ("zl_7", json!({"id": "7"}), Same),
            ("zl_7", api.clone(), Same),
            ("7", api, Same),
            // A person or a bot wrote for the page.
            ("zl_7", json!({"id": "7", "admin_name": "Lan"}), Perhaps),
            ("zl_7", json!({"id": "zl_7", "flow_id": 1}), Perhaps),
            ("7", json!({"id": "99", "uid": "u"}), Perhaps),
            ("7", json!({"id": "99", "flow_id": 6}), Perhaps),
            ("7", json!({"id": "99", "app_id": 5}), Same),
            ("7", json!({"name": "Shop"}), Perhaps),
            ("zl_7", json!(null), Perhaps),
            // Pages of this channel may sign otherwise.
            ("zl_7", json!({"id": "8"}), Perhaps),
            ("7", json!({"id": "8"}), Other),
        ] {
            assert_eq!(from(page, sender.clone()), expected, "{page}: {sender}");
        }
    }

    #[test]
    fn message_in_a_users_name_may_carry_it() {
        let mut sent = Unsettled::of_text("a");
        sent.as_user = true;
        let message = json!({"from": {"id": "zl_7", "admin_name": "Lan"}, "original_message": "a"});
        assert_eq!(of(message, &sent), Same);
    }

    #[test]
    fn rewritten_text_may_be_the_message() {
        let sent = Unsettled::of_text("Dạ xoài còn ạ, giá 50k");
        let page = json!({"id": "zl_7"});
        let api = json!({"id": "zl_7", "admin_name": "Public API"});
        for (from, text, expected) in [
            (&page, "Dạ xoài còn", Perhaps),
            (&page, "Dạ xoài còn...", Perhaps),
            (&page, "Dạ hết xoài", Other),
            (&page, "...", Other),
            (&json!({"id": "8"}), "Dạ xoài còn", Other),
            (&api, "Dạ hết xoài", Perhaps),
        ] {
            let message = json!({"from": from, "original_message": text});
            assert_eq!(of(message, &sent), expected, "{text}");
        }
        let mut sent = Unsettled::of_text("An ạ");
        sent.mentions = true;
        let message = json!({"from": page, "original_message": "@[2:An] ạ"});
        assert_eq!(of(message, &sent), Perhaps);
    }

    #[test]
    fn text_is_compared_in_plain_form_and_html() {
        let link =
            r#"<div>Xem <a href="https://l.example/?u=shop">shop.example/xoai</a> nhé</div>"#;
        let price = "Giá 5 < 6\n& rẻ";
        for (sent, mut message, expected) in [
            (price, json!({"original_message": "Giá 5 < 6 & rẻ "}), Same),
            // Decomposed, as some keyboards and systems write it.
            (
                price,
                json!({"original_message": "Gia\u{301} 5 < 6 & re\u{309}"}),
                Same,
            ),
            (
                price,
                json!({"message": "<div>Giá 5 &lt; 6<br>&amp; rẻ</div>", "original_message": ""}),
                Same,
            ),
            (
                price,
                json!({"original_message": "Giá 5 < 6 & rẻ nhé"}),
                Other,
            ),
            (price, json!({}), Other),
            // With an address of the channel in place of the link's own.
            ("Xem shop.example/xoai nhé", json!({"message": link}), Same),
        ] {
            message["from"] = json!({"id": "zl_7"});
            assert_eq!(of(message, &Unsettled::of_text(sent)), expected, "{sent}");
        }
        assert_eq!(folded(" e\u{302}\u{323}\r\n x\u{a0}y "), "ệ x y");
    }

    #[test]
    fn any_text_of_the_page_may_be_a_template() {
        let mut sent = Unsettled::of_files(&[]);
        sent.template = true;
        for (id, expected) in [("zl_7", Perhaps), ("customer", Other)] {
            let message = json!({"from": {"id": id}, "original_message": "Chào Lan"});
            let likeness = of(message, &sent);
            assert_eq!(likeness, expected, "{id}");
        }
    }

    #[test]
    fn number_of_files_is_proof_only_with_a_signature() {
        let mut sent = Unsettled::of_files(&["c", "d"]);
        let api = json!({"id": "zl_7", "admin_name": "Public API"});
        let page = json!({"id": "zl_7"});
        let photo = |id: &str| json!({"id": id, "type": "photo"});
        for (attachments, signed, unsigned) in [
            (json!([photo("c"), photo("d")]), Same, Same),
            (json!([photo("c")]), Perhaps, Perhaps),
            (json!([photo("x"), {"id": "y"}]), Same, Perhaps),
            (json!([photo("x")]), Perhaps, Perhaps),
            (
                json!([photo("x"), photo("y"), photo("z")]),
                Perhaps,
                Perhaps,
            ),
            (json!([{"id": "x", "type": "link"}]), Perhaps, Perhaps),
            (json!([]), Perhaps, Perhaps),
        ] {
            for (from, expected) in [(&api, signed), (&page, unsigned)] {
                let message = json!({"from": from, "attachments": attachments});
                assert_eq!(of(message, &sent), expected, "{attachments} {from}");
            }
        }
        sent.as_user = true;
        let message = json!({"from": page, "attachments": [photo("x"), photo("y")]});
        assert_eq!(of(message, &sent), Same);
        let message = json!({"from": {"id": "8"}, "attachments": [photo("x")]});
        assert_eq!(of(message, &Unsettled::of_files(&["c"])), Other);
    }

    #[test]
    fn text_and_files_together_may_be_the_message() {
        let page = json!({"id": "zl_7"});
        let sent = Unsettled::of_files(&["c", "d"]);
        let files = json!([{"id": "x"}, {"id": "y"}]);
        let both = json!({"from": page, "message": "<div>[Photo]</div>", "attachments": files});
        assert_eq!(of(both, &sent), Perhaps);
        let text = json!({"from": page, "message": "<div>a</div>"});
        assert_eq!(of(text, &sent), Other);
        // A comment whose text the channel has rewritten.
        let mut sent = Unsettled::of_files(&["c"]);
        sent.text = Some("a".to_owned());
        let message = json!({"from": page, "original_message": "b", "attachments": [{"id": "c"}]});
        assert_eq!(of(message, &sent), Perhaps);
    }
}
