//! Conversations: computed from their index, with changes kept beside.
use super::{
    page::PageState,
    platform::Platform,
    records::{ConversationKind, SECOND, TagEntry, TagEvent, customer_of},
};
use crate::seed::Seed;

impl PageState {
    pub(crate) fn conversation_seed(&self, index: u64) -> Seed {
        self.seed.of("conversation").with(index)
    }

    pub(crate) fn kind(&self, index: u64) -> ConversationKind {
        if index >= self.seeded || !self.platform.has_comments() {
            return ConversationKind::Inbox;
        }
        // The first rows are inbox ones, which most programs are about; then one of each kind, so
        // that small pages have them all.
        let draw = match index {
            0..=2 => 99,
            3 => 0,
            4 => 16,
            5 => 18,
            _ => self.seed.of("kind").with(index).below(100),
        };
        match (draw, self.platform) {
            (0..=15, _) => ConversationKind::Comment,
            (16..=17, Platform::Facebook) => ConversationKind::Livestream,
            (18..=19, Platform::Facebook) => ConversationKind::Rating,
            _ => ConversationKind::Inbox,
        }
    }

    /// The number the outside world knows the customer of this conversation by.
    pub(crate) fn psid(&self, index: u64) -> String {
        let index = customer_of(index);
        match self.platform {
            Platform::WhatsApp | Platform::WhatsAppOfficial => {
                (84_900_000_000 + self.phones.forward(index)).to_string()
            }
            _ => (2_000_000_000_000_000 + self.numbers.forward(index)).to_string(),
        }
    }

    pub(crate) fn index_of_psid(&self, text: &str) -> Option<u64> {
        let number: u64 = text.parse().ok()?;
        let index = match self.platform {
            Platform::WhatsApp | Platform::WhatsAppOfficial => {
                self.phones.backward(number.checked_sub(84_900_000_000)?)
            }
            _ => self
                .numbers
                .backward(number.checked_sub(2_000_000_000_000_000)?),
        }?;
        (index < self.conversation_count() && !self.is_gone(index)).then_some(index)
    }

    /// The id of a conversation; `plain` without the `:` and `@` of other channels.
    pub(crate) fn conversation_id(&self, index: u64, plain: bool) -> String {
        let psid = self.psid(index);
        if self.kind(index).is_public() {
            return format!("{}_{psid}", self.post_number(self.post_of(index)));
        }
        match self.platform {
            Platform::Facebook => format!("{}_{psid}", self.number),
            _ if plain => format!("{}_{psid}", self.number),
            Platform::TikTok => format!("tt_0:1:{}:{psid}", self.number),
            Platform::WhatsApp => format!("wa_{psid}@c.us_{}", self.number),
            _ => format!("{}_{psid}", self.id),
        }
    }

    /// Finds a conversation by its id in either form.
    pub(crate) fn conversation_index(&self, id: &str) -> Option<u64> {
        let number = match id.split_once('@') {
            Some((head, _)) => head.rsplit('_').next(),
            None => id.rsplit(['_', ':']).next(),
        }?;
        let first = self.index_of_psid(number)?;
        let is = |index: &u64| {
            [false, true]
                .map(|plain| self.conversation_id(*index, plain))
                .contains(&id.to_owned())
        };
        std::iter::once(first)
            .chain(self.second_inbox(first))
            .find(is)
    }

    pub(crate) fn seen(&self, index: u64) -> bool {
        let changed = self.changed(index, |change| change.seen);
        changed.unwrap_or_else(|| !self.seed.of("seen").with(index).chance(15))
    }

    pub(crate) fn set_seen(&mut self, index: u64, seen: bool) {
        self.changes.entry(index).or_default().seen = Some(seen);
    }

    pub(crate) fn tags_of(&self, index: u64) -> Vec<TagEntry> {
        if let Some(tags) = self.changed(index, |change| change.tags.clone()) {
            return tags;
        }
        let mut tags = Vec::new();
        for event in self.seeded_tag_events(index) {
            tags.push(TagEntry::Tag(event.tag));
            // A third of one per tag makes a quarter of all: 37 of 148 in the captured answers.
            if self.seed.of("hole").with(index).with(event.tag).chance(33) {
                tags.push(TagEntry::Hole);
            }
        }
        tags
    }

    fn seeded_tag_events(&self, index: u64) -> Vec<TagEvent> {
        if index >= self.seeded {
            return Vec::new();
        }
        let seed = self.seed.of("tags").with(index);
        let inserted = self.inserted(index);
        let span = self.seeded_updated(index).saturating_sub(inserted).max(1);
        let mut events: Vec<TagEvent> = Vec::new();
        for n in 0..seed.below(4) {
            let seed = seed.with(n);
            let tag = seed.below(self.tags.len() as u64);
            if events.iter().all(|event| event.tag != tag) {
                let late = seed.of("time").below(span.unsigned_abs());
                let time = inserted + i64::try_from(late).unwrap_or(0);
                events.push(TagEvent {
                    tag,
                    added: true,
                    time,
                    staff: seed.of("staff").below(5),
                });
            }
        }
        events.sort_by_key(|event| event.time);
        events
    }

    /// All tag events, oldest first.
    pub(crate) fn tag_events(&self, index: u64) -> Vec<TagEvent> {
        let mut events = self.seeded_tag_events(index);
        if let Some(change) = self.changes.get(&index) {
            events.extend(&change.tag_events);
        }
        events
    }

    /// Adds or removes a tag; the entries afterwards.
    pub(crate) fn change_tag(&mut self, index: u64, event: TagEvent) -> Vec<TagEntry> {
        let mut tags = self.tags_of(index);
        let entry = TagEntry::Tag(event.tag);
        let has = tags.contains(&entry);
        if event.added && !has {
            tags.push(entry);
        } else if !event.added {
            tags.retain(|tag| *tag != entry);
        }
        let change = self.changes.entry(index).or_default();
        if event.added != has {
            change.tag_events.push(event);
        }
        change.tags = Some(tags.clone());
        tags
    }

    pub(crate) fn assignees(&self, index: u64) -> &[String] {
        self.changes
            .get(&index)
            .map_or(&[], |change| &change.assignees)
    }

    pub(crate) fn assign(&mut self, index: u64, users: Vec<String>, now: i64) {
        let change = self.changes.entry(index).or_default();
        let begun = users.iter().map(|user| (now, user.clone()));
        change.assignments.extend(begun);
        change.assignees = users;
    }

    /// When each user was assigned, oldest first.
    pub(crate) fn assignments(&self, index: u64) -> &[(i64, String)] {
        let change = self.changes.get(&index);
        change.map_or(&[], |change| &change.assignments)
    }

    /// The number of the ad that brought the customer here, if one did.
    pub(crate) fn ad_of(&self, index: u64) -> Option<u64> {
        let seed = self.seed.of("ad").with(index);
        if self.live.from_ads.contains(&index) {
            return Some(seed.below(super::post::ADS));
        }
        (index < self.seeded && !self.kind(index).is_public() && seed.chance(12))
            .then(|| seed.below(super::post::ADS))
    }

    /// Notes that the customer of a conversation came through an ad.
    pub(crate) fn came_through_ad(&mut self, index: u64) {
        self.live.from_ads.insert(index);
    }

    /// A conversation that begins now; its messages are all to come.
    pub(crate) fn add_conversation(&mut self, now: i64) -> u64 {
        let index = self.conversation_count();
        self.arrived += 1;
        let time = self.begin(index, now);
        self.touch_customer(index, time);
        index
    }

    /// Puts a new conversation at the top; when it began.
    pub(super) fn begin(&mut self, index: u64, now: i64) -> i64 {
        // Lists by `inserted_at` rely on arrivals being newer than everything before them.
        let last = self.late.last();
        let latest = last.map_or(self.epoch, |index| self.inserted(*index));
        let time = now.max(latest + 1);
        self.late.push(index);
        self.front.one_more();
        self.changes.entry(index).or_default().inserted_at = Some(time);
        self.move_to(index, time);
        time
    }

    /// Remembers how many messages there were when someone began to page through them.
    pub(crate) fn begin_window(&mut self, index: u64) {
        let count = self.message_count(index);
        self.changes.entry(index).or_default().window_start = Some(count);
    }

    pub(crate) fn window(&self, index: u64) -> Option<u64> {
        self.changed(index, |change| change.window_start)
    }

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
