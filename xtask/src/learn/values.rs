//! Plain values against the document: forms of texts, enums, the size of integers.

use super::accepts::Accepts;
use super::compare::{Comparison, plural};
use super::enums;
use super::finding::{Place, What};
use super::shape::{Kind, Shape};
use super::text_form::TextForm;
use crate::spec::Node;

impl<'a> Comparison<'_, 'a> {
    pub(super) fn texts(
        &mut self,
        shape: &Shape,
        schema: &Node<'a>,
        place: &Place<'a>,
        of: u64,
        accepts: &Accepts<'a>,
    ) {
        if let Some(component) = accepts.handwritten() {
            let odd = odd_texts(component, shape);
            if odd > 0 {
                let text = format!(
                    "string in no form that `{component}` knows, in {odd} of {of}; look at the Rust type"
                );
                self.find(place, What::Format, text, schema);
            }
            return;
        }
        let strings = accepts.for_kind(Kind::String);
        if let Some((list, known)) = strings.iter().find_map(|form| enums::listed(&form.node)) {
            let unknown = shape.constants.unknown(&known);
            if unknown.times == 0 {
                return;
            }
            let mut text = format!(
                "{} that the yaml does not list, in {} of {of}",
                plural(unknown.shown.len() as u64 + unknown.hidden, "value"),
                unknown.times
            );
            if self.show_values && !unknown.shown.is_empty() {
                text.push_str(&format!(": {}", unknown.shown.join(", ")));
                if unknown.hidden > 0 {
                    text.push_str(&format!(" (and {} that could be data)", unknown.hidden));
                }
                let pointer = list.pointer().to_owned();
                let (_, values) = self
                    .lessons
                    .values
                    .entry(pointer)
                    .or_insert((list, Vec::new()));
                for value in unknown.shown {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            } else if unknown.shown.is_empty() {
                text.push_str("; not shown, they could be data");
            } else {
                text.push_str("; `--show-enum-values` prints those that look like constants");
            }
            return self.find(place, What::EnumValue, text, schema);
        }
        // What is more than a plain string has been thought about already.
        let plain = matches!(accepts.alternatives.as_slice(), [only] if only.kind == Some(Kind::String) && only.node.pointer() == schema.pointer());
        if plain && shape.only(&[TextForm::Time]) && shape.count(Kind::String) > 1 {
            let text = format!(
                "string that is always a time, in {} of {of}; the yaml has a plain string",
                shape.count(Kind::String)
            );
            self.find(place, What::Format, text, schema);
            self.change(shape, schema, place, of).form = true;
        } else if plain
            && self.show_values
            && let Some(values) = enums::candidate(&place.name, shape)
        {
            let text = format!(
                "string that could be an open enum, in {} of {of}: {}",
                shape.count(Kind::String),
                values.join(", ")
            );
            self.find(place, What::EnumValue, text, schema);
            self.change(shape, schema, place, of).open_enum = values;
        }
    }

    pub(super) fn integers(
        &mut self,
        shape: &Shape,
        schema: &Node<'a>,
        place: &Place<'a>,
        accepts: &Accepts<'a>,
    ) {
        let narrow = accepts.for_kind(Kind::Integer).iter().any(|form| {
            form.node.text("format") == Some("int32") && form.node.pointer() == schema.pointer()
        });
        if narrow && shape.wide {
            let text = "integer beyond 32 bits; the yaml has int32".to_owned();
            self.find(place, What::Format, text, schema);
            self.change(shape, schema, place, shape.seen).form = true;
        }
    }
}

/// How many texts a handwritten type could not make sense of.
fn odd_texts(component: &str, shape: &Shape) -> u64 {
    let known: &[TextForm] = match component {
        "Timestamp" => &[
            TextForm::Time,
            TextForm::Date,
            TextForm::Digits,
            TextForm::Empty,
        ],
        "Numeric" => &[TextForm::Digits, TextForm::Decimal, TextForm::Empty],
        "Birthday" => &[TextForm::Date, TextForm::Empty],
        _ => return 0,
    };
    let odd = shape.forms.iter().filter(|(form, _)| !known.contains(form));
    odd.map(|(_, times)| times).sum()
}
