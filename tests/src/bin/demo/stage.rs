//! What every step works with: a fake Pancake, a client for it, a page, and a customer who has just written.

use std::io::{self, Stdout};

use pancake_ext::{Conversation, Page, Pancake, PancakeBuilder};
use pancake_mock::{JournalEntry, MockPancake, Oddity};

use crate::clock::OneClock;
use crate::failure::Failure;
use crate::narrator::Narrator;
use crate::tally::Tally;

/// What the customer wants to know.
pub(crate) const QUESTION: &str = "Chị ơi, xoài cát Hòa Lộc hôm nay còn không ạ?";

pub(crate) struct Stage {
    pub(crate) mock: MockPancake,
    /// Knows the user token and nothing else.
    pub(crate) pancake: Pancake,
    /// A page on Facebook.
    pub(crate) page: Page,
    /// The customer who has just written.
    pub(crate) chat: Conversation,
    pub(crate) tally: Tally,
    out: Narrator<Stdout>,
}

impl Stage {
    pub(crate) async fn set() -> Result<Stage, Failure> {
        let mock = MockPancake::builder()
            .conversations(1_000)
            .frozen_clock()
            // What few have seen of the service, and what reading a send back is surest with.
            .oddity(Oddity::PublicApiAdminName, true)
            .start()
            .await?;
        let tally = Tally::default();
        let pancake = settings(&mock)
            .user_token(mock.user_token())
            .metrics(tally.clone())
            .build()?;
        let page = mock.page_ids().into_iter().next();
        let page = pancake.page(page.ok_or("the fake server has no page")?);
        let chat = mock.arrive_conversation(page.id().as_str(), QUESTION);
        let chat = page.conversation(chat.ok_or("the fake server does not know its own page")?);
        let out = Narrator::new(io::stdout());
        Ok(Stage {
            mock,
            pancake,
            page,
            chat,
            tally,
            out,
        })
    }

    /// The settings of a client for this server, without a token.
    pub(crate) fn settings(&self) -> PancakeBuilder {
        settings(&self.mock)
    }

    pub(crate) fn area(&mut self, title: &str) -> Result<(), Failure> {
        Ok(self.out.area(title)?)
    }

    pub(crate) fn step(&mut self, title: &str) -> Result<(), Failure> {
        Ok(self.out.step(title)?)
    }

    pub(crate) fn says(&mut self, what: impl AsRef<str>) -> Result<(), Failure> {
        Ok(self.out.says(what.as_ref())?)
    }

    pub(crate) fn check(&mut self, holds: bool, otherwise: &str) -> Result<(), Failure> {
        self.out.check(holds, otherwise)
    }

    pub(crate) fn step_title(&self) -> &str {
        self.out.step_title()
    }

    /// Steps and checks so far.
    pub(crate) fn counts(&self) -> (u32, u32) {
        self.out.counts()
    }

    /// How many messages the server holds for the customer who has just written. No request: it counts what was stored.
    pub(crate) fn stored(&self) -> u64 {
        let (page, chat) = (self.page.id().as_str(), self.chat.id().as_str());
        self.mock.message_count(page, chat).unwrap_or_default()
    }

    /// The number of the last request so far.
    pub(crate) fn mark(&self) -> u64 {
        self.mock.journal().last().map_or(0, |entry| entry.number)
    }

    /// The requests after a [`mark`](Self::mark).
    pub(crate) fn requests_since(&self, mark: u64) -> Vec<JournalEntry> {
        let mut journal = self.mock.journal();
        journal.retain(|entry| entry.number > mark);
        journal
    }
}

fn settings(mock: &MockPancake) -> PancakeBuilder {
    Pancake::builder()
        .base_url(mock.base_url())
        .clock(OneClock::new(mock.clock().clone()))
}
