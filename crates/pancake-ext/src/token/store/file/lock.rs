//! A lock that processes share, waited for without holding a thread.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use fs4::{FileExt, TryLockError};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{Instant, sleep, timeout_at};

use super::blocking;
use super::place::Place;
use super::replace::private;
use crate::error::{Error, ErrorKind};

/// Pauses between two looks at a lock that another process holds grow from the first to the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// A lock on a file beside the store, since the store's own is replaced.
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
        let _ = FileExt::unlock(&self.file);
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

    /// Waits until nobody else has it.
    pub(super) async fn acquire(&self, place: &Place) -> Result<Held, Error> {
        let path = place.beside(self.suffix);
        let mut patience = Patience::new(self.patience, taken(&path).await?);
        let mut turn = pin!(self.queue.clone().lock_owned());
        let turn = loop {
            match timeout_at(patience.end, turn.as_mut()).await {
                Ok(turn) => break turn,
                Err(_) if patience.lasts(taken(&path).await?) => {}
                Err(_) => return Err(self.busy(&path)),
            }
        };
        let (mut pause, longest) = PAUSES;
        loop {
            if let Some(file) = try_lock(&path).await? {
                return Ok(Held { file, _turn: turn });
            }
            if !patience.lasts(taken(&path).await?) {
                return Err(self.busy(&path));
            }
            sleep(pause).await;
            pause = longest.min(pause * 2);
        }
    }

    fn busy(&self, lock: &Path) -> Error {
        let message = format!(
            "another program holds the lock {} for more than {} seconds: find it (`lsof` on that file shows it), end it if \
             it hangs or is stopped, and try again; to remove the file is no cure",
            lock.display(),
            self.patience.as_secs()
        );
        Error::new(ErrorKind::Store, message)
    }
}

/// Ends when one and the same holder has the lock for too long; a queue that moves may be long.
struct Patience {
    whole: Duration,
    end: Instant,
    taken: Option<SystemTime>,
}

impl Patience {
    fn new(whole: Duration, taken: Option<SystemTime>) -> Self {
        let end = Instant::now() + whole;
        Patience { whole, end, taken }
    }

    /// `taken`: when somebody last got the lock.
    fn lasts(&mut self, taken: Option<SystemTime>) -> bool {
        if taken != self.taken {
            *self = Patience::new(self.whole, taken);
        }
        Instant::now() < self.end
    }
}

/// Tries once. Who gets the lock leaves the time.
async fn try_lock(path: &Path) -> Result<Option<File>, Error> {
    at(path, |path| {
        // Anew each time: somebody may have removed the file meanwhile.
        let mut options = private();
        let file = options
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        lock_opened(file, path)
    })
    .await
}

/// Locks a file that was opened at the path.
fn lock_opened(file: File, path: &Path) -> io::Result<Option<File>> {
    match FileExt::try_lock(&file) {
        // Removed between opening and locking: somebody else can lock the one that is there now.
        Ok(()) if !is_at(&file, path)? => Ok(None),
        Ok(()) => {
            // Only others who wait need it.
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

/// When somebody last got the lock.
async fn taken(path: &Path) -> Result<Option<SystemTime>, Error> {
    // A file that is not there is no problem here.
    at(path, |path| {
        Ok(path.metadata().and_then(|data| data.modified()).ok())
    })
    .await
}

async fn at<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let path: PathBuf = path.to_owned();
    blocking(move || {
        work(&path).map_err(|error| {
            let shown = path.display();
            let what = format!(
                "the lock {shown} can't be used: check its permissions and those of its directory, and that its file \
                 system has locks"
            );
            Error::store(what, error)
        })
    })
    .await
}

#[cfg(test)]
mod tests {
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
        FileExt::lock(&file).unwrap();
        file
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_for_one_holder_gets_an_error_that_names_the_lock() {
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
    async fn a_lock_that_goes_from_hand_to_hand_is_waited_for_as_long_as_it_takes() {
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
    async fn a_file_that_was_removed_before_it_could_be_locked_is_not_the_lock() {
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
    async fn who_gives_up_waiting_leaves_the_lock_to_others() {
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
