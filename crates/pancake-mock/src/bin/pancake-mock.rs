//! The fake Pancake as a program, for tests in other languages.
#![forbid(unsafe_code)]
// What a program says to its user.
#![allow(clippy::print_stderr)]

use std::{io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use pancake_mock::{
    DEFAULT_NOW, Log, MockBuilder, MockPancake, Oddities, Oddity, Validation, read_faults,
    system_now,
};

/// What to type first, with what the program prints.
const EXAMPLE: &str = "\
Start it with `pancake-mock --listen 8080`, and ask for the tags of a page with the token that it prints:
  curl \"http://127.0.0.1:8080/api/public_api/v1/pages/1000000000000001/tags?page_access_token=TOKEN\"
For a client that works against the service: `pancake-mock --listen 8080 --as-service`.";

/// A fake Pancake (pages.fm) server to test integrations against.
#[derive(Parser)]
#[command(version, after_help = EXAMPLE)]
struct Options {
    /// Where to listen: an address, a name or only a port, such as 127.0.0.1:8080, localhost:8080 or 8080. Port 0 takes a
    /// free one. Whoever can connect can read its tokens.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: String,
    /// For a client that works against the service: `--no-refusals --now system`.
    #[arg(long)]
    as_service: bool,
    /// The number all invented data follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many pages have a token.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pages: u64,
    /// How many more pages have no token yet.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(..=10_000))]
    pages_without_token: u64,
    /// How many conversations on all pages with a token together.
    #[arg(long, default_value_t = 800, value_parser = clap::value_parser!(u64).range(..=60_000_000))]
    conversations: u64,
    /// How many rows a page of a list has at most, where a request can't say. By default 60 conversations, 30 messages.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u64).range(1..))]
    rows_a_page: Option<u64>,
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
    /// Where the clock starts: unix seconds, or `system` for the time of this machine. All data is older. By default
    /// always the same moment, 2026-04-01T03:00:00Z.
    #[arg(long, value_parser = moment)]
    now: Option<i64>,
    /// The zones of the first pages in hours east of UTC, such as `7,0,-5`; the last one holds for the others.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, default_value = "7",
        value_parser = clap::value_parser!(i64).range(-12..=14))]
    timezones: Vec<i64>,
    /// The clock stands still until the control endpoint moves it.
    #[arg(long)]
    frozen_clock: bool,
    /// Print a line on stderr for each request, without its query. Requests that break the API description are always
    /// printed.
    #[arg(long)]
    log: bool,
    /// Print address and tokens as one line of JSON.
    #[arg(long)]
    json: bool,
}

impl Options {
    fn builder(&self, listen: SocketAddr, oddities: &Oddities) -> MockBuilder {
        let mut builder = MockPancake::builder()
            .listen(listen)
            .seed(self.seed)
            .pages(self.pages)
            .pages_without_token(self.pages_without_token)
            .conversations(self.conversations)
            .oddities(oddities)
            .timezones(self.timezones.clone())
            .log(if self.log {
                Log::Requests
            } else {
                Log::Violations
            });
        if self.as_service {
            builder = builder.as_service();
        }
        if let Some(now) = self.now {
            builder = builder.now(now);
        }
        if let Some(rows) = self.rows_a_page {
            builder = builder.rows_a_page(rows);
        }
        if self.no_rate_limit {
            builder = builder.rate_limit(None);
        }
        if self.frozen_clock {
            builder = builder.frozen_clock();
        }
        if self.no_refusals {
            builder = builder.validation(Validation::Record);
        }
        builder
    }
}

/// Unix seconds that a clock can show.
fn moment(text: &str) -> Result<i64, String> {
    if text == "system" {
        return Ok(system_now());
    }
    let seconds = text.parse().ok();
    let seconds = seconds.filter(|seconds| (0..=253_402_300_799).contains(seconds));
    seconds.ok_or_else(|| "give `system`, or unix seconds between 1970 and 9999".to_owned())
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
    let mut builder = options.builder(listen, &oddities);
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
        introduce(&mock);
    }
    let interrupted = || async { tokio::signal::ctrl_c().await.map_err(|e| e.to_string()) };
    interrupted().await?;
    tokio::select! {
        () = mock.stop() => Ok(()),
        // Who asks twice does not want to wait for calls under way.
        again = interrupted() => again,
    }
}

/// What a person needs to begin.
fn introduce(mock: &MockPancake) {
    let described = mock.describe();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let clock = chrono::DateTime::from_timestamp(mock.clock().unix_seconds(), 0);
    let clock = clock.unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ");
    let ours = mock.clock().unix_seconds().abs_diff(DEFAULT_NOW) < 60;
    let why = if ours {
        ", as on every day; --now system is today"
    } else {
        ""
    };
    say(&format!("base URL    {}", mock.base_url()));
    say(&format!("control     {}/", mock.control_url()));
    say(&format!("clock       {clock}{why}"));
    say(&format!("user token  {}", mock.user_token()));
    for page in described["pages"].as_array().into_iter().flatten() {
        let token = page["page_access_token"].as_str();
        say(&format!(
            "page        {}  {} ({})",
            text(&page["id"]),
            text(&page["name"]),
            text(&page["platform"])
        ));
        say(&format!("  token     {}", token.unwrap_or("none yet")));
    }
    if let Some(page) = mock.page_ids().first() {
        let token = mock.page_token(page).unwrap_or_default();
        let base = mock.base_url();
        say(&format!(
            "try         curl \"{base}/public_api/v1/pages/{page}/tags?page_access_token={token}\""
        ));
    }
    say("Ctrl-C ends it.");
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
