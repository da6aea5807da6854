//! Operations: what one part says of another.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Report;
use crate::spec::extensions::json_schema;
use crate::spec::{Document, Node, Operation};

/// Every `{name}` of a path is declared, everything declared is there, and no two paths are one for the server.
pub(super) fn paths(document: &Document, report: &mut Report<'_>) {
    twins(document, report);
    for operation in document.operations() {
        match template(operation.path) {
            Ok(names) => declared(&operation, &names, report),
            Err(what) => {
                let fix = "write each parameter of the path as `{name}`, and each name once";
                report.error(&operation.path_item, what, fix);
            }
        }
    }
}

fn declared(operation: &Operation<'_>, names: &BTreeSet<&str>, report: &mut Report<'_>) {
    let parameters = operation.parameters();
    let in_path = parameters
        .iter()
        .filter(|parameter| parameter.location() == "path");
    let known: BTreeSet<&str> = in_path.clone().map(|parameter| parameter.name()).collect();
    for name in names.difference(&known) {
        let what = format!(
            "{} does not declare `{{{name}}}` of its path",
            operation.name()
        );
        let fix = format!("add a parameter `{name}` with `in: path` and `required: true`");
        report.error(&operation.node, what, fix);
    }
    for parameter in in_path.filter(|parameter| !names.contains(parameter.name())) {
        let what = format!(
            "the path parameter `{}` is not in the path `{}`",
            parameter.name(),
            operation.path
        );
        let fix = "put it into the path in braces, or remove it";
        report.error(&parameter.listed, what, fix);
    }
}

fn twins(document: &Document, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let paths = document.root().get("paths");
    for (path, item) in paths.iter().flat_map(Node::entries) {
        let Ok(names) = template(path) else { continue };
        let plain = names.iter().fold(path.to_owned(), |plain, name| {
            plain.replace(&format!("{{{name}}}"), "{}")
        });
        if let Some(other) = seen.insert(plain, path) {
            let what = format!("the paths `{other}` and `{path}` are the same but for a name");
            report.error(&item, what, "put their operations under one of them");
        }
    }
}

/// The names in the braces of a path.
fn template(path: &str) -> Result<BTreeSet<&str>, String> {
    let mut names = BTreeSet::new();
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        let inside = &rest[at + 1..];
        let end = inside.find('}').filter(|_| rest[at..].starts_with('{'));
        let Some(end) = end else {
            return Err(format!("the braces of the path `{path}` do not match"));
        };
        let name = &inside[..end];
        if name.is_empty() || name.contains(['/', '{']) || !names.insert(name) {
            return Err(format!(
                "the path `{path}` has `{{{name}}}`, which is not a name of its own"
            ));
        }
        rest = &inside[end + 1..];
    }
    Ok(names)
}

/// What a response gives the caller.
#[derive(Clone, Debug, PartialEq)]
enum Gives<'a> {
    Nothing,
    Bytes,
    Json(&'a Value),
}

/// Each operation has one type of success and at most one of failure: two make the generator panic.
pub(super) fn responses(document: &Document, report: &mut Report<'_>) {
    let operations = document.operations();
    let generated = operations
        .iter()
        .filter(|operation| !operation.is_handwritten());
    for operation in generated {
        let listed = operation.responses();
        let is_default = |status: &str| status == "default";
        one_type(operation, "success", report, |status| {
            status.starts_with('2') || status == "101" || is_default(status)
        });
        one_type(operation, "failure", report, |status| {
            status.starts_with(['4', '5']) || is_default(status)
        });
        if !listed.iter().any(|(status, ..)| status.starts_with('2')) {
            let what = format!("{} has no response for success", operation.name());
            let fix = "add `\"200\"`, with the schema of what it gives";
            report.error(&operation.node, what, fix);
        }
    }
}

fn one_type(
    operation: &Operation<'_>,
    of: &str,
    report: &mut Report<'_>,
    counts: impl Fn(&str) -> bool,
) {
    let responses = operation.responses();
    let mut counted = responses.iter().filter(|(status, ..)| counts(status));
    let Some((first, _, response)) = counted.next() else {
        return;
    };
    let wanted = gives(response);
    for (status, listed, _) in counted.filter(|(_, _, other)| gives(other) != wanted) {
        let what = format!(
            "`{status}` of {} gives another type than `{first}`, and {of} has only one",
            operation.name()
        );
        let fix = "give both the same `$ref`; write 4XX and 5XX in place of `default`, which counts as success too";
        report.error(listed, what, fix);
    }
}

fn gives<'a>(response: &Node<'a>) -> Gives<'a> {
    let content = response.get("content");
    match json_schema(response) {
        Some(schema) => Gives::Json(schema.value()),
        None if content.is_some_and(|content| !content.entries().is_empty()) => Gives::Bytes,
        None => Gives::Nothing,
    }
}

/// The parameters and fields that `x-paging` names are there.
pub(super) fn paging(document: &Document, report: &mut Report<'_>) {
    for operation in document.operations() {
        let Some(paging) = operation.node.get("x-paging") else {
            continue;
        };
        let named = |key: &'static str| paging.get(key).zip(paging.text(key));
        let parameters = operation.parameters();
        for (node, name) in ["parameter", "size_parameter"]
            .into_iter()
            .filter_map(named)
        {
            let mut known = parameters.iter();
            if !known.any(|known| known.location() == "query" && known.name() == name) {
                let what = format!(
                    "`x-paging` names `{name}`, which is not a query parameter of {}",
                    operation.name()
                );
                let fix = "name one of its query parameters, or declare this one";
                report.error(&node, what, fix);
            }
        }
        let success = operation.success();
        let schema = success.and_then(|response| json_schema(&response)?.resolve());
        let Some(properties) = schema.and_then(|schema| schema.get("properties")) else {
            continue;
        };
        for (node, name) in ["items", "total"].into_iter().filter_map(named) {
            if properties.get(name).is_none() {
                let what = format!("`x-paging` names `{name}`, which the response does not have");
                report.error(&node, what, "name a property of the successful response");
            }
        }
        let items = paging
            .text("items")
            .and_then(|items| properties.get(items)?.get("items")?.resolve());
        let Some(fields) = items.and_then(|row| row.get("properties")) else {
            continue;
        };
        let orders = paging.get("orders");
        let orders = orders.iter().flat_map(Node::entries);
        let orders = orders.map(|(field, node)| (node, field.to_owned()));
        let id = named("id").map(|(node, name)| (node, name.to_owned()));
        for (node, name) in orders.chain(id) {
            if fields.get(&name).is_none() {
                let what = format!("`x-paging` names `{name}`, which a row does not have");
                report.error(&node, what, "name a property of the rows");
            }
        }
    }
}

/// `security` names schemes that are declared.
pub(super) fn security(document: &Document, report: &mut Report<'_>) {
    let schemes = document.components("securitySchemes");
    let operations = document.operations();
    let holders = operations.iter().map(|operation| operation.node.clone());
    for holder in holders.chain([document.root()]) {
        let requirements = holder.get("security");
        let requirements = requirements.iter().flat_map(Node::items);
        for (name, used) in requirements.flat_map(|requirement| requirement.entries()) {
            if !schemes.iter().any(|(known, _)| *known == name) {
                let what = format!("`security` names the scheme `{name}`, which is not declared");
                let fix = "declare it in `components.securitySchemes`, or name one that is there";
                report.error(&used, what, fix);
            }
        }
    }
}

/// The tags of operations are declared, and each is used. Only our own document is held to it.
pub(super) fn tags(document: &Document, report: &mut Report<'_>) {
    let listed = document.root().get("tags").filter(|_| report.is_own());
    let Some(declared) = listed.as_ref().map(Node::items) else {
        return;
    };
    let names: Vec<&str> = declared.iter().filter_map(|tag| tag.text("name")).collect();
    let mut used = BTreeSet::new();
    for operation in document.operations() {
        let tags = operation.node.get("tags");
        for tag in tags.iter().flat_map(Node::items) {
            let name = tag.value().as_str().unwrap_or_default();
            used.insert(name);
            if !names.contains(&name) {
                let what = format!("the tag `{name}` is not among the document's `tags`");
                let fix = "add it there with a description, or use one that is there";
                report.error(&tag, what, fix);
            }
        }
    }
    for tag in declared {
        let name = tag.text("name").unwrap_or_default();
        if !used.contains(name) {
            let what = format!("no operation has the tag `{name}`");
            report.error(&tag, what, "remove it, or use it");
        }
    }
}
