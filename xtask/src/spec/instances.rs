//! Holds values against the schemas of a document: its examples, or what was captured.
//!
//! Stricter than JSON Schema in one thing: `7.0` is not an integer, since the client reads none of it.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, Keyword, ValidationError};
use serde_json::{Map, Value, json};

use super::{Document, Node};

/// The key that asks for an integer without a fraction.
const WHOLE: &str = "x-whole";
const KINDS: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// A value and the schema it should fit.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// The value.
    pub value: &'a Value,
    /// The schema.
    pub schema: Node<'a>,
}

/// A place where a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The position of the claim.
    pub claim: usize,
    /// The JSON pointer inside the value.
    pub pointer: String,
    /// What does not fit, without a value.
    pub what: String,
}

/// Everything in which the values differ from their schemas.
///
/// # Errors
///
/// The schemas are not schemas that a value can be held against.
pub fn mismatches(document: &Document, claims: &[Claim<'_>]) -> Result<Vec<Mismatch>, String> {
    // One schema for all of them: a component is then compiled once.
    let by_position = |part: fn(&Claim<'_>) -> Value| -> Map<String, Value> {
        let numbered = claims.iter().enumerate();
        numbered
            .map(|(position, claim)| (position.to_string(), part(claim)))
            .collect()
    };
    let components = document.components("schemas").into_iter();
    let components: Map<String, Value> = components
        .map(|(name, schema)| (name.to_owned(), translated(&schema)))
        .collect();
    let schema = json!({
        "properties": by_position(|claim| translated(&claim.schema)),
        "components": {"schemas": components},
    });
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_keyword(WHOLE, |_, _, _| Ok(Box::new(Whole)))
        .build(&schema)
        .map_err(|error| error.masked().to_string())?;
    let values = Value::Object(by_position(|claim| claim.value.clone()));
    let mut found = Vec::new();
    for error in validator.iter_errors(&values) {
        deepest(&error, "", &mut found);
    }
    Ok(found)
}

/// An error, or those of the variant that got furthest into the value: that is the one that was meant.
fn deepest(error: &ValidationError<'_>, prefix: &str, found: &mut Vec<Mismatch>) {
    let path = format!("{prefix}{}", error.instance_path().as_str());
    if let Kind::OneOfNotValid { context } = error.kind() {
        let depth = |errors: &Vec<ValidationError<'_>>| {
            let depths = errors
                .iter()
                .map(|error| error.instance_path().as_str().len());
            depths.max().unwrap_or_default()
        };
        let own = error.instance_path().as_str().len();
        let meant = context.iter().max_by_key(|errors| depth(errors));
        if let Some(errors) = meant.filter(|errors| depth(errors) > own) {
            errors
                .iter()
                .for_each(|error| deepest(error, prefix, found));
            return;
        }
    }
    let rest = path.get(1..).unwrap_or_default();
    let (claim, pointer) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    found.push(Mismatch {
        claim: claim.parse().unwrap_or_default(),
        pointer: pointer.to_owned(),
        what: error.masked_with("the value").to_string(),
    });
}

struct Whole;

impl<'i> Keyword<'i> for Whole {
    fn validate(&self, value: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(value) {
            Ok(())
        } else {
            Err(ValidationError::custom(
                "the value has a fraction where the schema has integer; the client reads `7`, not `7.0`",
            ))
        }
    }

    fn is_valid(&self, value: &'i Value) -> bool {
        !value.is_f64()
    }
}

/// A schema of OpenAPI 3.0 as JSON Schema. Parts that are not well formed are left out; the grammar reports them.
fn translated(schema: &Node<'_>) -> Value {
    if let Some(reference) = schema.reference() {
        let dangles = !reference.starts_with("#/components/schemas/") || schema.resolve().is_none();
        return if dangles {
            Value::Bool(true)
        } else {
            json!({"$ref": reference})
        };
    }
    let Some(entries) = schema.value().as_object() else {
        return Value::Bool(schema.value() != &Value::Bool(false));
    };
    let mut out = Map::new();
    for (key, value) in entries {
        if let Some(value) = part(schema, key, value) {
            out.insert(key.clone(), value);
        }
    }
    if schema.text("type") == Some("integer") {
        out.insert(WHOLE.to_owned(), Value::Bool(true));
        if schema.text("format") == Some("int32") {
            out.entry("minimum").or_insert(i32::MIN.into());
            out.entry("maximum").or_insert(i32::MAX.into());
        }
    }
    if schema.flag("nullable") {
        json!({"if": {"type": "null"}, "else": out})
    } else {
        Value::Object(out)
    }
}

/// What a key of a schema says, in JSON Schema.
fn part(schema: &Node<'_>, key: &str, value: &Value) -> Option<Value> {
    let inner = schema.get(key)?;
    match key {
        "properties" => {
            let properties = inner.entries().into_iter();
            let translated =
                properties.map(|(name, schema)| (name.to_owned(), translated(&schema)));
            Some(Value::Object(translated.collect()))
        }
        "items" | "additionalProperties" => Some(translated(&inner)),
        "oneOf" | "allOf" => {
            let parts: Vec<Value> = inner.items().iter().map(translated).collect();
            Some(Value::Array(parts)).filter(|_| !inner.items().is_empty())
        }
        "required" => value
            .as_array()?
            .iter()
            .all(Value::is_string)
            .then(|| value.clone()),
        "enum" => Some(value.clone()).filter(Value::is_array),
        "type" => {
            Some(value.clone()).filter(|_| KINDS.contains(&value.as_str().unwrap_or_default()))
        }
        "pattern" => Some(value.clone()).filter(Value::is_string),
        "minimum" | "maximum" => Some(value.clone()).filter(Value::is_number),
        "minLength" | "maxLength" | "minItems" | "maxItems" => {
            Some(value.clone()).filter(Value::is_u64)
        }
        _ => None,
    }
}
