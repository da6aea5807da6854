//! `x-paging`: how a list goes on.

use super::json_schema;
use crate::spec::{Node, Operation, component_name};

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

/// What is known of the rows of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The component of the response that holds them.
    pub response: String,
    /// Their component.
    pub row: String,
    /// The field of a row with its id.
    pub id: String,
    /// The fields with the times the list can be sorted by, the usual one first, each with what is known about that order.
    pub orders: Vec<(String, String)>,
}

/// Reads what `x-paging` says of the rows; `None` if it says nothing.
pub fn rows(operation: &Operation<'_>) -> Option<Rows> {
    let node = operation.node.get("x-paging")?;
    let id = node.text("id")?.to_owned();
    let responses = operation.responses();
    let mut responses = responses.iter();
    let (_, _, success) = responses.find(|(status, _, _)| status.starts_with('2'))?;
    let response = json_schema(success)?;
    let properties = response.resolve()?.get("properties")?;
    let items = properties.get(node.text("items")?)?.get("items")?;
    let component =
        |node: &Node<'_>| component_name(node.reference()?, "schemas").map(str::to_owned);
    let orders = node.get("orders");
    let orders = orders.iter().flat_map(Node::entries);
    let order = |(field, order): (&str, Node<'_>)| {
        (
            field.to_owned(),
            order.value().as_str().unwrap_or_default().to_owned(),
        )
    };
    Some(Rows {
        response: component(&response)?,
        row: component(&items)?,
        id,
        orders: orders.map(order).collect(),
    })
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
