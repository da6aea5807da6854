//! The picture of a customer: a redirect to another host, without token.
use http::StatusCode;
use serde_json::json;

use crate::{answer::Answer, call::Call, world::PageState};

pub(crate) fn get(call: &Call<'_>, page: &mut PageState) -> Answer {
    let psid = call.path("psid");
    if page.index_of_psid(psid).is_none() {
        let told = json!({"success": false, "error_code": 100, "message": "Invalid psid"});
        return Answer::failed(StatusCode::NOT_FOUND, &told);
    }
    let mut answer = Answer::html(StatusCode::MOVED_PERMANENTLY, "301 Moved Permanently");
    let address = format!("https://content.pancake.example/avatar/{psid}.jpg");
    answer.headers.push(("location", address));
    answer
}
