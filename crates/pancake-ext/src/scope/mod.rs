//! The handles and what they hold: ids, the client, what clones of a client share. No calls are made here; each layer above
//! adds its own methods to them. Questions to rows (who wrote a message, which zone a page has) stand here too.

pub(crate) mod author;
pub(crate) mod conversation;
pub(crate) mod conversation_ext;
pub(crate) mod customer;
pub(crate) mod message_ext;
pub(crate) mod page;
pub(crate) mod page_info;
pub(crate) mod pancake;
mod sealed;
pub(crate) mod sends;
pub(crate) mod zones;
