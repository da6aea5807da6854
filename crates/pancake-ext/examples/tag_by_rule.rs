//! Tags conversations whose last message is the customer's and has a word in it. Without `--apply` it only says what it would do.
//!
//! ```sh
//! cargo run -p pancake-ext --example tag_by_rule -- --rule "giá=Hỏi giá" [--days 1] [--apply]
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

mod connect;

use std::error::Error;
use std::time::Duration;

use connect::{Service, argument, has_argument};
use pancake_ext::{ConversationExt, Page, TagId, TimeRange, text};

/// A word, and the tag of conversations in whose last message it stands.
struct Rule {
    word: String,
    tag: TagId,
}

impl Rule {
    /// Reads `word=name of a tag`. People write "giá" in more than one sequence of code points, so both sides are compared
    /// in one form.
    async fn parse(text: &str, page: &Page) -> Result<Rule, Box<dyn Error>> {
        let (word, name) = text.split_once('=').ok_or("a rule is `word=tag`")?;
        let tags = page.tags().await?;
        let same = |tag: &&pancake_ext::types::Tag| {
            tag.text
                .as_deref()
                .is_some_and(|text| text::nfc(text) == text::nfc(name))
        };
        let tag = tags.iter().find(same).and_then(|tag| tag.id.clone());
        Ok(Rule {
            word: text::nfc(word).to_lowercase(),
            tag: tag.ok_or_else(|| format!("the page has no tag `{name}`"))?,
        })
    }

    fn fits(&self, snippet: &str) -> bool {
        text::nfc(snippet).to_lowercase().contains(&self.word)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = Service::connect().await?;
    let page = service.page().await?;
    let rule = argument("--rule").unwrap_or_else(|| "giá=Hỏi giá".into());
    let rule = Rule::parse(&rule, &page).await?;
    let days: u64 = argument("--days")
        .map(|text| text.parse())
        .transpose()?
        .unwrap_or(1);
    let range = TimeRange::last(Duration::from_secs(days * 86_400), service.now());
    let apply = has_argument("--apply");
    let tagged = tag(&page, &rule, range, apply).await?;
    println!(
        "{tagged} conversations {}",
        if apply {
            "tagged"
        } else {
            "would be tagged: add --apply"
        }
    );
    Ok(())
}

async fn tag(
    page: &Page,
    rule: &Rule,
    range: TimeRange,
    apply: bool,
) -> Result<usize, Box<dyn Error>> {
    let mut tagged = 0;
    let mut conversations = page.conversations().range(range).stream();
    while let Some(conversation) = conversations.try_next().await? {
        let Some(id) = &conversation.id else { continue };
        let snippet = conversation.snippet.as_deref().unwrap_or_default();
        // What the shop wrote itself says nothing about the customer.
        if !conversation.last_author(page.id()).is_customer()
            || !rule.fits(snippet)
            || conversation.tag_ids().contains(&rule.tag)
        {
            continue;
        }
        println!("{id}: {snippet}");
        if apply {
            page.conversation(id).add_tag(&rule.tag).await?;
        }
        tagged += 1;
    }
    Ok(tagged)
}
