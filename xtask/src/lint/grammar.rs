//! Applies `openapi/grammar.json`, and follows references: each component is held against what the grammar asks for at
//! the places that refer to it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, Keyword, ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::Report;
use crate::spec::{Document, Node, kind, push_token};

/// The key of the grammar that names what holds the target of a reference.
const FOLLOW: &str = "x-follow";
/// What the whole document is held against.
const START: &str = "start";
/// Longer values are not repeated in a finding.
const SHOWN: usize = 60;

static GRAMMAR: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../openapi/grammar.json");
    serde_json::from_str(text).unwrap_or_default()
});

/// Holds `{root: value}` against the definition of the grammar that is called `root`.
static VALIDATOR: LazyLock<Result<Validator, String>> = LazyLock::new(|| {
    let definitions = &GRAMMAR["$defs"];
    let names = definitions.as_object().into_iter().flat_map(Map::keys);
    let roots: Map<String, Value> = names
        .map(|name| (name.clone(), json!({"$ref": format!("#/$defs/{name}")})))
        .collect();
    let schema = json!({"properties": roots, "$defs": definitions});
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_keyword(FOLLOW, |_, _, _| Ok(Box::new(Follow)))
        .build(&schema)
        .map_err(|error| error.to_string())
});

/// Reports every reference it meets; the walk below takes the reports up.
struct Follow;

impl<'i> Keyword<'i> for Follow {
    fn validate(&self, _: &'i Value) -> Result<(), ValidationError<'i>> {
        Err(ValidationError::custom("a reference to follow"))
    }

    fn is_valid(&self, _: &'i Value) -> bool {
        false
    }
}

/// Holds the document against the grammar; false when it is not one of OpenAPI 3.0.
pub(super) fn check(document: &Document, report: &mut Report<'_>) -> bool {
    let validator = match &*VALIDATOR {
        Ok(validator) => validator,
        Err(error) => {
            report.at(
                "",
                format!("the grammar is not a JSON Schema: {error}"),
                "mend openapi/grammar.json",
            );
            return false;
        }
    };
    let mut walk = Walk {
        waiting: vec![(START.to_owned(), document.root())],
        reached: BTreeSet::new(),
    };
    walk.run(validator, report);
    let is_ours = document
        .root()
        .text("openapi")
        .is_some_and(|version| version.starts_with("3.0."));
    if is_ours {
        walk.leftovers(document, report);
        walk.run(validator, report);
    }
    is_ours
}

struct Walk<'a> {
    /// What holds a place, and the place.
    waiting: Vec<(String, Node<'a>)>,
    reached: BTreeSet<(String, String)>,
}

impl<'a> Walk<'a> {
    fn run(&mut self, validator: &Validator, report: &mut Report<'_>) {
        while let Some((root, node)) = self.waiting.pop() {
            if !self
                .reached
                .insert((node.pointer().to_owned(), root.clone()))
            {
                continue;
            }
            let instance = json!({ root: node.value() });
            for error in validator.iter_errors(&instance) {
                let inside = error.instance_path().as_str();
                let inside = inside
                    .get(1..)
                    .and_then(|path| path.find('/').map(|at| &path[at..]));
                let pointer = format!("{}{}", node.pointer(), inside.unwrap_or_default());
                let broken = Broken::of(&error);
                if broken.keyword == FOLLOW {
                    self.follow(&node, &pointer, &broken, report);
                } else if report.is_own() || !broken.is_for_own() {
                    say(&pointer, &broken, &error, report);
                }
            }
        }
    }

    fn follow(
        &mut self,
        holder: &Node<'a>,
        pointer: &str,
        broken: &Broken<'_>,
        report: &mut Report<'_>,
    ) {
        let document = holder.document();
        let root = broken.schema[FOLLOW].as_str().unwrap_or_default();
        let place = document.target(&format!("#{pointer}"));
        let Some(reference) = place.as_ref().and_then(Node::reference) else {
            return;
        };
        let section = GRAMMAR["$defs"][root]["x-section"].as_str();
        let section = format!("#/components/{}/", section.unwrap_or_default());
        if !reference.starts_with(&section) {
            let what = format!("`$ref: {reference}` names something else than what belongs here");
            report.at(
                pointer,
                what,
                format!("refer to a component of this file, `{section}…`"),
            );
        } else if let Some(target) = document.target(reference) {
            self.waiting.push((root.to_owned(), target));
        } else {
            let what = format!("`$ref: {reference}` leads nowhere");
            report.at(pointer, what, meant(document, reference));
        }
    }

    /// Components that nothing refers to.
    fn leftovers(&mut self, document: &'a Document, report: &mut Report<'_>) {
        let sections = &GRAMMAR["$defs"]["components"]["properties"];
        for (section, rule) in sections.as_object().into_iter().flatten() {
            let Some(root) = rule["x-root"].as_str() else {
                continue;
            };
            for (name, component) in document.components(section) {
                let pointer = component.pointer();
                if self.reached.iter().any(|(reached, _)| reached == pointer) {
                    continue;
                }
                if report.is_own() {
                    let what = format!("nothing refers to the component `{name}`");
                    report.error(&component, what, "refer to it, or remove it");
                } else {
                    self.waiting.push((root.to_owned(), component));
                }
            }
        }
    }
}

/// The name that was probably meant.
fn meant(document: &Document, reference: &str) -> String {
    let (section, name) = reference.rsplit_once('/').unwrap_or((reference, ""));
    let known = document.target(section);
    let known = known.iter().flat_map(Node::entries).map(|(name, _)| name);
    match nearest(name, known) {
        Some(known) => format!("is `{section}/{known}` meant?"),
        None => format!("add it to `{section}`, or refer to something that is there"),
    }
}

fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    known
        .map(|known| (similar::TextDiff::from_chars(known, name).ratio(), known))
        .filter(|(ratio, _)| *ratio > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

/// The part of the grammar that a place does not fit.
struct Broken<'g> {
    keyword: &'g str,
    /// The schema that has the keyword, and its place in the grammar.
    schema: &'g Value,
    pointer: &'g str,
}

impl<'g> Broken<'g> {
    fn of(error: &'g ValidationError<'_>) -> Broken<'g> {
        let path = error.schema_path().as_str();
        let (pointer, keyword) = path.rsplit_once('/').unwrap_or(("", path));
        // What a name must look like is said inside of `propertyNames`.
        let pointer = if keyword == "propertyNames" {
            path
        } else {
            pointer
        };
        let schema = GRAMMAR.pointer(pointer).unwrap_or(&Value::Null);
        Broken {
            keyword,
            schema,
            pointer,
        }
    }

    fn is_for_own(&self) -> bool {
        self.schema["x-own"] == true
    }

    /// The text under a key of the schema, or of the nearest one around it.
    fn nearest(&self, key: &str) -> Option<&'g str> {
        let mut pointer = self.pointer;
        loop {
            let text = GRAMMAR.pointer(pointer)?.get(key);
            if let Some(text) = text.and_then(Value::as_str) {
                return Some(text);
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }

    fn title(&self) -> &'g str {
        self.nearest("title").unwrap_or("this place")
    }

    fn advice(&self) -> String {
        let advice = self.nearest("x-write");
        advice
            .unwrap_or("openapi/README.md says what may stand here")
            .to_owned()
    }

    /// What the grammar says of a property that is missing.
    fn advice_for(&self, property: &str) -> String {
        let schema = &self.schema["properties"][property];
        let target = schema["$ref"].as_str().and_then(|path| path.get(1..));
        let target = target.and_then(|path| GRAMMAR.pointer(path));
        let advice = [Some(schema), target]
            .into_iter()
            .flatten()
            .find_map(|schema| schema["x-write"].as_str());
        advice.map_or_else(|| self.advice(), str::to_owned)
    }

    fn advice_against(&self, key: &str, value: Option<&Value>) -> String {
        let known = self.schema["properties"].as_object();
        let known = known.into_iter().flat_map(Map::keys).map(String::as_str);
        if let Some(instead) = GRAMMAR["x-instead"][key].as_str() {
            instead.to_owned()
        } else if value.is_some_and(Value::is_null) {
            "if a comma cut a text off here, put the whole text in quotes".to_owned()
        } else if let Some(known) = nearest(key, known) {
            format!("is `{known}` meant?")
        } else if let Some(advice) = self.schema["x-write"].as_str() {
            advice.to_owned()
        } else {
            "remove it; openapi/README.md says what may stand here".to_owned()
        }
    }
}

fn say(pointer: &str, broken: &Broken<'_>, error: &ValidationError<'_>, report: &mut Report<'_>) {
    match error.kind() {
        Kind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            let what = format!("`{property}` is missing in {}", broken.title());
            report.at(pointer, what, broken.advice_for(property));
        }
        Kind::AdditionalProperties { unexpected } => {
            for key in unexpected {
                let what = format!("`{key}` is not a key of {}", broken.title());
                let fix = broken.advice_against(key, error.instance().get(key));
                report.at(&below(pointer, key), what, fix);
            }
        }
        Kind::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default();
            let what = format!("`{name}` is not a name in {}", broken.title());
            report.at(&below(pointer, name), what, broken.advice());
        }
        other => {
            let what = broken.schema["x-what"].as_str().map(str::to_owned);
            let what = what.unwrap_or_else(|| misfit(pointer, other, error.instance()));
            report.at(pointer, what, broken.advice());
        }
    }
}

fn below(pointer: &str, key: &str) -> String {
    let mut pointer = pointer.to_owned();
    push_token(&mut pointer, key);
    pointer
}

/// What is wrong with a value, in words.
fn misfit(pointer: &str, kind_of_error: &Kind, value: &Value) -> String {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let name = name.replace("~1", "/").replace("~0", "~");
    let subject = if name.is_empty() {
        "the document".to_owned()
    } else if name.bytes().all(|byte| byte.is_ascii_digit()) {
        "this entry".to_owned()
    } else {
        format!("`{name}`")
    };
    let state = match kind_of_error {
        Kind::MinItems { .. } | Kind::MinProperties { .. } => "has too few entries".to_owned(),
        Kind::MaxItems { .. } | Kind::MaxProperties { .. } => "has too many entries".to_owned(),
        Kind::UniqueItems => "lists an entry twice".to_owned(),
        Kind::Not { .. } => "has no place here".to_owned(),
        Kind::Type { .. } => format!("is {}", kind(value)),
        _ => format!("is {}", shown(value)),
    };
    format!("{subject} {state}")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.trim().is_empty() => "empty".to_owned(),
        Value::String(text) if text.chars().count() <= SHOWN && !text.contains('\n') => {
            format!("`{text}`")
        }
        Value::Number(_) | Value::Bool(_) => format!("`{value}`"),
        other => kind(other).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammar_is_a_json_schema() {
        assert!(VALIDATOR.is_ok(), "{:?}", VALIDATOR.as_ref().err());
    }

    #[test]
    fn every_root_of_the_grammar_exists() {
        let mut waiting = vec![&*GRAMMAR];
        while let Some(value) = waiting.pop() {
            for key in [FOLLOW, "x-root"] {
                if let Some(root) = value.get(key).and_then(Value::as_str) {
                    let section = &GRAMMAR["$defs"][root]["x-section"];
                    assert!(section.is_string(), "{root} has no section");
                }
            }
            waiting.extend(value.as_array().into_iter().flatten());
            waiting.extend(value.as_object().into_iter().flat_map(Map::values));
        }
    }
}
