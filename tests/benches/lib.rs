//! What the benches measure with: answers in the form of captured ones.
#![allow(clippy::expect_used, reason = "a bench ends by panicking")]

use serde_json::Value;

/// A page of 60 conversations as the service sends it: the captured form in the API document, with an id for each row.
///
/// # Panics
///
/// The document has no such example.
pub fn page_of_conversations() -> Vec<u8> {
    let document = include_str!("../../crates/pancake-mock/openapi/pancake.json");
    let document: Value = serde_json::from_str(document).expect("the document is JSON");
    let example = "/paths/~1public_api~1v2~1pages~1{page_id}~1conversations/get/responses/200/content/application~1json/examples/observed/value";
    let mut page = document
        .pointer(example)
        .expect("it has the example")
        .clone();
    let rows = page["conversations"].as_array_mut().expect("it has rows");
    let row = rows.first().expect("it has a row").clone();
    *rows = (0..60)
        .map(|number| {
            let mut row = row.clone();
            row["id"] = format!("1000000000000001_2{number:015}").into();
            row
        })
        .collect();
    page.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_has_sixty_rows_of_the_captured_form() {
        let page: serde_json::Value =
            serde_json::from_slice(&super::page_of_conversations()).expect("JSON");
        let rows = page["conversations"].as_array().expect("rows");
        assert_eq!(rows.len(), 60);
        assert!(rows.iter().all(|row| row["page_customer"].is_object()));
    }
}
