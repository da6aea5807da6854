//! `cargo xtask spec learn`: what it finds, what it proposes, and that it prints nothing of a capture.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::path::PathBuf;

use serde_json::{Value, json};
use xtask::codegen;
use xtask::learn::{Question, Report, learn};
use xtask::lint::{Audience, lint};
use xtask::spec::{Document, Node};

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
            unseen: true,
        };
        let hidden = self.directory.path().display().to_string();
        learn(document, &question).map_err(|problems| problems.to_string().replace(&hidden, ""))
    }
}

fn report(bodies: &[Value], operation: Option<&str>, values: bool) -> Report {
    let files = Files::of(&bodies.iter().map(Value::to_string).collect::<Vec<_>>());
    files.ask(&own(), operation, values).unwrap()
}

/// The lines of findings.
fn found(report: &Report) -> Vec<String> {
    let findings = report.json()["findings"].as_array().unwrap().clone();
    let line = |finding: &Value| {
        format!(
            "{}: {}",
            finding["path"].as_str().unwrap(),
            finding["text"].as_str().unwrap()
        )
    };
    findings.iter().map(line).collect()
}

fn conversations(rows: Value) -> Value {
    json!({"conversations": rows, "success": true})
}

/// The proposal makes the document know everything, follows its rules, and can be generated from.
#[track_caller]
fn round_trip(bodies: &[Value], operation: Option<&str>, values: bool) -> String {
    let files = Files::of(&bodies.iter().map(Value::to_string).collect::<Vec<_>>());
    let first = files.ask(&own(), operation, values).unwrap();
    assert!(!first.is_empty());
    let text = first.amended();
    let amended = Document::from_bytes(text.clone().into_bytes(), "openapi/pancake.yaml").unwrap();
    assert_eq!(
        lint(&amended, Audience::Own).to_string(),
        "",
        "{}",
        first.text()
    );
    codegen::generate(&amended, Audience::Own).unwrap();
    let second = files.ask(&amended, operation, values).unwrap();
    assert!(
        second.is_empty(),
        "{}\n\nthen\n{}",
        first.text(),
        second.text()
    );
    first.text()
}

#[test]
fn a_new_field_is_found_with_its_place_and_what_it_asks_for() {
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
    let report = report(&bodies, None, false);
    assert_eq!(
        found(&report),
        ["conversations[].tags[].is_vip: boolean, in 2 of 3, never null"]
    );
    let text = report.text();
    assert!(text.starts_with("list_conversations: 1 answer\n"), "{text}");
    assert!(
        text.contains(
            ": after this line, at the end of /components/schemas/Tag/properties
        is_vip:
          description: Meaning unknown.
          type: boolean
          nullable: true
          x-source: observed
          x-observed: \"boolean, in 2 of 3, never null, A\""
        ),
        "{text}"
    );
    round_trip(&bodies, None, false);
}

#[test]
fn a_null_where_the_yaml_has_none_is_found() {
    let bodies = [
        json!({"page_access_token": null, "message": "x", "success": true}),
        json!({"tags": [null, {"id": 1}]}),
    ];
    let report = report(&bodies[1..], Some("list_tags"), false);
    assert_eq!(
        found(&report),
        ["tags[]: null, in 1 of 2; the yaml has object only"]
    );
    let text = round_trip(&bodies[1..], Some("list_tags"), false);
    assert!(
        text.contains("- $ref: \"#/components/schemas/JsonNull\""),
        "{text}"
    );
    // What may be null already teaches nothing.
    let known = Files::of(&[bodies[0].to_string()]);
    assert!(known.ask(&own(), None, false).unwrap().is_empty());
}

#[test]
fn a_type_that_the_yaml_does_not_have_is_found() {
    let bodies = [conversations(json!([
        {"message_count": 1.5, "seen": 1, "page_id": 7},
        {"message_count": 2, "seen": true, "page_id": "7"},
    ]))];
    let mut lines = found(&report(&bodies, None, false));
    lines.sort();
    assert_eq!(
        lines,
        [
            "conversations[].message_count: number, in 1 of 2; the yaml has integer",
            "conversations[].page_id: integer, in 1 of 2; the yaml has string",
            "conversations[].seen: integer, in 1 of 2; the yaml has boolean",
        ]
    );
    round_trip(&bodies, None, false);
}

#[test]
fn a_place_without_type_learns_its_first_value() {
    let bodies = [conversations(json!([{
        "current_assign_users": [{"assigned_at": "2026-03-31T14:13:38", "user_id": "c4bafd84-7b96-4f28-b59a-031f17c32ddf"}],
    }]))];
    let lines = found(&report(&bodies, None, false));
    assert_eq!(
        lines,
        [
            "conversations[].current_assign_users[]: object, in 1 of 1, never null; the yaml has no type",
            "conversations[].current_assign_users[].assigned_at: string (time), in 1 of 1, never null",
            "conversations[].current_assign_users[].user_id: string (uuid), in 1 of 1, never null",
        ]
    );
    let text = round_trip(&bodies, None, false);
    assert!(
        text.contains("\n    ConversationCurrentAssignUser:\n"),
        "{text}"
    );
    assert!(
        text.contains("schemas/Timestamp") && text.contains("schemas/UserId"),
        "{text}"
    );
}

#[test]
fn a_text_that_is_always_a_time_and_a_time_that_is_none_are_found() {
    let time = "2026-03-31T14:13:38";
    let bodies = [conversations(json!([{"snippet": time}, {"snippet": time}]))];
    assert_eq!(
        found(&report(&bodies, None, false)),
        [
            "conversations[].snippet: string that is always a time, in 2 of 2; the yaml has a plain string"
        ]
    );
    round_trip(&bodies, None, false);
    let odd = [conversations(json!([{"inserted_at": "yesterday"}]))];
    assert_eq!(
        found(&report(&odd, None, false)),
        [
            "conversations[].inserted_at: string in no form that `Timestamp` knows, in 1 of 1; look at the Rust type"
        ]
    );
}

#[test]
fn values_that_an_enum_does_not_list_are_counted_and_shown_only_on_request() {
    let row = |kind: &str| json!({"type": kind});
    let bodies = [conversations(json!([
        row("INBOX"),
        row("STORY"),
        row("STORY"),
        row("LAN"),
        row("0900000001")
    ]))];
    assert_eq!(
        found(&report(&bodies, None, false)),
        [
            "conversations[].type: 3 values that the yaml does not list, in 4 of 5; `--show-enum-values` prints those that look like constants"
        ]
    );
    assert!(!report(&bodies, None, false).text().contains("STORY"));
    assert_eq!(
        found(&report(&bodies, None, true)),
        [
            "conversations[].type: 3 values that the yaml does not list, in 4 of 5: STORY (and 2 that could be data)"
        ]
    );
    let clean = [conversations(json!([
        row("INBOX"),
        row("STORY"),
        row("STORY")
    ]))];
    let text = round_trip(&clean, None, true);
    assert!(
        text.contains("x-extensible-enum: [INBOX, COMMENT, LIVESTREAM, RATING, STORY]"),
        "{text}"
    );
}

#[test]
fn a_text_with_few_values_becomes_an_open_enum_on_request() {
    let page = |name: &str| json!({"role_in_page": name, "platform": "facebook"});
    let pages: Vec<Value> = (0..12)
        .map(|number| {
            page(if number % 2 == 0 {
                "ADMINISTER"
            } else {
                "EDIT_PROFILE"
            })
        })
        .collect();
    let bodies = [json!({"categorized": {"activated": pages}, "success": true})];
    assert!(report(&bodies, None, false).is_empty());
    let lines = found(&report(&bodies, None, true));
    assert_eq!(
        lines,
        [
            "categorized.activated[].platform: string that could be an open enum, in 12 of 12: facebook"
        ]
    );
    round_trip(&bodies, None, true);
}

#[test]
fn an_object_is_proposed_with_everything_inside_it() {
    let order = |id: i64| {
        json!({
            "order_id": id, "total_price": 1.5, "paid": true, "created_at": 1_774_966_418_000_i64, "coupon": null,
            "session_token": "x", "lines": [{"sku": "A1", "count": 1}, {"sku": null}],
            "by_user": {"c4bafd84-7b96-4f28-b59a-031f17c32ddf": {"sum": 1}, "0d6f2a3e-8b9c-4f0f-9d3f-3a6a5a1c7e22": null},
            "mixed": [1, "x", {"a": 1}, [true]], "nothing": {}, "empty": [],
        })
    };
    let bodies = [conversations(
        json!([{"shop_order": order(1)}, {"shop_order": order(2)}, {"shop_order": null}]),
    )];
    let text = round_trip(&bodies, None, false);
    for part in [
        "conversations[].shop_order: object, in 3 of 3, null in 1",
        "conversations[].shop_order.by_user.<key>.sum: integer",
        "conversations[].shop_order.lines[].sku: string, in 4 of 4, null in 2",
        "schemas/ConversationShopOrder\"",
        "schemas/AccessToken\"",
        "additionalProperties:\n            oneOf:",
    ] {
        assert!(text.contains(part), "{part}\n\n{text}");
    }
}

#[test]
fn both_forms_of_a_list_are_learned() {
    let row = json!({"account_id": "act_1", "ad_id": "1", "is_new": true, "budget_remaining": "1"});
    for body in [
        json!([row.clone()]),
        json!({"success": true, "data": [row]}),
    ] {
        let lines = found(&report(std::slice::from_ref(&body), None, false));
        let prefix = if body.is_array() { "[]" } else { "data[]" };
        assert_eq!(
            lines,
            [format!("{prefix}.is_new: boolean, in 1 of 1, never null")]
        );
        round_trip(&[body], Some("get_campaign_statistics"), false);
    }
}

#[test]
fn a_failure_teaches_the_error_and_not_the_answer() {
    let bodies = [json!({"success": false, "message": "x", "error_code": 102, "trace_no": 5})];
    let report = report(&bodies, None, false);
    let text = report.text();
    assert!(
        text.starts_with(
            "any operation, failures: 1 answer\n  trace_no: integer, in 1 of 1, never null"
        ),
        "{text}"
    );
    assert!(
        text.contains("at the end of /components/schemas/ApiError/properties"),
        "{text}"
    );
    round_trip(&bodies, None, false);
}

#[test]
fn keys_that_are_data_are_never_names() {
    let body = json!({"messages": [], "conversation_id": "1", "0900000001": {"order_count": 1}, "minh": {"order_count": 2}});
    let report = report(&[body], None, false);
    let text = report.text();
    assert_eq!(found(&report).len(), 1);
    assert!(
        text.contains("<key>: 2 keys that could be data and are not shown, with object;"),
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
fn a_body_that_could_be_of_several_operations_asks_which() {
    let ask = |body: Value, operation: Option<&str>| {
        Files::of(&[body.to_string()])
            .ask(&own(), operation, false)
            .map(|report| report.text())
    };
    let error = ask(json!({"success": true, "id": "1"}), None).unwrap_err();
    assert_eq!(
        error,
        "/0.json: answer 1 could be of send_message, upload_contents; say which with `--operation ID`"
    );
    let error = ask(json!({"success": true}), None).unwrap_err();
    assert_eq!(
        error,
        "/0.json: the shape of answer 1 fits no operation; say which with `--operation ID`"
    );
    assert!(ask(json!({"success": true, "id": "1"}), Some("send_message")).is_ok());
    let error = ask(json!({}), Some("list_tag")).unwrap_err();
    assert!(
        error.contains("there is no operation `list_tag`; did you mean `list_tags`?"),
        "{error}"
    );
}

#[test]
fn a_journal_says_its_operations_and_is_no_evidence_of_the_service() {
    let entry = |operation: &str, status: u64, body: Value| json!({"operation": operation, "status": status, "query": [["page_access_token", "canary"]], "response_body": body});
    let journal = json!([
        entry("list_tags", 200, json!({"tags": [{"is_vip": true}]})),
        entry("send_message", 502, json!("<html>")),
        entry("canary_operation", 200, json!({"a": 1})),
    ]);
    let files = Files::of(&[journal.to_string()]);
    let text = files.ask(&own(), None, false).unwrap().text();
    assert!(
        text.contains("list_tags: 1 answer\n  tags[].is_vip: boolean"),
        "{text}"
    );
    assert!(
        text.contains("x-source: guess\n") && text.contains("in a journal of pancake-mock\""),
        "{text}"
    );
    assert!(
        text.contains("Left out: 1, not JSON")
            && text.contains("Left out: 1, of another operation"),
        "{text}"
    );
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn what_was_never_seen_is_listed() {
    let text = report(&[json!({"tags": [{"id": 1}]})], Some("list_tags"), false).text();
    assert!(
        text.contains("never seen: success\n") && text.contains("never seen: tags[].color\n"),
        "{text}"
    );
    assert!(!text.contains("never seen: tags[].id\n"), "{text}");
}

#[test]
fn the_examples_of_the_document_teach_nothing_of_their_own_operation() {
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
fn shown(document: &Document, asked: Result<Report, String>) -> Vec<String> {
    match asked {
        Ok(report) => vec![
            report.text(),
            report.json().to_string(),
            format!("{report:?}").replace(&format!("{:?}", document.text), ""),
            report.amended(),
        ],
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
        outputs.extend(shown(&document, files.ask(&document, None, values)));
    }
    for operation in [
        "list_conversations",
        "get_ads_statistics",
        "get_user_statistics",
    ] {
        let own = answers.iter().filter(|(id, _)| id == operation);
        let lines: Vec<String> = own.map(|(_, body)| body.to_string()).collect();
        let files = Files::of(&[lines.join("\n")]);
        outputs.extend(shown(
            &document,
            files.ask(&document, Some(operation), true),
        ));
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
    outputs.extend(shown(
        &document,
        Files::of(&bare).ask(&document, None, true),
    ));
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
fn odd_input_is_answered_and_never_ends_in_a_panic() {
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
            let amended = Document::from_bytes(report.amended().into_bytes(), "api.yaml");
            assert!(amended.is_ok(), "{content}\n{}", report.text());
            let _ = report.json();
        }
        let _ = files.ask(&document, None, true);
    }
}
