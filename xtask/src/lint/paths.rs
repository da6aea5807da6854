//! Path items and path templates.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::spec::{Document, Node, kind};

/// A path item is a map, and no `$ref`.
pub(super) fn items(document: &Document, report: &mut Report<'_>) {
    let paths = document.root().get("paths");
    for (path, item) in paths.iter().flat_map(Node::entries) {
        if path.starts_with("x-") {
            continue;
        }
        if let Some(reference) = item.get("$ref") {
            report.error(
                &reference,
                format!("the path `{path}` is a `$ref`"),
                "write its operations here",
            );
        } else if !item.value().is_object() {
            let what = format!(
                "the path `{path}` is {}, not a map of operations",
                kind(item.value())
            );
            report.error(&item, what, "write `get:`, `post:` and so on below it");
        }
        if !path.starts_with('/') {
            report.error(
                &item,
                format!("the path `{path}` does not start with `/`"),
                "add the slash",
            );
        }
    }
}

/// Every `{name}` of a path is declared, and everything declared is there.
pub(super) fn templates(document: &Document, report: &mut Report<'_>) {
    twins(document, report);
    for operation in document.operations() {
        let names = match template(operation.path) {
            Ok(names) => names,
            Err(what) => {
                report.error(
                    &operation.path_item,
                    what,
                    "write each parameter of the path as `{name}`",
                );
                continue;
            }
        };
        let mut seen = BTreeSet::new();
        for name in &names {
            if !seen.insert(*name) {
                let what = format!("the path has `{{{name}}}` twice");
                report.error(
                    &operation.path_item,
                    what,
                    "give the second one another name",
                );
            }
        }
        let declared = operation.parameters();
        let declared: Vec<_> = declared
            .iter()
            .filter(|parameter| parameter.location() == "path")
            .collect();
        for name in seen {
            if !declared.iter().any(|parameter| parameter.name() == name) {
                let what = format!(
                    "{} does not declare `{{{name}}}` of its path",
                    operation.name()
                );
                report.error(
                    &operation.node,
                    what,
                    format!("add a parameter `{name}` with `in: path` and `required: true`"),
                );
            }
        }
        for parameter in declared {
            if !names.contains(&parameter.name()) {
                let what = format!(
                    "the path parameter `{}` is not in the path `{}`",
                    parameter.name(),
                    operation.path
                );
                report.error(
                    &parameter.listed,
                    what,
                    "put it into the path in braces, or remove it",
                );
            }
            if !parameter.node.flag("required") {
                let what = format!(
                    "the path parameter `{}` is not `required: true`",
                    parameter.name()
                );
                report.error(
                    &parameter.node,
                    what,
                    "add `required: true`: a path without it is another path",
                );
            }
        }
    }
}

/// Two paths that differ only in what they call their parameters are one path for the server.
fn twins(document: &Document, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let paths = document.root().get("paths");
    for (path, item) in paths.iter().flat_map(Node::entries) {
        let Ok(names) = template(path) else { continue };
        let mut plain = path.to_owned();
        for name in names {
            plain = plain.replace(&format!("{{{name}}}"), "{}");
        }
        if let Some(other) = seen.insert(plain, path) {
            let what = format!("the paths `{other}` and `{path}` are the same but for a name");
            report.error(&item, what, "put their operations under one of them");
        }
    }
}

/// The names in the braces of a path.
fn template(path: &str) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        let inside = &rest[at + 1..];
        let end = inside.find('}').filter(|_| rest[at..].starts_with('{'));
        let Some(end) = end else {
            return Err(format!("the braces of the path `{path}` do not match"));
        };
        let name = &inside[..end];
        if name.is_empty() || name.contains(['/', '{']) {
            return Err(format!(
                "the path `{path}` has `{{{name}}}`, which is no name"
            ));
        }
        names.push(name);
        rest = &inside[end + 1..];
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{HEAD, own, pair};

    fn document(path: &str, parameters: &str) -> String {
        format!(
            "{HEAD}paths:\n  {path}:\n    get:\n      operationId: read\n      x-idempotent: true\n      parameters:\n{parameters}      responses: {{'200': {{description: ok}}}}\n"
        )
    }

    const ID: &str = "        - {name: id, in: path, required: true, schema: {type: string}}\n";

    #[test]
    fn a_path_that_is_a_reference_is_refused() {
        let problems = own(&format!("{HEAD}paths:\n  /a: {{$ref: 'b.yaml#/a'}}\n"));
        assert!(
            problems.contains(
                &"api.yaml:4: the path `/a` is a `$ref`; write its operations here".to_owned()
            ),
            "{problems:?}"
        );
    }

    #[test]
    fn a_parameter_of_the_path_must_be_declared() {
        pair(
            &document("/a/{id}/{page}", ID),
            "api.yaml:5: `read` does not declare `{page}` of its path; add a parameter `page` with `in: path` and `required: true`",
            &document("/a/{id}", ID),
        );
    }

    #[test]
    fn a_declared_parameter_must_be_in_the_path() {
        pair(
            &document("/a", ID),
            "api.yaml:9: the path parameter `id` is not in the path `/a`; put it into the path in braces, or remove it",
            &document("/a/{id}", ID),
        );
    }

    #[test]
    fn a_path_parameter_is_required() {
        pair(
            &document("/a/{id}", &ID.replace("required: true, ", "")),
            "api.yaml:9: the path parameter `id` is not `required: true`; add `required: true`: a path without it is another path",
            &document("/a/{id}", ID),
        );
    }

    #[test]
    fn braces_must_match() {
        for path in ["/a/{id", "/a/id}", "/a/{}", "/a/{i/d}"] {
            let problems = own(&document(&format!("'{path}'"), ID));
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(
                problems[0].ends_with("; write each parameter of the path as `{name}`"),
                "{problems:?}"
            );
        }
        assert!(own(&document("'/a/{id}/{id}'", ID))[0].contains("has `{id}` twice"));
    }

    #[test]
    fn paths_that_differ_in_a_name_only_are_reported() {
        let twin = "  /a/{page}:\n    put:\n      operationId: write\n      x-idempotent: true\n      parameters:\n        - {name: page, in: path, required: true, schema: {type: string}}\n      responses: {'200': {description: ok}}\n";
        let document = document("/a/{id}", ID);
        pair(
            &format!("{document}{twin}"),
            "api.yaml:11: the paths `/a/{id}` and `/a/{page}` are the same but for a name; put their operations under one of them",
            &document,
        );
    }

    #[test]
    fn a_path_starts_with_a_slash() {
        assert_eq!(
            own(&document("a/{id}", ID)),
            ["api.yaml:4: the path `a/{id}` does not start with `/`; add the slash"]
        );
    }
}
