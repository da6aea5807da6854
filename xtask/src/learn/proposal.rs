//! The lines that say in the document what was seen.

use super::keys;
use super::shape::{Kind, Shape};
use crate::spec::Document;

/// The end of a name, and the component that its values have. A token must not be printed by anything.
const BY_NAME: [(&str, &str); 7] = [
    ("token", "AccessToken"),
    ("secret", "AccessToken"),
    ("password", "AccessToken"),
    ("_at", "Timestamp"),
    ("_id", "Id"),
    ("_uid", "Id"),
    ("id", "Id"),
];

/// Writes properties.
pub(super) struct Writer<'a> {
    pub(super) document: &'a Document,
    /// Whether the claims are about the mock, which is no evidence of the service.
    pub(super) from_mock: bool,
}

impl Writer<'_> {
    /// A property, indented by so many blanks.
    pub(super) fn property(
        &self,
        name: &str,
        shape: &Shape,
        of: u64,
        indent: usize,
    ) -> Vec<String> {
        let blanks = " ".repeat(indent);
        let (source, origin) = if self.from_mock {
            ("guess", "in a journal of pancake-mock")
        } else {
            ("observed", "A")
        };
        // Other names could be read as something else than text.
        let key = if ["y", "n", "yes", "no", "on", "off", "null", "true", "false"].contains(&name) {
            format!("{name:?}")
        } else {
            name.to_owned()
        };
        let mut lines = vec![
            format!("{blanks}{key}:"),
            format!("{blanks}  description: Meaning unknown."),
        ];
        lines.extend(self.form(name, shape, true, indent + 2));
        lines.push(format!("{blanks}  x-source: {source}"));
        lines.push(format!(
            "{blanks}  x-observed: {:?}",
            format!("{}, {origin}", shape.sentence(of))
        ));
        lines
    }

    fn form(&self, name: &str, shape: &Shape, null: bool, indent: usize) -> Vec<String> {
        let blanks = " ".repeat(indent);
        let kinds: Vec<Kind> = shape.kinds.keys().copied().collect();
        if let Some(component) = self.component(name, &kinds) {
            let reference = |name: &str| format!("$ref: \"#/components/schemas/{name}\"");
            return if null {
                let variants =
                    [component, "JsonNull"].map(|name| format!("{blanks}  - {}", reference(name)));
                [vec![format!("{blanks}oneOf:")], variants.to_vec()].concat()
            } else {
                vec![format!("{blanks}{}", reference(component))]
            };
        }
        let mut lines = match kinds.as_slice() {
            [Kind::Integer, Kind::Number] => vec![format!("{blanks}type: number")],
            [Kind::Array] => self.list(name, shape, indent),
            [Kind::Object] => self.object(name, shape, indent),
            [only] => vec![format!("{blanks}type: {}", only.name())],
            // Nothing is known of it, or only a person can say how its forms are told apart.
            _ => return Vec::new(),
        };
        if null {
            lines.push(format!("{blanks}nullable: true"));
        }
        lines
    }

    fn component(&self, name: &str, kinds: &[Kind]) -> Option<&'static str> {
        let plain = !kinds.is_empty()
            && kinds
                .iter()
                .all(|kind| matches!(kind, Kind::Integer | Kind::String));
        let (_, component) = BY_NAME.iter().find(|(end, _)| {
            name.to_ascii_lowercase().ends_with(end) && (*end != "id" || name == "id")
        })?;
        let schemas = self.document.value.pointer("/components/schemas")?;
        (plain && schemas.get(component).is_some()).then_some(component)
    }

    fn list(&self, name: &str, shape: &Shape, indent: usize) -> Vec<String> {
        let blanks = " ".repeat(indent);
        let items = shape.items.as_deref().cloned().unwrap_or_default();
        let items_form = self.form(
            name.trim_end_matches('s'),
            &items,
            items.nulls > 0,
            indent + 2,
        );
        let head = if items_form.is_empty() {
            "items: {}"
        } else {
            "items:"
        };
        [
            vec![format!("{blanks}type: array"), format!("{blanks}{head}")],
            items_form,
        ]
        .concat()
    }

    fn object(&self, name: &str, shape: &Shape, indent: usize) -> Vec<String> {
        let blanks = " ".repeat(indent);
        let objects = shape.count(Kind::Object);
        let sorted = keys::sort(
            shape
                .fields
                .iter()
                .map(|(key, field)| (key.as_str(), field.seen)),
            objects,
        );
        let mut lines = vec![format!("{blanks}type: object")];
        if sorted.names.is_empty() {
            let mut values = Shape::default();
            shape.fields.values().for_each(|field| values.merge(field));
            let form = self.form(
                name.trim_end_matches('s'),
                &values,
                values.nulls > 0,
                indent + 2,
            );
            lines.push(format!(
                "{blanks}additionalProperties:{}",
                if form.is_empty() { " {}" } else { "" }
            ));
            lines.extend(form);
            return lines;
        }
        lines.push(format!("{blanks}additionalProperties: {{}}"));
        lines.push(format!("{blanks}properties:"));
        for name in sorted.names {
            lines.extend(self.property(name, &shape.fields[name], objects, indent + 2));
        }
        lines
    }
}
