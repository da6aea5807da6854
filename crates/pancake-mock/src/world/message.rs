//! Messages: computed from conversation and position, with sent and arrived ones after them.
use super::{
    page::PageState,
    records::{Author, Content, ConversationKind, Mention, MessageFacts, MessageKind, NewMessage},
};
use crate::{seed::Seed, vocabulary};

impl PageState {
    pub(crate) fn seeded_messages(&self, index: u64) -> u64 {
        if index >= self.seeded {
            return 0;
        }
        // The newest seeded conversation has several pages, whatever the seed.
        if index == 0 {
            return 95;
        }
        let seed = self.seed.of("message count").with(index);
        if self.kind(index) != ConversationKind::Inbox {
            return 1 + seed.below(6);
        }
        match seed.of("class").below(10) {
            0..=5 => 1 + seed.below(8),
            6..=8 => 5 + seed.below(35),
            _ => 30 + seed.below(90),
        }
    }

    pub(crate) fn new_messages(&self, index: u64) -> &[NewMessage] {
        self.changes
            .get(&index)
            .map_or(&[], |change| &change.messages)
    }

    pub(crate) fn message_count(&self, index: u64) -> u64 {
        self.seeded_messages(index) + self.new_messages(index).len() as u64
    }

    pub(crate) fn message_seed(&self, index: u64, position: u64) -> Seed {
        self.seed.of("message").with(index).with(position)
    }

    /// The message at a position, if it came after the seeded ones.
    pub(crate) fn new_message(&self, index: u64, position: u64) -> Option<&NewMessage> {
        let late = position.checked_sub(self.seeded_messages(index))?;
        self.new_messages(index).get(usize::try_from(late).ok()?)
    }

    /// Seeded messages fill the time between the conversation's two times evenly; the first one begins it, also where there
    /// is no other.
    pub(crate) fn message_time(&self, index: u64, position: u64) -> i64 {
        if let Some(message) = self.new_message(index, position) {
            return message.time;
        }
        let last = self.seeded_messages(index).saturating_sub(1);
        let start = self.inserted(index);
        if position == 0 {
            return start;
        }
        let end = self.seeded_updated(index);
        if position >= last {
            return end;
        }
        let slot = (end - start) / i64::try_from(last).unwrap_or(i64::MAX).max(1);
        start + slot * i64::try_from(position).unwrap_or(0)
    }

    pub(crate) fn message_author(&self, index: u64, position: u64) -> Author {
        if let Some(message) = self.new_message(index, position) {
            return message.author.clone();
        }
        self.seeded_author(index, position)
    }

    fn seeded_author(&self, index: u64, position: u64) -> Author {
        let seed = self.message_seed(index, position).of("author");
        let public = self.kind(index).is_public();
        if position == 1 && self.ad_of(index).is_some() {
            return Author::Notice;
        }
        if position == 0 || !seed.chance(48) {
            return Author::Customer;
        }
        match seed.of("what writes").below(100) {
            0..=7 if !public => {
                let names = ["POS", "Botcake", "chatbot", ""];
                Author::Automation(seed.of("name").pick_str(&names).to_owned())
            }
            8..=13 if !public => Author::Notice,
            _ => Author::Staff(seed.below(super::staff::ACTIVE)),
        }
    }

    /// Whether the customer took a message back.
    pub(crate) fn is_removed(&self, index: u64, position: u64) -> bool {
        self.message_kind(index, position) == MessageKind::Text
            && (1..self.seeded_messages(index).saturating_sub(1)).contains(&position)
            && self.seeded_author(index, position) == Author::Customer
            && self.message_seed(index, position).of("removed").chance(2)
    }

    pub(crate) fn message_kind(&self, index: u64, position: u64) -> MessageKind {
        if self.new_message(index, position).is_some() || self.kind(index).is_public() {
            return MessageKind::Text;
        }
        if position == 0 && self.ad_of(index).is_some() {
            return MessageKind::AdClick;
        }
        // The last one gives the snippet, and a snippet is text.
        if position + 1 == self.seeded_messages(index) {
            return MessageKind::Text;
        }
        let seed = self.message_seed(index, position).of("kind");
        if self.seeded_author(index, position) == Author::Notice {
            return if seed.chance(20) {
                MessageKind::Bare
            } else {
                MessageKind::Text
            };
        }
        match seed.below(100) {
            0..=8 => MessageKind::Photo,
            9..=10 => MessageKind::Video,
            11..=12 => MessageKind::Sticker,
            13..=14 => MessageKind::Reaction,
            15..=17 => MessageKind::RepliedMessage,
            18 => MessageKind::Template,
            19 => MessageKind::Audio,
            20 => MessageKind::File,
            21 => MessageKind::Address,
            22 => MessageKind::Link,
            _ => MessageKind::Text,
        }
    }

    /// Where in the conversation the customer wrote a phone number, among the seeded messages.
    pub(super) fn seeded_phone_position(&self, index: u64) -> Option<u64> {
        let seed = self.seed.of("phone").with(index);
        let last = self.seeded_messages(index).checked_sub(1)?;
        (seed.chance(40)
            && self.message_kind(index, last) == MessageKind::Text
            && self.seeded_author(index, last) == Author::Customer)
            .then_some(last)
    }

    /// Mostly digits; some write the country in front.
    pub(crate) fn phone(&self, index: u64) -> String {
        let seed = self.seed.of("digits").with(index);
        let begin = if seed.chance(10) { "+849" } else { "09" };
        format!("{begin}{:08}", seed.below(100_000_000))
    }

    /// As it stands in the message: some leave spaces.
    fn phone_as_written(&self, index: u64) -> String {
        let phone = self.phone(index);
        let spaced = self.seed.of("spaces").with(index).chance(20);
        match phone.split_at_checked(phone.len() - 6) {
            Some((head, tail)) if spaced => {
                let (middle, last) = tail.split_at(3);
                format!("{head} {middle} {last}")
            }
            _ => phone,
        }
    }

    /// Plain text; empty for media.
    pub(crate) fn message_text(&self, index: u64, position: u64) -> String {
        if let Some(message) = self.new_message(index, position) {
            return message.text.clone();
        }
        let seed = self.message_seed(index, position).of("text");
        if self.seeded_phone_position(index) == Some(position) {
            return format!("Số của mình là {} nhé", self.phone_as_written(index));
        }
        match self.message_kind(index, position) {
            MessageKind::Text | MessageKind::RepliedMessage | MessageKind::Link => {
                let author = self.message_author(index, position);
                let words = match (author, self.kind(index).is_public()) {
                    (Author::Customer, true) => vocabulary::COMMENTS,
                    (Author::Customer, false) => vocabulary::FROM_CUSTOMER,
                    (Author::Notice, _) => vocabulary::NOTICES,
                    _ => vocabulary::FROM_PAGE,
                };
                seed.pick_str(words).to_owned()
            }
            _ => String::new(),
        }
    }

    pub(crate) fn message_id(&self, index: u64, position: u64) -> String {
        if let Some(message) = self.new_message(index, position) {
            return message.id.clone();
        }
        if self.kind(index).is_public() {
            // A comment conversation has the id of its first comment.
            if position == 0 {
                return self.conversation_id(index, true);
            }
            let number = self
                .message_seed(index, position)
                .below(900_000_000_000_000);
            let post = self.post_number(self.post_of(index));
            return format!("{post}_{}", 100_000_000_000_000 + number);
        }
        format!("m_{}", self.message_seed(index, position).of("id").text(64))
    }

    pub(crate) fn position_of_message(&self, index: u64, id: &str) -> Option<u64> {
        (0..self.message_count(index))
            .rev()
            .find(|position| self.message_id(index, *position) == id)
    }

    pub(crate) fn facts(&self, index: u64, position: u64) -> MessageFacts {
        let author = self.message_author(index, position);
        let staff = match author {
            Author::Staff(n) => Some(n),
            Author::PublicApi => Some(0),
            Author::Customer | Author::Automation(_) | Author::Notice => None,
        };
        let has_phone = self.has_phone_at(index, position);
        MessageFacts {
            time: self.message_time(index, position),
            from_customer: author == Author::Customer,
            staff,
            has_phone,
            private_reply: self.is_private_reply(index, position),
        }
    }

    fn is_private_reply(&self, index: u64, position: u64) -> bool {
        let change = self.changes.get(&index);
        let message = self.new_message(index, position);
        change
            .zip(message)
            .is_some_and(|(change, message)| change.private_replies.contains(&message.id))
    }

    /// Notes that a message is a private answer to a comment.
    pub(crate) fn mark_private_reply(&mut self, index: u64, id: &str) {
        let change = self.changes.entry(index).or_default();
        change.private_replies.insert(id.to_owned());
    }

    pub(crate) fn set_mentions(&mut self, index: u64, id: &str, mentions: Vec<Mention>) {
        let change = self.changes.entry(index).or_default();
        change.mentions.insert(id.to_owned(), mentions);
    }

    /// The people named in a message.
    pub(crate) fn mentions(&self, index: u64, position: u64) -> &[Mention] {
        let message = self.new_message(index, position);
        let change = self.changes.get(&index);
        let found = message
            .zip(change)
            .and_then(|(message, change)| change.mentions.get(&message.id));
        found.map_or(&[], Vec::as_slice)
    }

    /// Stores a message and moves its conversation to the top. The time never goes back.
    pub(crate) fn add_message(&mut self, index: u64, mut message: NewMessage) -> String {
        self.sent += 1;
        let seed = self.seed.of("new message").with(self.sent);
        message.id = if self.kind(index).is_public() {
            let post = self.post_number(self.post_of(index));
            format!(
                "{post}_{}",
                100_000_000_000_000 + seed.below(900_000_000_000_000)
            )
        } else {
            format!("m_{}", seed.text(64))
        };
        // Two things never happen in the same microsecond, so that the order stays total; and
        // nothing happens before the start, wherever the clock was set.
        let earliest = self
            .moved
            .first()
            .map_or(self.epoch, |(newest, _)| newest.0 + 1);
        message.time = message.time.max(earliest);
        let (id, time) = (message.id.clone(), message.time);
        let from_customer = message.author == Author::Customer;
        self.move_to(index, time);
        let change = self.changes.entry(index).or_default();
        change.seen = Some(!from_customer);
        change.messages.push(message);
        if from_customer {
            self.touch_customer(index, time);
        }
        id
    }

    /// When the customer last wrote.
    pub(crate) fn last_from_customer(&self, index: u64) -> Option<i64> {
        (0..self.message_count(index))
            .rev()
            .find(|position| self.message_author(index, *position) == Author::Customer)
            .map(|position| self.message_time(index, position))
    }

    pub(crate) fn store_content(&mut self, content: Content) -> String {
        self.uploads += 1;
        let id = self.seed.of("content").with(self.uploads).text(86);
        self.contents.insert(id.clone(), content);
        id
    }

    pub(crate) fn content_mut(&mut self, id: &str) -> Option<&mut Content> {
        self.contents.get_mut(id)
    }
}
