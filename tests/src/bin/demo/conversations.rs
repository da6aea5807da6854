//! Conversations and messages: read to their end, taken up again, tagged, assigned, marked as read.

use std::collections::HashSet;

use pancake_ext::types::Conversation;
use pancake_ext::{ConversationExt, Cursor, Guard, MessageExt};
use pancake_mock::{Fault, FaultKind};

use crate::failure::Failure;
use crate::stage::{QUESTION, Stage};

pub(crate) async fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.area("Conversations and messages")?;
    walk(stage).await?;
    resume(stage).await?;
    messages(stage).await?;
    changes(stage).await
}

fn ids(rows: &[Conversation]) -> Vec<String> {
    let ids = rows.iter().filter_map(|row| row.id.as_ref());
    ids.map(ToString::to_string).collect()
}

async fn walk(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Page::conversations is read to its end, and rows that come twice are dropped")?;
    // The second answer begins with rows of the first, as when conversations move while one reads.
    let repeat = Fault::new(FaultKind::RepeatedRows).on("list_conversations");
    stage.mock.faults().add(repeat.after(1).times(1));
    let mut pager = stage.page.conversations().stream();
    let mut rows = Vec::new();
    while let Some(row) = pager.try_next().await? {
        rows.push(row);
    }
    let dropped = pager.guards().count(Guard::DuplicateRows);
    stage.says(format!(
        "{} conversations in {} answers, {dropped} rows dropped; the newest is from {}",
        rows.len(),
        pager.answers(),
        rows.first().map(customer).unwrap_or_default()
    ))?;
    stage.check(
        ids(&rows) == stage.mock.conversation_ids(stage.page.id().as_str()),
        "these are not the conversations that the server has, in their order",
    )?;
    stage.check(dropped > 0, "no row came twice, so nothing was shown")
}

fn customer(row: &Conversation) -> &str {
    let name = row.from.as_ref().and_then(|from| from.name.as_deref());
    name.unwrap_or("somebody without a name")
}

async fn resume(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("A cursor is a text, so that a walk goes on after a crash")?;
    let mut first = stage.page.conversations().limit(70).stream();
    let mut read = Vec::new();
    while let Some(row) = first.try_next().await? {
        read.push(row);
    }
    let stored = first.cursor().ok_or("there is no cursor")?.to_string();
    let cursor: Cursor = stored.parse()?;
    let rest = stage.page.conversations().resume(cursor).collect().await?;
    stage.says(format!(
        "{} rows, the cursor stored and read, {} more",
        read.len(),
        rest.len()
    ))?;
    read.extend(rest);
    stage.check(
        ids(&read) == stage.mock.conversation_ids(stage.page.id().as_str()),
        "rows are missing, or came twice",
    )
}

async fn messages(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Conversation::messages: plain text, who wrote it, either end first")?;
    let page = stage.page.id().clone();
    let mine = stage.chat.messages().collect().await?;
    let question = mine.first().ok_or("the customer's question is not there")?;
    let (author, text) = (question.author(&page), question.plain_text());
    let ids = stage.mock.conversation_ids(page.as_str());
    let id = ids.get(1).ok_or("the page has one conversation only")?;
    let long = stage.page.conversation(id.as_str()).messages();
    let long = long.oldest_first().collect().await?;
    stage.says(format!(
        "{author:?}: {text} Another conversation has {} messages",
        long.len()
    ))?;
    stage.check(
        author.is_customer() && text == QUESTION,
        "this is not what the customer wrote",
    )?;
    let count = u64::try_from(long.len()).unwrap_or_default();
    stage.check(
        stage.mock.message_count(page.as_str(), id) == Some(count),
        "the server has another number of messages",
    )?;
    let times = long.iter().map(|message| message.inserted_at.as_ref());
    let times: Vec<_> = times
        .map(|time| time.and_then(|time| time.unix_millis()))
        .collect();
    stage.check(times.is_sorted(), "the oldest does not come first")?;
    let distinct: HashSet<_> = long.iter().map(|message| &message.id).collect();
    stage.check(distinct.len() == long.len(), "a message came twice")
}

/// The row of the customer who has just written, as the list has it now.
async fn row(stage: &Stage) -> Result<Conversation, Failure> {
    let rows = stage.page.conversations().limit(60).collect().await?;
    let mut rows = rows.into_iter();
    let row = rows.find(|row| row.id.as_ref() == Some(stage.chat.id()));
    row.ok_or(Failure::new("the conversation is no longer in the list"))
}

async fn changes(stage: &mut Stage) -> Result<(), Failure> {
    stage.step(
        "Conversation::add_tag, remove_tag, assign, mark_unread and mark_read, seen in the list",
    )?;
    let tag = stage.page.tags().await?.into_iter().next();
    let tag = tag.ok_or("the page has no tags")?;
    let tag_id = tag.id.ok_or("the tag has no id")?;
    let staff = stage.page.users().await?.users.unwrap_or_default();
    let user = staff.into_iter().next().ok_or("the page has no staff")?;
    let user_id = user.id.ok_or("the user has no id")?;

    stage.chat.add_tag(&tag_id).await?;
    stage.chat.assign([&user_id]).await?;
    stage.chat.mark_unread().await?;
    let changed = row(stage).await?;
    stage.chat.remove_tag(&tag_id).await?;
    stage.chat.mark_read().await?;
    let after = row(stage).await?;

    stage.says(format!(
        "{}, for {}, unread; then without the tag, and read",
        tag.text.unwrap_or_default(),
        user.name.unwrap_or_default()
    ))?;
    stage.check(
        changed.tag_ids().contains(&tag_id) && !after.tag_ids().contains(&tag_id),
        "the list does not show the tag, or still does",
    )?;
    stage.check(
        changed.assignee_ids.unwrap_or_default() == [user_id],
        "the list has other assignees",
    )?;
    stage.check(
        (changed.seen, after.seen) == (Some(false), Some(true)),
        "the list does not show what is unread",
    )
}
