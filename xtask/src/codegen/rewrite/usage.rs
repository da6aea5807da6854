//! An example for each operation that compiles: its method on the client with the arguments it cannot do without.

use std::fmt::Write as _;

use serde_json::Value;
use syn::{Attribute, File, ImplItem, Item, parse_quote};

use super::docs::doc_text;
use crate::names;
use crate::rust_types::short;
use crate::spec::{Document, Node, Operation, component_name};

/// The crate that holds the generated client.
const CRATE: &str = "pancake_client";

/// Puts an example that compiles where the generator shows one that cannot. Counts the operations.
pub(super) fn show(file: &mut File, document: &Document) -> usize {
    let operations = document.operations();
    let mut count = 0;
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() || short(&block.self_ty) != "Client" {
            continue;
        }
        for item in &mut block.items {
            let ImplItem::Fn(method) = item else { continue };
            let found = operations.iter().find(|operation| {
                operation
                    .id()
                    .is_some_and(|id| method.sig.ident == names::snake(id))
            });
            if let Some(operation) = found {
                count += usize::from(replace(&mut method.attrs, &example(operation)));
            }
        }
    }
    count
}

/// Replaces the first code block of a description.
fn replace(attributes: &mut Vec<Attribute>, example: &str) -> bool {
    let text: Vec<String> = attributes.iter().filter_map(doc_text).collect();
    let text = text.join("\n");
    let Some((before, rest)) = text.split_once("```ignore") else {
        return false;
    };
    let after = rest.split_once("```").map_or("", |(_, after)| after);
    let text = format!("{before}```no_run\n{example}```{after}");
    attributes.retain(|attribute| doc_text(attribute).is_none());
    attributes.insert(0, parse_quote!(#[doc = #text]));
    true
}

fn example(operation: &Operation<'_>) -> String {
    let mut text = format!(
        "# async fn run(client: {CRATE}::Client) -> Result<(), Box<dyn std::error::Error>> {{\n"
    );
    let mut calls = vec![names::snake(operation.id().unwrap_or_default()) + "()"];
    for parameter in operation.parameters() {
        if parameter.node.flag("required") {
            let name = names::snake(parameter.name());
            let value = parameter_value(&parameter.node);
            calls.push(format!("{name}({})", literal(&value)));
        }
    }
    if let Some((schema, value)) = body(operation) {
        let call = match filled(&schema, &value) {
            Some(fields) => format!("body_map(|body| body{fields})"),
            None => {
                // Writing to a String cannot fail.
                let _ = write!(text, "{}", from_json(&schema, &value));
                "body(body)".to_owned()
            }
        };
        calls.push(call);
    }
    calls.push("send()".to_owned());
    calls.push("await?;".to_owned());
    text.push_str(&formatted(&format!(
        "let answer = client.{}",
        calls.join(".")
    )));
    text.push_str("# Ok(()) }\n");
    text
}

/// A statement over as many lines as it needs.
fn formatted(statement: &str) -> String {
    let Ok(file) = syn::parse_str(&format!("async fn run() {{ {statement} }}")) else {
        return format!("{statement}\n");
    };
    let printed = prettyplease::unparse(&file);
    let lines = printed.lines().filter_map(|line| line.strip_prefix("    "));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

fn parameter_value(parameter: &Node<'_>) -> Value {
    if let Some(example) = parameter.get("example") {
        return example.value().clone();
    }
    let schema = parameter.get("schema").and_then(|schema| schema.resolve());
    let first = schema.as_ref().and_then(|schema| {
        let values = schema
            .get("enum")
            .or_else(|| schema.get("x-extensible-enum"))?;
        Some(values.value().get(0)?.clone())
    });
    match schema.and_then(|schema| schema.text("type")) {
        _ if first.is_some() => first.unwrap_or_default(),
        Some("integer" | "number") => Value::from(1),
        Some("boolean") => Value::Bool(true),
        _ => Value::from("1"),
    }
}

/// The value as an argument: setters take what converts.
fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| format!("{}.into()", literal(item)))
                .collect();
            format!("vec![{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// The schema of a JSON body as the operation names it, and the first example of one.
fn body<'a>(operation: &Operation<'a>) -> Option<(Node<'a>, Value)> {
    let content = operation.body()?.get("content")?.get("application/json")?;
    let example = content
        .get("example")
        .map(|example| example.value().clone());
    let example = example.or_else(|| {
        let (_, first) = content.get("examples")?.entries().into_iter().next()?;
        Some(first.resolve()?.get("value")?.value().clone())
    });
    Some((
        content.get("schema")?,
        example.unwrap_or_else(|| Value::Object(serde_json::Map::new())),
    ))
}

/// The setters of a builder that make this value, or nothing where a builder has no such setters.
fn filled(schema: &Node<'_>, value: &Value) -> Option<String> {
    let schema = schema.resolve()?;
    let properties = schema.get("properties")?;
    let required = schema.get("required");
    let required = required.and_then(|names| names.value().as_array());
    let mut text = String::new();
    for (key, value) in value.as_object()? {
        let property = properties.get(key)?;
        let must = required.is_some_and(|names| names.iter().any(|name| name == key));
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            ".{}({})",
            names::snake(key),
            part(&property, must, value)?
        );
    }
    Some(text)
}

/// The argument of a builder's setter. One that may be left out takes the value's own type, and converts nothing.
fn part(property: &Node<'_>, required: bool, value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) | Value::Number(_) => Some(literal(value)),
        Value::String(_) if required => Some(literal(value)),
        Value::String(text) => exact(property, text),
        Value::Array(items) => {
            let items_of = property.resolve()?.get("items")?;
            let items: Option<Vec<String>> = items
                .iter()
                .map(|item| exact(&items_of, item.as_str()?))
                .collect();
            Some(format!("vec![{}]", items?.join(", ")))
        }
        Value::Object(_) if required => {
            let name = component_name(property.reference()?, "schemas")?;
            let fields = filled(property, value)?;
            Some(format!(
                "{CRATE}::types::{}::builder(){fields}",
                names::pascal(name)
            ))
        }
        Value::Object(_) | Value::Null => None,
    }
}

/// A text as a value of the type that its schema becomes.
fn exact(property: &Node<'_>, text: &str) -> Option<String> {
    let schema = property.resolve()?;
    if let Some(path) = schema.text("x-handwritten-type") {
        let (_, name) = path.rsplit_once("::")?;
        // What has a pattern refuses text that does not fit it, and a body in parts has no way to say so.
        return match schema.get("pattern") {
            Some(_) => None,
            None => Some(format!("{CRATE}::{name}::from({text:?})")),
        };
    }
    if schema.get("enum").is_some() || schema.get("x-extensible-enum").is_some() {
        let name = names::pascal(component_name(property.reference()?, "schemas")?);
        let variant = names::pascal(text);
        // The generator has more names for what begins with no letter than one.
        let plain = variant.starts_with(|first: char| first.is_ascii_uppercase());
        return plain.then(|| format!("{CRATE}::types::{name}::{variant}"));
    }
    (schema.text("type") == Some("string")).then(|| format!("{text:?}.to_owned()"))
}

/// A body from JSON, for a type that has no builder.
fn from_json(schema: &Node<'_>, value: &Value) -> String {
    let name = schema
        .reference()
        .and_then(|reference| component_name(reference, "schemas"));
    let kind = name.map_or_else(
        || "_".to_owned(),
        |name| format!("{CRATE}::types::{}", names::pascal(name)),
    );
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    format!("let body: {kind} = serde_json::from_value(serde_json::json!({json}))?;\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "
openapi: 3.0.3
paths:
  /a/{id}:
    post:
      operationId: change_a
      parameters:
        - {name: id, in: path, required: true, example: '7', schema: {type: string}}
        - {name: kind, in: query, required: true, schema: {type: string, enum: [x, y]}}
        - {name: since, in: query, required: true, schema: {type: integer}}
        - {name: until, in: query, schema: {type: integer}}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Body'}
            examples: {one: {value: {name: Lan, tags: [a], part: {id: 1}, kind: BIG}}}
    put:
      operationId: put_a
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Choice'}, example: {action: reply}}}
    delete:
      operationId: date_a
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Dated'}, example: {day: 31/01}}}
components:
  schemas:
    Body:
      type: object
      required: [part]
      properties:
        name: {type: string}
        tags: {type: array, items: {$ref: '#/components/schemas/TagId'}}
        part: {$ref: '#/components/schemas/Part'}
        kind: {$ref: '#/components/schemas/Kind'}
    Kind: {type: string, enum: [BIG]}
    Day: {type: string, pattern: '^../..$', x-handwritten-type: 'crate::day::Day'}
    Dated: {type: object, properties: {day: {$ref: '#/components/schemas/Day'}}}
    Part: {type: object, properties: {id: {type: integer}}}
    TagId: {type: string, x-handwritten-type: 'crate::id::TagId'}
    Choice: {oneOf: [{type: object}]}
";

    fn shown(id: &str) -> String {
        let document = Document::from_bytes(DOCUMENT.as_bytes().to_vec(), "api.yaml").unwrap();
        let source = format!(
            "impl Client {{ #[doc = \"Text\\n```ignore\\nlet x\\n```\\n\"] pub fn {id}() {{}} }}"
        );
        let mut file = syn::parse_str(&source).unwrap();
        assert_eq!(show(&mut file, &document), 1);
        super::super::docs::tidy(&mut file);
        prettyplease::unparse(&file)
            .replace("    /// ", "")
            .replace("///", "")
    }

    #[test]
    fn a_call_has_the_arguments_it_cannot_do_without_and_a_body_of_parts() {
        let text = shown("change_a");
        for wanted in [
            "Text\n```no_run\n",
            "let answer = client\n    .change_a()\n    .id(\"7\")\n    .kind(\"x\")\n    .since(1)\n",
            ".name(\"Lan\".to_owned())",
            ".tags(vec![pancake_client::TagId::from(\"a\")])",
            ".part(pancake_client::types::Part::builder().id(1))",
            ".kind(pancake_client::types::Kind::Big)",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        assert!(!text.contains("until"), "{text}");
    }

    #[test]
    fn a_body_without_a_builder_or_with_text_that_may_not_fit_comes_from_json() {
        let text = shown("date_a");
        assert!(
            text.contains("let body: pancake_client::types::Dated = serde_json::from_value"),
            "{text}"
        );
        let text = shown("put_a");
        assert!(
            text.contains("let body: pancake_client::types::Choice = serde_json::from_value"),
            "{text}"
        );
        assert!(
            text.contains("client.put_a().body(body).send().await?;"),
            "{text}"
        );
    }
}
