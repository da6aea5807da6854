//! A file on disk: a look at it, then its bytes in pieces.

use std::io;
use std::path::Path;

use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use pancake_client::BoxError;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::source::{CHUNK, Chunks};
use super::{media_type, unfit};
use crate::error::Error;

/// Size and first bytes of a file that can be uploaded.
pub(super) async fn look_at(path: &Path) -> Result<(u64, Vec<u8>), Error> {
    let (file, size) = open_file(path).await?;
    if size == 0 {
        return Err(unfit(format!("{} is empty", path.display())));
    }
    let mut head = Vec::new();
    let mut file = file.take(media_type::HEAD as u64);
    file.read_to_end(&mut head)
        .await
        .map_err(|error| unreadable(path, error))?;
    Ok((size, head))
}

/// Opens a file that has this size.
pub(super) async fn open(path: &Path, size: Option<u64>) -> Result<Chunks, Error> {
    let (file, actual) = open_file(path).await?;
    if let Some(size) = size.filter(|size| *size != actual) {
        return Err(unfit(format!(
            "{} has changed: it had {size} bytes, and has {actual} now",
            path.display()
        )));
    }
    Ok(stream::try_unfold(file, next_chunk).boxed())
}

async fn next_chunk(mut file: File) -> Result<Option<(bytes::Bytes, File)>, BoxError> {
    let mut chunk = BytesMut::with_capacity(CHUNK);
    let read = file.read_buf(&mut chunk).await?;
    Ok((read > 0).then(|| (chunk.freeze(), file)))
}

async fn open_file(path: &Path) -> Result<(File, u64), Error> {
    // A look first: opening something else, such as a pipe, can take for ever.
    let metadata = tokio::fs::metadata(path)
        .await
        .map_err(|error| unreadable(path, error))?;
    if metadata.is_dir() {
        return Err(unfit(format!("{} is a directory", path.display())));
    }
    if !metadata.is_file() {
        let message = "is no regular file: open it yourself, and use `Upload::stream`";
        return Err(unfit(format!("{} {message}", path.display())));
    }
    let file = File::open(path)
        .await
        .map_err(|error| unreadable(path, error))?;
    Ok((file, metadata.len()))
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let message = match error.kind() {
        io::ErrorKind::NotFound => format!("{} does not exist", path.display()),
        _ => format!("{} can't be read: {error}", path.display()),
    };
    unfit(message).with_source(error)
}
