//! Messages from the oldest: all are read before the first is given.

use std::sync::{Arc, Mutex};

use pancake_ext::{Cursor, ListRequest, Messages};

use super::id;
use super::scripted::{Script, messages, missing, take};

/// Takes so many rows, then goes on in another process.
async fn read_with_a_restart(
    request: impl Fn() -> ListRequest<Messages>,
    rows: usize,
) -> Vec<String> {
    let (mut given, mut pager) = (Vec::new(), request().stream());
    take(&mut pager, rows, &mut given, |row| id(row.id)).await;
    let cursor: Cursor = pager.cursor().unwrap().to_string().parse().unwrap();
    let mut pager = request().resume(cursor).stream();
    take(&mut pager, usize::MAX, &mut given, |row| id(row.id)).await;
    given
}

#[tokio::test]
async fn a_message_that_arrives_while_they_are_gathered_makes_a_restart_lose_none() {
    for arrivals in [1, 5] {
        let state = Arc::new(Mutex::new((Vec::new(), 0)));
        let shared = state.clone();
        let script = Script::new(move |query, _| {
            let (numbers, requests) = &mut *shared.lock().unwrap();
            *requests += 1;
            if *requests == 2 {
                *numbers = (0..95 + arrivals).rev().collect();
            }
            messages(numbers, query, |number| number)
        });
        let script = script.await;
        let page = script.page();
        for rows in [1, 2, 29, 30, 31, 59, 60, 65, 66, 94] {
            *state.lock().unwrap() = ((0..95).rev().collect(), 0);
            let chat = || page.conversation("c").messages().oldest_first();
            let given = read_with_a_restart(chat, rows).await;
            assert_eq!(missing(&given, 'm', 95), [] as [&str; 0], "{rows}");
        }
    }
}

#[tokio::test]
async fn a_message_that_seems_older_than_it_is_does_not_end_what_comes_after_a_restart() {
    let numbers: Vec<i64> = (0..60).rev().collect();
    let time = |number| if number == 41 { 30 } else { number };
    let script = Script::new(move |query, _| messages(&numbers, query, time)).await;
    let page = script.page();
    let chat = || page.conversation("c").messages().oldest_first();
    let given = read_with_a_restart(chat, 36).await;
    assert_eq!(missing(&given, 'm', 60), [] as [&str; 0]);
    assert_eq!(given.len(), 60);
}

#[tokio::test]
async fn messages_that_were_given_and_vanished_do_not_let_all_come_again() {
    let state = Arc::new(Mutex::new((0..120i64).rev().collect::<Vec<_>>()));
    let shared = state.clone();
    let script = Script::new(move |query, _| {
        // Two minutes apart.
        messages(&shared.lock().unwrap(), query, |number| 120 * number)
    });
    let script = script.await;
    let page = script.page();
    let chat = || page.conversation("c").messages().oldest_first();
    let (mut given, mut pager) = (Vec::new(), chat().stream());
    take(&mut pager, 60, &mut given, |row| id(row.id)).await;
    state
        .lock()
        .unwrap()
        .retain(|number| !(40..60).contains(number));
    let cursor = pager.cursor().unwrap();
    let mut pager = chat().resume(cursor).stream();
    take(&mut pager, usize::MAX, &mut given, |row| id(row.id)).await;
    assert_eq!(missing(&given, 'm', 120), [] as [&str; 0]);
    assert!(given.len() <= 120 + 30, "{} rows", given.len());
}
