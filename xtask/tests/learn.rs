//! `cargo xtask spec learn`: what it finds, what it proposes, and that it prints nothing of a capture.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::path::PathBuf;

use serde_json::{Value, json};
use xtask::learn::{Question, Report, learn};
use xtask::spec::{Document, Node};

const CONVERSATIONS: Option<&str> = Some("list_conversations");

fn own() -> Document {
    let root = xtask::workspace::root();
    Document::load(&root.join(xtask::workspace::SPEC), xtask::workspace::SPEC).unwrap()
}

/// Captures in files of their own.
struct Files {
    directory: tempfile::TempDir,
    files: Vec<PathBuf>,
}

impl Files {
    fn of(contents: &[String]) -> Files {
        let directory = tempfile::tempdir().unwrap();
        let files = contents
            .iter()
            .enumerate()
            .map(|(number, content)| {
                let file = directory.path().join(format!("{number}.json"));
                std::fs::write(&file, content).unwrap();
                file
            })
            .collect();
        Files { directory, files }
    }

    fn ask(
        &self,
        document: &Document,
        operation: Option<&str>,
        values: bool,
    ) -> Result<Report, String> {
        let question = Question {
            files: self.files.clone(),
            operation: operation.map(str::to_owned),
            show_enum_values: values,
        };
        let hidden = self.directory.path().display().to_string();
        learn(document, &question).map_err(|problems| problems.to_string().replace(&hidden, ""))
    }
}

fn report(bodies: &[Value], operation: Option<&str>, values: bool) -> Report {
    let files = Files::of(&bodies.iter().map(Value::to_string).collect::<Vec<_>>());
    files.ask(&own(), operation, values).unwrap()
}

/// The lines of findings, without the places in the document.
fn found(report: &Report) -> Vec<String> {
    let place = |line: &str| match line.split_once(" (openapi/pancake.yaml:") {
        Some((before, behind)) => format!(
            "{before}{}",
            behind
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .trim_start_matches(')')
        ),
        None => line.to_owned(),
    };
    report.findings().into_iter().map(place).collect()
}

fn conversations(rows: Value) -> Value {
    json!({"conversations": rows, "success": true})
}

#[test]
fn new_field_is_found_with_lines_to_paste() {
    let tag = |lead: Option<bool>| {
        let mut tag = json!({"id": 1, "text": "x", "color": "#fff", "lighten_color": "#eee"});
        if let Some(lead) = lead {
            tag["is_vip"] = json!(lead);
        }
        tag
    };
    let bodies = [conversations(
        json!([{"tags": [tag(Some(true)), null, tag(None), tag(Some(false))]}]),
    )];
    let report = report(&bodies, CONVERSATIONS, false);
    assert_eq!(
        found(&report),
        ["conversations[].tags[].is_vip: boolean, in 2 of 3, never null"]
    );
    let text = report.text();
    assert!(
        text.starts_with("list_conversations: 1 response\n"),
        "{text}"
    );
    let lines = "
        is_vip:
          description: Meaning unknown.
          type: boolean
          nullable: true
          x-source: observed
          x-observed: \"boolean, in 2 of 3, never null, A\"";
    assert!(
        text.contains(&format!(
            ": below /components/schemas/Tag/properties{lines}"
        )),
        "{text}"
    );
    // Pasted at the end of the properties, the document knows the field.
    let tag = "\n    Tag:\n";
    let document = own().text;
    let start = document.find(tag).unwrap();
    let end = start + tag.len() + document[start + tag.len()..].find("\n    Tag").unwrap();
    let pasted = format!("{}{lines}{}", &document[..end].trim_end(), &document[end..]);
    let pasted = Document::from_bytes(pasted.into_bytes(), "openapi/pancake.yaml").unwrap();
    let files = Files::of(&[bodies[0].to_string()]);
    assert!(files.ask(&pasted, CONVERSATIONS, false).unwrap().is_empty());
}

#[test]
fn null_without_permission_is_found() {
    let body = json!({"tags": [null, {"id": 1}]});
    assert_eq!(
        found(&report(&[body], Some("list_tags"), false)),
        ["tags[]: null, in 1 of 2; the yaml has object"]
    );
    let known = json!({"page_access_token": null, "message": "x", "success": true});
    assert!(report(&[known], Some("generate_page_access_token"), false).is_empty());
}

#[test]
fn kind_that_the_yaml_does_not_have_is_found() {
    let bodies = [conversations(json!([
        {"message_count": 1.5, "seen": 1, "page_id": 7},
        {"message_count": 2, "seen": true, "page_id": "7"},
    ]))];
    let report = report(&bodies, CONVERSATIONS, false);
    // How the forms are told apart only a person can say.
    assert!(!report.text().contains("Proposed lines"));
    assert_eq!(
        found(&report),
        [
            "conversations[].message_count: number, in 1 of 2; the yaml has integer or null",
            "conversations[].page_id: integer, in 1 of 2; the yaml has null or string",
            "conversations[].seen: integer, in 1 of 2; the yaml has boolean or null",
        ]
    );
}

#[test]
fn place_without_type_learns_its_first_value() {
    let user = json!({"assigned_at": "2026-03-31T14:13:38", "user_id": "c4bafd84-7b96-4f28-b59a-031f17c32ddf"});
    let report = report(
        &[conversations(json!([{"current_assign_users": [user]}]))],
        CONVERSATIONS,
        false,
    );
    assert_eq!(
        found(&report),
        ["conversations[].current_assign_users[]: object, in 1 of 1; the yaml has null"]
    );
}

#[test]
fn enum_values_are_shown_only_on_request() {
    let row = |kind: &str| json!({"type": kind});
    let bodies = [conversations(json!([
        row("INBOX"),
        row("STORY"),
        row("STORY"),
        row("LAN"),
        row("0900000001")
    ]))];
    let lines = found(&report(&bodies, CONVERSATIONS, false));
    let counted = "conversations[].type: texts that the yaml does not list, in 4 of 5";
    assert_eq!(
        lines,
        [format!(
            "{counted}; `--show-enum-values` prints those that look like constants"
        )]
    );
    let lines = found(&report(&bodies, CONVERSATIONS, true));
    assert_eq!(
        lines,
        [format!("{counted}; those that look like constants: STORY")]
    );
}

#[test]
fn object_is_proposed_with_everything_inside_it() {
    let order = |id: i64| {
        json!({
            "order_id": id, "total_price": 1.5, "paid": true, "created_at": 1_774_966_418_000_i64, "coupon": null,
            "session_token": "x", "lines": [{"sku": "A1", "count": 1}, {"sku": null}],
            "by_user": {"c4bafd84-7b96-4f28-b59a-031f17c32ddf": {"sum": 1}, "0d6f2a3e-8b9c-4f0f-9d3f-3a6a5a1c7e22": null},
            "mixed": [1, "x", {"a": 1}, [true]], "nothing": {}, "empty": [], "no": 1,
        })
    };
    let rows = json!([{"shop_order": order(1)}, {"shop_order": order(2)}, {"shop_order": null}]);
    let report = report(&[conversations(rows)], CONVERSATIONS, false);
    assert_eq!(
        found(&report),
        ["conversations[].shop_order: object, in 3 of 3, null in 1"]
    );
    let text = report.text();
    let (_, lines) = text.split_once("/properties\n").unwrap();
    let yaml = format!("root:\n{lines}\n").into_bytes();
    let order =
        Document::from_bytes(yaml, "lines.yaml").unwrap().value["root"]["shop_order"].clone();
    assert_eq!(order["nullable"], true);
    let at = |path: &str| order.pointer(path).unwrap_or(&Value::Null).clone();
    assert_eq!(at("/properties/total_price/type"), "number");
    assert_eq!(
        at("/properties/created_at/oneOf/0/$ref"),
        "#/components/schemas/Timestamp"
    );
    assert_eq!(
        at("/properties/session_token/oneOf/0/$ref"),
        "#/components/schemas/AccessToken"
    );
    assert_eq!(
        at("/properties/order_id/oneOf/0/$ref"),
        "#/components/schemas/Id"
    );
    assert_eq!(
        at("/properties/lines/items/properties/sku/x-observed"),
        "string, in 4 of 4, null in 2, A"
    );
    assert_eq!(
        at("/properties/by_user/additionalProperties/properties/sum/type"),
        "integer"
    );
    assert_eq!(at("/properties/mixed/items"), json!({}));
    assert_eq!(at("/properties/no/type"), "integer");
}

#[test]
fn both_forms_of_a_list_are_learned() {
    let row = json!({"account_id": "act_1", "ad_id": "1", "is_new": true, "budget_remaining": "1"});
    for (body, prefix) in [
        (json!([row.clone()]), "[]"),
        (json!({"success": true, "data": [row]}), "data[]"),
    ] {
        let lines = found(&report(&[body], Some("get_campaign_statistics"), false));
        assert_eq!(
            lines,
            [format!("{prefix}.is_new: boolean, in 1 of 1, never null")]
        );
    }
}

#[test]
fn failure_teaches_the_error_schema() {
    let body = json!({"success": false, "message": "x", "error_code": 102, "trace_no": 5});
    let text = report(&[body], Some("list_tags"), false).text();
    let start = "list_tags, failures: 1 response\n  trace_no: integer, in 1 of 1, never null";
    assert!(text.starts_with(start), "{text}");
    assert!(
        text.contains("below /components/schemas/ApiError/properties"),
        "{text}"
    );
}

#[test]
fn keys_that_are_data_are_never_names() {
    let body = json!({"messages": [], "conversation_id": "1", "0900000001": {"order_count": 1}, "minh": {"order_count": 2}});
    let report = report(&[body], Some("list_messages"), false);
    let text = report.text();
    assert_eq!(found(&report).len(), 1);
    assert!(
        text.contains("<key>: 2 keys that could be data, not shown, with object;"),
        "{text}"
    );
    assert!(
        !text.contains("minh") && !text.contains("0900000001"),
        "{text}"
    );
}

#[test]
fn known_maps_are_compared_whatever_their_keys() {
    let row = json!({"average_response_time": 5, "is_bot": true});
    let body =
        json!({"success": true, "data": {"users": {"c4bafd84-7b96-4f28-b59a-031f17c32ddf": row}}});
    let lines = found(&report(&[body], Some("get_user_statistics"), false));
    assert_eq!(
        lines,
        ["data.users.<key>.is_bot: boolean, in 1 of 1, never null"]
    );
}

#[test]
fn operation_has_to_be_known() {
    let files = Files::of(&[json!({"success": true}).to_string()]);
    let error = files.ask(&own(), None, false).unwrap_err();
    assert_eq!(
        error,
        "/0.json: nothing says which operation response 1 answers; name it with `--operation ID`"
    );
    let error = files.ask(&own(), Some("list_tag"), false).unwrap_err();
    assert!(
        error.contains("there is no operation `list_tag`; did you mean `list_tags`?"),
        "{error}"
    );
}

#[test]
fn journal_is_a_guess_and_names_its_operations() {
    let entry = |operation: &str, status: u64, body: Value| json!({"operation": operation, "status": status, "query": [["page_access_token", "canary"]], "response_body": body});
    let journal = json!([
        entry("list_tags", 200, json!({"tags": [{"is_vip": true}]})),
        entry("send_message", 502, json!("<html>")),
        entry("canary_operation", 200, json!({"a": 1})),
    ]);
    let files = Files::of(&[journal.to_string()]);
    let text = files.ask(&own(), None, false).unwrap().text();
    assert!(
        text.contains("list_tags: 1 response\n  tags[].is_vip: boolean"),
        "{text}"
    );
    assert!(
        text.contains("x-source: guess\n") && text.contains("in a journal of pancake-mock\""),
        "{text}"
    );
    assert!(
        text.contains("Left out: 1 not JSON") && text.contains("Left out: 1 of another operation"),
        "{text}"
    );
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn examples_teach_nothing_of_their_operation() {
    let document = own();
    let operations = document.operations();
    for operation in operations.iter().filter(|other| !other.answers_file()) {
        let id = operation.id().unwrap();
        let responses = operation.responses();
        let examples = responses
            .iter()
            .filter(|(status, _, _)| *status == "200")
            .filter_map(|(_, _, response)| {
                response
                    .get("content")?
                    .get("application/json")?
                    .get("examples")
            });
        let values: Vec<String> = examples
            .flat_map(|examples| examples.entries())
            .filter_map(|(_, example)| Some(example.get("value")?.value().to_string()))
            .collect();
        assert!(!values.is_empty(), "{id}");
        let report = Files::of(&values).ask(&document, Some(id), false).unwrap();
        // The documentation shows items of lists that every capture had empty; and where the document knows no form, the
        // first answer is meant to teach one.
        let untyped = id == "get_page_customer_statistics";
        let new: Vec<String> = found(&report)
            .into_iter()
            .filter(|line| {
                !["notes[].images[]:", "notes[].links[]:"]
                    .iter()
                    .any(|known| line.contains(known))
            })
            .filter(|line| !untyped || !line.starts_with("data"))
            .collect();
        assert_eq!(new, [""; 0], "{id}");
    }
}

/// Replaces every value by a canary of its kind, and adds a canary under keys that are data.
fn poisoned(value: &Value, number: &mut u32) -> Value {
    *number += 1;
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(_) => json!(77_000_000 + *number),
        Value::String(_) => {
            let forms = [
                "Canary Trần",
                "canary",
                "CANARY",
                "0977000",
                "canary@example.com",
                "eyJcanary.CANARY.x",
                "canary_token",
            ];
            json!(format!("{}{number}", forms[*number as usize % forms.len()]))
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| poisoned(item, number)).collect();
            items.extend([
                json!("canary once"),
                json!({"canary name": "canary"}),
                json!(77_000_000),
            ]);
            Value::Array(items)
        }
        Value::Object(entries) => {
            let mut entries: serde_json::Map<String, Value> = entries
                .iter()
                .map(|(key, value)| (key.clone(), poisoned(value, number)))
                .collect();
            for key in [
                "0977000001",
                "canary@example.com",
                "Canary",
                "CANARY",
                "c4bafd84-7700-4f28-b59a-canary17c32d",
                "trần canary",
                "canary.name",
                "",
            ] {
                entries.insert(
                    format!("{key}{number}"),
                    json!({"7700 canary": {"canary name": "canary"}}),
                );
            }
            entries.insert("canary".to_owned(), json!("canary"));
            entries.insert(
                "new_object".to_owned(),
                json!({"77000": "canary", "canary": ["canary", "canary"]}),
            );
            Value::Object(entries)
        }
    }
}

/// Every answer that the document shows, by operation, poisoned.
fn poisoned_answers(document: &Document) -> Vec<(String, Value)> {
    let mut answers = Vec::new();
    let mut number = 0;
    for operation in document.operations() {
        for (status, _, response) in operation.responses() {
            let examples = response
                .get("content")
                .and_then(|content| content.get("application/json")?.get("examples"));
            for (_, example) in examples.iter().flat_map(Node::entries) {
                let mut body = poisoned(example.get("value").unwrap().value(), &mut number);
                if status != "200" && body.is_object() {
                    body["success"] = json!(false);
                }
                answers.push((operation.id().unwrap().to_owned(), body));
            }
        }
    }
    answers
}

/// Everything that a person could get to see.
fn shown(asked: Result<Report, String>) -> Vec<String> {
    match asked {
        Ok(report) => vec![report.text(), format!("{report:?}")],
        Err(error) => vec![error],
    }
}

#[test]
fn nothing_of_a_capture_is_ever_printed() {
    let document = own();
    let answers = poisoned_answers(&document);
    assert!(answers.len() > 100, "{}", answers.len());
    let journal: Value = answers
        .iter()
        .map(|(operation, body)| json!({"operation": operation, "status": 200, "query": [["access_token", "canary"]], "response_body": body, "path": "/canary"}))
        .collect();
    let mut outputs = Vec::new();
    for values in [true, false] {
        let files = Files::of(&[journal.to_string()]);
        outputs.extend(shown(files.ask(&document, None, values)));
    }
    for operation in [
        "list_conversations",
        "get_ads_statistics",
        "get_user_statistics",
    ] {
        let own = answers.iter().filter(|(id, _)| id == operation);
        let lines: Vec<String> = own.map(|(_, body)| body.to_string()).collect();
        let files = Files::of(&[lines.join("\n")]);
        outputs.extend(shown(files.ask(&document, Some(operation), true)));
    }
    for (operation, body) in &answers {
        let whole = body.to_string();
        let half: String = whole.chars().take(whole.chars().count() / 2).collect();
        for broken in [half, format!("{whole}\ncanary"), format!("[{whole}")] {
            let asked = Files::of(&[broken]).ask(&document, Some(operation), true);
            outputs.push(asked.err().unwrap());
        }
    }
    let bare: Vec<String> = answers.iter().map(|(_, body)| body.to_string()).collect();
    outputs.extend(shown(Files::of(&bare).ask(&document, None, true)));
    for output in outputs {
        let lower = output.to_lowercase();
        let line = |part: &str| {
            lower
                .lines()
                .find(|line| line.contains(part))
                .map(str::to_owned)
        };
        assert_eq!(line("canary"), None);
        assert_eq!(line("77000"), None);
        assert_eq!(line("7700-"), None);
    }
}

#[test]
fn odd_input_never_panics() {
    let document = own();
    let nested = |depth: usize, open: &str, close: &str| {
        format!("{}1{}", open.repeat(depth), close.repeat(depth))
    };
    let contents = [
        nested(120, "[", "]"),
        nested(120, "{\"a\":", "}"),
        nested(5_000, "[", "]"),
        "1".to_owned(),
        "null".to_owned(),
        "\"text\"".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        "[[],{},null,1]".to_owned(),
        "{\"conversations\": 1}".to_owned(),
        "{\"conversations\": {\"a\": []}}".to_owned(),
        "{\"conversations\": [[[[1]]]]}".to_owned(),
        format!("{{\"conversations\": {}}}", nested(110, "[", "]")),
        format!("{{\"conversations\": [{{\"new_list\": {}}}]}}", nested(100, "[", "]")),
        format!("{{\"conversations\": [{{\"new_object\": {}}}]}}", nested(100, "{\"a\":", "}")),
        "{\"conversations\": [{\"type\": \"\", \"extra\": 1, \"type_\": 2, \"self\": 1, \"id\": 1e400}]}".to_owned(),
        "{\"conversations\": [{\"message_count\": 123456789012345678901234567890}]}".to_owned(),
        "{\"success\": \"no\", \"conversations\": [{\"null\": null, \"true\": 1, \"no\": 2, \"y\": 3}]}".to_owned(),
        "{} {} []".to_owned(),
        "{\"operation\": 1, \"status\": \"x\", \"query\": 1, \"response_body\": {}}".to_owned(),
        "{\"conversations\": [{\"from\": 1, \"customers\": {\"a\": 1}, \"tags\": [[1], true], \"page_customer\": []}]}".to_owned(),
    ];
    for content in contents {
        let files = Files::of(std::slice::from_ref(&content));
        // Most of them say by their shape what they answer, or nothing that can be compared.
        if let Ok(report) = files.ask(&document, Some("list_conversations"), true) {
            let _ = report.text();
        }
        let _ = files.ask(&document, None, true);
    }
}
