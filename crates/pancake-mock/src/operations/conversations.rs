//! List conversations: 60 a page behind a cursor, with all the filters.
use serde_json::json;

use crate::{
    answer::{Answer, Outcome},
    call::{Call, REPEATED},
    fault::PagingFault,
    oddity::Oddity,
    world::{ConversationKind, Order, PageState, TagEntry},
};

/// Rows of a page, at most.
const LARGEST: u64 = 60;

/// The rows a call asks for.
struct Filter {
    kinds: Vec<String>,
    tags: Vec<u64>,
    posts: Vec<String>,
    range: Option<(i64, i64)>,
    range_field: Order,
}

impl Filter {
    fn of(call: &Call<'_>, order: Order) -> Result<Self, Answer> {
        let range = match (call.seconds("since")?, call.seconds("until")?) {
            (None, None) => None,
            (Some(since), Some(until)) => Some((since, until)),
            _ if call.has(Oddity::SinceNeedsUntil) => {
                return Answer::refuse(100, "Since must be provided with until");
            }
            (since, until) => Some((since.unwrap_or(i64::MIN), until.unwrap_or(i64::MAX))),
        };
        let mut kinds = call.values("type");
        kinds.extend(call.values("type[]"));
        let list = |name: &str| -> Vec<String> {
            let values = call
                .values(name)
                .into_iter()
                .chain(call.values(&format!("{name}[]")));
            values
                .flat_map(|value| value.split(','))
                .map(|word| word.trim().to_owned())
                .collect()
        };
        let tags = list("tags").into_iter().filter(|tag| !tag.is_empty());
        // What is no tag id would filter nothing, and answer all rows.
        let tags: Result<Vec<u64>, _> = tags.map(|tag| tag.parse()).collect();
        Ok(Self {
            kinds: kinds.into_iter().map(str::to_owned).collect(),
            tags: tags.map_err(|_| Answer::failure(100, "Invalid params: tags"))?,
            posts: list("post_ids")
                .into_iter()
                .filter(|post| !post.is_empty())
                .collect(),
            range,
            range_field: if call.has(Oddity::OrderByChoosesTheFilteredField) {
                order
            } else {
                Order::Updated
            },
        })
    }

    fn takes(&self, page: &PageState, index: u64) -> bool {
        self.takes_kind(page.kind(index))
            && self.range.is_none_or(|(since, until)| {
                (since..=until).contains(&page.time(index, self.range_field))
            })
            && (self.posts.is_empty()
                || page.kind(index).is_public()
                    && self.posts.contains(&page.post_id(page.post_of(index))))
            && (self.tags.is_empty() || {
                let has = page.tags_of(index);
                self.tags
                    .iter()
                    .all(|tag| has.contains(&TagEntry::Tag(*tag)))
            })
    }

    fn takes_kind(&self, kind: ConversationKind) -> bool {
        // `POST` is a filter that no row has as its type; everything under a post is meant.
        self.kinds.is_empty()
            || self.kinds.iter().any(|wanted| match wanted.as_str() {
                "POST" => kind.is_public(),
                "COMMENT_LIVESTREAM" => kind == ConversationKind::Livestream,
                name => name == kind.name(),
            })
    }

    /// Whether all rows after this one are too old, so that the walk may stop.
    fn is_past(&self, page: &PageState, index: u64, order: Order) -> bool {
        self.range_field == order
            && self
                .range
                .is_some_and(|(since, _)| page.time(index, order) < since)
    }
}

pub(super) fn list(call: &Call<'_>, page: &mut PageState) -> Outcome {
    if !call.values("type[]").is_empty() && call.has(Oddity::BracketedTypeIs500) {
        return Err(Answer::html(
            http::StatusCode::INTERNAL_SERVER_ERROR,
            "Internal Server Error",
        ));
    }
    if call.values("type").len() > 1 && call.has(Oddity::RepeatedTypeGivesNoRows) {
        return Answer::ok(json!({"conversations": [], "success": true}));
    }
    let order = match call.query("order_by") {
        Some("inserted_at") => Order::Inserted,
        _ => Order::Updated,
    };
    let filter = Filter::of(call, order)?;
    let cursor = match call.query("last_conversation_id") {
        None | Some("") => None,
        Some(id) => match page.conversation_index(id) {
            Some(index) => Some(index),
            None => return Answer::refuse(100, "Invalid last_conversation_id"),
        },
    };
    let unread_first = call.query("unread_first") == Some("true");
    let size = usize::try_from(call.rows_a_page(LARGEST)).unwrap_or(usize::MAX);
    let place = Place { cursor, size };
    let rows = rows(call, page, &filter, order, unread_first, &place);
    let wire = call.wire(page);
    let conversations: Vec<_> = rows
        .into_iter()
        .map(|index| wire.conversation(index))
        .collect();
    Answer::ok(json!({"conversations": wire.list(conversations), "success": true}))
}

/// Which rows of the list are asked for.
struct Place {
    cursor: Option<u64>,
    size: usize,
}

fn rows(
    call: &Call<'_>,
    page: &PageState,
    filter: &Filter,
    order: Order,
    unread_first: bool,
    place: &Place,
) -> Vec<u64> {
    let &Place { cursor, size } = place;
    let not_after = filter
        .range
        .filter(|_| filter.range_field == order)
        .map(|(_, until)| until);
    let walk = |cursor: Option<u64>, not_after: Option<i64>| {
        page.conversations(order, cursor, not_after)
            .take_while(|index| !filter.is_past(page, *index, order))
            .filter(|index| filter.takes(page, *index))
    };
    let after = |cursor: Option<u64>, count: usize| -> Vec<u64> {
        if !unread_first {
            return walk(cursor, not_after).take(count).collect();
        }
        let unread = |cursor| walk(cursor, not_after).filter(|index| !page.seen(*index));
        let read = |cursor| walk(cursor, not_after).filter(|index| page.seen(*index));
        match cursor {
            Some(index) if page.seen(index) => read(cursor).take(count).collect(),
            _ => unread(cursor).chain(read(None)).take(count).collect(),
        }
    };
    // What was shown so far ends with the cursor, which may have left the filter since.
    let shown = |index: u64| {
        let mut rows: Vec<u64> = after(None, usize::MAX)
            .into_iter()
            .take_while(|row| *row != index)
            .collect();
        rows.push(index);
        rows
    };
    match (call.paging_fault, cursor) {
        (Some(PagingFault::Stuck), Some(index)) => {
            call.rows_changed.set(true);
            // The page that ends with the cursor once more: its last row is the cursor again.
            let mut rows = shown(index);
            rows.split_off(rows.len().saturating_sub(size))
        }
        (Some(PagingFault::Repeat), Some(index)) => {
            call.rows_changed.set(true);
            let mut rows = shown(index);
            let old = usize::try_from(REPEATED).unwrap_or(0).min(size / 2);
            let mut rows = rows.split_off(rows.len().saturating_sub(old));
            rows.extend(after(cursor, size - rows.len()));
            rows
        }
        _ => call.thinned(after(cursor, size)),
    }
}
