//! `oneOf` without a tag: the first variant that accepts a value is taken, so an earlier one must not hide a later one.

use serde_json::Value;

use super::Report;
use crate::spec::{Document, Node};

/// No variant is out of reach behind an earlier one.
pub(super) fn hidden(document: &Document, report: &mut Report<'_>) {
    for schema in document.schemas() {
        if schema.get("x-handwritten-type").is_some() {
            continue;
        }
        let variants = schema.get("oneOf");
        let listed: Vec<Node<'_>> = variants.iter().flat_map(Node::items).collect();
        let forms: Vec<Option<Form<'_>>> = listed.iter().map(Form::of).collect();
        for (position, later) in forms.iter().enumerate() {
            let Some(later) = later else { continue };
            let earlier = forms.iter().take(position).flatten();
            let hides = earlier.into_iter().any(|earlier| earlier.hides(later));
            if let Some(node) = listed.get(position).filter(|_| hides) {
                let what = "this variant is never chosen: one before it accepts the same values";
                let fix = "put the stricter one first, or give each object a property with an `enum` of one value";
                report.error(node, what, fix);
            }
        }
    }
}

/// What decides whether a variant accepts a value.
struct Form<'a> {
    kind: &'a str,
    node: Node<'a>,
    required: Vec<&'a str>,
    closed: bool,
}

impl<'a> Form<'a> {
    fn of(variant: &Node<'a>) -> Option<Form<'a>> {
        let mut node = variant.resolve()?;
        // A title around a reference is written as `allOf` with one part.
        if let Some(parts) = node.get("allOf")
            && let [only] = parts.items().as_slice()
        {
            node = only.resolve()?;
        }
        Form::plain(node)
    }

    fn plain(node: Node<'a>) -> Option<Form<'a>> {
        let kind = node.text("type")?;
        let required = node.get("required");
        let required = required.iter().flat_map(Node::items);
        let required = required.filter_map(|name| name.value().as_str()).collect();
        let closed = node
            .get("additionalProperties")
            .is_some_and(|rest| rest.value() == &Value::Bool(false));
        Some(Form {
            kind,
            node,
            required,
            closed,
        })
    }

    fn hides(&self, later: &Form<'a>) -> bool {
        let narrow = ["enum", "pattern", "format", "minLength", "maxLength"];
        match (self.kind, later.kind) {
            ("string", "string") => {
                let null_only = |node: &Node<'_>| {
                    node.get("enum")
                        .is_some_and(|values| values.value() == &serde_json::json!([null]))
                };
                !narrow.iter().any(|key| self.node.get(key).is_some()) && !null_only(&later.node)
            }
            ("number", "number" | "integer") | ("integer", "integer") | ("boolean", "boolean") => {
                self.node.get("enum").is_none()
            }
            ("object", "object") => {
                !self.closed
                    && self
                        .required
                        .iter()
                        .all(|name| later.required.contains(name))
                    && !self.told_apart(later)
            }
            _ => false,
        }
    }

    /// Whether a required property has one value here and another one there.
    fn told_apart(&self, later: &Form<'a>) -> bool {
        self.required.iter().any(|name| {
            let tag = |form: &Form<'a>| {
                let property = form.node.get("properties")?.get(name)?;
                let values = property.get("enum")?;
                Some(values.value().clone())
            };
            matches!((tag(self), tag(later)), (Some(own), Some(other)) if own != other)
        })
    }
}
