//! The table, as it stands in `openapi/COVERAGE.md` and in a terminal.

use std::fmt::Write as _;

use super::{COMMAND, Row};

const HEADINGS: [&str; 9] = [
    "operation",
    "request examples",
    "answer examples",
    "forms known",
    "recorded requests",
    "decoded answers",
    "mock",
    "handle",
    "end to end",
];

/// The whole file.
#[must_use]
pub fn markdown(rows: &[Row]) -> String {
    let cells: Vec<[String; 9]> = rows.iter().map(cells).collect();
    let mut widths = HEADINGS.map(str::len);
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String]| {
        let padded: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        format!("| {} |\n", padded.join(" | "))
    };
    let mut text = format!(
        "# Coverage\n\nWritten by `{COMMAND}`; do not edit. [README.md](README.md#coverage) says where each column comes from.\n\n"
    );
    text.push_str(&line(&HEADINGS.map(str::to_owned)));
    text.push_str(&line(&widths.map(|width| "-".repeat(width))));
    for row in &cells {
        text.push_str(&line(row));
    }
    let _ = write!(text, "\n{}\n", summary(rows));
    text
}

fn cells(row: &Row) -> [String; 9] {
    let number = |number: usize| {
        if number == 0 {
            String::new()
        } else {
            number.to_string()
        }
    };
    let file = || "a file".to_owned();
    let decoded = match (row.decoded_answers, row.answer_examples) {
        (0, 0) if row.answers_file => file(),
        (0, _) => String::new(),
        (some, all) if some == all => "all".to_owned(),
        (some, all) => format!("{some} of {all}"),
    };
    let end_to_end = match (row.called, row.handles.is_empty()) {
        (true, true) => "client",
        (true, false) => "client, handle",
        (false, false) => "handle",
        (false, true) => "",
    };
    let handles: Vec<String> = row.handles.iter().map(|name| format!("`{name}`")).collect();
    [
        format!("`{}`", row.id),
        if row.has_body {
            number(row.request_examples)
        } else {
            "no body".to_owned()
        },
        match row.answer_examples {
            0 if row.answers_file => file(),
            examples => number(examples),
        },
        row.sources.iter().cloned().collect::<Vec<_>>().join(", "),
        number(row.recorded_requests),
        decoded,
        if row.mocked { "yes" } else { "" }.to_owned(),
        handles.join(", "),
        end_to_end.to_owned(),
    ]
}

fn summary(rows: &[Row]) -> String {
    let count = |has: fn(&Row) -> bool| rows.iter().filter(|row| has(row)).count();
    format!(
        "Of {} operations, {} have a recorded request, {} a decoded answer, {} an observed form, {} are in the mock, {} behind a \
         handle, and {} in an end-to-end test.",
        rows.len(),
        count(|row| row.recorded_requests > 0),
        count(|row| row.decoded_answers > 0),
        count(|row| row.sources.contains("observed")),
        count(|row| row.mocked),
        count(|row| !row.handles.is_empty()),
        count(|row| row.called || !row.handles.is_empty()),
    )
}
