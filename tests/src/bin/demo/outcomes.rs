//! Sends that go wrong: rejected, not sent, and unknown, which is settled without a second message.

use pancake_ext::{Reconciled, SendOutcome, Upload};
use pancake_mock::{Fault, FaultKind};

use crate::failure::Failure;
use crate::stage::Stage;

pub(crate) async fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.area("Sends that go wrong: none is repeated behind your back")?;
    rejected(stage).await?;
    not_sent(stage).await?;
    unknown_and_sent(stage).await?;
    unknown_and_absent(stage).await
}

/// Makes the next sends fail.
fn fail(stage: &Stage, kind: FaultKind, times: u64) {
    let fault = Fault::new(kind).on("send_message");
    stage.mock.faults().add(fault.times(times));
}

/// Tells of the error of an outcome, and what to do about it.
fn tell(stage: &mut Stage, outcome: &SendOutcome) -> Result<(), Failure> {
    let error = outcome.error().ok_or("it was sent after all")?;
    stage.says(error.hint())
}

async fn rejected(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Rejected: Facebook takes an uploaded file once, and says so with HTTP 200")?;
    let photo = stage.page.upload(Upload::bytes("xoai.png", PIXEL)).await?;
    stage.chat.reply(photo.id.clone()).await?.delivered()?;
    let before = stage.stored();
    let again = stage.chat.reply(photo.id).await?;
    tell(stage, &again)?;
    let status = again.error().and_then(|error| error.status());
    stage.check(again.is_rejected(), "it was not rejected")?;
    stage.check(status == Some(200), "the server said so in another way")?;
    stage.check(stage.stored() == before, "something was sent")
}

async fn not_sent(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Not sent: too many requests, also after pauses; it may be sent later")?;
    let refusal = FaultKind::TooManyRequests {
        in_body: true,
        retry_after: None,
    };
    fail(stage, refusal, 100);
    let before = stage.stored();
    let outcome = stage.chat.reply("Dạ").await?;
    stage.mock.faults().clear();
    tell(stage, &outcome)?;
    stage.check(outcome.is_not_sent(), "it has another outcome")?;
    stage.check(stage.stored() == before, "something was sent")
}

async fn unknown_and_sent(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Unknown after HTTP 504: reconcile finds the message, which is not sent again")?;
    fail(stage, FaultKind::GatewayTimeoutAfterStore, 1);
    let (before, mark) = (stage.stored(), stage.mark());
    let outcome = stage.chat.reply("Chị lấy mấy ký ạ?").await?;
    let SendOutcome::Unknown(unsettled) = outcome else {
        return Err("a lost answer is not taken for an unknown outcome".into());
    };
    let settled = unsettled.reconcile(&stage.chat).await?;
    let sends = sends_since(stage, mark);
    let stored = stage.stored() - before;
    stage.says(format!("sent {sends} time, stored {stored} time"))?;
    let found = matches!(&settled, Reconciled::Delivered(delivery) if delivery.read_back);
    stage.check(found, "reading back does not find the message")?;
    stage.check((sends, stored) == (1, 1), "it was not sent exactly once")
}

async fn unknown_and_absent(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Unknown after HTTP 502: reconcile finds it absent, so it is sent again")?;
    fail(stage, FaultKind::BadGatewayHtml, 1);
    let (before, mark) = (stage.stored(), stage.mark());
    let text = "Em giữ hàng cho chị nhé";
    let outcome = stage.chat.reply(text).await?;
    let SendOutcome::Unknown(unsettled) = outcome else {
        return Err("a gateway that failed is not taken for an unknown outcome".into());
    };
    let settled = unsettled.reconcile(&stage.chat).await?;
    let absent = matches!(settled, Reconciled::Absent);
    stage.check(absent, "reading back finds what was never stored")?;
    stage.chat.reply(text).await?.delivered()?;
    let sends = sends_since(stage, mark);
    let stored = stage.stored() - before;
    stage.says(format!("sent {sends} times, stored {stored} time"))?;
    stage.check(
        (sends, stored) == (2, 1),
        "there is not exactly one message",
    )
}

fn sends_since(stage: &Stage, mark: u64) -> usize {
    let requests = stage.requests_since(mark).into_iter();
    requests
        .filter(|request| request.operation.as_deref() == Some("send_message"))
        .count()
}

/// A picture of one pixel.
pub(crate) const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x56, 0xc7, 0x2f, 0x0d, 0, 0,
    0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];
