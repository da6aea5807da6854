//! The fake Pancake as a program, for tests in other languages.
#![forbid(unsafe_code)]
// What a program says to its user.
#![allow(clippy::print_stderr)]

use std::{io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use pancake_mock::{DEFAULT_NOW, MockPancake, Oddities, Oddity, Validation, read_faults};

/// A fake Pancake (pages.fm) server to test integrations against.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Where to listen: an address, a name or only a port, such as 127.0.0.1:8080, localhost:8080 or 8080. Port 0 takes a
    /// free one. Whoever can connect can read its tokens.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: String,
    /// The number all invented data follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many pages.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pages: u64,
    /// How many conversations on all pages together.
    #[arg(long, default_value_t = 800, value_parser = clap::value_parser!(u64).range(..=60_000_000))]
    conversations: u64,
    /// Which oddities: `standard`, `all`, `none`, then names; a name with `-` switches off.
    /// For example `standard,-null_tags`.
    #[arg(long, default_value = "standard", allow_hyphen_values = true)]
    oddities: String,
    /// Print the oddities with their grade and default, and end.
    #[arg(long)]
    list_oddities: bool,
    /// A JSON file with faults.
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// No limit of 5 calls per second and page.
    #[arg(long)]
    no_rate_limit: bool,
    /// Record requests that break the API description instead of refusing them with HTTP 400.
    #[arg(long)]
    no_refusals: bool,
    /// Where the clock starts, in unix seconds; all data is older. By default always the same
    /// moment, 2026-04-01T03:00:00Z.
    #[arg(long, default_value_t = DEFAULT_NOW, value_parser = clap::value_parser!(i64).range(0..=253_402_300_799))]
    now: i64,
    /// The zones of the first pages in hours east of UTC, such as `7,0,-5`; the last one holds for the others.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, default_value = "7",
        value_parser = clap::value_parser!(i64).range(-12..=14))]
    timezones: Vec<i64>,
    /// The clock stands still until the control endpoint moves it.
    #[arg(long)]
    frozen_clock: bool,
    /// Print address and tokens as one line of JSON.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("pancake-mock: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), String> {
    if options.list_oddities {
        for oddity in Oddity::ALL {
            let default = if oddity.is_standard() { "on" } else { "off" };
            let grade = oddity.evidence();
            say(&format!("{:<38} {grade:?}  {default}", oddity.name()));
        }
        return Ok(());
    }
    let oddities = Oddities::standard();
    oddities
        .apply(&options.oddities)
        .map_err(|error| format!("--oddities: {error}"))?;
    let listen = address(&options.listen).await?;
    let mut builder = MockPancake::builder()
        .listen(listen)
        .seed(options.seed)
        .pages(options.pages)
        .conversations(options.conversations)
        .oddities(&oddities)
        .timezones(options.timezones)
        .now(options.now);
    if options.no_rate_limit {
        builder = builder.rate_limit(None);
    }
    if options.frozen_clock {
        builder = builder.frozen_clock();
    }
    if options.no_refusals {
        builder = builder.validation(Validation::Record);
    }
    if let Some(path) = &options.faults {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| told(&error))?;
        for fault in read_faults(&text).map_err(|error| told(&error))? {
            builder = builder.fault(fault);
        }
    }
    let mock = builder
        .start()
        .await
        .map_err(|error| format!("{}: {error}", options.listen))?;
    if options.json {
        say(&mock.describe().to_string());
    } else {
        say(&format!("base URL    {}", mock.base_url()));
        say(&format!("control     {}/state", mock.control_url()));
        say(&format!("user token  {}", mock.user_token()));
        for page in mock.page_ids() {
            let token = mock.page_token(&page).unwrap_or_default();
            say(&format!("page {page}  token {token}"));
        }
        say("Ctrl-C ends it.");
    }
    let interrupted = || async { tokio::signal::ctrl_c().await.map_err(|e| e.to_string()) };
    interrupted().await?;
    tokio::select! {
        () = mock.stop() => Ok(()),
        // Who asks twice does not want to wait for calls under way.
        again = interrupted() => again,
    }
}

/// A line for whoever reads. Nobody has to: the reader of a pipe may be gone, and the server goes on.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Port alone, name and port, or address and port.
async fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse::<u16>() {
        return Ok((std::net::Ipv4Addr::LOCALHOST, port).into());
    }
    let wanted = "give an address and a port, such as 127.0.0.1:8080, localhost:8080 or 8080";
    let found = tokio::net::lookup_host(text).await;
    let found: Vec<_> = found
        .map_err(|e| format!("--listen {text}: {e}; {wanted}"))?
        .collect();
    // A name has often both kinds of addresses; clients try this one first or second.
    let first = found
        .iter()
        .find(|address| address.is_ipv4())
        .or(found.first());
    first
        .copied()
        .ok_or_else(|| format!("--listen {text}: no such host; {wanted}"))
}
