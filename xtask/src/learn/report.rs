//! What `cargo xtask spec learn` found, for people.

use super::check::{Finding, Findings, Step, What};
use super::keys;
use super::proposal::Writer;
use super::shape::Shape;
use crate::spec::Document;

/// The responses of one operation that were compared.
#[derive(Debug)]
pub(super) struct Group {
    /// The operation.
    pub(super) operation: String,
    /// Whether they are failures.
    pub(super) failure: bool,
    /// How many.
    pub(super) responses: usize,
    pub(super) findings: Findings,
}

/// Everything that was found. It holds no value of a capture but those of enums that were asked for.
#[derive(Debug, Default)]
pub struct Report {
    /// One line for each thing to learn, by group.
    groups: Vec<(String, Vec<String>)>,
    /// Lines for the document, each with its place.
    proposals: Vec<String>,
    remarks: Vec<String>,
}

impl Report {
    pub(super) fn new(
        document: &Document,
        groups: Vec<Group>,
        left_out: Vec<(u64, &'static str)>,
        from_mock: bool,
        show_values: bool,
    ) -> Report {
        let mut report = Report::default();
        let writer = Writer {
            document,
            from_mock,
        };
        for group in &groups {
            let side = if group.failure { ", failures" } else { "" };
            let head = format!(
                "{}{side}: {}",
                group.operation,
                plural(group.responses, "response")
            );
            report.groups.push((head, Vec::new()));
            for ((steps, what), finding) in &group.findings.0 {
                report.take(&writer, steps, *what, finding, show_values);
            }
        }
        let left_out = left_out.into_iter().filter(|(number, _)| *number > 0);
        report.remarks.extend(
            left_out.map(|(number, what)| {
                format!("Left out: {}", what.replace('#', &number.to_string()))
            }),
        );
        if from_mock {
            report.remarks.push("From a journal of pancake-mock: this says what the mock does, not what the service does.".to_owned());
        }
        if report.is_empty() {
            report
                .remarks
                .push("Nothing to learn: the yaml knows all of it.".to_owned());
        }
        report
    }

    /// Whether the captures showed nothing new.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings().is_empty()
    }

    /// The findings, one line each.
    #[must_use]
    pub fn findings(&self) -> Vec<&str> {
        self.groups
            .iter()
            .flat_map(|(_, lines)| lines)
            .map(String::as_str)
            .collect()
    }

    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (head, found) in &self.groups {
            lines.push(head.clone());
            lines.extend(found.iter().map(|line| format!("  {line}")));
        }
        lines.extend(self.remarks.clone());
        if !self.proposals.is_empty() {
            lines.push("\nProposed lines; \"Meaning unknown\" waits for your words:".to_owned());
        }
        lines.extend(
            self.proposals
                .iter()
                .map(|proposal| format!("\n{proposal}")),
        );
        lines.join("\n")
    }

    fn say(&mut self, line: String) {
        if let Some((_, lines)) = self.groups.last_mut() {
            lines.push(line);
        }
    }

    fn take(
        &mut self,
        writer: &Writer<'_>,
        steps: &[Step],
        what: What,
        finding: &Finding,
        show_values: bool,
    ) {
        let path = shown(steps);
        let (of, seen_values) = (finding.of, finding.shape.seen);
        let wanted: Vec<&str> = finding.wanted.iter().map(String::as_str).collect();
        let wanted = wanted.join(" or ");
        let place = match writer.document.line(&finding.pointer) {
            Some(line) => format!("{}:{line}", writer.document.file),
            None => writer.document.file.clone(),
        };
        match what {
            What::Fields => self.fields(writer, steps, finding, &place),
            What::Null => self.say(format!(
                "{path}: null, in {seen_values} of {of}; the yaml has {wanted} ({place})"
            )),
            What::Kind => {
                let words = finding.shape.kind_names();
                self.say(format!(
                    "{path}: {words}, in {seen_values} of {of}; the yaml has {wanted} ({place})"
                ));
                // A place without a type gets its first.
                let untyped = wanted == "null" || wanted == "empty array";
                if let (Some(Step::Field(name)), true) = (steps.last(), untyped) {
                    let lines = writer.property(name, &finding.shape, of, indent(&finding.pointer));
                    let lines = lines.join("\n");
                    self.proposals
                        .push(format!("{place}: in the place of `{name}`\n{lines}"));
                }
            }
            What::Wide => self.say(format!(
                "{path}: integer beyond 32 bits; the yaml has int32 ({place})"
            )),
            What::Value => {
                let values = finding.shape.constants();
                let hint = match (show_values, values.is_empty()) {
                    (_, true) => "not shown, they could be data".to_owned(),
                    (true, false) => {
                        format!("those that look like constants: {}", values.join(", "))
                    }
                    (false, false) => {
                        "`--show-enum-values` prints those that look like constants".to_owned()
                    }
                };
                self.say(format!("{path}: texts that the yaml does not list, in {seen_values} of {of} ({place}); {hint}"));
            }
        }
    }

    fn fields(&mut self, writer: &Writer<'_>, steps: &[Step], finding: &Finding, place: &str) {
        let fields = &finding.shape.fields;
        let sorted = keys::sort(
            fields.iter().map(|(key, field)| (key.as_str(), field.seen)),
            finding.of,
        );
        if !sorted.data.is_empty() {
            let mut values = Shape::default();
            sorted
                .data
                .iter()
                .for_each(|key| values.merge(&fields[*key]));
            let path = shown(&[steps, &[Step::MapValue]].concat());
            let keys = plural(sorted.data.len(), "key");
            let advice = "look into the capture, and write a map or the names into the yaml";
            self.say(format!(
                "{path}: {keys} that could be data, not shown, with {}; {advice} ({place})",
                values.words()
            ));
        }
        let mut lines = Vec::new();
        for name in sorted.names {
            let path = shown(&[steps, &[Step::Field(name.to_owned())]].concat());
            self.say(format!("{path}: {}", fields[name].sentence(finding.of)));
            lines.extend(writer.property(
                name,
                &fields[name],
                finding.of,
                indent(&finding.pointer) + 4,
            ));
        }
        if !lines.is_empty() {
            let below = format!("{}/properties", finding.pointer);
            self.proposals
                .push(format!("{place}: below {below}\n{}", lines.join("\n")));
        }
    }
}

/// How far the key of a JSON pointer stands from the left.
fn indent(pointer: &str) -> usize {
    2 * pointer.matches('/').count().saturating_sub(1)
}

fn shown(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        let dot = if path.is_empty() { "" } else { "." };
        match step {
            Step::Field(name) => path.push_str(&format!("{dot}{name}")),
            Step::MapValue => path.push_str(&format!("{dot}<key>")),
            Step::Item => path.push_str("[]"),
        }
    }
    if path.is_empty() {
        "(the whole response)".to_owned()
    } else {
        path
    }
}

/// `1 response`, `2 responses`.
fn plural(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
