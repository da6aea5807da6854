//! The fake Pancake as a program, for tests in other languages.
#![forbid(unsafe_code)]
// What a program says to its user.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{net::SocketAddr, process::ExitCode};

use clap::Parser;
use pancake_mock::MockPancake;

/// A fake Pancake (pages.fm) server to test integrations against.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The number all invented data follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many pages.
    #[arg(long, default_value_t = 4)]
    pages: u64,
    /// How many conversations on all pages together.
    #[arg(long, default_value_t = 800)]
    conversations: u64,
    /// No limit of 5 calls per second and page.
    #[arg(long)]
    no_rate_limit: bool,
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
    let mut builder = MockPancake::builder()
        .listen(options.listen)
        .seed(options.seed)
        .pages(options.pages)
        .conversations(options.conversations);
    if options.no_rate_limit {
        builder = builder.rate_limit(None);
    }
    let mock = builder
        .start()
        .await
        .map_err(|error| format!("{}: {error}", options.listen))?;
    if options.json {
        println!("{}", mock.describe());
    } else {
        println!("base URL    {}", mock.base_url());
        println!("user token  {}", mock.user_token());
        for page in mock.page_ids() {
            println!(
                "page {page}  token {}",
                mock.page_token(&page).unwrap_or_default()
            );
        }
        println!("Ctrl-C ends it.");
    }
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| error.to_string())?;
    mock.stop().await;
    Ok(())
}
