//! The control endpoint below `/_mock/`: what the library offers, for tests in other languages.
mod answers;
mod rows;
mod script;
mod seen;
mod shop;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn},
    response::Response,
    routing::{delete, get, post},
};
use serde_json::json;

use crate::{
    control::answers::{done, refusal},
    shared::Shared,
};

type Server = State<Arc<Shared>>;

/// Where it is asked for what there is.
pub(crate) const PATH: &str = "/_mock";

/// What there is, each below `/_mock/`.
const CONTROLS: [&str; 12] = [
    "state",
    "journal",
    "violations",
    "faults",
    "clock",
    "oddities",
    "rate_limit",
    "rotate_token",
    "messages",
    "conversations",
    "rows",
    "rows/remove",
];

/// The controls that take query parameters, and check them by themselves.
const WITH_QUERY: [&str; 2] = ["/journal", "/conversations"];

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/state", get(seen::state))
        .route("/journal", get(seen::journal).delete(seen::clear_journal))
        .route(
            "/violations",
            get(seen::violations).delete(seen::clear_violations),
        )
        .route(
            "/faults",
            get(script::faults)
                .post(script::add_faults)
                .delete(script::clear_faults),
        )
        .route("/faults/{id}", delete(script::remove_fault))
        .route("/clock", get(script::clock).post(script::move_clock))
        .route(
            "/oddities",
            get(script::oddities).post(script::switch_oddities),
        )
        .route(
            "/rate_limit",
            get(script::rate_limit).post(script::set_rate_limit),
        )
        .route("/rotate_token", post(shop::rotate_token))
        .route("/messages", post(shop::write))
        .route("/conversations", get(shop::conversations))
        .merge(rows::router())
        .fallback(|| async { refusal(StatusCode::NOT_FOUND, &no_control()) })
        .method_not_allowed_fallback(|| async {
            let told = "this control does not take the method; see the README";
            refusal(StatusCode::METHOD_NOT_ALLOWED, told)
        })
        .layer(from_fn(without_query))
        .with_state(shared)
}

pub(crate) async fn index() -> Response {
    let controls = CONTROLS.map(|control| format!("{PATH}/{control}"));
    done(json!({"pancake-mock": env!("CARGO_PKG_VERSION"), "api": "/api", "controls": controls}))
}

fn no_control() -> String {
    format!("no such control; there are: {}", CONTROLS.join(", "))
}

/// A parameter that nobody reads is a misspelt one.
async fn without_query(request: Request, next: Next) -> Response {
    let is_free = WITH_QUERY.contains(&request.uri().path());
    match request.uri().query() {
        Some(query) if !is_free && !query.is_empty() => {
            let told = "this control takes no query parameters";
            refusal(StatusCode::BAD_REQUEST, told)
        }
        _ => next.run(request).await,
    }
}
