//! The main job of the SDK from end to end, against a fake Pancake: `cargo xtask demo`.
//!
//! It is a program as people write them with `pancake-ext`; only the server is made up. Every step checks what came
//! back, so that the exit status says whether the SDK works.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Write};

use pancake_ext::client;
use pancake_ext::reqwest::{self, multipart::Part};
use pancake_ext::send::ReplyInbox;
use pancake_ext::types::{
    ApiError, Conversation, ConversationTag, ConversationTypeFilter, Message, TagAction,
    UpdateConversationTagBody,
};
use pancake_ext::{ContentId, ConversationId, ErrorKind, PageId, PageToken, Pancake, Timestamp};
use pancake_mock::MockPancake;

/// A picture of one pixel.
const PHOTO: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x56, 0xc7, 0x2f, 0x0d, 0, 0,
    0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut out = Narrator(io::stdout());
    let mock = MockPancake::builder().conversations(500).start().await?;
    out.title("A fake Pancake, and a client for it")?;
    out.code("Pancake::builder().base_url(…).user_token(…).build()?")?;
    let pancake = Pancake::builder()
        .base_url(mock.base_url())
        .user_token(mock.user_token())
        .build()?;
    out.says(format!("it listens at {}", mock.base_url()))?;
    out.says(format!("the client, tokens and all: {pancake:?}"))?;

    let page = list_pages(&mut out, &pancake).await?;
    read_a_token(&mut out, &pancake, &page, &mock).await?;

    let question = "Chị ơi, xoài cát Hòa Lộc hôm nay còn không ạ?";
    let newest = mock
        .arrive_conversation(page.as_str(), question)
        .ok_or("the fake server does not know its own page")?;
    let newest = ConversationId::from(newest);
    walk_conversations(&mut out, &pancake, &page, &newest).await?;
    read_messages(&mut out, &pancake, &page, &newest, question).await?;

    let content = upload(&mut out, &pancake, &page).await?;
    send(&mut out, &pancake, &page, &newest, &content).await?;
    a_failure(&mut out, &pancake, &page, &newest, content).await?;
    tag(&mut out, &pancake, &page, &newest).await?;
    statistic(&mut out, &pancake, &page, mock.clock().unix_seconds()).await?;

    out.title("Looking back")?;
    let journal = mock.journal();
    out.says(format!("{} requests", journal.len()))?;
    let minted = journal
        .iter()
        .any(|entry| entry.operation.as_deref() == Some("generate_page_access_token"));
    check(
        !minted,
        "a token was minted, which kills the token that others use",
    )?;
    if let Some(violation) = mock.violations().first() {
        return fail(format!(
            "a request is not as the API document has it: {violation}"
        ));
    }
    out.says("all of them as the API document has them, and no token was minted")?;
    mock.stop().await;
    Ok(())
}

/// The pages of the user; gives the first one.
async fn list_pages(out: &mut Narrator, pancake: &Pancake) -> Result<PageId, Failure> {
    out.title("The pages of a user")?;
    out.code("pancake.client().list_pages().send().await?")?;
    let list = pancake.client().list_pages().send().await?.into_inner();
    let pages = list
        .categorized
        .and_then(|pages| pages.activated)
        .unwrap_or_default();
    for page in &pages {
        let name = page.name.as_deref().unwrap_or_default();
        let platform = page.platform.as_deref().unwrap_or_default();
        out.says(format!("{:<20} {platform:<10} {name}", text(&page.id)))?;
    }
    let first = pages.into_iter().find_map(|page| page.id);
    Ok(first.ok_or("the user has no page")?)
}

/// The token of a page stands in its settings. Minting one would kill the token that everybody else uses.
async fn read_a_token(
    out: &mut Narrator,
    pancake: &Pancake,
    page: &PageId,
    mock: &MockPancake,
) -> Result<(), Failure> {
    out.title("The token of a page, read and not minted")?;
    out.code("page.settings.page_access_token()")?;
    let list = pancake.client().list_pages().send().await?.into_inner();
    let pages = list
        .categorized
        .and_then(|pages| pages.activated)
        .unwrap_or_default();
    let settings = pages
        .into_iter()
        .find(|other| other.id.as_ref() == Some(page))
        .and_then(|page| page.settings);
    let token = settings
        .as_ref()
        .and_then(|settings| settings.page_access_token())
        .ok_or("the settings of the page hold no token")?;
    let token = PageToken::from(token.clone());
    out.says(format!("{token:?}, which neither Debug nor Display shows"))?;

    // A client that has the user token finds page tokens by itself in this way; one with only page tokens is given them.
    let alone = Pancake::builder()
        .base_url(mock.base_url())
        .page_token(page, token)
        .build()?;
    let tags = alone
        .client()
        .list_tags()
        .page_id(page)
        .send()
        .await?
        .into_inner();
    let names: Vec<String> = tags
        .tags
        .unwrap_or_default()
        .into_iter()
        .filter_map(|tag| tag.text)
        .collect();
    out.says(format!("it opens the page; its tags: {}", names.join(", ")))?;
    check(!names.is_empty(), "the page has no tags")
}

/// All conversations: the id of the last row is the cursor of the next page.
async fn walk_conversations(
    out: &mut Narrator,
    pancake: &Pancake,
    page: &PageId,
    newest: &ConversationId,
) -> Result<(), Failure> {
    out.title("All inbox conversations, 60 a page")?;
    out.code("pancake.client().list_conversations().page_id(&page).type_(Inbox).last_conversation_id(cursor)")?;
    let mut seen = HashSet::new();
    let mut cursor: Option<ConversationId> = None;
    loop {
        let mut call = pancake
            .client()
            .list_conversations()
            .page_id(page)
            .type_(ConversationTypeFilter::Inbox);
        if let Some(cursor) = &cursor {
            call = call.last_conversation_id(cursor);
        }
        let rows = call
            .send()
            .await?
            .into_inner()
            .conversations
            .unwrap_or_default();
        let Some(last) = rows.last().and_then(|row| row.id.clone()) else {
            break;
        };
        if cursor.is_none() {
            for row in rows.iter().take(3) {
                out.says(line(row))?;
            }
            out.says("…")?;
            let first = rows.first().and_then(|row| row.id.as_ref());
            check(
                first == Some(newest),
                "the newest conversation does not come first",
            )?;
        }
        let count = rows.len();
        // Conversations move to the top while one walks, so a row can come twice.
        seen.extend(rows.into_iter().filter_map(|row| row.id));
        out.says(format!("{count} on this page, {} so far", seen.len()))?;
        if cursor.as_ref() == Some(&last) {
            break;
        }
        cursor = Some(last);
    }
    check(seen.len() > 60, "the walk did not go beyond one page")
}

fn line(conversation: &Conversation) -> String {
    let name = conversation
        .from
        .as_ref()
        .and_then(|from| from.name.as_deref());
    let tags: Vec<&str> = conversation
        .tags
        .iter()
        .flatten()
        .flatten()
        .filter_map(|tag| match tag {
            ConversationTag::Details(tag) => tag.text.as_deref(),
            _ => None,
        })
        .collect();
    format!(
        "{}  {}: {} {tags:?}",
        text(&conversation.updated_at),
        name.unwrap_or("?"),
        conversation.snippet.as_deref().unwrap_or_default(),
    )
}

async fn read_messages(
    out: &mut Narrator,
    pancake: &Pancake,
    page: &PageId,
    conversation: &ConversationId,
    question: &str,
) -> Result<(), Failure> {
    out.title("The messages of the newest conversation")?;
    out.code("pancake.client().list_messages().page_id(&page).conversation_id(&conversation)")?;
    let messages = messages(pancake, page, conversation).await?;
    for message in &messages {
        let from = message.from.as_ref().and_then(|from| from.name.as_deref());
        let said = message.original_message.as_deref().unwrap_or_default();
        out.says(format!(
            "{}  {}: {said}",
            text(&message.inserted_at),
            from.unwrap_or("?")
        ))?;
    }
    let asked = messages
        .iter()
        .any(|message| message.original_message.as_deref() == Some(question));
    check(asked, "the customer's question is not there")
}

async fn messages(
    pancake: &Pancake,
    page: &PageId,
    conversation: &ConversationId,
) -> Result<Vec<Message>, Failure> {
    let list = pancake
        .client()
        .list_messages()
        .page_id(page)
        .conversation_id(conversation)
        .send()
        .await?
        .into_inner();
    Ok(list.messages.unwrap_or_default())
}

async fn upload(
    out: &mut Narrator,
    pancake: &Pancake,
    page: &PageId,
) -> Result<ContentId, Failure> {
    out.title("A picture to send")?;
    out.code("pancake.client().upload_contents().page_id(&page).file(photo)")?;
    let photo = Part::bytes(PHOTO)
        .file_name("xoai-cat.png")
        .mime_str("image/png")?;
    let content = pancake
        .client()
        .upload_contents()
        .page_id(page)
        .file(photo)
        .send()
        .await?
        .into_inner();
    let id = content.id.ok_or("the upload has no id")?;
    out.says(format!("content id {id}"))?;
    Ok(id)
}

/// Text or files, never both in one message: the API refuses that, and `ReplyInbox` cannot say it.
async fn send(
    out: &mut Narrator,
    pancake: &Pancake,
    page: &PageId,
    conversation: &ConversationId,
    content: &ContentId,
) -> Result<(), Failure> {
    out.title("An answer, then the picture")?;
    let answer = "Dạ còn ạ! Em gửi mình hình nhé.";
    let text = (format!("{answer:?}"), ReplyInbox::new(answer));
    let photo = ("content".to_owned(), ReplyInbox::new(content.clone()));
    for (shown, reply) in [text, photo] {
        out.code(format!(
            "pancake.client().send_message().page_id(&page).conversation_id(&conversation).body(ReplyInbox::new({shown}))"
        ))?;
        let sent = pancake
            .client()
            .send_message()
            .page_id(page)
            .conversation_id(conversation)
            .body(reply)
            .send()
            .await?
            .into_inner();
        let id = sent.id.ok_or("the sent message has no id")?;
        out.says(format!("sent as {id}"))?;
        let stored = messages(pancake, page, conversation).await?;
        let stored = stored
            .iter()
            .any(|message| message.id.as_ref() == Some(&id));
        check(stored, "the sent message is not in the conversation")?;
    }
    Ok(())
}

/// Facebook takes an uploaded file once. The server says so with HTTP 200; the SDK makes it an error.
async fn a_failure(
    out: &mut Narrator,
    pancake: &Pancake,
    page: &PageId,
    conversation: &ConversationId,
    used: ContentId,
) -> Result<(), Failure> {
    out.title("What a failure looks like: the same picture once more")?;
    out.code("match … .body(ReplyInbox::new(content)).send().await { Err(error) => …")?;
    let result = pancake
        .client()
        .send_message()
        .page_id(page)
        .conversation_id(conversation)
        .body(ReplyInbox::new(used))
        .send()
        .await;
    let Err(error) = result.map_err(pancake_ext::Error::from) else {
        return fail("a used content id was taken a second time");
    };
    out.says(format!("error.kind()  {:?}", error.kind()))?;
    out.says(format!("error         {error}"))?;
    out.says(format!("error.hint()  {}", error.hint()))?;
    check(
        error.kind() == ErrorKind::Channel,
        "the failure is of another kind",
    )
}

async fn tag(
    out: &mut Narrator,
    pancake: &Pancake,
    page: &PageId,
    conversation: &ConversationId,
) -> Result<(), Failure> {
    out.title("A tag")?;
    out.code("pancake.client().update_conversation_tag().body(UpdateConversationTagBody { action: Add, tag_id })")?;
    let tags = pancake
        .client()
        .list_tags()
        .page_id(page)
        .send()
        .await?
        .into_inner();
    let tag = tags
        .tags
        .and_then(|tags| tags.into_iter().find(|tag| tag.id.is_some()))
        .ok_or("the page has no tags")?;
    let id = tag.id.ok_or("the tag has no id")?;
    let change = UpdateConversationTagBody {
        action: TagAction::Add,
        tag_id: id.to_string(),
    };
    pancake
        .client()
        .update_conversation_tag()
        .page_id(page)
        .conversation_id(conversation)
        .body(change)
        .send()
        .await?;
    let list = pancake
        .client()
        .list_conversations()
        .page_id(page)
        .send()
        .await?
        .into_inner();
    let row = list
        .conversations
        .unwrap_or_default()
        .into_iter()
        .find(|row| row.id.as_ref() == Some(conversation))
        .ok_or("the conversation is no longer in the list")?;
    out.says(line(&row))?;
    // Entries of the list can be null.
    let tagged = row
        .tags
        .iter()
        .flatten()
        .flatten()
        .any(|entry| match entry {
            ConversationTag::Details(entry) => entry.id.as_ref() == Some(&id),
            ConversationTag::Id(entry) => id == entry.to_string().as_str(),
            ConversationTag::Text(entry) => tag.text.as_ref() == Some(entry),
        });
    check(tagged, "the list does not show the new tag")
}

async fn statistic(
    out: &mut Narrator,
    pancake: &Pancake,
    page: &PageId,
    now: i64,
) -> Result<(), Failure> {
    out.title("A statistic: the last seven days")?;
    out.code(
        "pancake.client().get_page_statistics().page_id(&page).since(now - 7 * 86_400).until(now)",
    )?;
    let statistics = pancake
        .client()
        .get_page_statistics()
        .page_id(page)
        .since(now - 7 * 86_400)
        .until(now)
        .send()
        .await?
        .into_inner();
    let rows = statistics.data.unwrap_or_default();
    let customers: i64 = rows.iter().filter_map(|row| row.new_customer_count).sum();
    let received: i64 = rows.iter().filter_map(|row| row.customer_inbox_count).sum();
    let sent: i64 = rows.iter().filter_map(|row| row.page_inbox_count).sum();
    out.says(format!("since {}", Timestamp::from_unix(now - 7 * 86_400)))?;
    out.says(format!(
        "{customers} new customers, {received} messages received, {sent} sent"
    ))?;
    check(sent > 0, "the statistic does not count what was sent")
}

/// Tells people what happens.
struct Narrator(io::Stdout);

impl Narrator {
    fn title(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.0, "\n{title}")
    }

    fn code(&mut self, code: impl fmt::Display) -> io::Result<()> {
        writeln!(self.0, "  > {code}")
    }

    fn says(&mut self, what: impl fmt::Display) -> io::Result<()> {
        writeln!(self.0, "    {what}")
    }
}

fn text(value: &Option<impl fmt::Display>) -> String {
    value
        .as_ref()
        .map_or_else(|| "?".to_owned(), ToString::to_string)
}

fn check(holds: bool, otherwise: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { fail(otherwise) }
}

fn fail<T>(what: impl Into<String>) -> Result<T, Failure> {
    Err(Failure(what.into()))
}

/// Why the demo failed, in one text.
struct Failure(String);

/// `main` shows what it returns with Debug, and people should read a sentence.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<pancake_ext::Error> for Failure {
    fn from(error: pancake_ext::Error) -> Self {
        Failure(format!("{error}\n{}", error.hint()))
    }
}

/// The error of a generated operation. Functions that return `pancake_ext::Error` need no such conversion.
impl From<client::Error<ApiError>> for Failure {
    fn from(error: client::Error<ApiError>) -> Self {
        pancake_ext::Error::from(error).into()
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure(error.to_string())
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        Failure(error.to_string())
    }
}

impl From<&str> for Failure {
    fn from(what: &str) -> Self {
        Failure(what.to_owned())
    }
}
