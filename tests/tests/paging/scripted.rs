//! A server that answers lists as a test says, also in ways that the fake server does not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pancake_ext::client::chrono::DateTime;
use pancake_ext::{ManualClock, Page, Pager, Pancake, RateLimit};
use pancake_tests::recorder::{Recorder, Reply};
use serde_json::{Value, json};

/// Parameters of a request.
pub(crate) type Query = HashMap<String, String>;

pub(crate) struct Script {
    server: Recorder,
}

impl Script {
    /// A server that answers each request with what `answer` says; it is told how many came before.
    pub(crate) async fn new(
        answer: impl Fn(&Query, usize) -> Value + Send + Sync + 'static,
    ) -> Self {
        let count = Mutex::new(0);
        let server = Recorder::start(move |request| {
            let (_, query) = request.target.split_once('?').unwrap_or_default();
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let query = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let mut count = count.lock().unwrap();
            *count += 1;
            Reply::json(200, &answer(&query.collect(), *count - 1))
        });
        Script {
            server: server.await.unwrap(),
        }
    }

    pub(crate) fn page(&self) -> Page {
        let pancake = Pancake::builder()
            .base_url(self.server.base_url())
            .page_token("1", "token")
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(ManualClock::new());
        pancake.build().unwrap().page("1")
    }

    pub(crate) fn requests(&self) -> usize {
        self.server.requests().len()
    }
}

/// A time, so many seconds after some beginning.
pub(crate) fn time(seconds: i64) -> String {
    let time = DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap();
    time.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Conversations by their last change.
#[derive(Clone)]
pub(crate) struct World(Arc<Mutex<State>>);

/// Rows with their times, and the time now.
type State = (Vec<(String, i64)>, i64);

impl World {
    /// Conversations `r0`, `r1` and so on, a second apart.
    pub(crate) fn with(rows: i64) -> Self {
        let rows = (0..rows).map(|number| (format!("r{number}"), 10_000 - number));
        World(Arc::new(Mutex::new((rows.collect(), 20_000))))
    }

    pub(crate) async fn serve(&self) -> Script {
        let world = self.clone();
        Script::new(move |query, _| world.answer(query)).await
    }

    /// The conversation moves to the top.
    pub(crate) fn touch(&self, number: i64) {
        let now = {
            let (_, now) = &mut *self.0.lock().unwrap();
            *now += 1;
            *now
        };
        self.place(number, 0, now);
    }

    /// The conversation moves to this place, with this time.
    pub(crate) fn place(&self, number: i64, place: usize, time: i64) {
        let (rows, _) = &mut *self.0.lock().unwrap();
        let id = format!("r{number}");
        rows.retain(|(row, _)| *row != id);
        rows.insert(place, (id, time));
    }

    pub(crate) fn answer(&self, query: &Query) -> Value {
        let (rows, _) = &*self.0.lock().unwrap();
        let after = query.get("last_conversation_id");
        let place = |id: &String| rows.iter().position(|(row, _)| row == id).unwrap() + 1;
        let page = rows.iter().skip(after.map_or(0, place)).take(60);
        let page = page
            .map(|(id, seconds)| json!({"id": id, "updated_at": time(*seconds)}))
            .collect::<Vec<_>>();
        json!({"success": true, "conversations": page})
    }
}

/// An answer with messages, of which the newest is given first.
pub(crate) fn messages(newest_first: &[i64], query: &Query, time_of: impl Fn(i64) -> i64) -> Value {
    let skipped = query
        .get("current_count")
        .map_or(0, |count| count.parse().unwrap());
    let page = newest_first.iter().skip(skipped).take(30);
    let mut page: Vec<_> = page
        .map(|number| json!({"id": format!("m{number}"), "inserted_at": time(time_of(*number))}))
        .collect();
    page.reverse();
    json!({"success": true, "messages": page})
}

/// An answer with customers `k0`, `k1` and so on.
pub(crate) fn customers(numbers: std::ops::Range<usize>, total: usize) -> Value {
    let rows: Vec<_> = numbers
        .map(|number| {
            json!({"id": format!("k{number}"), "inserted_at": time(10_000 - number as i64)})
        })
        .collect();
    json!({"success": true, "total": total, "customers": rows})
}

/// Rows that were not given, of so many.
pub(crate) fn missing(given: &[String], letter: char, rows: i64) -> Vec<String> {
    let all = (0..rows).map(|number| format!("{letter}{number}"));
    all.filter(|id| !given.contains(id)).collect()
}

/// Takes so many rows, or all, and adds their ids.
pub(crate) async fn take<T: Send + 'static>(
    pager: &mut Pager<T>,
    rows: usize,
    given: &mut Vec<String>,
    id: impl Fn(T) -> String,
) {
    for _ in 0..rows {
        match pager.try_next().await.unwrap() {
            Some(row) => given.push(id(row)),
            None => return,
        }
    }
}
