//! Secrets: every generated type derives `Debug`, which would print a plain text.

use super::super::Report;
use super::is_plain;
use crate::spec::{Document, Node};

/// Endings of names whose value nobody may see.
const SECRET: [&str; 5] = ["token", "secret", "password", "session_id", "api_key"];

/// A property that holds a secret has a type that does not print it.
pub(in crate::lint) fn secrets(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        if schema.node.get("x-handwritten-type").is_some() {
            continue;
        }
        let properties = schema.node.get("properties");
        for (name, property) in properties.iter().flat_map(Node::entries) {
            let lower = name.to_lowercase();
            if SECRET.iter().any(|word| lower.contains(word)) && is_plain(&property, &["string"], 0)
            {
                let what =
                    format!("`{name}` looks like a secret, and Debug of its object would print it");
                let fix = "refer to a component with `x-handwritten-type`, such as `AccessToken`";
                report.error(&property, what, fix);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{WHOLE, findings, spoiled};

    const BEFORE: &str = "        count: {";
    const SECRET: &str = "        new_token: {description: d, x-source: doc, ";

    #[test]
    fn a_secret_has_a_type_that_hides_it() {
        spoiled(
            BEFORE,
            &format!("{SECRET}type: string, nullable: true}}\n{BEFORE}"),
            "api.yaml:63: `new_token` looks like a secret, and Debug of its object would print it; refer to a component with `x-handwritten-type`, such as `AccessToken`",
        );
        let hidden = format!(
            "{SECRET}oneOf: [{{$ref: '#/components/schemas/Hidden'}}, {{type: string, nullable: true, enum: [null]}}]}}\n{BEFORE}"
        );
        let document = WHOLE.replacen(BEFORE, &hidden, 1);
        let component =
            "    Hidden: {description: d, type: string, x-handwritten-type: 'crate::A'}\n";
        assert_eq!(findings(&format!("{document}{component}")), [""; 0]);
    }
}
