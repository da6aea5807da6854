//! A lock that processes share, waited for without holding a thread.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{sleep, timeout};

use super::blocking;
use super::place::Place;
use super::replace::private;
use crate::error::{Error, ErrorKind};

/// Pauses between two looks at a lock that another process holds grow from the first to the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// A lock on a file alongside the store, since the store's own file is replaced.
///
/// The operating system would keep a thread waiting, of a pool that the holder may need to get done, and that has to be
/// empty before a runtime can end. So we look again and again. Within the process there is a queue.
pub(super) struct FileLock {
    suffix: &'static str,
    /// How long to wait for a holder that neither ends nor gives way to another.
    patience: Duration,
    queue: Arc<Mutex<()>>,
}

/// Locked as long as this lives. The operating system unlocks the file of a process that ends in any way.
pub(super) struct Held {
    file: File,
    _turn: OwnedMutexGuard<()>,
}

impl Drop for Held {
    fn drop(&mut self) {
        // Closing the file does it as well, on some systems after a while.
        let _ = self.file.unlock();
    }
}

impl FileLock {
    pub(super) fn new(suffix: &'static str, patience: Duration) -> Self {
        FileLock {
            suffix,
            patience,
            queue: Arc::default(),
        }
    }

    /// Waits for the lock. The wait ends with an error when one and the same holder has it for too long; a queue that moves
    /// may be long.
    pub(super) async fn acquire(&self, place: &Place) -> Result<Held, Error> {
        let path = place.beside(self.suffix);
        let mut held = pin!(self.wait(&path));
        let mut taken = taken_at(&path).await?;
        loop {
            if let Ok(held) = timeout(self.patience, held.as_mut()).await {
                return held;
            }
            let before = std::mem::replace(&mut taken, taken_at(&path).await?);
            if taken == before {
                return Err(self.busy(&path));
            }
        }
    }

    async fn wait(&self, path: &Path) -> Result<Held, Error> {
        let turn = self.queue.clone().lock_owned().await;
        let (mut pause, longest) = PAUSES;
        loop {
            if let Some(file) = try_lock(path).await? {
                return Ok(Held { file, _turn: turn });
            }
            sleep(pause).await;
            pause = longest.min(pause * 2);
        }
    }

    fn busy(&self, lock: &Path) -> Error {
        let message = format!(
            "another program holds the lock {} for more than {} seconds: find it (`lsof` on that file shows it), end it if \
             it hangs or is stopped, and try again. Deleting the lock file does not help",
            lock.display(),
            self.patience.as_secs()
        );
        Error::new(ErrorKind::Store, message)
    }
}

async fn try_lock(path: &Path) -> Result<Option<File>, Error> {
    let path: PathBuf = path.to_owned();
    blocking(move || {
        // Opened anew each time: somebody may have removed the file meanwhile.
        let mut options = private();
        let opened = options.write(true).create(true).truncate(false).open(&path);
        opened
            .and_then(|file| lock_opened(file, &path))
            .map_err(|error| unusable(&path, error))
    })
    .await
}

fn unusable(lock: &Path, error: io::Error) -> Error {
    let what = format!(
        "the lock {} can't be used: check its permissions and those of its directory, and that its file system has locks",
        lock.display()
    );
    Error::store(what, error)
}

/// Locks a file that was opened at the path, and leaves the time there.
fn lock_opened(file: File, path: &Path) -> io::Result<Option<File>> {
    match file.try_lock() {
        // Removed between opening and locking: another process can lock the one that is there now.
        Ok(()) if !is_at(&file, path)? => Ok(None),
        Ok(()) => {
            // Only other waiters need it.
            let _ = file.set_modified(SystemTime::now());
            Ok(Some(file))
        }
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether the path still leads to this file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let opened = file.metadata()?;
    match path.metadata() {
        Ok(there) => Ok((opened.dev(), opened.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The standard library can't tell files apart elsewhere.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// When a process last got the lock; `None` if none ever did.
async fn taken_at(path: &Path) -> Result<Option<SystemTime>, Error> {
    let path: PathBuf = path.to_owned();
    blocking(move || Ok(path.metadata().and_then(|data| data.modified()).ok())).await
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    fn place() -> (tempfile::TempDir, Place) {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::of(&directory.path().join("tokens.json")).unwrap();
        (directory, place)
    }

    fn lock() -> FileLock {
        FileLock::new(".lock", Duration::from_secs(10))
    }

    /// As another process does: a lock belongs to the opened file, not to the process.
    fn taken_by_another(place: &Place) -> File {
        let file = File::create(place.beside(".lock")).unwrap();
        file.lock().unwrap();
        file
    }

    #[tokio::test(start_paused = true)]
    async fn stuck_holder_is_an_error_naming_the_lock() {
        let (_directory, place) = place();
        let _other = taken_by_another(&place);
        let lock = lock();
        let start = Instant::now();
        // Also those who wait for their turn in this process: it does not come one after the other.
        let results = tokio::join!(
            lock.acquire(&place),
            lock.acquire(&place),
            lock.acquire(&place)
        );
        assert!(start.elapsed() < Duration::from_secs(11));
        for result in [results.0, results.1, results.2] {
            let said = result.err().unwrap().to_string();
            assert!(
                said.contains("tokens.json.lock for more than 10 seconds"),
                "{said}"
            );
            assert!(said.contains("end it"), "{said}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn lock_that_changes_hands_is_waited_for() {
        let (_directory, place) = place();
        let other = taken_by_another(&place);
        let lock = lock();
        let mut waiting = pin!(lock.acquire(&place));
        for hour in 0..10 {
            let spell = Duration::from_secs(9);
            assert!(tokio::time::timeout(spell, waiting.as_mut()).await.is_err());
            // Another process takes it, without a gap.
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(3600 * hour);
            other.set_modified(time).unwrap();
        }
        drop(other);
        waiting.await.unwrap();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn removed_file_is_not_the_lock() {
        let (_directory, place) = place();
        let path = place.beside(".lock");
        let opened = || File::create(&path).unwrap();
        let (alone, beside_another) = (opened(), opened());
        std::fs::remove_file(&path).unwrap();
        assert!(lock_opened(alone, &path).unwrap().is_none());
        let other = taken_by_another(&place);
        assert!(lock_opened(beside_another, &path).unwrap().is_none());
        drop(other);
        assert!(lock_opened(opened(), &path).unwrap().is_some());
        lock().acquire(&place).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn waiter_that_gives_up_leaves_the_lock() {
        let (_directory, place) = place();
        let (first, second) = (lock(), lock());
        let held = first.acquire(&place).await.unwrap();
        for other in [&first, &second] {
            let waited = tokio::time::timeout(Duration::from_secs(1), other.acquire(&place));
            assert!(waited.await.is_err());
        }
        drop(held);
        second.acquire(&place).await.unwrap();
        first.acquire(&place).await.unwrap();
    }
}
