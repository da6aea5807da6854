//! Templates of WhatsApp: a send like any other, except that nobody can recognise one that comes back.

use std::time::Duration;

use pancake_ext::send::TemplateMessage;
use pancake_ext::{Conversation, ErrorKind, RateLimit, Reconciled, RetryPolicy, SendOutcome};
use pancake_mock::{Fault, FaultKind, MockPancake};

use super::{PAGE, conversation, sdk, server, settings};

const TEMPLATE: &str = "900000000000009";

/// A conversation on WhatsApp, and how many messages it has.
struct Scene {
    mock: MockPancake,
    page: String,
    id: String,
}

impl Scene {
    async fn new() -> Self {
        let mock = server().await;
        let page = mock.page_ids()[3].clone();
        assert!(page.starts_with("wa_"), "{page}");
        let id = mock.arrive_conversation(&page, "Alo").unwrap();
        mock.clock().advance(Duration::from_secs(40 * 86_400));
        Scene { mock, page, id }
    }

    fn chat(&self, retry: RetryPolicy) -> Conversation {
        let limit = RateLimit::off().cool_down(Duration::ZERO);
        let pancake = settings(&self.mock).user_token(self.mock.user_token());
        let pancake = pancake.rate_limit(limit).retry(retry).build().unwrap();
        pancake
            .page(self.page.as_str())
            .conversation(self.id.as_str())
    }

    async fn sent(&self, fault: Option<FaultKind>) -> (SendOutcome, Conversation) {
        if let Some(fault) = fault {
            let fault = Fault::new(fault).on("send_message");
            self.mock.faults().add(fault.times(1));
        }
        let chat = self.chat(RetryPolicy::default());
        let template = TemplateMessage::new(TEMPLATE)
            .blank("customer_name", "Lan")
            .blank("order_id", "DH-1024");
        let outcome = chat.reply_template(template).await;
        (outcome.unwrap(), chat)
    }

    /// Messages behind the first one of the customer.
    fn stored(&self) -> u64 {
        self.mock.message_count(&self.page, &self.id).unwrap() - 1
    }
}

#[tokio::test]
async fn a_template_is_delivered_a_day_after_the_last_message_and_holds_its_parameters() {
    let scene = Scene::new().await;
    let (outcome, chat) = scene.sent(None).await;
    let delivery = outcome.delivered().unwrap();
    let messages = chat.messages().collect().await.unwrap();
    let stored = messages
        .iter()
        .find(|message| message.id == delivery.message_id);
    let text = stored.unwrap().original_message.as_deref().unwrap();
    assert!(
        text.contains(TEMPLATE) && text.contains("Lan, DH-1024"),
        "{text}"
    );
    assert_eq!(scene.mock.violations(), []);
}

#[tokio::test]
async fn what_was_not_executed_is_sent_again_and_stored_once() {
    let scene = Scene::new().await;
    let limited = FaultKind::TooManyRequests {
        in_body: false,
        retry_after: None,
    };
    let (outcome, _) = scene.sent(Some(limited)).await;
    outcome.delivered().unwrap();
    assert_eq!(scene.stored(), 1);
}

#[tokio::test]
async fn a_refusal_is_rejected() {
    let scene = Scene::new().await;
    let (outcome, _) = scene.sent(Some(FaultKind::ErrorCode(121))).await;
    assert!(matches!(outcome, SendOutcome::Rejected(_)), "{outcome:?}");
    assert_eq!(scene.stored(), 0);
}

#[tokio::test]
async fn without_a_token_nothing_was_sent() {
    let scene = Scene::new().await;
    let pancake = settings(&scene.mock).build().unwrap();
    let chat = pancake
        .page(scene.page.as_str())
        .conversation(scene.id.as_str());
    let outcome = chat.reply_template(TEMPLATE).await.unwrap();
    assert!(matches!(outcome, SendOutcome::NotSent(_)), "{outcome:?}");
}

#[tokio::test]
async fn an_unknown_outcome_stays_unclear_and_is_never_called_absent() {
    for (fault, stored) in [
        (FaultKind::GatewayTimeoutAfterStore, 1),
        (FaultKind::BadGatewayHtml, 0),
    ] {
        let scene = Scene::new().await;
        let (outcome, chat) = scene.sent(Some(fault.clone())).await;
        let SendOutcome::Unknown(unsettled) = outcome else {
            panic!("{fault:?}: {outcome:?}");
        };
        assert_eq!(scene.stored(), stored, "{fault:?}");
        // As if in another process.
        let kept = serde_json::to_string(&unsettled).unwrap();
        let kept: pancake_ext::Unsettled = serde_json::from_str(&kept).unwrap();
        match kept.reconcile(&chat).await.unwrap() {
            Reconciled::Unclear { candidates } => {
                assert_eq!(candidates.len() as u64, stored, "{fault:?}");
            }
            other => panic!("{fault:?}: {other:?}"),
        }
        assert_eq!(scene.stored(), stored, "{fault:?}");
    }
}

#[tokio::test]
async fn other_channels_are_refused_before_anything_is_sent() {
    let mock = server().await;
    let chat = sdk(&mock).page(PAGE).conversation(conversation(&mock));
    let error = chat.reply_template(TEMPLATE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.message().contains("facebook"), "{error}");
    assert!(mock.journal().is_empty());
}
