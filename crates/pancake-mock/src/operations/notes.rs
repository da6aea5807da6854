//! Add, change and delete notes on customers.
use serde_json::{Value, json};

use super::customers::customer;
use crate::{
    answer::{Answer, Outcome},
    call::Call,
    world::{Note, NoteEdit, PageState},
};

pub(super) fn add(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let index = customer(call, page)?;
    let Some(message) = call.text("message").filter(|text| !text.is_empty()) else {
        return Answer::refuse(100, "Missing message");
    };
    let id = page.new_note_id();
    let mut notes = page.notes(index);
    notes.push(Note {
        id: id.clone(),
        message: message.to_owned(),
        created_at: milliseconds(call),
        updated_at: None,
        removed_at: None,
        staff: 0,
        order_id: None,
        edits: Vec::new(),
    });
    page.set_notes(index, notes);
    let mut answer = success(call, page, index);
    answer["note_id"] = json!(id);
    Answer::ok(answer)
}

pub(super) fn update(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let Some(message) = call.text("message").filter(|text| !text.is_empty()) else {
        return Answer::refuse(100, "Missing message");
    };
    change(call, page, |note, now| {
        let former = std::mem::replace(&mut note.message, message.to_owned());
        let created_at = note.updated_at.unwrap_or(note.created_at);
        note.edits.push(NoteEdit {
            message: former,
            created_at,
            staff: note.staff,
        });
        note.updated_at = Some(now);
    })
}

pub(super) fn delete(call: &Call<'_>, page: &mut PageState) -> Outcome {
    change(call, page, |note, now| note.removed_at = Some(now))
}

fn change(call: &Call<'_>, page: &mut PageState, change: impl FnOnce(&mut Note, i64)) -> Outcome {
    let index = customer(call, page)?;
    let mut notes = page.notes(index);
    let wanted = call.text("note_id");
    let found = notes.iter_mut().find(|note| {
        // A removed note is still listed, but it is no more there to be changed.
        Some(note.id.as_str()) == wanted && note.removed_at.is_none()
    });
    let Some(note) = found else {
        return Answer::refuse(100, "Invalid note_id");
    };
    change(note, milliseconds(call));
    page.set_notes(index, notes);
    Answer::ok(success(call, page, index))
}

fn milliseconds(call: &Call<'_>) -> i64 {
    call.now.div_euclid(1000)
}

fn success(call: &Call<'_>, page: &PageState, index: u64) -> Value {
    json!({
        "success": true,
        "message": "Cập nhật ghi chú thành công",
        "data": call.wire(page).notes(index),
    })
}
