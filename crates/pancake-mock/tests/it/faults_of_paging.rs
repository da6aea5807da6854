//! Faults about the rows of lists.
use pancake_mock::{Fault, FaultId, FaultKind};

use crate::caller::{ALWAYS, Caller, alone, caller, list, texts};

fn only(shop: &Caller, kind: FaultKind, times: u64) -> FaultId {
    shop.mock.faults().clear();
    shop.mock.faults().add(Fault::new(kind).times(times))
}

async fn after(shop: &Caller, id: &str) -> Vec<String> {
    shop.ids(&[("last_conversation_id", id)]).await
}

#[tokio::test]
async fn paging_faults_of_conversations_go_by_the_cursor() {
    let shop = caller().await;
    let first = shop.ids(&[]).await;
    let second = after(&shop, &first[59]).await;

    let stuck = only(&shop, FaultKind::StuckCursor, 9);
    assert_eq!(shop.ids(&[]).await, first);
    assert_eq!(shop.mock.faults().hits(stuck), 0);
    // The page that ends with the cursor, again and again.
    for _ in 0..3 {
        assert_eq!(after(&shop, &second[59]).await, second);
    }
    only(&shop, FaultKind::RepeatedRows, 1);
    let repeated = after(&shop, &first[59]).await;
    assert_eq!(
        (&repeated[..10], &repeated[10..]),
        (&first[50..], &second[..50])
    );
    only(&shop, FaultKind::ShortPage, 1);
    let short = shop.ids(&[]).await;
    assert_eq!(short, first[..30]);
    assert_eq!(after(&shop, &short[29]).await[..30], first[30..]);
    only(&shop, FaultKind::EmptyPage, 1);
    assert_eq!(shop.ids(&[]).await, [""; 0]);
    assert_eq!(shop.ids(&[]).await, first);
    only(&shop, FaultKind::Vanish, 1);
    assert_eq!(shop.ids(&[]).await[..59], first[1..]);
}

#[tokio::test]
async fn last_rows_are_halved_too() {
    let shop = alone(71).await;
    let first = shop.ids(&[]).await;
    let rest = after(&shop, &first[59]).await;
    assert_eq!(rest.len(), 11);
    only(&shop, FaultKind::ShortPage, 1);
    let short = after(&shop, &first[59]).await;
    assert_eq!(short, rest[..6]);
    assert_eq!(after(&shop, &short[5]).await, rest[6..]);
}

/// A list by number or offset: what to ask for rows behind the first `skip`.
struct Dialect {
    path: String,
    query: Vec<(&'static str, &'static str)>,
    cursor: &'static str,
    key: &'static str,
    id: &'static str,
    size: usize,
}

impl Dialect {
    async fn page(&self, shop: &Caller, skip: usize) -> Vec<String> {
        let by_number = self.cursor == "page_number";
        let cursor = if by_number { skip / 30 + 1 } else { skip }.to_string();
        let mut query = self.query.clone();
        query.push((self.cursor, &cursor));
        let mut rows = list(&shop.json(&self.path, &query).await[self.key]);
        // Messages run the other way inside a page: newest first makes all dialects alike.
        if self.key == "messages" {
            rows.reverse();
        }
        texts(&rows, self.id)
    }
}

fn dialects(shop: &Caller) -> Vec<Dialect> {
    let chat = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    let messages = format!("conversations/{chat}/messages");
    let [since, until] = ALWAYS;
    let (size, number) = (("page_size", "30"), "page_number");
    let export = vec![since, until, ("action", "conversations_from_ads")];
    let dialect = |path: &str, query, cursor, key, id, size| Dialect {
        path: path.to_owned(),
        query,
        cursor,
        key,
        id,
        size,
    };
    vec![
        dialect(
            "page_customers",
            vec![since, until, size],
            number,
            "customers",
            "id",
            30,
        ),
        dialect("posts", vec![since, until, size], number, "posts", "id", 30),
        dialect(
            "sip_call_logs",
            vec![("id", "1"), size],
            number,
            "data",
            "call_id",
            30,
        ),
        dialect(&messages, Vec::new(), "current_count", "messages", "id", 30),
        dialect("export_data", export, "offset", "data", "id", 60),
    ]
}

#[tokio::test]
async fn paging_faults_are_alike_by_number_and_offset() {
    let shop = alone(2_000).await;
    for dialect in dialects(&shop) {
        let (path, size) = (&dialect.path, dialect.size);
        let hits = |id: FaultId| shop.mock.faults().hits(id);
        let page = async |skip: usize| dialect.page(&shop, skip).await;
        let (first, second, third) = (page(0).await, page(size).await, page(2 * size).await);
        assert_eq!((first.len(), second.len()), (size, size), "{path}");
        assert!(!third.is_empty(), "{path}");

        let stuck = only(&shop, FaultKind::StuckCursor, 9);
        for skip in [0, size, 2 * size, size] {
            assert_eq!(page(skip).await, first, "{path}");
        }
        assert_eq!(
            hits(stuck),
            3,
            "{path}: there is nothing to be stuck at on the first page"
        );

        let repeated = only(&shop, FaultKind::RepeatedRows, 1);
        page(0).await;
        assert_eq!(hits(repeated), 0, "{path}: there is nothing to repeat");
        assert_eq!(
            page(size).await,
            [&first[size - 10..], &second].concat(),
            "{path}"
        );
        assert_eq!(page(2 * size).await, third, "{path}");

        only(&shop, FaultKind::ShortPage, 2);
        assert_eq!(page(size).await, second[..size / 2], "{path}");
        assert_eq!(
            page(2 * size).await,
            third[..third.len().div_ceil(2)],
            "{path}"
        );

        let empty = only(&shop, FaultKind::EmptyPage, 1);
        assert_eq!(page(9_000).await, [""; 0], "{path}");
        assert_eq!(hits(empty), 0, "{path}: that was the end");
        assert_eq!(page(size).await, [""; 0], "{path}");
        assert_eq!(page(size).await, second, "{path}");
    }
}

#[tokio::test]
async fn vanish_takes_the_first_row_of_every_list() {
    let shop = alone(2_000).await;
    for dialect in dialects(&shop) {
        let before = dialect.page(&shop, 0).await;
        let fault = only(&shop, FaultKind::Vanish, 1);
        let after = dialect.page(&shop, 0).await;
        assert_eq!(after[..20], before[1..21], "{}", dialect.path);
        assert_eq!(shop.mock.faults().hits(fault), 1, "{}", dialect.path);
    }
}
