//! `x-paging`: how a list goes on.

use crate::spec::Operation;

/// How a list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paging {
    /// The id of the last item asks for what follows it.
    Cursor(Fixed),
    /// The number of items seen so far asks for what follows them.
    Count(Fixed),
    /// Pages have numbers.
    Page {
        /// The query parameter of the number.
        parameter: String,
        /// The query parameter of the page size.
        size_parameter: String,
        /// The largest size that is answered.
        max_size: u32,
        /// The field with the items.
        items: String,
        /// The field with the number of all items.
        total: Option<String>,
    },
    /// The position of the first item wanted.
    Offset(Fixed),
}

/// What the dialects with a page size of the server's choice have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The query parameter that says where to go on.
    pub parameter: String,
    /// The field with the items.
    pub items: String,
    /// How many items the server gives at most.
    pub size: u32,
}

/// Reads `x-paging`.
pub fn paging(operation: &Operation<'_>) -> Option<Paging> {
    let node = operation.node.get("x-paging")?;
    let text = |key: &str| node.text(key).map(str::to_owned);
    let number = |key: &str| node.get(key)?.value().as_u64()?.try_into().ok();
    let dialect = node.text("dialect")?;
    if dialect == "page" {
        return Some(Paging::Page {
            parameter: text("parameter")?,
            size_parameter: text("size_parameter")?,
            max_size: number("max_size")?,
            items: text("items")?,
            total: text("total"),
        });
    }
    let fixed = Fixed {
        parameter: text("parameter")?,
        items: text("items")?,
        size: number("size")?,
    };
    match dialect {
        "cursor" => Some(Paging::Cursor(fixed)),
        "count" => Some(Paging::Count(fixed)),
        "offset" => Some(Paging::Offset(fixed)),
        _ => None,
    }
}
