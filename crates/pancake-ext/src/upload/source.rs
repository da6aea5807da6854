//! Where the bytes of an upload come from, and whether they can be had again.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use pancake_client::BoxError;

use super::{on_disk, unfit};
use crate::error::Error;

/// Files are read, and bodies are sent, in pieces of at most this size.
pub(super) const CHUNK: usize = 64 * 1024;

/// The bytes of an upload, once.
pub(super) type Chunks = BoxStream<'static, Result<Bytes, BoxError>>;

type Open = dyn Fn() -> BoxFuture<'static, Result<Chunks, BoxError>> + Send + Sync;

/// Where the bytes come from.
pub(super) enum Source {
    File(PathBuf),
    Bytes(Bytes),
    Once(Mutex<Option<Chunks>>),
    Reopenable(Box<Open>),
}

impl Source {
    pub(super) fn once<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<BoxError> + 'static,
    {
        Source::Once(Mutex::new(Some(chunks(stream))))
    }

    pub(super) fn reopenable<F, O, S, B, E>(open: F) -> Self
    where
        F: Fn() -> O + Send + Sync + 'static,
        O: Future<Output = Result<S, E>> + Send + 'static,
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<BoxError> + 'static,
    {
        Source::Reopenable(Box::new(move || {
            open()
                .map(|opened| opened.map(chunks).map_err(Into::into))
                .boxed()
        }))
    }

    pub(super) fn is_reopenable(&self) -> bool {
        !matches!(self, Source::Once(_))
    }

    /// Whether the first bytes have to be read before anything is known of the file.
    pub(super) fn is_stream(&self) -> bool {
        matches!(self, Source::Once(_) | Source::Reopenable(_))
    }

    /// The bytes from the beginning. A file must still have the size it had.
    pub(super) async fn open(&self, size: Option<u64>) -> Result<Chunks, Error> {
        match self {
            Source::File(path) => on_disk::open(path, size).await,
            Source::Bytes(bytes) => Ok(of_bytes(bytes.clone())),
            Source::Reopenable(open) => open().await.map_err(failed),
            Source::Once(stream) => {
                let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                stream.take().ok_or_else(|| {
                    unfit(
                        "the stream of this upload was read already, and can be read only once: use \
                         `Upload::reopenable`",
                    )
                })
            }
        }
    }
}

fn chunks<S, B, E>(stream: S) -> Chunks
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: Into<Bytes> + 'static,
    E: Into<BoxError> + 'static,
{
    stream.map_ok(Into::into).map_err(Into::into).boxed()
}

fn of_bytes(bytes: Bytes) -> Chunks {
    stream::once(async { Ok(bytes) }).boxed()
}

/// Reads at least `enough` bytes, if there are so many, and gives them back with the stream, which still has them.
pub(super) async fn peek(mut chunks: Chunks, enough: usize) -> Result<(Vec<u8>, Chunks), Error> {
    let mut read = Vec::new();
    let mut length = 0;
    while length < enough {
        let Some(chunk) = chunks.next().await else {
            break;
        };
        let chunk = chunk.map_err(failed)?;
        length += chunk.len();
        read.push(chunk);
    }
    let mut head = read.concat();
    head.truncate(enough);
    let whole = stream::iter(read.into_iter().map(Ok)).chain(chunks);
    Ok((head, whole.boxed()))
}

/// What the stream of an upload failed with.
pub(super) fn failed(error: BoxError) -> Error {
    let message = format!("the file of the upload can't be read: {error}");
    unfit(message).with_source(Failed(error))
}

/// Holds a boxed error, which is none itself.
#[derive(Debug)]
struct Failed(BoxError);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(chunks: Chunks) -> Vec<Bytes> {
        chunks.try_collect().await.unwrap()
    }

    #[tokio::test]
    async fn a_look_at_the_beginning_takes_nothing_away() {
        let parts = ["a", "", "bc", "def"];
        for enough in 0..9 {
            let stream = stream::iter(parts.map(Ok::<_, std::io::Error>));
            let (head, whole) = peek(chunks(stream), enough).await.unwrap();
            assert_eq!(head, &b"abcdef"[..enough.min(6)]);
            assert_eq!(all(whole).await.concat(), b"abcdef", "{enough}");
        }
    }

    #[tokio::test]
    async fn a_stream_that_was_read_is_not_read_again_and_others_are() {
        let parts = || stream::iter([Ok::<_, std::io::Error>("abc")]);
        let once = Source::once(parts());
        assert_eq!(all(once.open(None).await.unwrap()).await.concat(), b"abc");
        let error = once.open(None).await.err().unwrap();
        assert!(error.message().contains("only once"), "{error}");

        let again = Source::reopenable(move || async move { Ok(parts()) });
        for _ in 0..2 {
            assert_eq!(all(again.open(None).await.unwrap()).await.concat(), b"abc");
        }
    }
}
