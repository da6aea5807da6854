//! A server that counts the calls of each page, and refuses those above a rate. Its list of conversations never ends: each
//! answer has one row.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::server::{http, read_request};

/// Counts calls.
#[derive(Debug)]
pub struct CountingServer {
    address: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Debug)]
struct Counts {
    per_second: usize,
    /// When each page was called in the last second.
    calls: Mutex<HashMap<String, VecDeque<Instant>>>,
    answered: AtomicU64,
    refused: AtomicU64,
}

impl CountingServer {
    /// Starts one that takes so many calls of a page in any second. It ends with the process.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub fn start(per_second: usize) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let counts = Arc::new(Counts {
            per_second,
            calls: Mutex::default(),
            answered: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        });
        let of_server = counts.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counts = of_server.clone();
                // A connection that breaks is the client's to notice.
                thread::spawn(move || drop(serve(stream, &counts)));
            }
        });
        Ok(CountingServer { address, counts })
    }

    /// Where paths of the API begin.
    pub fn base_url(&self) -> String {
        format!("http://{}/api", self.address)
    }

    /// Calls that were refused so far.
    pub fn refused(&self) -> u64 {
        self.counts.refused.load(Ordering::Relaxed)
    }
}

fn serve(mut stream: TcpStream, counts: &Counts) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = std::io::BufReader::new(stream.try_clone()?);
    while let Some(request) = read_request(&mut reader)? {
        let page = request.split("/pages/").nth(1).unwrap_or_default();
        let page = page.split('/').next().unwrap_or_default();
        let answer = if counts.takes(page) {
            let number = counts.answered.fetch_add(1, Ordering::Relaxed);
            http(&format!(
                "{{\"conversations\":[{{\"id\":\"{page}_{number}\"}}],\"success\":true}}"
            ))
        } else {
            counts.refused.fetch_add(1, Ordering::Relaxed);
            http("{\"success\":false,\"error_code\":429,\"message\":\"Too many requests\"}")
        };
        stream.write_all(&answer)?;
    }
    Ok(())
}

impl Counts {
    /// Whether the page has a call left in the second that ends now.
    fn takes(&self, page: &str) -> bool {
        let mut pages = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = pages.entry(page.to_owned()).or_default();
        let now = Instant::now();
        while calls
            .front()
            .is_some_and(|call| now - *call >= Duration::from_secs(1))
        {
            calls.pop_front();
        }
        let takes = calls.len() < self.per_second;
        if takes {
            calls.push_back(now);
        }
        takes
    }
}
