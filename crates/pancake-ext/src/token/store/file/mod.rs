//! A store in a file that processes of one machine share.

mod content;
mod lock;
mod place;
mod replace;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pancake_client::PageId;
use zeroize::Zeroizing;

use self::content::Tokens;
use self::lock::FileLock;
use self::place::Place;
use super::{Lease, StoreFuture, TokenStore};
use crate::error::Error;
use crate::token::PageToken;

/// How long one process may write. It takes milliseconds.
const WRITING: Duration = Duration::from_secs(10);
/// How long one process may mint for one page: longer than a request has time, unless a program gave it more.
const MINTING: Duration = Duration::from_secs(60);

/// Keeps tokens in a JSON file: page id to token.
///
/// - **Only its owner can read the file** (mode 0600 on Unix). One that is open to others is closed to them as soon as it is
///   read; where that fails, it is not used.
/// - **It is replaced as a whole**, so that a crash in the middle of a write leaves the former tokens. What is half written
///   is in a file beside it, `.new` at the end of its name, as private, which the next write replaces.
/// - **Processes wait for each other** by locks on two empty files beside it: `.lock` for writing, `.minting.lock` for
///   minting, which is one lease for all pages of the file. Leave these files where they are. Waiting takes no thread, and
///   ends with an error when one process has the lock for more than 10 seconds, or 60 for minting.
/// - **A link is followed** for reading, locking and replacing: it stays a link.
/// - **A file that is no store is left as it is**, and is an error. So is a directory that is missing.
///
/// Locks need a file system that has them; some that machines share over a network do not.
#[derive(Clone)]
pub struct FileStore(Arc<Inner>);

struct Inner {
    path: PathBuf,
    writing: FileLock,
    minting: FileLock,
}

impl FileStore {
    /// A store in this file. It is made with the first token; its directory has to exist.
    pub fn new(path: impl AsRef<Path>) -> Self {
        FileStore(Arc::new(Inner {
            path: path.as_ref().to_owned(),
            writing: FileLock::new(".lock", WRITING),
            minting: FileLock::new(".minting.lock", MINTING),
        }))
    }

    async fn place(&self) -> Result<Place, Error> {
        let path = self.0.path.clone();
        blocking(move || Place::of(&path)).await
    }

    /// Reads, changes and replaces the file while no other process does. `change` says whether there is a change.
    async fn change(
        &self,
        change: impl FnOnce(&mut Tokens) -> bool + Send + 'static,
    ) -> Result<bool, Error> {
        let place = self.place().await?;
        let held = self.0.writing.acquire(&place).await?;
        blocking(move || {
            // Until the work is done, also if its caller is gone.
            let _held = held;
            let mut tokens = content::read(&place)?;
            let changed = change(&mut tokens);
            if changed {
                content::write(&place, &tokens)?;
            }
            Ok(changed)
        })
        .await
    }
}

/// Does what may wait for a disk off the runtime's threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::store(
            "work on the token file was ended from outside",
            error,
        )),
    }
}

impl TokenStore for FileStore {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        let page = page.clone();
        Box::pin(async move {
            let place = self.place().await?;
            blocking(move || {
                let token = content::read(&place)?.remove(page.as_str());
                Ok(token.map(|token| PageToken::from(token.as_str())))
            })
            .await
        })
    }

    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        _: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        let (page, token, expected) = (page.clone(), token.clone(), expected.cloned());
        Box::pin(self.change(move |tokens| {
            let held = tokens.get(page.as_str()).map(|held| held.as_str());
            let fits =
                held == expected.as_ref().map(PageToken::expose) || held == Some(token.expose());
            if fits {
                tokens.insert(page.into(), Zeroizing::new(token.expose().to_owned()));
            }
            fits
        }))
    }

    /// One lease for all pages of the file.
    fn lease<'a>(&'a self, _: &'a PageId) -> StoreFuture<'a, Lease> {
        Box::pin(async move {
            let place = self.place().await?;
            self.0.minting.acquire(&place).await.map(Lease::new)
        })
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        let page = page.clone();
        Box::pin(async move {
            self.change(move |tokens| tokens.remove(page.as_str()).is_some())
                .await?;
            Ok(())
        })
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileStore").field(&self.0.path).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, FileStore) {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::new(directory.path().join("tokens.json"));
        (directory, store)
    }

    #[tokio::test]
    async fn token_is_found_by_another_store() {
        let (_directory, store) = store();
        let page = PageId::from("1");
        assert_eq!(store.load(&page).await.unwrap(), None);
        store.put(&page, &"a".into()).await.unwrap();
        store.put(&PageId::from("2"), &"b".into()).await.unwrap();
        let other = FileStore::new(&store.0.path);
        assert_eq!(other.load(&page).await.unwrap(), Some("a".into()));
        other.remove(&page).await.unwrap();
        assert_eq!(store.load(&page).await.unwrap(), None);
        assert_eq!(
            store.load(&PageId::from("2")).await.unwrap(),
            Some("b".into())
        );
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;

        let (_directory, store) = store();
        for token in ["a", "b"] {
            store.put(&PageId::from("1"), &token.into()).await.unwrap();
            let mode = std::fs::metadata(&store.0.path)
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_writers_lose_nothing() {
        let (_directory, store) = store();
        let tasks: Vec<_> = (0..50)
            .map(|number| {
                // Every other one has its own store, as another process would.
                let store = match number % 2 {
                    0 => store.clone(),
                    _ => FileStore::new(&store.0.path),
                };
                tokio::spawn(async move {
                    let page = PageId::from(number.to_string());
                    store.put(&page, &number.to_string().into()).await
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let place = Place::of(&store.0.path).unwrap();
        assert_eq!(content::read(&place).unwrap().len(), 50);
    }

    #[tokio::test]
    async fn other_file_is_never_overwritten() {
        let (_directory, store) = store();
        for content in ["canary", "", "{}{}"] {
            std::fs::write(&store.0.path, content).unwrap();
            let page = PageId::from("1");
            store.put(&page, &"b".into()).await.unwrap_err();
            store.remove(&page).await.unwrap_err();
            let left = std::fs::read_to_string(&store.0.path).unwrap();
            assert_eq!(left, content);
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn store_behind_a_link_is_the_same_store() {
        let (directory, store) = store();
        let elsewhere = directory.path().join("elsewhere");
        std::fs::create_dir(&elsewhere).unwrap();
        let link = elsewhere.join("link.json");
        std::os::unix::fs::symlink("../tokens.json", &link).unwrap();
        let page = PageId::from("1");
        store.put(&page, &"old".into()).await.unwrap();

        let linked = FileStore::new(&link);
        linked.put(&page, &"new".into()).await.unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(store.load(&page).await.unwrap(), Some("new".into()));
        let _lease = linked.lease(&page).await.unwrap();
        tokio::time::pause();
        let other = store.lease(&page).await.unwrap_err();
        assert!(
            other.to_string().contains("tokens.json.minting.lock"),
            "{other}"
        );
        assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 1);
    }

    #[test]
    fn runtime_ends_during_a_wait_for_a_lease() {
        let (_directory, store) = store();
        let page = PageId::from("1");
        let runtime = || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .unwrap()
        };
        let holder = runtime();
        let _lease = holder.block_on(store.lease(&page)).unwrap();
        let other = FileStore::new(&store.0.path);
        let waiter = runtime();
        waiter.block_on(async {
            let task = tokio::spawn(async move { other.lease(&page).await.map(drop) });
            let waited = tokio::time::timeout(Duration::from_secs(1), task).await;
            assert!(waited.is_err());
        });
        drop(waiter);
    }

    #[test]
    fn debug_shows_only_the_path() {
        let store = FileStore::new("tokens.json");
        assert_eq!(format!("{store:?}"), "FileStore(\"tokens.json\")");
    }
}
