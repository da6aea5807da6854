//! Where the bytes of an upload come from, and whether they can be read again.

use std::future::ready;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use pancake_client::BoxError;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::unfit;
use crate::error::Error;
use crate::sync::lock;

/// Files are read, and bodies are sent, in pieces of at most this size.
pub(super) const CHUNK: usize = 64 * 1024;

/// The bytes of an upload, once.
pub(super) type Chunks = BoxStream<'static, Result<Bytes, BoxError>>;

type Open = dyn Fn() -> BoxFuture<'static, Result<Chunks, BoxError>> + Send + Sync;

/// Where the bytes come from.
pub(super) enum Source {
    Once(Mutex<Option<Chunks>>),
    Reopenable(Box<Open>),
}

impl Source {
    /// A file on disk, which must have this size when it is opened.
    pub(super) fn file(path: PathBuf, size: u64) -> Self {
        Source::Reopenable(Box::new(move || open_sized(path.clone(), size).boxed()))
    }

    pub(super) fn bytes(bytes: Bytes) -> Self {
        Source::Reopenable(Box::new(move || {
            let whole = stream::once(ready(Ok::<_, BoxError>(bytes.clone())));
            ready(Ok(chunks(whole))).boxed()
        }))
    }

    pub(super) fn once(chunks: Chunks) -> Self {
        Source::Once(Mutex::new(Some(chunks)))
    }

    pub(super) fn is_reopenable(&self) -> bool {
        matches!(self, Source::Reopenable(_))
    }

    /// The bytes from the beginning.
    pub(super) async fn open(&self) -> Result<Chunks, Error> {
        match self {
            Source::Reopenable(open) => open().await.map_err(failed),
            Source::Once(stream) => lock(stream).take().ok_or_else(|| {
                unfit(
                    "the stream of this upload was read already, and can be read only once: use \
                         `Upload::reopenable`",
                )
            }),
        }
    }
}

/// The stream in pieces of at most [`CHUNK`] bytes, none of them empty.
pub(super) fn chunks<S, B, E>(stream: S) -> Chunks
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: Into<Bytes> + 'static,
    E: Into<BoxError> + 'static,
{
    let pieces = |chunk: B| stream::iter(pieces(chunk.into()).map(Ok));
    let stream = stream.map_err(Into::into).map_ok(pieces);
    stream.try_flatten().boxed()
}

fn pieces(mut chunk: Bytes) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        let piece = chunk.split_to(chunk.len().min(CHUNK));
        (!piece.is_empty()).then_some(piece)
    })
}

/// Reads at least `enough` bytes, if there are so many, and gives them back with the stream, which still has them.
pub(super) async fn peek(mut chunks: Chunks, enough: usize) -> Result<(Bytes, Chunks), Error> {
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
    Ok((head.into(), whole.boxed()))
}

/// Size and first bytes of a file that can be uploaded.
pub(super) async fn look_at(path: &Path, enough: usize) -> Result<(u64, Bytes), Error> {
    let (file, size) = open(path).await?;
    if size == 0 {
        return Err(unfit(format!("{} is empty", path.display())));
    }
    let mut head = Vec::new();
    let mut file = file.take(enough as u64);
    let read = file.read_to_end(&mut head).await;
    read.map_err(|error| unreadable(path, error))?;
    Ok((size, head.into()))
}

async fn open_sized(path: PathBuf, size: u64) -> Result<Chunks, BoxError> {
    let (file, now) = open(&path).await?;
    if now != size {
        let message = format!("has changed: it had {size} bytes, and has {now} now");
        return Err(unfit(format!("{} {message}", path.display())).into());
    }
    Ok(stream::try_unfold(file, next_chunk).boxed())
}

async fn next_chunk(mut file: File) -> Result<Option<(Bytes, File)>, BoxError> {
    let mut chunk = BytesMut::with_capacity(CHUNK);
    let read = file.read_buf(&mut chunk).await?;
    Ok((read > 0).then(|| (chunk.freeze(), file)))
}

async fn open(path: &Path) -> Result<(File, u64), Error> {
    let unreadable = |error| unreadable(path, error);
    // A look first: opening something else, such as a pipe, can take for ever.
    let metadata = tokio::fs::metadata(path).await.map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(unfit(format!("{} is a directory", path.display())));
    }
    if !metadata.is_file() {
        let message = "is not a regular file: open it yourself, and use `Upload::stream`";
        return Err(unfit(format!("{} {message}", path.display())));
    }
    let file = File::open(path).await.map_err(unreadable)?;
    Ok((file, metadata.len()))
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let message = match error.kind() {
        io::ErrorKind::NotFound => format!("{} does not exist", path.display()),
        _ => format!("{} can't be read: {error}", path.display()),
    };
    unfit(message).with_source(error)
}

/// What opening or reading failed with.
pub(super) fn failed(error: BoxError) -> Error {
    match error.downcast::<Error>() {
        Ok(ours) => *ours,
        Err(error) => {
            let message = format!("the file of the upload can't be read: {error}");
            unfit(message).with_source(io::Error::other(error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(chunks: Chunks) -> Vec<Bytes> {
        chunks.try_collect().await.unwrap()
    }

    #[tokio::test]
    async fn look_at_the_beginning_takes_nothing_away() {
        let parts = ["a", "", "bc", "def"];
        for enough in 0..9 {
            let stream = stream::iter(parts.map(Ok::<_, io::Error>));
            let (head, whole) = peek(chunks(stream), enough).await.unwrap();
            assert_eq!(head, &b"abcdef"[..enough.min(6)]);
            assert_eq!(all(whole).await.concat(), b"abcdef", "{enough}");
        }
    }

    #[tokio::test]
    async fn single_use_stream_is_read_once() {
        let once = Source::once(chunks(stream::iter([Ok::<_, io::Error>("abc")])));
        assert_eq!(all(once.open().await.unwrap()).await.concat(), b"abc");
        let error = once.open().await.err().unwrap();
        assert!(error.message().contains("only once"), "{error}");

        let again = Source::bytes("abc".into());
        for _ in 0..2 {
            assert_eq!(all(again.open().await.unwrap()).await.concat(), b"abc");
        }
    }

    #[tokio::test]
    async fn large_chunk_is_cut_and_empty_one_left_out() {
        let parts = [vec![0; 3 * CHUNK + 1], vec![], vec![1; 7]];
        let stream = Source::once(chunks(stream::iter(parts.map(Ok::<_, io::Error>))));
        let bytes = Source::bytes(vec![0; CHUNK + 2].into());
        for (source, expected) in [
            (stream, vec![CHUNK, CHUNK, CHUNK, 1, 7]),
            (bytes, vec![CHUNK, 2]),
        ] {
            let chunks = all(source.open().await.unwrap()).await;
            let lengths: Vec<_> = chunks.iter().map(Bytes::len).collect();
            assert_eq!(lengths, expected);
        }
    }
}
