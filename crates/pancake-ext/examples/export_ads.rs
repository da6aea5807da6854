//! Conversations that came through ads, as CSV: which ad, when, who, and the phone numbers they left.
//!
//! ```sh
//! cargo run -p pancake-ext --example export_ads -- [--days 30] > ads.csv
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

mod connect;

use std::error::Error;
use std::io::Write;

use connect::{Service, argument};
use pancake_ext::types::{AdConversation, ExportedAdClick, ExportedPhoneNumber};
use pancake_ext::{Page, Period};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = Service::connect().await?;
    let page = service.page().await?;
    let days: u32 = argument("--days")
        .map(|text| text.parse())
        .transpose()?
        .unwrap_or(30);
    let period = service.zone(&page).await.last_days(days, service.now());
    let rows = export(&page, period, std::io::stdout().lock()).await?;
    eprintln!("{rows} conversations through ads: {period}");
    Ok(())
}

async fn export(page: &Page, period: Period, out: impl Write) -> Result<usize, Box<dyn Error>> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "conversation_id",
        "name",
        "inserted_at",
        "ads",
        "phone_numbers",
    ])?;
    let mut rows = 0;
    // `covering` takes in what happens within the last second.
    let mut conversations = page.ads_export(period.covering()).stream();
    while let Some(row) = conversations.try_next().await? {
        let name = row.from.as_ref().and_then(|from| from.name.clone());
        csv.write_record([
            row.id.as_ref().map(ToString::to_string).unwrap_or_default(),
            name.unwrap_or_default(),
            row.inserted_at
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            ads(&row).join(" "),
            phone_numbers(&row).join(" "),
        ])?;
        rows += 1;
    }
    csv.flush()?;
    Ok(rows)
}

/// The documentation has ids as text here, answers were seen with objects; both are read.
fn ads(row: &AdConversation) -> Vec<String> {
    let clicks = row.ad_clicks.iter().flatten();
    let ids = clicks.filter_map(|click| match click {
        ExportedAdClick::Details(click) => click.ad_id.as_ref().map(ToString::to_string),
        ExportedAdClick::Text(id) => Some(id.clone()),
    });
    ids.collect()
}

fn phone_numbers(row: &AdConversation) -> Vec<String> {
    let numbers = row.recent_phone_numbers.iter().flatten();
    let numbers = numbers.filter_map(|number| match number {
        ExportedPhoneNumber::Details(captured) => captured.phone_number.clone(),
        ExportedPhoneNumber::Text(number) => Some(number.clone()),
    });
    numbers.collect()
}
