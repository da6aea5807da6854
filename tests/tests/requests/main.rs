//! What every operation sends, recorded on the wire.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod body_fields;

use std::collections::BTreeSet;
use std::future::Future;

use pancake_client::types;
use pancake_client::{
    Birthday, CallError, ContentId, DateRange, DayRange, ResponseValue, TokenKind,
};
use pancake_ext::reqwest::multipart::Part;
use pancake_ext::send::{PrivateReply, ReplyComment, ReplyInbox, TemplateMessage};
use pancake_ext::{Pancake, RateLimit, RetryPolicy};
use pancake_tests::recorder::{RecordedRequest, Recorder, Reply};
use pancake_tests::snapshots;
use pancake_tests::wire_text::wire_text;
use serde_json::{Value, json};
use xtask::examples;

const USER_TOKEN: &str = "token-of-the-user";
const PAGE_TOKEN: &str = "token-of-the-page";
/// The names that stand for tokens in snapshots.
const SECRETS: [(&str, &str); 2] = [("user token", USER_TOKEN), ("page token", PAGE_TOKEN)];

const PAGE: &str = "1000000000000001";
/// Ids of other channels hold `:` and `@`.
const CONVERSATION: &str = "wa_84901234567@c.us_0:1";
const CUSTOMER: &str = "3d1c5f8e-9a0b-4c2d-8e7f-000000000001";
const USER: &str = "b7a4f1d2-0c3e-4f5a-9b6c-000000000002";
const NOTE: &str = "9e8d7c6b-5a49-4382-8716-000000000003";
const SINCE: i64 = 1_774_915_200;
const UNTIL: i64 = 1_775_001_600;

/// Requests by the name of their snapshot: the operation, and after a dot the form, if there are several.
struct Recordings {
    recorder: Recorder,
    requests: Vec<(&'static str, RecordedRequest)>,
}

impl Recordings {
    /// Sends one call and keeps its only request.
    async fn record<T>(
        &mut self,
        name: &'static str,
        call: impl Future<Output = Result<ResponseValue<T>, CallError>>,
    ) {
        if let Err(error) = call.await {
            panic!("{name}: {}", pancake_ext::Error::from(error));
        }
        let mut requests = self.recorder.take();
        assert_eq!(requests.len(), 1, "{name}: {requests:?}");
        self.requests
            .extend(requests.pop().map(|request| (name, request)));
    }

    /// Operations with a request.
    fn operations(&self) -> BTreeSet<&'static str> {
        self.requests
            .iter()
            .map(|(name, _)| operation(name))
            .collect()
    }
}

fn operation(name: &'static str) -> &'static str {
    name.split('.').next().unwrap_or(name)
}

/// Calls every operation once with every parameter it has, and a send in each of its forms.
async fn record() -> Recordings {
    let recorder = Recorder::start(|request| match request.target.contains("/avatar/") {
        true => Reply::answer(301, "text/html", "").header("location", "https://cdn.example/a.jpg"),
        false => Reply::json(200, &json!({"success": true})),
    })
    .await
    .unwrap();
    let pancake = Pancake::builder()
        .base_url(recorder.base_url())
        .user_token(USER_TOKEN)
        .page_token(PAGE, PAGE_TOKEN)
        .rate_limit(RateLimit::off())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let client = pancake.client();
    let mut all = Recordings {
        recorder,
        requests: Vec::new(),
    };
    let range = DateRange::try_from("01/03/2026 00:00:00 - 31/03/2026 23:59:59").unwrap();

    all.record("list_pages", client.list_pages().send()).await;
    let call = client.generate_page_access_token().page_id(PAGE);
    all.record("generate_page_access_token", call.send()).await;

    let call = client
        .list_conversations()
        .page_id(PAGE)
        .type_(types::ConversationTypeFilter::Inbox)
        .tags("1,2")
        .post_ids("p1,p2")
        .since(SINCE)
        .until(UNTIL)
        .order_by(types::OrderBy::UpdatedAt)
        .unread_first(true)
        .last_conversation_id(CONVERSATION);
    all.record("list_conversations", call.send()).await;
    let call = client
        .update_conversation_tag()
        .page_id(PAGE)
        .conversation_id(CONVERSATION);
    let call = call.body_map(|body| body.action(types::TagAction::Add).tag_id("5"));
    all.record("update_conversation_tag", call.send()).await;
    let call = client
        .assign_conversation()
        .page_id(PAGE)
        .conversation_id(CONVERSATION);
    let call = call.body_map(|body| body.assignee_ids([USER.into()]));
    all.record("assign_conversation", call.send()).await;
    let call = client
        .mark_conversation_read()
        .page_id(PAGE)
        .conversation_id(CONVERSATION);
    all.record("mark_conversation_read", call.send()).await;
    let call = client
        .mark_conversation_unread()
        .page_id(PAGE)
        .conversation_id(CONVERSATION);
    all.record("mark_conversation_unread", call.send()).await;

    let call = client
        .list_messages()
        .page_id(PAGE)
        .conversation_id(CONVERSATION)
        .current_count(30);
    all.record("list_messages", call.send()).await;
    sends(&mut all, client).await;

    let call = client
        .get_campaign_statistics()
        .page_id(PAGE)
        .since(SINCE)
        .until(UNTIL);
    all.record("get_campaign_statistics", call.send()).await;
    let call = client
        .get_ads_statistics()
        .page_id(PAGE)
        .since(SINCE)
        .until(UNTIL);
    let call = call.type_(types::AdsStatisticsType::ByTime);
    all.record("get_ads_statistics", call.send()).await;
    let call = client
        .get_engagement_statistics()
        .page_id(PAGE)
        .date_range(range);
    let call = call.by_hour(true).user_ids(USER);
    all.record("get_engagement_statistics", call.send()).await;
    let call = client
        .get_page_statistics()
        .page_id(PAGE)
        .since(SINCE)
        .until(UNTIL);
    all.record("get_page_statistics", call.send()).await;
    let call = client
        .get_tag_statistics()
        .page_id(PAGE)
        .since(SINCE)
        .until(UNTIL);
    all.record("get_tag_statistics", call.send()).await;
    let call = client.get_user_statistics().page_id(PAGE).date_range(range);
    all.record("get_user_statistics", call.send()).await;

    let call = client
        .get_feedback_statistics()
        .page_id(PAGE)
        .since(SINCE)
        .until(UNTIL);
    all.record("get_feedback_statistics", call.send()).await;
    let call = client
        .get_page_customer_statistics()
        .page_id(PAGE)
        .date_range(DayRange::from(range))
        .group_by(types::CustomerStatisticsGrouping::PageId);
    all.record("get_page_customer_statistics", call.send())
        .await;

    customers(&mut all, client).await;
    let call = client.list_ads().page_id(PAGE);
    all.record("list_ads", call.ad_ids("4000000000000004,14").send())
        .await;

    let call = client
        .export_conversations_from_ads()
        .page_id(PAGE)
        .action(types::ExportAction::ConversationsFromAds)
        .since(SINCE)
        .until(UNTIL)
        .offset(60);
    all.record("export_conversations_from_ads", call.send())
        .await;
    let call = client
        .list_call_logs()
        .page_id(PAGE)
        .id("sip-1")
        .page_number(1)
        .page_size(30);
    all.record("list_call_logs", call.since(SINCE).until(UNTIL).send())
        .await;
    all.record("list_tags", client.list_tags().page_id(PAGE).send())
        .await;
    let call = client
        .list_posts()
        .page_id(PAGE)
        .since(SINCE)
        .until(UNTIL)
        .page_number(1)
        .page_size(30)
        .type_(types::PostTypeFilter::Photo);
    all.record("list_posts", call.send()).await;
    all.record("list_users", client.list_users().page_id(PAGE).send())
        .await;
    let call = client.update_round_robin_users().page_id(PAGE);
    let call = call.body_map(|body| body.inbox([USER.into()]).comment([USER.into()]));
    all.record("update_round_robin_users", call.send()).await;
    let file = Part::bytes(&b"not really a picture"[..]).file_name("\u{1ea3}nh.jpg");
    let file = file.mime_str("image/jpeg").unwrap();
    all.record(
        "upload_contents",
        client.upload_contents().page_id(PAGE).file(file).send(),
    )
    .await;
    all
}

/// Three actions with everything they can hold, and a template.
async fn sends(all: &mut Recordings, client: &pancake_client::Client) {
    let send = || {
        client
            .send_message()
            .page_id(PAGE)
            .conversation_id(CONVERSATION)
    };
    let contents = || vec![ContentId::from("content-1"), ContentId::from("content-2")];
    let text = "Dạ còn hàng ạ";

    let body = ReplyInbox::new(text)
        .sender_id(USER)
        .reply_message_id("m_1");
    all.record("send_message.reply_inbox_text", send().body(body).send())
        .await;
    let body = ReplyInbox::new(contents());
    all.record(
        "send_message.reply_inbox_contents",
        send().body(body).send(),
    )
    .await;
    let body = ReplyInbox::new(ContentId::from("content-1"))
        .name("\u{1ea3}nh.png")
        .mime_type("image/png")
        .attachment_type("PHOTO");
    all.record("send_message.reply_inbox_file", send().body(body).send())
        .await;
    let mention = types::Mention::builder()
        .name("Lan")
        .psid("2000")
        .offset(0)
        .length(3);
    let mention = types::Mention::try_from(mention).unwrap();
    let body = ReplyComment::new("comment-1", text).mentions(vec![mention]);
    all.record("send_message.reply_comment_text", send().body(body).send())
        .await;
    let body = ReplyComment::new("comment-1", text)
        .files(contents())
        .sender_id(USER);
    all.record(
        "send_message.reply_comment_contents",
        send().body(body).send(),
    )
    .await;
    let body = ReplyComment::new("comment-1", text).content_url("https://example.com/a.png");
    all.record(
        "send_message.reply_comment_picture",
        send().body(body).send(),
    )
    .await;
    let body = PrivateReply::new("post-1", "comment-1", "2000", text).sender_id(USER);
    all.record(
        "send_message.private_replies_text",
        send().body(body).send(),
    )
    .await;
    let body = PrivateReply::new("post-1", "comment-1", "2000", contents());
    all.record(
        "send_message.private_replies_contents",
        send().body(body).send(),
    )
    .await;
    let body = TemplateMessage::new("900000000000009")
        .header_document("https://example.com/a.pdf", "a.pdf")
        .blank("customer_name", "Lan")
        .blank("order_id", "DH-1024")
        .button_blank(0, "{{order_id}}", "DH-1024")
        .conversation_id(CONVERSATION)
        .sender_id(USER);
    all.record("send_message.whatsapp_template", send().body(body).send())
        .await;
}

async fn customers(all: &mut Recordings, client: &pancake_client::Client) {
    let call = client
        .list_page_customers()
        .page_id(PAGE)
        .since(SINCE)
        .until(UNTIL)
        .page_number(1)
        .page_size(100)
        .order_by(types::OrderBy::InsertedAt);
    all.record("list_page_customers", call.send()).await;
    let changes = types::CustomerChanges::builder()
        .name("Nguyễn Thị Lan".to_owned())
        .gender(types::Gender::Female)
        .birthday("1990-05-17".parse::<Birthday>().unwrap())
        .phone_numbers(vec!["0901234567".to_owned()]);
    let call = client
        .update_page_customer()
        .page_id(PAGE)
        .page_customer_id(CUSTOMER);
    let call = call.body_map(|body| body.changes(changes));
    all.record("update_page_customer", call.send()).await;
    let call = client
        .add_customer_note()
        .page_id(PAGE)
        .page_customer_id(CUSTOMER);
    let call = call.body_map(|body| body.message("Khách quen"));
    all.record("add_customer_note", call.send()).await;
    let call = client
        .update_customer_note()
        .page_id(PAGE)
        .page_customer_id(CUSTOMER);
    let call = call.body_map(|body| body.note_id(NOTE).message("Khách VIP"));
    all.record("update_customer_note", call.send()).await;
    let call = client
        .delete_customer_note()
        .page_id(PAGE)
        .page_customer_id(CUSTOMER);
    let call = call.body_map(|body| body.note_id(NOTE));
    all.record("delete_customer_note", call.send()).await;
    let call = client.get_avatar().page_id(PAGE).psid("0:1@c.us");
    all.record("get_avatar", call.send()).await;
}

#[tokio::test]
async fn every_operation_sends_the_request_that_was_reviewed() {
    let recordings = record().await;
    snapshots::settings("requests").bind(|| {
        for (name, request) in &recordings.requests {
            insta::assert_snapshot!(*name, wire_text(request, &SECRETS).unwrap());
        }
    });
    let names = recordings.requests.iter().map(|(name, _)| *name);
    assert_eq!(
        snapshots::orphans("requests", names).unwrap(),
        [""; 0],
        "delete these snapshots"
    );
}

#[tokio::test]
async fn the_api_document_and_the_recorded_requests_have_the_same_operations() {
    let document = examples::document().unwrap();
    let documented: BTreeSet<&str> = examples::operation_ids(&document).into_iter().collect();
    let recordings = record().await;
    assert_eq!(recordings.operations(), documented);
    let table: BTreeSet<&str> = pancake_client::operations::OPERATIONS
        .iter()
        .map(|operation| operation.id)
        .collect();
    assert_eq!(table, documented);
}

#[tokio::test]
async fn every_parameter_of_the_api_document_is_in_a_recorded_request() {
    let document = examples::document().unwrap();
    let recordings = record().await;
    let mut missing = Vec::new();
    for documented in document.operations() {
        for parameter in documented.parameters() {
            let wanted = format!("{}=", parameter.name());
            let sent = recordings.requests.iter().any(|(name, request)| {
                Some(operation(name)) == documented.id()
                    && request
                        .target
                        .split(['?', '&'])
                        .any(|pair| pair.starts_with(&wanted))
            });
            if parameter.location() == "query" && !sent {
                missing.push(format!("{} of {}", parameter.name(), documented.name()));
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}

#[tokio::test]
async fn every_field_of_every_request_body_is_in_a_recorded_request() {
    let document = examples::document().unwrap();
    let recordings = record().await;
    let mut missing = Vec::new();
    for documented in document.operations() {
        let schema = documented
            .body()
            .and_then(|body| body.get("content")?.get("application/json")?.get("schema"));
        let Some(schema) = schema else { continue };
        let mut left = body_fields::documented(&schema);
        assert!(!left.is_empty(), "{}", documented.name());
        for (name, request) in &recordings.requests {
            if Some(operation(name)) == documented.id() {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                let sent = body_fields::sent(&body);
                left.retain(|field| !sent.contains(field));
            }
        }
        let left = left.iter();
        missing.extend(left.map(|field| format!("{field} of {}", documented.name())));
    }
    assert_eq!(missing, [""; 0]);
}

#[tokio::test]
async fn a_message_of_no_files_is_refused_and_nothing_goes_out() {
    let recordings = record().await;
    let pancake = Pancake::builder()
        .base_url(recordings.recorder.base_url())
        .page_token(PAGE, PAGE_TOKEN)
        .build()
        .unwrap();
    let send = pancake
        .client()
        .send_message()
        .page_id(PAGE)
        .conversation_id(CONVERSATION);
    let refused = send.body(ReplyInbox::new(Vec::new())).send().await;
    let raw = pancake_ext::Error::from(refused.unwrap_err());
    let chat = pancake.page(PAGE).conversation(CONVERSATION);
    let handle = chat.reply(Vec::<ContentId>::new()).await.unwrap_err();
    for error in [raw, handle] {
        assert_eq!(error.kind(), pancake_ext::ErrorKind::InvalidRequest);
        assert!(error.message().contains("nothing to send"), "{error}");
    }
    assert!(recordings.recorder.take().is_empty());
}

#[tokio::test]
async fn every_request_goes_to_the_method_and_path_of_the_api_document_with_the_token_it_asks_for()
{
    let document = examples::document().unwrap();
    let recordings = record().await;
    for (name, request) in &recordings.requests {
        let operations = document.operations();
        let documented = operations
            .iter()
            .find(|other| other.id() == Some(operation(name)))
            .unwrap();
        assert_eq!(request.method, documented.method.to_uppercase(), "{name}");
        // Ids are recorded escaped, so each is one segment, as each parameter is in the template.
        let template: Vec<&str> = documented.path.split('/').collect();
        let path: Vec<&str> = request
            .path()
            .trim_start_matches("/api")
            .split('/')
            .collect();
        assert_eq!(path.len(), template.len(), "{name}");
        for (sent, wanted) in path.iter().zip(template) {
            assert!(
                *sent == wanted || wanted.starts_with('{'),
                "{name}: {sent} is not {wanted}"
            );
        }
        if pancake_client::Operation::find(operation(name))
            .unwrap()
            .token
            == TokenKind::None
        {
            assert!(!request.target.contains("access_token"), "{name}");
            assert!(!request.target.contains("token-of-the"), "{name}");
            continue;
        }
        let (right, wrong) = if documented.path.starts_with("/v1/") {
            (format!("access_token={USER_TOKEN}"), PAGE_TOKEN)
        } else {
            (format!("page_access_token={PAGE_TOKEN}"), USER_TOKEN)
        };
        let query: Vec<&str> = request.target.split(['?', '&']).skip(1).collect();
        assert_eq!(
            query.iter().filter(|pair| **pair == right).count(),
            1,
            "{name}"
        );
        assert!(!request.target.contains(wrong), "{name}");
        let elsewhere = request
            .headers
            .iter()
            .any(|(_, value)| value.contains("token-of-the"));
        assert!(!elsewhere, "{name}: a token stands in a header");
    }
}
