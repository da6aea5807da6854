//! Yesterday's figures of all pages as a table. "Yesterday" is that of each page, by its own zone.
//!
//! ```sh
//! cargo run -p pancake-ext --example daily_statistics
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

mod connect;

use std::error::Error;

use connect::Service;
use pancake_ext::types::PageStatisticsRow;
use pancake_ext::{Page, PageInfo, Zone};

/// The figures of one page.
struct Line {
    inbox: i64,
    comments: i64,
    answers: i64,
    new_customers: i64,
    phone_numbers: i64,
    /// Of the staff, by the figures of the users, in minutes.
    response: Option<f64>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = Service::connect().await?;
    println!(
        "{:<24} {:<12} {:>10} {:>7} {:>9} {:>8} {:>8} {:>7} {:>9}",
        "page", "channel", "day", "inbox", "comments", "answers", "new", "phones", "response"
    );
    for info in service.pancake.pages().await? {
        let page = service.pancake.page(&info);
        let zone = info.zone().unwrap_or(Zone::VIETNAM);
        let yesterday = zone.yesterday(service.now());
        // One page without a token or permission, or with an expired plan, must not cost the others.
        match line(&page, yesterday).await {
            Ok(line) => print(&info, &yesterday.first_day().to_string(), &line),
            Err(error) => eprintln!("{}: {error}. {}", info.name, error.hint()),
        }
    }
    Ok(())
}

async fn line(page: &Page, day: pancake_ext::Period) -> Result<Line, pancake_ext::Error> {
    let hours = page.statistics().page(day).await?;
    let sum = |figure: fn(&PageStatisticsRow) -> Option<i64>| hours.iter().filter_map(figure).sum();
    let staff = page.statistics().users(day).await?;
    let responses: Vec<f64> = staff
        .users
        .values()
        .filter_map(|user| user.average_response_millis())
        .collect();
    Ok(Line {
        inbox: sum(|row| row.customer_inbox_count),
        comments: sum(|row| row.customer_comment_count),
        answers: sum(|row| row.page_inbox_count),
        new_customers: sum(|row| row.new_customer_count),
        phone_numbers: sum(|row| row.phone_number_count),
        response: (!responses.is_empty())
            .then(|| responses.iter().sum::<f64>() / responses.len() as f64 / 60_000.0),
    })
}

fn print(info: &PageInfo, day: &str, line: &Line) {
    let response = line
        .response
        .map_or_else(|| "-".to_owned(), |minutes| format!("{minutes:.1} min"));
    println!(
        "{:<24} {:<12} {:>10} {:>7} {:>9} {:>8} {:>8} {:>7} {:>9}",
        info.name,
        info.channel().to_string(),
        day,
        line.inbox,
        line.comments,
        line.answers,
        line.new_customers,
        line.phone_numbers,
        response
    );
}
