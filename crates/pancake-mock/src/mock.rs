//! The handle of a running server, as tests hold it.
use std::{fmt, io, net::SocketAddr, sync::Arc};

#[cfg(feature = "cli")]
use crate::shared::CONTROL;
use crate::{
    MockBuilder,
    clock::MockClock,
    fault_script::Faults,
    journal::JournalEntry,
    live::{self, Coming, Going},
    oddity::Oddities,
    server::Server,
    shared::Shared,
    validation::Violation,
    world::{Author, Order},
};

/// A running fake Pancake. Dropping it ends the server and all its connections.
pub struct MockPancake {
    server: Server,
    pub(crate) shared: Arc<Shared>,
    base_url: String,
}

impl fmt::Debug for MockPancake {
    /// Without tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockPancake")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl MockPancake {
    /// Starts a server with all defaults on a free loopback port.
    ///
    /// # Errors
    ///
    /// No port can be bound.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Settings for a server.
    pub fn builder() -> MockBuilder {
        MockBuilder::default()
    }

    pub(crate) fn new(server: Server, shared: Arc<Shared>) -> Self {
        let base_url = format!("http://{}/api", server.address);
        Self {
            server,
            shared,
            base_url,
        }
    }

    /// What takes the place of `https://pages.fm/api`, such as `http://127.0.0.1:49152/api`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where the control endpoint is, for tests in other languages.
    #[cfg(feature = "cli")]
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("http://{}{CONTROL}", self.server.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// The token of the one user, who is administrator of all pages. Shaped like a JWT.
    #[must_use]
    pub fn user_token(&self) -> String {
        self.shared.user_token.clone()
    }

    /// The ids of the pages that a test can call at once, as they have a token; the first is a Facebook page,
    /// `1000000000000001`. The list of pages has more: see [`page_ids_without_token`](Self::page_ids_without_token).
    #[must_use]
    pub fn page_ids(&self) -> Vec<String> {
        self.shared.world.ids_by_token().0.to_vec()
    }

    /// The ids of the pages that had no token at the start: active pages, last in the list of pages,
    /// without `settings.page_access_token`. Minting makes the first one.
    #[must_use]
    pub fn page_ids_without_token(&self) -> Vec<String> {
        self.shared.world.ids_by_token().1.to_vec()
    }

    /// The page token that is good now. `None`: there is no such page, or it has no token yet.
    #[must_use]
    pub fn page_token(&self, page: &str) -> Option<String> {
        self.shared.world.front(page)?.token()
    }

    /// Address, tokens and pages as JSON: what the binary prints with `--json`.
    #[must_use]
    pub fn describe(&self) -> serde_json::Value {
        crate::shared::description(&self.shared)
    }

    /// Makes a new page token, as someone in the web interface would; the former one is answered
    /// with code 105 from now on. None: there is no such page.
    pub fn rotate_page_token(&self, page: &str) -> Option<String> {
        Some(self.shared.world.front(page)?.mint())
    }

    /// The ids of a page's conversations from newest to oldest, as they are now.
    #[must_use]
    pub fn conversation_ids(&self, page: &str) -> Vec<String> {
        let Some(page) = self.shared.world.page(page) else {
            return Vec::new();
        };
        page.conversations(Order::Updated, None, None)
            .map(|index| self.shared.conversation_id(&page, index))
            .collect()
    }

    /// A customer writes in a conversation: it moves to the top and becomes unread. The id of the
    /// message, or none if there is no such conversation.
    pub fn arrive_message(&self, page: &str, conversation: &str, text: &str) -> Option<String> {
        self.write(page, conversation, Author::Customer, text)
    }

    /// A person who works for the page writes in a conversation, as from the web interface. The id of the message, or
    /// none if there is no such conversation.
    pub fn staff_message(&self, page: &str, conversation: &str, text: &str) -> Option<String> {
        self.write(page, conversation, Author::Staff(0), text)
    }

    /// A machine writes as the page, such as `Botcake`, `POS` or `chatbot`: the message has its name as `admin_name`, and
    /// no `uid`. With an empty name it is known by its flow alone. The id of the message, or none if there is no such
    /// conversation.
    pub fn automation_message(
        &self,
        page: &str,
        conversation: &str,
        name: &str,
        text: &str,
    ) -> Option<String> {
        self.write(
            page,
            conversation,
            Author::Automation(name.to_owned()),
            text,
        )
    }

    /// Pancake or Meta write a note into a conversation as the page, with neither `uid` nor `admin_name`. It is not an
    /// answer to the customer. The id of the message, or none if there is no such conversation.
    pub fn notice(&self, page: &str, conversation: &str, text: &str) -> Option<String> {
        self.write(page, conversation, Author::Notice, text)
    }

    fn write(&self, page: &str, conversation: &str, author: Author, text: &str) -> Option<String> {
        let now = self.shared.clock.unix_micros();
        let mut page = self.shared.world.page(page)?;
        let index = page.conversation_index(conversation)?;
        Some(live::write(&mut page, index, author, text, now))
    }

    /// How many messages a conversation holds, or none if there is no such conversation. No request: a test of sends
    /// counts with it what was stored.
    #[must_use]
    pub fn message_count(&self, page: &str, conversation: &str) -> Option<u64> {
        let page = self.shared.world.page(page)?;
        let index = page.conversation_index(conversation)?;
        Some(page.message_count(index))
    }

    /// A new customer writes: the id of the new conversation, or none if there is no such page.
    pub fn arrive_conversation(&self, page: &str, text: &str) -> Option<String> {
        let now = self.shared.clock.unix_micros();
        let mut page = self.shared.world.page(page)?;
        let index = live::arrive_conversation(&mut page, text, now);
        Some(self.shared.conversation_id(&page, index))
    }

    /// A new customer whom an ad brought writes: the id of the new conversation, which the export of ad conversations then
    /// lists too. None: there is no such page.
    pub fn arrive_conversation_through_ad(&self, page: &str, text: &str) -> Option<String> {
        live::come(&self.shared, page, Coming::AdConversation, text)
    }

    /// The page publishes a post: its id, or none if there is no such page.
    pub fn add_post(&self, page: &str) -> Option<String> {
        live::come(&self.shared, page, Coming::Post, "")
    }

    /// A call of the page's SIP package: its id, or none if there is no such page.
    pub fn add_call(&self, page: &str) -> Option<String> {
        live::come(&self.shared, page, Coming::Call, "")
    }

    /// A conversation and its customer vanish from all lists; what is asked of them later is answered as for an id that
    /// never was. The inbox that a private reply began for who had commented goes with the comments, or alone if its id is
    /// given. `false`: there is no such conversation.
    pub fn remove_conversation(&self, page: &str, conversation: &str) -> bool {
        live::go(&self.shared, page, Going::Conversation(conversation))
    }

    /// A message vanishes from the list of its conversation; `message_count` and the statistics still count it. `false`:
    /// there is no such message.
    pub fn remove_message(&self, page: &str, conversation: &str, message: &str) -> bool {
        live::go(&self.shared, page, Going::Message(conversation, message))
    }

    /// A post vanishes from the list of posts. `false`: there is no such post.
    pub fn remove_post(&self, page: &str, post: &str) -> bool {
        live::go(&self.shared, page, Going::Post(post))
    }

    /// A call vanishes from the list of calls. `false`: there is no such call.
    pub fn remove_call(&self, page: &str, call: &str) -> bool {
        live::go(&self.shared, page, Going::Call(call))
    }

    /// Sets or lifts the limit of calls per second and page.
    pub fn set_rate_limit(&self, calls_a_second: impl Into<Option<u32>>) {
        self.shared.rate_limit.set(calls_a_second.into());
    }

    /// The switches of the oddities; they work while the server runs.
    #[must_use]
    pub fn oddities(&self) -> &Oddities {
        &self.shared.oddities
    }

    /// The faults; they can be added and taken away while the server runs.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// The clock of the server.
    #[must_use]
    pub fn clock(&self) -> &MockClock {
        &self.shared.clock
    }

    /// All requests so far, oldest first; very old ones are forgotten
    /// ([`MockBuilder::journal_bytes`]).
    #[must_use]
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.shared.journal.entries()
    }

    /// Requests that the API description does not allow, in the order they came (the first
    /// thousand). A test of a client ends with `assert_eq!(mock.violations(), [])`.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.shared.violations.list()
    }

    /// Forgets all violations.
    pub fn clear_violations(&self) {
        self.shared.violations.clear();
    }

    /// Forgets all requests.
    pub fn clear_journal(&self) {
        self.shared.journal.clear();
    }

    /// Ends the server after the requests that are under way. Dropping it ends them too.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tokens_do_not_wait_for_a_busy_page() {
        let mock = MockPancake::start().await.unwrap();
        let page = mock.page_ids()[0].clone();
        let _busy = mock.shared.world.page(&page).unwrap();
        assert!(mock.page_token(&page).is_some());
        assert!(mock.rotate_page_token(&page).is_some());
        assert_eq!(mock.describe()["pages"][0]["id"], page);
    }
}
