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
    number: u64,
    _guard: Option<Box<dyn Any + Send + Sync>>,
}

impl Lease {
    /// Keeps no other process from minting.
    pub fn none() -> Self {
        Lease {
            number: 0,
            _guard: None,
        }
    }

    /// Lives as long as `guard`, which frees what it holds when it is dropped.
    pub fn new(guard: impl Any + Send + Sync) -> Self {
        Lease {
            number: 0,
            _guard: Some(Box::new(guard)),
        }
    }

    /// Gives the lease a number above those of all earlier leases of the page. A lease that can run out while its holder
    /// lives, such as one in Redis, needs one: [`TokenStore::save`] tells the holder of an old lease by it.
    pub fn with_number(self, number: u64) -> Self {
        Lease { number, ..self }
    }

    /// The number of the lease; 0 if it has none, since it can't run out.
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lease({})", self.number)
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

    /// Replaces `expected` by `token`, in one step: compare and set. `None` expects no token. When this returns `true`, the
    /// token survives the process; `true` also if the store holds this token already.
    ///
    /// Returns `false`, and changes nothing, if the store holds another token, or if it has given a lease with a higher
    /// [number](Lease::number) than this one: another process has minted meanwhile.
    ///
    /// # Errors
    ///
    /// Any error of writing; the former token must still be there then.
    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        lease: &'a Lease,
    ) -> StoreFuture<'a, bool>;

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

    /// Puts a token into the store in place of whatever it holds, such as one that a person knows to be in force.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load) and [`save`](Self::save).
    fn put<'a>(&'a self, page: &'a PageId, token: &'a PageToken) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let lease = Lease::none();
            loop {
                let held = self.load(page).await?;
                if self.save(page, token, held.as_ref(), &lease).await? {
                    return Ok(());
                }
            }
        })
    }
}
