//! Ids and times in answers: the API writes both in several forms, and a type of ours reads them all.

use super::super::Report;
use super::answers::properties;
use super::is_plain;
use crate::spec::Document;

/// What is called an id or a time has a handwritten type.
pub(in crate::lint) fn ids_and_times(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        for (name, property) in properties(schema) {
            let (what, fix) = if is_id(name) {
                (
                    "an id",
                    "refer to one of the id components; `Id` is any of them",
                )
            } else if name.ends_with("_at") {
                ("a time", "refer to `Timestamp`")
            } else {
                continue;
            };
            if is_plain(&property, &["string", "integer", "number"], 0) {
                let what = format!("`{name}` is {what} that is read in one form only");
                report.error(&property, what, fix);
            }
        }
    }
}

fn is_id(name: &str) -> bool {
    ["id", "ids"].contains(&name) || name.ends_with("_id") || name.ends_with("_ids")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{WHOLE, findings, spoiled};

    const BEFORE: &str = "        count: {";

    #[test]
    fn an_id_and_a_time_of_an_answer_have_types_that_read_every_form() {
        for (name, what, fix) in [
            (
                "page_id",
                "an id",
                "refer to one of the id components; `Id` is any of them",
            ),
            (
                "ids",
                "an id",
                "refer to one of the id components; `Id` is any of them",
            ),
            ("sent_at", "a time", "refer to `Timestamp`"),
        ] {
            spoiled(
                BEFORE,
                &format!(
                    "        {name}: {{type: array, items: {{type: string}}, nullable: true, x-source: doc}}\n{BEFORE}"
                ),
                &format!("api.yaml:63: `{name}` is {what} that is read in one form only; {fix}"),
            );
        }
        let typed = WHOLE.replacen(
            BEFORE,
            &format!("        id: {{oneOf: [{{$ref: '#/components/schemas/Key'}}, {{type: string, nullable: true, enum: [null]}}], x-source: doc}}\n{BEFORE}"),
            1,
        );
        let component =
            "    Key: {description: d, type: integer, x-handwritten-type: 'crate::Key'}\n";
        assert_eq!(findings(&format!("{typed}{component}")), [""; 0]);
    }
}
