//! Lists with cursors.

use super::*;
use crate::lists::memory::Memory;

fn cursors() -> Walk {
    walk(Dialect::Cursor { size: 3 }, RowOrder::Moving)
}

fn after(number: i64) -> Place {
    Place::After(number.to_string().into())
}

/// The list has an end, twice.
fn end(walk: &mut Walk) {
    for _ in 0..2 {
        give(walk, &[], None);
    }
}

#[test]
fn an_empty_page_is_asked_for_twice_before_it_ends_a_list() {
    let mut list = cursors();
    give(&mut list, &rows(0..2), None);
    give(&mut list, &[], None);
    assert_eq!(list.next(), Some(&after(1)));
    give(&mut list, &[], None);
    assert_eq!(list.next(), None);
    assert_eq!(fired(&mut list), [], "every list ends like this");

    let mut list = walk(Dialect::Cursor { size: 3 }, RowOrder::Falling);
    give(&mut list, &rows(0..3), None);
    give(&mut list, &[], None);
    assert_eq!(list.next(), Some(&after(2)));
    assert_eq!(fired(&mut list), [Guard::EmptyPage]);
    give(&mut list, &[], None);
    assert_eq!(list.next(), None);
}

#[test]
fn a_first_page_that_was_empty_by_mistake_is_noticed() {
    let mut list = cursors();
    give(&mut list, &[], None);
    assert_eq!(give(&mut list, &rows(0..3), None), [0, 1, 2]);
    assert_eq!(fired(&mut list), [Guard::EmptyPage]);
}

#[test]
fn a_cursor_that_moved_to_the_top_is_replaced_by_the_row_before_it() {
    let mut list = cursors();
    give(&mut list, &rows(0..3), None);
    // Row 2 was written to, so the server begins again below the top.
    assert_eq!(give(&mut list, &rows(0..2), None), [] as [i64; 0]);
    assert_eq!(fired(&mut list), [Guard::MovedCursor]);
    assert_eq!(list.next(), Some(&after(1)));
    assert_eq!(give(&mut list, &rows(3..6), None), [3, 4, 5]);
    assert_eq!(list.next(), Some(&after(5)));
}

#[test]
fn rows_that_moved_up_while_reading_are_found_at_the_end() {
    let mut list = cursors();
    give(&mut list, &rows(0..3), None);
    // Row 5 moved up before it was reached.
    give(&mut list, &rows(3..5), None);
    end(&mut list);
    assert_eq!(list.next(), Some(&Place::Start));
    let top = [moved(5, 2_000), row(0), row(1)];
    assert_eq!(give(&mut list, &top, None), [5]);
    assert_eq!(list.next(), None);
}

#[test]
fn a_row_that_moved_up_with_a_time_a_little_older_than_the_newest_is_found() {
    let mut list = cursors();
    give(&mut list, &rows(0..3), None);
    give(&mut list, &rows(3..5), None);
    end(&mut list);
    let second = 60 * 1_000;
    let top = [row(0), at_second(5, second - 1), row(1)];
    assert_eq!(give(&mut list, &top, None), [5]);
    assert_eq!(list.next(), None);
}

#[test]
fn rows_of_about_the_newest_time_do_not_come_again_after_a_restart() {
    let mut list = cursors();
    let top = [at_second(0, 900), at_second(1, 890), at_second(2, 600)];
    give(&mut list, &top, None);
    assert_eq!(list.next(), Some(&after(2)));
    let position = list.position().clone();
    let mut list = Walk::new(list.dialect, RowOrder::Moving, position, 1_000);
    end(&mut list);
    assert_eq!(list.next(), Some(&Place::Start));
    assert_eq!(give(&mut list, &top, None), [] as [i64; 0]);
    assert_eq!(list.next(), None);
}

#[test]
fn a_pass_of_several_answers_is_followed_by_another_since_rows_can_have_moved_meanwhile() {
    let mut list = cursors();
    give(&mut list, &rows(10..13), None);
    give(&mut list, &rows(13..15), None);
    end(&mut list);
    let top = [moved(97, 2_003), moved(98, 2_002), moved(99, 2_001)];
    assert_eq!(give(&mut list, &top, None), [97, 98, 99]);
    assert_eq!(give(&mut list, &rows(10..13), None), [] as [i64; 0]);
    assert_eq!(list.next(), Some(&Place::Start));
    let top = [moved(15, 2_004), moved(97, 2_003), moved(98, 2_002)];
    assert_eq!(give(&mut list, &top, None), [15]);
    assert_eq!(list.next(), None);
}

#[test]
fn a_pass_that_ends_with_an_empty_page_is_more_than_one_moment() {
    let mut list = cursors();
    give(&mut list, &rows(0..3), None);
    give(&mut list, &rows(3..4), None);
    end(&mut list);
    let top = [moved(7, 2_003), moved(8, 2_002), moved(9, 2_001)];
    give(&mut list, &top, None);
    end(&mut list);
    assert_eq!(
        list.next(),
        Some(&Place::Start),
        "a row may have moved between the two answers"
    );
}

#[test]
fn a_pass_that_was_interrupted_within_its_first_answer_is_followed_by_another() {
    let mut list = cursors();
    give(&mut list, &rows(0..3), None);
    give(&mut list, &rows(3..5), None);
    end(&mut list);
    let top = [moved(97, 2_003), moved(98, 2_002), row(1)];
    let mut during = list.accept(&top, None).unwrap().during;
    assert_eq!(list.next(), None);
    // The process ends after the first row.
    during.anchors = vec![moved(97, 2_003)];
    during.place = after(97);
    let mut list = Walk::new(list.dialect, RowOrder::Moving, during, 1_000);
    // Row 98 has moved to the top once more.
    assert_eq!(give(&mut list, &rows(0..3), None), [] as [i64; 0]);
    assert_eq!(list.next(), Some(&Place::Start));
    let top = [moved(98, 2_004), moved(97, 2_003), row(1)];
    assert_eq!(give(&mut list, &top, None), [98]);
    assert_eq!(list.next(), None);
}

#[test]
fn more_rows_than_asked_for_are_given_and_noticed() {
    let mut list = cursors();
    assert_eq!(give(&mut list, &rows(0..5), None).len(), 5);
    assert_eq!(fired(&mut list), [Guard::MoreRows]);
}

#[test]
fn rows_that_are_not_in_order_switch_off_what_relies_on_it_but_not_the_search_for_moved_rows() {
    let mut list = cursors();
    give(&mut list, &[row(2), row(0), row(1)], None);
    assert_eq!(fired(&mut list), [Guard::OutOfOrder]);
    // By time, this would be from above the cursor.
    assert_eq!(give(&mut list, &[moved(7, 9_000)], None), [7]);
    end(&mut list);
    assert_eq!(list.next(), Some(&Place::Start));
    assert_eq!(
        give(&mut list, &[moved(9, 9_001), row(0), row(2)], None),
        [9]
    );
    assert_eq!(list.next(), None);
}

#[test]
fn one_pair_out_of_order_only_makes_the_walk_allow_for_that_much() {
    let mut list = cursors();
    give(
        &mut list,
        &[
            at_second(0, 5_000),
            at_second(1, 4_000),
            at_second(2, 4_001),
        ],
        None,
    );
    assert_eq!(fired(&mut list), [Guard::OutOfOrder]);
    // As new as the cursor, about, so not from above it.
    assert_eq!(give(&mut list, &[at_second(3, 4_010)], None), [3]);
    // From above it.
    assert_eq!(give(&mut list, &[moved(0, 9_000)], None), [] as [i64; 0]);
    assert_eq!(fired(&mut list), [Guard::MovedCursor]);
}

#[test]
fn a_full_page_that_does_not_move_is_an_error_and_a_short_one_the_end() {
    let mut list = walk(Dialect::Cursor { size: 3 }, RowOrder::Falling);
    give(&mut list, &rows(0..3), None);
    for _ in 0..2 {
        give(&mut list, &rows(0..3), None);
        let error = list.accept(&rows(0..3), None).unwrap_err();
        assert!(error.message().contains("out of reach"), "{error}");
        assert_eq!(list.next(), Some(&after(2)), "polled again, it asks again");
    }
    assert_eq!(give(&mut list, &rows(3..6), None), [3, 4, 5]);
    give(&mut list, &rows(6..7), None);
    give(&mut list, &rows(6..7), None);
    assert_eq!(list.next(), Some(&after(6)));
    give(&mut list, &rows(6..7), None);
    assert_eq!(list.next(), None);
}

#[test]
fn a_page_without_any_id_is_an_error_and_its_rows_are_not_given_again_and_again() {
    let mut list = cursors();
    give(&mut list, &rows(0..3), None);
    for _ in 0..2 {
        let error = list.accept(&[nameless(), nameless()], None).unwrap_err();
        assert!(error.message().contains("no row"), "{error}");
    }
    assert_eq!(give(&mut list, &rows(3..4), None), [3]);
}

#[test]
fn a_list_that_begins_again_after_its_end_comes_to_an_end() {
    // One row a page, without an order.
    for remember in [0, 10, 1_000] {
        let dialect = Dialect::Cursor { size: 3 };
        let first = Position::first(Place::Start);
        let mut list = Walk::new(dialect, RowOrder::Unknown, first, remember);
        let mut answers = 0;
        while list.next().is_some() && answers < 5_000 {
            let _: Result<_, _> = list.accept(&[row(answers % 20)], None);
            answers += 1;
        }
        assert!(
            answers < 100,
            "{answers} answers with a memory of {remember}"
        );
    }
}

#[test]
fn a_circle_of_more_pages_than_the_cursors_that_are_remembered_comes_to_an_error() {
    let mut list = walk(Dialect::Cursor { size: 3 }, RowOrder::Unknown);
    list.memory = Memory::new(100_000);
    let error = (0..50_000).find_map(|answer| list.accept(&[row(answer % 12_000)], None).err());
    assert!(error.unwrap().message().contains("given before"));
}

#[test]
fn in_a_list_without_an_order_a_cursor_that_moved_to_the_top_is_replaced_too() {
    let mut list = walk(Dialect::Cursor { size: 3 }, RowOrder::Unknown);
    give(&mut list, &rows(0..3), None);
    give(&mut list, &rows(3..6), None);
    // Row 5 was written to: what follows it is the first page.
    give(&mut list, &rows(0..3), None);
    give(&mut list, &rows(0..3), None);
    assert_eq!(list.next(), Some(&after(4)));
    assert_eq!(give(&mut list, &rows(6..8), None), [6, 7]);
}

fn not_found() -> Error {
    Error::new(ErrorKind::InvalidRequest, "not found").with_status(404, None)
}

#[test]
fn a_cursor_that_is_gone_is_replaced_by_the_rows_before_it_and_in_the_end_by_the_top() {
    let mut list = cursors();
    give(&mut list, &rows(0..3), None);
    for before in [1, 0] {
        assert!(list.failed(&not_found()));
        assert_eq!(list.next(), Some(&after(before)));
    }
    assert!(list.failed(&not_found()));
    assert_eq!(list.next(), Some(&Place::Start));
    assert!(!list.failed(&not_found()), "there is no cursor to blame");
    assert_eq!(give(&mut list, &rows(2..5), None), [3, 4]);
}

#[test]
fn an_error_that_says_nothing_about_the_cursor_costs_no_further_calls() {
    let mut list = cursors();
    give(&mut list, &rows(0..3), None);
    let unsent = Error::new(ErrorKind::InvalidRequest, "an id that cannot be sent");
    let refused = Error::new(ErrorKind::InvalidRequest, "too long").with_status(413, None);
    let server = Error::new(ErrorKind::Server, "failed").with_status(500, None);
    for error in [unsent, refused, server] {
        assert!(!list.failed(&error), "{error}");
    }
    assert_eq!(list.next(), Some(&after(2)));
}
