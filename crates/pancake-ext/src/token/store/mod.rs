//! Where minted page tokens are kept, so that processes can share them.

#[cfg(feature = "file-store")]
mod file;
mod memory;

use std::any::Any;
use std::fmt;
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

/// Keeps other processes from minting as long as it lives.
#[must_use = "the lease ends when it is dropped"]
pub struct Lease {
    _guard: Option<Box<dyn Any + Send>>,
}

impl Lease {
    /// Keeps nobody from anything.
    pub fn none() -> Self {
        Lease { _guard: None }
    }

    /// Lives as long as `guard`, which frees what it holds when it is dropped.
    pub fn new(guard: impl Any + Send) -> Self {
        Lease {
            _guard: Some(Box::new(guard)),
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lease")
    }
}

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

    /// Waits until no other process mints a token for this page, and keeps others from it as long as the lease lives.
    ///
    /// Without leases, which is the default, let only one process mint: of two that find the store empty both would,
    /// and the token of the first would be dead.
    ///
    /// # Errors
    ///
    /// Any error of the store; nothing is minted then.
    fn lease<'a>(&'a self, _page: &'a PageId) -> StoreFuture<'a, Lease> {
        Box::pin(async { Ok(Lease::none()) })
    }

    /// Forgets the token of a page.
    ///
    /// # Errors
    ///
    /// Any error of writing.
    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()>;
}
