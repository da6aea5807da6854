//! The multipart upload, written by hand because progenitor cannot generate it.

use std::fmt;
use std::sync::Arc;

use reqwest::multipart::Part;

use crate::call::{File, PartSource};
use crate::call_error::CallError;
use crate::client::Client;
use crate::exec::Draft;
use crate::generated::types;
use crate::id::PageId;
use crate::operation::Operation;
use crate::operations::UPLOAD_CONTENTS;
use crate::response::ResponseValue;

static OPERATION: Operation = UPLOAD_CONTENTS;

impl Client {
    /// Uploads a file to send later.
    ///
    /// Sends a `POST` request to `/public_api/v1/pages/{page_id}/upload_contents` with the file as the multipart field
    /// `file`. Sizes of videos are limited: 30 MB on Shopee, 16 MB on WhatsApp, 100 MB on Lazada, 25 MB elsewhere.
    /// Uploading twice makes two files.
    ///
    /// ```no_run
    /// # async fn run(client: pancake_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use pancake_client::reqwest::multipart::Part;
    ///
    /// let photo = Part::bytes(std::fs::read("photo.jpg")?).file_name("photo.jpg").mime_str("image/jpeg")?;
    /// let content = client.upload_contents().page_id("1000000000000001").file(photo).send().await?;
    /// println!("{:?}", content.id);
    /// # Ok(()) }
    /// ```
    pub fn upload_contents(&self) -> UploadContents<'_> {
        UploadContents {
            client: self,
            page_id: None,
            file: None,
        }
    }
}

/// Builder for [`Client::upload_contents`].
#[must_use = "nothing is uploaded until it is sent"]
pub struct UploadContents<'a> {
    client: &'a Client,
    page_id: Option<PageId>,
    file: Option<File>,
}

impl UploadContents<'_> {
    /// The page to upload to.
    pub fn page_id(mut self, page_id: impl Into<PageId>) -> Self {
        self.page_id = Some(page_id.into());
        self
    }

    /// The file. Give it a file name and a MIME type; the channel looks at both.
    pub fn file(mut self, file: Part) -> Self {
        self.file = Some(File::Once(Some(Box::new(file))));
        self
    }

    /// The file, opened for each time it is sent. Only so can a transport send an upload again: a [`Part`] is a stream,
    /// and read once.
    pub fn file_from(mut self, source: impl PartSource) -> Self {
        self.file = Some(File::Reopened(Arc::new(source)));
        self
    }

    /// Sends the file.
    ///
    /// # Errors
    ///
    /// Like those of every generated operation. The page or the file is missing. What [`PartSource::open`] gives is the source
    /// of the error, as that of a transport is.
    pub async fn send(self) -> Result<ResponseValue<types::UploadedContent>, CallError> {
        let mut draft = Draft::new(self.client, &OPERATION);
        let page_id = draft.given("page_id", self.page_id)?;
        draft.path("page_id", &page_id);
        let file = draft.given("file", self.file)?;
        draft.file(file);
        draft.send().await
    }
}

impl fmt::Debug for UploadContents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadContents")
            .field("page_id", &self.page_id)
            .finish_non_exhaustive()
    }
}
