//! What is stored of a page beside what is computed: the rows that changed, came or went.
use std::collections::{BTreeSet, HashMap, HashSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ConversationKind {
    Inbox,
    Comment,
    Livestream,
    Rating,
}

impl ConversationKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inbox => "INBOX",
            Self::Comment => "COMMENT",
            Self::Livestream => "LIVESTREAM",
            Self::Rating => "RATING",
        }
    }

    /// Belongs to a post.
    pub(crate) fn is_public(self) -> bool {
        self != Self::Inbox
    }
}

/// One entry of a conversation's `tags`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagEntry {
    Tag(u64),
    /// What the real API writes as null.
    Hole,
}

/// One line of the tag history.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TagEvent {
    pub(crate) tag: u64,
    pub(crate) added: bool,
    pub(crate) time: i64,
    pub(crate) staff: u64,
}

/// What is no longer as computed.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConversationChange {
    pub(super) updated_at: Option<i64>,
    pub(super) inserted_at: Option<i64>,
    pub(super) seen: Option<bool>,
    pub(super) tags: Option<Vec<TagEntry>>,
    pub(super) tag_events: Vec<TagEvent>,
    pub(super) assignees: Vec<String>,
    pub(super) assignments: Vec<(i64, String)>,
    pub(super) messages: Vec<NewMessage>,
    pub(super) window_start: Option<u64>,
    /// By the ids of messages.
    pub(super) mentions: HashMap<String, Vec<Mention>>,
    /// The ids of messages that are private answers to comments.
    pub(super) private_replies: HashSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    Customer,
    Staff(u64),
    PublicApi,
    /// A machine under its name; without a name it is known by its flow.
    Automation(String),
    /// What Pancake or Meta write into the chat as the page.
    Notice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageKind {
    Text,
    /// A notice without text.
    Bare,
    Photo,
    Video,
    Audio,
    File,
    Sticker,
    Reaction,
    RepliedMessage,
    Template,
    AdClick,
    Address,
    Link,
}

/// A message that was sent or arrived while the server ran.
#[derive(Clone, Debug)]
pub(crate) struct NewMessage {
    pub(crate) id: String,
    pub(crate) time: i64,
    pub(crate) author: Author,
    pub(crate) text: String,
    /// `(type, content id, file name, mime type)` of what was uploaded before.
    pub(crate) contents: Vec<(&'static str, String, String, String)>,
    /// The message it answers.
    pub(crate) reply_to: Option<String>,
}

/// A person named in a text.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub(crate) psid: String,
    /// In characters.
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

/// What statistics need to know of a message; cheap to compute.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MessageFacts {
    pub(crate) time: i64,
    pub(crate) from_customer: bool,
    /// None: not a person of the staff.
    pub(crate) staff: Option<u64>,
    pub(crate) has_phone: bool,
    /// A private answer to a comment.
    pub(crate) private_reply: bool,
}

/// What is no longer as computed.
#[derive(Clone, Debug, Default)]
pub(crate) struct CustomerChange {
    pub(crate) name: Option<String>,
    pub(crate) gender: Option<String>,
    pub(crate) birthday: Option<String>,
    pub(crate) phone_numbers: Option<Vec<String>>,
    pub(super) updated_at: Option<i64>,
    pub(super) notes: Option<Vec<Note>>,
}

/// Times in unix milliseconds, unlike everywhere else (field notes, section 3).
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) id: String,
    pub(crate) message: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: Option<i64>,
    pub(crate) removed_at: Option<i64>,
    pub(crate) staff: u64,
    pub(crate) order_id: Option<String>,
    pub(crate) edits: Vec<NoteEdit>,
}

/// What a note said before.
#[derive(Clone, Debug)]
pub(crate) struct NoteEdit {
    pub(crate) message: String,
    pub(crate) created_at: i64,
    pub(crate) staff: u64,
}

/// Content ids are short-lived; the field notes don't say how short.
pub(crate) const LIFETIME: i64 = 3_600_000_000;

#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) attachment_type: &'static str,
    pub(crate) file_name: String,
    pub(crate) mime_type: String,
    pub(crate) uploaded_at: i64,
    pub(crate) used: bool,
}

#[derive(Debug, Default)]
pub(super) struct LiveRows {
    /// Times of posts and calls that came, oldest first.
    pub(super) posts: Vec<i64>,
    pub(super) calls: Vec<i64>,
    /// Conversations that arrived through an ad.
    pub(super) from_ads: HashSet<u64>,
    pub(super) conversations_gone: HashSet<u64>,
    pub(super) posts_gone: HashSet<u64>,
    pub(super) calls_gone: HashSet<u64>,
    /// Positions of messages that are gone, by conversation.
    pub(super) messages_gone: HashMap<u64, BTreeSet<u64>>,
}

/// The inbox of a customer who had only commented so far: a private answer to the comment begins it. It is the one case of
/// two conversations with one customer. Its index is that of the other conversation with this bit set, so that both find
/// their customer without a table.
pub(super) const SECOND: u64 = 1 << 62;

/// The index that the customer of a conversation is known by.
pub(super) fn customer_of(index: u64) -> u64 {
    index & !SECOND
}

/// Whether it is the second conversation of its customer, who is no new customer then.
pub(crate) fn is_second(index: u64) -> bool {
    index & SECOND != 0
}
