//! What lists cost in calls, and that honest but busy lists are no error.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use pancake_ext::{OrderBy, Timestamp};
use serde_json::json;

use super::scripted::{Script, messages, missing, take, time};
use super::{Scene, assert_distinct, ever, id};

#[tokio::test]
async fn list_at_rest_costs_its_pages_and_two_calls() {
    // 125 conversations at 20 a page, the newest 25 of one half minute.
    let script = Script::new(|query, _| {
        let after = query.get("last_conversation_id");
        let first = after.map_or(0, |id| id[1..].parse::<i64>().unwrap() + 1);
        let second = |row: i64| if row < 25 { -row } else { -100 * row };
        let rows: Vec<_> = (first..(first + 20).min(125))
            .map(|row| json!({"id": format!("r{row}"), "updated_at": time(second(row))}))
            .collect();
        json!({"success": true, "conversations": rows})
    });
    let script = script.await;
    let mut pager = script.page().conversations().stream();
    let mut ids = Vec::new();
    take(&mut pager, usize::MAX, &mut ids, |row| id(row.id)).await;
    assert_eq!(missing(&ids, 'r', 125), [] as [&str; 0]);
    assert!(pager.guards().is_quiet(), "{:?}", pager.guards());
    // Seven pages, the end, and a look at the top.
    assert_eq!(script.requests(), 9);
}

#[tokio::test]
async fn chat_of_known_count_costs_its_pages() {
    for (rows, known, not_known) in [(1, 1, 2), (29, 1, 2), (31, 2, 3), (58, 2, 3), (100, 4, 5)] {
        let numbers: Vec<i64> = (0..rows).rev().collect();
        let script = Script::new(move |query, _| messages(&numbers, query, |number| number));
        let script = script.await;
        let chat = script.page().conversation("c");
        let at = Timestamp::parse(&time(1_000));
        let given = chat.messages().expect_count(rows as u64, at).collect();
        assert_eq!(given.await.unwrap().len() as i64, rows);
        assert_eq!(script.requests(), known, "{rows}");
        assert_eq!(chat.messages().collect().await.unwrap().len() as i64, rows);
        assert_eq!(script.requests(), known + not_known, "{rows}");
    }
}

#[tokio::test]
async fn count_that_is_out_of_date_ends_no_chat() {
    // 20 a page on this channel; 21 messages have arrived since 20 were counted.
    let script = Script::new(|query, _| {
        let skip = query.get("current_count").map_or(0, |n| n.parse().unwrap());
        let rows = (0..41i64).rev().skip(skip).take(20);
        let mut rows: Vec<_> = rows
            .map(|row| json!({"id": format!("m{row}"), "inserted_at": time(row)}))
            .collect();
        rows.reverse();
        json!({"success": true, "messages": rows})
    });
    let script = script.await;
    let chat = script.page().conversation("c").messages();
    let chat = chat.expect_count(20, Timestamp::parse(&time(19)));
    assert_eq!(chat.collect().await.unwrap().len(), 41);
}

#[tokio::test]
async fn sync_of_many_chats_costs_a_tenth_more_than_least() {
    let scene = Scene::with(200).await;
    let page = scene.page();
    let rows = page.conversations().collect().await.unwrap();
    scene.mock.clear_journal();
    let mut least = 0;
    for row in &rows {
        let chat = page.conversation(row.id.as_ref().unwrap()).messages();
        let given = chat.expect_count_of(row).collect().await.unwrap().len();
        least += given.div_ceil(30).max(1);
    }
    let calls = scene.requests();
    assert!(10 * calls <= 11 * least, "{calls} calls, {least} at least");
}

#[tokio::test]
async fn chat_in_which_messages_arrive_is_no_error() {
    for length in [1, 2, 30, 59, 60, 61] {
        for every in [1, 2] {
            let script = Script::new(move |query, request| {
                let arrived = (request / every) as i64;
                let numbers: Vec<i64> = (-arrived..length).collect();
                messages(&numbers, query, |number| -number)
            });
            let script = script.await;
            let mut pager = script.page().conversation("c").messages().stream();
            let mut ids = Vec::new();
            take(&mut pager, usize::MAX, &mut ids, |row| id(row.id)).await;
            assert_eq!(missing(&ids, 'm', length), [] as [&str; 0], "{length}");
            assert_distinct(&ids);
        }
    }
}

#[tokio::test]
async fn restarts_while_customers_vanish_give_one_page_again_at_most() {
    let state = Arc::new(Mutex::new(((0..777).collect::<Vec<usize>>(), 0usize)));
    let shared = state.clone();
    let script = Script::new(move |query, _| {
        let (rows, calls) = &mut *shared.lock().unwrap();
        *calls += 1;
        if *calls % 10 < 3 && rows.len() > 100 {
            rows.remove(*calls * 7 % rows.len());
        }
        let number: usize = query["page_number"].parse().unwrap();
        let page = rows.iter().skip(100 * (number - 1)).take(100);
        let page: Vec<_> = page
            .map(|row| json!({"id": format!("k{row}"), "inserted_at": time(10_000 - *row as i64)}))
            .collect();
        json!({"success": true, "total": rows.len(), "customers": page})
    });
    let script = script.await;
    let page = script.page();
    let (mut given, mut cursor, mut restarts) = (Vec::new(), None, 0);
    loop {
        let mut request = page.customers(ever());
        if let Some(cursor) = cursor.take() {
            request = request.resume(cursor);
        }
        let mut pager = request.stream();
        let before = given.len();
        take(&mut pager, 37, &mut given, |row| id(row.id)).await;
        if given.len() < before + 37 {
            break;
        }
        cursor = pager.cursor();
        restarts += 1;
        assert!(restarts < 200, "the walk does not end");
    }
    let left = state.lock().unwrap().0.clone();
    assert!(left.iter().all(|row| given.contains(&format!("k{row}"))));
    let mut times = HashMap::new();
    given
        .iter()
        .for_each(|id| *times.entry(id).or_insert(0) += 1);
    let again = given.len() - times.len();
    assert!(
        again <= 100 * restarts / 4,
        "{again} rows came again in {restarts} restarts"
    );
}

#[tokio::test]
async fn dropped_call_of_next_loses_no_row_and_no_request() {
    let scene = Scene::with(130).await;
    let page = scene.page();
    let mut pager = page.conversations().order_by(OrderBy::InsertedAt).stream();
    let mut rows = 0;
    loop {
        // Polled once, and dropped, before each row.
        let row = {
            let mut next = std::pin::pin!(pager.next());
            match next.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(row) => row,
                Poll::Pending => {
                    tokio::task::yield_now().await;
                    continue;
                }
            }
        };
        match row {
            Some(row) => rows += usize::from(row.is_ok()),
            None => break,
        }
    }
    assert_eq!((rows, scene.requests()), (130, 4));
}

#[test]
fn list_without_a_runtime_is_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let scene = runtime.block_on(Scene::with(10));
    let mut pager = scene.page().conversations().stream();
    let next = std::pin::pin!(pager.next());
    let Poll::Ready(Some(Err(error))) = next.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it was not refused");
    };
    assert!(error.message().contains("tokio runtime"), "{error}");
}
