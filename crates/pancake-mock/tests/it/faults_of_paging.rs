//! Faults about the rows of lists.
use pancake_mock::{Fault, FaultKind};

use crate::caller::{ALWAYS, Caller, caller, free, rows};

#[tokio::test]
async fn stuck_cursor_answers_rows_that_end_with_the_cursor_itself() {
    let shop = caller().await;
    let first = shop.ids(&[]).await;
    let query = [("last_conversation_id", first[59].as_str())];
    let second = shop.ids(&query).await;
    let fault = Fault::new(FaultKind::StuckCursor)
        .on("list_conversations")
        .times(1);
    shop.mock.faults().add(fault);
    assert_eq!(shop.ids(&query).await, first);
    assert_eq!(shop.ids(&query).await, second);
}

#[tokio::test]
async fn repeated_rows_begin_a_page_with_rows_of_the_one_before() {
    let shop = caller().await;
    let first = shop.ids(&[]).await;
    let query = [("last_conversation_id", first[59].as_str())];
    let second = shop.ids(&query).await;
    shop.mock.faults().add(Fault::new(FaultKind::RepeatedRows));
    let repeated = shop.ids(&query).await;
    assert_eq!(repeated[..10], first[50..]);
    assert_eq!(repeated[10..], second[..50]);
}

#[tokio::test]
async fn short_page_in_the_middle_is_not_the_end() {
    let shop = caller().await;
    let whole = shop.ids(&[]).await;
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::ShortPage).times(1));
    let short = shop.ids(&[]).await;
    assert_eq!(short, whole[..30]);
    let next = shop.ids(&[("last_conversation_id", &short[29])]).await;
    assert_eq!(next[..30], whole[30..]);
}

#[tokio::test]
async fn empty_page_in_the_middle_has_more_behind_it() {
    let shop = caller().await;
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::EmptyPage).times(1));
    assert_eq!(shop.ids(&[]).await, [""; 0]);
    assert_eq!(shop.ids(&[]).await.len(), 60);
}

/// A list by number or offset: what to ask for rows behind the first `skip`, in pages of 30.
struct Dialect {
    path: String,
    query: Vec<(&'static str, &'static str)>,
    cursor: &'static str,
    /// What the cursor is after so many rows.
    after: fn(usize) -> usize,
    list: &'static str,
    field: &'static str,
    size: usize,
}

impl Dialect {
    async fn page(&self, shop: &Caller, skip: usize) -> Vec<String> {
        let cursor = (self.after)(skip).to_string();
        let mut query = self.query.clone();
        query.push((self.cursor, &cursor));
        let found = rows(
            &shop.get(&self.path, &query).await.json(),
            self.list,
            self.field,
        );
        // Messages run the other way inside a page: newest first makes all dialects alike.
        if self.list == "messages" {
            return found.into_iter().rev().collect();
        }
        found
    }
}

fn dialects(shop: &Caller, id: &str) -> Vec<Dialect> {
    let number: fn(usize) -> usize = |skip| skip / 30 + 1;
    let offset: fn(usize) -> usize = |skip| skip;
    let range = ALWAYS.to_vec();
    let with = |more: &[(&'static str, &'static str)]| [&range[..], more].concat();
    let numbered = |path: &str, query, list, field| Dialect {
        path: shop.at(path),
        query,
        cursor: "page_number",
        after: number,
        list,
        field,
        size: 30,
    };
    let size = ("page_size", "30");
    vec![
        numbered("page_customers", with(&[size]), "customers", "id"),
        numbered("posts", with(&[size]), "posts", "id"),
        numbered("sip_call_logs", vec![("id", "1"), size], "data", "call_id"),
        Dialect {
            path: shop.conversation(id, "messages"),
            query: Vec::new(),
            cursor: "current_count",
            after: offset,
            list: "messages",
            field: "id",
            size: 30,
        },
        Dialect {
            path: shop.at("export_data"),
            query: with(&[("action", "conversations_from_ads")]),
            cursor: "offset",
            after: offset,
            list: "data",
            field: "id",
            size: 60,
        },
    ]
}

#[tokio::test]
async fn paging_faults_answer_the_same_rows_in_every_dialect_by_number_or_offset() {
    let shop = Caller::start(free().pages(1).conversations(2_000)).await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    for dialect in dialects(&shop, &id) {
        let path = &dialect.path;
        let faults = shop.mock.faults();
        let size = dialect.size;
        let first = dialect.page(&shop, 0).await;
        let second = dialect.page(&shop, size).await;
        let third = dialect.page(&shop, 2 * size).await;
        assert_eq!((first.len(), second.len()), (size, size), "{path}");
        assert!(!third.is_empty(), "{path}");
        let begin = async |kind: FaultKind, times: u64| {
            faults.clear();
            faults.add(Fault::new(kind).times(times))
        };

        let stuck = begin(FaultKind::StuckCursor, 9).await;
        assert_eq!(dialect.page(&shop, 0).await, first, "{path}");
        assert_eq!(
            faults.hits(stuck),
            0,
            "{path}: there is nothing to be stuck at"
        );
        for skip in [size, 2 * size, size] {
            assert_eq!(dialect.page(&shop, skip).await, first, "{path}");
        }
        assert_eq!(faults.hits(stuck), 3, "{path}");

        let repeated = begin(FaultKind::RepeatedRows, 1).await;
        dialect.page(&shop, 0).await;
        assert_eq!(
            faults.hits(repeated),
            0,
            "{path}: there is nothing to repeat"
        );
        let rows = dialect.page(&shop, size).await;
        assert_eq!(rows, [&first[size - 10..], &second].concat(), "{path}");
        assert_eq!(dialect.page(&shop, 2 * size).await, third, "{path}");

        begin(FaultKind::ShortPage, 1).await;
        assert_eq!(
            dialect.page(&shop, size).await,
            second[..size / 2],
            "{path}"
        );
        begin(FaultKind::ShortPage, 1).await;
        let half = third.len().div_ceil(2);
        assert_eq!(dialect.page(&shop, 2 * size).await, third[..half], "{path}");

        let empty = begin(FaultKind::EmptyPage, 1).await;
        assert_eq!(dialect.page(&shop, 9_000).await, [""; 0], "{path}");
        assert_eq!(faults.hits(empty), 0, "{path}: that was the end");
        assert_eq!(dialect.page(&shop, size).await, [""; 0], "{path}");
        assert_eq!(dialect.page(&shop, size).await, second, "{path}");
    }
}

#[tokio::test]
async fn vanish_takes_the_first_row_of_every_list() {
    let shop = Caller::start(free().pages(1).conversations(2_000)).await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let faults = shop.mock.faults();
    for dialect in dialects(&shop, &id) {
        let before = dialect.page(&shop, 0).await;
        let fault = faults.add(Fault::new(FaultKind::Vanish).times(1));
        let after = dialect.page(&shop, 0).await;
        assert_eq!(after[..20], before[1..21], "{}", dialect.path);
        assert_eq!(faults.hits(fault), 1, "{}", dialect.path);
    }
    let before = shop.ids(&[]).await;
    faults.add(Fault::new(FaultKind::Vanish).times(1));
    assert_eq!(shop.ids(&[]).await[..59], before[1..]);
}

#[tokio::test]
async fn a_stuck_cursor_of_conversations_answers_one_page_again_and_again() {
    let shop = Caller::start(free().pages(1).conversations(300)).await;
    let first = shop.ids(&[]).await;
    let second = shop.ids(&[("last_conversation_id", &first[59])]).await;
    let fault = shop.mock.faults().add(Fault::new(FaultKind::StuckCursor));
    assert_eq!(shop.ids(&[]).await, first);
    assert_eq!(shop.mock.faults().hits(fault), 0);
    let mut cursor = second[59].clone();
    for _ in 0..3 {
        let again = shop.ids(&[("last_conversation_id", &cursor)]).await;
        assert_eq!(again, second);
        cursor.clone_from(&again[59]);
    }
}

#[tokio::test]
async fn the_last_rows_are_halved_too() {
    let shop = Caller::start(free().pages(1).conversations(71)).await;
    let first = shop.ids(&[]).await;
    let last = [("last_conversation_id", first[59].as_str())];
    let rest = shop.ids(&last).await;
    assert_eq!(rest.len(), 11);
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::ShortPage).times(1));
    let short = shop.ids(&last).await;
    assert_eq!(short, rest[..6]);
    assert_eq!(
        shop.ids(&[("last_conversation_id", &short[5])]).await,
        rest[6..]
    );
}
