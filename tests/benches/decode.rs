//! What decoding costs: a page of 60 conversations into the generated types, against structs as a person would write them;
//! and what it costs to ask whether the page is a failure.
//!
//! `cargo xtask bench` runs this and compares the times with the targets.
#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    reason = "a bench is no interface, and what fails ends it"
)]

use std::hint::black_box;

use pancake_benches::{page_of_conversations, take_turns};
use pancake_client::types::ConversationList;
use serde::Deserialize;
use serde_json::Value;

/// The same structs twice: one set drops unknown fields, the other keeps them with `flatten`.
macro_rules! by_hand {
    ($($name:ident { $($field:ident: $kind:ty,)* })*) => {
        mod plain {
            use super::*;
            $(#[derive(Deserialize)] pub(crate) struct $name { $(pub(crate) $field: Option<$kind>,)* })*
        }
        mod flatten {
            use super::*;
            $(#[derive(Deserialize)] pub(crate) struct $name {
                $(pub(crate) $field: Option<$kind>,)*
                #[serde(flatten)]
                pub(crate) extra: serde_json::Map<String, Value>,
            })*
        }
    };
}

type Time = chrono::NaiveDateTime;

by_hand! {
    List { conversations: Vec<Conversation>, success: bool, }
    Conversation {
        ad_ids: Vec<String>, ads: Vec<AdClick>, assignee_group_id: String, assignee_histories: Vec<Value>,
        assignee_ids: Vec<String>, current_assign_users: Vec<Value>, customer_id: String, customers: Vec<Customer>,
        from: Person, has_phone: bool, id: String, inserted_at: Time, last_message: LastMessage, last_sent_by: Sender,
        message_count: i64, page_customer: PageCustomer, page_id: String, page_uid: String, participants: Vec<Participant>,
        post_id: String, recent_phone_numbers: Vec<PhoneNumber>, seen: bool, snippet: String,
        tag_histories: Vec<TagHistory>, tags: Vec<Option<Tag>>, r#type: String, updated_at: Time,
    }
    AdClick { ad_id: String, inserted_at: Time, post_id: String, }
    Customer { fb_id: String, id: String, name: String, }
    Person { email: String, id: String, name: String, }
    LastMessage { created_at: Time, sender: String, text: String, }
    Sender {
        admin_id: String, admin_name: String, ai_generated: bool, app_id: String, email: String, flow_id: String,
        id: String, name: String, uid: String,
    }
    PageCustomer {
        birthday: Birthday, customer_id: String, gender: String, global_id: String, id: String, inserted_at: Time,
        name: String, notes: Vec<Note>, psid: String, recent_orders: Vec<Order>,
    }
    Birthday { date: u32, month: u32, year: i32, }
    Note {
        created_at: i64, created_by: Author, edit_history: Vec<Value>, id: String, images: Vec<Value>, links: Vec<Value>,
        message: String, order_id: String, removed_at: i64, updated_at: i64,
    }
    Author {
        application: i64, fb_id: String, fb_name: String, session_id: String, token_for_business: String, uid: String,
    }
    Order {
        address: String, assigning_seller_id: String, custom_id: String, display_id: i64, email: String,
        full_address: String, full_name: String, id: i64, inserted_at: Time, is_locked: bool,
        last_update_status_at: Time, payment: f64, phone_number: String, received_at_shop: bool,
        recipient_location: String, shipments: Vec<Value>, status: i64,
    }
    Participant { email: String, name: String, phone: String, }
    PhoneNumber {
        captured: String, length: i64, m_content: String, m_id: String, offset: i64, phone_number: String, status: i64,
    }
    TagHistory { conversation_id: String, inserted_at: Time, payload: TagChange, }
    TagChange { action: String, editor_id: String, editor_name: String, tag: Tag, }
    Tag {
        color: String, description: String, id: i64, is_deactive: bool, is_lead_event: bool, lighten_color: String,
        text: String,
    }
}

fn main() {
    let page = page_of_conversations();
    let page = &page;
    take_turns(vec![
        (
            "decode/generated",
            Box::new(|| drop(black_box(read::<ConversationList>(page)))),
        ),
        (
            "decode/by_hand",
            Box::new(|| drop(black_box(read::<plain::List>(page)))),
        ),
        (
            "decode/by_hand_with_flatten",
            Box::new(|| drop(black_box(read::<flatten::List>(page)))),
        ),
        (
            "envelope",
            Box::new(|| {
                black_box(pancake_ext::bench::reports_failure(black_box(page)));
            }),
        ),
    ]);
}

fn read<T: serde::de::DeserializeOwned>(page: &[u8]) -> T {
    serde_json::from_slice(black_box(page)).unwrap()
}
