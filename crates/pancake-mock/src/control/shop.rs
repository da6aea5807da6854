//! What happens on the pages beside the program under test: people write, tokens are renewed.
use axum::{extract::State, http::Uri, response::Response};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Server,
    answers::{bad, body, done, not_found, query},
};
use crate::{
    live,
    oddity::Oddity,
    world::{Author, Order},
};

const NO_PAGE: &str = "no page has this id";
const NO_CONVERSATION: &str = "no conversation has this id";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichPage {
    page_id: String,
}

pub(super) async fn rotate_token(State(shared): Server, text: Bytes) -> Response {
    let which: WhichPage = match body(&text) {
        Ok(which) => which,
        Err(refusal) => return refusal,
    };
    match shared.world.front(&which.page_id) {
        Some(page) => done(json!({"page_access_token": page.mint()})),
        None => not_found(NO_PAGE),
    }
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Writer {
    #[default]
    Customer,
    Staff,
    Automation,
    Notice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    page_id: String,
    conversation_id: Option<String>,
    text: String,
    #[serde(default)]
    from: Writer,
    /// Of the machine.
    #[serde(default)]
    name: String,
}

impl Written {
    fn author(&self) -> Author {
        match self.from {
            Writer::Customer => Author::Customer,
            Writer::Staff => Author::Staff(0),
            Writer::Automation => Author::Automation(self.name.clone()),
            Writer::Notice => Author::Notice,
        }
    }
}

/// A customer or a person of the page writes; without a conversation, a new customer.
pub(super) async fn write(State(shared): Server, text: Bytes) -> Response {
    let written: Written = match body(&text) {
        Ok(written) => written,
        Err(refusal) => return refusal,
    };
    let now = shared.clock.unix_micros();
    let plain = !shared.oddities.is_on(Oddity::IdsWithColonAndAt);
    let Some(mut page) = shared.world.page(&written.page_id) else {
        return not_found(NO_PAGE);
    };
    let index = match (&written.conversation_id, written.from) {
        (None, Writer::Customer) => live::arrive_conversation(&mut page, &written.text, now),
        (None, _) => return bad("a message `from` the page needs a `conversation_id`"),
        (Some(id), _) => {
            let Some(index) = page.conversation_index(id) else {
                return not_found(NO_CONVERSATION);
            };
            live::write(&mut page, index, written.author(), &written.text, now);
            index
        }
    };
    let last = page.message_count(index).saturating_sub(1);
    done(json!({
        "conversation_id": page.conversation_id(index, plain),
        "message_id": page.message_id(index, last),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConversationsQuery {
    page_id: String,
    conversation_id: Option<String>,
    limit: Option<usize>,
}

/// The newest conversations, or one, with how many messages each has: what is stored, without a request that the program
/// under test might make.
pub(super) async fn conversations(State(shared): Server, uri: Uri) -> Response {
    let wanted: ConversationsQuery = match query(&uri) {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal,
    };
    let plain = !shared.oddities.is_on(Oddity::IdsWithColonAndAt);
    let Some(page) = shared.world.page(&wanted.page_id) else {
        return not_found(NO_PAGE);
    };
    let row = |index: u64| {
        json!({
            "id": page.conversation_id(index, plain),
            "message_count": page.message_count(index),
        })
    };
    let rows: Vec<Value> = match &wanted.conversation_id {
        Some(id) => match page.conversation_index(id) {
            Some(index) => vec![row(index)],
            None => return not_found(NO_CONVERSATION),
        },
        None => {
            let newest = page.conversations(Order::Updated, None, None);
            let some = newest.take(wanted.limit.unwrap_or(1_000));
            some.map(row).collect()
        }
    };
    done(rows.into())
}
