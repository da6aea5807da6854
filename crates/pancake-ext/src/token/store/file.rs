//! A store in a file that processes of one machine share.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs4::FileExt;
use pancake_client::PageId;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::{Lease, StoreFuture, TokenStore};
use crate::error::Error;
use crate::token::PageToken;

/// Keeps tokens in a JSON file: page id to token.
///
/// Only its owner can read the file (mode 0600 on Unix). It is replaced as a whole, so that a crash in the middle of a
/// write leaves the former tokens; processes that write at the same time wait for each other by a lock on a second file
/// beside it, `.lock` at the end of its name.
#[derive(Clone, Debug)]
pub struct FileStore(Arc<Path>);

type Tokens = BTreeMap<String, Zeroizing<String>>;

impl FileStore {
    /// A store in this file. It is made with the first token; its directory has to exist.
    pub fn new(path: impl AsRef<Path>) -> Self {
        FileStore(Arc::from(path.as_ref()))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let path = self.0.clone();
        let shown = self.0.display().to_string();
        let failed =
            |error: io::Error| Error::store(format!("the token file {shown} can't be used"), error);
        match tokio::task::spawn_blocking(move || work(&path)).await {
            Ok(result) => result.map_err(failed),
            Err(error) => Err(failed(io::Error::other(error))),
        }
    }
}

impl TokenStore for FileStore {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        let page = page.clone();
        Box::pin(async move {
            self.blocking(move |path| {
                let token = read(path)?.remove(page.as_str());
                Ok(token.map(|token| PageToken::from(token.as_str())))
            })
            .await
        })
    }

    fn save<'a>(&'a self, page: &'a PageId, token: &'a PageToken) -> StoreFuture<'a, ()> {
        let (page, token) = (page.clone(), token.clone());
        Box::pin(async move {
            self.blocking(move |path| {
                change(path, |tokens| {
                    tokens.insert(page.into(), Zeroizing::new(token.expose().to_owned()));
                })
            })
            .await
        })
    }

    /// One lease for all pages of the file, by a lock on a file beside it, `.minting.lock` at the end of its name.
    fn lease<'a>(&'a self, _: &'a PageId) -> StoreFuture<'a, Lease> {
        Box::pin(async move {
            let locked = self.blocking(|path| lock(path, ".minting.lock"));
            locked.await.map(Lease::new)
        })
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        let page = page.clone();
        Box::pin(async move {
            self.blocking(move |path| {
                change(path, |tokens| {
                    tokens.remove(page.as_str());
                })
            })
            .await
        })
    }
}

/// Reads the file as it stands. No lock is needed: it is only ever replaced as a whole.
fn read(path: &Path) -> io::Result<Tokens> {
    let text = match std::fs::read(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Tokens::new()),
        Err(error) => return Err(error),
    };
    // serde quotes what it did not expect, and here that would be a token.
    serde_json::from_slice::<BTreeMap<String, String>>(&text)
        .map(|tokens| {
            tokens
                .into_iter()
                .map(|(page, token)| (page, Zeroizing::new(token)))
                .collect()
        })
        .map_err(|error| {
            let place = format!(
                "it is not a JSON object of texts (line {} column {})",
                error.line(),
                error.column()
            );
            io::Error::new(io::ErrorKind::InvalidData, place)
        })
}

/// Reads, changes and replaces the file while no other process does.
fn change(path: &Path, change: impl FnOnce(&mut Tokens)) -> io::Result<()> {
    let _lock = lock(path, ".lock")?;
    let mut tokens = read(path)?;
    change(&mut tokens);
    let plain: BTreeMap<&str, &str> = tokens
        .iter()
        .map(|(page, token)| (page.as_str(), token.as_str()))
        .collect();
    replace(path, &Zeroizing::new(serde_json::to_vec_pretty(&plain)?))
}

/// Locks a file beside the store, since the store's own is replaced. Dropping the file frees the lock; so does a crash.
fn lock(path: &Path, suffix: &str) -> io::Result<File> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    let file = private()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path.with_file_name(name))?;
    FileExt::lock(&file)?;
    Ok(file)
}

/// Writes beside the file and renames, so that the file is either the old or the new one, whatever happens.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = directory_of(path);
    // tempfile makes it with mode 0600.
    let mut file = NamedTempFile::new_in(&directory)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // The new file is in place. Some file systems cannot sync a directory, and that must not look like a failed write.
    if let Err(error) = sync_directory(&directory) {
        tracing::debug!(%error, "the directory of the token file can't be synced");
    }
    Ok(())
}

fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes the new name survive a loss of power.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn private() -> std::fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = File::options();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> std::fs::OpenOptions {
    File::options()
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
    async fn a_token_is_found_again_by_another_store_on_the_same_file() {
        let (_directory, store) = store();
        let page = PageId::from("1");
        assert_eq!(store.load(&page).await.unwrap(), None);
        store.save(&page, &"a".into()).await.unwrap();
        store.save(&PageId::from("2"), &"b".into()).await.unwrap();
        let other = FileStore::new(&store.0);
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
    async fn only_the_owner_can_read_the_file_also_after_it_was_replaced() {
        use std::os::unix::fs::PermissionsExt;

        let (_directory, store) = store();
        for token in ["a", "b"] {
            store.save(&PageId::from("1"), &token.into()).await.unwrap();
            let mode = std::fs::metadata(&store.0).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn writers_at_the_same_time_lose_nothing() {
        let (_directory, store) = store();
        let tasks: Vec<_> = (0..50)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let page = PageId::from(number.to_string());
                    store.save(&page, &number.to_string().into()).await
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(read(&store.0).unwrap().len(), 50);
    }

    #[tokio::test]
    async fn a_half_written_file_beside_the_store_does_no_harm() {
        let (directory, store) = store();
        let page = PageId::from("1");
        store.save(&page, &"a".into()).await.unwrap();
        // What a crash before the rename leaves behind.
        std::fs::write(directory.path().join(".tmpABC"), "{\"1\":\"b").unwrap();
        assert_eq!(store.load(&page).await.unwrap(), Some("a".into()));
        store.save(&page, &"c".into()).await.unwrap();
        assert_eq!(store.load(&page).await.unwrap(), Some("c".into()));
    }

    #[tokio::test]
    async fn a_file_that_is_no_store_is_an_error_that_shows_no_token() {
        let (_directory, store) = store();
        for content in ["canary", r#"{"1":{"canary":1}}"#, r#"["canary"]"#] {
            std::fs::write(&store.0, content).unwrap();
            let error = store.load(&PageId::from("1")).await.unwrap_err();
            let source = std::error::Error::source(&error).unwrap().to_string();
            assert!(!format!("{error} {error:?} {source}").contains("canary"));
            assert!(store.save(&PageId::from("1"), &"b".into()).await.is_err());
            assert_eq!(
                std::fs::read_to_string(&store.0).unwrap(),
                content,
                "nothing was lost"
            );
        }
    }
}
