//! What the operation table and the replaced types are made of.

use super::{Audience, Report};
use crate::spec::Document;
use crate::spec::extensions::{self, Problem};

/// What the operation table and the replaced types are made of.
pub(super) fn rows(document: &Document, report: &mut Report<'_>) {
    let mut problems = Vec::new();
    for operation in document.operations() {
        extensions::token(document, &operation, &mut problems);
        extensions::paging(&operation, &mut problems);
        extensions::idempotent(&operation, &mut problems);
    }
    extensions::handwritten_types(document, &mut problems);
    for Problem {
        node,
        what,
        fix,
        minor,
    } in problems
    {
        // A foreign document that does not know the key has nothing to be told.
        if minor && report.audience == Audience::Foreign && what.contains("safe to repeat") {
            continue;
        }
        if minor {
            report.minor(&node, what, fix)
        } else {
            report.error(&node, what, fix)
        }
    }
}
#[cfg(test)]
mod tests {
    use super::super::testing::{foreign, operation, own, pair};

    const PAGING: &str = "x-paging: {dialect: cursor, parameter: last, items: things, size: 60}";

    fn paged(paging: &str) -> String {
        operation(&format!(
            "      {paging}\n      parameters:\n        - {{name: last, in: query, schema: {{type: string}}}}\n        - {{name: size, in: query, schema: {{type: integer}}}}\n      responses: {{'200': {{description: ok, content: {{application/json: {{schema: {{type: object, properties: {{things: {{type: array, items: {{}}}}, total: {{type: integer}}}}}}}}}}}}}}\n"
        ))
    }

    #[test]
    fn the_four_paging_dialects_are_known() {
        for paging in [
            PAGING.to_owned(),
            PAGING.replace("cursor", "count"),
            PAGING.replace("cursor", "offset"),
            "x-paging: {dialect: page, parameter: last, size_parameter: size, max_size: 100, items: things, total: total}".to_owned(),
        ] {
            assert_eq!(own(&paged(&paging)), [""; 0], "{paging}");
        }
    }

    #[test]
    fn paging_that_means_nothing_is_reported() {
        for (from, to, problem) in [
            (
                "cursor",
                "cursr",
                "`x-paging` has the unknown dialect `cursr`",
            ),
            ("dialect: cursor, ", "", "`x-paging` has no `dialect`"),
            (
                "parameter: last",
                "parameter: first",
                "`x-paging` names `first`, which is no query parameter of `read`",
            ),
            (
                "items: things",
                "items: stuff",
                "`x-paging` names `stuff`, which the response does not have",
            ),
            (
                "items: things",
                "items: 7",
                "`x-paging` needs a name in `items`",
            ),
            (
                "size: 60",
                "size: '60'",
                "`x-paging` needs a whole number above 0 in `size`",
            ),
            (
                "size: 60",
                "size: 60, total: total",
                "`x-paging` of this dialect has no key `total`",
            ),
        ] {
            let problems = own(&paged(&PAGING.replace(from, to)));
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(
                problems[0].starts_with(&format!("api.yaml:8: {problem}; ")),
                "{problems:?}"
            );
        }
    }

    #[test]
    fn every_operation_of_ours_says_whether_it_is_safe_to_repeat() {
        let good = operation("      responses: {'200': {description: ok}}\n");
        let bad = good.replace("      x-idempotent: true\n", "");
        pair(
            &bad,
            "api.yaml:5: `read` does not say whether it is safe to repeat; add `x-idempotent: true` or `x-idempotent: false`",
            &good,
        );
        assert_eq!(foreign(&bad), [""; 0]);
        assert!(
            own(&good.replace("true", "maybe"))[0]
                .contains("`x-idempotent` is neither true nor false")
        );
    }

    fn secured(security: &str) -> String {
        format!(
            "{}components:\n  securitySchemes:\n    user: {{type: apiKey, in: query, name: access_token}}\n    other: {{type: http, scheme: basic}}\n",
            operation(&format!(
                "      security: {security}\n      responses: {{'200': {{description: ok}}}}\n"
            ))
        )
    }

    #[test]
    fn security_names_a_scheme_that_is_declared() {
        pair(
            &secured("[{usr: []}]"),
            "api.yaml:8: `security` names the scheme `usr`, which `components.securitySchemes` does not have; declare it there, or name one that is declared",
            &secured("[{user: []}]"),
        );
        assert_eq!(own(&secured("[]")), [""; 0]);
    }

    #[test]
    fn a_scheme_that_the_client_does_not_know_is_a_note_for_others() {
        assert!(own(&secured("[{other: []}]"))[0].contains("is neither of the tokens"));
        assert!(
            foreign(&secured("[{other: []}]"))[0]
                .starts_with("api.yaml:8: note: the security scheme `other`")
        );
        assert!(own(&secured("[{user: []}, {other: []}]"))[0].contains("more than one scheme"));
    }
}
