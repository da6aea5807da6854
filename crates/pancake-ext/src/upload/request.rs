//! An upload that is about to be sent.

use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use pancake_client::operations::UPLOAD_CONTENTS;
use pancake_client::{Operation, ResponseValue, types};

use super::Upload;
use super::body::{Prepared, Reopened};
use super::cancel::{CancelUpload, Cancelled};
use super::course::{Course, OnProgress, Progress};
use super::uploaded::Uploaded;
use crate::error::{Error, ErrorKind, Execution};
use crate::net::retry::may_repeat;
use crate::scope::page::Page;

static OPERATION: Operation = UPLOAD_CONTENTS;

impl Page {
    /// Uploads a file, to be used in a message later. Nothing is sent before the request is awaited.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::Upload;
    ///
    /// let video = Upload::file("xoài.mp4").await?;
    /// let content = page
    ///     .upload(video)
    ///     .on_progress(|progress| println!("{} of {:?}", progress.sent, progress.total))
    ///     .await?;
    /// println!("{}", content.id);
    /// # Ok(()) }
    /// ```
    pub fn upload(&self, upload: Upload) -> UploadRequest {
        UploadRequest {
            page: self.clone(),
            upload,
            on_progress: None,
            attempt_timeout: None,
            cancelled: None,
        }
    }
}

/// An upload that is about to be sent. Awaiting it sends the file, in pieces of 64 KiB at most, and gives [`Uploaded`].
///
/// # When it is sent again
///
/// The API makes a second file of a second upload, so only what was provably not executed is repeated, and only if the
/// file can be opened again ([`Upload`] says which can). Pauses, budget and number of attempts are those of
/// [`RetryPolicy`](crate::RetryPolicy).
///
/// | failure | path, bytes, reopenable stream | single-use stream |
/// |---|---|---|
/// | no connection | again | error: nothing was sent |
/// | 429, as status or as code | again | error: nothing was executed |
/// | code 102 or 105, and somebody left a newer token | once more with that | error; the next call uses it |
/// | time-out, broken connection, HTTP 5xx, failure without a code | error: the outcome is unknown | the same |
/// | the file can't be read, changes, or is too large | error: nothing was uploaded | the same |
/// | anything else | error | the same |
///
/// # Errors
///
/// Those of the transport; [`ErrorKind::File`] for what is wrong with the file; [`ErrorKind::Cancelled`];
/// [`ErrorKind::InvalidAnswer`] for an answer without an id.
#[must_use = "nothing is uploaded before it is awaited"]
pub struct UploadRequest {
    page: Page,
    upload: Upload,
    on_progress: Option<OnProgress>,
    attempt_timeout: Option<Duration>,
    cancelled: Option<Cancelled>,
}

impl UploadRequest {
    /// Calls this as the file goes out: once with 0 when an attempt begins, then after each piece. **After a failure that
    /// is tried again it begins at 0 again.** It is called by the task that sends, so it should be quick.
    pub fn on_progress(mut self, call: impl FnMut(Progress) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(call));
        self
    }

    /// Time for one attempt and the whole of its answer, in place of what the options of the client say; if neither says
    /// anything, 30 seconds and one more for each 128 KiB. Opening a stream and reading its beginning has this time too.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// The request, and what ends it from elsewhere. Dropping the future ends it as well.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::{ErrorKind, Upload};
    ///
    /// let (upload, cancel) = page.upload(Upload::file("xoài.mp4").await?).cancellable();
    /// tokio::spawn(async move {
    ///     let _ = tokio::signal::ctrl_c().await;
    ///     cancel.cancel();
    /// });
    /// match upload.await {
    ///     Ok(content) => println!("{}", content.id),
    ///     Err(error) if error.kind() == ErrorKind::Cancelled => println!("cancelled"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn cancellable(mut self) -> (Self, CancelUpload) {
        let (cancel, cancelled) = Cancelled::pair();
        self.cancelled = Some(cancelled);
        (self, cancel)
    }

    async fn send(self) -> Result<Uploaded, Error> {
        let page_id = self.page.id().clone();
        let named = |error: Error| error.of(&OPERATION, Some(page_id.as_str()));
        let mut cancelled = pin!(wait(self.cancelled));
        let pancake = self.page.pancake();
        let mut options = pancake.options().clone();
        if let Some(time) = self.attempt_timeout {
            options = options.attempt_timeout(time);
        }
        let time = options.time_to_open(self.upload.size);
        let prepare = Prepared::new(self.upload, self.page.id(), self.on_progress, time);
        let Some(prepared) = unless(prepare, cancelled.as_mut()).await else {
            return Err(named(ended_before()));
        };
        let prepared = Arc::new(prepared.map_err(named)?);
        let page = pancake.with_options(|_| options).page(self.page.id());
        match unless(send(&page, &prepared), cancelled).await {
            Some(result) => result,
            None => Err(named(ended(&prepared.course))),
        }
    }
}

impl IntoFuture for UploadRequest {
    type Output = Result<Uploaded, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for UploadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadRequest")
            .field("page", self.page.id())
            .field("upload", &self.upload)
            .finish_non_exhaustive()
    }
}

async fn send(page: &Page, prepared: &Arc<Prepared>) -> Result<Uploaded, Error> {
    let call = page.pancake().client().upload_contents().page_id(page.id());
    let call = match prepared.is_reopenable() {
        true => call.file_from(Reopened(prepared.clone())),
        false => {
            let part = prepared.part().await;
            call.file(part.map_err(|error| error.of(&OPERATION, Some(page.id().as_str())))?)
        }
    };
    match call.send().await {
        Ok(answer) => understood(answer, prepared, page),
        Err(error) => Err(explained(error.into(), page, prepared)),
    }
}

fn understood(
    answer: ResponseValue<types::UploadedContent>,
    prepared: &Prepared,
    page: &Page,
) -> Result<Uploaded, Error> {
    let attempts = answer.attempts();
    let content = answer.into_inner();
    let facts = &prepared.facts;
    match content.id.filter(|id| !id.as_str().is_empty()) {
        Some(id) => Ok(Uploaded {
            id,
            attachment_type: content.attachment_type,
            file_name: facts.file_name.clone(),
            mime_type: facts.mime.to_string(),
            size: prepared.course.sent(),
        }),
        None => {
            let message = "the answer holds no id, so the file can't be used: upload it again";
            let error = Error::new(ErrorKind::InvalidAnswer, message);
            Err(error
                .with_execution(Execution::Executed)
                .with_attempts(attempts)
                .of(&OPERATION, Some(page.id().as_str())))
        }
    }
}

/// Says where the file is at fault, and why a stream was not tried again.
fn explained(error: Error, page: &Page, prepared: &Prepared) -> Error {
    let error = match error.operation() {
        Some(_) => error,
        None => error.of(&OPERATION, Some(page.id().as_str())),
    };
    match may_repeat(&error, false) && !prepared.is_reopenable() {
        true => error.with_remark(
            "; it was not tried again, since its stream can be read only once: use `Upload::reopenable`",
        ),
        false => error,
    }
}

async fn wait(cancelled: Option<Cancelled>) {
    match cancelled {
        Some(cancelled) => cancelled.wait().await,
        None => std::future::pending().await,
    }
}

/// What a future gives, or `None` if `end` ends first.
async fn unless<T>(
    work: impl Future<Output = T>,
    mut end: Pin<&mut impl Future<Output = ()>>,
) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|context| match end.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => work.as_mut().poll(context).map(Some),
    })
    .await
}

fn ended_before() -> Error {
    Error::new(
        ErrorKind::Cancelled,
        "the upload was cancelled before it began",
    )
}

fn ended(course: &Course) -> Error {
    let (message, execution) = match (course.attempts(), course.is_complete()) {
        (0, _) => return ended_before(),
        (_, false) => (
            "the upload was cancelled before the server could take the file",
            Execution::NotExecuted,
        ),
        (_, true) => (
            "the upload was cancelled after the file had gone out",
            Execution::Unknown,
        ),
    };
    Error::new(ErrorKind::Cancelled, message)
        .with_execution(execution)
        .with_attempts(course.attempts())
}
