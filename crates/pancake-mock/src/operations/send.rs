//! Send: inbox replies, comment replies, private replies and templates, with the refusals of docs/behaviour.md#sends.
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    world::{Author, LIFETIME, Mention, NewMessage, PageState, Platform},
};

const DAY: i64 = 86_400_000_000;

pub(super) fn send(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let (id, text) = stored(call, page)?;
    Answer::ok(json!({"success": true, "id": id, "message": text}))
}

fn stored(call: &Call<'_>, page: &mut PageState) -> Result<(String, String), Answer> {
    let index = call.conversation(page)?;
    if call.text("action") == Some("reply_inbox") && call.text("template_id").is_some() {
        return template(call, page, index);
    }
    let text = call.text("message").unwrap_or_default();
    let ids = call.strings("content_ids");
    let reply_to = match call.text("action") {
        Some("reply_inbox") => inbox_reply(call, page, index)?,
        Some("reply_comment" | "private_replies") => Some(comment(call, page, index)?),
        _ => return Answer::refuse(100, "Invalid action"),
    };
    let is_comment_reply = call.text("action") == Some("reply_comment");
    let address = call.text("content_url").filter(|url| !url.is_empty());
    if is_comment_reply && text.is_empty() {
        return Answer::refuse(100, "Missing message");
    }
    if text.is_empty() && ids.is_empty() && address.is_none() {
        return Answer::refuse(100, "Missing message or content_ids");
    }
    // A comment has text, and may have a picture; the other two have one of them (docs/behaviour.md#sends).
    let both = !text.is_empty() && !ids.is_empty();
    if both && !is_comment_reply && call.has(Oddity::MessageXorContentIds) {
        return Answer::refuse(100, "Only one of message and content_ids is allowed");
    }
    if ids.len() > page.platform.content_ids_a_send() {
        return Answer::refuse(100, "Too many content_ids");
    }
    let mut contents = use_contents(call, page, &ids)?;
    contents.extend(address.map(picture_at));
    let message = NewMessage {
        id: String::new(),
        time: call.now,
        author: Author::PublicApi,
        text: text.to_owned(),
        contents,
        reply_to,
    };
    // A private answer is no comment: it goes to the inbox of who commented.
    let is_private = call.text("action") == Some("private_replies");
    let place = if is_private {
        page.inbox_of_commenter(index, call.now)
    } else {
        index
    };
    let id = page.add_message(place, message);
    if is_private {
        page.mark_private_reply(place, &id);
    }
    page.set_mentions(place, &id, mentions(call));
    Ok((id, text.to_owned()))
}

/// A picture that is somewhere else: an address in the place of the content id, and no file.
fn picture_at(address: &str) -> (&'static str, String, String, String) {
    ("photo", address.to_owned(), String::new(), String::new())
}

fn mentions(call: &Call<'_>) -> Vec<Mention> {
    let list = call.body.get("mentions").and_then(Value::as_array);
    let read = |mention: &Value| {
        let number = |key: &str| mention.get(key).and_then(Value::as_u64).unwrap_or(0);
        let psid = mention.get("psid").and_then(Value::as_str);
        Mention {
            psid: psid.unwrap_or_default().to_owned(),
            offset: number("offset"),
            length: number("length"),
        }
    };
    list.into_iter().flatten().map(read).collect()
}

/// A template goes out also when the customer has been silent for long. What it reads like is the fake's own: its id and
/// what stands in its blanks. That it has neither text nor files is the fake's own rule, too.
fn template(call: &Call<'_>, page: &mut PageState, index: u64) -> Result<(String, String), Answer> {
    let on_whatsapp = matches!(
        page.platform,
        Platform::WhatsApp | Platform::WhatsAppOfficial
    );
    if !on_whatsapp || page.kind(index).is_public() {
        return Answer::refuse(100, "Invalid action for this conversation");
    }
    if call.text("message").is_some() || !call.strings("content_ids").is_empty() {
        return Answer::refuse(
            100,
            "Only one of message, content_ids and template_id is allowed",
        );
    }
    let named = call.text("conversation_id");
    if named.is_some_and(|id| page.conversation_index(id) != Some(index)) {
        return Answer::refuse(100, "Invalid conversation_id");
    }
    let id = call.text("template_id").unwrap_or_default();
    let blanks = filled(call.body.get("template_params").unwrap_or(&Value::Null)).join(", ");
    let text = format!("[{id}] {blanks}");
    let message = NewMessage {
        id: String::new(),
        time: call.now,
        author: Author::PublicApi,
        text: text.clone(),
        contents: Vec::new(),
        reply_to: None,
    };
    Ok((page.add_message(index, message), text))
}

/// All texts in the parts of a template.
fn filled(parts: &Value) -> Vec<&str> {
    match parts {
        Value::String(text) => vec![text],
        Value::Object(entries) => entries.values().flat_map(filled).collect(),
        _ => Vec::new(),
    }
}

fn inbox_reply(call: &Call<'_>, page: &PageState, index: u64) -> Result<Option<String>, Answer> {
    if page.kind(index).is_public() {
        return Answer::refuse(100, "Invalid action for this conversation");
    }
    let late = page
        .last_from_customer(index)
        .is_none_or(|time| call.now - time > DAY);
    if call.has(Oddity::SendWindow) && page.platform == Platform::Facebook && late {
        return Err(Answer::failed(
            StatusCode::BAD_REQUEST,
            &json!({
                "success": false,
                "message": "(#10) This message is sent outside of allowed window.",
                "e_code": 10,
                "e_subcode": 2_018_278,
                "original_error": {"code": 10, "error_subcode": 2_018_278},
            }),
        ));
    }
    match call.text("reply_message_id") {
        None => Ok(None),
        Some(id) if page.position_of_message(index, id).is_some() => Ok(Some(id.to_owned())),
        Some(_) => Answer::refuse(100, "Invalid reply_message_id"),
    }
}

/// The comment that is answered, publicly or privately.
fn comment(call: &Call<'_>, page: &PageState, index: u64) -> Result<String, Answer> {
    if !page.kind(index).is_public() {
        return Answer::refuse(100, "Invalid action for this conversation");
    }
    let Some(id) = call.text("message_id") else {
        return Answer::refuse(100, "Missing message_id");
    };
    if call.text("action") == Some("private_replies") {
        let (Some(post), Some(from)) = (call.text("post_id"), call.text("from_id")) else {
            return Answer::refuse(100, "Missing post_id or from_id");
        };
        if post != page.post_id(page.post_of(index)) {
            return Answer::refuse(100, "Invalid post_id");
        }
        if from != page.psid(index) {
            return Answer::refuse(100, "Invalid from_id");
        }
    }
    if page.position_of_message(index, id).is_none() {
        // `e_code` 100: post or comment gone (docs/behaviour.md#error-codes).
        return Err(Answer::failed(
            StatusCode::BAD_REQUEST,
            &json!({
                "success": false,
                "message": "(#100) Object does not exist",
                "e_code": 100,
                "e_subcode": 33,
                "original_error": "Object does not exist",
            }),
        ));
    }
    Ok(id.to_owned())
}

fn use_contents(
    call: &Call<'_>,
    page: &mut PageState,
    ids: &[String],
) -> Result<Vec<(&'static str, String, String, String)>, Answer> {
    let single_use = page.platform == Platform::Facebook && call.has(Oddity::SingleUseContentIds);
    let expire = call.has(Oddity::ContentIdsExpire);
    let mut contents = Vec::new();
    let twice = ids.iter().enumerate();
    let mut twice = twice.filter(|(n, id)| ids.iter().take(*n).any(|other| other == *id));
    if single_use && twice.next().is_some() {
        return Err(used_up());
    }
    // All are looked at before one is used up: a refused send costs nothing.
    for id in ids {
        let content = page.content_mut(id).filter(|content| {
            !(single_use && content.used || expire && call.now - content.uploaded_at > LIFETIME)
        });
        let Some(content) = content else {
            return Err(used_up());
        };
        let kind = match content.attachment_type {
            "PHOTO" => "photo",
            "VIDEO" => "video",
            "AUDIO_ATTACHMENT_ID" => "audio",
            _ => "file",
        };
        contents.push((
            kind,
            id.clone(),
            content.file_name.clone(),
            content.mime_type.clone(),
        ));
    }
    for id in ids {
        if let Some(content) = page.content_mut(id) {
            content.used = true;
        }
    }
    Ok(contents)
}

/// A content id that is unknown, too old, or was used before.
fn used_up() -> Answer {
    Answer::failed(
        StatusCode::BAD_REQUEST,
        &json!({"success": false, "message_code": "invalid_upload_fb_attachments_result"}),
    )
}
