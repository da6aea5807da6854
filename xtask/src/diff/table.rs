//! What a transport knows of an operation (its token, whether a repeat is safe, paging), and what the document says of itself.

use serde_json::Value;

use super::changes::{Action, Change, Changes, Weight};
use super::operations::{Pair, add};
use super::strings;
use crate::spec::extensions::{self, Fixed, Paging, Token};
use crate::spec::{Document, Node, Operation};

/// Compares the rows of the operation table.
pub(super) fn operation(pair: &Pair<'_, '_>, changes: &mut Changes) {
    idempotent(pair, changes);
    paging(pair, changes);
    security(pair, changes);
    let marks = (pair.old.is_handwritten(), pair.new.is_handwritten());
    match marks {
        (false, true) => {
            let what =
                "its code is written by hand now: the generated method and its builder are gone";
            add(pair, Weight::Breaking, Action::Changed, what, changes);
        }
        (true, false) => {
            let what = "its code is generated now: the handwritten method is replaced by a builder";
            add(pair, Weight::Breaking, Action::Changed, what, changes);
        }
        _ => {}
    }
}

fn idempotent(pair: &Pair<'_, '_>, changes: &mut Changes) {
    let safe = |operation: &Operation<'_>| extensions::idempotent(operation);
    match (safe(&pair.old), safe(&pair.new)) {
        (true, false) => {
            let what = "is not safe to repeat: a call of doubtful outcome is no longer retried";
            add(pair, Weight::Patch, Action::Changed, what, changes);
        }
        (false, true) => {
            let what = "is safe to repeat: a call that failed on the way is retried now";
            add(pair, Weight::Minor, Action::Changed, what, changes);
        }
        _ => {}
    }
}

fn paging(pair: &Pair<'_, '_>, changes: &mut Changes) {
    let read = |operation: &Operation<'_>| extensions::paging(operation);
    let (before, after) = (read(&pair.old), read(&pair.new));
    if before == after {
        return;
    }
    match (&before, &after) {
        (None, Some(_)) => {
            let what = "is a list that a pager can walk now";
            add(pair, Weight::Minor, Action::Added, what, changes);
        }
        (Some(_), None) => {
            let what = "is no list any more: a pager cannot walk it";
            add(pair, Weight::Breaking, Action::Removed, what, changes);
        }
        (Some(before), Some(after)) if dialect(before) != dialect(after) => {
            let (old, new) = (dialect(before), dialect(after));
            let what =
                format!("pages by {new}, no longer by {old}: cursors that were kept do not fit");
            add(pair, Weight::Breaking, Action::Changed, what, changes);
        }
        _ => {
            let what = "its paging reads or sends other fields, or another number of rows; the pager is the same";
            add(pair, Weight::Patch, Action::Changed, what, changes);
        }
    }
}

fn dialect(paging: &Paging) -> &'static str {
    match paging {
        Paging::Cursor(Fixed { .. }) => "cursor",
        Paging::Count(Fixed { .. }) => "count",
        Paging::Page { .. } => "page number",
        Paging::Offset(Fixed { .. }) => "offset",
    }
}

fn security(pair: &Pair<'_, '_>, changes: &mut Changes) {
    let read = |operation: &Operation<'_>| {
        let document = operation.node.document();
        extensions::token(document, operation)
    };
    let name = |token: Token| match token {
        Token::None => "no token",
        Token::User => "the user token",
        Token::Page => "a page token",
    };
    let (before, after) = (read(&pair.old), read(&pair.new));
    if before != after {
        let what = format!("takes {}, no longer {}", name(after), name(before));
        let weight = if after == Token::None {
            Weight::Minor
        } else {
            Weight::Breaking
        };
        add(pair, weight, Action::Changed, what, changes);
    }
}

/// Compares what stands outside of operations and schemas.
pub(super) fn document(old: &Document, new: &Document, changes: &mut Changes) {
    let subject = "the document";
    let server = |document: &Document| {
        let servers = document.root().get("servers")?;
        let first = servers.items().into_iter().next()?;
        first.text("url").map(str::to_owned)
    };
    let (before, after) = (server(old), server(new));
    if before != after {
        let shown = |url: &Option<String>| url.clone().unwrap_or_else(|| "none".to_owned());
        let what = format!(
            "the server is {}, no longer {}: calls go there by default once `DEFAULT_BASE_URL` of pancake-client says so",
            shown(&after),
            shown(&before)
        );
        let change = Change::new(Weight::Minor, Action::Changed, subject, what);
        let (before, after) = (old.root().get("servers"), new.root().get("servers"));
        changes.add(change.at(before.as_ref(), after.as_ref()));
    }
    schemes(old, new, changes);
    let (old, new) = (old.root(), new.root());
    for (key, what) in [
        ("info", "its title, version or description changed"),
        ("tags", "its tags changed"),
        ("openapi", "it follows another version of OpenAPI"),
    ] {
        strings::words(subject, &old, &new, key, what, changes);
    }
}

fn schemes(old: &Document, new: &Document, changes: &mut Changes) {
    let before = old.components("securitySchemes");
    let after = new.components("securitySchemes");
    let wire = |scheme: &Node<'_>| -> Vec<Option<Value>> {
        let keys = ["type", "in", "name", "scheme"];
        keys.iter()
            .map(|key| scheme.value().get(*key).cloned())
            .collect()
    };
    for (name, scheme) in after {
        let Some((_, former)) = before.iter().find(|(other, _)| *other == name) else {
            continue;
        };
        let subject = format!("the security scheme {name}");
        if wire(former) != wire(&scheme) {
            let what = "its token travels in another place or under another name";
            let change = Change::new(Weight::Patch, Action::Changed, &subject, what);
            changes.add(change.at(Some(former), Some(&scheme)));
        }
        strings::words(
            &subject,
            former,
            &scheme,
            "description",
            "its description changed",
            changes,
        );
    }
}
