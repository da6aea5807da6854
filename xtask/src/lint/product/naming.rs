//! Names that we choose ourselves, and what a component says of itself. Names of fields and parameters are the API's.

use heck::{ToPascalCase, ToSnakeCase};

use super::super::Report;
use super::operations::has_text;
use crate::spec::Document;

/// The sections whose names are ours, each name a type's.
const SECTIONS: [&str; 6] = [
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "examples",
];

/// Operations are called in snake_case, components in PascalCase.
pub(in crate::lint) fn names(document: &Document, report: &mut Report<'_>) {
    for operation in document.operations() {
        let Some(id) = operation.node.get("operationId") else {
            continue;
        };
        let text = operation.id().unwrap_or_default();
        if !text.is_empty() && text != text.to_snake_case() {
            let what = format!("the operationId `{text}` is not in snake_case");
            report.error(&id, what, format!("write `{}`", text.to_snake_case()));
        }
    }
    for section in SECTIONS {
        for (name, component) in document.components(section) {
            let wanted = name.to_pascal_case();
            if name != wanted {
                let what = format!("the component `{name}` is not in PascalCase");
                report.error(
                    &component,
                    what,
                    format!("write `{wanted}`, and mend what refers to it"),
                );
            }
        }
    }
}

/// Every component schema says what it is; so does every answer's property.
pub(in crate::lint) fn descriptions(document: &Document, report: &mut Report<'_>) {
    for (name, schema) in document.components("schemas") {
        if !has_text(&schema, "description") && schema.reference().is_none() {
            let what = format!("the schema `{name}` has no `description`");
            report.error(
                &schema,
                what,
                "say in a line what it is: it becomes the type's documentation",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{WHOLE, findings, spoiled};

    #[test]
    fn an_operation_is_called_in_snake_case() {
        spoiled(
            "operationId: add_tag",
            "operationId: addTag",
            "api.yaml:8: the operationId `addTag` is not in snake_case; write `add_tag`",
        );
    }

    #[test]
    fn a_component_is_called_in_pascal_case() {
        assert_eq!(
            findings(&WHOLE.replace("TagList", "tag_list")),
            [
                "api.yaml:57: the component `tag_list` is not in PascalCase; write `TagList`, and mend what refers to it"
            ]
        );
    }

    #[test]
    fn a_schema_says_what_it_is() {
        spoiled(
            "      description: The tags of a page.\n",
            "",
            "api.yaml:57: the schema `TagList` has no `description`; say in a line what it is: it becomes the type's documentation",
        );
    }
}
