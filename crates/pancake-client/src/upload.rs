//! The multipart upload, written by hand because progenitor cannot generate it. It goes the way of every other call:
//! through the hooks to the [`Transport`](crate::Transport).

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::Request;
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::multipart::{Form, Part};

use crate::call_error::CallError;
use crate::carry::into_reqwest;
use crate::generated::{Client, ClientInfo, Error, ResponseValue, types};
use crate::id::PageId;
use crate::operations::UPLOAD_CONTENTS;
use crate::path::encode_segment;
use crate::spare::{Remake, RemakeFuture, Remaker};
use crate::transport::BoxError;

/// What [`PartSource::open`] returns.
#[cfg(not(target_arch = "wasm32"))]
pub type PartFuture<'a> = Pin<Box<dyn Future<Output = Result<Part, BoxError>> + Send + 'a>>;
/// What [`PartSource::open`] returns. Browsers have one thread, and their futures cannot leave it.
#[cfg(target_arch = "wasm32")]
pub type PartFuture<'a> = Pin<Box<dyn Future<Output = Result<Part, BoxError>> + 'a>>;

/// A file that can be opened again, so that a transport can send it a second time. See [`UploadContents::file_from`].
pub trait PartSource: Send + Sync + 'static {
    /// Opens the file from its beginning. Called once for each time the file is sent.
    ///
    /// # Errors
    ///
    /// Any error type; it ends the call, and reaches the caller like an error of the transport.
    fn open(&self) -> PartFuture<'_>;

    /// Called when it is known that the server has not taken the file that was sent last, such as after a 429. Not written,
    /// it does nothing.
    fn not_taken(&self) {}
}

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

enum File {
    Once(Box<Part>),
    From(Arc<dyn PartSource>),
}

impl UploadContents<'_> {
    /// The page to upload to.
    pub fn page_id(mut self, page_id: impl Into<PageId>) -> Self {
        self.page_id = Some(page_id.into());
        self
    }

    /// The file. Give it a file name and a MIME type; the channel looks at both.
    pub fn file(mut self, file: Part) -> Self {
        self.file = Some(File::Once(Box::new(file)));
        self
    }

    /// The file, opened for each time it is sent. Only so can a transport send an upload again: a [`Part`] is a stream,
    /// and read once.
    pub fn file_from(mut self, source: impl PartSource) -> Self {
        self.file = Some(File::From(Arc::new(source)));
        self
    }

    /// Sends the file.
    ///
    /// # Errors
    ///
    /// Like those of every generated operation. The page or the file is missing. What [`PartSource::open`] gives is the source
    /// of the error, as that of a transport is.
    pub async fn send(self) -> Result<ResponseValue<types::UploadedContent>, CallError> {
        Ok(self.sent().await?)
    }

    async fn sent(self) -> Result<ResponseValue<types::UploadedContent>, Error<types::ApiError>> {
        let client = self.client;
        let page_id = self.page_id.ok_or_else(|| missing("page_id"))?;
        let form = Upload {
            http: client.client().clone(),
            url: url(client, &page_id),
        };
        let (mut request, remake) = match self.file.ok_or_else(|| missing("file"))? {
            File::Once(part) => (form.request(*part)?, None),
            File::From(source) => {
                let remake = form.remake(source);
                let opened = remake.remake().await;
                match opened {
                    Ok(request) => (request, Some(remake)),
                    Err(error) => {
                        return Err(Error::CommunicationError(into_reqwest(error).await));
                    }
                }
            }
        };

        let info = OperationInfo {
            operation_id: UPLOAD_CONTENTS.id,
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec_with(request, &info, remake).await;
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

impl fmt::Debug for UploadContents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadContents")
            .field("page_id", &self.page_id)
            .finish_non_exhaustive()
    }
}

/// Where a file goes to.
struct Upload {
    http: reqwest::Client,
    url: String,
}

impl Upload {
    fn request(&self, file: Part) -> reqwest::Result<Request> {
        self.http
            .post(self.url.as_str())
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .multipart(Form::new().part("file", file))
            .build()
    }

    fn remake(self, source: Arc<dyn PartSource>) -> Remake {
        Arc::new(FromSource {
            upload: Arc::new(self),
            source,
        })
    }
}

/// Opens the file again for each time it is sent.
struct FromSource {
    upload: Arc<Upload>,
    source: Arc<dyn PartSource>,
}

impl Remaker for FromSource {
    fn remake(&self) -> RemakeFuture {
        let (upload, source) = (self.upload.clone(), self.source.clone());
        Box::pin(async move { Ok(upload.request(source.open().await?)?) })
    }

    fn not_taken(&self) {
        self.source.not_taken();
    }
}

fn url(client: &Client, page_id: &PageId) -> String {
    let page_id = encode_segment(page_id.as_str());
    let path = UPLOAD_CONTENTS.path.replace("{page_id}", &page_id);
    format!("{}{path}", client.baseurl())
}

fn missing(field: &str) -> Error<types::ApiError> {
    let reason = format!("{field} is missing: call `.{field}(…)`");
    crate::call::refused(UPLOAD_CONTENTS.id, reason)
}
