//! Known changes of a document are weighed rightly, named where they are, and told in three forms.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed expectation ends the test"
)]

use xtask::diff::render::{Format, Subject, render};
use xtask::diff::{Action, Difference, Weight, compare, release::Version};
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

fn document(text: &str) -> Document {
    Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap()
}

fn changed(from: &str, to: &str) -> Difference {
    assert!(BASE.contains(from), "the document has no {from:?}");
    compare(&document(BASE), &document(&BASE.replacen(from, to, 1)))
}

use Action::{Added, Changed, Deprecated, Removed};
use Weight::{Breaking, Minor, Patch};

/// A change of the document: what is replaced by what, and the one change that it is.
type Row = (
    &'static str,
    &'static str,
    Weight,
    Action,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const OPERATIONS: &[Row] = &[
    ("  /hidden:\n    get:\n      operationId: peek\n      security: []\n      x-idempotent: true\n      responses:\n        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/State'}}}}\n", "", Breaking, Removed, "peek", "the operation is gone, `GET /hidden`"),
    ("components:\n  sec", "  /new:\n    get: {operationId: look, responses: {'200': {description: ok}}}\ncomponents:\n  sec", Minor, Added, "look", "new operation, `GET /new`"),
    ("operationId: peek", "operationId: look", Breaking, Changed, "look", "was called `peek`: callers have to use the new name"),
    ("  /hidden:", "  /seen:", Patch, Changed, "peek", "moved from `GET /hidden` to `GET /seen`; nothing changes for callers"),
    ("  /hidden:\n    get:", "  /hidden:\n    post:", Patch, Changed, "peek", "moved from `GET /hidden` to `POST /hidden`; nothing changes for callers"),
    ("summary: List tags", "summary: All tags", Patch, Changed, "list_tags", "its summary changed"),
    ("description: Lists all tags.", "description: Lists them.", Patch, Changed, "list_tags", "its description changed"),
    ("operationId: peek", "operationId: peek\n      deprecated: true", Minor, Deprecated, "peek", "is deprecated"),
    ("x-idempotent: false", "x-idempotent: true", Minor, Changed, "add_tag", "is safe to repeat: a call that failed on the way is retried now"),
    ("x-idempotent: true", "x-idempotent: false", Patch, Changed, "list_tags", "is not safe to repeat: a call of doubtful outcome is no longer retried"),
    ("dialect: offset", "dialect: count", Breaking, Changed, "list_tags", "pages by count, no longer by offset: cursors that were kept do not fit"),
    ("      x-paging: {dialect: offset, parameter: offset, items: tags, size: 60}\n", "", Breaking, Removed, "list_tags", "is no list any more: a pager cannot walk it"),
    ("size: 60", "size: 30", Patch, Changed, "list_tags", "its paging reads or sends other fields, or another number of rows; the pager is the same"),
    ("security: [{pageToken: []}]", "security: [{userToken: []}]", Breaking, Changed, "list_tags", "takes the user token, no longer a page token"),
    ("security: []", "security: [{pageToken: []}]", Breaking, Changed, "peek", "takes a page token, no longer no token"),
    ("operationId: peek", "operationId: peek\n      x-handwritten: why", Breaking, Changed, "peek", "its code is written by hand now: the generated method and its builder are gone"),
    ("https://a.example", "https://b.example", Minor, Changed, "the document", "the server is https://b.example, no longer https://a.example: calls go there by default once `DEFAULT_BASE_URL` of pancake-client says so"),
    ("version: 1.0.0", "version: 1.0.1", Patch, Changed, "the document", "its title, version or description changed"),
    ("name: access_token", "name: token", Patch, Changed, "the security scheme userToken", "its token travels in another place or under another name"),
];

#[rustfmt::skip]
const PARAMETERS_AND_BODIES: &[Row] = &[
    ("        - {name: kind", "        - {name: sort, in: query, required: false, schema: {type: string}}\n        - {name: kind", Minor, Added, "list_tags", "new parameter `sort`, optional"),
    ("        - {name: kind", "        - {name: sort, in: query, required: true, schema: {type: string}}\n        - {name: kind", Breaking, Added, "list_tags", "new parameter `sort`, required: every caller has to give it"),
    ("        - {name: offset, in: query, required: false, description: d, schema: {type: integer, format: int64}, example: 60}\n", "", Breaking, Removed, "list_tags", "the parameter `offset` is gone"),
    ("offset, in: query, required: false", "offset, in: query, required: true", Breaking, Changed, "list_tags, parameter offset", "is required: every caller has to give it"),
    ("kind, in: query, required: true", "kind, in: query, required: false", Minor, Changed, "list_tags, parameter kind", "may be left out"),
    ("schema: {type: integer, format: int64}", "schema: {type: string}", Breaking, Changed, "list_tags, parameter offset", "is text, no longer a whole number (int64)"),
    ("schema: {type: integer, format: int64}", "schema: {type: integer}", Patch, Changed, "list_tags, parameter offset", "its `format` changed, which the client does not check"),
    ("schema: {type: integer, format: int64}", "schema: {type: integer, format: int32}", Breaking, Changed, "list_tags, parameter offset", "is a whole number (int32), no longer a whole number (int64)"),
    ("offset, in: query", "offset, in: header", Patch, Changed, "list_tags, parameter offset", "moved from the query to the header; nothing changes for callers"),
    ("description: d, schema: {type: string}, example: '1'", "description: e, schema: {type: string}, example: '1'", Patch, Changed, "parameter PageId", "its description changed"),
    ("schema: {type: string}, example: '1'", "schema: {$ref: '#/components/schemas/Id'}, example: '1'", Breaking, Changed, "parameter PageId", "is `Id`, no longer text"),
    ("      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/AddTagBody'}}}}\n", "", Breaking, Removed, "add_tag", "takes no body any more"),
    ("      operationId: peek\n", "      operationId: peek\n      requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}\n", Breaking, Added, "peek", "takes a body: every caller has to give it"),
    ("{required: true, content: {application/json: {schema: {$ref: '#/components/schemas/AddTagBody'}", "{required: true, content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/AddTagBody'}", Breaking, Changed, "add_tag, body", "is `application/x-www-form-urlencoded`, no longer `application/json`"),
    ("schema: {$ref: '#/components/schemas/Tag'}", "schema: {$ref: '#/components/schemas/TagList'}", Breaking, Changed, "add_tag, answer", "is `TagList`, no longer `Tag`"),
    ("example: {tags: []}", "example: {tags: null}", Patch, Changed, "list_tags, answer", "its examples changed"),
    ("description: no,", "description: It failed.,", Patch, Changed, "response Failure", "its description changed"),
];

#[rustfmt::skip]
const SCHEMAS: &[Row] = &[
    ("        count: {", "        seen: {type: boolean, nullable: true}\n        count: {", Minor, Added, "Tag.seen", "new field, optional"),
    ("        note: {", "        mood: {type: string}\n        note: {", Minor, Added, "AddTagBody.mood", "new field, optional"),
    ("      required: [text]\n      additionalProperties: false\n      properties:\n", "      required: [text, mood]\n      additionalProperties: false\n      properties:\n        mood: {type: string}\n", Breaking, Added, "AddTagBody.mood", "new field, required: every caller has to give it"),
    ("        count: {type: integer, format: int64, nullable: true}\n", "", Breaking, Removed, "Tag.count", "the field is gone"),
    ("        note: {type: string}\n", "", Breaking, Removed, "AddTagBody.note", "the field is gone"),
    ("count: {type: integer, format: int64", "count: {type: string", Breaking, Changed, "Tag.count", "is text, no longer a whole number (int64)"),
    ("items: {$ref: '#/components/schemas/Tag'}", "items: {type: string}", Breaking, Changed, "TagList.tags[]", "is text, no longer `Tag`"),
    ("required: [text]", "required: [text, note]", Breaking, Changed, "AddTagBody.note", "has to be there now: the field is no `Option` any more"),
    ("      required: [text]\n", "", Minor, Changed, "AddTagBody.text", "need not be there any more: the field becomes an `Option`"),
    ("color: {$ref: '#/components/schemas/Color'}", "color: {oneOf: [{$ref: '#/components/schemas/Color'}, {$ref: '#/components/schemas/JsonNull'}]}", Patch, Changed, "Tag.color", "may be null now; its type is the same"),
    ("parents: {type: array, nullable: true", "parents: {type: array", Breaking, Changed, "Tag.parents", "may not be null any more: the field is no `Option` any more"),
    ("nullable: true, items: {type: string}", "nullable: true, items: {type: string, nullable: true}", Breaking, Changed, "Tag.parents[]", "may be null now: the field becomes an `Option`"),
    ("enum: [inbox, comment]", "enum: [inbox, comment, post]", Breaking, Added, "Kind", "new value `post` of a closed list: a `match` needs an arm for it"),
    ("enum: [on, off]", "enum: [on, off, away]", Breaking, Added, "State.state", "new value `away` of a closed list: a `match` needs an arm for it"),
    ("enum: [inbox, comment]", "enum: [inbox]", Breaking, Removed, "Kind", "the value `comment` is gone"),
    ("[RED, BLUE]", "[RED, BLUE, GREEN]", Minor, Added, "Color", "new value `GREEN` of an open list, which came as `Other` before"),
    ("[RED, BLUE]", "[RED]", Breaking, Removed, "Color", "the value `BLUE` is gone"),
    ("Color: {type: string, x-extensible-enum: [RED, BLUE]}", "Color: {type: string}", Breaking, Changed, "Color", "is no open list of values any more: its type is another"),
    ("      additionalProperties: {}\n", "", Breaking, Changed, "Tag", "unknown fields are not kept any more: `extra` is gone"),
    ("    TagList:\n      type: object\n", "    TagList:\n      type: object\n      additionalProperties: {}\n", Minor, Changed, "TagList", "unknown fields are kept in `extra` now"),
    ("maxLength: 9", "maxLength: 5", Breaking, Changed, "AddTagBody.text", "has another `maxLength`"),
    ("maxLength: 9", "maxLength: 99", Minor, Changed, "AddTagBody.text", "has another `maxLength`"),
    ("            - {title: post, type: object, required: [post], additionalProperties: false, properties: {post: {type: string}}}\n", "", Breaking, Changed, "AddTagBody.target", "is an object, no longer one of several forms"),
    ("        target:\n          oneOf:\n", "        target:\n          oneOf:\n            - {title: tag, type: object, required: [tag], additionalProperties: false, properties: {tag: {type: string}}}\n", Breaking, Added, "AddTagBody.target (tag)", "new form: a `match` needs an arm for it"),
    ("    Kind: {", "    Extra: {type: object}\n    Kind: {", Minor, Added, "Extra", "new type"),
    ("crate::Id", "crate::TagId", Breaking, Changed, "Id", "its type is crate::TagId, no longer crate::Id"),
    ("Id: {type: string, x", "Id: {type: integer, x", Patch, Changed, "Id", "is written in other forms on the way; its type is written by hand and is the same: check that it reads them"),
    ("description: A tag.", "description: One tag.", Patch, Changed, "Tag", "its description changed"),
    ("description: Its text.", "description: The text.", Patch, Changed, "Tag.text", "its description changed"),
    ("text: {description: Its text.", "text: {x-source: doc, description: Its text.", Patch, Changed, "Tag.text", "the source of it changed"),
];

#[track_caller]
fn holds(rows: &[Row]) {
    for (from, to, weight, action, subject, what) in rows {
        let found = changed(from, to).changes;
        let [change] = found.as_slice() else {
            panic!("{from} -> {to}: {found:#?}");
        };
        assert_eq!(
            (
                change.weight,
                change.action,
                change.subject.as_str(),
                change.what.as_str()
            ),
            (*weight, *action, *subject, *what),
            "{from} -> {to}"
        );
    }
}

#[test]
fn changes_of_operations_are_weighed() {
    holds(OPERATIONS);
}

#[test]
fn changes_of_parameters_and_bodies_are_weighed() {
    holds(PARAMETERS_AND_BODIES);
}

#[test]
fn changes_of_schemas_are_weighed() {
    holds(SCHEMAS);
}

#[test]
fn the_same_document_has_no_changes_and_neither_has_one_with_other_comments_and_order() {
    assert_eq!(compare(&document(BASE), &document(BASE)).changes, []);
    let other = BASE
        .replace(
            "{title: t, version: 1.0.0}",
            "{version: 1.0.0, title: t} # A comment.",
        )
        .replace("[text]", "[ text ]");
    assert_eq!(compare(&document(BASE), &document(&other)).changes, []);
}

#[test]
fn what_nothing_else_looks_at_is_a_patch() {
    let found = changed("openapi: 3.0.3\n", "openapi: 3.0.3\nx-anything: 1\n").changes;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].weight, found[0].subject.as_str()),
        (Patch, "the document")
    );
}

#[test]
fn a_schema_of_many_operations_is_named_once_with_all_of_them() {
    let found = changed("message: {type: string", "message: {type: integer").changes;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].subject, "ApiError.message");
    assert!(found[0].requests.is_empty());
    let answers: Vec<_> = found[0].answers.iter().map(String::as_str).collect();
    assert_eq!(answers, ["add_tag", "list_tags"]);
}

#[test]
fn a_schema_that_is_sent_and_received_weighs_what_the_heavier_way_does() {
    let both = BASE.replace(
        "color: {$ref: '#/components/schemas/Color'}",
        "color: {$ref: '#/components/schemas/Kind'}",
    );
    let new = both.replace("[inbox, comment]", "[inbox, comment, post]");
    let found = compare(&document(&both), &document(&new)).changes;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].weight, Breaking);
    assert!(!found[0].requests.is_empty() && !found[0].answers.is_empty());
}

#[test]
fn both_sides_have_their_lines() {
    let found = changed(
        "count: {type: integer, format: int64",
        "count: {type: string",
    )
    .changes;
    let line = BASE
        .lines()
        .position(|line| line.contains("count: {"))
        .unwrap()
        + 1;
    assert_eq!(
        (found[0].old_line, found[0].new_line),
        (Some(line), Some(line))
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
    (compare(&document(BASE), &document(&new)), subject)
}

#[test]
fn an_update_in_text() {
    let (difference, subject) = update();
    insta::assert_snapshot!(render(&difference, &subject, Format::Text));
}

#[test]
fn an_update_in_markdown() {
    let (difference, subject) = update();
    insta::assert_snapshot!(render(&difference, &subject, Format::Markdown));
}

#[test]
fn an_update_in_json() {
    let (difference, subject) = update();
    insta::assert_snapshot!(render(&difference, &subject, Format::Json));
}

#[test]
fn no_change_asks_for_no_release() {
    let same = compare(&document(BASE), &document(BASE));
    let text = render(&same, &update().1, Format::Text);
    assert!(text.ends_with("Nothing changed."), "{text}");
    let json = render(&same, &update().1, Format::Json);
    assert!(
        json.contains("\"release\": \"none\"") && json.contains("\"to\": \"0.1.0+api.1.0.0\""),
        "{json}"
    );
}
