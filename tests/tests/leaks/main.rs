//! Tokens must not be seen: not in Debug, Display, serialised data, errors with all their sources, or traces.
//!
//! `canary.rs` holds every operation against every fault of the fake server. Here the server is hostile: it repeats the
//! token wherever an answer has a place for it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod cases;
mod failures;
mod redirects;
mod traces;
mod untyped;
mod values;

use pancake_client::secret::AccessToken;
use pancake_client::{CallError, Client, PlainTransport, http_client_builder};
use pancake_ext::{Execution, ManualClock, Pancake, PancakeBuilder, RateLimit};
use pancake_tests::canary::{PAGE_TOKEN, Sight, USER_TOKEN};
use serde_json::{Value, json};

const PAGE: &str = "1000000000000001";

fn settings(base_url: &str) -> PancakeBuilder {
    Pancake::builder()
        .base_url(base_url)
        .user_token(USER_TOKEN)
        .page_token(PAGE, PAGE_TOKEN)
        .rate_limit(RateLimit::off())
        .clock(ManualClock::new())
}

/// For tests in which time passes by itself while everybody waits, also for a connection.
fn patient(base_url: &str) -> PancakeBuilder {
    settings(base_url).connect_timeout(std::time::Duration::from_secs(86_400))
}

fn plain(base_url: &str) -> (PlainTransport, Client) {
    let http = http_client_builder().unwrap().build().unwrap();
    let transport = PlainTransport::new(http.clone())
        .user_token(AccessToken::from(USER_TOKEN))
        .page_token(AccessToken::from(PAGE_TOKEN));
    (
        transport.clone(),
        Client::with_transport(base_url, http, transport),
    )
}

/// A list of pages as the API gives it: a token in the settings of each.
fn page_list() -> Value {
    json!({"success": true, "categorized": {"activated": [{
        "id": PAGE, "name": "Cửa hàng", "settings": {"page_access_token": PAGE_TOKEN, "webhook_secret": PAGE_TOKEN},
    }], "hidden": [], "inactivated": [], "nopermission": []}})
}

/// Calls one operation with each kind of token and gives the failures.
async fn failures(name: &str, client: &Client) -> [CallError; 2] {
    let Err(page) = client.list_tags().page_id(PAGE).send().await else {
        panic!("{name}: list_tags succeeds");
    };
    let Err(user) = client.list_pages().send().await else {
        panic!("{name}: list_pages succeeds");
    };
    [page, user]
}

/// Everything that the SDK tells people about a failure.
fn look(sight: &mut Sight, name: &str, raw: CallError) -> pancake_ext::Error {
    sight.error(&format!("{name}, as generated"), &raw);
    let error = pancake_ext::Error::from(raw);
    sight.error(name, &error);
    sight.text(name, error.message());
    sight.text(name, error.hint());
    sight.text(name, error.request_id().unwrap_or_default());
    sight.debug(name, &error.api_error());
    sight.text(name, serde_json::to_string(&error.api_error()).unwrap());
    // An answer that looked like a success is kept as it came, for whoever asks for it by `body()`.
    if error.execution() != Execution::Executed {
        sight.text(
            name,
            String::from_utf8_lossy(error.body().unwrap_or_default()),
        );
    }
    error
}
