//! Rows that come and go while someone pages, as tests ask for them.
use crate::{MockPancake, live, oddity::Oddity, world::PageState};

impl MockPancake {
    /// A new customer whom an ad brought writes: the id of the new conversation, which the export of ad conversations then
    /// lists too. None: there is no such page.
    pub fn arrive_conversation_through_ad(&self, page: &str, text: &str) -> Option<String> {
        let now = self.shared.clock.unix_micros();
        let plain = !self.shared.oddities.is_on(Oddity::IdsWithColonAndAt);
        let mut page = self.shared.world.page(page)?;
        let index = live::arrive_through_ad(&mut page, text, now);
        Some(page.conversation_id(index, plain))
    }

    /// The page publishes a post: its id, or none if there is no such page.
    pub fn add_post(&self, page: &str) -> Option<String> {
        let now = self.shared.clock.unix_micros();
        let mut page = self.shared.world.page(page)?;
        let post = page.add_post(now);
        Some(page.post_id(post))
    }

    /// A call of the page's SIP package: its id, or none if there is no such page.
    pub fn add_call(&self, page: &str) -> Option<String> {
        let now = self.shared.clock.unix_micros();
        let mut page = self.shared.world.page(page)?;
        let call = page.add_call(now);
        Some(page.call(call).id)
    }

    /// A conversation and its customer vanish from all lists; what is asked of them later is answered as for an id that
    /// never was. `false`: there is no such conversation.
    pub fn remove_conversation(&self, page: &str, conversation: &str) -> bool {
        self.remove(page, |page| {
            let index = page.conversation_index(conversation)?;
            Some(page.remove_conversation(index))
        })
    }

    /// A message vanishes from the list of its conversation; `message_count` and the statistics still count it. `false`:
    /// there is no such message.
    pub fn remove_message(&self, page: &str, conversation: &str, message: &str) -> bool {
        self.remove(page, |page| {
            let index = page.conversation_index(conversation)?;
            let position = page.position_of_message(index, message)?;
            Some(page.remove_message(index, position))
        })
    }

    /// A post vanishes from the list of posts. `false`: there is no such post.
    pub fn remove_post(&self, page: &str, post: &str) -> bool {
        self.remove(page, |page| {
            let post = page.posts().find(|one| page.post_id(*one) == post)?;
            Some(page.remove_post(post))
        })
    }

    /// A call vanishes from the list of calls. `false`: there is no such call.
    pub fn remove_call(&self, page: &str, call: &str) -> bool {
        self.remove(page, |page| {
            let call = page.calls().find(|one| page.call(*one).id == call)?;
            Some(page.remove_call(call))
        })
    }

    fn remove(&self, page: &str, gone: impl FnOnce(&mut PageState) -> Option<bool>) -> bool {
        let page = self.shared.world.page(page);
        page.and_then(|mut page| gone(&mut page)).unwrap_or(false)
    }
}
