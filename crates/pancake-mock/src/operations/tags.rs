//! The tags of a page.
use serde_json::json;

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    world::PageState,
};

pub(super) fn list(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let wire = call.wire(page);
    let tags: Vec<_> = page.tags.iter().map(|tag| wire.tag(tag.id)).collect();
    let mut answer = json!({"tags": wire.list(tags)});
    if !call.has(Oddity::TagsWithoutSuccess) {
        answer["success"] = json!(true);
    }
    Answer::ok(answer)
}
