//! Lists with numbered pages.

use super::*;

/// Rows of a list with so many rows on the page with this number, which has `size` rows.
fn page(of: i64, number: i64, size: i64) -> Vec<Mark> {
    rows((size * (number - 1)).min(of)..(size * number).min(of))
}

/// Walks a list that the closure answers for. The rows, and the error it ended with.
fn read(list: &mut Walk, answer: impl Fn(u64, usize) -> (Vec<Mark>, u64)) -> (Vec<i64>, bool) {
    let mut given = Vec::new();
    for request in 0..100 {
        let Some(Place::Number(number)) = list.next().cloned() else {
            return (given, false);
        };
        let (marks, total) = answer(number, request);
        match list.accept(&marks, Some(total)) {
            Ok(verdict) => {
                let kept = marks.iter().zip(verdict.keep).filter(|(_, keep)| *keep);
                given.extend(
                    kept.map(|(mark, _)| mark.id.as_ref().unwrap().parse::<i64>().unwrap()),
                );
            }
            Err(_) => return (given, true),
        }
        if list.take_overdue().is_some() {
            return (given, true);
        }
    }
    panic!("the walk does not end");
}

fn all(rows: i64) -> Vec<i64> {
    (0..rows).collect()
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
fn without_a_total_a_short_page_that_comes_twice_ends_a_numbered_list() {
    let mut list = numbered();
    give(&mut list, &rows(0..3), None);
    give(&mut list, &rows(3..5), None);
    assert_eq!(list.next(), Some(&Place::Number(2)));
    assert_eq!(give(&mut list, &rows(3..5), None), [] as [i64; 0]);
    assert_eq!(list.next(), None);
    assert_eq!(fired(&mut list), [], "every list ends like this");

    let mut list = numbered();
    give(&mut list, &rows(0..3), None);
    give(&mut list, &rows(3..4), None);
    assert_eq!(give(&mut list, &rows(3..6), None), [4, 5]);
    assert_eq!(
        list.next(),
        Some(&Place::Number(3)),
        "it was short by mistake"
    );
    assert_eq!(fired(&mut list).first(), Some(&Guard::ShortPage));
}

#[test]
fn a_first_page_that_is_half_full_at_least_may_be_as_long_as_pages_are() {
    let mut list = walk(Dialect::Numbered { size: 5 }, RowOrder::Unknown);
    for _ in 0..2 {
        give(&mut list, &rows(0..3), None);
    }
    assert_eq!(give(&mut list, &rows(3..6), None), [3, 4, 5]);
    // The cursor knows it too.
    let position = list.position().clone();
    let mut list = Walk::new(list.dialect, RowOrder::Unknown, position, 1_000);
    assert_eq!(give(&mut list, &rows(6..9), None), [6, 7, 8]);
    for _ in 0..2 {
        assert_eq!(list.next(), Some(&Place::Number(4)));
        give(&mut list, &rows(9..10), None);
    }
    assert_eq!(list.next(), None);

    // It was the whole list.
    let mut list = walk(Dialect::Numbered { size: 5 }, RowOrder::Unknown);
    for _ in 0..2 {
        give(&mut list, &rows(0..3), None);
    }
    give(&mut list, &[], None);
    assert_eq!(list.next(), None);
}

#[test]
fn a_server_that_gives_fewer_rows_than_it_is_asked_for_is_read_to_the_end() {
    for (of, size) in [(250, 50), (120, 50), (90, 20), (50, 50), (51, 50)] {
        let mut list = walk(Dialect::Numbered { size: 100 }, RowOrder::Falling);
        let answer = |number: u64, _| (page(of, number as i64, size), of as u64);
        assert_eq!(read(&mut list, answer), (all(of), false), "{of} by {size}");
    }
}

#[test]
fn a_cursor_knows_how_many_rows_the_server_gives() {
    let mut list = walk(Dialect::Numbered { size: 100 }, RowOrder::Falling);
    for (number, _) in [(1, "short"), (1, "asked again"), (2, ""), (3, "")] {
        give(&mut list, &page(250, number, 50), Some(250));
    }
    let position = list.position().clone();
    let mut list = Walk::new(list.dialect, RowOrder::Falling, position, 1_000);
    let answer = |number: u64, _| (page(250, number as i64, 50), 250);
    assert_eq!(read(&mut list, answer), ((150..250).collect(), false));
}

#[test]
fn a_page_that_is_empty_between_others_is_passed_over_and_found_when_the_list_is_read_once_more() {
    let mut list = numbered();
    let answer = |number: u64, request: usize| match (number, request) {
        (2, 0..3) => (Vec::new(), 9),
        _ => (page(9, number as i64, 3), 9),
    };
    let (mut given, failed) = read(&mut list, answer);
    given.sort();
    assert_eq!((given, failed), (all(9), false));
}

#[test]
fn a_page_that_stays_empty_between_others_is_an_error_again_and_again() {
    let mut list = numbered();
    let answer = |number: u64, _| match number {
        2 => (Vec::new(), 9),
        _ => (page(9, number as i64, 3), 9),
    };
    let (given, failed) = read(&mut list, answer);
    assert_eq!((given, failed), (vec![0, 1, 2, 6, 7, 8], true));
    assert_eq!(read(&mut list, answer), (vec![], true));
}

#[test]
fn a_total_that_counts_more_than_the_list_shows_ends_it_after_a_second_look() {
    // A few rows less, and whole pages less.
    for total in [8, 30] {
        let mut list = numbered();
        let answer = |number: u64, _| (page(7, number as i64, 3), total);
        assert_eq!(read(&mut list, answer), (all(7), false), "{total}");
        assert!(fired(&mut list).contains(&Guard::MissingRows));
    }
}

#[test]
fn a_page_that_was_passed_over_is_found_when_the_list_is_read_once_more() {
    let mut list = numbered();
    // Page 2 is answered with page 1, three times.
    let answer = |number: u64, request: usize| match (number, request) {
        (2, 0..4) => (page(9, 1, 3), 9),
        _ => (page(9, number as i64, 3), 9),
    };
    let (mut given, failed) = read(&mut list, answer);
    given.sort();
    assert_eq!((given, failed), (all(9), false));
    assert!(fired(&mut list).contains(&Guard::MissingRows));
}

#[test]
fn a_page_that_is_never_given_is_an_error_again_and_again() {
    let mut list = numbered();
    let answer = |number: u64, _| match number {
        2 => (page(9, 1, 3), 9),
        _ => (page(9, number as i64, 3), 9),
    };
    let (given, failed) = read(&mut list, answer);
    assert_eq!((given, failed), (vec![0, 1, 2, 6, 7, 8], true));
    assert_eq!(read(&mut list, answer), (vec![], true));
    let answer = |number: u64, _| (page(9, number as i64, 3), 9);
    assert_eq!(read(&mut list, answer), (vec![3, 4, 5], false));
}

#[test]
fn a_list_that_is_not_remembered_is_not_read_once_more_for_what_is_missing() {
    let first = Position::first(Place::Number(1));
    let mut list = Walk::new(Dialect::Numbered { size: 3 }, RowOrder::Falling, first, 5);
    let answer = |number: u64, _| match number {
        2 => (page(9, 1, 3), 9),
        _ => (page(9, number as i64, 3), 9),
    };
    assert_eq!(
        read(&mut list, answer),
        (vec![0, 1, 2, 6, 7, 8], true),
        "no row comes twice"
    );
}

#[test]
fn rows_that_vanish_while_others_arrive_are_no_error() {
    // Row 8 vanishes before it is read, and row 100 arrives at the top: the total stays.
    let before = rows(0..9);
    let mut after = vec![row(100)];
    after.extend(rows(0..8));
    let list_at = |request: usize| if request == 0 { &before } else { &after };
    let answer = |number: u64, request: usize| {
        let rows = list_at(request).chunks(3).nth(number as usize - 1);
        (rows.map(<[Mark]>::to_vec).unwrap_or_default(), 9)
    };
    let mut list = numbered();
    let (mut given, failed) = read(&mut list, answer);
    given.sort();
    assert_eq!((given, failed), ([all(8), vec![100]].concat(), false));
}

#[test]
fn rows_that_arrive_at_the_top_are_not_missed() {
    let mut list = numbered();
    let answer = |number: u64, request: usize| {
        let all = rows(-(request.min(4) as i64)..9);
        let rows = all.chunks(3).nth(number as usize - 1);
        (
            rows.map(<[Mark]>::to_vec).unwrap_or_default(),
            all.len() as u64,
        )
    };
    let (mut given, failed) = read(&mut list, answer);
    given.sort();
    given.dedup();
    assert!(given.ends_with(&all(9)) && !failed, "{given:?} {failed}");
    assert!(!fired(&mut list).contains(&Guard::MissingRows));
}

#[test]
fn a_total_that_is_as_far_as_the_server_counts_does_not_end_the_list() {
    let mut list = walk(Dialect::Numbered { size: 5_000 }, RowOrder::Falling);
    let answer = |number: u64, _| (page(17_000, number as i64, 5_000), 10_000);
    assert_eq!(read(&mut list, answer), (all(17_000), false));

    // One that is right costs a request more.
    let mut list = walk(Dialect::Numbered { size: 5_000 }, RowOrder::Falling);
    let answer = |number: u64, request| {
        assert!(request < 3);
        (page(10_000, number as i64, 5_000), 10_000)
    };
    assert_eq!(read(&mut list, answer), (all(10_000), false));
}

#[test]
fn a_walk_that_goes_on_in_the_middle_does_not_miss_what_was_given_before() {
    let mut position = Position::first(Place::Number(3));
    position.seen = [Print::of("4"), Print::of("5")].into_iter().collect();
    position.total = Some(9);
    let mut list = Walk::new(
        Dialect::Numbered { size: 3 },
        RowOrder::Falling,
        position,
        1_000,
    );
    let answer = |number: u64, _| (page(9, number as i64, 3), 9);
    assert_eq!(read(&mut list, answer), (vec![6, 7, 8], false));
    assert_eq!(fired(&mut list), []);
}

#[test]
fn rows_that_move_to_the_top_are_not_missing() {
    let mut list = walk(Dialect::Numbered { size: 3 }, RowOrder::Moving);
    let mut moved_up = vec![moved(7, 5_000)];
    moved_up.extend(rows(0..7));
    moved_up.push(row(8));
    let before = rows(0..9);
    let answer = |number: u64, request: usize| {
        let list = if request == 0 { &before } else { &moved_up };
        let rows = list.chunks(3).nth(number as usize - 1);
        (rows.map(<[Mark]>::to_vec).unwrap_or_default(), 9)
    };
    let (mut given, failed) = read(&mut list, answer);
    given.sort();
    assert_eq!((given, failed), (all(9), false));
    assert!(!fired(&mut list).contains(&Guard::MissingRows));
}
