//! Requests are strict: a slip of the pen is found before it is sent.

use serde_json::Value;

use super::super::Report;
use crate::spec::{Direction, Document};

/// An object that is sent has the fields that are listed, and no others.
pub(in crate::lint) fn strict(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        let node = &schema.node;
        let has_properties = node.get("properties").is_some();
        if schema.direction == Direction::Response || !has_properties {
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
    use super::super::testing::spoiled;

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
