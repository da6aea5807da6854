//! Requests are strict: a slip of the pen is found before it is sent.

use serde_json::Value;

use super::super::Report;
use super::unused;
use crate::spec::{Direction, Document};

/// An object that is sent has the fields that are listed, and no others.
pub(in crate::lint) fn strict(document: &Document, report: &mut Report<'_>) {
    let reached = unused::reached(document);
    for schema in report.schemas().iter() {
        let node = &schema.node;
        let has_properties = node.get("properties").is_some();
        if schema.direction == Direction::Response || !has_properties {
            continue;
        }
        // What nothing refers to is neither sent nor received; another rule says so.
        let mut steps = node.pointer().splitn(5, '/').skip(1);
        if let (Some("components"), Some("schemas"), Some(name)) =
            (steps.next(), steps.next(), steps.next())
            && !reached.contains(&format!("/components/schemas/{name}"))
        {
            continue;
        }
        let rest = node.get("additionalProperties");
        if rest
            .as_ref()
            .is_none_or(|rest| rest.value() != &Value::Bool(false))
        {
            let place = rest.unwrap_or_else(|| node.clone());
            let what = "this object of a request takes fields that nobody listed";
            report.error(&place, what, "add `additionalProperties: false`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{WHOLE, findings, spoiled};

    #[test]
    fn what_nothing_refers_to_is_no_request() {
        let alone = "    Alone: {description: d, type: object, properties: {a: {type: string}}}\n";
        let found = findings(&format!("{WHOLE}{alone}"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("nothing refers to"), "{found:?}");
    }

    #[test]
    fn an_object_of_a_request_is_closed() {
        spoiled(
            "      additionalProperties: false\n",
            "",
            "api.yaml:50: this object of a request takes fields that nobody listed; add `additionalProperties: false`",
        );
        spoiled(
            "additionalProperties: false",
            "additionalProperties: {}",
            "api.yaml:54: this object of a request takes fields that nobody listed; add `additionalProperties: false`",
        );
    }
}
