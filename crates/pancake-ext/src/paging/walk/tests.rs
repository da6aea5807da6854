//! The rules of paging, without a server: a list of marks that changes between answers.

use super::*;

/// A row of this number, whose time falls with the number.
fn row(number: i64) -> Mark {
    moved(number, 1_000 - number)
}

fn moved(number: i64, time: i64) -> Mark {
    Mark {
        id: Some(number.to_string().into()),
        time: Some(time),
    }
}

fn walk(dialect: Dialect, order: RowOrder) -> Walk {
    Walk::new(dialect, order, Position::first(dialect.first()), 1_000)
}

fn cursors() -> Walk {
    walk(Dialect::Cursor { size: 3 }, RowOrder::Moving)
}

fn numbered() -> Walk {
    walk(Dialect::Numbered { size: 3 }, RowOrder::Unknown)
}

fn skipping() -> Walk {
    walk(Dialect::Skip { size: 3 }, RowOrder::Unknown)
}

/// The rows of an answer that are new.
fn give(walk: &mut Walk, marks: &[Mark], total: Option<u64>) -> Vec<i64> {
    let verdict = walk.accept(marks, total).unwrap();
    let new = marks.iter().zip(verdict.keep).filter(|(_, keep)| *keep);
    new.map(|(mark, _)| mark.id.as_ref().unwrap().parse().unwrap())
        .collect()
}

fn rows(numbers: std::ops::Range<i64>) -> Vec<Mark> {
    numbers.map(row).collect()
}

fn after(number: i64) -> Place {
    Place::After(number.to_string().into())
}

fn fired(walk: &mut Walk) -> Vec<Guard> {
    walk.take_guards()
        .into_iter()
        .map(|(guard, _)| guard)
        .collect()
}

#[test]
fn an_empty_page_ends_a_list_and_after_a_full_one_it_is_asked_for_twice() {
    let mut list = cursors();
    give(&mut list, &rows(0..2), None);
    assert_eq!(list.next(), Some(&after(1)));
    give(&mut list, &[], None);
    assert_eq!(list.next(), None);

    let mut list = walk(Dialect::Cursor { size: 3 }, RowOrder::Falling);
    give(&mut list, &rows(0..3), None);
    give(&mut list, &[], None);
    assert_eq!(list.next(), Some(&after(2)));
    assert_eq!(fired(&mut list), [Guard::EmptyPage]);
    give(&mut list, &[], None);
    assert_eq!(list.next(), None);
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
    give(&mut list, &[], None);
    assert_eq!(list.next(), Some(&Place::Start));
    let top = [moved(5, 2_000), row(0), row(1)];
    assert_eq!(give(&mut list, &top, None), [5]);
    assert_eq!(list.next(), None);
}

#[test]
fn a_pass_of_several_answers_is_followed_by_another_since_rows_can_have_moved_meanwhile() {
    let mut list = cursors();
    give(&mut list, &rows(10..13), None);
    give(&mut list, &rows(13..15), None);
    give(&mut list, &[], None);
    let top = [moved(97, 2_003), moved(98, 2_002), moved(99, 2_001)];
    assert_eq!(give(&mut list, &top, None), [97, 98, 99]);
    assert_eq!(give(&mut list, &rows(10..13), None), [] as [i64; 0]);
    assert_eq!(list.next(), Some(&Place::Start));
    let top = [moved(15, 2_004), moved(97, 2_003), moved(98, 2_002)];
    assert_eq!(give(&mut list, &top, None), [15]);
    assert_eq!(list.next(), None);
}

#[test]
fn a_numbered_list_that_loses_rows_goes_back_for_those_that_moved_up() {
    let mut list = numbered();
    give(&mut list, &rows(0..3), Some(9));
    // Row 0 vanished, so row 3 is on the first page now.
    assert_eq!(give(&mut list, &rows(4..7), Some(8)), [4, 5, 6]);
    assert_eq!(list.next(), Some(&Place::Number(1)));
    assert_eq!(give(&mut list, &rows(1..4), Some(8)), [3]);
    assert_eq!(
        fired(&mut list),
        [Guard::TotalChanged, Guard::DuplicateRows]
    );
}

#[test]
fn a_numbered_page_with_fewer_rows_than_total_says_is_asked_for_again() {
    let mut list = numbered();
    give(&mut list, &rows(0..3), Some(7));
    assert_eq!(give(&mut list, &rows(3..4), Some(7)), [3]);
    assert_eq!(list.next(), Some(&Place::Number(2)));
    assert_eq!(give(&mut list, &rows(3..6), Some(7)), [4, 5]);
    assert_eq!(give(&mut list, &rows(6..7), Some(7)), [6]);
    assert_eq!(list.next(), None);
}

#[test]
fn an_older_page_with_a_row_on_top_that_arrived_since_is_asked_for_again() {
    let mut list = numbered();
    give(&mut list, &rows(1..4), Some(6));
    assert_eq!(give(&mut list, &rows(0..3), Some(6)), [0]);
    assert_eq!(list.next(), Some(&Place::Number(2)));
    assert_eq!(fired(&mut list).last(), Some(&Guard::RepeatedPage));
    assert_eq!(give(&mut list, &rows(4..7), Some(6)), [4, 5, 6]);
    assert_eq!(list.next(), None);
}

#[test]
fn a_page_with_more_rows_than_total_leaves_is_asked_for_again_once_in_a_walk() {
    let mut list = numbered();
    give(&mut list, &rows(0..3), Some(5));
    // Page 1 again; row 0 vanished from it, and so row 3 came up.
    assert_eq!(give(&mut list, &rows(1..4), Some(4)), [3]);
    assert_eq!(list.next(), Some(&Place::Number(2)));
    assert_eq!(give(&mut list, &rows(4..5), Some(4)), [4]);

    // A total that never was one costs one more request, not one a page.
    let mut list = numbered();
    give(&mut list, &rows(0..3), Some(1));
    assert_eq!(list.next(), Some(&Place::Number(1)));
    give(&mut list, &rows(0..3), Some(1));
    for page in 1..4 {
        assert_eq!(list.next(), Some(&Place::Number(1 + page as u64)));
        assert_eq!(
            give(&mut list, &rows(3 * page..3 * page + 3), Some(1)).len(),
            3
        );
    }
}

#[test]
fn without_a_total_a_short_page_ends_a_numbered_list() {
    let mut list = numbered();
    give(&mut list, &rows(0..3), None);
    give(&mut list, &rows(3..5), None);
    assert_eq!(list.next(), None);
}

#[test]
fn an_offset_grows_by_the_new_rows_until_the_shift_is_certain() {
    let mut list = skipping();
    give(&mut list, &rows(0..3), None);
    assert_eq!(list.next(), Some(&Place::Skip(3)));
    // One duplicate: a row that arrived, or a server that repeats itself.
    assert_eq!(give(&mut list, &rows(2..5), None), [3, 4]);
    assert_eq!(list.next(), Some(&Place::Skip(5)));
    // One again, so it was a row that arrived.
    assert_eq!(give(&mut list, &rows(4..7), None), [5, 6]);
    assert_eq!(list.next(), Some(&Place::Skip(8)));
}

#[test]
fn the_same_answer_to_every_page_is_an_error_in_the_end() {
    for mut list in [numbered(), skipping()] {
        let error = (0..50).find_map(|_| list.accept(&rows(0..3), None).err());
        assert_eq!(error.unwrap().kind(), ErrorKind::InvalidAnswer);
    }
}

#[test]
fn more_rows_than_asked_for_are_given_and_noticed() {
    let mut list = cursors();
    assert_eq!(give(&mut list, &rows(0..5), None).len(), 5);
    assert_eq!(fired(&mut list), [Guard::MoreRows]);
}

#[test]
fn rows_that_are_not_in_order_switch_off_what_relies_on_it() {
    let mut list = cursors();
    give(&mut list, &[row(2), row(0), row(1)], None);
    assert_eq!(fired(&mut list), [Guard::OutOfOrder]);
    // By time, this would be from above the cursor.
    assert_eq!(give(&mut list, &[moved(7, 9_000)], None), [7]);
    give(&mut list, &[], None);
    assert_eq!(list.next(), None, "there is no top to go back to");
}
