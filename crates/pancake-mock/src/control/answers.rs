//! How a control reads what it is asked and says what it did: JSON on both sides, also where something is wrong.
use axum::{
    extract::Query,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(super) fn refusal(status: StatusCode, message: &str) -> Response {
    (status, axum::Json(json!({"error": message}))).into_response()
}

pub(super) fn bad(message: &str) -> Response {
    refusal(StatusCode::BAD_REQUEST, message)
}

pub(super) fn not_found(message: &str) -> Response {
    refusal(StatusCode::NOT_FOUND, message)
}

pub(super) fn done(value: Value) -> Response {
    axum::Json(value).into_response()
}

/// The body, or a refusal that says where it is wrong.
#[expect(clippy::result_large_err, reason = "the refusal is the answer")]
pub(super) fn body<T: DeserializeOwned>(body: &Bytes) -> Result<T, Response> {
    serde_json::from_slice(body).map_err(|error| bad(&error.to_string()))
}

/// The query parameters, or a refusal that says which one is wrong.
#[expect(clippy::result_large_err, reason = "the refusal is the answer")]
pub(super) fn query<T: DeserializeOwned>(uri: &Uri) -> Result<T, Response> {
    let read = Query::<T>::try_from_uri(uri);
    read.map(|Query(query)| query)
        .map_err(|error| bad(&error.body_text()))
}
