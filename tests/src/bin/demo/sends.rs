//! Messages that arrive: to the inbox, in parts, below a comment, and privately to a commenter.

use pancake_ext::{ConversationKind, MessageExt};

use crate::failure::Failure;
use crate::stage::Stage;

pub(crate) async fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.area("Sends")?;
    reply(stage).await?;
    parts(stage).await?;
    comments(stage).await
}

/// The newest messages of the customer who has just written, the newest first.
async fn newest(stage: &Stage, count: u64) -> Result<Vec<String>, Failure> {
    let messages = stage.chat.messages().limit(count).collect().await?;
    let own = |message: &pancake_ext::types::Message| message.author(stage.page.id()).is_page();
    Ok(messages
        .iter()
        .filter(|message| own(message))
        .map(MessageExt::plain_text)
        .collect())
}

async fn reply(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Delivered: Conversation::reply says what became of the message")?;
    let answer = "Dạ còn ạ! Em gửi mình hình nhé.";
    stage.chat.reply(answer).await?.delivered()?;
    let newest = newest(stage, 1).await?;
    stage.says(format!("read back: {}", newest.join(" ")))?;
    stage.check(newest == [answer], "the answer is not the newest message")
}

async fn parts(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Conversation::reply_in_parts cuts a long text between sentences")?;
    let text =
        "Dạ xoài cát Hòa Lộc 90.000đ một ký. Mua từ 3 ký em giao miễn phí trong nội thành ạ.";
    let sent = stage.chat.reply_in_parts(text, 50).await?;
    let mut newest = newest(stage, 2).await?;
    newest.reverse();
    stage.says(newest.join(" | "))?;
    stage.check(
        sent.stopped.is_none() && sent.delivered.len() == 2,
        "it was not sent in two parts",
    )?;
    stage.check(newest.join(" ") == text, "the parts are not the text")
}

async fn comments(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Conversation::reply_comment for everyone, private_reply for one")?;
    let comments = stage.page.conversations().kind(ConversationKind::Comment);
    let row = comments.limit(1).collect().await?.into_iter().next();
    let row = row.ok_or("the page has no comments")?;
    let (id, post) = (row.id, row.post_id);
    let chat = stage.page.conversation(id.ok_or("the row has no id")?);
    let comment = chat.messages().limit(1).collect().await?.into_iter().next();
    let comment = comment.and_then(|comment| comment.id);
    let comment = comment.ok_or("the comment has no id")?;
    let post = post.ok_or("the comment has no post")?;
    let from = row.from.ok_or("nobody wrote the comment")?;
    let name = from.name.unwrap_or_default();
    let person = from.id.ok_or("the commenter has no id")?.to_psid();
    let public = chat
        .reply_comment(&comment, "Dạ chị xem tin nhắn giúp em ạ")
        .await?;
    let private = chat
        .private_reply(post, &comment, person, "Dạ 90.000đ một ký ạ")
        .await?;
    stage.says(format!("{name} has both answers"))?;
    stage.check(
        public.is_delivered() && private.is_delivered(),
        "an answer was not delivered",
    )
}
