//! Our own `x-` keys and `security`, read the same way by the rules and by the operation table.

mod handwritten;
mod paging;
mod security;

use serde_json::Value;

use super::{Node, Operation};

pub use handwritten::{HandwrittenType, IMPLS, handwritten_types};
pub use paging::{Fixed, Paging, Rows, paging, rows};
pub use security::{Token, token};

/// A problem with an extension: where, what, and what to do.
#[derive(Clone, Debug)]
pub struct Problem<'a> {
    /// Where.
    pub node: Node<'a>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub fix: String,
    /// Whether only our own document is held to it.
    pub minor: bool,
}

/// The schema of a JSON answer or body.
pub fn json_schema<'a>(holder: &Node<'a>) -> Option<Node<'a>> {
    let content = holder.get("content")?;
    content
        .entries()
        .into_iter()
        .find(|(media, _)| *media == "application/json" || media.starts_with("application/json;"))
        .and_then(|(_, media)| media.get("schema"))
}

/// Reads `x-idempotent`; false when it is not there.
pub fn idempotent<'a>(operation: &Operation<'a>, problems: &mut Vec<Problem<'a>>) -> bool {
    match operation.node.get("x-idempotent") {
        None => {
            problems.push(Problem {
                node: operation.node.clone(),
                what: format!(
                    "{} does not say whether it is safe to repeat",
                    operation.name()
                ),
                fix: "add `x-idempotent: true` or `x-idempotent: false`".to_owned(),
                minor: true,
            });
            false
        }
        Some(node) => match node.value() {
            Value::Bool(value) => *value,
            _ => {
                problems.push(Problem {
                    node,
                    what: "`x-idempotent` is neither true nor false".to_owned(),
                    fix: "write `x-idempotent: true` or `x-idempotent: false`".to_owned(),
                    minor: false,
                });
                false
            }
        },
    }
}
