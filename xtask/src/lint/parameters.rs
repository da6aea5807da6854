//! Parameters: their names in Rust, and the forms that reach the wire as written.

use std::collections::BTreeMap;

use super::Report;
use crate::names;
use crate::spec::{Document, Node, Parameter};

/// No two parameters of an operation become the same Rust name, and none takes a name that the builder needs.
pub(super) fn names(document: &Document, report: &mut Report<'_>) {
    for operation in document
        .operations()
        .iter()
        .filter(|operation| !operation.is_handwritten())
    {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for parameter in operation.parameters() {
            let name = names::snake(parameter.name());
            // The builder has these beside the parameters: the body's setter, the call, its constructor, and a field.
            let taken = match name.as_str() {
                "body" => operation.body().is_some(),
                "send" | "new" => true,
                "client" => true,
                _ => false,
            };
            if taken {
                let what = format!(
                    "the parameter `{}` becomes `{name}`, which the request builder has already",
                    parameter.name()
                );
                report.error(
                    &parameter.listed,
                    what,
                    "mark the operation `x-handwritten`, or ask the API for another name",
                );
            }
            if let Some(other) = seen.insert(name.clone(), parameter.name()) {
                let what = format!(
                    "the parameters `{other}` and `{}` of {} both become `{name}` in Rust",
                    parameter.name(),
                    operation.name()
                );
                report.error(
                    &parameter.listed,
                    what,
                    "keep one of them; the array form, `name[]`, can send one value too",
                );
            }
        }
    }
}

/// The forms that the generator refuses, or writes differently on the wire.
pub(super) fn forms(document: &Document, report: &mut Report<'_>) {
    let mut seen = std::collections::BTreeSet::new();
    for operation in document
        .operations()
        .iter()
        .filter(|operation| !operation.is_handwritten())
    {
        for parameter in operation.parameters() {
            if seen.insert(parameter.node.pointer().to_owned()) {
                form(&parameter, report);
            }
        }
    }
}

fn form(parameter: &Parameter<'_>, report: &mut Report<'_>) {
    let (node, name) = (&parameter.node, parameter.name());
    if name.is_empty() {
        report.error(node, "a parameter has no `name`", "add it");
        return;
    }
    match parameter.location() {
        "query" | "path" | "header" => {}
        "cookie" => {
            report.error(
                node,
                format!("`{name}` is a cookie parameter, which the generator refuses"),
                "let the HTTP client keep cookies, and remove it here",
            );
            return;
        }
        other => {
            report.error(
                node,
                format!("the parameter `{name}` has `in: {other}`"),
                "write `in: query`, `in: path` or `in: header`",
            );
            return;
        }
    }
    let Some(schema) = node.get("schema") else {
        report.error(
            node,
            format!("the parameter `{name}` has no `schema`"),
            "add one; `content` is refused by the generator",
        );
        return;
    };
    let usual = if parameter.location() == "query" {
        "form"
    } else {
        "simple"
    };
    if let Some(style) = node.get("style")
        && style.value().as_str() != Some(usual)
    {
        let what = format!(
            "the parameter `{name}` has `style: {}`, which the generator refuses",
            style.value().as_str().unwrap_or("?")
        );
        report.error(
            &style,
            what,
            format!("use `style: {usual}`, or one parameter for each field"),
        );
    }
    let target = schema.resolve();
    let kind = target.as_ref().and_then(|schema| schema.text("type"));
    if kind == Some("array") && parameter.location() == "query" {
        if let Some(explode) = node
            .get("explode")
            .filter(|explode| explode.value() == &serde_json::Value::Bool(false))
        {
            let what =
                format!("`explode: false` of `{name}` is ignored: the values are sent one by one");
            report.error(
                &explode,
                what,
                "remove it, or make the parameter a string that holds the joined values",
            );
        }
        one_level(
            target.as_ref().and_then(|schema| schema.get("items")),
            name,
            report,
        );
    }
    if kind == Some("array") && parameter.location() != "query" {
        let what = format!(
            "`{name}` is a list in the {}, which has no text form",
            parameter.location()
        );
        report.error(
            &schema,
            what,
            "make it a string that holds the joined values",
        );
    }
    if kind == Some("object") {
        let what = format!("the parameter `{name}` is an object, which has no text form");
        report.error(
            &schema,
            what,
            "use one parameter for each field, or a string that holds JSON",
        );
    }
}

fn one_level(items: Option<Node<'_>>, name: &str, report: &mut Report<'_>) {
    let Some(items) = items.and_then(|items| items.resolve()) else {
        return;
    };
    if matches!(items.text("type"), Some("array" | "object")) {
        let what = format!("the items of `{name}` are lists or objects, which a query cannot hold");
        report.error(&items, what, "make the items plain values");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{operation, own, pair};

    fn document(parameters: &[&str]) -> String {
        let lines: String = parameters
            .iter()
            .map(|parameter| format!("        - {parameter}\n"))
            .collect();
        operation(&format!(
            "      parameters:\n{lines}      responses: {{'200': {{description: ok}}}}\n"
        ))
    }

    const LIST: &str = "{name: 'type[]', in: query, schema: {type: array, items: {type: string}}}";
    const ONE: &str = "{name: type, in: query, schema: {type: string}}";

    #[test]
    fn parameters_that_collide_in_rust_are_reported() {
        pair(
            &document(&[LIST, ONE]),
            "api.yaml:10: the parameters `type[]` and `type` of `read` both become `type_` in Rust; keep one of them; the array form, `name[]`, can send one value too",
            &document(&[LIST]),
        );
    }

    #[test]
    fn names_that_the_builder_needs_are_reported() {
        for name in ["send", "new", "client"] {
            let problems = own(&document(&[&ONE.replace("type,", &format!("{name},"))]));
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].contains("which the request builder has already"));
        }
        // Without a request body the name is free.
        assert_eq!(
            own(&document(&[&ONE.replace("name: type", "name: body")])),
            [""; 0]
        );
    }

    #[test]
    fn unsupported_styles_are_reported() {
        pair(
            &document(&["{name: f, in: query, style: deepObject, schema: {type: string}}"]),
            "api.yaml:9: the parameter `f` has `style: deepObject`, which the generator refuses; use `style: form`, or one parameter for each field",
            &document(&["{name: f, in: query, style: form, schema: {type: string}}"]),
        );
    }

    #[test]
    fn joined_lists_are_reported_because_they_are_sent_one_by_one() {
        pair(
            &document(&[&LIST.replace("in: query", "in: query, explode: false")]),
            "api.yaml:9: `explode: false` of `type[]` is ignored: the values are sent one by one; remove it, or make the parameter a string that holds the joined values",
            &document(&[&LIST.replace("in: query", "in: query, explode: true")]),
        );
    }

    #[test]
    fn cookies_and_objects_and_missing_schemas_are_reported() {
        let problem = |parameter: &str| {
            let problems = own(&document(&[parameter]));
            assert_eq!(problems.len(), 1, "{problems:?}");
            problems[0].clone()
        };
        assert!(
            problem("{name: c, in: cookie, schema: {type: string}}")
                .contains("is a cookie parameter")
        );
        assert!(problem("{name: o, in: query, schema: {type: object}}").contains("is an object"));
        assert!(problem("{name: o, in: body, schema: {type: string}}").contains("has `in: body`"));
        assert!(problem("{name: o, in: query}").contains("has no `schema`"));
        assert!(
            problem("{name: h, in: header, schema: {type: array, items: {type: string}}}")
                .contains("is a list in the header")
        );
        assert!(
            problem(&LIST.replace("{type: string}", "{type: object}"))
                .contains("which a query cannot hold")
        );
    }
}
