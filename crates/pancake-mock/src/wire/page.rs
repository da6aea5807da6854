//! A page as list pages shows it, its staff, and its posts.
use serde_json::{Value, json};

use super::Wire;
use crate::{
    oddity::Oddity,
    world::{Comments, staff},
};

impl Wire<'_> {
    /// An entry of `categorized.activated`. `settings` holds the page token, if there is one.
    pub(crate) fn page(&self) -> Value {
        let page = self.page;
        let root = page.root;
        let users: Vec<_> = (0..staff::ACTIVE)
            .map(|n| {
                json!({
                    "user_id": staff::user_id(root, n),
                    "fb_id": staff::fb_id(root, n),
                    "name": staff::user_name(root, n),
                    "phone_number": self.or_null(root.of("staff phone").with(n), 50, format!("090000000{n}")),
                    "status": if n == 0 { "available" } else { "busy" },
                    "page_id": page.id,
                })
            })
            .collect();
        let ids: Vec<_> = (0..staff::ACTIVE)
            .map(|n| staff::user_id(root, n))
            .collect();
        let mut value = json!({
            "id": page.id,
            "name": page.name,
            "username": self.or_null(page.seed.of("username"), 60, format!("shop{}", page.index + 1)),
            "platform": page.platform.name(),
            "shop_id": page.shop_id(),
            "timezone": self.timezone(),
            "role_in_page": "ADMINISTER",
            "is_activated": true,
            "country": "VN",
            "inserted_at": self.seconds(page.epoch - 400 * 86_400_000_000),
            "active_user_ids": ids,
            "users": users,
            "permissions": {"is_enabled_permissions": false},
            "platform_extra_info": {
                "country": "VN",
                "facebook_call_settings": {"is_calling_eligible": false},
                "inbox_done_synced_at": self.micros(page.epoch),
                "inbox_spam_synced_at": self.micros(page.epoch),
            },
            "settings": {
                "auto_create_order": false,
                "current_settings_key": "original",
                "hide_comments": false,
                "sound": true,
                "unread_first": false,
            },
            "business": null,
            "custom_page_color": "#4a90e2",
            "is_silhouette": false,
            "last_global_id_crawl": null,
            "need_fix_webhook": null,
            "page_content_sync_group_id": null,
            "quick_reply_sync_group_id": null,
            "special_feature": false,
            "tag_sync_group_id": null,
        });
        // Not null but absent where no token was made (field notes, section 7).
        if let Some(token) = page.front.token() {
            value["settings"]["page_access_token"] = token.into();
        }
        if let Some(map) = value.as_object_mut() {
            self.maybe(map, page.seed, 50, "avatar_url", self.avatar());
        }
        self.unknown(value)
    }

    /// The four fields the documentation knows.
    pub(crate) fn documented_page(&self) -> Value {
        json!({
            "id": self.page.id,
            "platform": self.page.platform.name(),
            "name": self.page.name,
            "avatar_url": self.avatar(),
        })
    }

    fn avatar(&self) -> Value {
        format!("https://content.pancake.example/avatar/{}", self.page.id).into()
    }

    /// 7, or 7.0 on every second page.
    fn timezone(&self) -> Value {
        let hours = self.page.timezone;
        if self.has(Oddity::FractionalTimezone) && self.page.index % 2 == 1 {
            #[expect(clippy::cast_precision_loss, reason = "hours of a zone are small")]
            let hours = hours as f64;
            json!(hours)
        } else {
            json!(hours)
        }
    }

    /// A post; `comments` as [`PageState::comments_under`] counted them.
    pub(crate) fn post(&self, post: u64, comments: Comments) -> Value {
        let page = self.page;
        let seed = page.seed.of("reactions").with(post);
        let count = |kind: &str, most| seed.of(kind).below(most);
        self.unknown(json!({
            "id": page.post_id(post),
            "page_id": page.id,
            "from": {"id": page.number.to_string(), "name": page.name},
            "message": page.post_message(post),
            "type": page.post_type(post),
            "inserted_at": self.seconds(page.post_inserted(post)),
            "comment_count": comments.count,
            "phone_number_count": comments.phone_numbers,
            "reactions": {
                "like_count": count("like", 400),
                "love_count": count("love", 90),
                "haha_count": count("haha", 20),
                "wow_count": count("wow", 20),
                "sad_count": count("sad", 9),
                "angry_count": count("angry", 5),
                "care_count": count("care", 9),
            },
        }))
    }
}
