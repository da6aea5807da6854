//! List pages and mint page tokens: the operations of the user token.
use serde_json::json;

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    oddity::Oddity,
    world::PageState,
};

pub(super) fn list(call: &Call<'_>) -> Outcome {
    let world = &call.shared.world;
    let pages = world.ids().iter().filter_map(|id| world.page(id));
    if !call.has(Oddity::CategorizedPages) {
        let pages: Vec<_> = pages
            .map(|page| call.wire(&page).documented_page())
            .collect();
        return Answer::ok(json!({"pages": pages, "success": true}));
    }
    let pages: Vec<_> = pages.map(|page| call.wire(&page).page()).collect();
    Answer::ok(json!({
        "categorized": {
            "activated": pages,
            "activated_page_ids": world.ids(),
            "hidden": [],
            "inactivated": [],
            "nopermission": [],
        },
        "success": true,
    }))
}

pub(super) fn generate_token(_: &Call<'_>, page: &mut PageState) -> Outcome {
    let token = page.front.mint();
    Answer::ok(json!({
        "success": true,
        "message": "Generate page_access_token successfully",
        "page_access_token": token,
    }))
}
