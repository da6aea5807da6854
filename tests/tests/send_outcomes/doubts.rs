//! Where a message that was stored could be taken for absent, or another one for it: what is read back is incomplete, a clock
//! is wrong, the send is not over, the channel has changed the words.

use std::sync::Arc;
use std::time::Duration;

use pancake_ext::client::chrono::TimeDelta;
use pancake_ext::client::{Call, SharedTransport, Transport, TransportFuture};
use pancake_ext::{Clock as _, SendOptions, Unsettled};
use pancake_mock::{Fault, FaultKind};
use serde_json::Value;
use tokio::sync::Notify;

use super::{PAGE, Scene, TEXT, found, name};

#[tokio::test]
async fn an_answer_without_rows_is_no_proof_that_the_message_is_absent() {
    for (later, fault) in [
        (0, Fault::new(FaultKind::EmptyPage)),
        (40, Fault::new(FaultKind::EmptyPage).after(1)),
        // The rows of the answer before, once more: what lies behind them was not read.
        (40, Fault::new(FaultKind::StuckCursor).after(1)),
        (40, Fault::new(FaultKind::RepeatedRows).after(1)),
    ] {
        let scene = Scene::new().await;
        let chat = scene.chat();
        let lost = scene.lost(&chat).await;
        scene.pass(3600);
        for n in 0..later {
            let text = format!("Alo {n}?");
            scene.mock.arrive_message(PAGE, &scene.id, &text).unwrap();
        }
        let fault = fault.on("list_messages").times(1);
        scene.mock.faults().add(fault.clone());
        found(lost.reconcile(&chat).await.unwrap());
    }
}

#[tokio::test]
async fn a_conversation_that_seems_empty_settles_nothing() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let lost = scene.lost(&chat).await;
    let fault = Fault::new(FaultKind::EmptyPage).on("list_messages");
    let fault = scene.mock.faults().add(fault);
    assert_eq!(name(&lost.reconcile(&chat).await.unwrap()), "unclear, 0");
    scene.mock.faults().remove(fault);
    found(lost.reconcile(&chat).await.unwrap());
}

/// What another process makes of it.
fn handed_over(unsettled: &Unsettled) -> Unsettled {
    serde_json::from_str(&serde_json::to_string(unsettled).unwrap()).unwrap()
}

/// The same from a process that never heard what time the server has.
pub(super) fn without_the_servers_time(unsettled: &Unsettled) -> Unsettled {
    let mut kept = serde_json::to_value(unsettled).unwrap();
    kept.as_object_mut().unwrap().remove("began_there");
    serde_json::from_value(kept).unwrap()
}

#[tokio::test]
async fn the_clock_of_another_machine_makes_neither_a_delivery_nor_an_absence() {
    for minutes in [-6000, -10, -2, 0, 2, 10] {
        let scene = Scene::new().await;
        let other = scene.chat();
        let same_words = other.reply(TEXT).await.unwrap().delivered().unwrap();
        scene.pass(300);
        let chat = scene.chat();
        let vain = scene.vain(&chat).await;
        // By the server's time at the send it is certain.
        let kept = handed_over(&vain);
        let doubtful = without_the_servers_time(&vain);
        scene.pass(100);
        let set = scene.clock.wall_time() + TimeDelta::minutes(minutes);
        scene.clock.set_wall_time(set);
        let elsewhere = scene.chat();
        let reconciled = kept.reconcile(&elsewhere).await.unwrap();
        assert_eq!(name(&reconciled), "absent", "{minutes}");
        // Without it, the message from before is not taken for this one, and its presence is a doubt.
        let reconciled = doubtful.reconcile(&elsewhere).await.unwrap();
        assert_eq!(name(&reconciled), "unclear, 1", "{minutes}");

        let lost = scene.lost(&chat).await;
        let (kept, doubtful) = (handed_over(&lost), without_the_servers_time(&lost));
        scene.pass(400);
        let elsewhere = scene.chat();
        let reconciled = doubtful.reconcile(&elsewhere).await.unwrap();
        assert_eq!(name(&reconciled), "unclear, 2", "{minutes}");
        let id = found(kept.reconcile(&elsewhere).await.unwrap());
        assert_ne!(
            Some(id.as_str()),
            same_words.message_id.as_ref().map(|id| id.as_str())
        );
    }
}

#[tokio::test]
async fn a_slow_answer_does_not_let_an_older_message_count() {
    let scene = Scene::new().await;
    assert!(scene.chat().reply(TEXT).await.unwrap().is_delivered());
    scene.pass(4);
    let chat = scene.chat();
    let vain = scene.vain(&chat).await;
    let slow = FaultKind::SlowBody(Duration::from_secs(6));
    let slow = Fault::new(slow).on("list_messages").times(1);
    scene.mock.faults().add(slow);
    let reconciled = {
        let chat = chat.clone();
        tokio::spawn(async move { vain.reconcile_within(&chat, Duration::ZERO).await })
    };
    while !reconciled.is_finished() {
        scene.pass(1);
        tokio::task::yield_now().await;
    }
    let reconciled = reconciled.await.unwrap().unwrap();
    assert_eq!(name(&reconciled), "unclear, 1");
}

/// Keeps sends back until it is told to let them through.
struct Gate {
    inner: SharedTransport,
    reached: Arc<Notify>,
    open: Arc<Notify>,
}

impl Transport for Gate {
    fn execute(&self, call: Call) -> TransportFuture<'_> {
        Box::pin(async move {
            if call.operation().id == "send_message" {
                self.reached.notify_one();
                self.open.notified().await;
            }
            self.inner.execute(call).await
        })
    }
}

#[tokio::test]
async fn a_send_that_is_still_under_way_is_never_absent() {
    let scene = Scene::new().await;
    let (reached, open) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let gate = (reached.clone(), open.clone());
    let chat = scene.of(scene.builder().wrap_transport(move |inner| {
        let (reached, open) = gate.clone();
        Gate {
            inner,
            reached,
            open,
        }
    }));
    let (kept, sending) = chat.reply(TEXT).prepare().unwrap();
    let send = tokio::spawn(sending);
    reached.notified().await;
    assert_eq!(name(&kept.reconcile(&chat).await.unwrap()), "unclear, 0");
    open.notify_one();
    assert!(send.await.unwrap().unwrap().is_delivered());
    found(kept.reconcile(&chat).await.unwrap());
}

#[tokio::test]
async fn other_words_through_the_api_since_the_send_are_a_doubt() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let vain = scene.vain(&chat).await;
    // By another program, or this message as the channel has made it: who knows.
    let other = scene.chat().reply("Dạ hết hàng").await.unwrap();
    assert!(other.is_delivered());
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "unclear, 1");
    // Of what it sent itself, a client knows.
    let scene = Scene::new().await;
    let chat = scene.chat();
    let vain = scene.vain(&chat).await;
    assert!(chat.reply("Dạ hết hàng").await.unwrap().is_delivered());
    assert_eq!(name(&vain.reconcile(&chat).await.unwrap()), "absent");
}

#[tokio::test]
async fn only_the_first_part_of_a_long_text_quotes() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let question = scene.mock.arrive_message(PAGE, &scene.id, "Alo?").unwrap();
    let sent = chat
        .reply_in_parts("Một hai ba", 4)
        .options(SendOptions::new().reply_to(question.as_str()));
    assert!(sent.await.unwrap().stopped.is_none());
    let mut journal = scene.mock.journal();
    journal.retain(|entry| entry.operation.as_deref() == Some("send_message"));
    let quotes: Vec<_> = journal
        .iter()
        .map(|entry| entry.json()["reply_message_id"].clone())
        .collect();
    assert_eq!(quotes, [question.into(), Value::Null, Value::Null]);
}

#[tokio::test]
async fn each_part_of_a_long_text_is_looked_for_behind_the_one_before() {
    let scene = Scene::new().await;
    let chat = scene.chat();
    let lost = Fault::new(FaultKind::ResetAfter).on("send_message");
    scene.mock.faults().add(lost.after(1).times(1));
    // The same words in the same moment: only their order tells them apart.
    let sent = chat.reply_in_parts("ha ha ha", 2).await.unwrap();
    let stopped = sent.stopped.unwrap();
    let lost = handed_over(stopped.outcome.unsettled().unwrap());
    let id = found(lost.reconcile(&scene.chat()).await.unwrap());
    assert_ne!(
        Some(id.as_str()),
        sent.delivered[0].message_id.as_ref().map(|id| id.as_str())
    );
    assert_eq!(scene.stored(), 2);
}
