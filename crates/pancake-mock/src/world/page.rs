//! One page: what it is computed from, and everything that changed since the start.
use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    platform::Platform,
    records::{Content, ConversationChange, CustomerChange, LiveRows},
    tag::Tag,
    token::PageFront,
};
use crate::{ids::Shuffle, seed::Seed, vocabulary};

/// Ranks by `inserted_at` differ from ranks by `updated_at` inside blocks of this many rows.
pub(super) const BLOCK: u64 = 16;
/// Seeded conversations were last updated in the ninety days before the start.
const SPREAD: i64 = 90 * 86_400_000_000;

pub(crate) struct PageState {
    pub(crate) id: String,
    /// The digits of the id.
    pub(crate) number: u64,
    /// 0 for the first page.
    pub(crate) index: u64,
    pub(crate) platform: Platform,
    pub(crate) name: String,
    pub(crate) seed: Seed,
    /// Shared by all pages: staff is the same people everywhere.
    pub(crate) root: Seed,
    /// Hours east of UTC.
    pub(crate) timezone: i64,
    pub(crate) front: Arc<PageFront>,
    /// Unix microseconds; nothing seeded is newer.
    pub(crate) epoch: i64,
    pub(super) step: i64,
    /// How many conversations are computed; the ones with higher indexes arrived later.
    pub(super) seeded: u64,
    pub(super) arrived: u64,
    /// All conversations that began later, also second ones of customers, in their order.
    pub(super) late: Vec<u64>,
    pub(super) changes: HashMap<u64, ConversationChange>,
    /// Conversations whose `updated_at` is not the computed one, newest first.
    pub(super) moved: BTreeSet<(Reverse<i64>, u64)>,
    pub(super) customers: HashMap<u64, CustomerChange>,
    pub(super) touched_customers: BTreeSet<(Reverse<i64>, u64)>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) round_robin: (Vec<String>, Vec<String>),
    pub(super) contents: HashMap<String, Content>,
    pub(super) uploads: u64,
    pub(super) sent: u64,
    pub(super) notes_made: u64,
    pub(super) numbers: Shuffle,
    pub(super) phones: Shuffle,
    pub(super) customer_ids: Seed,
    pub(super) live: LiveRows,
}

impl PageState {
    pub(super) fn new(
        root: Seed,
        index: u64,
        conversations: u64,
        epoch: i64,
        has_token: bool,
    ) -> Self {
        let platform = Platform::of_page(index);
        let number = 1_000_000_000_000_001 + index;
        let id = format!("{}{number}", platform.prefix());
        let seed = root.of("page").with(index);
        let shop = seed.of("name").pick_str(vocabulary::SHOPS);
        let name = format!("{shop} {}", index + 1);
        let rows = i64::try_from(conversations).unwrap_or(i64::MAX).max(1);
        let staff = |n: u64| super::staff::user_id(root, n);
        Self {
            front: Arc::new(PageFront::new(
                &id,
                &name,
                platform,
                seed,
                conversations,
                has_token,
            )),
            name,
            number,
            index,
            platform,
            seed,
            root,
            timezone: 7,
            epoch,
            step: (SPREAD / rows).max(2),
            seeded: conversations,
            arrived: 0,
            late: Vec::new(),
            changes: HashMap::new(),
            moved: BTreeSet::new(),
            customers: HashMap::new(),
            touched_customers: BTreeSet::new(),
            tags: super::tag::seeded(),
            round_robin: (vec![staff(0), staff(1)], vec![staff(1)]),
            contents: HashMap::new(),
            uploads: 0,
            sent: 0,
            notes_made: 0,
            // 40 bits of customers on one page, 26 bits where the number has to look like a phone.
            numbers: Shuffle::new(seed.of("numbers"), 40),
            phones: Shuffle::new(seed.of("phones"), 26),
            customer_ids: seed.of("customer"),
            live: LiveRows::default(),
            id,
        }
    }

    /// What is no longer as computed in a conversation.
    pub(super) fn changed<T>(
        &self,
        index: u64,
        field: impl FnOnce(&ConversationChange) -> Option<T>,
    ) -> Option<T> {
        self.changes.get(&index).and_then(field)
    }

    /// Without the second conversations of customers, whose indexes are not in a row.
    pub(crate) fn conversation_count(&self) -> u64 {
        self.seeded + self.arrived
    }

    pub(crate) fn shop_id(&self) -> u64 {
        100_000 + self.index
    }
}
