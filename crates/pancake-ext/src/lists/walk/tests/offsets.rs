//! Lists with a number of rows to skip. Each page begins with the last row of the one before it.

use super::*;

#[test]
fn pages_share_a_row_and_the_list_ends_with_a_page_after_it() {
    let mut list = skipping();
    give(&mut list, &rows(0..3), None);
    assert_eq!(list.next(), Some(&Place::Skip(2)));
    assert_eq!(give(&mut list, &rows(2..5), None), [3, 4]);
    assert_eq!(list.next(), Some(&Place::Skip(4)));
    assert_eq!(give(&mut list, &rows(4..5), None), [] as [i64; 0]);
    assert_eq!(list.next(), Some(&Place::Skip(5)));
    give(&mut list, &[], None);
    assert_eq!(list.next(), None);
    assert_eq!(fired(&mut list), [], "nothing of this is remarkable");
}

#[test]
fn what_is_fetched_ahead_is_what_the_walk_asks_for() {
    let mut list = skipping();
    for page in 0..3 {
        let next = list.dialect.foresee(list.next().unwrap());
        give(&mut list, &rows(2 * page..2 * page + 3), None);
        assert_eq!(list.next(), next.as_ref());
    }
}

#[test]
fn rows_that_arrive_shift_the_offset_without_a_further_request() {
    let mut list = skipping();
    give(&mut list, &rows(0..3), None);
    // One row arrived at the top.
    assert_eq!(give(&mut list, &rows(1..4), None), [3]);
    assert_eq!(list.next(), Some(&Place::Skip(4)));
    assert_eq!(give(&mut list, &rows(3..6), None), [4, 5]);
    assert_eq!(fired(&mut list), [Guard::DuplicateRows]);
}

#[test]
fn a_row_that_vanished_above_does_not_hide_another() {
    let mut list = skipping();
    give(&mut list, &rows(0..3), None);
    // Row 0 vanished, and the others moved up.
    assert_eq!(give(&mut list, &rows(3..6), None), [] as [i64; 0]);
    assert_eq!(fired(&mut list), [Guard::VanishedRows]);
    assert_eq!(list.next(), Some(&Place::Skip(0)));
    assert_eq!(give(&mut list, &rows(1..4), None), [3]);
    assert_eq!(list.next(), Some(&Place::Skip(2)));
    assert_eq!(give(&mut list, &rows(3..6), None), [4, 5]);
}

#[test]
fn a_row_that_vanished_from_the_end_of_a_page_is_not_waited_for() {
    let mut list = skipping();
    give(&mut list, &rows(0..3), None);
    give(&mut list, &rows(2..5), None);
    // Row 4 vanished.
    give(&mut list, &rows(5..8), None);
    assert_eq!(list.next(), Some(&Place::Skip(2)));
    assert_eq!(give(&mut list, &[row(2), row(3), row(5)], None), [5]);
    assert_eq!(list.next(), Some(&Place::Skip(4)));
    assert_eq!(give(&mut list, &rows(5..8), None), [6, 7]);
}

#[test]
fn many_rows_that_vanished_are_looked_for_twice_as_far_each_time() {
    let mut list = skipping();
    for page in 0..10 {
        give(&mut list, &rows(2 * page..2 * page + 3), None);
    }
    let mut places = Vec::new();
    while let Some(Place::Skip(skipped)) = list.next().cloned()
        && places.last() != Some(&0)
    {
        places.push(skipped);
        // All that was read vanished.
        give(
            &mut list,
            &rows(100 + skipped as i64..103 + skipped as i64),
            None,
        );
    }
    assert_eq!(places, [20, 18, 14, 6, 0]);
}

#[test]
fn answers_that_begin_too_early_lose_nothing() {
    let mut list = skipping();
    give(&mut list, &rows(0..3), None);
    // Asked for 2, then for 4: both begin one row early, and no row has arrived.
    assert_eq!(give(&mut list, &rows(1..4), None), [3]);
    assert_eq!(list.next(), Some(&Place::Skip(4)));
    assert_eq!(give(&mut list, &rows(3..6), None), [4, 5]);
    assert_eq!(list.next(), Some(&Place::Skip(6)));
    // From here on the answers are right, and this one begins behind row 5.
    give(&mut list, &rows(6..9), None);
    assert_eq!(list.next(), Some(&Place::Skip(4)));
    assert_eq!(give(&mut list, &rows(4..7), None), [6]);
}

#[test]
fn an_empty_page_instead_of_the_row_before_it_sends_the_walk_back_once_it_comes_twice() {
    let mut list = skipping();
    give(&mut list, &rows(0..3), None);
    give(&mut list, &[], None);
    assert_eq!(list.next(), Some(&Place::Skip(2)));
    assert_eq!(fired(&mut list), [Guard::EmptyPage]);
    give(&mut list, &[], None);
    assert_eq!(list.next(), Some(&Place::Skip(0)));
    assert_eq!(give(&mut list, &rows(1..4), None), [3]);
}

#[test]
fn an_empty_list_is_asked_for_twice() {
    let mut list = skipping();
    give(&mut list, &[], None);
    assert_eq!(list.next(), Some(&Place::Skip(0)));
    give(&mut list, &[], None);
    assert_eq!(list.next(), None);
}

#[test]
fn a_server_that_gives_one_row_at_a_time_is_read_to_the_end() {
    let mut list = skipping();
    for number in 0..5 {
        assert_eq!(list.next(), Some(&Place::Skip(number)));
        give(&mut list, &rows(number as i64..number as i64 + 1), None);
    }
    give(&mut list, &[], None);
    give(&mut list, &[], None);
    assert_eq!(list.next(), None);
}

#[test]
fn the_shared_row_comes_once_although_nothing_is_to_be_remembered() {
    let dialect = Dialect::Skip { size: 3 };
    let first = Position::first(Place::Skip(0));
    let mut list = Walk::new(dialect, RowOrder::Unknown, first, 0);
    give(&mut list, &rows(0..3), None);
    assert_eq!(give(&mut list, &rows(2..5), None), [3, 4]);
}

#[test]
fn pages_that_never_begin_where_the_ones_before_them_end_are_an_error_in_the_end() {
    let mut list = skipping();
    // A server that counts in whole pages.
    let answer = |skipped: u64| rows((skipped / 3 * 3) as i64..(skipped / 3 * 3) as i64 + 3);
    let error = (0..100).find_map(|_| {
        let Some(Place::Skip(skipped)) = list.next().cloned() else {
            return None;
        };
        list.accept(&answer(skipped), None).err()
    });
    assert!(error.unwrap().message().contains("out of reach"));
}

#[test]
fn a_walk_stops_at_a_row_and_by_time_only_at_a_page_that_is_older_as_a_whole() {
    let start = || {
        let mut position = Position::first(Place::Skip(0));
        position.stop = [Print::of("50")].into_iter().collect();
        position.stop_before = Some(60 * 1_000_000 * 950);
        Walk::new(
            Dialect::Skip { size: 3 },
            RowOrder::Unknown,
            position,
            1_000,
        )
    };
    let mut list = start();
    // A row with a time that is too old, among others.
    let page = [row(10), row(70), row(11)];
    assert_eq!(give(&mut list, &page, None), [10, 70, 11]);
    let page = [row(11), row(12), row(50)];
    assert_eq!(give(&mut list, &page, None), [12]);
    assert_eq!(list.next(), None);

    // Row 50 vanished.
    let mut list = start();
    give(&mut list, &rows(10..13), None);
    let page = [row(12), row(60), row(61)];
    assert_eq!(give(&mut list, &page, None), [] as [i64; 0]);
    assert_eq!(list.next(), None);
}
