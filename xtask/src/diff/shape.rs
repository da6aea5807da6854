//! A schema without its wrappers: what type it becomes, and whether that is an `Option`.

use crate::spec::{Node, component_name};

/// A schema looked at through "or null" and through `allOf` with one part.
#[derive(Clone, Debug)]
pub(super) struct Shape<'a> {
    /// The schema itself.
    pub(super) node: Node<'a>,
    /// The component it refers to.
    pub(super) reference: Option<&'a str>,
    /// Whether null is a value of it.
    pub(super) nullable: bool,
}

impl<'a> Shape<'a> {
    pub(super) fn of(schema: &Node<'a>) -> Shape<'a> {
        let mut node = schema.clone();
        let mut nullable = false;
        // More wrappers than these are none.
        for _ in 0..8 {
            if let Some(reference) = node.reference() {
                let name = component_name(reference, "schemas").unwrap_or(reference);
                return Shape {
                    node,
                    reference: Some(name),
                    nullable,
                };
            }
            nullable |= node.flag("nullable");
            let Some(inner) = unwrapped(&node, &mut nullable) else {
                break;
            };
            node = inner;
        }
        Shape {
            node,
            reference: None,
            nullable,
        }
    }

    /// Whether it is a list or a map: an absent one is empty, and no `Option`.
    fn is_collection(&self) -> bool {
        if self.reference.is_some() {
            return false;
        }
        let map = self.node.get("properties").is_none()
            && self.node.get("additionalProperties").is_some_and(|rest| {
                rest.value().is_object() || rest.value() == &serde_json::Value::Bool(true)
            });
        match self.node.text("type") {
            Some("array") => true,
            Some("object") => map,
            _ => false,
        }
    }

    /// Whether a field of this schema is an `Option`.
    pub(super) fn is_option(&self, required: bool) -> bool {
        self.nullable || (!required && !self.is_collection())
    }

    /// What to call the type in a sentence.
    pub(super) fn label(&self) -> String {
        self.label_at(0)
    }

    fn label_at(&self, depth: usize) -> String {
        if let Some(name) = self.reference {
            return format!("`{name}`");
        }
        if self.node.get("oneOf").is_some() {
            return "one of several forms".to_owned();
        }
        if self.node.get("allOf").is_some() {
            return "several schemas at once".to_owned();
        }
        let format = self.node.text("format");
        let named = |name: &str| match format {
            Some(format) => format!("{name} ({format})"),
            None => name.to_owned(),
        };
        match self.node.text("type") {
            Some("string") if self.node.get("enum").is_some() => {
                "one of a list of texts".to_owned()
            }
            Some("string") => named("text"),
            Some("integer") => named("a whole number"),
            Some("number") => named("a number"),
            Some("boolean") => "true or false".to_owned(),
            Some("array") => match self.node.get("items").filter(|_| depth < 4) {
                Some(items) => format!("a list of {}", Shape::of(&items).label_at(depth + 1)),
                None => "a list".to_owned(),
            },
            Some("object") => "an object".to_owned(),
            Some(other) => format!("`{other}`"),
            None => "anything".to_owned(),
        }
    }
}

/// What is inside a wrapper.
fn unwrapped<'a>(node: &Node<'a>, nullable: &mut bool) -> Option<Node<'a>> {
    if let Some(variants) = node.get("oneOf") {
        let mut others = Vec::new();
        for variant in variants.items() {
            if is_null(&variant) {
                *nullable = true;
            } else {
                others.push(variant);
            }
        }
        return match others.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
    }
    let parts = node
        .get("allOf")
        .filter(|_| node.get("properties").is_none())?;
    match parts.items().as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Whether null is the only value of a schema: how "or null" is written beside a reference.
pub(super) fn is_null(schema: &Node<'_>) -> bool {
    let target = schema.resolve();
    let values = target.and_then(|schema| schema.get("enum"));
    values.is_some_and(|values| values.value() == &serde_json::json!([null]))
}
