//! The multipart upload, written by hand because progenitor cannot generate it. It goes the way of every other call:
//! through the hooks to the [`Transport`](crate::Transport).

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::multipart::{Form, Part};

use crate::generated::{Client, ClientInfo, Error, ResponseValue, types};
use crate::id::PageId;
use crate::operations::UPLOAD_CONTENTS;
use crate::path::encode_segment;

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
#[derive(Debug)]
#[must_use = "nothing is uploaded until it is sent"]
pub struct UploadContents<'a> {
    client: &'a Client,
    page_id: Option<PageId>,
    file: Option<Part>,
}

impl UploadContents<'_> {
    /// The page to upload to.
    pub fn page_id(mut self, page_id: impl Into<PageId>) -> Self {
        self.page_id = Some(page_id.into());
        self
    }

    /// The file. Give it a file name and a MIME type; the channel looks at both.
    pub fn file(mut self, file: Part) -> Self {
        self.file = Some(file);
        self
    }

    /// Sends the file.
    ///
    /// # Errors
    ///
    /// Like those of every generated operation. `Error::InvalidRequest` if the page or the file is missing.
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::UploadedContent>, Error<types::ApiError>> {
        let client = self.client;
        let page_id = self.page_id.ok_or_else(|| missing("page_id"))?;
        let file = self.file.ok_or_else(|| missing("file"))?;
        let path = UPLOAD_CONTENTS
            .path
            .replace("{page_id}", &encode_segment(page_id.as_str()));
        let mut request = client
            .client()
            .post(format!("{}{path}", client.baseurl()))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .multipart(Form::new().part("file", file))
            .build()?;

        let info = OperationInfo {
            operation_id: UPLOAD_CONTENTS.id,
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200 => crate::decode::from_response(response).await,
            400..=599 => Err(Error::ErrorResponse(
                crate::decode::from_response(response).await?,
            )),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}

fn missing(field: &str) -> Error<types::ApiError> {
    let reason = format!("{field} is missing: call `.{field}(…)`");
    crate::call::refused(UPLOAD_CONTENTS.id, reason)
}
