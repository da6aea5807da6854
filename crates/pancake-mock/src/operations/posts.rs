//! The posts of a page.
use serde_json::json;

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    world::PageState,
};

pub(super) fn list(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let (since, until) = call.required_range()?;
    let (skip, take) = call.numbered_page(30)?;
    let wanted = call.query("type");
    let posts: Vec<u64> = page
        .posts()
        .filter(|post| (since..=until).contains(&page.post_inserted(*post)))
        .filter(|post| wanted.is_none_or(|wanted| page.post_type(*post) == wanted))
        .collect();
    let rows = call.rows(skip, take, |skip, take| -> Vec<u64> {
        let rest = posts.iter().copied();
        rest.skip(usize::try_from(skip).unwrap_or(usize::MAX))
            .take(take)
            .collect()
    });
    let mut comments = page.comments_under(&rows);
    let wire = call.wire(page);
    let rows: Vec<_> = rows
        .into_iter()
        .map(|post| wire.post(post, comments.remove(&post).unwrap_or_default()))
        .collect();
    Answer::ok(json!({"success": true, "total": posts.len(), "posts": wire.list(rows)}))
}
