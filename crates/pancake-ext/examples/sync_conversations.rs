//! Copies all conversations of a page into a file, one JSON object a line, and goes on where it stopped.
//!
//! ```sh
//! cargo run -p pancake-ext --example sync_conversations -- --file conversations.jsonl [--pages 2]
//! ```
//!
//! Beside the file lies its state: the cursor, and how long the file was when the cursor was stored. After a crash the file
//! is cut back to that length, so each row is in it once. `--pages` stops after so many pages, to try that out.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

mod connect;

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use connect::{Service, argument};
use pancake_ext::{Cursor, Page};

/// What is stored beside the file.
struct State {
    cursor: Cursor,
    length: u64,
}

impl State {
    fn path(file: &Path) -> PathBuf {
        file.with_extension("state")
    }

    fn load(file: &Path) -> Result<Option<State>, Box<dyn Error>> {
        let text = match fs::read_to_string(State::path(file)) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (length, cursor) = text
            .trim()
            .split_once(' ')
            .ok_or("the state file is damaged")?;
        Ok(Some(State {
            cursor: cursor.parse()?,
            length: length.parse()?,
        }))
    }

    /// Replaced as a whole: a crash leaves the old one or the new one.
    fn store(&self, file: &Path) -> std::io::Result<()> {
        let path = State::path(file);
        let fresh = path.with_extension("state.new");
        fs::write(&fresh, format!("{} {}\n", self.length, self.cursor))?;
        fs::rename(fresh, path)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = Service::connect().await?;
    let page = service.page().await?;
    let file = PathBuf::from(argument("--file").unwrap_or_else(|| "conversations.jsonl".into()));
    let most = argument("--pages").map(|text| text.parse()).transpose()?;
    let rows = sync(&page, &file, most).await?;
    println!(
        "{rows} conversations of page {} written to {}",
        page.id(),
        file.display()
    );
    Ok(())
}

async fn sync(page: &Page, path: &Path, most: Option<u64>) -> Result<usize, Box<dyn Error>> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    let mut request = page.conversations().prefetch(1);
    if let Some(most) = most {
        request = request.max_pages(most);
    }
    match State::load(path)? {
        Some(state) => {
            println!("going on from {} bytes", state.length);
            cut_back(&mut file, state.length)?;
            request = request.resume(state.cursor);
        }
        None => cut_back(&mut file, 0)?,
    }

    let mut rows = 0;
    let mut pages = request.pages();
    while let Some(page) = pages.try_next().await? {
        let mut lines = Vec::new();
        for conversation in &page.items {
            serde_json::to_writer(&mut lines, conversation)?;
            lines.push(b'\n');
        }
        file.write_all(&lines)?;
        // The rows have to be there before the cursor that stands behind them.
        file.sync_data()?;
        rows += page.items.len();
        let length = file.stream_position()?;
        let cursor = page.cursor;
        State { cursor, length }.store(path)?;
    }
    Ok(rows)
}

fn cut_back(file: &mut File, length: u64) -> std::io::Result<()> {
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length)).map(|_| ())
}
