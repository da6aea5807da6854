//! Phone numbers that customers wrote, as CSV: each number once, with who wrote it, where and when.
//!
//! ```sh
//! cargo run -p pancake-ext --example lead_capture -- [--days 7] > leads.csv
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

mod connect;

use std::collections::HashSet;
use std::error::Error;
use std::io::Write;

use connect::{Service, argument};
use pancake_ext::{ConversationExt, Page, TimeRange};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = Service::connect().await?;
    let page = service.page().await?;
    let days: u32 = argument("--days")
        .map(|text| text.parse())
        .transpose()?
        .unwrap_or(7);
    let range = TimeRange::last(
        std::time::Duration::from_secs(u64::from(days) * 86_400),
        service.now(),
    );
    let leads = capture(&page, range, std::io::stdout().lock()).await?;
    eprintln!("{leads} phone numbers in {days} days");
    Ok(())
}

async fn capture(page: &Page, range: TimeRange, out: impl Write) -> Result<usize, Box<dyn Error>> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["phone_number", "name", "conversation_id", "updated_at"])?;
    let mut seen = HashSet::new();
    let mut conversations = page.conversations().range(range).stream();
    while let Some(conversation) = conversations.try_next().await? {
        let name = conversation
            .from
            .as_ref()
            .and_then(|from| from.name.as_deref());
        let id = conversation.id.as_ref().map(|id| id.as_str());
        let time = conversation.updated_at.as_ref().map(ToString::to_string);
        for number in conversation.phone_numbers() {
            if seen.insert(number.to_owned()) {
                let time = time.as_deref().unwrap_or_default();
                csv.write_record([
                    number,
                    name.unwrap_or_default(),
                    id.unwrap_or_default(),
                    time,
                ])?;
            }
        }
    }
    csv.flush()?;
    Ok(seen.len())
}
