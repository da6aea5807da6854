//! Uploads files and sends them, and uploads them again when their ids have expired meanwhile.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use pancake_client::send::{ReplyInbox, SendContent};
use pancake_client::{ContentId, MessageId, UserId};

use crate::error::{Error, Execution};
use crate::scope::conversation::Conversation;
use crate::sending::{SendOutcome, SendRequest};
use crate::upload::{Progress, Upload};

/// What a channel says of an uploaded file that has expired, or was sent already.
const SPENT: &str = "invalid_upload_fb_attachments_result";

impl Conversation {
    /// Uploads files and sends them as one message to the inbox. Nothing is sent before the request is awaited.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::Upload;
    ///
    /// let delivery = chat.upload_and_send(Upload::file("xoài.jpg").await?).await?.delivered()?;
    ///
    /// let album = [Upload::file("1.jpg").await?, Upload::file("2.jpg").await?];
    /// let delivery = chat.upload_and_send(album).await?.delivered()?;
    /// # Ok(()) }
    /// ```
    pub fn upload_and_send(&self, uploads: impl Into<Uploads>) -> UploadAndSend {
        UploadAndSend {
            conversation: self.clone(),
            uploads: uploads.into().0,
            sender: None,
            quote: None,
            after: None,
            reconcile: false,
            on_progress: None,
        }
    }
}

/// Files for one message: made of an [`Upload`], of an array or of a `Vec` of them.
#[derive(Clone, Debug)]
pub struct Uploads(Vec<Upload>);

impl From<Upload> for Uploads {
    fn from(upload: Upload) -> Self {
        Uploads(vec![upload])
    }
}

impl From<Vec<Upload>> for Uploads {
    fn from(uploads: Vec<Upload>) -> Self {
        Uploads(uploads)
    }
}

impl<const N: usize> From<[Upload; N]> for Uploads {
    fn from(uploads: [Upload; N]) -> Self {
        Uploads(uploads.into())
    }
}

/// Files that are about to be uploaded and sent as one message. Made by [`Conversation::upload_and_send`].
///
/// The files are uploaded one after the other, then the message is sent once. Its end is a [`SendOutcome`], as that of every
/// send:
///
/// | what happens | outcome |
/// |---|---|
/// | the files can't be one message: none, or more than the channel takes | `Err`, before anything is uploaded |
/// | an upload fails | [`NotSent`](SendOutcome::NotSent) with its error |
/// | the send is refused because an upload has expired or was used (`invalid_upload_fb_attachments_result`) | all files are uploaded again and the message is sent once more, if every file can be opened again; the outcome is that of the second send |
/// | anything else | the outcome of the send, which is not repeated |
///
/// That refusal proves that nothing was sent; after no other is the message sent again. An error in
/// [`NotSent`](SendOutcome::NotSent) says of the message that it was [not executed](Execution::NotExecuted), whatever became
/// of the file: one that was stored and is never sent reaches nobody.
#[derive(Clone)]
#[must_use = "nothing is uploaded or sent before it is awaited"]
pub struct UploadAndSend {
    conversation: Conversation,
    uploads: Vec<Upload>,
    sender: Option<UserId>,
    quote: Option<MessageId>,
    after: Option<MessageId>,
    reconcile: bool,
    on_progress: Option<Arc<Mutex<OnProgress>>>,
}

/// Hears of the progress of each file, by its place among the files.
type OnProgress = dyn FnMut(usize, Progress) + Send;

impl UploadAndSend {
    /// As [`SendRequest::sender`].
    pub fn sender(mut self, user: impl Into<UserId>) -> Self {
        self.sender = Some(user.into());
        self
    }

    /// As [`SendRequest::quote`].
    pub fn quote(mut self, message: impl Into<MessageId>) -> Self {
        self.quote = Some(message.into());
        self
    }

    /// As [`SendRequest::after`].
    pub fn after(mut self, message: impl Into<MessageId>) -> Self {
        self.after = Some(message.into());
        self
    }

    /// As [`SendRequest::reconciled`]. The files are not uploaded again for that.
    pub fn reconciled(mut self) -> Self {
        self.reconcile = true;
        self
    }

    /// Calls this as the files go out, with the place of the file among them, from 0, and what
    /// [`UploadRequest::on_progress`](crate::UploadRequest::on_progress) tells of it. The files go out one after the other,
    /// and all of them again if they have expired.
    pub fn on_progress(mut self, call: impl FnMut(usize, Progress) + Send + 'static) -> Self {
        self.on_progress = Some(Arc::new(Mutex::new(call)));
        self
    }

    async fn run(self) -> Result<SendOutcome, Error> {
        self.check()?;
        let outcome = self.once().await?;
        match &outcome {
            SendOutcome::Rejected(error) if is_spent(error) && self.is_reopenable() => {
                tracing::debug!("an uploaded file has expired; uploading again");
                self.once().await
            }
            _ => Ok(outcome),
        }
    }

    /// Refuses what can't be sent before it is uploaded: the message is checked with ids that stand for the real ones.
    fn check(&self) -> Result<(), Error> {
        let stand_ins = self.uploads.iter().enumerate();
        let ids = stand_ins.map(|(index, _)| ContentId::from(index.to_string()));
        self.message(ids.collect()).prepare().map(drop)
    }

    /// Uploads everything, then sends.
    async fn once(&self) -> Result<SendOutcome, Error> {
        let mut ids = Vec::new();
        for (place, upload) in self.uploads.iter().enumerate() {
            let mut request = self.conversation.page().upload(upload.clone());
            if let Some(on_progress) = self.on_progress.clone() {
                request = request.on_progress(move |progress| {
                    let mut call = on_progress.lock().unwrap_or_else(PoisonError::into_inner);
                    call(place, progress);
                });
            }
            match request.await {
                Ok(uploaded) => ids.push(uploaded.id),
                Err(error) => {
                    let error = error.with_execution(Execution::NotExecuted);
                    return Ok(SendOutcome::NotSent(error));
                }
            }
        }
        self.message(ids).await
    }

    fn message(&self, ids: Vec<ContentId>) -> SendRequest<ReplyInbox> {
        let mut message = self.conversation.reply(SendContent::Contents(ids));
        if let Some(user) = &self.sender {
            message = message.sender(user);
        }
        if let Some(quoted) = &self.quote {
            message = message.quote(quoted);
        }
        if let Some(last) = &self.after {
            message = message.after(last);
        }
        if self.reconcile {
            message = message.reconciled();
        }
        message
    }

    fn is_reopenable(&self) -> bool {
        self.uploads.iter().all(Upload::is_reopenable)
    }
}

fn is_spent(error: &Error) -> bool {
    let word = error
        .api_error()
        .and_then(|api| api.message_code.as_deref());
    word == Some(SPENT) && error.execution() == Execution::NotExecuted
}

/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the files can't be one message; nothing was uploaded.
impl IntoFuture for UploadAndSend {
    type Output = Result<SendOutcome, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for UploadAndSend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadAndSend")
            .field("conversation", self.conversation.id())
            .field("uploads", &self.uploads)
            .finish_non_exhaustive()
    }
}
