//! The part of the control endpoint that lets rows come and go.
use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::post};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::{
    Server,
    answers::{bad, body as read, done, not_found},
};
use crate::{
    rows::{Coming, Going, come, go},
    shared::Shared,
};

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/rows", post(add))
        .route("/rows/remove", post(remove))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    page_id: String,
    row: Coming,
    #[serde(default)]
    text: String,
}

async fn add(State(shared): Server, body: Bytes) -> Response {
    let addition: Addition = match read(&body) {
        Ok(addition) => addition,
        Err(refusal) => return refusal,
    };
    match come(&shared, &addition.page_id, addition.row, &addition.text) {
        Some(id) => done(json!({"id": id})),
        None => not_found("no page has this id"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Removal {
    page_id: String,
    conversation_id: Option<String>,
    message_id: Option<String>,
    post_id: Option<String>,
    call_id: Option<String>,
}

impl Removal {
    /// The one row that is meant.
    fn row(&self) -> Option<Going<'_>> {
        let text = Option::as_deref;
        let (conversation, message) = (text(&self.conversation_id), text(&self.message_id));
        match (
            conversation,
            message,
            text(&self.post_id),
            text(&self.call_id),
        ) {
            (Some(conversation), None, None, None) => Some(Going::Conversation(conversation)),
            (Some(conversation), Some(message), None, None) => {
                Some(Going::Message(conversation, message))
            }
            (None, None, Some(post), None) => Some(Going::Post(post)),
            (None, None, None, Some(call)) => Some(Going::Call(call)),
            _ => None,
        }
    }
}

async fn remove(State(shared): Server, body: Bytes) -> Response {
    let removal: Removal = match read(&body) {
        Ok(removal) => removal,
        Err(refusal) => return refusal,
    };
    let Some(row) = removal.row() else {
        let what =
            "name one row: conversation_id, conversation_id with message_id, post_id or call_id";
        return bad(what);
    };
    if go(&shared, &removal.page_id, row) {
        done(json!({}))
    } else {
        not_found("no such row, or no page has this id")
    }
}
