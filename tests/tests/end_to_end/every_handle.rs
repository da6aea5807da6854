//! Every operation of the API document through a method of a handle. The journal of the server says which operation each
//! method calls; the snapshot says it to people, and to `cargo xtask spec coverage`.

use std::collections::BTreeSet;
use std::future::Future;

use insta::assert_snapshot;
use pancake_ext::client::operations::OPERATIONS;
use pancake_ext::send::TemplateMessage;
use pancake_ext::{AdsGrouping, CustomerGrouping, Error, Pancake, TimeRange, Upload};
use pancake_mock::MockPancake;
use pancake_tests::snapshots;

use super::{PAGE, called, conversation, sdk, server};

/// Operations, and the methods by which they are called.
struct Table<'a> {
    mock: &'a MockPancake,
    lines: BTreeSet<(String, &'static str)>,
}

impl Table<'_> {
    /// Calls a method, which has to work, and writes down what it called.
    async fn row<T>(
        &mut self,
        method: &'static str,
        call: impl Future<Output = Result<T, Error>>,
    ) -> T {
        self.mock.clear_journal();
        let value = match call.await {
            Ok(value) => value,
            Err(error) => panic!("{method}: {error}"),
        };
        let operations = called(self.mock);
        assert!(!operations.is_empty(), "{method} calls nothing");
        self.lines
            .extend(operations.into_iter().map(|operation| (operation, method)));
        value
    }
}

async fn all_pages(table: &mut Table<'_>, pancake: &Pancake) {
    table.row("Pancake::pages", pancake.pages()).await;
    table.row("Pancake::all_pages", pancake.all_pages()).await;
    let page = pancake.page(PAGE);
    table.row("Page::info", page.info()).await;
    table.row("Page::tags", page.tags()).await;
    let users = table.row("Page::users", page.users()).await;
    let user = users.users.unwrap()[0].id.clone().unwrap();
    let change = page.set_round_robin([user.clone()], [user]);
    table.row("Page::set_round_robin", change).await;
    table.row("Page::mint_token", page.mint_token()).await;
}

async fn conversations(table: &mut Table<'_>, pancake: &Pancake) {
    let page = pancake.page(PAGE);
    let tag = page.tags().await.unwrap()[0].id.clone().unwrap();
    let user = page.users().await.unwrap().users.unwrap()[0].id.clone();
    let list = page.conversations().limit(1);
    table.row("Page::conversations", list.collect()).await;

    let chat = page.conversation(conversation(table.mock));
    let messages = chat.messages().limit(1);
    table
        .row("Conversation::messages", messages.collect())
        .await;
    table.row("Conversation::add_tag", chat.add_tag(&tag)).await;
    table
        .row("Conversation::remove_tag", chat.remove_tag(&tag))
        .await;
    table
        .row("Conversation::assign", chat.assign([user.unwrap()]))
        .await;
    table
        .row("Conversation::mark_unread", chat.mark_unread())
        .await;
    table.row("Conversation::mark_read", chat.mark_read()).await;
}

async fn sends(table: &mut Table<'_>, pancake: &Pancake) {
    let page = pancake.page(PAGE);
    let chat = page.conversation(conversation(table.mock));
    let photo = || Upload::bytes("xoài.png", &b"\x89PNG\r\n\x1a\n"[..]);
    let send = async { chat.reply("Dạ còn ạ!").await?.delivered() };
    table.row("Conversation::reply", send).await;
    let send = async { chat.reply_in_parts("Dạ còn ạ! Chị lấy mấy ký ạ?", 20).await };
    let parts = table.row("Conversation::reply_in_parts", send).await;
    assert!(parts.stopped.is_none() && parts.delivered.len() == 2);
    let upload = async { page.upload(photo()).await };
    table.row("Page::upload", upload).await;
    let send = async { chat.upload_and_send([photo()]).await?.delivered() };
    table.row("Conversation::upload_and_send", send).await;

    let comments = page
        .conversations()
        .kind(pancake_ext::ConversationKind::Comment);
    let comments = comments.limit(1).collect().await.unwrap();
    let row = comments.into_iter().next().unwrap();
    let chat = page.conversation(row.id.unwrap());
    let comment = chat.messages().collect().await.unwrap().pop().unwrap();
    let (post, from) = (
        row.post_id.unwrap(),
        row.from.unwrap().id.unwrap().to_psid(),
    );
    let comment = comment.id.unwrap();
    let send = async {
        chat.reply_comment(&comment, "Dạ chị xem inbox ạ")
            .await?
            .delivered()
    };
    table.row("Conversation::reply_comment", send).await;
    let send = async {
        let reply = chat.private_reply(post, &comment, from, "Dạ giá 250k ạ");
        reply.await?.delivered()
    };
    table.row("Conversation::private_reply", send).await;

    let page = pancake.page(&table.mock.page_ids()[3]);
    let id = table.mock.arrive_conversation(page.id().as_str(), "Alo");
    let chat = page.conversation(id.unwrap());
    let send = async {
        let template = TemplateMessage::new("900000000000009").blank("name", "Lan");
        chat.reply_template(template).await?.delivered()
    };
    table.row("Conversation::reply_template", send).await;
}

async fn customers(table: &mut Table<'_>, pancake: &Pancake, range: TimeRange) {
    let page = pancake.page(PAGE);
    let list = page.customers(range).limit(1);
    let mut customers = table.row("Page::customers", list.collect()).await;
    let customer = page.customer(customers.pop().unwrap().id.unwrap());
    let change = async { customer.update().name("Lan").await };
    table.row("Customer::update", change).await;
    let note = customer.add_note("Giao buổi chiều");
    let note = table.row("Customer::add_note", note).await.id.unwrap();
    let change = customer.update_note(&note, "Giao buổi sáng");
    table.row("Customer::update_note", change).await;
    let delete = customer.delete_note(&note);
    table.row("Customer::delete_note", delete).await;
    let chat = conversation(table.mock);
    let (_, psid) = chat.as_str().split_once('_').unwrap();
    table.row("Page::avatar", page.avatar(psid)).await;
}

async fn other_lists(table: &mut Table<'_>, pancake: &Pancake, range: TimeRange) {
    let page = pancake.page(PAGE);
    table.row("Page::posts", page.posts(range).collect()).await;
    table
        .row("Page::call_logs", page.call_logs("1").collect())
        .await;
    table
        .row("Page::ads_export", page.ads_export(range).collect())
        .await;
    table.row("Page::ads", page.ads(["1", "2"])).await;
}

async fn statistics(table: &mut Table<'_>, pancake: &Pancake) {
    let page = pancake.page(PAGE);
    let week = page.last_days(7).await.unwrap();
    let figures = page.statistics();
    table
        .row("Statistics::campaigns", figures.campaigns(week))
        .await;
    let ads = figures.ads(week, AdsGrouping::ById);
    table.row("Statistics::ads", ads).await;
    let engagement = async { figures.engagement(week).await };
    table.row("Statistics::engagement", engagement).await;
    table.row("Statistics::page", figures.page(week)).await;
    table.row("Statistics::tags", figures.tags(week)).await;
    table.row("Statistics::users", figures.users(week)).await;
    let feedbacks = figures.customer_feedbacks(week);
    table.row("Statistics::customer_feedbacks", feedbacks).await;
    let customers = figures.page_customers(week, CustomerGrouping::Day);
    table.row("Statistics::page_customers", customers).await;
}

#[tokio::test]
async fn every_operation_of_the_api_document_is_reached_through_a_handle() {
    let mock = server().await;
    let pancake = sdk(&mock);
    // Tokens are looked up once, before anything is written down.
    pancake.page(PAGE).tags().await.unwrap();
    let now = mock.clock().unix_seconds();
    let range = TimeRange::unix(now - 400 * 86_400, now).unwrap();
    let mut table = Table {
        mock: &mock,
        lines: BTreeSet::new(),
    };
    conversations(&mut table, &pancake).await;
    sends(&mut table, &pancake).await;
    customers(&mut table, &pancake, range).await;
    other_lists(&mut table, &pancake, range).await;
    statistics(&mut table, &pancake).await;
    all_pages(&mut table, &pancake).await;

    let reached: BTreeSet<&str> = table.lines.iter().map(|(id, _)| id.as_str()).collect();
    for operation in &OPERATIONS {
        assert!(
            reached.contains(operation.id),
            "no handle has a method for {}",
            operation.id
        );
    }
    let lines: Vec<String> = table
        .lines
        .iter()
        .map(|(operation, method)| format!("{operation}  {method}"))
        .collect();
    snapshots::settings("handles").bind(|| assert_snapshot!("operations", lines.join("\n")));
    assert_eq!(mock.violations(), []);
}
