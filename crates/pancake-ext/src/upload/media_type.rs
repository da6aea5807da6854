//! The MIME type of a file: from its first bytes, then from its name.

use mime_guess::Mime;
use mime_guess::mime::{APPLICATION_OCTET_STREAM, Name, STAR};

use crate::error::{Error, ErrorKind};

/// How many bytes are looked at. The parts of an Office file that tell it from any other archive come late.
pub(super) const HEAD: usize = 8 * 1024;

/// Types that only say what a file is wrapped in, or may be wrong: a better one from the name goes before them.
const VAGUE: [&str; 4] = [
    "application/zip",
    "application/x-ole-storage",
    "application/ogg",
    "audio/ogg",
];

/// Guesses from the first bytes and the name.
pub(super) fn guess(head: &[u8], file_name: &str) -> Mime {
    let by_name = mime_guess::from_path(file_name).first();
    let by_bytes = infer::get(head).and_then(|found| found.mime_type().parse::<Mime>().ok());
    match by_bytes {
        Some(found) if is_vague(&found) => by_name.unwrap_or(found),
        Some(found) => found,
        None => by_name.unwrap_or(APPLICATION_OCTET_STREAM),
    }
}

fn is_vague(mime: &Mime) -> bool {
    mime.type_() == mime_guess::mime::TEXT || VAGUE.contains(&mime.essence_str())
}

/// Checks a type that a person gave.
pub(super) fn parse(text: &str) -> Result<Mime, Error> {
    let mime = text.trim().parse::<Mime>().ok();
    // `image/` and `image/*` are read as types, which a file can't have.
    let is_one = |name: Name<'_>| name != STAR && !name.as_str().is_empty();
    mime.filter(|mime| is_one(mime.type_()) && is_one(mime.subtype()))
        .ok_or_else(|| {
            let message = format!("{text:?} is not a MIME type: give one such as `image/jpeg`");
            Error::new(ErrorKind::InvalidRequest, message)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0";

    #[test]
    fn bytes_decide_before_the_name() {
        for (head, name, expected) in [
            (PNG, "a.jpg", "image/png"),
            (MP4, "a", "video/mp4"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "a", "image/jpeg"),
            (b"GIF89a", "a", "image/gif"),
            (b"%PDF-1.7", "a", "application/pdf"),
            (
                ZIP,
                "a.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (ZIP, "a", "application/zip"),
            (b"<?xml version=\"1.0\"?>", "a.svg", "image/svg+xml"),
            (b"not a picture", "a.PNG", "image/png"),
            (b"OggS", "a.ogv", "video/ogg"),
            (b"1,2\n", "báo cáo.csv", "text/csv"),
            (b"1,2\n", "báo cáo", "application/octet-stream"),
            (b"", "", "application/octet-stream"),
        ] {
            assert_eq!(guess(head, name).as_ref(), expected, "{name} of {head:?}");
        }
    }

    #[test]
    fn given_type_must_be_a_mime_type() {
        assert_eq!(
            parse(" text/plain; charset=utf-8").unwrap().essence_str(),
            "text/plain"
        );
        for text in [
            "",
            "image",
            "image/",
            "image/*",
            "*/*",
            "a b/c",
            "image/png\r\nx: y",
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{text:?}");
        }
    }
}
