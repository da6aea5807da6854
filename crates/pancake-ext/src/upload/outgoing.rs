//! A file on its way out: what is known of it, how much of it has gone out, and its body for each attempt.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use mime_guess::Mime;
use pancake_client::reqwest::{Body, multipart::Part};
use pancake_client::{Channel, PageId, PartFuture, PartSource};

use super::source::{self, Chunks, Source};
use super::{Upload, media_type, unfit};
use crate::error::{Error, ErrorKind};
use crate::sync::lock;

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

/// A file that is fit to be sent, and is opened for each attempt.
pub(super) struct Outgoing {
    source: Arc<Source>,
    pub(super) file_name: String,
    pub(super) mime: Mime,
    size: Option<u64>,
    max_size: Option<u64>,
    /// Bytes that have gone out in the last attempt.
    sent: AtomicU64,
    on_progress: Option<Mutex<OnProgress>>,
    /// A stream that was opened to look at it; the first attempt takes it.
    opened: Mutex<Option<Chunks>>,
    /// Time for opening the file.
    time: Duration,
}

impl Outgoing {
    /// Looks at a file, and refuses one that is empty or larger than the page takes. `time` is for opening it, and for
    /// reading its beginning.
    pub(super) async fn new(
        upload: Upload,
        page: &PageId,
        on_progress: Option<OnProgress>,
        time: Duration,
    ) -> Result<Self, Error> {
        let mut opened = None;
        let head = match upload.head {
            Some(head) => head,
            None => {
                let look =
                    async { source::peek(upload.source.open().await?, media_type::HEAD).await };
                let (head, whole) = within(time, &upload.file_name, look).await?;
                opened = Some(whole);
                head
            }
        };
        if upload.size == Some(0) || head.is_empty() {
            return Err(unfit(format!("{} is empty", upload.file_name)));
        }
        let mime = upload.mime;
        let mime = mime.unwrap_or_else(|| media_type::guess(&head, &upload.file_name));
        let is_video = mime.type_() == mime_guess::mime::VIDEO;
        let limit = || is_video.then(|| video_limit(page));
        let file = Outgoing {
            source: upload.source,
            file_name: upload.file_name,
            mime,
            size: upload.size,
            max_size: upload.max_size.or_else(limit),
            sent: AtomicU64::new(0),
            on_progress: on_progress.map(Mutex::new),
            opened: Mutex::new(opened),
            time,
        };
        file.check_limit(file.size.unwrap_or_default())?;
        Ok(file)
    }

    pub(super) fn is_reopenable(&self) -> bool {
        self.source.is_reopenable()
    }

    /// Bytes that have gone out in the last attempt.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The file as a part of a body, from its beginning.
    pub(super) async fn part(self: &Arc<Self>) -> Result<Part, Error> {
        let chunks = match self.take_opened() {
            Some(chunks) => chunks,
            None => within(self.time, &self.file_name, self.source.open()).await?,
        };
        let body = Body::wrap_stream(self.clone().body(chunks));
        let part = match self.size {
            Some(size) => Part::stream_with_length(body, size),
            None => Part::stream(body),
        };
        part.file_name(self.file_name.clone())
            .mime_str(self.mime.as_ref())
            .map_err(crate::net::wire::failed)
    }

    fn take_opened(&self) -> Option<Chunks> {
        lock(&self.opened).take()
    }

    /// The bytes, counted, and an error in place of their end if the file is not what it was said to be.
    fn body(self: Arc<Self>, chunks: Chunks) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        self.report(0);
        stream::try_unfold((self, chunks), |(file, mut chunks)| async move {
            let Some(chunk) = chunks.next().await else {
                file.check_whole()?;
                return Ok(None);
            };
            let chunk = chunk.map_err(source::failed)?;
            let sent = file.sent() + chunk.len() as u64;
            file.check_so_far(sent)?;
            file.report(sent);
            Ok(Some((chunk, (file, chunks))))
        })
    }

    fn report(&self, sent: u64) {
        self.sent.store(sent, Ordering::Relaxed);
        if let Some(on_progress) = &self.on_progress {
            let total = self.size;
            lock(on_progress)(Progress { sent, total });
        }
    }

    fn check_so_far(&self, sent: u64) -> Result<(), Error> {
        match self.size {
            Some(size) if sent > size => Err(self.changed(format!("more than its {size} bytes"))),
            _ => self.check_limit(sent),
        }
    }

    fn check_whole(&self) -> Result<(), Error> {
        let sent = self.sent();
        match self.size {
            Some(size) if sent < size => Err(self.changed(format!("{sent} of its {size} bytes"))),
            _ => Ok(()),
        }
    }

    /// Refuses a file of at least this size.
    fn check_limit(&self, size: u64) -> Result<(), Error> {
        let Some(max) = self.max_size.filter(|max| size > *max) else {
            return Ok(());
        };
        let limit = match max {
            small if small < MB => format!("{small} bytes"),
            large => format!("{} MB", large / MB),
        };
        Err(unfit(format!(
            "{} has {size} bytes or more, and its limit is {limit}: make it smaller, or use `max_size` or `ignore_limits` \
             if the channel takes more",
            self.file_name
        )))
    }

    fn changed(&self, had: String) -> Error {
        unfit(format!(
            "{} had {had} while it was sent: it was changed meanwhile, or its size was given wrong; the upload was \
             broken off",
            self.file_name
        ))
    }
}

/// A file for the transport to open for each attempt.
pub(super) struct Reopened(pub(super) Arc<Outgoing>);

impl PartSource for Reopened {
    fn open(&self) -> PartFuture<'_> {
        Box::pin(async { Ok(self.0.part().await?) })
    }
}

/// Opens a file within a time: one that never begins must not keep a call for ever.
async fn within<T>(
    time: Duration,
    file_name: &str,
    open: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(time, open).await {
        Ok(result) => result,
        Err(_) => {
            let message = format!(
                "{file_name} could not be opened and begun within {time:?}; nothing was sent"
            );
            Err(Error::new(ErrorKind::Timeout, message))
        }
    }
}

/// The documentation says "MB"; this is the more lenient reading.
const MB: u64 = 1024 * 1024;

/// The documented limit for videos. The page id tells the channel.
fn video_limit(page: &PageId) -> u64 {
    match page.channel() {
        Channel::Shopee => 30 * MB,
        Channel::WhatsAppOfficial => 16 * MB,
        // How ids on Shopee and Lazada begin is a guess: an unknown channel may be one of them, and gets the largest limit.
        Channel::Lazada | Channel::Other(_) => 100 * MB,
        _ => 25 * MB,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt;
    use pancake_client::BoxError;

    async fn outgoing(upload: Upload) -> Result<Arc<Outgoing>, Error> {
        let file = Outgoing::new(upload, &PageId::from("1"), None, Duration::MAX).await;
        file.map(Arc::new)
    }

    async fn sent(upload: Upload) -> Result<u64, Error> {
        let file = outgoing(upload).await?;
        let chunks = match file.take_opened() {
            Some(chunks) => chunks,
            None => file.source.open().await?,
        };
        let body: Vec<Bytes> = file.clone().body(chunks).try_collect().await?;
        assert_eq!(body.concat().len() as u64, file.sent());
        Ok(file.sent())
    }

    fn of(parts: Vec<Vec<u8>>) -> Upload {
        Upload::stream("a", stream::iter(parts.into_iter().map(Ok::<_, BoxError>)))
    }

    #[tokio::test]
    async fn stream_of_another_size_is_an_error() {
        for (size, word) in [(11, "10 of its"), (9, "more than its")] {
            let error = sent(of(vec![vec![0; 5], vec![0; 5]]).size(size)).await;
            let error = error.unwrap_err();
            assert!(error.message().contains(word), "{size}: {error}");
        }
        assert_eq!(sent(of(vec![vec![0; 10]]).size(10)).await.unwrap(), 10);
        assert_eq!(sent(Upload::bytes("a", "abc")).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn stream_that_proves_too_large_is_broken_off() {
        let endless = stream::repeat_with(|| Ok::<_, BoxError>(vec![0; 64 * 1024]));
        let error = sent(Upload::stream("a", endless).max_size(300_000)).await;
        let error = error.unwrap_err();
        assert!(error.message().contains("limit"), "{error}");
    }

    #[tokio::test]
    async fn empty_file_is_refused() {
        let empty = [
            Upload::bytes("a", ""),
            of(vec![]),
            of(vec![vec![], vec![]]),
            of(vec![vec![1]]).size(0),
        ];
        for upload in empty {
            let error = outgoing(upload).await.err().unwrap();
            assert_eq!(error.message(), "a is empty");
        }
    }

    #[test]
    fn channel_limits_videos() {
        for (page, megabytes) in [
            ("1000000000000001", 25),
            ("waba_1", 16),
            ("wa_1", 25),
            ("spo_1", 30),
            ("lzd_1", 100),
            ("zl_1", 25),
            ("never_seen_1", 100),
        ] {
            let limit = video_limit(&PageId::from(page));
            assert_eq!(limit, megabytes * MB, "{page}");
        }
    }
}
