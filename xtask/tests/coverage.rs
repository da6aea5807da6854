//! `cargo xtask spec coverage`, in a small workspace made for it.

#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

use std::path::Path;

use xtask::coverage::{COMMAND, FILE, markdown, rows, staleness, write};

const SPEC: &str = "openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /v1/tags:
    get:
      operationId: list_tags
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {type: object}
              examples:
                documented: {value: {}}
                observed_twice: {value: {}}
        4XX: {description: no, content: {application/json: {schema: {type: object}, examples: {guess: {value: {}}}}}}
    post:
      operationId: add_tag
      requestBody:
        required: true
        content: {application/json: {schema: {type: object}, examples: {one: {value: {}}, two: {value: {}}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {type: object}, examples: {guess: {value: {}}}}}}}
  /v1/pages:
    get:
      operationId: list_pages
      responses: {'200': {description: ok}}
";

const MOCK: &str = r#"
//! Not a line of the table: GET "/v1/pages" list_pages
macro_rules! operations { ($($t:tt)*) => {}; }
operations! {
    GET "/v1/tags" list_tags User Server(ops::tags::list);
    POST "/v1/tag" add_tag User Server(ops::tags::add);
}
"#;

const TEST: &str = "
//! Calls `.list_pages()`, it says here.
async fn test() {
    assert!(client.list_tags().send().await.is_ok(), \".add_tag()\");
    list_pages(client.add_tag_note());
}
";

const HANDLES: &str = "---\nsource: tests/tests/end_to_end/handles.rs\n---\nadd_tag  Page::add_tag\nadd_tag  Conversation::add_tag\n";

fn put(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn workspace() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    put(root, "openapi/pancake.yaml", SPEC);
    put(root, "crates/pancake-mock/src/operation.rs", MOCK);
    put(root, "tests/tests/end_to_end/tags.rs", TEST);
    put(root, "tests/snapshots/requests/list_tags.snap", "");
    put(root, "tests/snapshots/requests/add_tag.one.snap", "");
    put(root, "tests/snapshots/requests/add_tag.two.snap", "");
    put(
        root,
        "tests/snapshots/answers/list_tags.documented.snap",
        "",
    );
    put(root, "tests/snapshots/answers/add_tag.guess.snap", "");
    put(root, "tests/snapshots/handles/operations.snap", HANDLES);
    directory
}

#[test]
fn the_table_says_what_covers_each_operation() {
    let workspace = workspace();
    insta::assert_snapshot!(markdown(&rows(workspace.path()).unwrap()));
}

#[test]
fn a_table_that_is_not_up_to_date_is_reported_with_the_command_to_run() {
    let workspace = workspace();
    let root = workspace.path();
    let missing = staleness(root).unwrap().unwrap();
    assert!(
        missing.ends_with(&format!(
            "{FILE} is stale. Run `{COMMAND}`, look at the difference, and commit it."
        )),
        "{missing}"
    );
    write(root).unwrap();
    assert_eq!(staleness(root).unwrap(), None);
    let written = std::fs::read_to_string(root.join(FILE)).unwrap();
    put(root, FILE, &written.replace('\n', "\r\n"));
    assert_eq!(staleness(root).unwrap(), None);
    put(root, "tests/snapshots/requests/list_pages.snap", "");
    let drift = staleness(root).unwrap().unwrap();
    assert!(
        drift.contains("\n-| `list_pages`") && drift.contains("\n+| `list_pages`"),
        "{drift}"
    );
}

#[test]
fn without_a_test_of_the_handles_their_column_is_empty() {
    let workspace = workspace();
    std::fs::remove_file(
        workspace
            .path()
            .join("tests/snapshots/handles/operations.snap"),
    )
    .unwrap();
    assert!(
        rows(workspace.path())
            .unwrap()
            .iter()
            .all(|row| row.handles.is_empty())
    );
}

#[test]
fn an_operation_that_answers_a_file_lacks_no_examples() {
    let workspace = workspace();
    let json = "            application/json:
              schema: {type: object}
              examples:
                documented: {value: {}}
                observed_twice: {value: {}}
";
    assert!(SPEC.contains(json));
    let file = "            image/png: {schema: {type: string, format: binary}}\n";
    let spec = SPEC.replacen(json, file, 1);
    put(workspace.path(), "openapi/pancake.yaml", &spec);
    std::fs::remove_dir_all(workspace.path().join("tests/snapshots/answers")).unwrap();
    let table = markdown(&rows(workspace.path()).unwrap());
    let row = table.lines().find(|line| line.contains("`list_tags`"));
    assert_eq!(row.unwrap().matches("a file").count(), 2, "{table}");
}

#[test]
fn a_source_that_speaks_of_an_unknown_operation_is_named() {
    let workspace = workspace();
    let root = workspace.path();
    put(root, "tests/snapshots/answers/old_call.documented.snap", "");
    put(
        root,
        "tests/snapshots/handles/operations.snap",
        "older_call  Page::call\n",
    );
    assert_eq!(
        rows(root).unwrap_err().to_string(),
        "tests/snapshots/answers: `old_call` is no operation of openapi/pancake.yaml; remove it, or write the operation into the document\n\
         tests/snapshots/handles/operations.snap: `older_call` is no operation of openapi/pancake.yaml; remove it, or write the operation into the document"
    );
    std::fs::remove_file(root.join("tests/snapshots/answers/old_call.documented.snap")).unwrap();
    put(
        root,
        "tests/snapshots/handles/operations.snap",
        "---\nsource: x\n---\nlist_tags\n",
    );
    assert!(
        rows(root)
            .unwrap_err()
            .to_string()
            .starts_with("tests/snapshots/handles/operations.snap:4: the line is not of the form")
    );
}

#[test]
fn a_table_of_the_mock_that_moved_is_reported() {
    let workspace = workspace();
    put(
        workspace.path(),
        "crates/pancake-mock/src/operation.rs",
        "fn main() {}",
    );
    let error = rows(workspace.path()).unwrap_err().to_string();
    assert!(
        error.starts_with("crates/pancake-mock/src/operation.rs: `operations!` is not in it; "),
        "{error}"
    );
}

#[test]
fn the_table_of_this_workspace_has_every_operation() {
    let rows = rows(&xtask::workspace::root()).unwrap();
    let spec = xtask::workspace::root().join("openapi/pancake.yaml");
    let document = xtask::spec::Document::load(&spec, "pancake.yaml").unwrap();
    assert_eq!(rows.len(), document.operations().len());
    assert!(rows.iter().all(|row| row.mocked && row.called), "{rows:?}");
}
