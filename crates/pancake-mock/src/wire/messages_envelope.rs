//! What comes around the messages of list messages.
use serde_json::{Value, json};

use super::Wire;
use crate::oddity::Oddity;

impl Wire<'_> {
    pub(crate) fn messages_envelope(&self, index: u64, messages: Vec<Value>) -> Value {
        let page = self.page;
        let seed = page.conversation_seed(index).of("envelope");
        let public = page.kind(index).is_public();
        let phones = page.phone_numbers(index);
        let found = self.recent_phone_numbers(index);
        let last = page.message_count(index).saturating_sub(1);
        let post = if public {
            let post = page.post_of(index);
            self.post(
                post,
                page.comments_under(&[post])
                    .remove(&post)
                    .unwrap_or_default(),
            )
        } else {
            Value::Null
        };
        let notes = self.notes(index);
        let last_commented_at = if self.has(Oddity::LastCommentedAtIsFalse) {
            json!(false)
        } else {
            Value::Null
        };
        let global_id = (100_000_000 + seed.below(900_000_000)).to_string();
        let mut envelope = json!({
            "success": true,
            "conversation_id": self.conversation_id(index),
            "messages": self.list(messages),
            "conv_from": self.customer_as_author(index),
            "conv_customers": self.customers_of(index),
            "conv_phone_numbers": phones,
            "conv_recent_phone_numbers": found,
            "available_for_report_phone_numbers": phones,
            "recent_phone_numbers": phones,
            "customers": [self.conversation_customer(index)],
            "notes": if notes.is_empty() { self.or_null(seed.of("notes"), 70, notes) } else { notes.into() },
            "activities": self.activities(index),
            "ad_clicks": self.ad_clicks_by_customer(index),
            "read_watermarks": [{
                "psid": page.psid(index),
                "message_id": page.message_id(index, last),
                "watermark": page.message_time(index, last).div_euclid(1_000_000),
                "is_group_conv": null,
            }],
            "post": post,
            "can_inbox": !public,
            "is_banned": false,
            "banned_by": null,
            "banned_count": 0,
            "comment_count": if public { page.message_count(index) } else { 0 },
            "global_id": self.or_null(seed.of("global"), 40, global_id),
            "gender": self.gender_or_null(index),
            "birthday": null,
            "lives_in": null,
            "last_commented_at": last_commented_at,
            "profile_updated_at": null,
            "allow_use_data_for_training_ai": null,
            "app": "0",
            "extra_info": {},
            "matched_wa_fb_customers": null,
            "recent_orders": self.recent_orders(index),
            "reported_count": 0,
            "reports_by_phone": {},
            "suggested_posts": null,
        });
        self.odd_envelope(index, &mut envelope);
        self.unknown(envelope)
    }

    fn conversation_customer(&self, index: u64) -> Value {
        let page = self.page;
        let seed = page.conversation_seed(index).of("conversation customer");
        let mut value = json!({
            "id": page.page_customer_id(index),
            "customer_id": page.customer_id(index),
            "fb_id": page.psid(index),
            "name": page.customer_name(index),
            "can_inbox": !page.kind(index).is_public(),
            "global_id": null,
            "is_followed": null,
            "ad_clicks": page.ad_of(index).map(|ad| self.ad_click(index, ad)).into_iter().collect::<Vec<_>>(),
            "address_source": [],
            "personal_info": {},
            "recent_phone_numbers": [],
            "web_sources": [],
        });
        if let Some(map) = value.as_object_mut() {
            self.maybe(map, seed, 50, "order_count", json!(seed.below(5)));
            self.maybe(map, seed, 50, "reward_point", json!(0));
            self.maybe(
                map,
                seed,
                50,
                "purchased_amount",
                json!(seed.below(9) * 250_000),
            );
            self.maybe(map, seed, 50, "last_order_at", Value::Null);
            self.maybe(map, seed, 50, "tags", json!([]));
        }
        value
    }

    fn activities(&self, index: u64) -> Vec<Value> {
        let page = self.page;
        let activity = page.ad_of(index).map(|ad| {
            json!({
                "type": "ad_click",
                "source": "ADS",
                "ad_id": page.ad_id(ad),
                "inserted_at": self.seconds(page.inserted(index)),
                "ads_context_data": {
                    "ad_title": page.ad_name(ad),
                    "post_id": page.post_id(page.ad_post(ad)),
                },
            })
        });
        activity.into_iter().collect()
    }
}
