//! The version of OpenAPI, and the coarse shape of the document.

use serde_json::Value;

use super::Report;
use crate::spec::{Document, kind};

const WRITE: &str = "the generator reads OpenAPI 3.0 only";

/// Reports a document that is not OpenAPI 3.0; false when it is none.
pub(super) fn version(document: &Document, report: &mut Report<'_>) -> bool {
    let root = document.root();
    if let Some(swagger) = root.get("swagger") {
        let fix = "convert it to OpenAPI 3.0 first, for example with `npx swagger2openapi`";
        report.error(&swagger, "this is a Swagger 2 document", fix);
        return false;
    }
    let Some(version) = root.get("openapi") else {
        report.error(
            &root,
            "the document has no `openapi` version",
            "start it with `openapi: 3.0.3`",
        );
        return false;
    };
    let text = match version.value() {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.starts_with("3.0.") && version.value().is_string() {
        return true;
    }
    if text == "3.0" || text == "3" || text == "3.0.0" {
        report.error(
            &version,
            format!("`openapi: {text}` is not a full version"),
            "write `openapi: 3.0.3`",
        );
    } else if text.starts_with("3.") {
        let fix = format!(
            "{WRITE}: write `openapi: 3.0.3`, `nullable: true` for `type: [.., 'null']`, `enum` for `const`, `example` for `examples`"
        );
        report.error(&version, format!("this is an OpenAPI {text} document"), fix);
    } else {
        report.error(
            &version,
            format!("`openapi: {text}` is no version we know"),
            format!("{WRITE}: write `openapi: 3.0.3`"),
        );
    }
    false
}

/// The parts every document has, and the kind of value they are.
pub(super) fn sections(document: &Document, report: &mut Report<'_>) {
    let root = document.root();
    for (name, required) in [("info", true), ("paths", true), ("components", false)] {
        match root.get(name) {
            None if required => {
                report.error(
                    &root,
                    format!("the document has no `{name}`"),
                    format!("add `{name}`"),
                );
            }
            Some(node) if !node.value().is_object() => {
                let what = format!("`{name}` is {}, not a map", kind(node.value()));
                report.error(&node, what, "write it as OpenAPI 3.0 has it");
            }
            _ => {}
        }
    }
    if let Some(info) = root.get("info").filter(|info| info.value().is_object()) {
        for key in ["title", "version"] {
            if info.text(key).is_none() {
                report.error(
                    &info,
                    format!("`info` has no text in `{key}`"),
                    format!("add it, in quotes: `{key}: \"…\"`"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::own;

    #[test]
    fn swagger_2_is_told_apart() {
        let problems = own("# old\nswagger: '2.0'\npaths: {}\n");
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].starts_with("api.yaml:2: this is a Swagger 2 document; convert it"),
            "{problems:?}"
        );
    }

    #[test]
    fn openapi_3_1_gets_its_own_advice() {
        let problems = own("openapi: 3.1.0\npaths: {}\n");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with(
            "api.yaml:1: this is an OpenAPI 3.1.0 document; the generator reads OpenAPI 3.0 only"
        ));
    }

    #[test]
    fn a_version_that_yaml_reads_as_a_number_is_named() {
        assert_eq!(
            own("openapi: 3.0\n"),
            ["api.yaml:1: `openapi: 3.0` is not a full version; write `openapi: 3.0.3`"]
        );
        assert_eq!(
            own("a: 1\n"),
            ["api.yaml:1: the document has no `openapi` version; start it with `openapi: 3.0.3`"]
        );
        assert!(own("openapi: 4.0.0\n")[0].contains("is no version we know"));
    }

    #[test]
    fn missing_and_misshapen_sections_are_named() {
        assert_eq!(
            own("openapi: 3.0.3\ninfo: {title: t, version: 1}\npaths: []\n"),
            [
                "api.yaml:2: `info` has no text in `version`; add it, in quotes: `version: \"…\"`",
                "api.yaml:3: `paths` is a list, not a map; write it as OpenAPI 3.0 has it",
            ]
        );
        assert_eq!(
            own("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"),
            [""; 0]
        );
    }
}
