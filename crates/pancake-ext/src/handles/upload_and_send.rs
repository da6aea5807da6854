//! Uploads files and sends them, and uploads them again if the channel does not take the first uploads.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use pancake_client::ContentId;
use pancake_client::send::{ReplyInbox, SendContent};

use crate::error::{Error, Execution};
use crate::scope::conversation::Conversation;
use crate::sending::{SendOptions, SendOutcome, SendRequest};
use crate::sync::lock;
use crate::upload::{Progress, Upload};

/// What a channel says of an uploaded file that has expired, was sent already, or may not be sent to this person.
const SPENT: &str = "invalid_upload_fb_attachments_result";

impl Conversation {
    /// Uploads files and sends them as one message to the inbox. Nothing is sent before the request is awaited.
    ///
    /// ```no_run
    /// # async fn run(chat: pancake_ext::Conversation) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::Upload;
    ///
    /// let album = [Upload::file("1.jpg").await?, Upload::file("2.jpg").await?];
    /// let delivery = chat.upload_and_send(album).await?.delivered()?;
    /// # Ok(()) }
    /// ```
    pub fn upload_and_send(&self, uploads: impl IntoIterator<Item = Upload>) -> UploadAndSend {
        UploadAndSend {
            conversation: self.clone(),
            uploads: uploads.into_iter().collect(),
            options: SendOptions::new(),
            on_progress: None,
        }
    }
}

/// Files that are about to be uploaded and sent as one message. Made by [`Conversation::upload_and_send`].
///
/// The files are uploaded one after the other, then the message is sent once. It ends in a [`SendOutcome`], like every send:
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
    options: SendOptions,
    on_progress: Option<Arc<Mutex<OnProgress>>>,
}

/// Hears of the progress of each file, by its place among the files.
type OnProgress = dyn FnMut(usize, Progress) + Send;

impl UploadAndSend {
    /// Takes these options, in place of those before.
    pub fn options(mut self, options: SendOptions) -> Self {
        self.options = options;
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
                tracing::debug!("the channel does not take an uploaded file; uploading again");
                self.once().await
            }
            _ => Ok(outcome),
        }
    }

    /// Refuses an impossible message before anything is uploaded. Made-up ids take the place of those to come.
    fn check(&self) -> Result<(), Error> {
        let ids = (0..self.uploads.len()).map(|place| ContentId::from(place.to_string()));
        self.message(ids.collect()).prepare().map(drop)
    }

    /// Uploads everything, then sends.
    async fn once(&self) -> Result<SendOutcome, Error> {
        let mut ids = Vec::new();
        for (place, upload) in self.uploads.iter().enumerate() {
            let mut request = self.conversation.page().upload(upload.clone());
            if let Some(on_progress) = self.on_progress.clone() {
                request = request.on_progress(move |progress| lock(&on_progress)(place, progress));
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
        let message = self.conversation.reply(SendContent::Contents(ids));
        message.options(self.options.clone())
    }

    fn is_reopenable(&self) -> bool {
        self.uploads.iter().all(Upload::is_reopenable)
    }
}

/// Whether the upload is the reason, wherever in its error the API says so.
fn is_spent(error: &Error) -> bool {
    let api = error
        .api_error()
        .and_then(|api| serde_json::to_string(api).ok());
    api.is_some_and(|api| api.contains(SPENT))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn spent_upload_is_found_in_every_field() {
        for (api, expected) in [
            (
                r#"{"message_code":"invalid_upload_fb_attachments_result"}"#,
                true,
            ),
            (
                r#"{"original_error":"invalid_upload_fb_attachments_result"}"#,
                true,
            ),
            (
                r#"{"original_error":{"error":{"message":"invalid_upload_fb_attachments_result"}}}"#,
                true,
            ),
            (
                r#"{"original_error":"{\"message\":\"invalid_upload_fb_attachments_result\"}"}"#,
                true,
            ),
            (r#"{"message":"(#10) …","e_code":10}"#, false),
        ] {
            let error = Error::new(ErrorKind::Channel, "");
            let error = error.with_api(serde_json::from_str(api).unwrap());
            assert_eq!(is_spent(&error), expected, "{api}");
        }
        assert!(!is_spent(&Error::new(ErrorKind::Connect, "")));
    }
}
