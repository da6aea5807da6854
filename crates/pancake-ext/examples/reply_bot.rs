//! Answers customers in the inbox: nobody twice, and never itself.
//!
//! ```sh
//! cargo run -p pancake-ext --example reply_bot -- [--answers 3] [--interval 5]
//! ```
//!
//! What it looks at is the newest message of a conversation, each time anew: if that is the customer's, nobody has answered
//! yet. So it needs no list of what it answered, and a restart or a colleague who was faster does no harm. Two of it at the same
//! time can both answer: run one for each page. A send whose outcome is unknown is settled by reading the conversation back,
//! and never repeated.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

mod connect;

use std::error::Error;
use std::time::Duration;

use connect::{Service, argument};
use pancake_ext::{
    Conversation, ConversationKind, MessageExt, Page, PageId, SendOptions, SendOutcome,
};
use pancake_mock::MockPancake;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = Service::connect().await?;
    let page = service.page().await?;
    let answers = argument("--answers").map(|text| text.parse()).transpose()?;
    // The fake has three customers to offer; a shop has them for ever.
    let answers = answers.or(service.fake.as_ref().map(|_| 3));
    let seconds = argument("--interval")
        .map(|text| text.parse())
        .transpose()?;
    let interval = Duration::from_secs(seconds.unwrap_or(5));

    let customers = write_as_customers(service.fake.as_ref(), page.id());
    let (answered, ()) = tokio::join!(answer_customers(&page, interval, answers), customers);
    println!("{} answers", answered?);
    Ok(())
}

/// Three customers of the fake, one after the other.
async fn write_as_customers(fake: Option<&MockPancake>, page: &PageId) {
    let Some(fake) = fake else { return };
    for text in [
        "Shop ơi còn hàng không?",
        "Giá sỉ sao shop?",
        "Ship về Huế bao lâu vậy?",
    ] {
        tokio::time::sleep(Duration::from_millis(500)).await;
        fake.arrive_conversation(page.as_str(), text);
    }
}

async fn answer_customers(
    page: &Page,
    interval: Duration,
    most: Option<u32>,
) -> Result<u32, Box<dyn Error>> {
    let mut answered = 0;
    let mut changes = page
        .conversations()
        .kind(ConversationKind::Inbox)
        .watch(interval);
    while most.is_none_or(|most| answered < most) {
        let conversation = match changes.next().await {
            Some(Ok(conversation)) => conversation,
            // The next poll goes on after a pause; nothing is passed over.
            Some(Err(error)) if error.is_retryable() => {
                eprintln!("{error}");
                continue;
            }
            Some(Err(error)) => return Err(error.into()),
            None => break,
        };
        let Some(id) = conversation.id else { continue };
        answered += u32::from(answer(&page.conversation(id)).await?);
    }
    Ok(answered)
}

/// Answers if the newest message is the customer's.
async fn answer(chat: &Conversation) -> Result<bool, pancake_ext::Error> {
    let page = chat.page().id();
    let newest = chat.messages().limit(1).collect().await?;
    let Some(question) = newest
        .first()
        .filter(|message| message.is_from_customer(page))
    else {
        return Ok(false); // A colleague, another bot, or this one has answered.
    };
    let Some(id) = &question.id else {
        return Ok(false);
    };

    // `after` tells where to look for the answer, should the outcome be unknown.
    let options = SendOptions::new().after(id).reconcile();
    let reply = chat.reply(reply_to(&question.plain_text()));
    match reply.options(options).await? {
        SendOutcome::Delivered(delivery) => {
            println!("{}: answered with {:?}", chat.id(), delivery.message_id);
            Ok(true)
        }
        // Also when it stays unknown: a missing answer is better than two.
        outcome => {
            eprintln!("{}: not answered: {outcome:?}", chat.id());
            Ok(false)
        }
    }
}

fn reply_to(question: &str) -> &'static str {
    if question.to_lowercase().contains("giá") {
        "Dạ giá 250.000đ, freeship từ 2 sản phẩm ạ"
    } else {
        "Dạ shop đã nhận được tin nhắn, sẽ trả lời mình ngay ạ"
    }
}
