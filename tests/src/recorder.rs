//! A server that writes down what arrives, byte for byte, and answers as it is told.
//!
//! It is plain TCP: neither an HTTP library nor the fake server can correct or hide anything of what the client sends.

use std::fmt::{self, Write as _};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does after a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reply {
    /// Answers with a status, headers and a body.
    Answer {
        /// Status.
        status: u16,
        /// Headers besides `content-length` and `connection`.
        headers: Vec<(&'static str, String)>,
        /// Body.
        body: Vec<u8>,
    },
    /// Closes the connection without an answer.
    Hangup,
    /// Promises a body and closes the connection in the middle of it.
    Truncated,
    /// The same with a status and headers of its own.
    CutOff {
        /// Status.
        status: u16,
        /// Headers besides `content-length`.
        headers: Vec<(&'static str, String)>,
    },
    /// Never answers.
    Silence,
}

impl Reply {
    /// JSON with a status.
    pub fn json(status: u16, value: &Value) -> Self {
        Reply::answer(status, "application/json; charset=utf-8", value.to_string())
    }

    /// An answer that breaks off in its body.
    pub fn cut_off(status: u16) -> Self {
        Reply::CutOff {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
        }
    }

    /// A body with a status and a content type.
    pub fn answer(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Reply::Answer {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Reply::Answer { headers, .. } | Reply::CutOff { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

/// A request as it was on the wire.
#[derive(Clone)]
pub struct RecordedRequest {
    /// Method.
    pub method: String,
    /// Path and query, as they were sent. **Holds the token.**
    pub target: String,
    /// Headers in the order and spelling they came in.
    pub headers: Vec<(String, String)>,
    /// Body, put together if it came in chunks.
    pub body: Vec<u8>,
}

impl RecordedRequest {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// Without what can hold a token.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path())
    }
}

/// A running server. Dropping it ends it.
pub struct Recorder {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
    task: JoinHandle<()>,
}

impl Recorder {
    /// Starts a server on a free loopback port that answers each request with what `reply` says.
    ///
    /// # Errors
    ///
    /// No port can be bound.
    pub async fn start<F>(reply: F) -> io::Result<Self>
    where
        F: Fn(&RecordedRequest) -> Reply + Send + Sync + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (journal, reply) = (requests.clone(), Arc::new(reply));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (journal, reply) = (journal.clone(), reply.clone());
                tokio::spawn(async move {
                    // A client that goes away is no failure of the server.
                    let _ = serve(stream, &journal, &*reply).await;
                });
            }
        });
        Ok(Recorder {
            address,
            requests,
            task,
        })
    }

    /// What takes the place of `https://pages.fm/api`.
    pub fn base_url(&self) -> String {
        format!("http://{}/api", self.address)
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.requests).clone()
    }

    /// All requests so far; they are forgotten.
    pub fn take(&self) -> Vec<RecordedRequest> {
        std::mem::take(&mut *lock(&self.requests))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One request and its answer; the connection is closed after it, so that requests cannot mix.
async fn serve<F>(
    mut stream: TcpStream,
    journal: &Mutex<Vec<RecordedRequest>>,
    reply: &F,
) -> io::Result<()>
where
    F: Fn(&RecordedRequest) -> Reply,
{
    let request = read_request(&mut stream).await?;
    let reply = reply(&request);
    lock(journal).push(request);
    match reply {
        Reply::Answer {
            status,
            headers,
            body,
        } => {
            let mut head = format!("HTTP/1.1 {status} Recorded\r\n");
            for (name, value) in headers {
                let _ = write!(head, "{name}: {value}\r\n");
            }
            let _ = write!(
                head,
                "content-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
            stream.shutdown().await
        }
        Reply::Hangup => stream.shutdown().await,
        Reply::Truncated => {
            let head = "HTTP/1.1 200 Recorded\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
            stream.write_all(head.as_bytes()).await?;
            stream.shutdown().await
        }
        Reply::CutOff { status, headers } => {
            let mut head = format!("HTTP/1.1 {status} Recorded\r\ncontent-length: 100\r\n");
            for (name, value) in headers {
                let _ = write!(head, "{name}: {value}\r\n");
            }
            head += "\r\n{";
            stream.write_all(head.as_bytes()).await?;
            stream.shutdown().await
        }
        Reply::Silence => {
            // Until the client gives up.
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.map(drop)
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> io::Result<RecordedRequest> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end;
        }
        read_more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut rest = bytes.split_off(end + 4);
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (
        first.next().unwrap_or_default(),
        first.next().unwrap_or_default(),
    );
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    let mut request = RecordedRequest {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: headers.collect(),
        body: Vec::new(),
    };
    let length = request
        .header("content-length")
        .and_then(|length| length.parse().ok());
    let chunked = request.header("transfer-encoding").is_some();
    request.body = if chunked {
        read_chunks(stream, rest).await?
    } else {
        let length: usize = length.unwrap_or(0);
        while rest.len() < length {
            read_more(stream, &mut rest).await?;
        }
        rest
    };
    Ok(request)
}

async fn read_chunks(stream: &mut TcpStream, mut rest: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let Some(end) = find(&rest, b"\r\n") else {
            read_more(stream, &mut rest).await?;
            continue;
        };
        let size = String::from_utf8_lossy(&rest[..end]).into_owned();
        let size = usize::from_str_radix(size.trim(), 16)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        while rest.len() < end + 2 + size + 2 {
            read_more(stream, &mut rest).await?;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest.drain(..end + 2 + size + 2);
        if size == 0 {
            return Ok(body);
        }
    }
}

async fn read_more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<()> {
    if stream.read_buf(bytes).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
