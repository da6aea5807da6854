//! Tokens: two types that cannot be mixed up, and where page tokens come from.

mod jwt;
mod page;
mod provider;
mod user;

pub use page::PageToken;
pub use provider::{StaticTokens, TokenFuture, TokenProvider};
pub use user::UserToken;
