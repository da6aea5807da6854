//! Calls that are dropped before their end.

use std::sync::Arc;

use futures_util::FutureExt as _;
use pancake_ext::{Pancake, RateLimit};
use pancake_tests::recorder::{Recorder, Reply};
use tokio::sync::Notify;

use super::{Lines, OLD, PAGE, read, send};

fn client(server: &Recorder, metrics: &Lines) -> Pancake {
    Pancake::builder()
        .base_url(server.base_url())
        .page_token(PAGE, OLD)
        .rate_limit(RateLimit::per_second(0.001))
        .metrics(metrics.clone())
        .build()
        .unwrap()
}

/// A server that never answers, and says when it was asked.
async fn silent() -> (Recorder, Arc<Notify>) {
    let asked = Arc::new(Notify::new());
    let tell = asked.clone();
    let server = Recorder::start(move |_| {
        tell.notify_one();
        Reply::Silence
    });
    (server.await.unwrap(), asked)
}

#[tokio::test]
async fn a_call_that_is_dropped_while_its_request_is_under_way_is_reported_as_cancelled_and_in_doubt()
 {
    let (server, asked) = silent().await;
    let metrics = Lines::default();
    let pancake = client(&server, &metrics);
    tokio::select! {
        result = send(&pancake) => panic!("{result:?}"),
        () = asked.notified() => {}
    }
    assert_eq!(
        metrics.get(),
        ["finished send_message 1 Some((Cancelled, Unknown))"]
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_is_reported_as_cancelled_and_not_executed() {
    let server = Recorder::start(|_| super::accepted()).await.unwrap();
    let metrics = Lines::default();
    let pancake = client(&server, &metrics);
    read(&pancake, PAGE).await.unwrap();
    {
        let waiting = send(&pancake);
        let mut waiting = std::pin::pin!(waiting);
        assert!((&mut waiting).now_or_never().is_none());
    }
    assert_eq!(
        metrics.get(),
        [
            "finished list_tags 1 None",
            "finished send_message 0 Some((Cancelled, NotExecuted))"
        ]
    );
    assert_eq!(server.requests().len(), 1);
}
