//! Where minted page tokens are kept, so that processes can share them.

#[cfg(feature = "file-store")]
mod file;
mod memory;

use std::future::Future;
use std::pin::Pin;

use pancake_client::PageId;

#[cfg(feature = "file-store")]
pub use file::FileStore;
pub use memory::MemoryStore;

use super::PageToken;
use crate::error::Error;

/// What the methods of [`TokenStore`] return.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Keeps page tokens. Put one on whatever your processes share; the example `redis_store` of this crate shows how.
///
/// [`Error::store`] makes the error of a store that fails.
pub trait TokenStore: Send + Sync + 'static {
    /// The token of a page, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// Any error of reading.
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>>;

    /// Keeps the token of a page, in place of a former one. When this returns, the token survives the process.
    ///
    /// # Errors
    ///
    /// Any error of writing; the former token must still be there then.
    fn save<'a>(&'a self, page: &'a PageId, token: &'a PageToken) -> StoreFuture<'a, ()>;

    /// Forgets the token of a page.
    ///
    /// # Errors
    ///
    /// Any error of writing.
    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()>;
}
