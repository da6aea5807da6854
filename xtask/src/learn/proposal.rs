//! Turns lessons into lines for the document.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::amend::amend;
use super::edit::{Edit, Editor, apply};
use super::forms::Forms;
use super::lessons::{Lessons, NewField};
use crate::lint::{self, Audience};
use crate::names;
use crate::spec::{Document, Node};

/// What to write into the document.
#[derive(Debug, Default)]
pub(super) struct Proposals {
    /// The lines, in the order of the document.
    pub(super) edits: Vec<Edit>,
    /// What a person has to write, or to look at.
    pub(super) notes: Vec<String>,
}

/// Proposes lines for everything that can be said in the yaml.
pub(super) fn propose<'a>(mut forms: Forms<'a>, lessons: &Lessons<'a>) -> Proposals {
    let document = forms.document;
    let editor = Editor::new(document);
    let mut proposals = Proposals::default();
    for change in lessons.changes.values() {
        let amended = amend(&mut forms, change);
        let edit = amended.and_then(|amended| editor.replace(&amended.node, amended.schema));
        proposals.take(document, change.node.pointer(), edit);
    }
    for (list, new) in lessons.values.values() {
        let mut values = list.value().as_array().cloned().unwrap_or_default();
        values.extend(new.iter().map(|value| Value::from(value.as_str())));
        let edit = editor.replace(list, Value::Array(values));
        proposals.take(document, list.pointer(), edit);
    }
    proposals.fields(&editor, &mut forms, lessons);
    proposals.components(&editor, &forms);
    proposals.settle(document);
    proposals
}

impl Proposals {
    fn take(&mut self, document: &Document, pointer: &str, edit: Option<Edit>) {
        match edit {
            Some(edit) => self.edits.push(edit),
            None => self.notes.push(format!(
                "{}: no lines to propose; write it by hand",
                spot(document, pointer)
            )),
        }
    }

    fn fields<'a>(&mut self, editor: &Editor<'a>, forms: &mut Forms<'a>, lessons: &Lessons<'a>) {
        let mut by_owner: BTreeMap<&str, Vec<(&str, &NewField<'a>)>> = BTreeMap::new();
        for ((owner, name), field) in &lessons.fields {
            by_owner.entry(owner).or_default().push((name, field));
        }
        for (pointer, fields) in by_owner {
            let Some((_, first)) = fields.first() else {
                continue;
            };
            let owner = &first.owner;
            let properties = owner.get("properties");
            let mut taken: Vec<String> = properties
                .iter()
                .flat_map(Node::entries)
                .map(|(name, _)| names::snake(name))
                .collect();
            let mut added = Map::new();
            for (name, field) in fields {
                let rust = names::snake(name);
                if rust == "extra" || taken.contains(&rust) {
                    self.notes.push(format!(
                        "{}: `{name}` has no place in the generated type, which has a field `{rust}` already; it stays among the unknown fields",
                        spot(forms.document, pointer)
                    ));
                    continue;
                }
                taken.push(rust);
                let form = forms.of(&field.shape, name, &field.component);
                added.insert(
                    name.to_owned(),
                    forms.property(form, &field.shape.sentence(field.of)),
                );
            }
            let own_lines: Option<Vec<Edit>> = properties.as_ref().and_then(|map| {
                let edits = added
                    .iter()
                    .map(|(name, schema)| editor.insert(map, name, schema));
                edits.collect()
            });
            match own_lines {
                Some(edits) => self.edits.extend(edits),
                None if added.is_empty() => {}
                None => {
                    let edit = with_properties(owner, added)
                        .and_then(|schema| editor.replace(owner, schema));
                    self.take(forms.document, pointer, edit);
                }
            }
        }
    }

    fn components<'a>(&mut self, editor: &Editor<'a>, forms: &Forms<'a>) {
        let Some(schemas) = forms.document.target("#/components/schemas") else {
            return;
        };
        for (name, schema) in &forms.components {
            let edit = editor.insert(&schemas, name, schema);
            self.take(forms.document, "/components/schemas", edit);
        }
    }

    /// Sorts, and holds the result against the rules of the document.
    fn settle(&mut self, document: &Document) {
        self.edits.sort_by_key(|edit| edit.line);
        let all = std::mem::take(&mut self.edits);
        for edit in &all {
            if all.iter().any(|other| other.covers(edit)) {
                self.notes.push(format!(
                    "{}: more to learn here; run this again after the change around it",
                    spot(document, &edit.pointer)
                ));
            } else {
                self.edits.push(edit.clone());
            }
        }
        if self.edits.is_empty() {
            return;
        }
        let text = apply(&document.text, &self.edits);
        match Document::from_bytes(text.into_bytes(), &document.file) {
            Ok(changed) => {
                let after = lint::lint(&changed, Audience::Own);
                if !after.0.is_empty()
                    && after.0.len() > lint::lint(document, Audience::Own).0.len()
                {
                    self.notes.push(format!(
                        "With these lines, `cargo xtask spec lint` will say:\n{after}"
                    ));
                }
            }
            Err(problems) => self.notes.push(format!(
                "These lines need a hand: with them the document is not readable.\n{problems}"
            )),
        }
    }
}

/// An object schema with more properties.
fn with_properties(owner: &Node<'_>, added: Map<String, Value>) -> Option<Value> {
    let mut schema = owner.value().as_object()?.clone();
    let properties = schema
        .entry("properties")
        .or_insert_with(|| Value::Object(Map::new()));
    properties.as_object_mut()?.extend(added);
    Some(Value::Object(schema))
}

/// A place as `file:line: pointer`.
fn spot(document: &Document, pointer: &str) -> String {
    let line = document.line(pointer).map(|line| format!(":{line}"));
    format!("{}{}: {pointer}", document.file, line.unwrap_or_default())
}
