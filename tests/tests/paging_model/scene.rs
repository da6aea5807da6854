//! One page of the fake server that no other case uses, and what happens to the rows of a list of it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pancake_ext::{ManualClock, Page, Pancake, RateLimit};
use pancake_mock::MockPancake;

use super::lists::Which;

/// A server, and the pages of it that are left.
pub(crate) struct Server {
    pub(crate) mock: MockPancake,
    pancake: Pancake,
    next: AtomicUsize,
}

impl Server {
    /// Rows come so many a page in lists where one can't choose. `is_coarse`: their times are whole seconds, so that many
    /// are equal.
    pub(crate) async fn new(
        pages: u64,
        conversations: u64,
        rows_a_page: u64,
        is_coarse: bool,
    ) -> Self {
        let mock = MockPancake::builder()
            .pages(pages)
            .conversations(pages * conversations)
            .rows_a_page(rows_a_page)
            .oddity(pancake_mock::Oddity::Microseconds, !is_coarse)
            .rate_limit(None)
            .frozen_clock();
        let mock = mock.start().await.unwrap();
        // One client for all of them: making one reads the certificates of the system.
        let mut pancake = Pancake::builder()
            .base_url(mock.base_url())
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(ManualClock::new());
        for page in mock.page_ids() {
            let token = mock.page_token(&page).unwrap();
            pancake = pancake.page_token(page, token);
        }
        Server {
            pancake: pancake.build().unwrap(),
            mock,
            next: AtomicUsize::new(0),
        }
    }

    pub(crate) fn scene(&self, which: Which) -> Scene<'_> {
        let page = self.mock.page_ids()[self.next.fetch_add(1, Ordering::Relaxed)].clone();
        if which == Which::AdsExport {
            for _ in 0..20 {
                self.mock
                    .arrive_conversation_through_ad(&page, "từ quảng cáo")
                    .unwrap();
            }
        }
        Scene {
            mock: &self.mock,
            pancake: &self.pancake,
            which,
            chat: self.mock.conversation_ids(&page).swap_remove(0),
            page,
            conversation_of: HashMap::new(),
            gone: HashSet::new(),
            changed: HashSet::new(),
        }
    }
}

/// Something that happens to a list while it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event {
    /// A new row.
    Arrive,
    /// The customer of a row writes, which moves the row in some lists.
    Write(usize),
    /// A row vanishes.
    Vanish(usize),
}

pub(crate) struct Scene<'a> {
    pub(crate) mock: &'a MockPancake,
    pancake: &'a Pancake,
    pub(crate) which: Which,
    pub(crate) page: String,
    /// The conversation whose messages are read.
    pub(crate) chat: String,
    /// By customer.
    conversation_of: HashMap<String, String>,
    /// Rows that left the list.
    pub(crate) gone: HashSet<String>,
    /// Rows that are no longer as they were, or arrived.
    pub(crate) changed: HashSet<String>,
}

impl Scene<'_> {
    pub(crate) fn page(&self) -> Page {
        self.pancake.page(self.page.as_str())
    }

    /// Reads the messages of a conversation that has few.
    pub(crate) fn choose_a_short_chat(&mut self) {
        let messages = |id: &String| self.mock.message_count(&self.page, id);
        let ids = self.mock.conversation_ids(&self.page);
        self.chat = ids.into_iter().min_by_key(messages).unwrap();
        while self.mock.message_count(&self.page, &self.chat).unwrap() < 13 {
            self.mock
                .arrive_message(&self.page, &self.chat, "alo")
                .unwrap();
        }
    }

    /// Learns which customer writes in which conversation.
    pub(crate) async fn meet_customers(&mut self) {
        if !self.which.is_of_customers() {
            return;
        }
        for row in self.page().conversations().collect().await.unwrap() {
            let customer = row.page_customer.unwrap().id.unwrap().to_string();
            self.conversation_of
                .insert(customer, row.id.unwrap().to_string());
        }
    }

    /// Lets something happen to the rows that were there at the beginning, a second later or in the same one.
    pub(crate) fn happen(&mut self, event: Event, rows: &[String], seconds: u64) {
        self.mock.clock().advance(Duration::from_secs(seconds));
        let row = |place: usize| rows.get(place % rows.len().max(1)).cloned();
        match event {
            Event::Arrive => self.arrive(),
            Event::Write(place) => {
                if let Some(row) = row(place) {
                    self.write(&row);
                }
            }
            Event::Vanish(place) => {
                if let Some(row) = row(place) {
                    self.vanish(&row);
                }
            }
        }
    }

    fn arrive(&mut self) {
        let (mock, page, chat) = (self.mock, &self.page, &self.chat);
        let new = match self.which {
            Which::Messages | Which::MessagesFromTheOldest => {
                mock.arrive_message(page, chat, "mới")
            }
            Which::Posts => mock.add_post(page),
            Which::CallLogs => mock.add_call(page),
            Which::AdsExport => mock.arrive_conversation_through_ad(page, "mới"),
            _ => mock.arrive_conversation(page, "mới"),
        };
        self.changed.insert(new.unwrap());
    }

    fn write(&mut self, row: &str) {
        if !self.which.writing_moves() && !self.which.writing_removes() {
            // Nothing moves there; in the list of messages it is one more.
            return self.arrive();
        }
        let conversation = self.conversation(row);
        let there = self
            .mock
            .arrive_message(&self.page, &conversation, "còn không");
        if there.is_none() {
            return;
        }
        self.changed.insert(row.to_owned());
        if self.which.writing_removes() {
            self.gone.insert(row.to_owned());
        }
    }

    fn vanish(&mut self, row: &str) {
        let (mock, page) = (self.mock, &self.page);
        match self.which {
            Which::Messages | Which::MessagesFromTheOldest => {
                mock.remove_message(page, &self.chat, row)
            }
            Which::Posts => mock.remove_post(page, row),
            Which::CallLogs => mock.remove_call(page, row),
            _ => mock.remove_conversation(page, &self.conversation(row)),
        };
        self.gone.insert(row.to_owned());
    }

    fn conversation(&self, row: &str) -> String {
        let of = self.conversation_of.get(row);
        of.map_or(row, String::as_str).to_owned()
    }
}
