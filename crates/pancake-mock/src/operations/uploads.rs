//! Upload of pictures, videos and other files, with the size limits of the platforms.
use serde_json::json;

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    world::{Content, PageState},
};

const MB: usize = 1024 * 1024;

pub(super) fn upload(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let Some(file) = &call.file else {
        return Answer::refuse(100, "Missing file");
    };
    let kind = file.mime_type.split('/').next().unwrap_or_default();
    let attachment_type = match kind {
        "image" => "PHOTO",
        "video" => "VIDEO",
        "audio" => "AUDIO_ATTACHMENT_ID",
        _ => "DOCUMENT",
    };
    let others = if call.has(Oddity::SmallerVideoLimit) {
        15 * MB
    } else {
        25 * MB
    };
    let limit = match kind {
        "video" => Some(page.platform.video_limit(others)),
        "image" if call.has(Oddity::ImageLimit) => Some(500 * 1024),
        _ => None,
    };
    if let Some(limit) = limit.filter(|limit| file.size > *limit) {
        let message = format!("File size must not exceed {} KB", limit / 1024);
        return Answer::refuse(100, &message);
    }
    let id = page.store_content(Content {
        attachment_type,
        file_name: file.file_name.clone(),
        mime_type: file.mime_type.clone(),
        uploaded_at: call.now,
        used: false,
    });
    Answer::ok(json!({"id": id, "attachment_type": attachment_type, "success": true}))
}
