//! The description of the API, ready to be asked: one rule set for each operation.
use std::collections::{BTreeMap, BTreeSet};

use jsonschema::{Draft, Registry, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::{Map, Value};

use super::json_schema::{COMPONENTS, translated};

/// All operations of the description by id.
#[derive(Default)]
pub(crate) struct Contract {
    pub(super) operations: BTreeMap<String, Rules>,
}

/// What one operation allows.
pub(super) struct Rules {
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<BodyRule>,
    /// By status: `200`, `4XX`, `5XX`.
    answers: BTreeMap<String, Contents>,
}

/// The content types of an answer, such as `application/json` and `image/*`, each with what its body has to be. None at
/// all: nobody looks at the body, as of a redirect.
type Contents = BTreeMap<String, Option<Validator>>;

const JSON: &str = "application/json";

pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) in_query: bool,
    pub(super) required: bool,
    pub(super) kind: ParameterKind,
    pub(super) schema: Validator,
}

/// What the text of a parameter stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ParameterKind {
    Text,
    Integer,
    Number,
    Boolean,
}

pub(super) enum BodyRule {
    Json {
        required: bool,
        schema: Validator,
    },
    /// The one upload.
    Multipart,
}

/// Why a document can't be used; for the test that the embedded one can.
pub(crate) type Unusable = Box<dyn std::error::Error + Send + Sync>;

impl Contract {
    pub(super) fn read(document: &str) -> Result<Self, Unusable> {
        Reader::new(serde_json::from_str(document)?).read()
    }

    /// What is wrong with an answer; empty if nothing.
    pub(crate) fn check_answer(
        &self,
        operation: &str,
        status: u16,
        content_type: &str,
        body: &[u8],
    ) -> Vec<String> {
        let Some(rules) = self.operations.get(operation) else {
            return vec![format!("no operation is called `{operation}`")];
        };
        let exact = rules.answers.get(&status.to_string());
        let class = format!("{}XX", status / 100);
        let Some(contents) = exact.or_else(|| rules.answers.get(&class)) else {
            return vec![format!("HTTP {status} is not described")];
        };
        if contents.is_empty() {
            return Vec::new();
        }
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let Some(schema) = described(contents, essence) else {
            return vec![format!(
                "HTTP {status} with the content type `{essence}` is not described"
            )];
        };
        let Some(schema) = schema else {
            return Vec::new();
        };
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => problems(schema, &value),
            Err(error) => vec![format!("the body is no JSON: {error}")],
        }
    }
}

/// The rule for a content type, by its own name or by one such as `image/*`.
fn described<'a>(contents: &'a Contents, essence: &str) -> Option<&'a Option<Validator>> {
    let essence = essence.to_ascii_lowercase();
    let family = essence.split('/').next().unwrap_or_default();
    let by_family = || contents.get(&format!("{family}/*"));
    contents.get(&essence).or_else(by_family)
}

/// What a schema has against a value.
pub(super) fn problems(schema: &Validator, value: &Value) -> Vec<String> {
    schema
        .iter_errors(value)
        .flat_map(|error| told(&error))
        .collect()
}

/// The one value that an `enum` allows.
fn word(error: &ValidationError<'_>) -> Option<String> {
    match error.kind() {
        ValidationErrorKind::Enum { options } => {
            let words = options
                .as_array()
                .map(|words| words.iter().map(ToString::to_string));
            words.map(|words| words.collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

fn told(error: &ValidationError<'_>) -> Vec<String> {
    if let ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } =
        error.kind()
    {
        // The alternative that was meant is the one whose words fit: a send with `reply_inbox`
        // is to hear about inbox replies, not about all four.
        let is_other = |error: &ValidationError<'_>| {
            matches!(
                error.kind(),
                ValidationErrorKind::Enum { .. } | ValidationErrorKind::Type { .. }
            )
        };
        let meant = context.iter().find(|errors| !errors.iter().any(is_other));
        if let Some(errors) = meant {
            return errors.iter().flat_map(told).collect();
        }
        // None was meant: the words that there are say more than the number of alternatives.
        let words = context.iter().flatten().filter_map(word);
        let words: Vec<String> = words.collect();
        let places: BTreeSet<_> = context
            .iter()
            .flatten()
            .filter(|e| word(e).is_some())
            .map(|e| e.instance_path().to_string())
            .collect();
        if let (1, Some(place)) = (places.len(), places.first()) {
            return vec![format!("{place}: none of {}", words.join(", "))];
        }
    }
    let place = error.instance_path().to_string();
    // Masked: the text goes into answers and panics of tests, and a value may be a token.
    let what = error.masked_with("the value").to_string();
    vec![if place.is_empty() {
        what
    } else {
        format!("{place}: {what}")
    }]
}

struct Reader {
    document: Value,
    /// Only the translated schemas, by name: what references point into.
    components: Value,
}

impl Reader {
    fn new(document: Value) -> Self {
        let schemas = document
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        let components: Map<String, Value> = schemas
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.clone(), translated(schema)))
            .collect();
        Self {
            document,
            components: Value::Object(components),
        }
    }

    fn read(&self) -> Result<Contract, Unusable> {
        let resource = Draft::Draft7.create_resource(self.components.clone());
        let registry = Registry::new()
            .draft(Draft::Draft7)
            .add(COMPONENTS, resource)?
            .prepare()?;
        let mut operations = BTreeMap::new();
        let paths = self.document.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let id = operation.get("operationId").and_then(Value::as_str);
                let id = id.ok_or_else(|| format!("{method} {path} has no operationId"))?;
                operations.insert(id.to_owned(), self.rules(&registry, operation)?);
            }
        }
        Ok(Contract { operations })
    }

    fn rules(&self, registry: &Registry<'_>, operation: &Value) -> Result<Rules, Unusable> {
        let mut parameters = Vec::new();
        for parameter in operation
            .get("parameters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            parameters.push(self.parameter(registry, self.resolved(parameter))?);
        }
        let body = operation
            .get("requestBody")
            .map(|body| self.body(registry, self.resolved(body)));
        let mut answers = BTreeMap::new();
        for (status, answer) in operation
            .get("responses")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let contents = self.resolved(answer).get("content");
            let contents = contents.and_then(Value::as_object);
            let mut rules = Contents::new();
            for (content_type, content) in contents.into_iter().flatten() {
                let schema = content.get("schema").filter(|_| content_type == JSON);
                let schema = schema.map(|schema| compiled(registry, schema));
                rules.insert(content_type.clone(), schema.transpose()?);
            }
            answers.insert(status.to_uppercase(), rules);
        }
        Ok(Rules {
            parameters,
            body: body.transpose()?,
            answers,
        })
    }

    fn parameter(&self, registry: &Registry<'_>, parameter: &Value) -> Result<Parameter, Unusable> {
        let text = |key: &str| {
            parameter
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let schema = parameter.get("schema").ok_or("a parameter has no schema")?;
        let kind = match self.resolved(schema).get("type").and_then(Value::as_str) {
            Some("integer") => ParameterKind::Integer,
            Some("number") => ParameterKind::Number,
            Some("boolean") => ParameterKind::Boolean,
            _ => ParameterKind::Text,
        };
        Ok(Parameter {
            name: text("name").to_owned(),
            in_query: text("in") == "query",
            required: parameter.get("required") == Some(&Value::Bool(true)),
            kind,
            schema: compiled(registry, schema)?,
        })
    }

    fn body(&self, registry: &Registry<'_>, body: &Value) -> Result<BodyRule, Unusable> {
        let required = body.get("required") == Some(&Value::Bool(true));
        match body.pointer("/content/application~1json/schema") {
            Some(schema) => Ok(BodyRule::Json {
                required,
                schema: compiled(registry, schema)?,
            }),
            None => Ok(BodyRule::Multipart),
        }
    }

    /// The value, or what its `$ref` points to.
    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value.get("$ref").and_then(Value::as_str);
        let target = target.and_then(|target| target.strip_prefix('#'));
        target
            .and_then(|pointer| self.document.pointer(pointer))
            .unwrap_or(value)
    }
}

fn compiled(registry: &Registry<'_>, schema: &Value) -> Result<Validator, Unusable> {
    let options = jsonschema::options().with_draft(Draft::Draft7);
    // `binary` and `int64` are formats of OpenAPI, not of JSON Schema.
    let options = options
        .with_registry(registry)
        .should_ignore_unknown_formats(true);
    Ok(options
        .build(&translated(schema))
        .map_err(|error| error.to_string())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{operation::OPERATIONS, validation::contract};

    #[test]
    fn table_of_operations_is_that_of_the_description() {
        let text = include_str!("../../openapi/pancake.json");
        let document: Value = serde_json::from_str(text).unwrap();
        let contract = Contract::read(text).unwrap();
        assert_eq!(contract.operations.len(), OPERATIONS.len());
        for operation in OPERATIONS {
            let method = operation.method.as_str().to_lowercase();
            let described = &document["paths"][operation.path][&method];
            assert_eq!(described["operationId"], operation.id);
            let security = described.get("security").unwrap_or(&document["security"]);
            let scheme = security[0]
                .as_object()
                .and_then(|scheme| scheme.keys().next());
            let schemes = &document["components"]["securitySchemes"];
            let parameter = scheme.and_then(|scheme| schemes[scheme]["name"].as_str());
            let served = operation.token.parameters().map(|(own, _)| own);
            assert_eq!(parameter, served, "{}", operation.id);
        }
    }

    #[test]
    fn wrong_response_is_told_by_its_place() {
        for (operation, status, content_type, body, told) in [
            ("list_tags", 200, JSON, r#"{"tags":[]}"#, None),
            (
                "list_tags",
                200,
                "Application/JSON; charset=utf-8",
                "{}",
                None,
            ),
            ("get_avatar", 301, "", "", None),
            ("get_avatar", 200, "image/png", "", None),
            (
                "list_tags",
                200,
                JSON,
                r#"{"tags":[{"color":5}]}"#,
                Some("/tags/0/color"),
            ),
            ("list_tags", 302, JSON, "{}", Some("is not described")),
            (
                "list_tags",
                200,
                JSON,
                "<html>",
                Some("the body is no JSON"),
            ),
            ("get_avatar", 200, JSON, "{}", Some("is not described")),
            (
                "list_tags",
                200,
                "image/png",
                "{}",
                Some("is not described"),
            ),
            ("list_tags", 200, "", "{}", Some("is not described")),
        ] {
            let found = contract().check_answer(operation, status, content_type, body.as_bytes());
            assert_eq!(found.len(), usize::from(told.is_some()), "{found:?}");
            assert!(told.is_none_or(|told| found[0].contains(told)), "{found:?}");
        }
    }
}
