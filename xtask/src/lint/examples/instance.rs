//! Compares a value with a schema, and says where they part.
//!
//! It is stricter than JSON Schema in one thing: `7.0` is no integer, since the client reads none of it. And it goes on after
//! the first difference, with the line of each, also in a document that has other faults.

use serde_json::Value;

use crate::spec::{Node, kind};

/// The deepest nesting, and the most comparisons of one example: schemas may go round.
const MAX_DEPTH: usize = 120;
const MAX_STEPS: usize = 50_000;

/// One place where a value does not fit.
pub(super) struct Mismatch<'a> {
    /// The part of the value.
    pub(super) place: Node<'a>,
    /// What does not fit.
    pub(super) what: String,
}

/// Everything in which the value differs from the schema.
pub(super) fn mismatches<'a>(value: &Node<'a>, schema: &Node<'a>) -> Vec<Mismatch<'a>> {
    let mut comparison = Comparison {
        steps: 0,
        found: Vec::new(),
    };
    comparison.compare(value, schema, 0);
    comparison.found
}

struct Comparison<'a> {
    steps: usize,
    found: Vec<Mismatch<'a>>,
}

impl<'a> Comparison<'a> {
    fn say(&mut self, place: &Node<'a>, what: impl Into<String>) {
        let what = format!("the example {}", what.into());
        self.found.push(Mismatch {
            place: place.clone(),
            what,
        });
    }

    fn compare(&mut self, value: &Node<'a>, schema: &Node<'a>, depth: usize) {
        self.steps += 1;
        // A reference that leads nowhere is another rule's business.
        let Some(schema) = schema.resolve() else {
            return;
        };
        if depth > MAX_DEPTH || self.steps > MAX_STEPS {
            return;
        }
        for part in schema.get("allOf").iter().flat_map(Node::items) {
            self.compare(value, &part, depth + 1);
        }
        if let Some(variants) = schema.get("oneOf") {
            self.one_of(value, &variants.items(), depth);
        }
        if value.value().is_null() && schema.flag("nullable") {
            return;
        }
        if let Some(values) = schema
            .get("enum")
            .filter(|values| values.value().is_array())
            && !values
                .items()
                .iter()
                .any(|known| known.value() == value.value())
        {
            self.say(
                value,
                format!("has {}, which is not in the `enum`", value.value()),
            );
            return;
        }
        if let Some(wanted) = schema.text("type") {
            self.typed(value, &schema, wanted, depth);
        }
    }

    fn one_of(&mut self, value: &Node<'a>, variants: &[Node<'a>], depth: usize) {
        let mut fitting = 0;
        let mut closest: Option<Vec<Mismatch<'a>>> = None;
        for variant in variants {
            let mut inner = Comparison {
                steps: self.steps,
                found: Vec::new(),
            };
            inner.compare(value, variant, depth + 1);
            self.steps = inner.steps;
            if inner.found.is_empty() {
                fitting += 1;
            } else if closest
                .as_ref()
                .is_none_or(|best| depth_of(best) < depth_of(&inner.found))
            {
                closest = Some(inner.found);
            }
        }
        match (fitting, closest) {
            (0, Some(closest)) if depth_of(&closest) > value.pointer().len() => {
                self.found.extend(closest);
            }
            (0, Some(_)) => {
                let what = format!(
                    "has {} where no form of the `oneOf` has it",
                    kind(value.value())
                );
                self.say(value, what);
            }
            (0 | 1, _) => {}
            _ => self.say(value, "fits more than one form of the `oneOf`"),
        }
    }

    fn typed(&mut self, value: &Node<'a>, schema: &Node<'a>, wanted: &str, depth: usize) {
        match (wanted, value.value()) {
            ("object", Value::Object(_)) => self.object(value, schema, depth),
            ("array", Value::Array(_)) => self.array(value, schema, depth),
            ("string", Value::String(text)) => self.text(value, schema, text),
            ("integer", Value::Number(number)) if number.is_f64() => {
                self.say(value, "has a fraction where the schema has integer; the client reads `7`, and no `7.0`");
            }
            ("integer" | "number", Value::Number(_)) => self.number(value, schema),
            ("boolean", Value::Bool(_)) => {}
            // What `type` may say is another rule's business.
            ("object" | "array" | "string" | "integer" | "number" | "boolean", other) => {
                self.say(
                    value,
                    format!("has {} where the schema has {wanted}", kind(other)),
                );
            }
            _ => {}
        }
    }

    fn object(&mut self, value: &Node<'a>, schema: &Node<'a>, depth: usize) {
        for required in schema.get("required").iter().flat_map(Node::items) {
            let name = required.value().as_str().unwrap_or_default();
            if value.get(name).is_none() {
                self.say(value, format!("lacks `{name}`, which the schema requires"));
                return;
            }
        }
        let properties = schema.get("properties");
        let rest = schema.get("additionalProperties");
        for (name, field) in value.entries() {
            let known = properties
                .as_ref()
                .and_then(|properties| properties.get(name));
            match (known, &rest) {
                (Some(known), _) => self.compare(&field, &known, depth + 1),
                (None, Some(rest)) if rest.value().is_object() => {
                    self.compare(&field, rest, depth + 1);
                }
                (None, Some(rest)) if rest.value() == &Value::Bool(false) => {
                    self.say(
                        &field,
                        format!("has `{name}`, which the schema does not allow"),
                    );
                }
                _ => {}
            }
        }
    }

    fn array(&mut self, value: &Node<'a>, schema: &Node<'a>, depth: usize) {
        let items = value.items();
        self.bounds(
            value,
            schema,
            items.len(),
            ["minItems", "maxItems"],
            ["fewer", "more"],
        );
        if let Some(wanted) = schema.get("items") {
            for item in items {
                self.compare(&item, &wanted, depth + 1);
            }
        }
    }

    fn text(&mut self, value: &Node<'a>, schema: &Node<'a>, text: &str) {
        let length = text.chars().count();
        self.bounds(
            value,
            schema,
            length,
            ["minLength", "maxLength"],
            ["shorter", "longer"],
        );
        if let Some(pattern) = schema.text("pattern")
            && let Ok(expression) = regress::Regex::new(pattern)
            && expression.find(text).is_none()
        {
            self.say(value, format!("does not match the pattern `{pattern}`"));
        }
    }

    fn bounds(
        &mut self,
        value: &Node<'a>,
        schema: &Node<'a>,
        length: usize,
        keys: [&str; 2],
        words: [&str; 2],
    ) {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        let bound = |key: &str| schema.get(key).and_then(|bound| bound.value().as_u64());
        let [least, most] = keys;
        let [less, more] = words;
        if let Some(bound) = bound(least).filter(|bound| length < *bound) {
            self.say(value, format!("is {less} than `{least}: {bound}`"));
        }
        if let Some(bound) = bound(most).filter(|bound| length > *bound) {
            self.say(value, format!("is {more} than `{most}: {bound}`"));
        }
    }

    fn number(&mut self, value: &Node<'a>, schema: &Node<'a>) {
        let Some(number) = value.value().as_f64() else {
            return;
        };
        let bound = |key: &str| schema.get(key).and_then(|bound| bound.value().as_f64());
        let (least, most) = (bound("minimum"), bound("maximum"));
        let below = least.is_some_and(|least| {
            number < least || (number == least && schema.flag("exclusiveMinimum"))
        });
        let above = most.is_some_and(|most| {
            number > most || (number == most && schema.flag("exclusiveMaximum"))
        });
        if below || above {
            self.say(
                value,
                format!("has {number}, which is out of the schema's bounds"),
            );
        }
        if schema.text("format") == Some("int32")
            && !(-2_147_483_648.0..=2_147_483_647.0).contains(&number)
        {
            self.say(value, format!("has {number}, which is no `int32`"));
        }
    }
}

/// How far inside the value the deepest difference lies: the form that got furthest is the one that was meant.
fn depth_of(found: &[Mismatch<'_>]) -> usize {
    found
        .iter()
        .map(|mismatch| mismatch.place.pointer().len())
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Document;

    fn found(schema: &str, value: &str) -> Vec<String> {
        let text = format!(
            "schema: {schema}\nvalue: {value}\ncomponents:\n  schemas:\n    Id: {{oneOf: [{{type: string}}, {{type: integer}}]}}\n    Round: {{oneOf: [{{$ref: '#/components/schemas/Round'}}, {{$ref: '#/components/schemas/Round'}}, {{type: string}}]}}\n"
        );
        let document = Document::from_bytes(text.into_bytes(), "api.yaml").unwrap();
        let root = document.root();
        mismatches(&root.get("value").unwrap(), &root.get("schema").unwrap())
            .into_iter()
            .map(|mismatch| format!("{} {}", mismatch.place.pointer(), mismatch.what))
            .collect()
    }

    #[track_caller]
    fn fits(schema: &str, value: &str) {
        assert_eq!(found(schema, value), [""; 0]);
    }

    #[track_caller]
    fn differs(schema: &str, value: &str, what: &str) {
        assert_eq!(found(schema, value), [what]);
    }

    #[test]
    fn null_fits_only_where_it_is_allowed() {
        fits("{type: string, nullable: true}", "null");
        fits("{}", "null");
        fits("{type: string, nullable: true, enum: [null]}", "null");
        differs(
            "{type: string}",
            "null",
            "/value the example has null where the schema has string",
        );
    }

    #[test]
    fn whole_numbers_are_written_without_a_point() {
        fits("{type: number}", "7.0");
        fits("{type: integer, minimum: 7, maximum: 7}", "7");
        assert!(found("{type: integer}", "7.0")[0].contains("has a fraction"));
        assert!(
            found("{type: integer, minimum: 8}", "7")[0].contains("out of the schema's bounds")
        );
        assert!(found("{type: integer, format: int32}", "3000000000")[0].contains("no `int32`"));
    }

    #[test]
    fn every_difference_is_told_with_its_place() {
        let schema = "{type: object, properties: {a: {type: array, items: {type: integer}}, b: {type: boolean}}}";
        assert_eq!(
            found(schema, "{a: [1, x], b: 2}"),
            [
                "/value/a/1 the example has text where the schema has integer",
                "/value/b the example has a number where the schema has boolean",
            ]
        );
    }

    #[test]
    fn unknown_fields_are_compared_as_the_object_says() {
        fits("{type: object}", "{a: 1}");
        fits("{type: object, additionalProperties: {}}", "{a: 1}");
        differs(
            "{type: object, additionalProperties: false}",
            "{a: 1}",
            "/value/a the example has `a`, which the schema does not allow",
        );
        differs(
            "{type: object, additionalProperties: {type: string}}",
            "{a: 1}",
            "/value/a the example has a number where the schema has string",
        );
    }

    #[test]
    fn one_form_of_several_has_to_fit_and_the_closest_is_explained() {
        fits("{$ref: '#/components/schemas/Id'}", "7");
        differs(
            "{$ref: '#/components/schemas/Id'}",
            "true",
            "/value the example has a boolean where no form of the `oneOf` has it",
        );
        differs(
            "{oneOf: [{type: string}, {type: object, properties: {a: {type: string}}}]}",
            "{a: 1}",
            "/value/a the example has a number where the schema has string",
        );
        differs(
            "{oneOf: [{type: number}, {type: integer}]}",
            "7",
            "/value the example fits more than one form of the `oneOf`",
        );
    }

    #[test]
    fn texts_and_lists_have_their_bounds_and_pattern() {
        differs(
            "{type: string, pattern: '^a'}",
            "b",
            "/value the example does not match the pattern `^a`",
        );
        differs(
            "{type: array, minItems: 2, items: {}}",
            "[1]",
            "/value the example is fewer than `minItems: 2`",
        );
        differs(
            "{type: string, enum: [a, b]}",
            "c",
            "/value the example has \"c\", which is not in the `enum`",
        );
    }

    #[test]
    fn a_schema_that_goes_round_comes_to_an_end() {
        let _ = found("{$ref: '#/components/schemas/Round'}", "1");
    }
}
