//! Holds responses against the schema of their operation, and keeps what does not fit: the place, kinds and counts.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::schema::strict;
use super::shape::Shape;
use crate::spec::extensions::json_schema;
use crate::spec::{Diagnostic, Diagnostics, Document, Operation};

/// A step on the way to a place. Keys of maps are data and have no name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Field(String),
    Item,
    MapValue,
}

/// What does not fit at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// Fields that the schema does not name.
    Fields,
    Null,
    Kind,
    /// A text that an enum does not list.
    Value,
    /// An integer of more than 32 bits.
    Wide,
}

/// Everything that does not fit in one way at one place.
#[derive(Debug, Default)]
pub(super) struct Finding {
    /// The values; for fields the objects, with unknown fields alone.
    pub(super) shape: Shape,
    /// How many values were at this place.
    pub(super) of: u64,
    /// The kinds that the schema has.
    pub(super) wanted: BTreeSet<String>,
    /// The JSON pointer of the schema.
    pub(super) pointer: String,
}

/// Everything that does not fit.
#[derive(Debug, Default)]
pub(super) struct Findings(pub(super) BTreeMap<(Vec<Step>, What), Finding>);

impl Findings {
    /// Counts how many values there were at each place.
    pub(super) fn count(&mut self, bodies: &[Value]) {
        for ((steps, what), finding) in &mut self.0 {
            let counts = |value: &Value| *what != What::Fields || value.is_object();
            let of: u64 = bodies
                .iter()
                .map(|body| values_at(body, steps, &counts))
                .sum();
            finding.of = of;
        }
    }

    fn add(&mut self, error: &ValidationError<'_>, what: What, value: &Value) -> &mut Finding {
        let steps = steps(error.evaluation_path().as_str());
        let finding = self.0.entry((steps, what)).or_default();
        finding.shape.add(value);
        if let Some((pointer, _keyword)) = error.schema_path().as_str().rsplit_once('/') {
            pointer.clone_into(&mut finding.pointer);
        }
        finding
    }

    fn take(&mut self, error: &ValidationError<'_>) {
        let value = error.instance().as_ref();
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let entries = value.as_object().into_iter().flatten();
                let unknown = entries.filter(|(key, _)| unexpected.contains(key));
                let unknown: Map<_, _> = unknown
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                self.add(error, What::Fields, &Value::Object(unknown));
            }
            ValidationErrorKind::Type { .. } => self.mistyped(error, kinds(error)),
            ValidationErrorKind::MaxItems { .. } => {
                self.mistyped(error, BTreeSet::from(["empty array".to_owned()]))
            }
            ValidationErrorKind::Enum { .. } if value.is_string() => {
                self.add(error, What::Value, value);
            }
            ValidationErrorKind::Maximum { .. } | ValidationErrorKind::Minimum { .. } => {
                self.add(error, What::Wide, value);
            }
            ValidationErrorKind::AnyOf { context } => self.alternatives(error, context),
            _ => {}
        }
    }

    fn mistyped(&mut self, error: &ValidationError<'_>, wanted: BTreeSet<String>) {
        let what = if error.instance().is_null() {
            What::Null
        } else {
            What::Kind
        };
        let value = error.instance().clone().into_owned();
        self.add(error, what, &value).wanted.extend(wanted);
    }

    /// Of several forms the one that has the kind of the value is meant.
    fn alternatives(
        &mut self,
        error: &ValidationError<'_>,
        context: &[Vec<ValidationError<'static>>],
    ) {
        let place = error.instance_path();
        let misses = |inner: &&ValidationError<'static>| {
            matches!(inner.kind(), ValidationErrorKind::Type { .. })
                && inner.instance_path() == place
        };
        match context
            .iter()
            .find(|errors| !errors.iter().any(|inner| misses(&inner)))
        {
            Some(errors) => errors.iter().for_each(|inner| self.take(inner)),
            None => {
                let all = context
                    .iter()
                    .flatten()
                    .filter(misses)
                    .flat_map(kinds)
                    .collect();
                self.mistyped(error, all);
            }
        }
    }
}

fn kinds(error: &ValidationError<'_>) -> BTreeSet<String> {
    match error.kind() {
        ValidationErrorKind::Type {
            kind: TypeKind::Single(kind),
        } => BTreeSet::from([kind.to_string()]),
        ValidationErrorKind::Type {
            kind: TypeKind::Multiple(kinds),
        } => kinds.iter().map(|kind| kind.to_string()).collect(),
        _ => BTreeSet::new(),
    }
}

/// The place in a response, read from the place in its schema: what is not in the schema can't get into a report.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut tokens = path.split('/').skip(1).peekable();
    while let Some(token) = tokens.next() {
        // The last one is the keyword that failed.
        match (token, tokens.peek()) {
            ("properties", Some(_)) => {
                let name = tokens.next().unwrap_or_default();
                steps.push(Step::Field(name.replace("~1", "/").replace("~0", "~")));
            }
            ("items", Some(_)) => steps.push(Step::Item),
            ("additionalProperties", Some(_)) => steps.push(Step::MapValue),
            _ => {}
        }
    }
    steps
}

/// How many values of those that count are at a place.
fn values_at(value: &Value, steps: &[Step], counts: &impl Fn(&Value) -> bool) -> u64 {
    let Some((step, rest)) = steps.split_first() else {
        return u64::from(counts(value));
    };
    match (step, value) {
        (Step::Field(name), Value::Object(entries)) => entries
            .get(name)
            .map_or(0, |value| values_at(value, rest, counts)),
        (Step::Item, Value::Array(items)) => items
            .iter()
            .map(|value| values_at(value, rest, counts))
            .sum(),
        (Step::MapValue, Value::Object(entries)) => entries
            .values()
            .map(|value| values_at(value, rest, counts))
            .sum(),
        _ => 0,
    }
}

/// The component schemas of a document, as the checker reads them.
pub(super) fn components(document: &Document) -> Value {
    let schemas = document
        .value
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let schemas = schemas.into_iter().flatten();
    let schemas: Map<_, _> = schemas
        .map(|(name, schema)| (name.clone(), strict(schema)))
        .collect();
    json!({"schemas": schemas})
}

/// Checks the responses of an operation, the successful ones or the failures.
pub(super) struct Checker(Validator);

impl Checker {
    /// Makes the checker; none when the operation answers no JSON.
    pub(super) fn new(
        document: &Document,
        components: &Value,
        operation: &Operation<'_>,
        failure: bool,
    ) -> Result<Option<Checker>, Diagnostics> {
        let wanted: &[char] = if failure { &['4', '5', 'd'] } else { &['2'] };
        let responses = operation.responses();
        let response = responses
            .iter()
            .find(|(status, ..)| status.starts_with(wanted));
        let Some(schema) = response.and_then(|(.., response)| json_schema(response)) else {
            return Ok(None);
        };
        let root = json!({"components": components, "allOf": [strict(schema.value())]});
        let options = jsonschema::options().with_draft(Draft::Draft202012);
        let validator = options.build(&root).map_err(|error| {
            let what = format!(
                "the schemas of its responses can't be checked: {}",
                error.masked()
            );
            Diagnostics::from(Diagnostic::file(
                &document.file,
                what,
                "run `cargo xtask spec lint`",
            ))
        })?;
        Ok(Some(Checker(validator)))
    }

    /// Everything in which a response does not fit.
    pub(super) fn check(&self, body: &Value, findings: &mut Findings) {
        self.0
            .iter_errors(body)
            .for_each(|error| findings.take(&error));
    }
}
