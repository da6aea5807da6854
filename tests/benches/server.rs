//! A server that answers with pages made beforehand, so that what is measured is the client.
//! It is made of threads and nothing else, so that it shares no code with what is measured.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use serde_json::Value;

use crate::page_of_conversations;

/// Walks through a list of conversations, for clients that ask on and on over one connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
}

/// The answers, by the id that they continue after; the top of the list has none.
type Answers = HashMap<String, Vec<u8>>;

impl Server {
    /// Starts one with so many pages of 60 rows, on a free port of this machine. It ends with the process.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub fn start(pages: usize) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let answers = Arc::new(answers(pages));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answers = Arc::clone(&answers);
                // A connection that breaks is the client's to notice.
                thread::spawn(move || drop(serve(stream, &answers)));
            }
        });
        Ok(Server { address })
    }

    /// Where paths of the API begin.
    pub fn base_url(&self) -> String {
        format!("http://{}/api", self.address)
    }
}

fn serve(mut stream: TcpStream, answers: &Answers) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let missing = http("{\"success\":false,\"error_code\":100}");
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = read_request(&mut reader)? {
        let after = request
            .split(['?', '&', ' '])
            .find_map(|part| part.strip_prefix("last_conversation_id="));
        let answer = answers.get(after.unwrap_or_default());
        stream.write_all(answer.unwrap_or(&missing))?;
    }
    Ok(())
}

/// The first line of a request without a body; `None` when the client has left.
pub(crate) fn read_request(reader: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(first))
}

fn answers(pages: usize) -> Answers {
    let mut answers = Answers::new();
    let mut after = String::new();
    for page in 0..pages {
        let body = numbered(page * 60);
        let id = |row: usize| {
            body["conversations"][row]["id"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        answers.insert(
            std::mem::replace(&mut after, id(59)),
            http(&body.to_string()),
        );
        if page + 1 == pages {
            // A careful reader asks once more from the row before the last one.
            let last =
                serde_json::json!({"conversations": [body["conversations"][59]], "success": true});
            answers.insert(id(58), http(&last.to_string()));
        }
    }
    answers.insert(after, http("{\"conversations\":[],\"success\":true}"));
    answers
}

/// A page whose rows have ids from this number on, each one older than the one before.
fn numbered(first: usize) -> Value {
    let mut page: Value = serde_json::from_slice(&page_of_conversations()).unwrap_or_default();
    for (place, row) in (page["conversations"].as_array_mut().into_iter().flatten()).enumerate() {
        let number = first + place;
        row["id"] = format!("1000000000000001_2{number:015}").into();
        let (days, minutes) = (number / 1440, number % 1440);
        let (month, day) = (12 - days / 28, 28 - days % 28);
        let (hour, minute) = (23 - minutes / 60, 59 - minutes % 60);
        row["updated_at"] =
            format!("2025-{month:02}-{day:02}T{hour:02}:{minute:02}:00.097000").into();
    }
    page
}

/// An answer with a body of JSON.
pub(crate) fn http(body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {length}\r\n\
         x-request-id: F1a2b3c4d5e6f7a8b9c0\r\ndate: Tue, 31 Mar 2026 14:13:38 GMT\r\n\r\n"
    );
    [head.as_bytes(), body.as_bytes()].concat()
}
