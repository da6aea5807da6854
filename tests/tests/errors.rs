//! Every shape of docs/behaviour.md#error-shapes, as the server sends it, and what people get of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use pancake_client::secret::AccessToken;
use pancake_client::{Client, PlainTransport};
use pancake_ext::send::ReplyInbox;
use pancake_ext::{Error, ErrorKind, Execution, ManualClock, Pancake, RateLimit, RetryPolicy};
use pancake_mock::{Fault, FaultKind, MockPancake};
use pancake_tests::recorder::{Recorder, Reply};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn answered(status: u16, content_type: &str, body: &str) -> Error {
    let mock = MockPancake::builder()
        .rate_limit(None)
        .start()
        .await
        .unwrap();
    let (content_type, body) = (content_type.to_owned(), body.to_owned());
    mock.faults().add(
        Fault::new(FaultKind::Answer {
            status,
            content_type,
            body,
        })
        .on("list_tags"),
    );
    let pancake = Pancake::builder()
        .base_url(mock.base_url())
        .page_token(
            "1000000000000001",
            mock.page_token("1000000000000001").unwrap(),
        )
        .rate_limit(RateLimit::off())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    pancake
        .client()
        .list_tags()
        .page_id("1000000000000001")
        .send()
        .await
        .unwrap_err()
        .into()
}

#[tokio::test]
async fn every_shape_of_an_error_has_its_kind_code_and_message() {
    use ErrorKind::*;
    for (status, body, kind, code, message) in [
        (
            200,
            r#"{"success":false,"error_code":102,"message":"Invalid access_token"}"#,
            Token,
            Some(102),
            "Invalid access_token",
        ),
        (
            200,
            r#"{"success":false,"error":"Error message"}"#,
            Server,
            None,
            "Error message",
        ),
        (
            200,
            r#"{"success":false,"message":"An error occurred. Please try again later."}"#,
            Server,
            None,
            "An error occurred. Please try again later.",
        ),
        (
            200,
            r#"{"success":false,"message_code":"invalid_upload_fb_attachments_result"}"#,
            Channel,
            None,
            "invalid_upload_fb_attachments_result",
        ),
        (
            200,
            r#"{"success":false,"message":"(#10) m","e_code":10,"e_subcode":2018278,"original_error":"o"}"#,
            Channel,
            Some(10),
            "(#10) m",
        ),
        (
            200,
            r#"{"success":false,"message":"(#10) m","e_code":10,"original_error":{"message":"o"}}"#,
            Channel,
            Some(10),
            "(#10) m",
        ),
        (
            200,
            r#"{"success":false,"message":"m","e_code":551}"#,
            Channel,
            Some(551),
            "m",
        ),
        (
            429,
            r#"{"message":"Too many requests","success":false,"error_code":429}"#,
            RateLimited,
            Some(429),
            "Too many requests",
        ),
        (
            200,
            r#"{"message":"Too many requests","success":false,"error_code":429}"#,
            RateLimited,
            Some(429),
            "Too many requests",
        ),
        (
            200,
            r#"{"errors":[{"error_code":121}]}"#,
            Permission,
            Some(121),
            "the API refused the call without a reason",
        ),
        (
            200,
            r#"{"success":false,"error_code":987654321,"message":"m"}"#,
            Api,
            Some(987_654_321),
            "m",
        ),
        (
            200,
            r#"{"success":false,"error_code":"105","message":"m"}"#,
            Token,
            Some(105),
            "m",
        ),
        (
            400,
            r#"{"success":false,"error_code":100,"message":"m"}"#,
            InvalidRequest,
            Some(100),
            "m",
        ),
        (403, r#"{"message":"m"}"#, Permission, None, "m"),
        (500, r#"{"message":"m"}"#, Server, None, "m"),
    ] {
        let error = answered(status, "application/json", body).await;
        assert_eq!(error.kind(), kind, "{body}");
        assert_eq!(error.code().map(|code| code.get()), code, "{body}");
        assert_eq!(error.message(), message, "{body}");
        assert_eq!(error.status(), Some(status), "{body}");
        assert_eq!(error.operation(), Some("list_tags"), "{body}");
        assert_eq!(
            error.page_id().map(|page| page.as_str()),
            Some("1000000000000001"),
            "{body}"
        );
        assert_eq!(error.attempts(), 1, "{body}");
        assert!(
            error.request_id().is_some() && !error.hint().is_empty(),
            "{body}"
        );
        assert!(error.api_error().is_some(), "{body}");
    }
}

#[tokio::test]
async fn answers_that_are_no_error_envelope_are_typed_too() {
    use ErrorKind::*;
    for (status, content_type, body, kind, execution) in [
        (
            200,
            "text/html",
            "<html>unknown route</html>",
            InvalidAnswer,
            Execution::Unknown,
        ),
        (
            200,
            "application/json",
            "",
            InvalidAnswer,
            Execution::Unknown,
        ),
        (
            200,
            "application/json",
            "\"text\"",
            InvalidAnswer,
            Execution::Unknown,
        ),
        (
            200,
            "application/json",
            r#"{"tags":[{"id":1"#,
            InvalidAnswer,
            Execution::Unknown,
        ),
        (
            200,
            "application/json",
            r#"{"tags":7}"#,
            InvalidAnswer,
            Execution::Executed,
        ),
        (302, "text/html", "", InvalidAnswer, Execution::Unknown),
        (
            404,
            "text/html",
            "<html>",
            InvalidRequest,
            Execution::NotExecuted,
        ),
        (
            413,
            "text/html",
            "<html>",
            InvalidRequest,
            Execution::NotExecuted,
        ),
        (502, "text/html", "<html>", Server, Execution::Unknown),
        (503, "text/plain", "busy", Server, Execution::Unknown),
        (504, "text/html", "", Server, Execution::Unknown),
    ] {
        let error = answered(status, content_type, body).await;
        assert_eq!(
            (error.kind(), error.execution()),
            (kind, execution),
            "{status} {body}: {error}"
        );
        assert_eq!(error.status(), Some(status), "{body}");
        assert_eq!(error.operation(), Some("list_tags"), "{body}");
        assert_eq!(error.body(), Some(body.as_bytes()), "{body}");
        assert!(
            body.is_empty() || !format!("{error} {error:?}").contains(body),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_wrong_form_names_its_place() {
    let error = answered(200, "application/json", r#"{"tags":[{"id":1},7]}"#).await;
    assert!(error.to_string().contains("tags[1]"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_ends_in_a_time_out_whose_outcome_is_unknown() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let pancake = || {
        Pancake::builder()
            .base_url(format!("http://{}/api", listener.local_addr().unwrap()))
            .page_token("1", "token")
            .connect_timeout(std::time::Duration::from_secs(86_400))
            .rate_limit(RateLimit::off())
    };
    let read = |pancake: Pancake| async move {
        Error::from(
            pancake
                .client()
                .list_tags()
                .page_id("1")
                .send()
                .await
                .unwrap_err(),
        )
    };
    let error = read(pancake().build().unwrap()).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 4));
    assert_eq!(error.execution(), Execution::Unknown);

    let bound = std::time::Duration::from_secs(5);
    let error = read(pancake().call_timeout(bound).build().unwrap()).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert_eq!(error.execution(), Execution::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_ran_out_of_time_while_it_waited_was_not_executed() {
    let pancake = Pancake::builder()
        .base_url("http://127.0.0.1:9/api")
        .page_token("1", "token")
        .rate_limit(RateLimit::per_second(0.01))
        .retry(RetryPolicy::never())
        .call_timeout(std::time::Duration::from_secs(5))
        .build()
        .unwrap();
    let read = || async {
        Error::from(
            pancake
                .client()
                .list_tags()
                .page_id("1")
                .send()
                .await
                .unwrap_err(),
        )
    };
    assert_eq!(read().await.kind(), ErrorKind::Connect);
    let error = read().await;
    assert_eq!(
        (error.kind(), error.execution()),
        (ErrorKind::Timeout, Execution::NotExecuted)
    );
    assert_eq!(error.attempts(), 0);
}

#[tokio::test]
async fn an_answer_that_breaks_off_counts_for_its_status_and_a_429_cools_the_page_down() {
    use ErrorKind::*;
    for (status, kind, execution) in [
        (200, Interrupted, Execution::Unknown),
        (403, Permission, Execution::NotExecuted),
        (429, RateLimited, Execution::NotExecuted),
        (500, Server, Execution::Unknown),
    ] {
        let server = Recorder::start(move |_| {
            let reply = Reply::cut_off(status).header("x-request-id", "r-1");
            reply.header("retry-after", "7")
        });
        let server = server.await.unwrap();
        let pancake = Pancake::builder()
            .base_url(server.base_url())
            .page_token("1", "token")
            .clock(ManualClock::new())
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        let send = pancake.client().send_message().page_id("1");
        let send = send.conversation_id("c").body(ReplyInbox::new("x"));
        let error = Error::from(send.send().await.unwrap_err());
        assert_eq!((error.kind(), error.execution()), (kind, execution));
        assert_eq!(
            (error.status(), error.request_id()),
            (Some(status), Some("r-1"))
        );
        assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(7));
        let state = pancake.limiter().state(&"1".into());
        let cools_down = state.is_some_and(|state| state.cool_down > std::time::Duration::ZERO);
        assert_eq!(cools_down, status == 429, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_whose_body_never_ends_counts_for_its_status() {
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = server.accept().await.unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        let head = "HTTP/1.1 429 X\r\nx-request-id: r-1\r\ncontent-length: 9\r\n\r\n{";
        stream.write_all(head.as_bytes()).await.unwrap();
        // Open until the client gives up.
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    });
    let pancake = Pancake::builder()
        .base_url(format!("http://{address}/api"))
        .page_token("1", "token")
        .connect_timeout(std::time::Duration::from_secs(86_400))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let call = pancake.client().list_tags().page_id("1");
    let error = Error::from(call.send().await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert!(error.to_string().contains("no complete answer within"));
}

#[tokio::test]
async fn an_error_of_megabytes_is_cut_wherever_it_is_shown() {
    let long = "x".repeat(2_000_000);
    let body = json!({"success": false, "error_code": 102, "message": long, "original_error": [long], "more": long});
    for status in [200, 400] {
        let error = answered(status, "application/json", &body.to_string()).await;
        assert_eq!(error.code().map(|code| code.get()), Some(102));
        let api = serde_json::to_string(&error.api_error()).unwrap();
        for shown in [
            error.to_string(),
            format!("{error:?}"),
            format!("{error:#?}"),
            api,
        ] {
            assert!(shown.len() < 32 * 1024, "{}", shown.len());
        }
    }
}

/// What a program prints whose `main` returns the error of a generated call.
#[tokio::test]
async fn an_error_in_a_box_says_as_much_as_ours_and_leads_to_it() {
    async fn run(pancake: &Pancake) -> Result<(), Box<dyn std::error::Error>> {
        pancake.client().list_tags().page_id("1").send().await?;
        Ok(())
    }
    async fn run_typed(pancake: &Pancake) -> Result<(), Error> {
        pancake.client().list_tags().page_id("1").send().await?;
        Ok(())
    }
    let refusal =
        json!({"success": false, "error_code": 102, "message": "no\ntoken", "customer": "Ngọc"});
    for reply in [
        Reply::json(200, &refusal),
        Reply::answer(502, "text/html", "<html>"),
    ] {
        let server = Recorder::start(move |_| reply.clone()).await.unwrap();
        let pancake = Pancake::builder()
            .base_url(server.base_url())
            .page_token("1", "token")
            .clock(ManualClock::new())
            .build()
            .unwrap();
        let boxed = run(&pancake).await.unwrap_err();
        let typed = run_typed(&pancake).await.unwrap_err();
        assert_eq!(boxed.to_string(), typed.to_string());
        assert_eq!(format!("{boxed:?}"), format!("{typed:?}"));
        assert!(
            typed.to_string().starts_with("list_tags of page 1: "),
            "{typed}"
        );
        assert!(!format!("{boxed:?} {boxed:#?}").contains("Ngọc"));
        let ours = Error::find(&*boxed).unwrap();
        assert_eq!(
            (ours.kind(), ours.attempts()),
            (typed.kind(), typed.attempts())
        );
        let call = boxed.downcast_ref::<pancake_client::CallError>().unwrap();
        let reported = call.api_error().map(|api| api.extra["customer"].clone());
        assert_eq!(reported, typed.api_error().map(|_| json!("Ngọc")));
    }
}

/// A generated call alone and one through the SDK have each their own code for it.
#[tokio::test]
async fn both_kinds_of_errors_escape_the_same_signs_of_the_server_and_no_others() {
    const ESCAPED: [char; 19] = [
        '\u{0}', '\t', '\n', '\r', '\u{1b}', '\u{1f}', '\u{7f}', '\u{80}', '\u{85}', '\u{9f}',
        '\u{2028}', '\u{2029}', '\u{202a}', '\u{202c}', '\u{202e}', '\u{2066}', '\u{2067}',
        '\u{2068}', '\u{2069}',
    ];
    const KEPT: [char; 16] = [
        ' ', '~', '"', '\\', '\'', '\u{a0}', 'ế', '\u{200b}', '\u{2026}', '\u{2027}', '\u{202f}',
        '\u{2065}', '\u{206a}', '\u{301}', '₫', '🎀',
    ];
    let all = || ESCAPED.into_iter().chain(KEPT);
    let message: String = all().flat_map(|sign| ['<', sign, '>']).collect();
    let refusal = json!({"success": false, "error_code": 100, "message": message});
    let server = Recorder::start(move |_| Reply::json(400, &refusal)).await;
    let server = server.unwrap();
    let pancake = Pancake::builder()
        .base_url(server.base_url())
        .page_token("1", "token")
        .clock(ManualClock::new())
        .build()
        .unwrap();
    let http = pancake_client::http_client_builder().unwrap().build();
    let http = http.unwrap();
    let transport = PlainTransport::new(http.clone()).page_token(AccessToken::from("token"));
    let plain = Client::with_transport(&server.base_url(), http, transport);
    let ours = pancake.client().list_tags().page_id("1").send().await;
    let plain = plain.list_tags().page_id("1").send().await;
    let escaped = ESCAPED.map(|sign| format!("<{}>", sign.escape_default()));
    let kept = KEPT.map(|sign| format!("<{sign}>"));
    let line = escaped.concat() + &kept.concat();
    for shown in [
        Error::from(ours.unwrap_err()).to_string(),
        plain.unwrap_err().to_string(),
    ] {
        assert!(shown.contains(&line), "{shown:?}\n{line:?}");
    }
}
