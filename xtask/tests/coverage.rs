//! `openapi/COVERAGE.md`: for each operation what shows that it works, read from files that other tests write.
//!
//! `UPDATE=1 cargo test -p xtask --test coverage` writes it. That every operation is in the mock, and is called end to end by
//! itself and through a handle, is what `tests/tests/end_to_end` fails without.

#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use xtask::examples::{self, AnswerExample, BodyExample};
use xtask::spec::{Document, Operation};
use xtask::workspace;

const FILE: &str = "openapi/COVERAGE.md";
const COMMAND: &str = "UPDATE=1 cargo test -p xtask --test coverage";
const REQUESTS: &str = "tests/snapshots/requests";
const RESPONSES: &str = "tests/snapshots/answers";
const HANDLES: &str = "tests/snapshots/handles/operations.snap";
const HEADINGS: [&str; 7] = [
    "operation",
    "request examples",
    "response examples",
    "forms known",
    "recorded requests",
    "decoded responses",
    "handle",
];

/// What other tests recorded, by operation.
struct Recorded {
    requests: BTreeMap<String, usize>,
    responses: BTreeMap<String, usize>,
    handles: BTreeMap<String, Vec<String>>,
}

impl Recorded {
    fn read(root: &Path) -> Recorded {
        Recorded {
            requests: snapshots(&root.join(REQUESTS)),
            responses: snapshots(&root.join(RESPONSES)),
            handles: handles(&std::fs::read_to_string(root.join(HANDLES)).unwrap()),
        }
    }

    fn operations(&self) -> BTreeSet<&String> {
        self.requests
            .keys()
            .chain(self.responses.keys())
            .chain(self.handles.keys())
            .collect()
    }
}

/// The number of snapshots by operation: `send_message.text.snap` is one of `send_message`.
fn snapshots(directory: &Path) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if let Some((operation, _)) = name
            .strip_suffix(".snap")
            .and_then(|_| name.split_once('.'))
        {
            *found.entry(operation.to_owned()).or_default() += 1;
        }
    }
    found
}

/// The methods of handles, out of lines of the form `operation_id  Handle::method`.
fn handles(snapshot: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in snapshot.lines() {
        if let [operation, method] = line.split_whitespace().collect::<Vec<_>>()[..]
            && method.contains("::")
        {
            found
                .entry(operation.to_owned())
                .or_default()
                .push(format!("`{method}`"));
        }
    }
    found.values_mut().for_each(|methods| methods.sort());
    found
}

fn table(document: &Document, recorded: &Recorded) -> String {
    let bodies = examples::bodies(document);
    let responses = examples::answers(document);
    let operations = document.operations();
    let rows = operations
        .iter()
        .map(|operation| row(operation, &bodies, &responses, recorded));
    let mut text = format!(
        "# Coverage\n\nWritten by `{COMMAND}`; do not edit. [README.md](README.md#coverage) says where each column comes from.\n\n"
    );
    let line = |cells: &[String; 7]| format!("| {} |\n", cells.join(" | "));
    text.push_str(&line(&HEADINGS.map(str::to_owned)));
    text.push_str(&line(&HEADINGS.map(|_| "---".to_owned())));
    rows.for_each(|cells| text.push_str(&line(&cells)));
    text
}

fn row(
    operation: &Operation<'_>,
    bodies: &[BodyExample],
    responses: &[AnswerExample],
    recorded: &Recorded,
) -> [String; 7] {
    let id = operation.id().unwrap();
    let number = |number: usize| {
        if number == 0 {
            String::new()
        } else {
            number.to_string()
        }
    };
    let is_file = operation.answers_file();
    let file = |text: String| {
        if text.is_empty() && is_file {
            "a file".to_owned()
        } else {
            text
        }
    };
    let bodies = bodies
        .iter()
        .filter(|example| example.operation == id)
        .count();
    let successes: Vec<&AnswerExample> = responses
        .iter()
        .filter(|example| example.operation == id && example.status.starts_with('2'))
        .collect();
    let sources = ["documented", "guess", "observed"];
    let sources = sources.into_iter().filter(|source| {
        successes
            .iter()
            .any(|example| example.name.starts_with(source))
    });
    let decoded = recorded.responses.get(id).copied().unwrap_or_default();
    [
        format!("`{id}`"),
        if operation.body().is_some() {
            number(bodies)
        } else {
            "no body".to_owned()
        },
        file(number(successes.len())),
        sources.collect::<Vec<_>>().join(", "),
        number(recorded.requests.get(id).copied().unwrap_or_default()),
        file(if decoded == successes.len() && decoded > 0 {
            "all".to_owned()
        } else {
            number(decoded)
        }),
        recorded
            .handles
            .get(id)
            .map(|methods| methods.join(", "))
            .unwrap_or_default(),
    ]
}

#[test]
fn coverage_table_is_up_to_date() {
    let root = workspace::root();
    let document = examples::document().unwrap();
    let recorded = Recorded::read(&root);
    let ids = examples::operation_ids(&document);
    let unknown = recorded
        .operations()
        .into_iter()
        .find(|name| !ids.contains(&name.as_str()));
    assert_eq!(
        unknown,
        None,
        "a snapshot of an operation that {} does not have: remove it",
        workspace::SPEC
    );
    let wanted = table(&document, &recorded);
    let path = root.join(FILE);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    let difference = similar::TextDiff::from_lines(&found, &wanted)
        .unified_diff()
        .context_radius(0)
        .to_string();
    assert_eq!(
        difference, "",
        "{FILE} is stale: run `{COMMAND}`, look at the difference, and commit it"
    );
}

#[test]
fn rows_show_what_was_recorded() {
    let text = "openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /tags:
    get:
      operationId: list_tags
      responses: {'200': {description: ok, content: {application/json: {schema: {type: object}, examples: {documented: {value: {}}, observed_twice: {value: {}}}}}}}
    post:
      operationId: add_tag
      requestBody: {required: true, content: {application/json: {schema: {type: object}, examples: {one: {value: {}}, two: {value: {}}}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {type: object}, examples: {guess: {value: {}}}}}}}
  /picture:
    get:
      operationId: picture
      responses: {'200': {description: ok, content: {image/png: {schema: {type: string, format: binary}}}}}
";
    let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
    let count = |name: &str, number| BTreeMap::from([(name.to_owned(), number)]);
    let recorded = Recorded {
        requests: count("add_tag", 2),
        responses: count("list_tags", 2),
        handles: handles("---\nsource: x\n---\nadd_tag  Page::add_tag\nadd_tag  Chat::add_tag\n"),
    };
    let table = table(&document, &recorded);
    let rows: Vec<&str> = table.lines().skip(6).collect();
    assert_eq!(
        rows,
        [
            "| `list_tags` | no body | 2 | documented, observed |  | all |  |",
            "| `add_tag` | 2 | 1 | guess | 2 |  | `Chat::add_tag`, `Page::add_tag` |",
            "| `picture` | no body | a file |  |  | a file |  |",
        ]
    );
}
