//! HTTP clients of a program's own that follow redirects.

use pancake_ext::reqwest::{Client, redirect};
use pancake_ext::{ErrorKind, Execution, ManualClock, Pancake, PancakeBuilder, RateLimit};
use pancake_tests::recorder::{Recorder, Reply};

use super::{OLD, PAGE, accepted, read, send};

fn following() -> Client {
    pancake_client::http_client_builder()
        .unwrap()
        .redirect(redirect::Policy::limited(5))
        .build()
        .unwrap()
}

/// A server that redirects everything to another one.
async fn redirecting(status: u16, to: String) -> Recorder {
    let answer = move |_: &_| Reply::answer(status, "text/html", "").header("location", to.clone());
    Recorder::start(answer).await.unwrap()
}

fn client(server: &Recorder) -> PancakeBuilder {
    Pancake::builder()
        .base_url(server.base_url())
        .page_token(PAGE, OLD)
        .rate_limit(RateLimit::off())
        .clock(ManualClock::new())
}

/// The address of a port that nobody listens on.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/api", listener.local_addr().unwrap())
}

#[tokio::test]
async fn an_answer_from_where_a_client_was_redirected_to_is_refused_and_names_no_token() {
    for status in [302, 307] {
        let target = Recorder::start(|_| accepted()).await.unwrap();
        let to = format!("{}/x?page_access_token={OLD}", target.base_url());
        let server = redirecting(status, to).await;
        let pancake = client(&server).http_client(following()).build().unwrap();
        for result in [read(&pancake, PAGE).await, send(&pancake).await] {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidAnswer, "{error}");
            assert_eq!(error.execution(), Execution::Unknown);
            assert_eq!(error.attempts(), 1);
            let shown = format!("{error} {error:?} {error:#?}");
            assert!(shown.contains("http_client_builder"), "{shown}");
            assert!(!shown.contains(OLD) && !shown.contains("/x"), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_send_that_was_redirected_to_where_nobody_listens_is_in_doubt_and_not_repeated() {
    let server = redirecting(302, nobody()).await;
    let pancake = client(&server).http_client(following()).build().unwrap();
    let error = send(&pancake).await.unwrap_err();
    assert_eq!(error.execution(), Execution::Unknown, "{error}");
    assert!(
        error.hint().contains("before you repeat"),
        "{}",
        error.hint()
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_client_of_ours_follows_nothing_whatever_was_changed_about_it_and_keeps_its_proofs() {
    let target = Recorder::start(|_| accepted()).await.unwrap();
    let server = redirecting(302, target.base_url()).await;
    let configured = |builder: PancakeBuilder| {
        let builder = builder.configure_http(|http| {
            http.redirect(redirect::Policy::limited(5))
                .user_agent("shop/1.0")
        });
        builder.build().unwrap()
    };
    let pancake = configured(client(&server));
    let error = read(&pancake, PAGE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidAnswer);
    assert_eq!(target.requests().len(), 0);
    assert_eq!(server.requests()[0].header("user-agent"), Some("shop/1.0"));

    let error = send(&configured(client(&server).base_url(nobody()))).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert_eq!(error.attempts(), 4);
}

#[tokio::test]
async fn a_picture_may_come_from_elsewhere_since_it_takes_no_token() {
    let cdn = Recorder::start(|_| Reply::answer(200, "image/png", "picture")).await;
    let cdn = cdn.unwrap();
    let server = redirecting(302, cdn.base_url()).await;
    let pancake = client(&server).http_client(following()).build().unwrap();
    pancake.page(PAGE).avatar("2").await.unwrap();
    assert!(
        cdn.requests()
            .iter()
            .all(|request| !request.target.contains(OLD))
    );
}
