//! The ids of operations: they become methods, builders and constants.

use std::collections::BTreeMap;

use super::Report;
use crate::names;
use crate::spec::Document;

/// Every operation has an id, and no two ids become the same Rust name.
pub(super) fn operation_ids(document: &Document, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, (&str, Option<usize>)> = BTreeMap::new();
    for operation in document.operations() {
        let Some(node) = operation.node.get("operationId") else {
            let what = format!("{} has no `operationId`", operation.name());
            report.error(
                &operation.node,
                what,
                "add one in snake_case, such as `list_pages`",
            );
            continue;
        };
        let Some(id) = node.value().as_str() else {
            report.error(
                &node,
                "`operationId` is not text",
                "write a name in snake_case, such as `list_pages`",
            );
            continue;
        };
        if !id.starts_with(|c: char| c.is_ascii_alphabetic())
            || !id.chars().any(|c| c.is_ascii_alphanumeric())
        {
            let what = format!("`{id}` gives no Rust name");
            report.error(
                &node,
                what,
                "start it with a letter: snake_case, such as `list_pages`",
            );
            continue;
        }
        let name = names::snake(id);
        match seen.get(&name) {
            Some((other, line)) if *other == id => {
                let first = line.map_or(String::new(), |line| format!(" (first on line {line})"));
                report.error(
                    &node,
                    format!("the operationId `{id}` is used twice{first}"),
                    "give this one another id",
                );
            }
            Some((other, _)) => {
                let what =
                    format!("the operationIds `{other}` and `{id}` both become `{name}` in Rust");
                report.error(&node, what, "give this one another id");
            }
            None => {
                seen.insert(name, (id, node.line()));
            }
        }
    }
}

/// Names that the generated client already uses for something else.
pub(super) fn reserved_ids(document: &Document, report: &mut Report<'_>) {
    // Inherent methods of the client, methods of the traits it implements, and the table itself.
    const TAKEN: [&str; 10] = [
        "new",
        "new_with_client",
        "api_version",
        "baseurl",
        "client",
        "inner",
        "pre",
        "exec",
        "post",
        "operations",
    ];
    // What the module of the request builders imports, or takes from the prelude.
    const TAKEN_TYPES: [&str; 10] = [
        "ByteStream",
        "ClientHooks",
        "ClientInfo",
        "Error",
        "OperationInfo",
        "Option",
        "RequestBuilderExt",
        "ResponseValue",
        "Result",
        "String",
    ];
    for operation in document.operations() {
        let Some(node) = operation.node.get("operationId") else {
            continue;
        };
        let id = operation.id().unwrap_or_default();
        let names = [
            (names::snake(id), &TAKEN[..]),
            (names::pascal(id), &TAKEN_TYPES[..]),
        ];
        let Some((taken, _)) = names
            .iter()
            .find(|(name, taken)| taken.contains(&name.as_str()))
        else {
            continue;
        };
        let what = format!("the generated client has something of its own called `{taken}`");
        report.error(&node, what, "give the operation a longer id");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{HEAD, own, pair};

    fn document(first: &str, second: &str) -> String {
        let operation = |id: &str| {
            format!("{{{id}x-idempotent: true, responses: {{'200': {{description: ok}}}}}}")
        };
        format!(
            "{HEAD}paths:\n  /a:\n    get: {}\n    put: {}\n",
            operation(first),
            operation(second)
        )
    }

    #[test]
    fn an_operation_without_an_id_is_named_by_its_path() {
        pair(
            &document("", "operationId: b, "),
            "api.yaml:5: `GET /a` has no `operationId`; add one in snake_case, such as `list_pages`",
            &document("operationId: a, ", "operationId: b, "),
        );
    }

    #[test]
    fn an_id_used_twice_is_reported_at_its_second_place() {
        pair(
            &document("operationId: a, ", "operationId: a, "),
            "api.yaml:6: the operationId `a` is used twice (first on line 5); give this one another id",
            &document("operationId: a, ", "operationId: b, "),
        );
    }

    #[test]
    fn ids_that_collide_in_rust_are_reported() {
        pair(
            &document("operationId: list-pages, ", "operationId: listPages, "),
            "api.yaml:6: the operationIds `list-pages` and `listPages` both become `list_pages` in Rust; give this one another id",
            &document("operationId: list-pages, ", "operationId: listAll, "),
        );
    }

    #[test]
    fn an_id_that_gives_no_name_is_reported() {
        assert_eq!(
            own(&document("operationId: '1a', ", "operationId: b, ")),
            [
                "api.yaml:5: `1a` gives no Rust name; start it with a letter: snake_case, such as `list_pages`"
            ]
        );
        assert!(
            own(&document("operationId: 7, ", "operationId: b, "))[0]
                .contains("`operationId` is not text")
        );
    }

    #[test]
    fn an_id_that_the_client_uses_itself_is_reported() {
        pair(
            &document("operationId: baseurl, ", "operationId: b, "),
            "api.yaml:5: the generated client has something of its own called `baseurl`; give the operation a longer id",
            &document("operationId: read_baseurl, ", "operationId: b, "),
        );
        let builder = own(&document("operationId: error, ", "operationId: b, "));
        assert!(
            builder[0].contains("something of its own called `Error`"),
            "{builder:?}"
        );
    }
}
