//! Servers that answer oddly: with fewer rows, with none, with others, or in a circle.

use std::sync::{Arc, Mutex};

use pancake_ext::{ErrorKind, Guard};
use serde_json::json;

use super::scripted::{Query, Script, World, customers, messages, missing, take, time};
use super::{assert_distinct, ever, id};

fn number(query: &Query) -> usize {
    query["page_number"].parse().unwrap()
}

#[tokio::test]
async fn a_server_that_gives_fewer_rows_than_it_is_asked_for_is_read_to_its_total() {
    for (total, most, size) in [(250, 50, 100), (120, 50, 100), (90, 20, 30)] {
        for prefetch in [0, 3] {
            let script = Script::new(move |query, _| {
                let begin = (most * (number(query) - 1)).min(total);
                customers(begin..(begin + most).min(total), total)
            });
            let script = script.await;
            let request = script.page().customers(ever()).page_size(size);
            let rows = request.prefetch(prefetch).collect().await.unwrap();
            let ids: Vec<_> = rows.into_iter().map(|row| id(row.id)).collect();
            assert_eq!(missing(&ids, 'k', total as i64), [] as [&str; 0]);
            assert_distinct(&ids);
        }
    }
}

#[tokio::test]
async fn calls_are_read_to_the_end_though_the_server_gives_fewer_a_page() {
    let script = Script::new(move |query, _| {
        let begin = 20 * (number(query) - 1);
        let rows: Vec<_> = (begin.min(70)..(begin + 20).min(70))
            .map(|number| json!({"call_id": format!("k{number}")}))
            .collect();
        json!({"success": true, "data": rows})
    });
    let script = script.await;
    let calls = script.page().call_logs("1").collect().await.unwrap();
    assert_eq!(calls.len(), 70);
}

#[tokio::test]
async fn numbered_page_empty_once_is_read() {
    let script = Script::new(|query, request| match (number(query), request) {
        (2, 1) => customers(0..0, 300),
        (number, _) => customers((100 * (number - 1)).min(300)..(100 * number).min(300), 300),
    });
    let script = script.await;
    let mut pager = script.page().customers(ever()).stream();
    let mut ids = Vec::new();
    take(&mut pager, usize::MAX, &mut ids, |row| id(row.id)).await;
    assert_eq!(missing(&ids, 'k', 300), [] as [&str; 0]);
    assert_distinct(&ids);
    assert_eq!(pager.guards().count(Guard::EmptyPage), 1);
    assert_eq!(pager.guards().count(Guard::MissingRows), 0);
}

#[tokio::test]
async fn numbered_page_empty_twice_ends_list_with_a_guard() {
    let script = Script::new(|query, _| match number(query) {
        2 => customers(0..0, 300),
        number => customers((100 * (number - 1)).min(300)..(100 * number).min(300), 300),
    });
    let script = script.await;
    let mut pager = script.page().customers(ever()).stream();
    let mut ids = Vec::new();
    take(&mut pager, usize::MAX, &mut ids, |row| id(row.id)).await;
    assert_eq!((ids.len(), script.requests()), (100, 3));
    assert_eq!(pager.guards().count(Guard::MissingRows), 1);
}

#[tokio::test]
async fn a_server_that_gives_its_last_page_again_behind_the_end_fails_no_walk() {
    for (total, prefetch) in [(250, 0), (251, 0), (300, 0), (251, 3)] {
        let script = Script::new(move |query, _| {
            let number = number(query).min(3);
            customers(100 * (number - 1)..(100 * number).min(250), total)
        });
        let script = script.await;
        let mut pager = script.page().customers(ever()).prefetch(prefetch).stream();
        let mut ids = Vec::new();
        take(&mut pager, usize::MAX, &mut ids, |row| id(row.id)).await;
        assert_eq!(missing(&ids, 'k', 250), [] as [&str; 0]);
        assert_distinct(&ids);
        assert!(pager.answers() < 16, "{}", pager.answers());
    }
}

#[tokio::test]
async fn a_total_that_counts_rows_which_the_list_never_shows_does_not_fail_every_walk() {
    for total in [251, 1_000] {
        let script = Script::new(move |query, _| {
            let number = number(query);
            customers(
                (100 * (number - 1)).min(250)..(100 * number).min(250),
                total,
            )
        });
        let script = script.await;
        let mut pager = script.page().customers(ever()).stream();
        let mut ids = Vec::new();
        take(&mut pager, usize::MAX, &mut ids, |row| id(row.id)).await;
        assert_eq!(missing(&ids, 'k', 250), [] as [&str; 0]);
        assert_distinct(&ids);
        assert!(pager.guards().count(Guard::MissingRows) > 0);
    }
}

#[tokio::test]
async fn numbered_page_answered_with_an_older_one_is_read() {
    let script = Script::new(move |query, request| {
        let number = if request == 1 { 1 } else { number(query) };
        customers((100 * (number - 1)).min(300)..(100 * number).min(300), 300)
    });
    let script = script.await;
    let mut pager = script.page().customers(ever()).stream();
    let mut ids = Vec::new();
    take(&mut pager, usize::MAX, &mut ids, |row| id(row.id)).await;
    assert_eq!(missing(&ids, 'k', 300), [] as [&str; 0]);
    assert_distinct(&ids);
    assert_eq!(script.requests(), 4);
}

#[tokio::test]
async fn a_message_that_vanishes_hides_no_other_and_one_that_does_not_costs_nothing() {
    for (prefetch, vanishing) in [(0, true), (3, true), (0, false), (3, false)] {
        let state = Arc::new(Mutex::new((0..100i64).rev().collect::<Vec<_>>()));
        let script = Script::new(move |query, request| {
            let mut numbers = state.lock().unwrap();
            if vanishing && request == 1 {
                numbers.retain(|number| *number != 95);
            }
            messages(&numbers, query, |number| number)
        });
        let script = script.await;
        let chat = script.page().conversation("c");
        let mut pager = chat.messages().prefetch(prefetch).stream();
        let mut ids = Vec::new();
        take(&mut pager, usize::MAX, &mut ids, |row| id(row.id)).await;
        assert_eq!(missing(&ids, 'm', 100), [] as [&str; 0]);
        assert_distinct(&ids);
        if !vanishing {
            assert!(pager.guards().is_quiet(), "{:?}", pager.guards());
            // Four pages, and a response without a new row.
            assert_eq!(pager.answers(), 5);
        }
    }
}

#[tokio::test]
async fn messages_come_once_whenever_the_process_ends() {
    let numbers: Vec<i64> = (0..95).rev().collect();
    let script = Script::new(move |query, _| messages(&numbers, query, |number| number)).await;
    let chat = script.page().conversation("c");
    for rows in [1, 29, 30, 31, 58, 59, 60, 94, 95] {
        let (mut ids, mut pager) = (Vec::new(), chat.messages().stream());
        take(&mut pager, rows, &mut ids, |row| id(row.id)).await;
        let cursor = pager.cursor().unwrap().to_string().parse().unwrap();
        let mut pager = chat.messages().resume(cursor).stream();
        take(&mut pager, usize::MAX, &mut ids, |row| id(row.id)).await;
        assert_eq!(missing(&ids, 'm', 95), [] as [&str; 0], "{rows}");
        assert_distinct(&ids);
    }
}

#[tokio::test]
async fn answers_that_begin_too_early_hide_no_message() {
    let numbers: Vec<i64> = (0..200).rev().collect();
    let script = Script::new(move |query, request| {
        let mut query = query.clone();
        if let (1 | 2, Some(count)) = (request, query.get_mut("current_count")) {
            *count = (count.parse::<usize>().unwrap() - 10).to_string();
        }
        messages(&numbers, &query, |number| number)
    });
    let script = script.await;
    let rows = script.page().conversation("c").messages().collect().await;
    assert_eq!(rows.unwrap().len(), 200);
}

#[tokio::test]
async fn empty_page_ends_list_at_once() {
    let script = Script::new(|_, _| json!({"success": true, "conversations": []})).await;
    let rows = script.page().conversations().collect().await.unwrap();
    assert_eq!((rows.len(), script.requests()), (0, 1));

    // After a full page one call confirms it: the row to continue after may have vanished.
    for (rows, calls) in [(59, 2), (60, 4), (61, 4), (120, 5)] {
        let world = World::with(rows);
        let script = world.serve().await;
        let given = script.page().conversations().collect().await.unwrap();
        assert_eq!(
            (given.len() as i64, script.requests()),
            (rows, calls),
            "{rows}"
        );
    }
}

#[tokio::test]
async fn vanished_row_of_the_cursor_hides_no_rows() {
    let world = World::with(150);
    let script = Script::new(move |query, request| {
        // The row of the cursor is gone, and the server answers with nothing.
        if request == 1 {
            return json!({"success": true, "conversations": []});
        }
        world.answer(query)
    });
    let script = script.await;
    let rows = script.page().conversations().collect().await.unwrap();
    assert_eq!(rows.len(), 150);
}

#[tokio::test]
async fn rows_without_ids_do_not_hold_a_walk_for_ever() {
    let script = Script::new(|query, _| {
        let named = !query.contains_key("last_conversation_id");
        let row = |number: i64| match named {
            true => json!({"id": format!("r{number}"), "updated_at": time(-number)}),
            false => json!({"id": null, "updated_at": time(-number - 60)}),
        };
        json!({"success": true, "conversations": (0..60).map(row).collect::<Vec<_>>()})
    });
    let script = script.await;
    let mut pager = script.page().conversations().stream();
    let mut ids = Vec::new();
    take(&mut pager, 60, &mut ids, |row| id(row.id)).await;
    let error = pager.try_next().await.unwrap_err();
    assert!(error.message().contains("no row of the response has an id"));

    let rows = json!([{"call_id": "a"}, {"call_id": null}]);
    let answer = json!({"success": true, "data": rows});
    let script = Script::new(move |_, _| answer.clone()).await;
    let calls = script.page().call_logs("1").page_size(2).collect().await;
    assert_eq!(calls.unwrap_err().kind(), ErrorKind::InvalidAnswer);
    assert!(script.requests() < 20);
}

#[tokio::test]
async fn a_list_that_leads_in_a_circle_comes_to_an_end() {
    for (rows, remember) in [(3, 200_000), (2, 0)] {
        let script = Script::new(move |query, _| {
            let after = query.get("last_conversation_id");
            let next = after.map_or(0, |id| id[1..].parse::<i64>().unwrap() + 1) % rows;
            json!({"success": true, "conversations": [{"id": format!("r{next}")}]})
        });
        let script = script.await;
        let request = script.page().conversations().unread_first();
        let given = request.remember(remember).collect().await.unwrap();
        assert!(given.len() >= rows as usize);
        assert!(script.requests() < rows as usize + 50);
    }
}
