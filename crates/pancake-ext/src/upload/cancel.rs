//! Ends an upload from outside.

use std::sync::Arc;

use tokio::sync::watch;

/// Ends an upload from elsewhere in the program. [`UploadRequest::cancellable`](crate::UploadRequest::cancellable) gives it.
///
/// Clones end the same upload. Dropping it does nothing; dropping the future of the upload ends that too.
#[derive(Clone, Debug)]
pub struct CancelUpload(Arc<watch::Sender<bool>>);

impl CancelUpload {
    /// Ends the upload with an error of kind [`Cancelled`](crate::ErrorKind::Cancelled), and closes its connection. It does
    /// nothing to one that has ended, and keeps one from beginning that has not begun.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

/// The other end.
#[derive(Clone, Debug)]
pub(super) struct Cancelled(watch::Receiver<bool>);

impl Cancelled {
    pub(super) fn pair() -> (CancelUpload, Cancelled) {
        let (sender, receiver) = watch::channel(false);
        (CancelUpload(Arc::new(sender)), Cancelled(receiver))
    }

    /// Ends when the upload was cancelled; never, if nobody can do that any more.
    pub(super) async fn wait(mut self) {
        if self.0.wait_for(|cancelled| *cancelled).await.is_err() {
            std::future::pending().await
        }
    }
}
