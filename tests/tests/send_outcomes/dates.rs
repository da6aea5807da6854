//! Responses whose `Date` is not the server's time: they must not make an older message pass for the one that was sent.

use std::sync::atomic::{AtomicBool, Ordering};

use pancake_ext::{ManualClock, Pancake, RetryPolicy, SendOutcome};
use pancake_tests::recorder::{Recorder, Reply};
use serde_json::json;

use super::{PAGE, TEXT, name};

const NOW: &str = "Wed, 01 Apr 2026 03:10:30 GMT";
const TEN_MINUTES_AGO: &str = "Wed, 01 Apr 2026 03:00:30 GMT";

/// A server that has stored the same words five minutes ago and stores nothing now. Its later responses are out of a cache.
async fn server() -> Recorder {
    let is_cached = AtomicBool::new(false);
    let server = Recorder::start(move |request| {
        let path = request.path();
        if request.method == "POST" {
            return Reply::answer(504, "text/html", "<html>");
        }
        if path.contains("/avatar/") {
            let redirect = Reply::answer(302, "text/html", "");
            let redirect = redirect.header("location", "https://elsewhere.example/a.png");
            return redirect.header("date", TEN_MINUTES_AGO);
        }
        if path.ends_with("/messages") {
            let from = json!({"id": PAGE, "admin_name": "Public API"});
            let row = |id: &str, time: &str, text: &str| json!({"id": id, "inserted_at": time, "original_message": text, "from": from});
            let rows = [
                row("m_1", "2026-04-01T02:00:00", "Dạ"),
                row("m_2", "2026-04-01T03:05:30", TEXT),
            ];
            return Reply::json(200, &json!({"success": true, "messages": rows}));
        }
        let tags = Reply::json(200, &json!({"tags": []}));
        match is_cached.swap(true, Ordering::SeqCst) {
            false => tags.header("date", NOW),
            true => tags.header("date", TEN_MINUTES_AGO).header("age", "600"),
        }
    });
    server.await.unwrap()
}

#[tokio::test]
async fn old_date_makes_no_older_message_a_delivery() {
    for is_avatar in [false, true] {
        let server = server().await;
        let pancake = Pancake::builder()
            .base_url(server.base_url())
            .page_token(PAGE, "token")
            .retry(RetryPolicy::never())
            .clock(ManualClock::new());
        let page = pancake.build().unwrap().page(PAGE);
        let tags = || page.client().list_tags().page_id(PAGE).send();
        tags().await.unwrap();
        match is_avatar {
            true => drop(page.avatar("2").await.unwrap()),
            false => drop(tags().await.unwrap()),
        }
        let chat = page.conversation(format!("{PAGE}_2"));
        let SendOutcome::Unknown(unsettled) = chat.reply(TEXT).await.unwrap() else {
            panic!("a 504 leaves it open");
        };
        let reconciled = unsettled.reconcile(&chat).await.unwrap();
        assert_eq!(name(&reconciled), "absent", "{is_avatar}");
    }
}
