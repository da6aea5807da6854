//! What people read of an operation, and what every operation has in common.

use std::collections::BTreeSet;

use super::super::Report;
use crate::spec::extensions::json_schema;
use crate::spec::{Document, Node};

/// The answers of every operation. One success, and the two ranges of failure.
const ANSWERS: [&str; 3] = ["200", "4XX", "5XX"];

/// Every operation says in a line, and in a few, what it does.
pub(in crate::lint) fn texts(document: &Document, report: &mut Report<'_>) {
    for operation in document.operations() {
        for (key, fix) in [
            (
                "summary",
                "add a few words that say what it does, such as `summary: List tags`",
            ),
            (
                "description",
                "add what a caller has to know: order, limits, what is odd",
            ),
        ] {
            if !has_text(&operation.node, key) {
                let what = format!("{} has no `{key}`", operation.name());
                report.error(&operation.node, what, fix);
            }
        }
    }
}

/// Every operation has one tag, and the document says what each tag is for.
pub(in crate::lint) fn tags(document: &Document, report: &mut Report<'_>) {
    let listed = document.root().get("tags");
    let declared: Vec<Node<'_>> = listed.iter().flat_map(Node::items).collect();
    let names: BTreeSet<&str> = declared.iter().filter_map(|tag| tag.text("name")).collect();
    let mut used = BTreeSet::new();
    for operation in document.operations() {
        let tags = operation.node.get("tags");
        let own = tags.as_ref().map(Node::items).unwrap_or_default();
        used.extend(own.iter().filter_map(|tag| tag.value().as_str()));
        let [tag] = own.as_slice() else {
            let place = tags.unwrap_or_else(|| operation.node.clone());
            let what = format!("{} has {} tags", operation.name(), own.len());
            report.error(
                &place,
                what,
                "give it one: it decides where people look for it",
            );
            continue;
        };
        let name = tag.value().as_str().unwrap_or_default();
        if !names.contains(name) {
            let what = format!("the tag `{name}` is not among the document's `tags`");
            report.error(
                tag,
                what,
                "add it there with a description, or use one that is there",
            );
        }
    }
    for tag in declared {
        let name = tag.text("name").unwrap_or_default();
        if !has_text(&tag, "description") {
            let what = format!("the tag `{name}` has no `description`");
            report.error(&tag, what, "add one");
        }
        if !used.contains(name) {
            let what = format!("no operation has the tag `{name}`");
            report.error(&tag, what, "remove it, or use it");
        }
    }
}

/// Every parameter is described and shown.
pub(in crate::lint) fn parameters(document: &Document, report: &mut Report<'_>) {
    let mut seen = BTreeSet::new();
    for operation in document.operations() {
        for parameter in operation.parameters() {
            let node = &parameter.node;
            if !seen.insert(node.pointer().to_owned()) {
                continue;
            }
            if !has_text(node, "description") {
                let what = format!("the parameter `{}` has no `description`", parameter.name());
                report.error(node, what, "say what it is, with its unit");
            }
            if node.get("example").is_none() && node.get("examples").is_none() {
                let what = format!("the parameter `{}` has no `example`", parameter.name());
                report.error(node, what, "add a value as it is sent");
            }
        }
    }
}

/// Every operation answers with success and both kinds of failure, and with nothing else. Only a handwritten one may read a
/// redirect: the generated code has no place for it.
pub(in crate::lint) fn answers(document: &Document, report: &mut Report<'_>) {
    for operation in document.operations() {
        let responses = operation.node.get("responses");
        let entries = responses.as_ref().map(Node::entries).unwrap_or_default();
        for status in ANSWERS {
            // Another rule misses the success, and says what to do about `default`.
            let missing = !entries.iter().any(|(key, _)| *key == status);
            let covered = match status {
                "200" => !entries.iter().any(|(key, _)| key.starts_with('2')),
                _ => entries.iter().any(|(key, _)| *key == "default"),
            };
            if missing && !covered {
                let place = responses.clone().unwrap_or_else(|| operation.node.clone());
                let what = format!("{} has no answer `{status}`", operation.name());
                let fix = "every operation has \"200\", 4XX and 5XX; the failures refer to the shared components";
                report.error(&place, what, fix);
            }
        }
        for (status, listed) in entries {
            let redirect = status.starts_with('3') && operation.is_handwritten();
            if !ANSWERS.contains(&status) && !redirect && !status.starts_with("x-") {
                let what = format!("{} has an answer `{status}` of its own", operation.name());
                report.error(
                    &listed,
                    what,
                    "keep to \"200\", 4XX and 5XX, with the difference in the schema",
                );
            }
        }
    }
}

/// All failures of all operations have one schema, which is a component.
pub(in crate::lint) fn error_schema(document: &Document, report: &mut Report<'_>) {
    let mut first: Option<&str> = None;
    let mut seen = BTreeSet::new();
    for operation in document.operations() {
        for (status, listed, response) in operation.responses() {
            let failure = status.starts_with(['4', '5']) || status == "default";
            if !failure || !seen.insert(response.pointer().to_owned()) {
                continue;
            }
            let reference = json_schema(&response).and_then(|schema| schema.reference());
            match (reference, first) {
                (None, _) => {
                    let what =
                        format!("`{status}` of {} has no schema of errors", operation.name());
                    report.error(
                        &listed,
                        what,
                        "refer to the one component that all failures have",
                    );
                }
                (Some(own), None) => first = Some(own),
                (Some(own), Some(other)) if own == other => {}
                (Some(own), Some(other)) => {
                    let what = format!(
                        "`{status}` of {} has the error schema `{own}`, others have `{other}`",
                        operation.name()
                    );
                    report.error(&listed, what, "one schema of errors serves all operations");
                }
            }
        }
    }
}

/// Every operation says which token it takes, also where that is none.
pub(in crate::lint) fn security(document: &Document, report: &mut Report<'_>) {
    for operation in document.operations() {
        if operation.node.get("security").is_none() {
            let what = format!("{} does not say which token it takes", operation.name());
            let fix = "add `security: [{pageToken: []}]`, `[{userToken: []}]`, or `[]` for none";
            report.error(&operation.node, what, fix);
        }
    }
    let schemes = document.components("securitySchemes");
    let usual = document.root().get("security");
    for requirement in usual.iter().flat_map(Node::items) {
        for (name, used) in requirement.entries() {
            if !schemes.iter().any(|(known, _)| *known == name) {
                let what = format!("`security` names the scheme `{name}`, which is not declared");
                let fix = "declare it in `components.securitySchemes`, or name one that is there";
                report.error(&used, what, fix);
            }
        }
    }
    for (name, scheme) in schemes {
        if !has_text(&scheme, "description") {
            let what = format!("the security scheme `{name}` has no `description`");
            report.error(
                &scheme,
                what,
                "say where the token comes from and how long it lives",
            );
        }
    }
}

/// The document names its one server.
pub(in crate::lint) fn server(document: &Document, report: &mut Report<'_>) {
    let root = document.root();
    let servers = root.get("servers");
    let listed = servers.as_ref().map(Node::items).unwrap_or_default();
    let fix = "write `servers: [{url: \"https://…\"}]`; the paths carry what differs";
    match listed.as_slice() {
        [] => report.error(&root, "the document names no server", fix),
        [one] => {
            let url = one.text("url").unwrap_or_default();
            if !url.starts_with("https://") || url.ends_with('/') || url.contains('{') {
                let what = format!("the server `{url}` is no plain https address");
                report.error(
                    one,
                    what,
                    "write it with https, without variables and a slash at the end",
                );
            }
        }
        [_, second, ..] => report.error(second, "the document names a second server", fix),
    }
}

pub(super) fn has_text(node: &Node<'_>, key: &str) -> bool {
    node.text(key).is_some_and(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{WHOLE, findings, spoiled};

    #[test]
    fn an_operation_says_what_it_does() {
        spoiled(
            "      summary: Add a tag\n",
            "",
            "api.yaml:7: `add_tag` has no `summary`; add a few words that say what it does, such as `summary: List tags`",
        );
        spoiled(
            "Adds a tag to a page.",
            "''",
            "api.yaml:7: `add_tag` has no `description`; add what a caller has to know: order, limits, what is odd",
        );
    }

    #[test]
    fn an_operation_has_one_tag_that_is_declared() {
        spoiled(
            "      tags: [Tags]\n",
            "      tags: [Tags, Pages]\n",
            "api.yaml:11: `add_tag` has 2 tags; give it one: it decides where people look for it",
        )
    }

    #[test]
    fn tags_are_declared_described_and_used() {
        let found = findings(&WHOLE.replacen("tags: [Tags]", "tags: [Tag]", 1));
        assert_eq!(
            found,
            [
                "api.yaml:4: no operation has the tag `Tags`; remove it, or use it",
                "api.yaml:11: the tag `Tag` is not among the document's `tags`; add it there with a description, or use one that is there",
            ]
        );
        spoiled(
            ", description: All about tags.",
            "",
            "api.yaml:4: the tag `Tags` has no `description`; add one",
        );
    }

    #[test]
    fn a_parameter_is_described_and_shown() {
        spoiled(
            "          description: Id of the page.\n",
            "",
            "api.yaml:15: the parameter `page_id` has no `description`; say what it is, with its unit",
        );
        spoiled(
            "          example: '1'\n",
            "",
            "api.yaml:15: the parameter `page_id` has no `example`; add a value as it is sent",
        );
    }

    #[test]
    fn every_operation_has_the_three_answers() {
        let fix =
            "every operation has \"200\", 4XX and 5XX; the failures refer to the shared components";
        spoiled(
            "        5XX: {$ref: '#/components/responses/Failure'}\n",
            "",
            &format!("api.yaml:28: `add_tag` has no answer `5XX`; {fix}"),
        );
        spoiled(
            "        5XX: {$ref",
            "        404: {$ref: '#/components/responses/Failure'}\n        5XX: {$ref",
            "api.yaml:37: `add_tag` has an answer `404` of its own; keep to \"200\", 4XX and 5XX, with the difference in the schema",
        );
    }

    #[test]
    fn a_redirect_is_an_answer_of_handwritten_operations_alone() {
        let redirect = WHOLE.replacen(
            "        5XX: {$ref",
            "        3XX: {description: It is elsewhere.}\n        5XX: {$ref",
            1,
        );
        let found = findings(&redirect);
        assert!(
            found[0].contains("`add_tag` has an answer `3XX` of its own"),
            "{found:?}"
        );
        let handwritten = redirect.replacen(
            "x-idempotent: ",
            "x-handwritten: it reads a header\n      x-idempotent: ",
            1,
        );
        assert_eq!(findings(&handwritten), [""; 0]);
    }

    #[test]
    fn all_failures_have_one_schema() {
        let other = "    Other:\n      description: It failed in another way.\n      content:\n        application/json:\n          schema: {$ref: '#/components/schemas/Oddity'}\n          examples: {odd: {summary: s., value: {}}}\n  schemas:\n    Oddity: {description: d, type: object, additionalProperties: {}}\n";
        let document = WHOLE.replacen("  schemas:\n", other, 1).replacen(
            "5XX: {$ref: '#/components/responses/Failure'}",
            "5XX: {$ref: '#/components/responses/Other'}",
            1,
        );
        let found = findings(&document);
        assert!(
            found.contains(&"api.yaml:37: `5XX` of `add_tag` has the error schema `#/components/schemas/Oddity`, others have `#/components/schemas/ApiError`; one schema of errors serves all operations".to_owned()),
            "{found:?}"
        );
        let bare = WHOLE.replacen(
            "5XX: {$ref: '#/components/responses/Failure'}",
            "5XX: {description: It failed.}",
            1,
        );
        assert!(
            findings(&bare)
                .iter()
                .any(|found| found.contains("has no schema of errors"))
        );
    }

    #[test]
    fn an_operation_says_which_token_it_takes() {
        spoiled(
            "      security: [{pageToken: []}]\n",
            "",
            "api.yaml:7: `add_tag` does not say which token it takes; add `security: [{pageToken: []}]`, `[{userToken: []}]`, or `[]` for none",
        );
        spoiled(
            "tags: [{name: Tags",
            "security: [{pageTokn: []}]\ntags: [{name: Tags",
            "api.yaml:4: `security` names the scheme `pageTokn`, which is not declared; declare it in `components.securitySchemes`, or name one that is there",
        );
        spoiled(
            ", description: Token of a page.",
            "",
            "api.yaml:40: the security scheme `pageToken` has no `description`; say where the token comes from and how long it lives",
        );
    }

    #[test]
    fn the_document_names_one_plain_server() {
        spoiled(
            "servers: [{url: 'https://a.example'}]\n",
            "",
            "api.yaml:1: the document names no server; write `servers: [{url: \"https://…\"}]`; the paths carry what differs",
        );
        spoiled(
            "https://a.example'",
            "http://a.example'",
            "api.yaml:3: the server `http://a.example` is no plain https address; write it with https, without variables and a slash at the end",
        );
        spoiled(
            "'https://a.example'}",
            "'https://a.example'}, {url: 'https://b.example'}",
            "api.yaml:3: the document names a second server; write `servers: [{url: \"https://…\"}]`; the paths carry what differs",
        );
    }
}
