//! Sends under every fault that the fake server knows: the outcome is right, what is stored is what outcome and read-back
//! say, and nothing is ever stored twice. What is stored is counted at the server, not through the SDK.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod dates;
mod doubts;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pancake_ext::client::chrono::{DateTime, Utc};
use pancake_ext::{
    Clock, ContentId, Conversation, Error, ErrorKind, Execution, ManualClock, Pancake,
    PancakeBuilder, RateLimit, Reconciled, RetryPolicy, SendOptions, SendOutcome, Sleep, Unsettled,
};
use pancake_mock::{Fault, FaultKind, MockClock, MockPancake, Oddity};

const PAGE: &str = "1000000000000001";
const TEXT: &str = "Dạ còn hàng ạ";

/// Time that passes here passes at the server too.
#[derive(Clone)]
struct BothClocks {
    here: ManualClock,
    there: MockClock,
}

impl Clock for BothClocks {
    fn now(&self) -> Instant {
        self.here.now()
    }

    fn wall_time(&self) -> DateTime<Utc> {
        self.here.wall_time()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let (clock, pause) = (self.there.clone(), self.here.sleep(duration));
        Box::pin(async move {
            pause.await;
            clock.advance(duration);
        })
    }
}

struct Scene {
    mock: MockPancake,
    clock: ManualClock,
    id: String,
    before: u64,
}

impl Scene {
    async fn new() -> Self {
        let mock = MockPancake::builder()
            .rate_limit(None)
            .frozen_clock()
            .oddity(Oddity::PublicApiAdminName, true)
            .start()
            .await
            .unwrap();
        let id = mock.arrive_conversation(PAGE, "Còn hàng không ạ?").unwrap();
        let scene = Scene {
            before: mock.message_count(PAGE, &id).unwrap(),
            clock: ManualClock::new(),
            mock,
            id,
        };
        scene.pass(600);
        scene
    }

    /// Time passes, here and at the server.
    fn pass(&self, seconds: u64) {
        let time = Duration::from_secs(seconds);
        self.clock.advance(time);
        self.mock.clock().advance(time);
    }

    fn clocks(&self) -> BothClocks {
        BothClocks {
            here: self.clock.clone(),
            there: self.mock.clock().clone(),
        }
    }

    fn builder(&self) -> PancakeBuilder {
        Pancake::builder()
            .base_url(self.mock.base_url())
            .page_token(PAGE, self.mock.page_token(PAGE).unwrap())
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .answer_limit(256 * 1024)
            .clock(self.clocks())
    }

    fn chat(&self) -> Conversation {
        self.of(self.builder())
    }

    fn of(&self, builder: PancakeBuilder) -> Conversation {
        builder
            .build()
            .unwrap()
            .page(PAGE)
            .conversation(self.id.as_str())
    }

    /// The next send goes wrong.
    fn fault(&self, kind: FaultKind) {
        let fault = Fault::new(kind).on("send_message");
        self.mock.faults().add(fault.times(1));
    }

    /// Messages that were stored since the scene began.
    fn stored(&self) -> u64 {
        self.mock.message_count(PAGE, &self.id).unwrap() - self.before
    }

    fn requests(&self, operation: &str) -> usize {
        let journal = self.mock.journal();
        let mut requests = journal.iter().map(|entry| entry.operation.as_deref());
        requests
            .by_ref()
            .filter(|id| *id == Some(operation))
            .count()
    }

    /// A send that is stored, and whose answer is lost.
    async fn lost(&self, chat: &Conversation) -> Unsettled {
        self.fault(FaultKind::GatewayTimeoutAfterStore);
        unsettled(chat.reply(TEXT).await)
    }

    /// A send that is not stored, and of which nobody can know that.
    async fn vain(&self, chat: &Conversation) -> Unsettled {
        self.fault(FaultKind::BadGatewayHtml);
        unsettled(chat.reply(TEXT).await)
    }
}

fn unsettled(outcome: Result<SendOutcome, Error>) -> Unsettled {
    match outcome.unwrap() {
        SendOutcome::Unknown(unsettled) => *unsettled,
        other => panic!("not unknown: {other:?}"),
    }
}

fn name(reconciled: &Reconciled) -> String {
    match reconciled {
        Reconciled::Delivered(_) => "delivered".to_owned(),
        Reconciled::Absent => "absent".to_owned(),
        Reconciled::Unclear { candidates } => format!("unclear, {}", candidates.len()),
        _ => "new".to_owned(),
    }
}

/// The id of the delivery.
fn found(reconciled: Reconciled) -> String {
    match reconciled {
        Reconciled::Delivered(_) => {
            let delivery = reconciled.delivered().unwrap();
            assert!(delivery.read_back);
            delivery.message_id.unwrap().as_str().to_owned()
        }
        other => panic!("not delivered: {}", name(&other)),
    }
}

/// What a fault on a send comes to: the outcome, and how many messages are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    Delivered,
    Rejected,
    NotSent,
    Unknown { stored: bool },
}

fn answer(status: u16, content_type: &str, body: &str) -> FaultKind {
    FaultKind::Answer {
        status,
        content_type: content_type.to_owned(),
        body: body.to_owned(),
    }
}

/// Every kind of fault. `None` for one that is not in the table: a new kind has to be put there.
fn expected(kind: &FaultKind) -> Option<Expected> {
    use Expected::*;
    Some(match kind {
        FaultKind::RotateToken => NotSent,
        FaultKind::TooManyRequests { .. } => NotSent,
        FaultKind::InternalError => Unknown { stored: false },
        FaultKind::BadGatewayHtml => Unknown { stored: false },
        FaultKind::GatewayTimeoutAfterStore => Unknown { stored: true },
        FaultKind::ResetBefore => Unknown { stored: false },
        FaultKind::ResetAfter => Unknown { stored: true },
        FaultKind::TruncatedBody => Unknown { stored: true },
        FaultKind::InvalidJson => Unknown { stored: true },
        // The body is right, and the header is no reason to doubt it.
        FaultKind::WrongContentType => Delivered,
        FaultKind::SlowHeaders(_) => Unknown { stored: true },
        FaultKind::SlowBody(_) => Unknown { stored: true },
        FaultKind::EndlessBody => Unknown { stored: true },
        FaultKind::Redirect(_) => Unknown { stored: false },
        // These are about lists.
        FaultKind::StuckCursor
        | FaultKind::RepeatedRows
        | FaultKind::ShortPage
        | FaultKind::EmptyPage => Delivered,
        FaultKind::ErrorWithoutCode => Unknown { stored: false },
        FaultKind::ErrorCode(code) => match code {
            101..=103 | 105 | 106 | 429 => NotSent,
            500..=599 => Unknown { stored: false },
            _ => Rejected,
        },
        FaultKind::Answer { status, body, .. } => match (status, body.as_str()) {
            (429 | 401, _) => NotSent,
            (400..=499, body) if !body.contains("\"e_code\":1,") => match status {
                408 => Unknown { stored: false },
                _ => Rejected,
            },
            (200, body) if body.contains("\"e_code\":10,") || body.contains("message_code") => {
                Rejected
            }
            _ => Unknown { stored: false },
        },
        _ => return None,
    })
}

fn every_fault() -> Vec<FaultKind> {
    let long = Duration::from_secs(3600);
    let json = "application/json";
    let mut all = vec![
        FaultKind::RotateToken,
        FaultKind::InternalError,
        FaultKind::BadGatewayHtml,
        FaultKind::GatewayTimeoutAfterStore,
        FaultKind::ResetBefore,
        FaultKind::ResetAfter,
        FaultKind::TruncatedBody,
        FaultKind::InvalidJson,
        FaultKind::WrongContentType,
        FaultKind::SlowHeaders(long),
        FaultKind::SlowBody(long),
        FaultKind::EndlessBody,
        FaultKind::Redirect("https://elsewhere.example/".to_owned()),
        FaultKind::StuckCursor,
        FaultKind::RepeatedRows,
        FaultKind::ShortPage,
        FaultKind::EmptyPage,
        FaultKind::ErrorWithoutCode,
        answer(200, json, "{}"),
        answer(200, json, r#"{"message":"Dạ còn hàng ạ"}"#),
        answer(200, json, ""),
        answer(200, json, "[]"),
        answer(200, "text/html", "<html>Pancake</html>"),
        answer(204, json, ""),
        answer(
            400,
            json,
            r#"{"success":false,"e_code":1,"message":"(#1) …"}"#,
        ),
        answer(
            200,
            json,
            r#"{"success":false,"e_code":10,"e_subcode":2018278,"message":"(#10) …"}"#,
        ),
        answer(
            200,
            json,
            r#"{"success":false,"message_code":"invalid_upload_fb_attachments_result"}"#,
        ),
        answer(401, "text/html", "<html>"),
        answer(403, "text/html", "<html>"),
        answer(404, "text/html", "<html>"),
        answer(408, "text/html", "<html>"),
        answer(413, "text/html", "<html>"),
        answer(429, "text/html", "<html>"),
        answer(
            500,
            json,
            r#"{"success":false,"e_code":10,"message":"(#10) …"}"#,
        ),
        answer(503, "text/html", "<html>"),
    ];
    for in_body in [false, true] {
        all.push(FaultKind::TooManyRequests {
            in_body,
            retry_after: None,
        });
    }
    for code in [100, 101, 102, 103, 105, 106, 107, 121, 122, 429, 500, 4711] {
        all.push(FaultKind::ErrorCode(code));
    }
    all
}

fn slow(kind: &FaultKind) -> bool {
    matches!(kind, FaultKind::SlowHeaders(_) | FaultKind::SlowBody(_))
}

/// A client that gives up at once on an answer that does not come, if the fault is one of those.
fn chat_for(scene: &Scene, kind: &FaultKind) -> Conversation {
    let builder = scene.builder().retry(RetryPolicy::never());
    scene.of(match slow(kind) {
        // The server's clock stands: no time is long enough for the answer. This one is for the request to get there.
        true => builder.attempt_timeout(Duration::from_secs(1)),
        false => builder,
    })
}

#[tokio::test]
async fn every_fault_on_a_send_has_its_outcome_and_what_is_stored_fits() {
    for kind in every_fault() {
        let scene = Scene::new().await;
        let chat = chat_for(&scene, &kind);
        scene.fault(kind.clone());
        let expected = expected(&kind).unwrap_or_else(|| panic!("not in the table: {kind:?}"));
        let outcome = chat.reply(TEXT).await.unwrap();
        let (actual, stored) = match &outcome {
            SendOutcome::Delivered(_) => (Expected::Delivered, 1),
            SendOutcome::Rejected(_) => (Expected::Rejected, 0),
            SendOutcome::NotSent(_) => (Expected::NotSent, 0),
            SendOutcome::Unknown(_) => match expected {
                Expected::Unknown { stored } => (expected, u64::from(stored)),
                other => panic!("{kind:?}: unknown instead of {other:?}"),
            },
            other => panic!("{kind:?}: {other:?}"),
        };
        assert_eq!(actual, expected, "{kind:?}");
        assert_eq!(scene.stored(), stored, "{kind:?}: stored");
        assert_eq!(scene.requests("send_message"), 1, "{kind:?}: requests");
        assert_eq!(
            outcome.error().is_none(),
            outcome.is_delivered(),
            "{kind:?}"
        );

        let Some(unsettled) = outcome.unsettled() else {
            continue;
        };
        let execution = outcome.error().map(Error::execution);
        assert_eq!(execution, Some(Execution::Unknown), "{kind:?}");
        let reconciled = unsettled.reconcile(&chat).await.unwrap();
        let settled = match stored {
            0 => "absent",
            _ => "delivered",
        };
        assert_eq!(name(&reconciled), settled, "{kind:?}");
        assert_eq!(scene.stored(), stored, "{kind:?}: stored by reading back");
        // Once more, and it says the same.
        let again = unsettled.reconcile(&chat).await.unwrap();
        assert_eq!(name(&again), settled, "{kind:?}, again");
        assert_eq!(scene.mock.violations(), [], "{kind:?}");
    }
}

#[tokio::test]
async fn with_the_usual_retries_no_fault_stores_two_messages() {
    for kind in every_fault() {
        if slow(&kind) {
            continue;
        }
        let scene = Scene::new().await;
        let chat = scene.chat();
        scene.fault(kind.clone());
        let outcome = chat
            .reply(TEXT)
            .options(SendOptions::new().reconcile())
            .await
            .unwrap();
        let stored = u64::from(outcome.is_delivered());
        assert_eq!(scene.stored(), stored, "{kind:?}: {outcome:?}");
        assert!(!outcome.is_unknown(), "{kind:?}: {outcome:?}");
        if let Some(Expected::Unknown { stored }) = expected(&kind) {
            assert_eq!(scene.requests("send_message"), 1, "{kind:?}");
            assert_eq!(outcome.is_delivered(), stored, "{kind:?}: {outcome:?}");
            assert_eq!(outcome.is_not_sent(), !stored, "{kind:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn what_was_turned_away_for_its_rate_is_sent_again_and_stored_once() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::TooManyRequests {
        in_body: true,
        retry_after: None,
    });
    let delivery = scene.chat().reply(TEXT).await.unwrap().delivered().unwrap();
    assert!(!delivery.read_back);
    assert_eq!((scene.stored(), scene.requests("send_message")), (1, 2));
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let scene = Scene::new().await;
    let gone = MockPancake::start().await.unwrap();
    let address = gone.base_url().to_owned();
    gone.stop().await;
    let chat = scene.of(scene.builder().base_url(address));
    let outcome = chat.reply(TEXT).await.unwrap();
    assert!(outcome.is_not_sent(), "{outcome:?}");
    assert_eq!(outcome.error().unwrap().kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn without_a_token_nothing_was_sent() {
    let scene = Scene::new().await;
    let pancake = Pancake::builder()
        .base_url(scene.mock.base_url())
        .build()
        .unwrap();
    let chat = pancake.page(PAGE).conversation(scene.id.as_str());
    let outcome = chat.reply(TEXT).await.unwrap();
    assert!(outcome.is_not_sent(), "{outcome:?}");
    assert_eq!(outcome.error().unwrap().kind(), ErrorKind::Token);
    assert_eq!(scene.mock.journal().len(), 0);
}

#[tokio::test]
async fn a_token_that_is_rotated_meanwhile_fails_the_send_and_serves_the_next_one() {
    let scene = Scene::new().await;
    let pancake = Pancake::builder()
        .base_url(scene.mock.base_url())
        .user_token(scene.mock.user_token())
        .clock(scene.clock.clone())
        .build()
        .unwrap();
    let chat = pancake.page(PAGE).conversation(scene.id.as_str());
    assert!(chat.reply(TEXT).await.unwrap().is_delivered());
    scene.mock.rotate_page_token(PAGE).unwrap();
    let outcome = chat.reply(TEXT).await.unwrap();
    assert!(outcome.is_not_sent(), "{outcome:?}");
    assert_eq!(outcome.error().unwrap().kind(), ErrorKind::Token);
    assert_eq!(scene.stored(), 1, "it was not sent again by itself");
    assert!(chat.reply(TEXT).await.unwrap().is_delivered());
    assert_eq!((scene.stored(), scene.requests("send_message")), (2, 3));
}

#[tokio::test]
async fn a_call_time_out_is_unknown_once_the_request_is_out_and_not_sent_before() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::SlowHeaders(Duration::from_secs(3600)));
    let builder = scene.builder().call_timeout(Duration::from_secs(1));
    let unsettled = unsettled(scene.of(builder).reply(TEXT).await);
    assert_eq!(unsettled.error.unwrap().kind(), ErrorKind::Timeout);
    assert_eq!(scene.stored(), 1);

    // Too many requests, and the pause after them is longer than the call may take.
    scene.mock.faults().clear();
    scene.fault(FaultKind::TooManyRequests {
        in_body: false,
        retry_after: Some(5),
    });
    let builder = Pancake::builder()
        .base_url(scene.mock.base_url())
        .page_token(PAGE, scene.mock.page_token(PAGE).unwrap())
        .call_timeout(Duration::from_millis(500));
    let outcome = scene.of(builder).reply(TEXT).await.unwrap();
    assert!(outcome.is_not_sent(), "{outcome:?}");
    assert_eq!(scene.stored(), 1);
}

#[tokio::test]
async fn an_identical_message_from_before_does_not_count() {
    let scene = Scene::new().await;
    // By another program, and long enough ago for the clocks to tell.
    let earlier = scene.chat().reply(TEXT).await.unwrap().delivered().unwrap();
    scene.pass(120);
    let chat = scene.chat();
    let reconciled = scene
        .vain(&chat)
        .await
        .reconcile_within(&chat, Duration::ZERO)
        .await;
    assert_eq!(name(&reconciled.unwrap()), "absent");
    let lost = scene.lost(&chat).await;
    let found = found(lost.reconcile(&chat).await.unwrap());
    assert_ne!(
        Some(found.as_str()),
        earlier.message_id.as_ref().map(|id| id.as_str())
    );
    assert_eq!(scene.stored(), 2);
}

#[tokio::test]
async fn an_identical_message_of_a_moment_before_is_unclear_if_it_is_another_programs() {
    let scene = Scene::new().await;
    let other = scene.chat();
    assert!(other.reply(TEXT).await.unwrap().is_delivered());
    scene.pass(1);
    let chat = scene.chat();
    let unsettled = scene.vain(&chat).await;
    assert_eq!(
        name(&unsettled.reconcile(&chat).await.unwrap()),
        "unclear, 1"
    );
    // The one who sent both knows better.
    let unsettled = scene.vain(&other).await;
    let reconciled = unsettled.reconcile(&other).await.unwrap();
    assert_eq!(name(&reconciled), "absent");
}

#[tokio::test]
async fn an_identical_message_of_the_same_client_counts_for_its_own_send_alone() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    // All in one moment: no clock can tell them apart.
    let before = chat.reply(TEXT).await.unwrap().delivered().unwrap();
    let vain = scene.vain(&chat).await;
    let lost = scene.lost(&chat).await;
    let after = chat.reply(TEXT).await.unwrap().delivered().unwrap();
    let id = found(lost.reconcile(&chat).await.unwrap());
    for other in [before, after] {
        assert_ne!(
            Some(id.as_str()),
            other.message_id.as_ref().map(|id| id.as_str())
        );
    }
    // Now every message has its send.
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "absent");
    assert_eq!(found(lost.reconcile(&chat).await.unwrap()), id);
    assert_eq!(scene.stored(), 3);
}

#[tokio::test]
async fn a_message_that_another_send_under_way_may_have_made_is_not_taken_for_ones_own() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let vain = scene.vain(&chat).await;
    scene.fault(FaultKind::SlowHeaders(Duration::from_secs(3600)));
    let (_, sending) = chat.reply(TEXT).prepare().unwrap();
    let send = tokio::spawn(sending);
    while scene.stored() == 0 {
        tokio::task::yield_now().await;
    }
    let reconciled = vain.reconcile_within(&chat, Duration::ZERO).await;
    assert_eq!(name(&reconciled.unwrap()), "unclear, 1");
    scene.pass(3600);
    assert!(send.await.unwrap().unwrap().is_delivered());
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "absent");
}

#[tokio::test]
async fn two_lost_sends_of_the_same_text_are_unclear() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let first = scene.lost(&chat).await;
    let second = scene.lost(&chat).await;
    for unsettled in [first, second] {
        let reconciled = unsettled.reconcile(&chat).await.unwrap();
        assert_eq!(name(&reconciled), "unclear, 2");
    }
}

#[tokio::test]
async fn the_same_words_of_a_person_are_no_delivery_and_no_absence() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let vain = scene.vain(&chat).await;
    scene.mock.staff_message(PAGE, &scene.id, TEXT).unwrap();
    scene.mock.arrive_message(PAGE, &scene.id, TEXT).unwrap();
    let reconciled = vain.reconcile(&chat).await.unwrap();
    assert_eq!(name(&reconciled), "unclear, 1");
    let lost = scene.lost(&chat).await;
    let id = found(lost.reconcile(&chat).await.unwrap());
    let messages = chat.messages().collect().await.unwrap();
    let newest = messages[0].id.as_ref().unwrap().as_str();
    assert_eq!(id, newest);
}

#[tokio::test]
async fn a_delivery_under_a_persons_name_is_unclear_unless_a_sender_was_given() {
    let scene = Scene::new().await;
    scene.mock.oddities().set(Oddity::PublicApiAdminName, false);
    let chat = scene.chat();
    let lost = scene.lost(&chat).await;
    assert_eq!(name(&lost.reconcile(&chat).await.unwrap()), "unclear, 1");

    scene.pass(60);
    scene.fault(FaultKind::ResetAfter);
    let user = "11111111-1111-4111-8111-111111111111";
    let lost = unsettled(
        chat.reply(TEXT)
            .options(SendOptions::new().sender(user))
            .await,
    );
    found(lost.reconcile(&chat).await.unwrap());
}

#[tokio::test]
async fn only_what_is_behind_the_known_message_counts() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let other = scene.chat();
    let last = other.reply(TEXT).await.unwrap().delivered().unwrap();
    let last = last.message_id.unwrap();
    // In the same moment, by another program: without the id this would count.
    scene.fault(FaultKind::BadGatewayHtml);
    let vain = unsettled(
        chat.reply(TEXT)
            .options(SendOptions::new().after(&last))
            .await,
    );
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "absent");
    scene.fault(FaultKind::ResetAfter);
    let lost = unsettled(
        chat.reply(TEXT)
            .options(SendOptions::new().after(&last))
            .await,
    );
    assert_ne!(found(lost.reconcile(&chat).await.unwrap()), last.as_str());
}

#[tokio::test]
async fn with_a_known_message_the_clocks_need_not_agree() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    for (is_known, expected) in [(false, "unclear, 1"), (true, "delivered")] {
        let last = scene.mock.arrive_message(PAGE, &scene.id, "Alo?").unwrap();
        scene.pass(600);
        scene.fault(FaultKind::ResetAfter);
        let mut request = chat.reply(TEXT);
        if is_known {
            request = request.options(SendOptions::new().after(last));
        }
        // Another process goes on, and no answer had told the server's time.
        let kept = doubts::without_the_servers_time(&unsettled(request.await));
        scene.pass(30);
        let reconciled = kept.reconcile_within(&chat, Duration::ZERO).await.unwrap();
        assert_eq!(name(&reconciled), expected);
    }
}

#[tokio::test]
async fn messages_that_came_meanwhile_are_read_through_page_by_page() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let lost = scene.lost(&chat).await;
    scene.pass(1);
    for n in 0..70 {
        let text = format!("{n}");
        scene.mock.arrive_message(PAGE, &scene.id, &text).unwrap();
    }
    let before = scene.requests("list_messages");
    found(lost.reconcile(&chat).await.unwrap());
    assert_eq!(scene.requests("list_messages") - before, 3);
}

#[tokio::test]
async fn a_conversation_too_long_to_be_read_back_is_never_called_absent() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let vain = scene.vain(&chat).await;
    for n in 0..330 {
        let text = format!("{n}");
        scene.mock.arrive_message(PAGE, &scene.id, &text).unwrap();
    }
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "unclear, 0");
    assert_eq!(scene.clock.pauses(), [], "waiting would not help");
}

#[tokio::test]
async fn an_unsettled_send_survives_the_process_without_a_token() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let (vain, lost) = (scene.vain(&chat).await, scene.lost(&chat).await);
    let stored = serde_json::to_string(&[&vain, &lost]).unwrap();
    let token = scene.mock.page_token(PAGE).unwrap();
    assert!(stored.contains(TEXT) && !stored.contains(&token));
    let shown = format!("{lost:?} {:?}", chat.reply(TEXT));
    let shown = format!("{shown} {:?}", chat.reply(TEXT).prepare().unwrap().0);
    assert!(!shown.contains("hàng"), "{shown}");

    // Another process, an hour later, on a machine whose clock says so.
    scene.pass(3600);
    scene.mock.arrive_message(PAGE, &scene.id, "Alo?").unwrap();
    let [vain, lost]: [Unsettled; 2] = serde_json::from_str(&stored).unwrap();
    let chat = scene.chat();
    assert_eq!(
        (lost.text.as_deref(), lost.page_id.as_str()),
        (Some(TEXT), PAGE)
    );
    let pauses = scene.clock.pauses().len();
    found(lost.reconcile(&chat).await.unwrap());
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "absent");
    assert_eq!(
        scene.clock.pauses().len(),
        pauses,
        "nothing comes after an hour"
    );
}

#[tokio::test]
async fn a_send_that_was_dropped_half_way_is_settled_from_what_was_prepared() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    // Any answer tells the server's time.
    assert_eq!(chat.messages().collect().await.unwrap().len(), 1);
    scene.mock.clear_journal();
    scene.fault(FaultKind::SlowHeaders(Duration::from_secs(3600)));
    let (unsettled, sending) = chat.reply(TEXT).prepare().unwrap();
    let kept = serde_json::to_string(&unsettled).unwrap();
    assert_eq!(
        scene.mock.journal().len(),
        0,
        "nothing is sent before it is awaited"
    );
    let send = tokio::spawn(sending);
    while scene.stored() == 0 {
        tokio::task::yield_now().await;
    }
    send.abort();
    assert!(send.await.unwrap_err().is_cancelled());
    let kept: Unsettled = serde_json::from_str(&kept).unwrap();
    found(kept.reconcile(&chat).await.unwrap());
    assert_eq!(scene.stored(), 1);
}

#[tokio::test]
async fn nothing_is_sent_before_it_is_awaited() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    drop(chat.reply(TEXT));
    drop(std::future::IntoFuture::into_future(chat.reply(TEXT)));
    drop(chat.reply(TEXT).options(SendOptions::new().reconcile()));
    drop(chat.reply(TEXT).prepare().unwrap());
    drop(std::future::IntoFuture::into_future(
        chat.reply_in_parts(TEXT, 5),
    ));
    assert_eq!(scene.mock.journal().len(), 0);
}

/// A clock at whose second pause somebody behind the gateway stores the message after all.
struct Late {
    clocks: BothClocks,
    other: Conversation,
    pauses: AtomicU64,
}

impl Clock for Late {
    fn now(&self) -> Instant {
        self.clocks.now()
    }

    fn wall_time(&self) -> DateTime<Utc> {
        self.clocks.wall_time()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let late = self.pauses.fetch_add(1, Ordering::SeqCst) == 1;
        let (other, pause) = (self.other.clone(), self.clocks.sleep(duration));
        Box::pin(async move {
            pause.await;
            if late {
                assert!(other.reply(TEXT).await.unwrap().is_delivered());
            }
        })
    }
}

#[tokio::test]
async fn a_message_that_is_stored_late_is_waited_for() {
    let scene = Scene::new().await;
    let clock = Late {
        clocks: scene.clocks(),
        other: scene.chat(),
        pauses: AtomicU64::new(0),
    };
    let chat = scene.of(scene.builder().clock(clock));
    scene.fault(FaultKind::BadGatewayHtml);
    let outcome = chat
        .reply(TEXT)
        .options(SendOptions::new().reconcile())
        .await
        .unwrap();
    assert!(outcome.delivered().unwrap().read_back);
    assert_eq!(scene.clock.pauses(), [500, 1000].map(Duration::from_millis));
}

#[tokio::test]
async fn absence_takes_ten_seconds_or_what_was_asked_for() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let vain = scene.vain(&chat).await;
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "absent");
    let waited: Duration = scene.clock.pauses().iter().sum();
    assert_eq!(waited, Duration::from_secs(10));
    let reconciled = vain.reconcile_within(&chat, Duration::from_secs(1)).await;
    assert_eq!(name(&reconciled.unwrap()), "absent");
    let waited: Duration = scene.clock.pauses().iter().sum();
    assert_eq!(waited, Duration::from_secs(11));
}

#[tokio::test]
async fn however_long_one_waits_a_message_that_comes_is_seen_within_seconds() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let vain = scene.vain(&chat).await;
    let reconciled = vain.reconcile_within(&chat, Duration::from_secs(60)).await;
    assert!(reconciled.unwrap().is_absent());
    let pauses = scene.clock.pauses();
    assert_eq!(pauses.iter().sum::<Duration>(), Duration::from_secs(60));
    assert_eq!(pauses.iter().max(), Some(&Duration::from_secs(5)));
}

#[tokio::test]
async fn prepared_send_keeps_its_options() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let options = SendOptions::new().reconcile();
    let (_, sending) = chat.reply(TEXT).options(options).prepare().unwrap();
    scene.fault(FaultKind::ResetAfter);
    let delivery = sending.await.unwrap().delivered().unwrap();
    assert!(delivery.read_back);
    scene.fault(FaultKind::ResetAfter);
    assert!(chat.reply(TEXT).await.unwrap().is_unknown());
}

#[tokio::test]
async fn a_read_back_that_fails_settles_nothing() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let fault = Fault::new(FaultKind::ErrorCode(4711)).on("list_messages");
    let fault = scene.mock.faults().add(fault);
    let lost = scene.lost(&chat).await;
    let error = lost.reconcile(&chat).await.unwrap_err();
    assert_eq!(error.operation(), Some("list_messages"));
    scene.fault(FaultKind::ResetAfter);
    let outcome = chat
        .reply("Dạ")
        .options(SendOptions::new().reconcile())
        .await
        .unwrap();
    assert!(outcome.is_unknown(), "{outcome:?}");
    scene.mock.faults().remove(fault);
    found(lost.reconcile(&chat).await.unwrap());

    let elsewhere = chat.page().conversation("elsewhere");
    let error = lost.reconcile(&elsewhere).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_is_sent() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let files = |count: usize| (0..count).map(|n| ContentId::from(n.to_string())).collect();
    let many: Vec<ContentId> = files(31);
    let page = chat.page().pancake().page("zl_1000000000000002");
    for outcome in [
        chat.reply("").await,
        chat.reply(" \n").await,
        chat.reply(Vec::<ContentId>::new()).await,
        chat.reply(many).await,
        chat.reply(TEXT).options(SendOptions::new().after("")).await,
        chat.reply(TEXT)
            .options(SendOptions::new().reply_to(""))
            .await,
        chat.reply_comment("", TEXT).await,
        chat.private_reply("p", "c", "", TEXT).await,
        page.conversation("c")
            .reply(files(2) as Vec<ContentId>)
            .await,
        chat.page().conversation("").reply(TEXT).await,
        chat.page()
            .conversation("..")
            .reply(TEXT)
            .options(SendOptions::new().reconcile())
            .await,
    ] {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert_eq!(error.operation(), Some("send_message"), "{error}");
    }
    for sent in [
        chat.reply_in_parts(" ", 10).await,
        chat.reply_in_parts(TEXT, 0).await,
    ] {
        assert_eq!(sent.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
    assert_eq!(scene.mock.journal().len(), 0);
}

#[tokio::test]
async fn what_the_channel_refuses_is_rejected() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    scene.mock.oddities().set(Oddity::SendWindow, true);
    scene.pass(90_000);
    let outcome = chat.reply(TEXT).await.unwrap();
    assert!(outcome.is_rejected(), "{outcome:?}");
    let error = outcome.delivered().unwrap_err();
    assert_eq!(error.code().map(|code| code.get()), Some(10));
    assert!(error.hint().contains("24 hours"), "{}", error.hint());

    scene.mock.oddities().set(Oddity::SendWindow, false);
    let outcome = chat.reply(ContentId::from("used")).await.unwrap();
    assert!(outcome.is_rejected(), "{outcome:?}");
    let error = outcome.error().unwrap();
    assert!(error.hint().contains("upload it again"), "{}", error.hint());
    assert_eq!(scene.stored(), 0);
}

#[tokio::test]
async fn reason_in_original_error_alone_is_a_rejection() {
    let reason = r#"{"error":{"code":10,"error_subcode":2018278,"message":"(#10) outside"}}"#;
    let text = serde_json::to_string(reason).unwrap();
    for (original, code) in [
        (r#""(#10) outside""#, 10),
        (reason, 10),
        (text.as_str(), 10),
        (r#""(#10900) replied""#, 10900),
    ] {
        let scene = Scene::new().await;
        let body = format!(r#"{{"success":false,"original_error":{original}}}"#);
        scene.fault(answer(200, "application/json", &body));
        let outcome = scene.chat().reply(TEXT).await.unwrap();
        assert!(outcome.is_rejected(), "{body}: {outcome:?}");
        let error = outcome.error().unwrap();
        assert_eq!(error.code().map(|code| code.get()), Some(code), "{body}");
        assert_eq!(scene.requests("send_message"), 1, "{body}");
    }
}

async fn upload(chat: &Conversation) -> ContentId {
    use pancake_ext::reqwest::multipart::Part;
    let photo = Part::bytes(&b"a picture"[..]).file_name("xoài.png");
    let photo = photo.mime_str("image/png").unwrap();
    let page = chat.page();
    let call = page.pancake().client().upload_contents();
    let answer = call.page_id(page.id()).file(photo).send().await.unwrap();
    answer.into_inner().id.unwrap()
}

#[tokio::test]
async fn files_are_found_again_by_their_ids() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let files = vec![upload(&chat).await, upload(&chat).await];
    scene.fault(FaultKind::BadGatewayHtml);
    let vain = unsettled(chat.reply(files.clone()).await);
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "absent");
    scene.fault(FaultKind::ResetAfter);
    let lost = unsettled(chat.reply(files.clone()).await);
    assert_eq!((&lost.text, &lost.content_ids), (&None, &files));
    found(lost.reconcile(&chat).await.unwrap());
    assert_eq!(scene.stored(), 1);
}

/// A conversation below a post, with the id and the author of its first comment.
async fn comment(scene: &Scene) -> (Conversation, String, String) {
    let page = scene.chat().page().clone();
    let mut rows = page
        .conversations()
        .kind(pancake_ext::ConversationKind::Comment)
        .stream();
    let id = rows.try_next().await.unwrap().unwrap().id.unwrap();
    let chat = page.conversation(id);
    let messages = chat.messages().oldest_first().collect().await.unwrap();
    let first = &messages[0];
    let author = first.from.as_ref().unwrap().id.as_ref().unwrap();
    (
        chat,
        first.id.as_ref().unwrap().to_string(),
        author.to_string(),
    )
}

#[tokio::test]
async fn an_answer_to_a_comment_is_settled_below_the_comment() {
    let scene = Scene::new().await;
    let (chat, comment, _) = comment(&scene).await;
    let files = [upload(&chat).await];
    let reply = chat.reply_comment(comment.as_str(), TEXT).files(files);
    assert!(reply.await.unwrap().is_delivered());
    scene.pass(60);
    scene.fault(FaultKind::BadGatewayHtml);
    let vain = unsettled(chat.reply_comment(comment.as_str(), TEXT).await);
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "absent");
    scene.fault(FaultKind::ResetAfter);
    let lost = unsettled(chat.reply_comment(comment.as_str(), TEXT).await);
    found(lost.reconcile(&chat).await.unwrap());
    assert_eq!(scene.mock.violations(), []);
}

#[tokio::test]
async fn a_private_reply_that_is_not_found_is_unclear_and_never_absent() {
    let scene = Scene::new().await;
    let (chat, comment, author) = comment(&scene).await;
    let rows = chat.page().conversations();
    let rows = rows.kind(pancake_ext::ConversationKind::Comment).limit(1);
    let post = rows
        .collect()
        .await
        .unwrap()
        .pop()
        .unwrap()
        .post_id
        .unwrap();
    let send = || chat.private_reply(post.clone(), comment.as_str(), author.as_str(), TEXT);
    scene.fault(FaultKind::BadGatewayHtml);
    let vain = unsettled(send().await);
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "unclear, 0");
    scene.fault(FaultKind::ResetAfter);
    let outcome = send()
        .options(SendOptions::new().reconcile())
        .await
        .unwrap();
    assert!(outcome.delivered().unwrap().read_back);
    let inbox = format!("{PAGE}_{author}");
    let journal = scene.mock.journal();
    assert!(journal.iter().any(|entry| entry.path.contains(&inbox)));
}

#[tokio::test]
async fn a_long_text_is_sent_in_order_and_stops_at_the_first_part_that_fails() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let text = "Một hai ba. Bốn năm sáu. Bảy tám chín.";
    let sent = chat.reply_in_parts(text, 13).await.unwrap();
    assert!(sent.stopped.is_none());
    let messages = chat.messages().oldest_first().collect().await.unwrap();
    let texts: Vec<_> = messages[1..]
        .iter()
        .filter_map(|m| m.original_message.as_deref())
        .collect();
    assert_eq!(texts, ["Một hai ba.", "Bốn năm sáu.", "Bảy tám chín."]);
    let ids: Vec<_> = messages[1..]
        .iter()
        .map(|message| message.id.clone())
        .collect();
    let sent: Vec<_> = sent
        .delivered
        .into_iter()
        .map(|delivery| delivery.message_id)
        .collect();
    assert_eq!(ids, sent);

    scene.mock.faults().add(
        Fault::new(FaultKind::ResetAfter)
            .on("send_message")
            .after(1)
            .times(1),
    );
    let sent = chat.reply_in_parts(text, 13).await.unwrap();
    let stopped = sent.stopped.unwrap();
    assert_eq!(sent.delivered.len(), 1);
    assert_eq!(
        (stopped.part.as_str(), stopped.rest.as_str()),
        ("Bốn năm sáu.", "Bảy tám chín.")
    );
    assert!(!format!("{stopped:?}").contains("Bốn"), "{stopped:?}");
    let unsettled = stopped.outcome.unsettled().unwrap();
    found(unsettled.reconcile(&chat).await.unwrap());
    assert_eq!(scene.stored(), 5);
}

#[tokio::test]
async fn a_long_text_goes_on_behind_a_part_that_was_found_again() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    scene.mock.faults().add(
        Fault::new(FaultKind::ResetAfter)
            .on("send_message")
            .times(2),
    );
    let sent = chat
        .reply_in_parts("ha ha ha ha", 2)
        .options(SendOptions::new().reconcile())
        .await
        .unwrap();
    assert!(sent.stopped.is_none(), "{sent:?}");
    let read_back: Vec<_> = sent
        .delivered
        .iter()
        .map(|delivery| delivery.read_back)
        .collect();
    assert_eq!(read_back, [true, true, false, false]);
    assert_eq!(scene.stored(), 4);
}
