//! What reading a list costs: all conversations of a page through the pager, against the loop over reqwest and serde that
//! a person would write, with the same server.
//!
//! `cargo xtask bench` runs this and compares the times with the targets.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench is no interface, and what fails ends it"
)]

use pancake_benches::by_hand::plain;
use pancake_benches::{server::Server, take_long_turns};
use pancake_ext::{Pancake, RateLimit};

const PAGES: usize = 50;
const ROWS: usize = PAGES * 60;
const PAGE: &str = "1000000000000001";
const TOKEN: &str =
    "a-token-as-long-as-those-that-the-service-gives-out-are-which-is-some-two-hundred-characters";

fn main() {
    let server = Server::start(PAGES).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let pancake = Pancake::builder()
        .base_url(server.base_url())
        .page_token(PAGE, TOKEN)
        .rate_limit(RateLimit::off())
        .build()
        .unwrap();
    let http = pancake_ext::client::http_client_builder()
        .unwrap()
        .build()
        .unwrap();
    let url = format!(
        "{}/public_api/v2/pages/{PAGE}/conversations",
        server.base_url()
    );

    take_long_turns(vec![
        (
            "walk/pager",
            Box::new(|| runtime.block_on(by_pager(&pancake))),
        ),
        (
            "walk/by_hand",
            Box::new(|| runtime.block_on(by_hand(&http, &url))),
        ),
    ]);
}

async fn by_pager(pancake: &Pancake) {
    let mut rows = 0;
    let mut conversations = pancake.page(PAGE).conversations().stream();
    while let Some(row) = conversations.try_next().await.unwrap() {
        rows += usize::from(row.id.is_some());
    }
    assert_eq!(rows, ROWS);
}

async fn by_hand(http: &reqwest::Client, url: &str) {
    let mut rows = 0;
    let mut last: Option<String> = None;
    loop {
        let mut request = http.get(url).query(&[("page_access_token", TOKEN)]);
        if let Some(last) = &last {
            request = request.query(&[("last_conversation_id", last)]);
        }
        let answer = request.send().await.unwrap().error_for_status().unwrap();
        let list: plain::List = answer.json().await.unwrap();
        assert_eq!(list.success, Some(true));
        let conversations = list.conversations.unwrap();
        let Some(end) = conversations.last() else {
            break;
        };
        last = end.id.clone();
        for row in conversations {
            rows += usize::from(row.id.is_some());
        }
    }
    assert_eq!(rows, ROWS);
}
