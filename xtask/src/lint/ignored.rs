//! Parts that OpenAPI 3.0 has and the generator reads past: the document promises something that the client does not do.

use super::Report;
use crate::spec::{Direction, Document, Node, Schema};

/// Nothing is promised that the client ignores.
pub(super) fn parts(document: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        for (key, fix) in [
            (
                "discriminator",
                "remove it; variants are told apart by a property with an `enum` of one value in each",
            ),
            (
                "readOnly",
                "remove it, or use one schema for the request and one for the answer",
            ),
            (
                "writeOnly",
                "remove it, or use one schema for the request and one for the answer",
            ),
            ("xml", "remove it: the client speaks JSON"),
        ] {
            if let Some(part) = schema.node.get(key) {
                report.minor(&part, format!("`{key}` is ignored by the generator"), fix);
            }
        }
    }
    for schema in report.schemas().iter() {
        unsendable(schema, report);
    }
    for operation in document.operations() {
        for holder in [&operation.path_item, &operation.node] {
            if let Some(servers) = holder.get("servers") {
                let what = "`servers` below the root is ignored: the call would go to the document's server";
                report.minor(&servers, what, "put the difference into the path");
            }
        }
        if let Some(callbacks) = operation.node.get("callbacks") {
            let what = "`callbacks` are ignored by the generator";
            report.minor(
                &callbacks,
                what,
                "remove them, and say it in the description",
            );
        }
        for (_, _, response) in operation.responses() {
            for links in response
                .get("links")
                .iter()
                .filter(|links| !is_empty(links))
            {
                let what = "`links` are ignored by the generator";
                report.minor(links, what, "remove them, and say it in the description");
            }
        }
    }
}

/// `None` leaves a field out, so that null never goes out. Lists are nullable to tell an empty one from none.
fn unsendable(schema: &Schema<'_>, report: &mut Report<'_>) {
    let node = &schema.node;
    if schema.direction == Direction::Response || node.get("x-handwritten-type").is_some() {
        return;
    }
    let required = node.get("required");
    let required: Vec<&str> = required
        .iter()
        .flat_map(Node::items)
        .filter_map(|name| name.value().as_str())
        .collect();
    let properties = node.get("properties");
    for (name, property) in properties.iter().flat_map(Node::entries) {
        let plain = !matches!(property.text("type"), None | Some("array" | "object"));
        if plain && property.flag("nullable") && !required.contains(&name) {
            let what =
                format!("null cannot be sent for `{name}`: a field without a value is left out");
            let fix = "remove `nullable`; where null means something of its own, mark the operation `x-handwritten`";
            report.minor(&property, what, fix);
        }
    }
}

fn is_empty(node: &Node<'_>) -> bool {
    node.entries().is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{foreign, in_request, operation, own, pair};

    #[test]
    fn keys_of_schemas_that_change_nothing_are_reported() {
        pair(
            &in_request("{type: object, properties: {a: {type: string, readOnly: true}}}"),
            "api.yaml:12: `readOnly` is ignored by the generator; remove it, or use one schema for the request and one for the answer",
            &in_request("{type: object, properties: {a: {type: string}}}"),
        );
        for key in [
            "writeOnly: true",
            "xml: {name: b}",
            "discriminator: {propertyName: a}",
        ] {
            let bad = in_request(&format!("{{type: object, {key}}}"));
            assert_eq!(own(&bad).len(), 1, "{key}");
            assert!(foreign(&bad)[0].contains(": note: "), "{key}");
        }
    }

    #[test]
    fn null_that_can_never_be_sent_is_reported() {
        pair(
            &in_request("{type: object, properties: {a: {type: string, nullable: true}}}"),
            "api.yaml:12: null cannot be sent for `a`: a field without a value is left out; remove `nullable`; where null means something of its own, mark the operation `x-handwritten`",
            &in_request(
                "{type: object, properties: {a: {type: array, nullable: true, items: {}}}}",
            ),
        );
    }

    #[test]
    fn servers_and_callbacks_of_an_operation_are_reported() {
        let good = operation("      responses: {'200': {description: ok}}\n");
        pair(
            &good.replace(
                "      x-idempotent",
                "      servers: [{url: 'https://b.example'}]\n      x-idempotent",
            ),
            "api.yaml:7: `servers` below the root is ignored: the call would go to the document's server; put the difference into the path",
            &good,
        );
        let callbacks = good.replace(
            "      x-idempotent",
            "      callbacks: {a: {}}\n      x-idempotent",
        );
        assert!(own(&callbacks)[0].contains("`callbacks` are ignored"));
        let links = good.replace("description: ok", "description: ok, links: {a: {}}");
        assert!(own(&links)[0].contains("`links` are ignored"));
    }
}
