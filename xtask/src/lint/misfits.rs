//! What does not have the form of OpenAPI 3.0 at all, such as text where a number belongs.

use super::Report;
use crate::spec::{Document, Severity};

/// Every part has the form that OpenAPI 3.0 gives it.
pub(super) fn misfits(document: &Document, report: &mut Report<'_>) {
    for (pointer, message) in document.misfits() {
        let inside = format!("{pointer}/");
        let said = report
            .found
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .filter_map(|found| found.pointer.as_deref())
            .any(|other| other == pointer || other.starts_with(&inside));
        let node = match pointer.as_str() {
            "" => Some(document.root()),
            _ => document.target(&format!("#{pointer}")),
        };
        if let Some(node) = node.filter(|_| !said) {
            let what = format!("this does not have the form of OpenAPI 3.0: {message}");
            report.error(
                &node,
                what,
                "compare it with the OpenAPI 3.0.3 specification",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{in_request, own, pair};

    #[test]
    fn a_value_of_the_wrong_kind_is_reported_at_the_smallest_part_that_holds_it() {
        pair(
            &in_request("{type: object, properties: {a: {type: string, maxLength: long}}}"),
            "api.yaml:12: this does not have the form of OpenAPI 3.0: invalid type: string \"long\", expected usize; compare it with the OpenAPI 3.0.3 specification",
            &in_request("{type: object, properties: {a: {type: string, maxLength: 9}}}"),
        );
    }

    #[test]
    fn every_misfit_is_told_in_one_run() {
        let problems = own(&in_request(
            "{type: object, properties: {a: {type: string, maxLength: long}, b: {type: array, items: {}, minItems: few}}}",
        ));
        assert_eq!(problems.len(), 2, "{problems:?}");
    }
}
