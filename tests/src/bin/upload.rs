//! Measures the memory of an upload: a fake server in a process of its own, and one file sent through the SDK in this one.
//! Linux only, since it reads `/proc`.
//!
//! ```sh
//! cargo run --release -p pancake-tests --bin upload -- 100            # megabytes, from a file on disk
//! cargo run --release -p pancake-tests --bin upload -- 100 --stream   # from a stream that can be opened again
//! ```
#![allow(clippy::print_stdout, reason = "it is a program that prints")]

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use futures_util::stream;
use pancake_ext::{Pancake, Upload};
use pancake_mock::MockPancake;

type Outcome<T> = Result<T, Box<dyn Error>>;

const MB: usize = 1024 * 1024;

/// Ends the server with the program.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    if arguments.iter().any(|argument| argument == "--serve") {
        return runtime.block_on(serve());
    }
    let megabytes = arguments.first().map_or(Ok(100), |text| text.parse())?;
    let from_stream = arguments.iter().any(|argument| argument == "--stream");
    runtime.block_on(upload(megabytes, from_stream))
}

async fn serve() -> Outcome<()> {
    let mock = MockPancake::builder().rate_limit(None).journal_bytes(0);
    let mock = mock.start().await?;
    let page = mock.page_ids().swap_remove(0);
    let token = mock.page_token(&page).ok_or("the page has no token")?;
    println!("{} {page} {token}", mock.base_url());
    std::future::pending().await
}

async fn upload(megabytes: usize, from_stream: bool) -> Outcome<()> {
    let mut server = Command::new(std::env::current_exe()?);
    server.arg("--serve").stdout(Stdio::piped());
    let mut server = Server(server.spawn()?);
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut word = || words.next().ok_or("the server did not say where it is");
    let (base_url, page, token) = (word()?, word()?, word()?);

    let file = tempfile::NamedTempFile::new()?;
    let upload = if from_stream {
        Upload::reopenable("large.bin", move || async move {
            let piece = || Ok::<_, std::io::Error>(vec![7_u8; MB]);
            Ok(stream::iter((0..megabytes).map(move |_| piece())))
        })
    } else {
        for _ in 0..megabytes {
            file.as_file().write_all(&vec![7; MB])?;
        }
        Upload::file(file.path()).await?
    };
    let builder = Pancake::builder().base_url(base_url);
    let pancake = builder.page_token(page.as_str(), token.as_str()).build()?;
    let pieces = Arc::new(AtomicU64::new(0));
    let count = pieces.clone();
    let (start, before) = (Instant::now(), status("VmHWM:")?);
    let uploaded = pancake
        .page(page.as_str())
        .upload(upload)
        .on_progress(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        })
        .await?;
    println!(
        "{megabytes} MB from a {}: {} pieces, {:.1?}, at most {before} KiB before, {} KiB after",
        if from_stream { "stream" } else { "file" },
        pieces.load(Ordering::Relaxed),
        start.elapsed(),
        status("VmHWM:")?
    );
    if uploaded.size == (megabytes * MB) as u64 {
        Ok(())
    } else {
        Err(format!("only {} bytes went out", uploaded.size).into())
    }
}

/// A number of KiB that the kernel tells of this process.
fn status(field: &str) -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .ok_or("no such field")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
