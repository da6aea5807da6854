//! How far an upload has come.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// How much of a file has gone out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes of the file that were handed to the connection in this attempt.
    pub sent: u64,
    /// Bytes of the whole file, if its size is known.
    pub total: Option<u64>,
}

/// Hears of progress.
pub(super) type OnProgress = Box<dyn FnMut(Progress) + Send>;

/// The course of one upload over all of its attempts.
pub(super) struct Course {
    total: Option<u64>,
    attempts: AtomicU32,
    sent: AtomicU64,
    complete: AtomicBool,
    on_progress: Option<Mutex<OnProgress>>,
}

impl Course {
    pub(super) fn new(total: Option<u64>, on_progress: Option<OnProgress>) -> Self {
        Course {
            total,
            attempts: AtomicU32::new(0),
            sent: AtomicU64::new(0),
            complete: AtomicBool::new(false),
            on_progress: on_progress.map(Mutex::new),
        }
    }

    /// An attempt begins to send the file.
    pub(super) fn begin(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        self.complete.store(false, Ordering::Relaxed);
        self.reach(0);
    }

    /// So many bytes have gone out in this attempt.
    pub(super) fn reach(&self, sent: u64) {
        self.sent.store(sent, Ordering::Relaxed);
        if let Some(on_progress) = &self.on_progress {
            let mut on_progress = on_progress.lock().unwrap_or_else(PoisonError::into_inner);
            on_progress(Progress {
                sent,
                total: self.total,
            });
        }
    }

    /// The whole file has gone out.
    pub(super) fn end(&self) {
        self.complete.store(true, Ordering::Relaxed);
    }

    /// The attempt has ended, and the server has not taken the file.
    pub(super) fn forget(&self) {
        self.complete.store(false, Ordering::Relaxed);
    }

    /// Bytes that have gone out in the last attempt.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Attempts that have begun to send the file.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Whether the whole file has gone out in the last attempt, and the server may have taken it.
    pub(super) fn is_complete(&self) -> bool {
        self.complete.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Course")
            .field("attempts", &self.attempts())
            .field("complete", &self.is_complete())
            .finish_non_exhaustive()
    }
}
