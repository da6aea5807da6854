//! The world as JSON: the shapes of captured answers, with their gaps.
mod conversation;
mod customer;
mod from_elsewhere;
mod message;
mod messages_envelope;
mod odd;
mod page;
pub(crate) mod time;

use serde_json::{Map, Value, json};

use crate::{
    oddity::{Oddities, Oddity},
    seed::Seed,
    world::PageState,
};

/// A page about to be written.
pub(crate) struct Wire<'a> {
    pub(crate) page: &'a PageState,
    pub(crate) oddities: &'a Oddities,
}

impl Wire<'_> {
    pub(crate) fn has(&self, oddity: Oddity) -> bool {
        self.oddities.is_on(oddity)
    }

    pub(crate) fn micros(&self, time: i64) -> String {
        time::micros(self.oddities, time)
    }

    pub(crate) fn seconds(&self, time: i64) -> String {
        time::seconds(self.oddities, time)
    }

    /// True in `percent` of a hundred cases, if fields go missing at all.
    fn gap(&self, seed: Seed, percent: u64) -> bool {
        self.has(Oddity::AbsentAndNullFields) && seed.chance(percent)
    }

    /// The value, or null in some cases.
    fn or_null(&self, seed: Seed, percent: u64, value: impl Into<Value>) -> Value {
        if self.gap(seed, percent) {
            Value::Null
        } else {
            value.into()
        }
    }

    /// Sets a field, or leaves it out in some cases.
    fn maybe(
        &self,
        map: &mut Map<String, Value>,
        seed: Seed,
        percent: u64,
        key: &str,
        value: Value,
    ) {
        if !self.gap(seed.of(key), percent) {
            map.insert(key.to_owned(), value);
        }
    }

    /// Adds fields that nobody described, as the real API does over time.
    pub(crate) fn unknown(&self, mut value: Value) -> Value {
        if self.has(Oddity::UnknownFields)
            && let Some(map) = value.as_object_mut()
        {
            map.insert(
                "added_later".to_owned(),
                json!({"version": 3, "flags": ["beta"], "score": 0.5}),
            );
        }
        value
    }

    /// A tag as list tags, conversations and histories show it.
    pub(crate) fn tag(&self, id: u64) -> Value {
        let Some(tag) = self.page.tags.iter().find(|tag| tag.id == id) else {
            return Value::Null;
        };
        let mut value = json!({
            "id": tag.id,
            "text": tag.text,
            "color": tag.color,
            "lighten_color": tag.lighten_color,
        });
        if let Some(map) = value.as_object_mut() {
            let seed = self.page.root.of("tag fields").with(tag.id);
            self.maybe(map, seed, 50, "is_deactive", json!(false));
            if tag.is_lead_event || !self.has(Oddity::AbsentAndNullFields) {
                map.insert("is_lead_event".to_owned(), json!(tag.is_lead_event));
            }
        }
        self.unknown(value)
    }
}
