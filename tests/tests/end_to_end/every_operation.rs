//! All operations of the API document, once each.

use std::collections::BTreeSet;

use pancake_ext::send::ReplyInbox;
use pancake_ext::{DateRange, DayRange, types};
use xtask::examples;

use super::{PAGE, called, conversation, customer, messages, sdk, server, upload};

#[tokio::test]
async fn each_operation_of_the_api_document_succeeds_with_its_types_and_as_documented() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let client = pancake.client();
    let now = mock.clock().unix_seconds();
    let (since, until) = (now - 30 * 86_400, now);
    let range = DateRange::try_from("02/03/2026 00:00:00 - 01/04/2026 23:59:59").unwrap();
    let conversation = conversation(&mock);
    let customer = customer(&pancake).await;

    let users = client
        .list_users()
        .page_id(PAGE)
        .send()
        .await
        .unwrap()
        .into_inner();
    let user = users.users.unwrap()[0].id.clone().unwrap();
    let tags = client
        .list_tags()
        .page_id(PAGE)
        .send()
        .await
        .unwrap()
        .into_inner();
    let tag = tags.tags.unwrap()[0].id.clone().unwrap().to_string();

    let call = client
        .update_conversation_tag()
        .page_id(PAGE)
        .conversation_id(&conversation);
    let body = |body: types::builder::UpdateConversationTagBody| {
        body.action(types::TagAction::Add).tag_id(tag)
    };
    assert!(
        call.body_map(body)
            .send()
            .await
            .unwrap()
            .into_inner()
            .data
            .is_some()
    );
    let call = client
        .assign_conversation()
        .page_id(PAGE)
        .conversation_id(&conversation);
    let assigned = call
        .body_map(|body| body.assignee_ids([user.clone()]))
        .send()
        .await
        .unwrap();
    assert_eq!(
        assigned.into_inner().assignee_ids.as_deref(),
        Some(std::slice::from_ref(&user))
    );
    let call = client
        .mark_conversation_unread()
        .page_id(PAGE)
        .conversation_id(&conversation);
    call.send().await.unwrap();
    let call = client
        .mark_conversation_read()
        .page_id(PAGE)
        .conversation_id(&conversation);
    call.send().await.unwrap();

    let call = client
        .send_message()
        .page_id(PAGE)
        .conversation_id(&conversation);
    let content = upload(&pancake).await.unwrap();
    assert!(
        call.body(ReplyInbox::new(content))
            .send()
            .await
            .unwrap()
            .into_inner()
            .id
            .is_some()
    );
    assert_eq!(messages(&pancake, &conversation, 0).await.unwrap().len(), 2);

    let call = client
        .get_campaign_statistics()
        .page_id(PAGE)
        .since(since)
        .until(until);
    let campaigns = call.send().await.unwrap().into_inner();
    let campaigns = match campaigns {
        types::CampaignStatisticsResult::List(rows) => rows,
        types::CampaignStatisticsResult::Envelope(answer) => answer.data.unwrap(),
    };
    assert!(!campaigns.is_empty());
    let call = client
        .get_ads_statistics()
        .page_id(PAGE)
        .since(since)
        .until(until);
    let ads = call
        .type_(types::AdsStatisticsType::ById)
        .send()
        .await
        .unwrap()
        .into_inner();
    let ads = match ads {
        types::AdsStatisticsResult::List(rows) => rows,
        types::AdsStatisticsResult::Envelope(answer) => answer.data.or(answer.ads).unwrap(),
    };
    assert!(!ads.is_empty());
    let call = client
        .get_engagement_statistics()
        .page_id(PAGE)
        .date_range(range);
    let engagement = call.send().await.unwrap().into_inner();
    assert!(engagement.data.is_some_and(|data| data.series.is_some()));
    let call = client
        .get_page_statistics()
        .page_id(PAGE)
        .since(since)
        .until(until);
    assert!(
        !call
            .send()
            .await
            .unwrap()
            .into_inner()
            .data
            .unwrap()
            .is_empty()
    );
    let call = client
        .get_tag_statistics()
        .page_id(PAGE)
        .since(since)
        .until(until);
    call.send().await.unwrap();
    let call = client.get_user_statistics().page_id(PAGE).date_range(range);
    assert!(call.send().await.unwrap().into_inner().data.is_some());

    let call = client.get_feedback_statistics().page_id(PAGE);
    let feedback = call.since(until - 29 * 86_400).until(until).send().await;
    let feedback = feedback.unwrap().into_inner();
    assert!(feedback.customer_average_feedback.is_some());
    let call = client.get_page_customer_statistics().page_id(PAGE);
    let customers = call.date_range(DayRange::from(range)).send().await.unwrap();
    assert!(customers.into_inner().data.is_some());
    let call = client.list_ads().page_id(PAGE).ad_ids("1,2");
    call.send().await.unwrap();
    let (_, psid) = conversation.as_str().split_once('_').unwrap();
    let call = client.get_avatar().page_id(PAGE).psid(psid);
    let avatar = call.send().await.unwrap().into_inner();
    assert!(avatar.url().unwrap().path().contains(psid));

    let call = client
        .update_page_customer()
        .page_id(PAGE)
        .page_customer_id(&customer);
    let changes = types::CustomerChanges::builder().name("Nguyễn Thị Lan".to_owned());
    call.body_map(|body| body.changes(changes))
        .send()
        .await
        .unwrap();
    let call = client
        .list_page_customers()
        .page_id(PAGE)
        .since(0)
        .until(until)
        .page_number(1);
    assert!(call.send().await.unwrap().into_inner().total.unwrap() > 0);
    let call = client
        .add_customer_note()
        .page_id(PAGE)
        .page_customer_id(&customer);
    let note = call
        .body_map(|body| body.message("Khách quen"))
        .send()
        .await
        .unwrap();
    let note = note.into_inner().note_id.unwrap();
    let call = client
        .update_customer_note()
        .page_id(PAGE)
        .page_customer_id(&customer);
    call.body_map(|body| body.note_id(&note).message("Khách VIP"))
        .send()
        .await
        .unwrap();
    let call = client
        .delete_customer_note()
        .page_id(PAGE)
        .page_customer_id(&customer);
    call.body_map(|body| body.note_id(&note))
        .send()
        .await
        .unwrap();

    let call = client
        .export_conversations_from_ads()
        .page_id(PAGE)
        .since(since)
        .until(until);
    let export = call
        .action(types::ExportAction::ConversationsFromAds)
        .send()
        .await
        .unwrap();
    assert!(export.into_inner().data.is_some());
    let call = client
        .list_call_logs()
        .page_id(PAGE)
        .id("1")
        .page_number(1)
        .page_size(30);
    assert!(call.send().await.unwrap().into_inner().data.is_some());
    let call = client
        .list_posts()
        .page_id(PAGE)
        .since(since)
        .until(until)
        .page_number(1);
    assert!(
        !call
            .page_size(30)
            .send()
            .await
            .unwrap()
            .into_inner()
            .posts
            .unwrap()
            .is_empty()
    );
    let call = client.update_round_robin_users().page_id(PAGE);
    let body = |body: types::builder::UpdateRoundRobinUsersBody| {
        body.inbox([user.clone()]).comment([user])
    };
    call.body_map(body).send().await.unwrap();
    client
        .generate_page_access_token()
        .page_id(PAGE)
        .send()
        .await
        .unwrap();

    let document = examples::document().unwrap();
    let documented: BTreeSet<String> = examples::operation_ids(&document)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let called: BTreeSet<String> = called(&mock).into_iter().collect();
    assert_eq!(called, documented);
    assert_eq!(mock.violations(), []);
}
