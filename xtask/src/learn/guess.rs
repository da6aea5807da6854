//! Which operation a bare body answers, as far as its shape tells.

use std::collections::BTreeMap;

use serde_json::Value;

use super::accepts::{Accepts, Rest, rest};
use super::shape::Kind;
use crate::spec::extensions::json_schema;
use crate::spec::{Document, Node, Operation};

/// Fields that answers of many operations have.
const GENERIC: [&str; 4] = ["success", "message", "data", "timestamp"];
/// The first items of a list tell enough.
const ITEMS: usize = 5;
const DEEPEST: usize = 32;

/// How well a body fits a schema.
#[derive(Clone, Copy, Debug, Default)]
struct Fit {
    matched: usize,
    unmatched: usize,
}

impl Fit {
    fn beats(self, other: Fit) -> bool {
        self.matched > other.matched && self.unmatched <= other.unmatched
    }

    fn add(&mut self, other: Fit) {
        self.matched += other.matched;
        self.unmatched += other.unmatched;
    }
}

/// The schema of an operation's answers: of the successful one, or of a failure.
pub(super) fn answer_schema<'a>(operation: &Operation<'a>, failure: bool) -> Option<Node<'a>> {
    let responses = operation.responses();
    let wanted = |status: &str| {
        let first = status.chars().next();
        if failure {
            matches!(first, Some('4' | '5' | 'd'))
        } else {
            first == Some('2')
        }
    };
    let response = responses.iter().find(|(status, _, _)| wanted(status));
    response.and_then(|(_, _, response)| json_schema(response))
}

/// The ids of the operations that answer with this shape; several only when their answers have the same schema.
///
/// # Errors
///
/// The ids of the operations that come into question, none when nothing fits.
pub(super) fn operations<'a>(
    document: &'a Document,
    body: &Value,
) -> Result<Vec<&'a str>, Vec<&'a str>> {
    let mut by_schema: BTreeMap<String, (Fit, Vec<&str>)> = BTreeMap::new();
    for operation in document.operations() {
        let (Some(id), Some(schema)) = (operation.id(), answer_schema(&operation, false)) else {
            continue;
        };
        let target = schema.reference().unwrap_or(schema.pointer()).to_owned();
        if let Some((_, ids)) = by_schema.get_mut(&target) {
            ids.push(id);
            continue;
        }
        let kind = if body.is_array() {
            Kind::Array
        } else {
            Kind::Object
        };
        if Accepts::of(&schema).for_kind(kind).is_empty() {
            continue;
        }
        let fit = fit(body, &schema, DEEPEST, true);
        by_schema.insert(target, (fit, vec![id]));
    }
    let candidates: Vec<(Fit, Vec<&str>)> = by_schema
        .into_values()
        .filter(|(fit, _)| fit.matched > 0)
        .collect();
    for (position, (fit, ids)) in candidates.iter().enumerate() {
        let mut others = candidates
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != position);
        if others.all(|(_, (other, _))| fit.beats(*other)) {
            return Ok(ids.clone());
        }
    }
    Err(candidates.into_iter().flat_map(|(_, ids)| ids).collect())
}

fn fit(value: &Value, schema: &Node<'_>, left: usize, top: bool) -> Fit {
    let mut sum = Fit::default();
    let Some(left) = left.checked_sub(1) else {
        return sum;
    };
    let accepts = Accepts::of(schema);
    if accepts.handwritten().is_some() {
        return sum;
    }
    match value {
        Value::Array(items) => {
            let lists = accepts.for_kind(Kind::Array);
            let schema = lists.first().and_then(|list| list.node.get("items"));
            if let Some(schema) = schema {
                for item in items.iter().take(ITEMS) {
                    sum.add(fit(item, &schema, left, false));
                }
            } else if !accepts.is_untyped() {
                sum.unmatched += 1;
            }
        }
        Value::Object(entries) => {
            let objects = accepts.for_kind(Kind::Object);
            if objects.is_empty() && !accepts.is_untyped() {
                sum.unmatched += 1;
            }
            for (key, value) in entries {
                let known = objects
                    .iter()
                    .find_map(|object| object.node.get("properties")?.get(key));
                match known {
                    Some(schema) => {
                        if !(top && GENERIC.contains(&key.as_str())) {
                            sum.matched += 1;
                        }
                        sum.add(fit(value, &schema, left, false));
                    }
                    None if objects
                        .iter()
                        .all(|object| matches!(rest(&object.node), Rest::Unknown)) =>
                    {
                        sum.unmatched += 1;
                    }
                    None => {}
                }
            }
        }
        _ => {}
    }
    sum
}
