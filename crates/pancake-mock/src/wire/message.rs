//! A message as list messages shows it: HTML in `message`, plain text beside it, media as attachments.
use serde_json::{Value, json};

use super::Wire;
use crate::{
    oddity::Oddity,
    world::{Author, MessageKind, NewMessage, staff},
};

impl Wire<'_> {
    pub(crate) fn message(&self, index: u64, position: u64) -> Value {
        let page = self.page;
        let kind = page.kind(index);
        let public = kind.is_public();
        let text = page.message_text(index, position);
        let html = if text.is_empty() {
            String::new()
        } else {
            format!("<div>{}</div>", escaped(&text))
        };
        let phones = page.written_phones(index).into_iter();
        let phones: Vec<_> = phones
            .filter(|phone| phone.position == position)
            .map(|phone| self.written_phone(index, &phone))
            .collect();
        self.unknown(json!({
            "id": page.message_id(index, position),
            "conversation_id": self.conversation_id(index),
            "page_id": page.id,
            "type": kind.name(),
            "from": self.author(index, position),
            "message": html,
            "original_message": text,
            "attachments": self.attachments(index, position),
            "inserted_at": self.micros(page.message_time(index, position)),
            "has_phone": !phones.is_empty(),
            "phone_info": phones,
            "message_tags": self.message_tags(index, position),
            "seen": page.seen(index),
            "show_info": false,
            "is_hidden": false,
            "is_removed": page.is_removed(index, position),
            "is_parent": public && position == 0,
            "is_parent_hidden": false,
            "is_livestream_order": null,
            "can_comment": public,
            "can_hide": public,
            "can_like": public,
            "can_remove": true,
            "can_reply_privately": public,
            "user_likes": false,
            "comment_count": null,
            "like_count": null,
            "edit_history": null,
            "parent_id": null,
            "private_reply_conversation": null,
            "removed_by": null,
            "rich_message": null,
        }))
    }

    fn message_tags(&self, index: u64, position: u64) -> Vec<Value> {
        let mentions = self.page.mentions(index, position).iter();
        mentions
            .map(|mention| {
                json!({
                    "type": "user",
                    "offset": mention.offset,
                    "length": mention.length,
                    "link": format!("https://www.facebook.com/{}", mention.psid),
                })
            })
            .collect()
    }

    /// `from` and `last_sent_by`.
    pub(crate) fn author(&self, index: u64, position: u64) -> Value {
        let own_name = (!self.has(Oddity::PublicApiAdminName)).then(|| self.staff_name(0));
        match self.page.message_author(index, position) {
            Author::Customer => self.customer_as_author(index),
            Author::Staff(n) => self.person(index, position, n, self.staff_name(n)),
            Author::PublicApi => {
                let name = own_name.unwrap_or_else(|| "Public API".to_owned());
                self.person(index, position, 0, name)
            }
            Author::Automation(name) => self.machine(index, position, &name),
            Author::Notice => self.page_as_author(),
        }
    }

    fn staff_name(&self, n: u64) -> String {
        staff::user_name(self.page.root, n)
    }

    fn page_as_author(&self) -> Value {
        json!({"id": self.page.number.to_string(), "name": self.page.name})
    }

    /// Has a `uid` or an `admin_name`, mostly both: a message without either is a notice.
    fn person(&self, index: u64, position: u64, n: u64, admin: String) -> Value {
        let seed = self.page.message_seed(index, position).of("from");
        let mut value = self.page_as_author();
        let uid = self.or_null(seed.of("null uid"), 20, staff::user_id(self.page.root, n));
        // Who writes while the server runs is known by name: tests tell a person from a program by that.
        let named = uid.is_null() || self.page.new_message(index, position).is_some();
        if let Some(map) = value.as_object_mut() {
            let email = format!("{}@page.example", self.page.number);
            self.maybe(map, seed, 50, "email", email.into());
            self.maybe(map, seed, 70, "ai_generated", json!(false));
            map.insert("uid".to_owned(), uid);
            let gap = if named { 0 } else { 30 };
            self.maybe(map, seed, gap, "admin_name", admin.into());
        }
        value
    }

    /// What writes by itself says so by its name, by its flow, or by a mark.
    fn machine(&self, index: u64, position: u64, name: &str) -> Value {
        let seed = self.page.message_seed(index, position).of("machine");
        let number = |part: &str| 1_000_000 + seed.of(part).below(9_000_000);
        let mut value = self.page_as_author();
        if !name.is_empty() {
            value["admin_name"] = name.into();
        }
        match name {
            "" | "Botcake" => {
                value["app_id"] = number("app").into();
                value["flow_id"] = number("flow").into();
                value["admin_id"] = number("admin").to_string().into();
            }
            "chatbot" => value["ai_generated"] = true.into(),
            _ => {}
        }
        value
    }

    fn attachments(&self, index: u64, position: u64) -> Vec<Value> {
        if let Some(message) = self.page.new_message(index, position) {
            return self.sent_attachments(message);
        }
        let seed = self.page.message_seed(index, position).of("attachment");
        let url =
            |ending: &str| format!("https://content.pancake.example/{}.{ending}", seed.text(24));
        let id = 100_000_000_000_000 + seed.below(800_000_000_000_000);
        let earlier = seed.of("earlier").below(position.max(1));
        let attachment = match self.page.message_kind(index, position) {
            MessageKind::Text => return Vec::new(),
            MessageKind::Bare => json!({"type": "attachment"}),
            MessageKind::Photo => json!({
                "type": "photo", "id": id.to_string(), "url": url("jpg"),
                "image_data": {"width": 960, "height": 1280},
                "attachments": self.nested_reactions(index, position),
            }),
            MessageKind::Video => json!({
                "type": "video", "id": id.to_string(), "url": url("jpg"),
                "video_data": {"width": 720, "height": 1280, "url": url("mp4")},
            }),
            MessageKind::Audio => json!({"type": "audio", "id": id.to_string(), "url": url("mp3")}),
            MessageKind::File => json!({
                "type": "file", "id": id.to_string(), "name": "bang-gia.pdf",
                "mime_type": "application/pdf", "url": url("pdf"),
            }),
            MessageKind::Sticker => {
                json!({"type": "sticker", "id": id.to_string(), "url": url("png")})
            }
            MessageKind::Reaction => json!({
                "type": "reaction", "emoji": "❤", "reaction": "love",
                "user_id": self.page.psid(index),
            }),
            MessageKind::RepliedMessage => json!({
                "type": "replied_message",
                "id": self.page.message_id(index, earlier),
                "message": self.page.message_text(index, earlier),
                "from": self.author(index, earlier),
                "attachments": [],
            }),
            MessageKind::Template => json!({
                "type": "template", "title": "Xác nhận đơn",
                "payload": {
                    "template_type": "button", "text": "Anh/chị xác nhận đơn giúp shop nhé",
                    "buttons": [{"type": "postback", "title": "Đồng ý", "payload": "OK"}],
                },
            }),
            MessageKind::AdClick => {
                let ad = self.page.ad_of(index).unwrap_or(0);
                json!({
                    "type": "ad_click", "ad_id": self.page.ad_id(ad),
                    "title": self.page.ad_name(ad), "click_from": "ad",
                    "post_attachments": self.post_attachments(index),
                    "ad_click_photo_url": self.or_null(seed.of("photo"), 40, url("jpg")),
                })
            }
            MessageKind::Address => json!({
                "type": "address", "full_address": "12 ngõ 3, Cần Thơ", "address": "12 ngõ 3",
                "country_code": "84", "province_id": "815", "district_id": null, "post_code": null,
            }),
            MessageKind::Link => json!({
                "type": "link", "url": "https://shop.example/mau-moi", "title": "Mẫu mới",
            }),
        };
        vec![self.unknown(attachment)]
    }

    fn sent_attachments(&self, message: &NewMessage) -> Vec<Value> {
        let contents = message.contents.iter().map(|(kind, id, name, mime_type)| {
            // What was sent by its address was never uploaded.
            if name.is_empty() {
                return json!({"type": kind, "url": id});
            }
            json!({
                "type": kind, "id": id, "name": name, "mime_type": mime_type,
                "url": format!("https://content.pancake.example/{id}"),
            })
        });
        let reply = message
            .reply_to
            .iter()
            .map(|id| json!({"type": "replied_message", "id": id}));
        contents.chain(reply).collect()
    }
}

/// `message` is HTML; a customer's `<` is not.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_customer_wrote_is_no_markup() {
        assert_eq!(super::escaped("a<b> & c"), "a&lt;b&gt; &amp; c");
    }
}
