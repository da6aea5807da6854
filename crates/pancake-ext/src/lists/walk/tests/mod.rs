//! The rules of paging, without a server: a list of marks that changes between answers.

mod cursors;
mod numbers;
mod offsets;

use super::*;

/// A row of this number, whose time falls with the number.
fn row(number: i64) -> Mark {
    moved(number, 1_000 - number)
}

/// A row at this minute.
fn moved(number: i64, minute: i64) -> Mark {
    at_second(number, 60 * minute)
}

fn at_second(number: i64, second: i64) -> Mark {
    Mark {
        id: Some(number.to_string().into()),
        time: Some(second * 1_000_000),
    }
}

/// A row without an id.
fn nameless() -> Mark {
    Mark {
        id: None,
        time: None,
    }
}

fn walk(dialect: Dialect, order: RowOrder) -> Walk {
    Walk::new(dialect, order, Position::first(dialect.first()), 100_000)
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
    new.map(|(mark, _)| mark.id.as_ref().map_or(-1, |id| id.parse().unwrap()))
        .collect()
}

fn rows(numbers: std::ops::Range<i64>) -> Vec<Mark> {
    numbers.map(row).collect()
}

fn fired(walk: &mut Walk) -> Vec<Guard> {
    walk.take_guards()
        .into_iter()
        .map(|(guard, _)| guard)
        .collect()
}

#[test]
fn the_same_answer_to_every_page_is_an_error_in_the_end() {
    for mut list in [numbered(), skipping()] {
        let error = (0..50).find_map(|_| list.accept(&rows(0..3), None).err());
        assert_eq!(error.unwrap().kind(), ErrorKind::InvalidAnswer);
    }
}

#[test]
fn rows_without_an_id_are_no_progress() {
    let answer = [row(0), row(1), nameless()];
    for mut list in [numbered(), skipping()] {
        let error = (0..50).find_map(|_| list.accept(&answer, None).err());
        assert_eq!(error.unwrap().kind(), ErrorKind::InvalidAnswer);
    }
}

#[test]
fn a_place_at_the_end_of_all_numbers_does_no_harm() {
    let places = [
        (Dialect::Skip { size: 3 }, Place::Skip(u64::MAX)),
        (Dialect::Numbered { size: 3 }, Place::Number(u64::MAX)),
        (Dialect::Numbered { size: 3 }, Place::Number(0)),
    ];
    for (dialect, place) in places {
        let mut list = Walk::new(dialect, RowOrder::Moving, Position::first(place), 10);
        for total in [Some(0), Some(u64::MAX), None] {
            let Some(place) = list.next().cloned() else {
                break;
            };
            assert!(dialect.foresee(&place).is_some());
            list.is_beyond(&place);
            let _: Result<_, _> = list.accept(&rows(0..3), total);
            let _: Result<_, _> = list.accept(&[], total);
        }
        list = Walk::new(dialect, RowOrder::Moving, list.position().clone(), 10);
        list.next();
    }
}
