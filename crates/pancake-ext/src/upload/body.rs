//! The body of one attempt: the file in pieces, counted and held against its size and its limit.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use mime_guess::Mime;
use pancake_client::reqwest::{Body, multipart::Part};
use pancake_client::{PageId, PartFuture, PartSource};

use super::course::{Course, OnProgress};
use super::limits::Limit;
use super::source::{self, CHUNK, Chunks, Source};
use super::{Upload, media_type, unfit};
use crate::error::{Error, ErrorKind};

/// What is known of a file before anything is sent.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) file_name: String,
    pub(super) mime: Mime,
    pub(super) size: Option<u64>,
    limit: Limit,
    max: Option<u64>,
}

impl Facts {
    /// Refuses a file that is larger than its limit, of which at least `size` bytes are known.
    fn check(&self, size: u64) -> Result<(), Error> {
        match self.max {
            Some(max) if size > max => Err(self.limit.exceeded(&self.file_name, size, max)),
            _ => Ok(()),
        }
    }
}

/// A file that is fit to be sent, and opened for each attempt.
pub(super) struct Prepared {
    source: Arc<Source>,
    pub(super) facts: Arc<Facts>,
    pub(super) course: Arc<Course>,
    /// What was opened to look at it; the first attempt takes it.
    opened: Mutex<Option<Chunks>>,
    /// Time for opening it.
    time: Duration,
}

impl Prepared {
    /// Looks at a file, and refuses one that is empty or larger than the page takes. `time` is for opening it, and for
    /// reading its beginning.
    pub(super) async fn new(
        upload: Upload,
        page: &PageId,
        on_progress: Option<OnProgress>,
        time: Duration,
    ) -> Result<Self, Error> {
        let mut opened = None;
        let head = match &*upload.source {
            Source::Bytes(bytes) => bytes.slice(..bytes.len().min(media_type::HEAD)),
            source if source.is_stream() => {
                let look = async {
                    let chunks = source.open(upload.size).await?;
                    source::peek(chunks, media_type::HEAD).await
                };
                let (head, whole) = within(time, &upload.file_name, look).await?;
                opened = Some(whole);
                head.into()
            }
            // Of a file on disk the beginning is known already.
            _ => Bytes::new(),
        };
        let is_file = matches!(*upload.source, Source::File(_));
        if upload.size == Some(0) || (head.is_empty() && !is_file) {
            return Err(unfit(format!("{} is empty", upload.file_name)));
        }
        let mime = upload
            .mime
            .unwrap_or_else(|| media_type::guess(&head, &upload.file_name));
        let is_video = mime.type_() == mime_guess::mime::VIDEO;
        let facts = Facts {
            mime,
            size: upload.size,
            limit: upload.limit,
            max: upload.limit.bytes(page, is_video),
            file_name: upload.file_name,
        };
        facts.check(facts.size.unwrap_or_default())?;
        Ok(Prepared {
            source: upload.source,
            course: Arc::new(Course::new(facts.size, on_progress)),
            facts: Arc::new(facts),
            opened: Mutex::new(opened),
            time,
        })
    }

    pub(super) fn is_reopenable(&self) -> bool {
        self.source.is_reopenable()
    }

    /// The file as a part of a body, from its beginning.
    pub(super) async fn part(&self) -> Result<Part, Error> {
        let opened = self.take_opened();
        let chunks = match opened {
            Some(chunks) => chunks,
            None => {
                let open = self.source.open(self.facts.size);
                within(self.time, &self.facts.file_name, open).await?
            }
        };
        let body = Body::wrap_stream(metered(chunks, self.facts.clone(), self.course.clone()));
        let part = match self.facts.size {
            Some(size) => Part::stream_with_length(body, size),
            None => Part::stream(body),
        };
        part.file_name(self.facts.file_name.clone())
            .mime_str(self.facts.mime.as_ref())
            .map_err(crate::net::wire::failed)
    }

    fn take_opened(&self) -> Option<Chunks> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.take()
    }
}

/// Opens a file within a time: what never begins must not keep a call for ever.
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

/// The file of an upload, for the transport to open again.
pub(super) struct Reopened(pub(super) Arc<Prepared>);

impl PartSource for Reopened {
    fn open(&self) -> PartFuture<'_> {
        Box::pin(async { Ok(self.0.part().await?) })
    }

    fn not_taken(&self) {
        self.0.course.forget();
    }
}

/// The file in pieces of at most [`CHUNK`] bytes, and an error in place of its end if it is not what it was said to be.
fn metered(
    chunks: Chunks,
    facts: Arc<Facts>,
    course: Arc<Course>,
) -> impl Stream<Item = Result<Bytes, Error>> + Send {
    let meter = Meter {
        chunks,
        facts,
        course,
        rest: Bytes::new(),
        sent: None,
    };
    stream::try_unfold(meter, Meter::next)
}

struct Meter {
    chunks: Chunks,
    facts: Arc<Facts>,
    course: Arc<Course>,
    /// What is left of a piece that was too large.
    rest: Bytes,
    /// `None` until the first piece is asked for.
    sent: Option<u64>,
}

impl Meter {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Error> {
        if self.sent.is_none() {
            self.course.begin();
        }
        let sent = self.sent.unwrap_or_default();
        while self.rest.is_empty() {
            match self.chunks.next().await {
                Some(chunk) => self.rest = chunk.map_err(source::failed)?,
                None => {
                    self.check_whole(sent)?;
                    self.course.end();
                    return Ok(None);
                }
            }
        }
        let chunk = self.rest.split_to(self.rest.len().min(CHUNK));
        let sent = sent + chunk.len() as u64;
        self.check_so_far(sent)?;
        self.sent = Some(sent);
        self.course.reach(sent);
        Ok(Some((chunk, self)))
    }

    fn check_so_far(&self, sent: u64) -> Result<(), Error> {
        match self.facts.size {
            Some(size) if sent > size => Err(self.changed(format!("more than its {size} bytes"))),
            _ => self.facts.check(sent),
        }
    }

    fn check_whole(&self, sent: u64) -> Result<(), Error> {
        match self.facts.size {
            Some(size) if sent < size => Err(self.changed(format!("{sent} of its {size} bytes"))),
            _ => Ok(()),
        }
    }

    fn changed(&self, had: String) -> Error {
        unfit(format!(
            "{} had {had} while it was sent: it was changed meanwhile, or its size was given wrong; the upload was \
             broken off",
            self.facts.file_name
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt;

    fn page() -> PageId {
        PageId::from("1")
    }

    async fn prepared(upload: Upload) -> Result<Prepared, Error> {
        Prepared::new(upload, &page(), None, Duration::MAX).await
    }

    async fn pieces(upload: Upload) -> Result<Vec<usize>, Error> {
        let prepared = prepared(upload).await?;
        let chunks = match prepared.take_opened() {
            Some(chunks) => chunks,
            None => prepared.source.open(prepared.facts.size).await?,
        };
        metered(chunks, prepared.facts, prepared.course)
            .map_ok(|chunk| chunk.len())
            .try_collect()
            .await
    }

    fn of(parts: Vec<Vec<u8>>) -> Upload {
        Upload::stream("a", stream::iter(parts.into_iter().map(Ok::<_, BoxError>)))
    }

    use pancake_client::BoxError;

    #[tokio::test]
    async fn large_pieces_are_cut_and_empty_ones_left_out() {
        let parts = vec![vec![0; 3 * CHUNK + 1], vec![], vec![1; 7]];
        let lengths = pieces(of(parts)).await.unwrap();
        assert_eq!(lengths, [CHUNK, CHUNK, CHUNK, 1, 7]);
        let bytes = Upload::bytes("a", vec![0; CHUNK + 2]);
        assert_eq!(pieces(bytes).await.unwrap(), [CHUNK, 2]);
    }

    #[tokio::test]
    async fn a_stream_that_is_not_as_long_as_it_was_said_is_an_error() {
        for (size, word) in [(9, "10 of its"), (11, "more than its")] {
            let size = 20 - size;
            let error = pieces(of(vec![vec![0; 5], vec![0; 5]]).size(size)).await;
            let error = error.unwrap_err();
            assert!(error.message().contains(word), "{size}: {error}");
        }
        assert!(pieces(of(vec![vec![0; 10]]).size(10)).await.is_ok());
    }

    #[tokio::test]
    async fn a_stream_of_unknown_size_is_broken_off_where_it_becomes_too_large() {
        let endless = stream::repeat_with(|| Ok::<_, BoxError>(vec![0; CHUNK]));
        let error = pieces(Upload::stream("a", endless).max_size(300_000)).await;
        let error = error.unwrap_err();
        assert!(error.message().contains("limit"), "{error}");
    }

    #[tokio::test]
    async fn what_is_empty_is_refused() {
        let empty = [
            Upload::bytes("a", ""),
            of(vec![]),
            of(vec![vec![], vec![]]),
            of(vec![vec![1]]).size(0),
        ];
        for upload in empty {
            let error = prepared(upload).await.err().unwrap();
            assert_eq!(error.message(), "a is empty");
        }
    }
}
