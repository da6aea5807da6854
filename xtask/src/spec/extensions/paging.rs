//! `x-paging`: how a list goes on.

use super::{Problem, json_schema};
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
    let mut problems = Vec::new();
    let mut reader = Reader {
        operation,
        node: &node,
        problems: &mut problems,
    };
    reader.rows()
}

const ORDERS: [&str; 3] = ["falling", "moving", "unknown"];

const DIALECTS: &str =
    "use one of the dialects cursor, count, page or offset, as openapi/README.md describes them";

/// Reads `x-paging`; every problem is put into `problems`.
pub fn paging<'a>(operation: &Operation<'a>, problems: &mut Vec<Problem<'a>>) -> Option<Paging> {
    let node = operation.node.get("x-paging")?;
    let mut reader = Reader {
        operation,
        node: &node,
        problems,
    };
    if !node.value().is_object() {
        reader.problem(&node, "`x-paging` is not a map".to_owned(), DIALECTS);
        return None;
    }
    let Some(dialect) = node.text("dialect") else {
        reader.problem(&node, "`x-paging` has no `dialect`".to_owned(), DIALECTS);
        return None;
    };
    let keys: &[&str] = match dialect {
        "cursor" | "count" | "offset" => &["dialect", "parameter", "items", "size", "id", "orders"],
        "page" => &[
            "dialect",
            "parameter",
            "size_parameter",
            "max_size",
            "items",
            "total",
            "id",
            "orders",
        ],
        unknown => {
            let what = format!("`x-paging` has the unknown dialect `{unknown}`");
            reader.problem(&node, what, DIALECTS);
            return None;
        }
    };
    reader.known_keys(keys);
    reader.rows();
    if dialect == "page" {
        let total = if node.get("total").is_some() {
            Some(reader.field("total"))
        } else {
            None
        };
        return Some(Paging::Page {
            parameter: reader.parameter("parameter")?,
            size_parameter: reader.parameter("size_parameter")?,
            max_size: reader.number("max_size")?,
            items: reader.field("items")?,
            total: total.flatten(),
        });
    }
    let fixed = Fixed {
        parameter: reader.parameter("parameter")?,
        items: reader.field("items")?,
        size: reader.number("size")?,
    };
    Some(match dialect {
        "cursor" => Paging::Cursor(fixed),
        "count" => Paging::Count(fixed),
        _ => Paging::Offset(fixed),
    })
}

struct Reader<'r, 'a> {
    operation: &'r Operation<'a>,
    node: &'r Node<'a>,
    problems: &'r mut Vec<Problem<'a>>,
}

impl<'a> Reader<'_, 'a> {
    fn problem(&mut self, node: &Node<'a>, what: String, fix: &str) {
        self.problems.push(Problem {
            node: node.clone(),
            what,
            fix: fix.to_owned(),
            minor: false,
        });
    }

    fn known_keys(&mut self, keys: &[&str]) {
        for (key, node) in self.node.entries() {
            if !keys.contains(&key) {
                let what = format!("`x-paging` of this dialect has no key `{key}`");
                self.problem(&node, what, &format!("use only {}", keys.join(", ")));
            }
        }
    }

    fn text(&mut self, key: &str) -> Option<(Node<'a>, String)> {
        let found = self.node.get(key);
        if let Some(node) = &found
            && let Some(text) = node.value().as_str().filter(|text| !text.is_empty())
        {
            return Some((node.clone(), text.to_owned()));
        }
        let place = found.unwrap_or_else(|| self.node.clone());
        let what = format!("`x-paging` needs a name in `{key}`");
        self.problem(&place, what, &format!("write `{key}: <name>`"));
        None
    }

    fn parameter(&mut self, key: &str) -> Option<String> {
        let (node, name) = self.text(key)?;
        let known = self.operation.parameters();
        let known = known
            .iter()
            .filter(|parameter| parameter.location() == "query");
        if !known.clone().any(|parameter| parameter.name() == name) {
            let what = format!(
                "`x-paging` names `{name}`, which is no query parameter of {}",
                self.operation.name()
            );
            self.problem(
                &node,
                what,
                "name one of its query parameters, or declare this one",
            );
        }
        Some(name)
    }

    /// A field of the successful response; one that the response's schema does not have is a slip of the pen.
    fn field(&mut self, key: &str) -> Option<String> {
        let (node, name) = self.text(key)?;
        let success = self.operation.responses();
        let success = success
            .iter()
            .find(|(status, _, _)| status.starts_with('2'));
        let schema = success.and_then(|(_, _, response)| json_schema(response)?.resolve());
        if let Some(properties) = schema.and_then(|schema| schema.get("properties"))
            && properties.get(&name).is_none()
        {
            let what = format!("`x-paging` names `{name}`, which the response does not have");
            self.problem(&node, what, "name a property of the successful response");
        }
        Some(name)
    }

    /// The id of a row and the times it can be sorted by: fields of the component of the rows.
    fn rows(&mut self) -> Option<Rows> {
        let (place, id) = (self.node.get("id")?, self.text("id")?.1);
        let responses = self.operation.responses();
        let success = responses
            .iter()
            .find(|(status, _, _)| status.starts_with('2'));
        let response = success.and_then(|(_, _, response)| json_schema(response))?;
        let items = response.resolve()?.get("properties")?;
        let items = items.get(self.node.text("items")?)?.get("items")?;
        let fields = items.resolve().and_then(|row| row.get("properties"));
        let orders = self.node.get("orders");
        let orders = orders.iter().flat_map(Node::entries);
        let orders: Vec<_> = orders
            .map(|(field, order)| {
                (
                    field.to_owned(),
                    order.value().as_str().unwrap_or_default().to_owned(),
                )
            })
            .collect();
        for (_, order) in orders
            .iter()
            .filter(|(_, order)| !ORDERS.contains(&order.as_str()))
        {
            let what = format!("`x-paging` names the order `{order}`");
            self.problem(&place, what, &format!("use one of {}", ORDERS.join(", ")));
        }
        let names = orders.iter().map(|(field, _)| field).chain([&id]);
        for name in names {
            if fields
                .as_ref()
                .is_some_and(|fields| fields.get(name).is_none())
            {
                let what = format!("`x-paging` names `{name}`, which a row does not have");
                self.problem(&place, what, "name a property of the rows");
            }
        }
        let component =
            |node: &Node<'a>| component_name(node.reference()?, "schemas").map(str::to_owned);
        Some(Rows {
            response: component(&response)?,
            row: component(&items)?,
            id,
            orders,
        })
    }

    fn number(&mut self, key: &str) -> Option<u32> {
        let found = self.node.get(key);
        let number = found.as_ref().and_then(|node| node.value().as_u64());
        if let Some(number) = number
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| *number > 0)
        {
            return Some(number);
        }
        let place = found.unwrap_or_else(|| self.node.clone());
        let what = format!("`x-paging` needs a whole number above 0 in `{key}`");
        self.problem(
            &place,
            what,
            &format!("write `{key}: 60`, or what the server gives"),
        );
        None
    }
}
