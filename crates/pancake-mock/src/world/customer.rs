//! Customers, one for each conversation, computed from the same index; and the notes on them.
use std::cmp::Reverse;

use super::{
    order::Order,
    page::PageState,
    records::{CustomerChange, Note, NoteEdit, customer_of, is_second},
};
use crate::{ids, seed::Seed, vocabulary};

impl PageState {
    /// `customers[0].id` = `page_customer.id` = `id` of page_customers (docs/behaviour.md#customer-ids).
    pub(crate) fn page_customer_id(&self, index: u64) -> String {
        let index = customer_of(index);
        ids::uuid_of(self.customer_ids, index)
    }

    pub(crate) fn customer_index(&self, id: &str) -> Option<u64> {
        ids::index_of_uuid(self.customer_ids, id)
            .filter(|index| *index < self.conversation_count() && !self.is_gone(*index))
    }

    /// The other id of the customer, the same on all pages.
    pub(crate) fn customer_id(&self, index: u64) -> String {
        let index = customer_of(index);
        self.seed.of("global customer").with(index).uuid()
    }

    fn changed_customer<T>(
        &self,
        index: u64,
        field: impl FnOnce(&CustomerChange) -> Option<T>,
    ) -> Option<T> {
        self.customers.get(&customer_of(index)).and_then(field)
    }

    pub(crate) fn customer_name(&self, index: u64) -> String {
        let seed = self.seed.of("customer name").with(customer_of(index));
        let part = |part, words| seed.of(part).pick_str(words);
        let changed = self.changed_customer(index, |change| change.name.clone());
        changed.unwrap_or_else(|| {
            let family = part("family", vocabulary::FAMILY);
            let middle = part("middle", vocabulary::MIDDLE);
            format!("{family} {middle} {}", part("given", vocabulary::GIVEN))
        })
    }

    pub(crate) fn gender(&self, index: u64) -> String {
        let seed = self.seed.of("gender").with(customer_of(index));
        let changed = self.changed_customer(index, |change| change.gender.clone());
        changed.unwrap_or_else(|| seed.pick_str(&["male", "female"]).to_owned())
    }

    pub(crate) fn birthday_was_set(&self, index: u64) -> bool {
        self.changed_customer(index, |change| change.birthday.as_ref().map(|_| ()))
            .is_some()
    }

    pub(crate) fn gender_was_set(&self, index: u64) -> bool {
        self.changed_customer(index, |change| change.gender.as_ref().map(|_| ()))
            .is_some()
    }

    /// `(year, month, day)`.
    pub(crate) fn birthday(&self, index: u64) -> (u64, u64, u64) {
        let index = customer_of(index);
        if let Some(text) = self.changed_customer(index, |change| change.birthday.clone()) {
            let mut parts = text.splitn(3, '-').map(|part| part.parse().unwrap_or(0));
            let mut next = || parts.next().unwrap_or(0);
            return (next(), next(), next());
        }
        let seed = self.seed.of("birthday").with(index);
        let year = 1960 + seed.of("year").below(46);
        (
            year,
            1 + seed.of("month").below(12),
            1 + seed.of("day").below(28),
        )
    }

    pub(crate) fn phone_numbers(&self, index: u64) -> Vec<String> {
        if let Some(numbers) = self.changed_customer(index, |change| change.phone_numbers.clone()) {
            return numbers;
        }
        let first = customer_of(index);
        let mut numbers: Vec<String> = Vec::new();
        for index in std::iter::once(first).chain(self.second_inbox(first)) {
            for phone in self.written_phones(index) {
                if !numbers.contains(&phone.number) {
                    numbers.push(phone.number);
                }
            }
        }
        numbers
    }

    /// What is not known of a customer is unknown in all lists: their gaps are drawn from this.
    pub(crate) fn customer_seed(&self, index: u64) -> Seed {
        self.conversation_seed(customer_of(index))
            .of("what is known")
    }

    /// When the customer first came.
    pub(crate) fn customer_inserted(&self, index: u64) -> i64 {
        self.inserted(customer_of(index))
    }

    /// Whether the customer can be written to: not who has only commented.
    pub(crate) fn can_inbox(&self, index: u64) -> bool {
        let first = customer_of(index);
        !self.kind(first).is_public() || self.second_inbox(first).is_some()
    }

    pub(crate) fn customer_updated(&self, index: u64) -> i64 {
        let changed = self.changed_customer(index, |change| change.updated_at);
        changed.unwrap_or_else(|| self.seeded_updated(customer_of(index)))
    }

    pub(crate) fn notes(&self, index: u64) -> Vec<Note> {
        let changed = self.changed_customer(index, |change| change.notes.clone());
        changed.unwrap_or_else(|| self.seeded_notes(customer_of(index)))
    }

    pub(crate) fn set_notes(&mut self, index: u64, notes: Vec<Note>) {
        let index = customer_of(index);
        self.customers.entry(index).or_default().notes = Some(notes);
    }

    pub(crate) fn change_customer(
        &mut self,
        index: u64,
        now: i64,
        change: impl FnOnce(&mut CustomerChange),
    ) {
        change(self.customers.entry(index).or_default());
        self.touch_customer(index, now);
    }

    pub(super) fn touch_customer(&mut self, index: u64, time: i64) {
        let index = customer_of(index);
        // A clock that was set back must not put a touched customer among the computed ones.
        let time = time.max(self.epoch);
        let change = self.customers.entry(index).or_default();
        if let Some(former) = change.updated_at.replace(time) {
            self.touched_customers.remove(&(Reverse(former), index));
        }
        self.touched_customers.insert((Reverse(time), index));
    }

    /// How many customers have their time in the range, and those on one page of the list.
    pub(crate) fn customer_page(
        &self,
        order: Order,
        (since, until): (i64, i64),
        skip: u64,
        take: usize,
    ) -> (u64, Vec<u64>) {
        match order {
            Order::Inserted if self.has_gone_conversations() => {
                // Places can't be computed then.
                let all = self.conversations(order, None, None);
                let all: Vec<u64> = all
                    .filter(|index| !is_second(*index))
                    .filter(|index| (since..=until).contains(&self.inserted(*index)))
                    .collect();
                let skip = usize::try_from(skip).unwrap_or(usize::MAX);
                let rows = all.iter().copied().skip(skip).take(take).collect();
                (all.len() as u64, rows)
            }
            Order::Inserted => {
                let newer = self.inserted_since(until.saturating_add(1));
                let total = self.inserted_since(since).saturating_sub(newer);
                let places = newer.saturating_add(skip)..newer + total;
                let rows = places
                    .take(take)
                    .filter_map(|place| self.nth_inserted(place))
                    .collect();
                (total, rows)
            }
            Order::Updated => {
                let mut total = 0;
                let mut rows = Vec::new();
                for index in self.customers_by_updated() {
                    let time = self.customer_updated(index);
                    if time < since {
                        break;
                    }
                    if time <= until {
                        if total >= skip && rows.len() < take {
                            rows.push(index);
                        }
                        total += 1;
                    }
                }
                (total, rows)
            }
        }
    }

    fn customers_by_updated(&self) -> impl Iterator<Item = u64> + '_ {
        // Touched ones carry the time of a change, which is never before a seeded time.
        let touched = self.touched_customers.iter().map(|(_, index)| *index);
        let is_touched = |index: u64| self.changed_customer(index, |change| change.updated_at);
        let rest = (0..self.seeded).filter(move |index| is_touched(*index).is_none());
        touched.chain(rest).filter(|index| !self.is_gone(*index))
    }

    pub(super) fn seeded_notes(&self, index: u64) -> Vec<Note> {
        let seed = self.seed.of("notes").with(index);
        if index >= self.seeded || !seed.chance(10) {
            return Vec::new();
        }
        let created_at = self.inserted(index) / 1000 + 60_000;
        (0..1 + seed.below(2))
            .map(|n| {
                let seed = seed.with(n);
                let created_at = created_at + i64::try_from(n).unwrap_or(0) * 1000;
                let staff = seed.of("staff").below(super::staff::ACTIVE);
                // Some were changed since.
                let edits = seed.of("edited").chance(25).then(|| NoteEdit {
                    message: seed.of("former").pick_str(vocabulary::NOTES).to_owned(),
                    created_at,
                    staff,
                });
                Note {
                    id: seed.uuid(),
                    message: seed.of("message").pick_str(vocabulary::NOTES).to_owned(),
                    created_at,
                    updated_at: edits.as_ref().map(|_| created_at + 30_000),
                    removed_at: None,
                    staff,
                    order_id: seed
                        .chance(20)
                        .then(|| (10_000 + seed.below(90_000)).to_string()),
                    edits: edits.into_iter().collect(),
                }
            })
            .collect()
    }

    pub(crate) fn new_note_id(&mut self) -> String {
        self.notes_made += 1;
        self.seed.of("new note").with(self.notes_made).uuid()
    }
}
