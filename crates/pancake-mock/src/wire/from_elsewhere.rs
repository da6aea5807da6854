//! What Pancake shows of other systems: orders of its shop, clicks on ads, reactions of the channel.
use serde_json::{Value, json};

use super::Wire;

const DAY: i64 = 86_400_000_000;

impl Wire<'_> {
    /// Some customers have orders; the operations of the API neither make nor change them.
    pub(super) fn recent_orders(&self, index: u64) -> Vec<Value> {
        let page = self.page;
        let seed = page.customer_seed(index).of("orders");
        let count = if seed.chance(30) {
            1 + seed.below(2)
        } else {
            0
        };
        let order = |n: u64| {
            let seed = seed.with(n);
            let begun = page.customer_inserted(index) + DAY / 8;
            let mut order = json!({
                "id": 10_000 + seed.below(90_000),
                "display_id": 1_000 + seed.below(9_000),
                "custom_id": null,
                "assigning_seller_id": null,
                "email": null,
                "full_name": page.customer_name(index),
                "phone_number": page.phone(index),
                "payment": 50_000 * (1 + seed.of("payment").below(20)),
                "status": seed.of("status").below(5),
                "is_locked": false,
                "received_at_shop": false,
                "inserted_at": self.micros(begun),
                "last_update_status_at": self.seconds(begun + DAY / 4),
            });
            if let Some(map) = order.as_object_mut() {
                self.maybe(map, seed, 60, "recipient_location", Value::Null);
                self.maybe(map, seed, 60, "shipments", json!([]));
            }
            order
        };
        (0..count).map(order).collect()
    }

    /// By the id of the customer, as the messages of a conversation have them.
    pub(super) fn ad_clicks_by_customer(&self, index: u64) -> Value {
        let Some(ad) = self.page.ad_of(index) else {
            return json!({});
        };
        let seed = self.page.conversation_seed(index).of("no ad clicks");
        let clicks = self.or_null(seed, 25, vec![self.ad_click(index, ad)]);
        json!({self.page.page_customer_id(index): clicks})
    }

    /// A reaction to a picture is an attachment of its own, inside that of the picture.
    pub(super) fn nested_reactions(&self, index: u64, position: u64) -> Value {
        let seed = self.page.message_seed(index, position).of("nested");
        if seed.chance(25) {
            let user = self.page.psid(index);
            json!([{"type": "reaction", "emoji": "❤", "reaction": "love", "user_id": user}])
        } else {
            json!([])
        }
    }

    /// The post of the ad that was clicked.
    pub(super) fn post_attachments(&self, index: u64) -> Value {
        let page = self.page;
        let ad = page.ad_of(index).unwrap_or(0);
        let seed = page.conversation_seed(index).of("post attachment");
        let text = page.post_message(page.ad_post(ad));
        let mut attachment = json!({
            "type": "photo",
            "url": format!("https://content.pancake.example/{}.jpg", seed.text(24)),
            "image_data": {"width": 1080, "height": 1080},
            "description": self.or_null(seed.of("description"), 40, text),
        });
        if let Some(map) = attachment.as_object_mut() {
            self.maybe(map, seed, 50, "title", Value::Null);
        }
        json!([attachment])
    }
}
