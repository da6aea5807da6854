//! What an upload gives.

use pancake_client::{ContentId, types};

/// A file that the server has taken. Its id lives a short time, and on Facebook it serves for one send.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Uploaded {
    /// What a send takes.
    pub id: ContentId,
    /// What the server takes the file for.
    pub attachment_type: Option<types::AttachmentType>,
    /// The name it was sent with.
    pub file_name: String,
    /// The MIME type it was sent with.
    pub mime_type: String,
    /// Its size in bytes.
    pub size: u64,
}

impl From<Uploaded> for ContentId {
    fn from(uploaded: Uploaded) -> Self {
        uploaded.id
    }
}

impl From<Uploaded> for pancake_client::send::SendContent {
    fn from(uploaded: Uploaded) -> Self {
        uploaded.id.into()
    }
}
