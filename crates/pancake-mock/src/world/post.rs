//! Posts of a page, and the ads made from them.
use std::collections::HashMap;

use super::{page::PageState, records::ConversationKind};
use crate::vocabulary;

/// Ads a page runs.
pub(crate) const ADS: u64 = 6;
const DAY: i64 = 86_400_000_000;

/// What customers left under a post.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Comments {
    pub(crate) count: u64,
    pub(crate) phone_numbers: u64,
}

impl PageState {
    /// Computed posts: more than fit on one page of the list, and more for large pages.
    pub(crate) fn post_count(&self) -> u64 {
        75 + (self.seeded / 50).min(1_000)
    }

    /// The post a public conversation belongs to. Spread over all but the first three, which are
    /// kept for livestreams and ratings.
    pub(crate) fn post_of(&self, index: u64) -> u64 {
        let seed = self.seed.of("post").with(index);
        match self.kind(index) {
            ConversationKind::Livestream => 1,
            ConversationKind::Rating => 2,
            _ => 3 + seed.below(self.post_count() - 3),
        }
    }

    pub(crate) fn post_number(&self, post: u64) -> u64 {
        700_000_000_000_000 + self.seed.of("post number").below(90_000_000) * 1_000_000 + post
    }

    pub(crate) fn post_id(&self, post: u64) -> String {
        format!("{}_{}", self.number, self.post_number(post))
    }

    pub(crate) fn post_type(&self, post: u64) -> &'static str {
        match post {
            1 => "livestream",
            2 => "rating",
            _ => self
                .seed
                .of("post type")
                .with(post)
                .pick_str(&["photo", "photo", "video", "text"]),
        }
    }

    /// Newest first: falling with the index.
    pub(crate) fn post_inserted(&self, post: u64) -> i64 {
        let new = post.checked_sub(self.post_count());
        let new = new.and_then(|new| self.live.posts.get(usize::try_from(new).ok()?));
        if let Some(time) = new {
            return *time;
        }
        let count = i64::try_from(self.post_count()).unwrap_or(1);
        self.epoch - (110 * DAY / count) * (i64::try_from(post).unwrap_or(0) + 1)
    }

    pub(crate) fn post_message(&self, post: u64) -> &'static str {
        self.seed
            .of("post message")
            .with(post)
            .pick_str(vocabulary::POSTS)
    }

    pub(crate) fn ad_id(&self, ad: u64) -> String {
        (120_200_000_000_000_000 + self.number % 1_000_000 * 1000 + ad).to_string()
    }

    /// The post an ad shows.
    pub(crate) fn ad_post(&self, ad: u64) -> u64 {
        3 + ad
    }

    pub(crate) fn ad_name(&self, ad: u64) -> &'static str {
        vocabulary::CAMPAIGNS
            .get(usize::try_from(ad).unwrap_or(0))
            .copied()
            .unwrap_or("Sale")
    }

    /// Counted in one walk over all conversations, for many posts at once.
    pub(crate) fn comments_under(&self, posts: &[u64]) -> HashMap<u64, Comments> {
        let mut found: HashMap<u64, Comments> = HashMap::new();
        for index in 0..self.conversation_count() {
            if !self.kind(index).is_public() {
                continue;
            }
            let post = self.post_of(index);
            if posts.contains(&post) {
                let comments = found.entry(post).or_default();
                comments.count += self.message_count(index);
                comments.phone_numbers += u64::from(self.phone_position(index).is_some());
            }
        }
        found
    }
}
