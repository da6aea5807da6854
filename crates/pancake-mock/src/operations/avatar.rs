//! The picture of a customer: a redirect, without token, to a picture that this server has.
use http::StatusCode;
use serde_json::json;

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    server::PICTURES,
    world::PageState,
};

pub(super) fn get(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let psid = call.path("psid");
    if page.index_of_psid(psid).is_none() {
        let told = json!({"success": false, "error_code": 100, "message": "Invalid psid"});
        return Err(Answer::failed(StatusCode::NOT_FOUND, &told));
    }
    let mut answer = Answer::html(StatusCode::MOVED_PERMANENTLY, "301 Moved Permanently");
    let server = call.shared.address.get();
    let server = server.map(ToString::to_string).unwrap_or_default();
    let address = format!("http://{server}{PICTURES}/{psid}.png");
    answer.headers.push(("location", address));
    Ok(answer)
}
