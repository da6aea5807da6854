//! The SDK against the fake server, from the list of pages to a statistic. What the server stored is read back; what it
//! was sent is held against the API document.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod ads_and_pictures;
mod authors;
mod conversations;
mod customers;
mod every_handle;
mod every_operation;
mod handles_conversations;
mod handles_customers;
mod handles_pages;
mod handles_tokens;
mod ids_in_paths;
mod sends;
mod statistics;
mod templates;
mod tokens;
mod unpolled;

use pancake_ext::reqwest::multipart::Part;
use pancake_ext::types::Message;
use pancake_ext::{
    ContentId, ConversationId, CustomerId, Error, ManualClock, Pancake, PancakeBuilder, RateLimit,
};
use pancake_mock::MockPancake;

const PAGE: &str = "1000000000000001";

async fn server() -> MockPancake {
    MockPancake::builder()
        .rate_limit(None)
        .frozen_clock()
        .start()
        .await
        .unwrap()
}

/// A client without tokens.
fn settings(mock: &MockPancake) -> PancakeBuilder {
    Pancake::builder()
        .base_url(mock.base_url())
        .rate_limit(RateLimit::off())
        .clock(ManualClock::new())
}

/// A client that knows only the user token.
fn sdk(mock: &MockPancake) -> Pancake {
    settings(mock)
        .user_token(mock.user_token())
        .build()
        .unwrap()
}

/// A fresh inbox conversation, in which the page may answer.
fn conversation(mock: &MockPancake) -> ConversationId {
    mock.arrive_conversation(PAGE, "Chị ơi, xoài cát Hòa Lộc còn không ạ?")
        .unwrap()
        .into()
}

async fn messages(
    pancake: &Pancake,
    conversation: &ConversationId,
    current_count: i64,
) -> Result<Vec<Message>, Error> {
    let call = pancake
        .client()
        .list_messages()
        .page_id(PAGE)
        .conversation_id(conversation);
    let list = call.current_count(current_count).send().await?.into_inner();
    Ok(list.messages.unwrap_or_default())
}

async fn upload(pancake: &Pancake) -> Result<ContentId, Error> {
    let photo = Part::bytes(&b"a picture"[..]).file_name("xoài.png");
    let photo = photo.mime_str("image/png").unwrap();
    let content = pancake
        .client()
        .upload_contents()
        .page_id(PAGE)
        .file(photo)
        .send()
        .await?;
    Ok(content.into_inner().id.unwrap())
}

/// The customer of a conversation: `page_customer.id` is what customer calls take.
async fn customer(pancake: &Pancake) -> CustomerId {
    let list = pancake
        .client()
        .list_conversations()
        .page_id(PAGE)
        .send()
        .await
        .unwrap();
    let rows = list.into_inner().conversations.unwrap();
    rows.into_iter()
        .find_map(|row| row.page_customer?.id)
        .unwrap()
}

/// Operations in the order they were called.
fn called(mock: &MockPancake) -> Vec<String> {
    mock.journal()
        .into_iter()
        .map(|entry| entry.operation.unwrap_or(entry.path))
        .collect()
}
