//! The inbox of a customer who had only commented so far: a private answer to the comment begins it.
//!
//! It is the one case of two conversations with one customer. Its index is that of the other conversation with a bit set,
//! so that both find their customer without a table.
use super::page::PageState;

const SECOND: u64 = 1 << 62;

/// The index that the customer of a conversation is known by.
pub(super) fn customer_of(index: u64) -> u64 {
    index & !SECOND
}

/// Whether it is the second conversation of its customer, who is no new customer then.
pub(crate) fn is_second(index: u64) -> bool {
    index & SECOND != 0
}

impl PageState {
    /// The second conversation of a customer, if there is one.
    pub(super) fn second_inbox(&self, index: u64) -> Option<u64> {
        let second = index | SECOND;
        self.changes.contains_key(&second).then_some(second)
    }

    /// Where private answers to a comment go; begun now if there is no such conversation yet.
    pub(crate) fn inbox_of_commenter(&mut self, index: u64, now: i64) -> u64 {
        let second = index | SECOND;
        if self.second_inbox(index).is_none() {
            self.begin(second, now);
        }
        second
    }
}
