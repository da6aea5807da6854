//! A conversation as list conversations shows it.
use serde_json::{Value, json};

use super::Wire;
use crate::{
    oddity::Oddity,
    world::{Platform, TagEntry, WrittenPhone, staff},
};

impl Wire<'_> {
    pub(crate) fn conversation_id(&self, index: u64) -> String {
        self.page
            .conversation_id(index, !self.has(Oddity::IdsWithColonAndAt))
    }

    pub(crate) fn conversation(&self, index: u64) -> Value {
        let page = self.page;
        let seed = page.conversation_seed(index);
        let kind = page.kind(index);
        let id = self.conversation_id(index);
        let last = page.message_count(index).checked_sub(1);
        let phones = self.recent_phone_numbers(index);
        let ad = page.ad_of(index);
        let post_id = if kind.is_public() {
            Value::from(page.post_id(page.post_of(index)))
        } else {
            Value::Null
        };
        let mut value = json!({
            "id": id,
            "type": kind.name(),
            "page_id": page.id,
            "post_id": post_id,
            "customer_id": page.customer_id(index),
            "from": self.customer_as_author(index),
            "customers": self.customers_of(index),
            "page_customer": self.page_customer(index),
            "last_sent_by": last.map_or_else(
                || self.customer_as_author(index),
                |position| self.author(index, position),
            ),
            "tags": self.tags_of(index),
            "tag_histories": self.tag_histories(index, &id),
            "assignee_ids": page.assignees(index),
            "assignee_group_id": null,
            "assignee_histories": self.assignments(index),
            "current_assign_users": self.assigned_users(index),
            "has_phone": !phones.is_empty(),
            "recent_phone_numbers": phones,
            "seen": page.seen(index),
            "message_count": page.message_count(index),
            "snippet": last.map_or(Value::Null, |last| page.message_text(index, last).into()),
            "inserted_at": self.micros(page.inserted(index)),
            "updated_at": self.micros(page.updated(index)),
        });
        if let Some(map) = value.as_object_mut() {
            let full = !self.has(Oddity::AbsentAndNullFields);
            if ad.is_some() || full {
                let ads: Vec<_> = ad.into_iter().map(|ad| self.ad_click(index, ad)).collect();
                let ids: Vec<_> = ad.into_iter().map(|ad| page.ad_id(ad)).collect();
                map.insert("ad_ids".to_owned(), ids.into());
                self.maybe(map, seed, 20, "ads", ads.into());
            }
        }
        self.odd_conversation(index, &mut value);
        self.unknown(value)
    }

    pub(super) fn ad_click(&self, index: u64, ad: u64) -> Value {
        let post = self.page.post_id(self.page.ad_post(ad));
        json!({
            "ad_id": self.page.ad_id(ad),
            "post_id": self.or_null(self.page.conversation_seed(index).of("ad post"), 30, post),
            "inserted_at": self.seconds(self.page.inserted(index)),
        })
    }

    /// The customer as `from`: id is the psid, unlike in `customers`.
    pub(crate) fn customer_as_author(&self, index: u64) -> Value {
        let psid = self.page.psid(index);
        let mut value = json!({"id": psid, "name": self.page.customer_name(index)});
        if self.page.platform == Platform::TikTok {
            value["username"] = self.tiktok_name(index).into();
            value["tt_unique_id"] = self.tiktok_name(index).into();
            return value;
        }
        if let Some(map) = value.as_object_mut() {
            let seed = self.page.conversation_seed(index).of("from");
            self.maybe(
                map,
                seed,
                25,
                "email",
                format!("{psid}@customer.example").into(),
            );
        }
        value
    }

    /// The `customers` of a conversation: id is the page customer id.
    pub(crate) fn customers_of(&self, index: u64) -> Value {
        let mut customer = json!({
            "fb_id": self.page.psid(index),
            "id": self.page.page_customer_id(index),
            "name": self.page.customer_name(index),
        });
        if self.page.platform == Platform::TikTok {
            customer["username"] = self.tiktok_name(index).into();
            customer["is_contact"] = Value::Null;
        }
        json!([customer])
    }

    /// Customers on TikTok have a name of their own there, and no email.
    fn tiktok_name(&self, index: u64) -> String {
        format!("khach.{}", self.page.psid(index))
    }

    fn tags_of(&self, index: u64) -> Vec<Value> {
        let entries = self.page.tags_of(index).into_iter();
        entries
            .filter_map(|entry| match entry {
                TagEntry::Tag(id) => Some(self.tag(id)),
                TagEntry::Hole => self.has(Oddity::NullTags).then_some(Value::Null),
            })
            .collect()
    }

    fn tag_histories(&self, index: u64, id: &str) -> Vec<Value> {
        let events = self.page.tag_events(index).into_iter();
        events
            .map(|event| {
                let mut tag = self.tag(event.tag);
                let seed = self
                    .page
                    .conversation_seed(index)
                    .of("history")
                    .with(event.tag);
                // A tag that was deleted later leaves a history without an id.
                if self.gap(seed, 10) && tag.is_object() {
                    tag = json!({"id": null, "text": tag["text"]});
                }
                json!({
                    "conversation_id": id,
                    "inserted_at": self.micros(event.time),
                    "payload": {
                        "action": if event.added { "add" } else { "remove" },
                        "editor_id": staff::user_id(self.page.root, event.staff),
                        "editor_name": staff::user_name(self.page.root, event.staff),
                        "tag": tag,
                    },
                })
            })
            .collect()
    }

    /// Their form is invented: all that were captured were empty.
    fn assignments(&self, index: u64) -> Vec<Value> {
        let rows = self.page.assignments(index).iter();
        rows.map(|(time, user)| json!({"user_id": user, "assigned_at": self.micros(*time)}))
            .collect()
    }

    fn assigned_users(&self, index: u64) -> Vec<Value> {
        let root = self.page.root;
        let known = |id: &String| (0..staff::ALL).find(|n| staff::user_id(root, *n) == *id);
        let users = self.page.assignees(index).iter().filter_map(known);
        users
            .map(|n| {
                json!({
                    "id": staff::user_id(root, n),
                    "name": staff::user_name(root, n),
                    "fb_id": staff::fb_id(root, n),
                })
            })
            .collect()
    }

    pub(crate) fn recent_phone_numbers(&self, index: u64) -> Vec<Value> {
        let phones = self.page.written_phones(index);
        phones
            .iter()
            .map(|phone| self.written_phone(index, phone))
            .collect()
    }

    pub(super) fn written_phone(&self, index: u64, phone: &WrittenPhone) -> Value {
        let mut value = json!({
            "phone_number": phone.number,
            "captured": phone.captured,
            "offset": phone.offset,
            "length": phone.captured.chars().count(),
            "m_id": self.page.message_id(index, phone.position),
            "status": 0,
        });
        if let Some(map) = value.as_object_mut() {
            let seed = self.page.conversation_seed(index).of("phone");
            let text = self.page.message_text(index, phone.position);
            self.maybe(map, seed, 50, "m_content", text.into());
        }
        value
    }
}
