//! Known changes of a document have the right weight and place, and are told in three forms.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed expectation ends the test"
)]

use std::sync::LazyLock;

use xtask::diff::render::{Format, Subject, render};
use xtask::diff::{Action, Difference, View, Weight, compare, release::Version};
use xtask::spec::Document;

const BASE: &str = "openapi: 3.0.3
info: {title: t, version: 1.0.0}
servers: [{url: 'https://a.example'}]
paths:
  /pages/{page_id}/tags:
    get:
      operationId: list_tags
      summary: List tags
      description: Lists all tags.
      tags: [Tags]
      security: [{pageToken: []}]
      x-idempotent: true
      x-paging: {dialect: offset, parameter: offset, items: tags, size: 60}
      parameters:
        - {$ref: '#/components/parameters/PageId'}
        - {name: offset, in: query, required: false, description: d, schema: {type: integer, format: int64}, example: 60}
        - {name: kind, in: query, required: true, description: d, schema: {$ref: '#/components/schemas/Kind'}, example: inbox}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/TagList'}, example: {tags: []}}}}
        4XX: {$ref: '#/components/responses/Failure'}
        5XX: {$ref: '#/components/responses/Failure'}
    post:
      operationId: add_tag
      security: [{pageToken: []}]
      x-idempotent: false
      parameters: [{$ref: '#/components/parameters/PageId'}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/AddTagBody'}}}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Tag'}}}}
        4XX: {$ref: '#/components/responses/Failure'}
        5XX: {$ref: '#/components/responses/Failure'}
  /hidden:
    get:
      operationId: peek
      security: []
      x-idempotent: true
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/State'}}}}
components:
  securitySchemes:
    pageToken: {type: apiKey, in: query, name: page_access_token}
    userToken: {type: apiKey, in: query, name: access_token}
  parameters:
    PageId: {name: page_id, in: path, required: true, description: d, schema: {type: string}, example: '1'}
  responses:
    Failure: {description: no, content: {application/json: {schema: {$ref: '#/components/schemas/ApiError'}}}}
  schemas:
    Kind: {type: string, enum: [inbox, comment]}
    Id: {type: string, x-handwritten-type: 'crate::Id', x-handwritten-impls: [Display]}
    JsonNull: {type: string, nullable: true, enum: [null]}
    ApiError: {type: object, properties: {message: {type: string, nullable: true}}}
    Color: {type: string, x-extensible-enum: [RED, BLUE]}
    State: {type: object, properties: {state: {type: string, enum: [on, off]}}}
    Tag:
      description: A tag.
      type: object
      additionalProperties: {}
      properties:
        id: {oneOf: [{$ref: '#/components/schemas/Id'}, {$ref: '#/components/schemas/JsonNull'}]}
        text: {description: Its text., type: string, nullable: true}
        color: {$ref: '#/components/schemas/Color'}
        count: {type: integer, format: int64, nullable: true}
        parents: {type: array, nullable: true, items: {type: string}}
    TagList:
      type: object
      properties:
        tags: {type: array, nullable: true, items: {$ref: '#/components/schemas/Tag'}}
    AddTagBody:
      type: object
      required: [text]
      additionalProperties: false
      properties:
        text: {type: string, maxLength: 9}
        note: {type: string}
        target:
          oneOf:
            - {title: page, type: object, required: [page], additionalProperties: false, properties: {page: {type: string}}}
            - {title: post, type: object, required: [post], additionalProperties: false, properties: {post: {type: string}}}
";

static VIEW: LazyLock<View> = LazyLock::new(|| view(BASE));

fn view(text: &str) -> View {
    View::of(&Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap())
}

fn replaced(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "the document has no {from:?}");
    BASE.replacen(from, to, 1)
}

fn changed(from: &str, to: &str) -> Difference {
    let difference = compare(&VIEW, &view(&replaced(from, to)));
    assert_eq!(difference.refusals, [""; 0], "{from} -> {to}");
    difference
}

use Action::{Added, Changed, Deprecated, Removed};
use Weight::{Breaking, Minor, Patch};

/// What is replaced by what; the heaviest change, and the subjects of all.
type Row = (&'static str, &'static str, Weight, Action, &'static str);

#[rustfmt::skip]
const OPERATIONS: &[Row] = &[
    ("  /hidden:\n    get:\n      operationId: peek\n      security: []\n      x-idempotent: true\n      responses:\n        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/State'}}}}\n", "", Breaking, Removed, "peek"),
    ("components:\n  sec", "  /new:\n    get: {operationId: look, responses: {'200': {description: ok}}}\ncomponents:\n  sec", Minor, Added, "look"),
    ("operationId: peek", "operationId: look", Breaking, Changed, "look"),
    ("  /hidden:", "  /seen:", Patch, Changed, "peek"),
    ("  /hidden:\n    get:", "  /hidden:\n    post:", Patch, Changed, "peek"),
    ("summary: List tags", "summary: All tags", Patch, Changed, "list_tags"),
    ("description: Lists all tags.", "description: Lists them.", Patch, Changed, "list_tags"),
    ("operationId: peek", "operationId: peek\n      deprecated: true", Minor, Deprecated, "peek"),
    ("x-idempotent: false", "x-idempotent: true", Minor, Changed, "add_tag"),
    ("x-idempotent: true", "x-idempotent: false", Patch, Changed, "list_tags"),
    ("dialect: offset", "dialect: count", Breaking, Changed, "list_tags"),
    ("      x-paging: {dialect: offset, parameter: offset, items: tags, size: 60}\n", "", Breaking, Changed, "list_tags"),
    ("size: 60", "size: 30", Patch, Changed, "list_tags"),
    ("security: [{pageToken: []}]", "security: [{userToken: []}]", Breaking, Changed, "list_tags"),
    ("security: []", "security: [{pageToken: []}]", Breaking, Changed, "peek"),
    ("operationId: peek", "operationId: peek\n      x-handwritten: why", Breaking, Changed, "peek"),
    ("https://a.example", "https://b.example", Minor, Changed, "the document"),
    ("version: 1.0.0", "version: 1.0.1", Patch, Changed, "the document"),
    ("name: access_token", "name: token", Patch, Changed, "the security scheme userToken"),
];

#[rustfmt::skip]
const PARAMETERS_AND_BODIES: &[Row] = &[
    ("        - {name: kind", "        - {name: sort, in: query, required: false, schema: {type: string}}\n        - {name: kind", Minor, Added, "list_tags(sort)"),
    ("        - {name: kind", "        - {name: sort, in: query, required: true, schema: {type: string}}\n        - {name: kind", Breaking, Added, "list_tags(sort)"),
    ("        - {name: offset, in: query, required: false, description: d, schema: {type: integer, format: int64}, example: 60}\n", "", Breaking, Removed, "list_tags(offset)"),
    ("offset, in: query, required: false", "offset, in: query, required: true", Breaking, Changed, "list_tags(offset)"),
    ("kind, in: query, required: true", "kind, in: query, required: false", Minor, Changed, "list_tags(kind)"),
    ("schema: {type: integer, format: int64}", "schema: {type: string}", Breaking, Changed, "list_tags(offset)"),
    ("schema: {type: integer, format: int64}", "schema: {type: integer}", Patch, Changed, "list_tags(offset)"),
    ("schema: {type: integer, format: int64}", "schema: {type: integer, format: int32}", Breaking, Changed, "list_tags(offset)"),
    ("offset, in: query", "offset, in: header", Patch, Changed, "list_tags(offset)"),
    ("description: d, schema: {type: string}, example: '1'", "description: e, schema: {type: string}, example: '1'", Patch, Changed, "add_tag(page_id), list_tags(page_id)"),
    ("schema: {type: string}, example: '1'", "schema: {$ref: '#/components/schemas/Id'}, example: '1'", Breaking, Changed, "add_tag(page_id), list_tags(page_id)"),
    ("      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/AddTagBody'}}}}\n", "", Breaking, Removed, "add_tag(body)"),
    ("      operationId: peek\n", "      operationId: peek\n      requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}\n", Breaking, Added, "peek(body)"),
    ("{required: true, content: {application/json: {schema: {$ref: '#/components/schemas/AddTagBody'}", "{required: true, content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/AddTagBody'}", Breaking, Changed, "add_tag(body)"),
    ("schema: {$ref: '#/components/schemas/Tag'}", "schema: {$ref: '#/components/schemas/TagList'}", Breaking, Changed, "add_tag -> response"),
    ("example: {tags: []}", "example: {tags: null}", Patch, Changed, "list_tags -> response"),
    ("description: no,", "description: It failed.,", Patch, Changed, "add_tag -> 4XX, add_tag -> 5XX, list_tags -> 4XX, list_tags -> 5XX"),
];

#[rustfmt::skip]
const SCHEMAS: &[Row] = &[
    ("        count: {", "        seen: {type: boolean, nullable: true}\n        count: {", Minor, Added, "Tag.seen"),
    ("        note: {", "        mood: {type: string}\n        note: {", Minor, Added, "AddTagBody.mood"),
    ("      required: [text]\n      additionalProperties: false\n      properties:\n", "      required: [text, mood]\n      additionalProperties: false\n      properties:\n        mood: {type: string}\n", Breaking, Added, "AddTagBody.mood"),
    ("        count: {type: integer, format: int64, nullable: true}\n", "", Breaking, Removed, "Tag.count"),
    ("        note: {type: string}\n", "", Breaking, Removed, "AddTagBody.note"),
    ("count: {type: integer, format: int64", "count: {type: string", Breaking, Changed, "Tag.count"),
    ("items: {$ref: '#/components/schemas/Tag'}", "items: {type: string}", Breaking, Changed, "TagList.tags"),
    ("required: [text]", "required: [text, note]", Breaking, Changed, "AddTagBody.note"),
    ("      required: [text]\n", "", Minor, Changed, "AddTagBody.text | AddTagBody: Default"),
    ("color: {$ref: '#/components/schemas/Color'}", "color: {oneOf: [{$ref: '#/components/schemas/Color'}, {$ref: '#/components/schemas/JsonNull'}]}", Patch, Changed, "Tag.color"),
    ("parents: {type: array, nullable: true", "parents: {type: array", Breaking, Changed, "Tag.parents"),
    ("nullable: true, items: {type: string}", "nullable: true, items: {type: string, nullable: true}", Breaking, Changed, "Tag.parents"),
    ("enum: [inbox, comment]", "enum: [inbox, comment, post]", Breaking, Added, "Kind::Post"),
    ("enum: [on, off]", "enum: [on, off, away]", Breaking, Added, "StateState::Away"),
    ("enum: [inbox, comment]", "enum: [inbox]", Breaking, Removed, "Kind::Comment"),
    ("[RED, BLUE]", "[RED, BLUE, GREEN]", Minor, Added, "Color::Green"),
    ("[RED, BLUE]", "[RED]", Breaking, Removed, "Color::Blue"),
    ("Color: {type: string, x-extensible-enum: [RED, BLUE]}", "Color: {type: string}", Breaking, Changed, "Color"),
    ("      additionalProperties: {}\n", "", Breaking, Removed, "Tag.extra"),
    ("    TagList:\n      type: object\n", "    TagList:\n      type: object\n      additionalProperties: {}\n", Minor, Added, "TagList.extra"),
    ("maxLength: 9", "maxLength: 5", Breaking, Changed, "AddTagBody.text"),
    ("maxLength: 9", "maxLength: 99", Minor, Changed, "AddTagBody.text"),
    ("            - {title: post, type: object, required: [post], additionalProperties: false, properties: {post: {type: string}}}\n", "", Breaking, Removed, "AddTagBodyTarget::Post"),
    ("        target:\n          oneOf:\n", "        target:\n          oneOf:\n            - {title: tag, type: object, required: [tag], additionalProperties: false, properties: {tag: {type: string}}}\n", Breaking, Added, "AddTagBodyTarget::Tag"),
    ("    Kind: {", "    Extra: {type: object}\n    Kind: {", Minor, Added, "Extra"),
    ("crate::Id", "crate::TagId", Breaking, Changed, "Id | Tag.id"),
    ("Id: {type: string, x", "Id: {type: integer, x", Patch, Changed, "Id"),
    ("description: A tag.", "description: One tag.", Patch, Changed, "Tag"),
    ("description: Its text.", "description: The text.", Patch, Changed, "Tag.text"),
    ("text: {description: Its text.", "text: {x-source: doc, description: Its text.", Patch, Changed, "Tag.text"),
];

/// Keys that no rule of the comparison names, and that change a generated type.
#[rustfmt::skip]
const BY_CONSTRUCTION: &[Row] = &[
    ("state: {type: string, enum", "state: {title: mood, type: string, enum", Breaking, Changed, "State.state | StateState | Mood"),
    ("parents: {type: array, nullable: true,", "parents: {type: array, nullable: true, uniqueItems: true,", Patch, Changed, "Tag.parents"),
    ("parents: {type: array, nullable: true,", "parents: {type: array, nullable: true, minItems: 2, maxItems: 2,", Breaking, Changed, "Tag.parents"),
];

#[track_caller]
fn holds(rows: &[Row]) {
    for (from, to, weight, action, subjects) in rows {
        let found = changed(from, to).changes;
        let all: Vec<&str> = found.iter().map(|change| change.subject.as_str()).collect();
        assert_eq!(all.join(" | "), *subjects, "{from} -> {to}: {found:#?}");
        assert_eq!(
            (found[0].weight, found[0].action),
            (*weight, *action),
            "{from} -> {to}"
        );
    }
}

#[test]
fn operation_changes_have_their_weight() {
    holds(OPERATIONS);
}

#[test]
fn parameter_and_body_changes_have_their_weight() {
    holds(PARAMETERS_AND_BODIES);
}

#[test]
fn schema_changes_have_their_weight() {
    holds(SCHEMAS);
}

#[test]
fn keys_without_a_rule_are_found_by_their_type() {
    holds(BY_CONSTRUCTION);
}

#[test]
fn order_and_comments_are_no_change() {
    assert_eq!(compare(&VIEW, &VIEW).changes, []);
    let other = replaced(
        "{title: t, version: 1.0.0}",
        "{version: 1.0.0, title: t} # A comment.",
    );
    assert_eq!(compare(&VIEW, &view(&other)).changes, []);
}

#[test]
fn unknown_keys_are_a_patch() {
    let found = changed("openapi: 3.0.3\n", "openapi: 3.0.3\nx-anything: 1\n").changes;
    assert_eq!(
        (found[0].weight, found[0].subject.as_str()),
        (Patch, "the document")
    );
}

#[test]
fn shared_schema_is_one_change_that_names_its_operations() {
    let found = changed("message: {type: string", "message: {type: integer").changes;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].subject, "ApiError.message");
    assert!(found[0].requests.is_empty());
    let responses: Vec<_> = found[0].responses.iter().map(String::as_str).collect();
    assert_eq!(responses, ["add_tag", "list_tags"]);
    let line = BASE
        .lines()
        .position(|line| line.contains("message: {"))
        .unwrap()
        + 1;
    assert_eq!(
        (found[0].old_line, found[0].new_line),
        (Some(line), Some(line))
    );
}

#[test]
fn optional_field_that_is_also_received_is_a_break() {
    let both = replaced(
        "schema: {$ref: '#/components/schemas/Tag'}",
        "schema: {$ref: '#/components/schemas/AddTagBody'}",
    );
    let new = both.replace("required: [text]", "required: []");
    let found = compare(&view(&both), &view(&new)).changes;
    assert_eq!(
        (found[0].weight, found[0].subject.as_str()),
        (Breaking, "AddTagBody.text")
    );
}

#[test]
fn operation_with_another_id_is_found_by_its_address() {
    let vendor = replaced("https://a.example", "https://a.example/v1")
        .replace("/pages/{page_id}/tags:", "/tags:")
        .replace("operationId: list_tags", "operationId: tags");
    let own = replaced("/pages/{page_id}/tags:", "/v1/tags:");
    let found = compare(&view(&own), &view(&vendor)).changes;
    assert_eq!(
        (found[0].weight, found[0].subject.as_str()),
        (Breaking, "tags"),
        "{found:#?}"
    );
    assert!(
        found.iter().all(|change| change.action == Changed),
        "{found:#?}"
    );
}

#[test]
fn document_without_code_is_compared_on_the_wire_alone() {
    let two_successes = "        '201': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Tag'}}}}\n        4XX";
    let new = replaced("        4XX", two_successes)
        .replace("summary: List tags", "summary: All tags")
        .replace(
            "        count: {type: integer, format: int64, nullable: true}\n",
            "",
        );
    let difference = compare(&VIEW, &view(&new));
    assert_eq!(difference.refusals.len(), 1, "{difference:#?}");
    let subjects: Vec<_> = difference
        .changes
        .iter()
        .map(|change| (change.weight, change.subject.as_str()))
        .collect();
    assert_eq!(
        subjects,
        [
            (Breaking, "Tag.count"),
            (Patch, "list_tags -> 201"),
            (Patch, "list_tags")
        ]
    );
    let text = render(&difference, &update().1, Format::Text);
    assert!(
        text.contains(
            "Compared on the wire alone, since no code can be generated from one document: api.yaml"
        ),
        "{text}"
    );
}

/// Several changes at once, as a real update has them.
fn update() -> (Difference, Subject) {
    let new = BASE
        .replace("version: 1.0.0", "version: 1.1.0")
        .replace("        - {name: kind", "        - {name: sort, in: query, required: false, schema: {type: string}}\n        - {name: kind")
        .replace("        count: {type: integer, format: int64, nullable: true}\n", "")
        .replace("description: Lists all tags.", "description: Lists them.")
        .replace("message: {type: string", "message: {type: integer")
        .replace("  /hidden:", "  /seen:")
        .replace("[RED, BLUE]", "[RED, BLUE, GREEN]");
    let subject = Subject {
        old: "HEAD:openapi/pancake.yaml".to_owned(),
        new: "openapi/pancake.yaml".to_owned(),
        version: Version::parse("0.1.0+api.1.0.0").unwrap(),
    };
    (compare(&VIEW, &view(&new)), subject)
}

#[test]
fn update_is_told_in_three_forms() {
    let (difference, subject) = update();
    for (name, format) in [
        ("text", Format::Text),
        ("markdown", Format::Markdown),
        ("json", Format::Json),
    ] {
        insta::assert_snapshot!(
            format!("an_update_in_{name}"),
            render(&difference, &subject, format)
        );
    }
}

#[test]
fn no_change_asks_for_no_release() {
    let same = compare(&VIEW, &VIEW);
    let text = render(&same, &update().1, Format::Text);
    assert!(text.ends_with("Nothing changed."), "{text}");
    let json = render(&same, &update().1, Format::Json);
    assert!(
        json.contains("\"release\": \"none\"") && json.contains("\"to\": \"0.1.0+api.1.0.0\""),
        "{json}"
    );
}
