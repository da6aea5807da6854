//! Measures the memory of reading a long list: a fake server in a process of its own, and a walk over all conversations of
//! one page in this one. It fails if that takes more than 64 MiB, or more and more. Linux only, since it reads `/proc`.
//!
//! ```sh
//! cargo run --release -p pancake-tests --bin walk -- 1000000
//! ```
#![allow(clippy::print_stdout, reason = "it is a program that prints")]

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use pancake_ext::{OrderBy, Pancake, RateLimit};
use pancake_mock::MockPancake;

/// Memory at any moment, in KiB.
const MOST: u64 = 64 * 1024;
/// How much more the last tenth of the rows may take than the tenths from the middle on, in KiB. In the first half the
/// memory for duplicates fills: it holds the last 200 000 rows.
const GROWTH: u64 = 4 * 1024;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Ends the server with the program.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let runtime = tokio::runtime::Runtime::new()?;
    match arguments.next().as_deref() {
        Some("--serve") => {
            let rows = arguments.next().ok_or("how many rows?")?.parse()?;
            runtime.block_on(serve(rows))
        }
        rows => {
            let rows = rows.unwrap_or("1000000").parse()?;
            let order = match arguments.next().as_deref() {
                Some("--by-beginning") => OrderBy::InsertedAt,
                _ => OrderBy::UpdatedAt,
            };
            runtime.block_on(walk(rows, order))
        }
    }
}

async fn serve(rows: u64) -> Outcome<()> {
    let mock = MockPancake::builder()
        .pages(1)
        .conversations(rows)
        .rate_limit(None)
        .journal_bytes(0);
    let mock = mock.start().await?;
    let page = mock.page_ids().swap_remove(0);
    let token = mock.page_token(&page).ok_or("the page has no token")?;
    println!("{} {page} {token}", mock.base_url());
    std::future::pending().await
}

async fn walk(rows: u64, order: OrderBy) -> Outcome<()> {
    let mut server = Command::new(std::env::current_exe()?);
    server
        .args(["--serve", &rows.to_string()])
        .stdout(Stdio::piped());
    let mut server = Server(server.spawn()?);
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut word = || words.next().ok_or("the server did not say where it is");
    let (base_url, page, token) = (word()?, word()?, word()?);

    let pancake = Pancake::builder()
        .base_url(base_url)
        .page_token(page.as_str(), token.as_str());
    let pancake = pancake.rate_limit(RateLimit::off()).build()?;
    let mut conversations = pancake
        .page(page.as_str())
        .conversations()
        .order_by(order)
        .stream();
    let (start, mut count) = (Instant::now(), 0);
    println!("{count:>9} rows  {:>6} KiB", resident()?);
    let mut tenths = Vec::new();
    while conversations.try_next().await?.is_some() {
        count += 1;
        if count % (rows / 10).max(1) == 0 {
            let resident = resident()?;
            println!("{count:>9} rows  {resident:>6} KiB");
            tenths.push(resident);
        }
    }
    let most = status("VmHWM:")?;
    println!(
        "{count} rows, {} answers, {:.1?}, at most {most} KiB",
        conversations.answers(),
        start.elapsed(),
    );
    if count != rows {
        return Err(format!("{rows} rows were there").into());
    }
    judge(&tenths, most)
}

/// Refuses a walk that took much, or more the longer it went on.
fn judge(tenths: &[u64], most: u64) -> Outcome<()> {
    if most > MOST {
        return Err(format!("{most} KiB are more than {MOST}").into());
    }
    let (Some(middle), Some(last)) = (tenths.get(tenths.len() / 2), tenths.last()) else {
        return Ok(());
    };
    if *last > middle + GROWTH {
        return Err(format!("memory grows: {middle} KiB in the middle, {last} at the end").into());
    }
    Ok(())
}

/// Memory of this process in KiB.
fn resident() -> Outcome<u64> {
    status("VmRSS:")
}

fn status(field: &str) -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .ok_or("no such field")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_that_takes_much_or_more_and_more_is_refused() {
        let flat = [
            9_000, 14_000, 19_000, 21_000, 22_000, 22_100, 22_000, 22_200,
        ];
        assert!(judge(&flat, 23_000).is_ok());
        assert!(judge(&flat, MOST + 1).is_err());
        let growing: Vec<u64> = (1..=10).map(|tenth| 5_000 * tenth).collect();
        assert!(judge(&growing, 50_000).is_err());
        assert!(judge(&[], 1).is_ok());
    }
}
