//! Customers and notes, in the two forms they come in.
use serde_json::{Value, json};

use super::Wire;
use crate::{
    oddity::Oddity,
    vocabulary,
    world::{Note, staff},
};

impl Wire<'_> {
    /// `page_customer` inside a conversation.
    pub(super) fn page_customer(&self, index: u64) -> Value {
        let page = self.page;
        let seed = page.conversation_seed(index).of("page customer");
        let (year, month, day) = page.birthday(index);
        let birthday = json!({"date": day, "month": month, "year": year});
        self.unknown(json!({
            "id": page.page_customer_id(index),
            "customer_id": page.customer_id(index),
            "psid": page.psid(index),
            "name": page.customer_name(index),
            "gender": self.gender_or_null(index),
            "birthday": self.birthday_or_null(index, birthday),
            "global_id": self.or_null(seed.of("global"), 60, (100_000_000 + seed.below(900_000_000)).to_string()),
            "inserted_at": self.seconds(page.customer_inserted(index)),
            "notes": self.notes_or_null(index),
            "recent_orders": self.orders_or_null(index),
        }))
    }

    /// A row of page_customers.
    pub(crate) fn customer(&self, index: u64) -> Value {
        let page = self.page;
        let seed = page.conversation_seed(index).of("customer");
        let mut value = json!({
            "id": page.page_customer_id(index),
            "customer_id": page.customer_id(index),
            "psid": page.psid(index),
            "name": page.customer_name(index),
            "birthday": self.birthday_or_null(index, self.birthday_text(index)),
            "gender": self.gender_or_null(index),
            "phone_numbers": page.phone_numbers(index),
            "notes": self.notes_or_null(index),
            "recent_orders": null,
            "thread_id": self.or_null(seed.of("thread"), 50, format!("t_{}", page.psid(index))),
            "can_inbox": page.can_inbox(index),
            "inserted_at": self.seconds(page.inserted(index)),
            "updated_at": self.seconds(page.customer_updated(index)),
        });
        if let Some(map) = value.as_object_mut() {
            let city = seed.of("city").pick_str(vocabulary::CITIES);
            let lives_in = self.or_null(seed.of("lives in"), 60, city);
            self.maybe(map, seed, 30, "lives_in", lives_in);
            self.maybe(map, seed, 80, "emails", json!([]));
        }
        self.unknown(value)
    }

    fn orders_or_null(&self, index: u64) -> Value {
        let orders = self.recent_orders(index);
        let seed = self.page.customer_seed(index).of("no orders");
        if orders.is_empty() {
            self.or_null(seed, 80, orders)
        } else {
            orders.into()
        }
    }

    /// Null in all lists, or in none.
    pub(super) fn gender_or_null(&self, index: u64) -> Value {
        let page = self.page;
        let gap = if page.gender_was_set(index) { 0 } else { 30 };
        self.or_null(
            page.customer_seed(index).of("gender"),
            gap,
            page.gender(index),
        )
    }

    /// Null in all lists, or in none; its form is another in each.
    fn birthday_or_null(&self, index: u64, birthday: impl Into<Value>) -> Value {
        let gap = if self.page.birthday_was_set(index) {
            0
        } else {
            65
        };
        let seed = self.page.customer_seed(index).of("birthday");
        self.or_null(seed, gap, birthday)
    }

    /// `1998-00-00` where only the year is known (docs/behaviour.md#time).
    fn birthday_text(&self, index: u64) -> String {
        let (year, month, day) = self.page.birthday(index);
        let seed = self.page.conversation_seed(index).of("known birthday");
        let partial = self.has(Oddity::PartialBirthdays) && !self.page.birthday_was_set(index);
        match seed.below(3) {
            0 if partial => format!("{year:04}-00-00"),
            1 if partial => format!("0000-{month:02}-{day:02}"),
            _ => format!("{year:04}-{month:02}-{day:02}"),
        }
    }

    fn notes_or_null(&self, index: u64) -> Value {
        let notes = self.notes(index);
        let seed = self.page.conversation_seed(index).of("no notes");
        if notes.is_empty() {
            self.or_null(seed, 70, notes)
        } else {
            notes.into()
        }
    }

    pub(crate) fn notes(&self, index: u64) -> Vec<Value> {
        self.page
            .notes(index)
            .iter()
            .map(|note| self.note(note))
            .collect()
    }

    fn note(&self, note: &Note) -> Value {
        let edits: Vec<_> = note
            .edits
            .iter()
            .map(|edit| {
                json!({
                    "message": edit.message,
                    "created_at": edit.created_at,
                    "created_by": self.note_author(edit.staff),
                    "images": [],
                })
            })
            .collect();
        self.unknown(json!({
            "id": note.id,
            "message": note.message,
            "order_id": note.order_id,
            "created_at": note.created_at,
            "updated_at": note.updated_at,
            "removed_at": note.removed_at,
            "created_by": self.note_author(note.staff),
            "edit_history": edits,
            "images": [],
            "links": [],
        }))
    }

    fn note_author(&self, n: u64) -> Value {
        let root = self.page.root;
        let seed = root.of("note author").with(n);
        let mut value = json!({
            "uid": staff::user_id(root, n),
            // Never null here in the captured answers.
            "fb_id": staff::fb_id(root, n).or_else(|| staff::fb_id(root, 0)),
            "fb_name": staff::user_name(root, n),
        });
        if let Some(map) = value.as_object_mut() {
            self.maybe(map, seed, 40, "application", json!(1));
            // Two more secrets that come without being asked for.
            self.maybe(
                map,
                seed,
                40,
                "session_id",
                seed.of("session").uuid().into(),
            );
            let token = format!("EAAB{}", seed.of("token").text(60));
            self.maybe(map, seed, 40, "token_for_business", token.into());
        }
        value
    }
}
