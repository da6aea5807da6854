//! Answers through the generated operations, chosen by their id: what an example of the API document decodes to.

use pancake_client::types;
use pancake_client::{CallError, Client, DateRange, DayRange, ResponseValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A decoded answer.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The type, without its path.
    pub type_name: &'static str,
    /// What it serialises to.
    pub value: Value,
    /// What Debug shows.
    pub debug: String,
}

fn decoded<T: std::fmt::Debug + Serialize>(
    answer: Result<ResponseValue<T>, CallError>,
) -> Result<Decoded, CallError> {
    let value = answer?.into_inner();
    let full = std::any::type_name::<T>();
    Ok(Decoded {
        type_name: full.rsplit("::").next().unwrap_or(full),
        debug: format!("{value:?} {value:#?}"),
        value: serde_json::to_value(value).map_err(CallError::from_transport)?,
    })
}

/// Calls an operation with any arguments and gives its answer; `None` if the operation has no place here yet.
#[allow(clippy::too_many_lines, reason = "one arm for each of the operations")]
pub async fn call(client: &Client, operation: &str) -> Option<Result<Decoded, CallError>> {
    const PAGE: &str = "1000000000000001";
    const CONVERSATION: &str = "1000000000000001_2000000000000001";
    const CUSTOMER: &str = "3d1c5f8e-0000-4000-8000-000000000001";
    let text = String::from;
    let range = || DateRange::try_from("01/03/2026 00:00:00 - 31/03/2026 23:59:59");
    Some(match operation {
        "list_pages" => decoded(client.list_pages().send().await),
        "generate_page_access_token" => decoded(
            client
                .generate_page_access_token()
                .page_id(PAGE)
                .send()
                .await,
        ),
        "list_conversations" => decoded(client.list_conversations().page_id(PAGE).send().await),
        "update_conversation_tag" => {
            let call = client
                .update_conversation_tag()
                .page_id(PAGE)
                .conversation_id(CONVERSATION);
            let call = call.body_map(|body| body.action(types::TagAction::Add).tag_id("5"));
            decoded(call.send().await)
        }
        "assign_conversation" => {
            let call = client
                .assign_conversation()
                .page_id(PAGE)
                .conversation_id(CONVERSATION);
            decoded(
                call.body_map(|body| body.assignee_ids(Vec::new()))
                    .send()
                    .await,
            )
        }
        "mark_conversation_read" => {
            let call = client.mark_conversation_read().page_id(PAGE);
            decoded(call.conversation_id(CONVERSATION).send().await)
        }
        "mark_conversation_unread" => {
            let call = client.mark_conversation_unread().page_id(PAGE);
            decoded(call.conversation_id(CONVERSATION).send().await)
        }
        "list_messages" => {
            let call = client
                .list_messages()
                .page_id(PAGE)
                .conversation_id(CONVERSATION);
            decoded(call.send().await)
        }
        "send_message" => {
            let call = client
                .send_message()
                .page_id(PAGE)
                .conversation_id(CONVERSATION);
            decoded(
                call.body(pancake_client::send::ReplyInbox::new("Xin chào"))
                    .send()
                    .await,
            )
        }
        "get_campaign_statistics" => {
            let call = client
                .get_campaign_statistics()
                .page_id(PAGE)
                .since(0)
                .until(1);
            decoded(call.send().await)
        }
        "get_ads_statistics" => {
            let call = client.get_ads_statistics().page_id(PAGE).since(0).until(1);
            decoded(call.type_(types::AdsStatisticsType::ById).send().await)
        }
        "get_engagement_statistics" => {
            let call = client.get_engagement_statistics().page_id(PAGE);
            decoded(call.date_range(range().ok()?).send().await)
        }
        "get_page_statistics" => decoded(
            client
                .get_page_statistics()
                .page_id(PAGE)
                .since(0)
                .until(1)
                .send()
                .await,
        ),
        "get_tag_statistics" => decoded(
            client
                .get_tag_statistics()
                .page_id(PAGE)
                .since(0)
                .until(1)
                .send()
                .await,
        ),
        "get_user_statistics" => {
            let call = client
                .get_user_statistics()
                .page_id(PAGE)
                .date_range(range().ok()?);
            decoded(call.send().await)
        }
        "get_feedback_statistics" => {
            let call = client.get_feedback_statistics().page_id(PAGE);
            decoded(call.since(0).until(1).send().await)
        }
        "get_page_customer_statistics" => {
            let call = client.get_page_customer_statistics().page_id(PAGE);
            let days = DayRange::from(range().ok()?);
            decoded(call.date_range(days).send().await)
        }
        "list_ads" => decoded(client.list_ads().page_id(PAGE).ad_ids("4").send().await),
        "get_avatar" => {
            let call = client.get_avatar().page_id(PAGE).psid("2000000000000002");
            call.send().await.map(|answer| {
                let debug = format!("{:?} {:#?}", *answer, *answer);
                Decoded {
                    type_name: "Avatar",
                    value: Value::from(debug.as_str()),
                    debug,
                }
            })
        }
        "list_page_customers" => {
            let call = client.list_page_customers().page_id(PAGE).since(0).until(1);
            decoded(call.page_number(1).send().await)
        }
        "update_page_customer" => {
            let call = client
                .update_page_customer()
                .page_id(PAGE)
                .page_customer_id(CUSTOMER);
            let changes = types::CustomerChanges::builder().name(text("Lan"));
            decoded(call.body_map(|body| body.changes(changes)).send().await)
        }
        "add_customer_note" => {
            let call = client
                .add_customer_note()
                .page_id(PAGE)
                .page_customer_id(CUSTOMER);
            decoded(
                call.body_map(|body| body.message("Khách quen"))
                    .send()
                    .await,
            )
        }
        "update_customer_note" => {
            let call = client
                .update_customer_note()
                .page_id(PAGE)
                .page_customer_id(CUSTOMER);
            decoded(
                call.body_map(|body| body.note_id("1").message("Khách quen"))
                    .send()
                    .await,
            )
        }
        "delete_customer_note" => {
            let call = client
                .delete_customer_note()
                .page_id(PAGE)
                .page_customer_id(CUSTOMER);
            decoded(call.body_map(|body| body.note_id("1")).send().await)
        }
        "export_conversations_from_ads" => {
            let call = client
                .export_conversations_from_ads()
                .page_id(PAGE)
                .since(0)
                .until(1);
            decoded(
                call.action(types::ExportAction::ConversationsFromAds)
                    .send()
                    .await,
            )
        }
        "list_call_logs" => {
            let call = client
                .list_call_logs()
                .page_id(PAGE)
                .id("1")
                .page_number(1)
                .page_size(30);
            decoded(call.send().await)
        }
        "list_tags" => decoded(client.list_tags().page_id(PAGE).send().await),
        "list_posts" => {
            let call = client.list_posts().page_id(PAGE).since(0).until(1);
            decoded(call.page_number(1).page_size(30).send().await)
        }
        "list_users" => decoded(client.list_users().page_id(PAGE).send().await),
        "update_round_robin_users" => {
            let call = client.update_round_robin_users().page_id(PAGE);
            decoded(
                call.body_map(|body| body.inbox(Vec::new()).comment(Vec::new()))
                    .send()
                    .await,
            )
        }
        "upload_contents" => {
            let file = pancake_client::reqwest::multipart::Part::text("x").file_name("x.txt");
            decoded(
                client
                    .upload_contents()
                    .page_id(PAGE)
                    .file(file)
                    .send()
                    .await,
            )
        }
        _ => return None,
    })
}

/// A body through the type that the operation takes, and written again; `None` if the operation has no place here yet.
pub fn body(operation: &str, body: &Value) -> Option<serde_json::Result<Value>> {
    Some(match operation {
        "update_conversation_tag" => again::<types::UpdateConversationTagBody>(body),
        "assign_conversation" => again::<types::AssignConversationBody>(body),
        "send_message" => again::<types::SendMessageBody>(body),
        "update_page_customer" => again::<types::UpdatePageCustomerBody>(body),
        "add_customer_note" => again::<types::AddCustomerNoteBody>(body),
        "update_customer_note" => again::<types::UpdateCustomerNoteBody>(body),
        "delete_customer_note" => again::<types::DeleteCustomerNoteBody>(body),
        "update_round_robin_users" => again::<types::UpdateRoundRobinUsersBody>(body),
        _ => return None,
    })
}

fn again<T: DeserializeOwned + Serialize>(value: &Value) -> serde_json::Result<Value> {
    serde_json::to_value(T::deserialize(value)?)
}
