//! A store that ends with the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pancake_client::PageId;

use super::{StoreFuture, TokenStore};
use crate::token::PageToken;

/// Keeps tokens until the process ends.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<HashMap<PageId, PageToken>>);

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        MemoryStore::default()
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<PageId, PageToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryStore {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        Box::pin(async move { Ok(self.tokens().get(page).cloned()) })
    }

    fn save<'a>(&'a self, page: &'a PageId, token: &'a PageToken) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.tokens().insert(page.clone(), token.clone());
            Ok(())
        })
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.tokens().remove(page);
            Ok(())
        })
    }
}
