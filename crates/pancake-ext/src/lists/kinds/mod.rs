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

pub use pancake_client::types::{
    ConversationTypeFilter as ConversationKind, OrderBy, PostTypeFilter as PostKind,
};
