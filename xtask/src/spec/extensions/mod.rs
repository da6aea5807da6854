//! Our own `x-` keys and `security`, read the same way by the rules and by the operation table.
//!
//! The grammar has refused what is not well formed before anyone asks; what is not is read as absent.

mod handwritten;
mod paging;
mod security;

use super::{Node, Operation};

pub use handwritten::{HandwrittenType, handwritten_types};
pub use paging::{Fixed, Paging, Rows, paging, rows};
pub use security::{Token, token};

/// The schema of a JSON response or body.
pub fn json_schema<'a>(holder: &Node<'a>) -> Option<Node<'a>> {
    let content = holder.get("content")?;
    content
        .entries()
        .into_iter()
        .find(|(media, _)| *media == "application/json" || media.starts_with("application/json;"))
        .and_then(|(_, media)| media.get("schema"))
}

/// Reads `x-idempotent`; false when it is not there.
pub fn idempotent(operation: &Operation<'_>) -> bool {
    operation.node.flag("x-idempotent")
}
