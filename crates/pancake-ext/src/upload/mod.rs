//! Uploads: a file from a path, from memory or from a stream, sent in pieces to be used in a message later.

mod file_name;
mod media_type;
mod outgoing;
mod request;
mod source;

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{FutureExt, TryFutureExt};
use mime_guess::Mime;
use pancake_client::BoxError;

pub use outgoing::Progress;
pub use request::{UploadRequest, Uploaded};

use self::source::Source;
use crate::error::{Error, ErrorKind};

/// A file to upload. [`Page::upload`](crate::Page::upload) sends it.
///
/// | made by | held in memory | can be sent a second time |
/// |---|---|---|
/// | [`Upload::file`] | some 100 KiB | yes: the file is opened again |
/// | [`Upload::bytes`] | all of it | yes |
/// | [`Upload::reopenable`] | what the stream holds | yes: the stream is opened again |
/// | [`Upload::stream`] | what the stream holds | no |
///
/// The MIME type is guessed from the first bytes, then from the file name, unless [`mime_type`](Upload::mime_type) sets it.
/// Clones are cheap; those of a single-use stream share it, and the first to be sent takes it.
///
/// # How large a file may be
///
/// Videos are held against what the documentation says of the page's channel: 30 MB on Shopee, 16 MB on WhatsApp's
/// official channel, 100 MB on Lazada, 25 MB elsewhere, with a megabyte of 1024 × 1024 bytes, which is the more lenient
/// reading. A page id of an unknown form gets the largest of these. Newer texts of the vendor say 15 MB in place
/// of 25, and one client met a limit of 500 KB for pictures: neither is enforced here, the server says so itself. A file
/// whose size is known is refused before anything is sent, another one as soon as it proves too large.
/// [`max_size`](Upload::max_size) sets a limit of your own, [`ignore_limits`](Upload::ignore_limits) takes it away.
#[derive(Clone)]
#[must_use = "nothing is uploaded before it is given to a page"]
pub struct Upload {
    source: Arc<Source>,
    /// The first bytes; `None` for a stream, which has to be opened for them.
    head: Option<Bytes>,
    file_name: String,
    mime: Option<Mime>,
    size: Option<u64>,
    max_size: Option<u64>,
}

impl Upload {
    /// A file on disk, with its own name. Its size and first bytes are read now, the rest while it is sent.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::Upload;
    ///
    /// let content = page.upload(Upload::file("photo.jpg").await?).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`], with the path in its message, if it can't be read, is empty, or is not a file. A file that has
    /// another size when it is sent, or gets another one meanwhile, is an error then.
    pub async fn file(path: impl AsRef<Path>) -> Result<Upload, Error> {
        let path = path.as_ref();
        let (size, head) = source::look_at(path, media_type::HEAD).await?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let source = Source::file(path.to_owned(), size);
        Ok(Upload::new(&name, source, Some(head)).size(size))
    }

    /// A file in memory.
    ///
    /// ```
    /// use pancake_ext::Upload;
    ///
    /// let report = Upload::bytes("báo cáo.csv", "id,tên\n1,Lan\n");
    /// # let _ = report;
    /// ```
    pub fn bytes(file_name: impl AsRef<str>, bytes: impl Into<Bytes>) -> Upload {
        let bytes = bytes.into();
        let (size, head) = (
            bytes.len() as u64,
            bytes.slice(..bytes.len().min(media_type::HEAD)),
        );
        Upload::new(file_name.as_ref(), Source::bytes(bytes), Some(head)).size(size)
    }

    /// A stream that can be read once, such as the body of a response from elsewhere. Tell its [`size`](Upload::size) if
    /// you know it.
    ///
    /// It can't be sent a second time, whatever comes between: use [`reopenable`](Upload::reopenable) where you can.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), Box<dyn std::error::Error>> {
    /// use futures_util::TryStreamExt;
    /// use pancake_ext::{Upload, reqwest};
    ///
    /// let response = reqwest::get("http://127.0.0.1/photo.jpg").await?;
    /// let content = page.upload(Upload::stream("photo.jpg", response.bytes_stream())).await?;
    /// # Ok(()) }
    /// ```
    pub fn stream<S, B, E>(file_name: impl AsRef<str>, stream: S) -> Upload
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<BoxError> + 'static,
    {
        let source = Source::once(source::chunks(stream));
        Upload::new(file_name.as_ref(), source, None)
    }

    /// A stream that `open` opens anew, from its beginning, for each time it is sent. Opening and reading fail with one
    /// type of error, which can be [`BoxError`](crate::client::BoxError).
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::{Upload, reqwest};
    ///
    /// let upload = Upload::reopenable("photo.jpg", || async {
    ///     let response = reqwest::get("http://127.0.0.1/photo.jpg").await?;
    ///     Ok(response.bytes_stream())
    /// });
    /// let content = page.upload(upload).await?;
    /// # Ok(()) }
    /// ```
    pub fn reopenable<F, O, S, B, E>(file_name: impl AsRef<str>, open: F) -> Upload
    where
        F: Fn() -> O + Send + Sync + 'static,
        O: Future<Output = Result<S, E>> + Send + 'static,
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<BoxError> + 'static,
    {
        let open = move || {
            let opened = open().map_ok(source::chunks).map_err(Into::into);
            opened.boxed()
        };
        Upload::new(file_name.as_ref(), Source::Reopenable(Box::new(open)), None)
    }

    fn new(file_name: &str, source: Source, head: Option<Bytes>) -> Self {
        Upload {
            source: Arc::new(source),
            head,
            file_name: file_name::clean(file_name),
            mime: None,
            size: None,
            max_size: None,
        }
    }

    /// Another file name, as the channel shows it. Directories before it, control characters and quotes are taken out.
    pub fn file_name(mut self, name: impl AsRef<str>) -> Self {
        self.file_name = file_name::clean(name.as_ref());
        self
    }

    /// The MIME type, in place of the one that would be guessed, such as `image/jpeg`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if it is not a MIME type.
    pub fn mime_type(mut self, mime_type: impl AsRef<str>) -> Result<Self, Error> {
        self.mime = Some(media_type::parse(mime_type.as_ref())?);
        Ok(self)
    }

    /// The size of a stream in bytes, if it is known before the stream is read. It lets the size be checked before
    /// anything is sent, the progress have a total, and the request a `Content-Length`. A stream that turns out to be
    /// shorter or longer is an error. The size of a file or of bytes is known by itself.
    pub fn size(mut self, bytes: u64) -> Self {
        self.size = Some(bytes);
        self
    }

    /// The largest size in bytes, in place of the channel's limit for videos; for files of every type.
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = Some(bytes);
        self
    }

    /// Leaves it to the server to refuse what is too large.
    pub fn ignore_limits(self) -> Self {
        self.max_size(u64::MAX)
    }

    /// Whether it can be sent a second time.
    pub fn is_reopenable(&self) -> bool {
        self.source.is_reopenable()
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("file_name", &self.file_name)
            .field("mime_type", &self.mime.as_ref().map(Mime::as_ref))
            .field("size", &self.size)
            .field("max_size", &self.max_size)
            .finish_non_exhaustive()
    }
}

/// An error of a file. Nothing was uploaded: the last byte of the request did not go out.
fn unfit(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::File, message)
}
