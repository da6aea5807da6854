//! What the document claims and no capture showed.

use super::accepts::{Accepts, Rest, rest};
use super::finding::Place;
use super::shape::{Kind, Shape};
use crate::spec::Node;

const DEEPEST: usize = 64;

/// The paths of fields that were never there, in answers of this shape. Inside of what was never there nothing is listed.
pub(super) fn fields(shape: &Shape, schema: &Node<'_>) -> Vec<String> {
    let mut found = Vec::new();
    visit(shape, schema, &Place::root(""), DEEPEST, &mut found);
    found
}

fn visit(
    shape: &Shape,
    schema: &Node<'_>,
    place: &Place<'_>,
    left: usize,
    found: &mut Vec<String>,
) {
    let Some(left) = left.checked_sub(1) else {
        return;
    };
    let accepts = Accepts::of(schema);
    if accepts.handwritten().is_some() {
        return;
    }
    if let Some(list) = accepts.for_kind(Kind::Array).first()
        && let (Some(items), Some(schema)) = (&shape.items, list.node.get("items"))
    {
        visit(items, &schema, &place.items(), left, found);
    }
    if shape.objects() == 0 {
        return;
    }
    for object in accepts.for_kind(Kind::Object) {
        let properties = object.node.get("properties");
        let mut known = Vec::new();
        for (name, schema) in properties.iter().flat_map(Node::entries) {
            known.push(name);
            let inner = place.field(name);
            match shape.field(name) {
                None => found.push(inner.path),
                Some(field) => visit(field, &schema, &inner, left, found),
            }
        }
        if let Rest::Map(schema) = rest(&object.node) {
            let others = shape
                .fields()
                .map(|(key, _)| key)
                .filter(|key| !known.contains(key));
            let values = shape.under(others);
            visit(&values, &schema, &place.values(), left, found);
        }
    }
}
