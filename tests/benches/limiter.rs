//! How much of the allowed rate is used: 200 pages read at once under the limiter, against a server that counts calls as the
//! service does, 5 a second for each page, and refuses what is above.
//!
//! It takes real time: what is measured is the whole, the timers of the runtime included. `cargo xtask bench limiter` runs it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench is no interface, and what fails ends it"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pancake_benches::counter::CountingServer;
use pancake_ext::{Pancake, RetryPolicy};

const PAGES: usize = 200;
const PER_SECOND: f64 = 4.0;
/// The first second is left out: each page may begin at once.
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(8);

fn main() {
    let server = CountingServer::start(5).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (calls, seconds) = runtime.block_on(walk_all(&server.base_url()));
    println!("limiter/calls {calls}");
    println!("limiter/allowed {}", PER_SECOND * PAGES as f64 * seconds);
    println!("limiter/refused {}", server.refused());
}

/// Calls of all pages in the time that was measured, and that time in seconds.
async fn walk_all(base_url: &str) -> (u64, f64) {
    let mut builder = Pancake::builder()
        .base_url(base_url)
        .retry(RetryPolicy::never());
    for number in 0..PAGES {
        builder = builder.page_token(number.to_string(), "token");
    }
    let pancake = builder.build().unwrap();
    let calls = Arc::new(AtomicU64::new(0));
    for number in 0..PAGES {
        let (pancake, calls) = (pancake.clone(), calls.clone());
        tokio::spawn(async move {
            let mut conversations = pancake.page(number.to_string()).conversations().stream();
            while conversations.next().await.is_some() {
                calls.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tokio::time::sleep(WARM_UP).await;
    let (before, start) = (calls.load(Ordering::Relaxed), Instant::now());
    tokio::time::sleep(MEASURED).await;
    let after = calls.load(Ordering::Relaxed);
    (after - before, start.elapsed().as_secs_f64())
}
