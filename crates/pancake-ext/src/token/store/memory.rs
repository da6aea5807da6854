//! A store that ends with the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use pancake_client::PageId;

use super::{Lease, StoreFuture, TokenStore};
use crate::sync::lock;
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
        lock(&self.0)
    }
}

impl TokenStore for MemoryStore {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        Box::pin(async move { Ok(self.tokens().get(page).cloned()) })
    }

    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        _: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut tokens = self.tokens();
            let held = tokens.get(page);
            let fits = held == expected || held == Some(token);
            if fits {
                tokens.insert(page.clone(), token.clone());
            }
            Ok(fits)
        })
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.tokens().remove(page);
            Ok(())
        })
    }
}
