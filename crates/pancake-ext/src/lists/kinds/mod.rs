//! The six lists, each with what is its own: filters, the call, and what a row is known by.

mod ads_export;
mod call_logs;
mod conversations;
mod customers;
mod messages;
mod posts;

pub use ads_export::AdsExport;
pub use call_logs::CallLogs;
pub use conversations::Conversations;
pub use customers::Customers;
pub use messages::Messages;
pub use posts::Posts;

use pancake_client::types::{AdConversation, CallLog, Conversation, Customer, Message, Post};

use super::source::List;

macro_rules! rows {
    ($($list:ident: $row:ident,)+) => {$(
        impl List for $list {
            type Row = $row;
        }
    )+};
}

rows! {
    AdsExport: AdConversation,
    CallLogs: CallLog,
    Conversations: Conversation,
    Customers: Customer,
    Messages: Message,
    Posts: Post,
}

pub use pancake_client::types::{
    ConversationTypeFilter as ConversationKind, OrderBy, PostTypeFilter as PostKind,
};
