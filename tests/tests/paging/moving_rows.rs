//! Conversations that move to the top while they are read.

use pancake_ext::{Cursor, Page, Pager, types::Conversation};

use super::scripted::{World, missing, take};
use super::{assert_distinct, id};

const ALL: usize = usize::MAX;

async fn read(pager: &mut Pager<Conversation>, rows: usize, given: &mut Vec<String>) {
    take(pager, rows, given, |row| id(row.id)).await;
}

/// The process ends, and another one goes on.
fn restart(page: &Page, pager: &Pager<Conversation>) -> Pager<Conversation> {
    let text = pager.cursor().unwrap().to_string();
    let cursor: Cursor = text.parse().unwrap();
    page.conversations().resume(cursor).stream()
}

#[tokio::test]
async fn a_restart_among_the_rows_that_had_moved_loses_none_that_moves_again() {
    let world = World::with(150);
    let script = world.serve().await;
    let page = script.page();
    let (mut given, mut pager) = (Vec::new(), page.conversations().stream());
    read(&mut pager, 10, &mut given).await;
    (100..110).for_each(|number| world.touch(number));
    // All that did not move, and half of what did.
    read(&mut pager, 135, &mut given).await;
    world.touch(102);
    let mut pager = restart(&page, &pager);
    read(&mut pager, ALL, &mut given).await;
    assert_eq!(missing(&given, 'r', 150), [] as [&str; 0]);
}

#[tokio::test]
async fn an_answer_from_above_the_cursor_is_not_where_a_restart_goes_on() {
    let world = World::with(300);
    let script = world.serve().await;
    let page = script.page();
    let (mut given, mut pager) = (Vec::new(), page.conversations().stream());
    read(&mut pager, 60, &mut given).await;
    // The cursor moves to the top, and all but two rows of the page that was read.
    world.touch(200);
    (0..57).for_each(|number| world.touch(number));
    world.touch(59);
    read(&mut pager, 3, &mut given).await;
    assert_eq!(given[60..], ["r60", "r61", "r62"]);
    let mut pager = restart(&page, &pager);
    read(&mut pager, ALL, &mut given).await;
    assert_eq!(missing(&given, 'r', 300), [] as [&str; 0]);
}

#[tokio::test]
async fn the_search_for_rows_that_moved_does_not_go_on_from_the_end_of_the_list() {
    let world = World::with(150);
    let script = world.serve().await;
    let page = script.page();
    let (mut given, mut pager) = (Vec::new(), page.conversations().stream());
    read(&mut pager, 10, &mut given).await;
    (60..100).for_each(|number| world.touch(number));
    read(&mut pager, 103, &mut given).await;
    assert_eq!(given[110..], ["r99", "r98", "r97"]);
    // The rows that were given last move up, and a whole page before them.
    (0..60).for_each(|number| world.touch(number));
    world.touch(99);
    world.touch(98);
    world.touch(97);
    let mut pager = restart(&page, &pager);
    read(&mut pager, ALL, &mut given).await;
    assert_eq!(missing(&given, 'r', 150), [] as [&str; 0]);
}

#[tokio::test]
async fn a_row_that_moves_up_with_a_time_below_the_newest_is_found() {
    let world = World::with(150);
    let script = world.serve().await;
    let page = script.page();
    let (mut given, mut pager) = (Vec::new(), page.conversations().stream());
    read(&mut pager, 10, &mut given).await;
    world.place(100, 1, 9_999);
    read(&mut pager, ALL, &mut given).await;
    assert_eq!(missing(&given, 'r', 150), [] as [&str; 0]);
    assert_distinct(&given);
}

#[tokio::test]
async fn two_rows_in_the_wrong_order_do_not_end_the_search_for_rows_that_move() {
    let world = World::with(150);
    world.place(3, 4, 9_997);
    let script = world.serve().await;
    let page = script.page();
    let (mut given, mut pager) = (Vec::new(), page.conversations().stream());
    read(&mut pager, 10, &mut given).await;
    world.touch(100);
    read(&mut pager, ALL, &mut given).await;
    assert_eq!(missing(&given, 'r', 150), [] as [&str; 0]);
    assert_distinct(&given);
}

#[tokio::test]
async fn a_still_list_gives_no_row_twice_whenever_the_process_ends() {
    let world = World::with(130);
    let script = world.serve().await;
    let page = script.page();
    for rows in [1, 59, 60, 61, 119, 120, 121, 129, 130] {
        let (mut given, mut pager) = (Vec::new(), page.conversations().stream());
        read(&mut pager, rows, &mut given).await;
        let mut pager = restart(&page, &pager);
        read(&mut pager, ALL, &mut given).await;
        assert_eq!(missing(&given, 'r', 130), [] as [&str; 0], "{rows}");
        assert_distinct(&given);
    }
}
