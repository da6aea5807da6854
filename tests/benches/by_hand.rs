//! The structs that a person would write for a page of conversations.
#![allow(missing_docs, reason = "a bench is no interface")]

use serde::Deserialize;
use serde_json::Value;

/// The same structs twice: one set drops unknown fields, the other keeps them with `flatten`.
macro_rules! by_hand {
    ($($name:ident { $($field:ident: $kind:ty,)* })*) => {
        pub mod plain {
            use super::*;
            $(#[derive(Deserialize)] pub struct $name { $(pub $field: Option<$kind>,)* })*
        }
        pub mod flatten {
            use super::*;
            $(#[derive(Deserialize)] pub struct $name {
                $(pub $field: Option<$kind>,)*
                #[serde(flatten)]
                pub extra: serde_json::Map<String, Value>,
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
