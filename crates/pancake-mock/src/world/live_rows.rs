//! Rows that came or went while the server ran, beside those that are computed.
use std::cmp::Reverse;

use super::{page::PageState, records::is_second};

impl PageState {
    /// Takes a conversation and its customer out of all lists, or only the second conversation of a customer who stays.
    pub(crate) fn remove_conversation(&mut self, index: u64) -> bool {
        if is_second(index) {
            return self.remove_second(index);
        }
        let gone = index < self.conversation_count() && self.live.conversations_gone.insert(index);
        if gone {
            self.front.one_less();
            if let Some(second) = self.second_inbox(index) {
                self.remove_second(second);
            }
        }
        gone
    }

    /// Nothing of it is computed, so nothing is left: the next private answer begins it anew.
    fn remove_second(&mut self, index: u64) -> bool {
        let Some(change) = self.changes.remove(&index) else {
            return false;
        };
        if let Some(time) = change.updated_at {
            self.moved.remove(&(Reverse(time), index));
        }
        self.late.retain(|late| *late != index);
        self.live.messages_gone.remove(&index);
        self.front.one_less();
        true
    }

    pub(crate) fn is_gone(&self, index: u64) -> bool {
        self.live.conversations_gone.contains(&index)
    }

    pub(super) fn has_gone_conversations(&self) -> bool {
        !self.live.conversations_gone.is_empty()
    }

    /// Takes a message out of the list of its conversation. The numbers of the statistics stay as they are.
    pub(crate) fn remove_message(&mut self, index: u64, position: u64) -> bool {
        let gone = self.live.messages_gone.entry(index).or_default();
        gone.insert(position)
    }

    /// The positions of the messages that are there, of the first so many, oldest first.
    pub(crate) fn positions(&self, index: u64, count: u64) -> Vec<u64> {
        let gone = self.live.messages_gone.get(&index);
        let is_there = |position: &u64| gone.is_none_or(|gone| !gone.contains(position));
        (0..count).filter(is_there).collect()
    }

    /// A post that is published now; its number.
    pub(crate) fn add_post(&mut self, now: i64) -> u64 {
        let latest = self.live.posts.last().copied().unwrap_or(self.epoch);
        self.live.posts.push(now.max(latest));
        self.post_count() + self.live.posts.len() as u64 - 1
    }

    pub(crate) fn remove_post(&mut self, post: u64) -> bool {
        self.live.posts_gone.insert(post)
    }

    /// The posts that are there, newest first.
    pub(crate) fn posts(&self) -> impl Iterator<Item = u64> + '_ {
        let seeded = self.post_count();
        let new = seeded..seeded + self.live.posts.len() as u64;
        let all = new.rev().chain(0..seeded);
        all.filter(|post| !self.live.posts_gone.contains(post))
    }

    /// A call that is made now; its number.
    pub(crate) fn add_call(&mut self, now: i64) -> u64 {
        let latest = self.live.calls.last().copied().unwrap_or(self.epoch);
        self.live.calls.push(now.max(latest));
        super::call_log::CALLS + self.live.calls.len() as u64 - 1
    }

    pub(crate) fn remove_call(&mut self, call: u64) -> bool {
        self.live.calls_gone.insert(call)
    }

    /// The numbers of the calls that are there, newest first.
    pub(crate) fn calls(&self) -> impl Iterator<Item = u64> + '_ {
        let seeded = super::call_log::CALLS;
        let new = seeded..seeded + self.live.calls.len() as u64;
        let all = new.rev().chain(0..seeded);
        all.filter(|call| !self.live.calls_gone.contains(call))
    }
}
