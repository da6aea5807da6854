//! The invented world the server tells about: pages and all that is on them, computed where possible.
pub(crate) mod call_log;
mod conversation;
mod customer;
mod live_rows;
mod message;
mod order;
mod page;
mod phone;
mod platform;
pub(crate) mod post;
mod records;
pub(crate) mod staff;
mod tag;
mod token;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(crate) use order::Order;
pub(crate) use page::PageState;
pub(crate) use phone::WrittenPhone;
pub(crate) use platform::Platform;
pub(crate) use post::Comments;
pub(crate) use records::{
    Author, Content, ConversationKind, LIFETIME, Mention, MessageFacts, MessageKind, NewMessage,
    Note, NoteEdit, TagEntry, TagEvent, is_second,
};
pub(crate) use token::{PageFront, TokenVerdict, user_token};

use crate::seed::Seed;

/// What a world is made from.
#[derive(Clone, Debug)]
pub(crate) struct WorldPlan {
    pub(crate) seed: u64,
    pub(crate) pages: u64,
    /// More pages, which have no token yet.
    pub(crate) pages_without_token: u64,
    /// On the pages that have a token; the others have as many each as those on average.
    pub(crate) conversations: u64,
    /// Unix microseconds; nothing seeded is newer.
    pub(crate) epoch: i64,
    /// Hours east of UTC, of the first pages; the last one holds for the others.
    pub(crate) timezones: Vec<i64>,
}

/// All pages, each behind its own lock: calls to different pages don't wait for each other.
pub(crate) struct World {
    pages: Vec<Mutex<PageState>>,
    fronts: Vec<Arc<PageFront>>,
    by_id: HashMap<String, usize>,
    ids: Vec<String>,
    /// How many of the ids, from the first on, had a token at the start.
    with_token: usize,
}

impl World {
    pub(crate) fn new(plan: WorldPlan) -> Self {
        let root = Seed::new(plan.seed);
        let mut world = Self {
            pages: Vec::new(),
            fronts: Vec::new(),
            by_id: HashMap::new(),
            ids: Vec::new(),
            with_token: 0,
        };
        for index in 0..plan.pages + plan.pages_without_token {
            let has_token = index < plan.pages;
            // Spread evenly; the first pages take what is left over.
            let share = plan.conversations / plan.pages
                + u64::from(index < plan.conversations % plan.pages);
            let mut page = PageState::new(root, index, share, plan.epoch, has_token);
            let own = usize::try_from(index)
                .ok()
                .and_then(|n| plan.timezones.get(n));
            if let Some(hours) = own.or(plan.timezones.last()) {
                page.timezone = *hours;
            }
            let id = page.id.clone();
            world.by_id.insert(id.clone(), world.pages.len());
            world.ids.push(id);
            world.with_token += usize::from(has_token);
            world.fronts.push(Arc::clone(&page.front));
            world.pages.push(Mutex::new(page));
        }
        world
    }

    /// Ids in the order of creation.
    pub(crate) fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The ids of the pages that had a token at the start, and of those that had none.
    pub(crate) fn ids_by_token(&self) -> (&[String], &[String]) {
        self.ids.split_at(self.with_token)
    }

    /// In the order of the ids.
    pub(crate) fn fronts(&self) -> &[Arc<PageFront>] {
        &self.fronts
    }

    /// Waits for nobody.
    pub(crate) fn front(&self, id: &str) -> Option<&PageFront> {
        self.fronts.get(*self.by_id.get(id)?).map(Arc::as_ref)
    }

    pub(crate) fn page(&self, id: &str) -> Option<MutexGuard<'_, PageState>> {
        let page = self.pages.get(*self.by_id.get(id)?)?;
        // A lock is poisoned by a panic of a test that held a page; the data is still a fake's.
        Some(page.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
