//! An upload that is about to be sent.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use pancake_client::operations::UPLOAD_CONTENTS;
use pancake_client::send::SendContent;
use pancake_client::{ContentId, Operation, ResponseValue, types};

use super::Upload;
use super::outgoing::{OnProgress, Outgoing, Progress, Reopened};
use crate::error::{Error, ErrorKind, Execution};
use crate::net::retry::may_repeat;
use crate::scope::page::Page;

static OPERATION: Operation = UPLOAD_CONTENTS;

/// A file that the server has taken. Its id lives a short time, and on Facebook it serves for one send.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Uploaded {
    /// The id that a send takes.
    pub id: ContentId,
    /// The kind of file that the server takes it for.
    pub attachment_type: Option<types::AttachmentType>,
    /// The name it was sent with.
    pub file_name: String,
    /// The MIME type it was sent with.
    pub mime_type: String,
    /// Its size in bytes.
    pub size: u64,
}

impl From<Uploaded> for ContentId {
    fn from(uploaded: Uploaded) -> Self {
        uploaded.id
    }
}

impl From<Uploaded> for SendContent {
    fn from(uploaded: Uploaded) -> Self {
        uploaded.id.into()
    }
}

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
/// | code 102 or 105, and a newer token is at hand | once more with that | error; the next call uses it |
/// | time-out, broken connection, HTTP 5xx, failure without a code | error: the outcome is unknown | the same |
/// | the file can't be read, changes, or is too large | error: nothing was uploaded | the same |
/// | anything else | error | the same |
///
/// # Cancelling
///
/// Dropping the future ends the upload and closes its connection. To end it from elsewhere in the program, abort its task:
///
/// ```no_run
/// # async fn run(page: pancake_ext::Page) -> Result<(), Box<dyn std::error::Error>> {
/// use pancake_ext::Upload;
///
/// let upload = tokio::spawn(page.upload(Upload::file("xoài.mp4").await?).into_future());
/// let abort = upload.abort_handle();
/// tokio::spawn(async move {
///     let _ = tokio::signal::ctrl_c().await;
///     abort.abort();
/// });
/// match upload.await {
///     Ok(content) => println!("{}", content?.id),
///     Err(error) if error.is_cancelled() => println!("cancelled"),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(()) }
/// ```
///
/// An upload that is cancelled after the whole file went out may have been stored, which does no harm.
///
/// # Errors
///
/// Those of the transport; [`ErrorKind::File`] for a fault of the file; [`ErrorKind::InvalidAnswer`] for a response without
/// an id.
#[must_use = "nothing is uploaded before it is awaited"]
pub struct UploadRequest {
    page: Page,
    upload: Upload,
    on_progress: Option<OnProgress>,
    attempt_timeout: Option<Duration>,
}

impl UploadRequest {
    /// Calls this as the file goes out: once with 0 when an attempt begins, then after each piece. **After a failure that
    /// is tried again it begins at 0 again.** It is called by the task that sends, so it should be quick.
    pub fn on_progress(mut self, call: impl FnMut(Progress) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(call));
        self
    }

    /// Time for one attempt and the whole of its response. Defaults to that of the client's options; if they say nothing, to
    /// 30 seconds and one more for each 128 KiB. Opening a stream and reading its beginning has this time too.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    async fn run(self) -> Result<Uploaded, Error> {
        let pancake = self.page.pancake();
        let mut options = pancake.options().clone();
        if let Some(time) = self.attempt_timeout {
            options = options.attempt_timeout(time);
        }
        let time = options.time_to_open(self.upload.size);
        let file = Outgoing::new(self.upload, self.page.id(), self.on_progress, time).await?;
        let pancake = pancake.with_options(|_| options);
        send(&pancake.page(self.page.id()), &Arc::new(file)).await
    }
}

impl IntoFuture for UploadRequest {
    type Output = Result<Uploaded, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let page = self.page.id().clone();
        Box::pin(async move {
            self.run()
                .await
                .map_err(|error| named(error, page.as_str()))
        })
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

/// A fault of the file has no call that names operation and page.
fn named(error: Error, page: &str) -> Error {
    match error.operation() {
        Some(_) => error,
        None => error.of(&OPERATION, Some(page)),
    }
}

async fn send(page: &Page, file: &Arc<Outgoing>) -> Result<Uploaded, Error> {
    let call = page.client().upload_contents().page_id(page.id());
    let call = match file.is_reopenable() {
        true => call.file_from(Reopened(file.clone())),
        false => call.file(file.part().await?),
    };
    match call.send().await {
        Ok(response) => uploaded(response, file),
        Err(error) => Err(explained(error.into(), file)),
    }
}

fn uploaded(
    response: ResponseValue<types::UploadedContent>,
    file: &Outgoing,
) -> Result<Uploaded, Error> {
    let attempts = response.attempts();
    let content = response.into_inner();
    let Some(id) = content.id.filter(|id| !id.as_str().is_empty()) else {
        let message = "the response holds no id, so the file can't be used: upload it again";
        let error = Error::new(ErrorKind::InvalidAnswer, message);
        let error = error.with_execution(Execution::Executed);
        return Err(error.with_attempts(attempts));
    };
    Ok(Uploaded {
        id,
        attachment_type: content.attachment_type,
        file_name: file.file_name.clone(),
        mime_type: file.mime.to_string(),
        size: file.sent(),
    })
}

/// Says why a stream was not tried again.
fn explained(error: Error, file: &Outgoing) -> Error {
    match may_repeat(&error, false) && !file.is_reopenable() {
        true => error.with_remark(
            "; it was not tried again, since its stream can be read only once: use `Upload::reopenable`",
        ),
        false => error,
    }
}
