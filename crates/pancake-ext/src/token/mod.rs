//! Tokens: two types that cannot be mixed up, and where page tokens come from.

mod discovery;
mod jwt;
mod minting;
mod page;
pub(crate) mod page_list;
mod provider;
mod store;
mod user;
mod user_api;

pub use discovery::DiscoveredTokens;
pub use minting::MintingTokens;
pub use page::PageToken;
pub use page_list::PageStatus;
pub use provider::{MintFuture, StaticTokens, TokenFuture, TokenProvider};
#[cfg(feature = "file-store")]
pub use store::FileStore;
pub use store::{Lease, MemoryStore, StoreFuture, TokenStore};
pub use user::UserToken;
pub use user_api::UserApi;

#[cfg(test)]
mod tests;
