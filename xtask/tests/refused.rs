//! Spoiled documents, one change each: refused at the line of the change, with what to write.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed expectation ends the test"
)]

use serde_json::Value;
use xtask::commands::spec::lint::{Format, Options, findings, render};
use xtask::spec::Diagnostics;

/// A document without findings.
const WHOLE: &str = include_str!("documents/whole.yaml");

/// What is replaced by what; a text on the line of the finding; a part of what the finding says.
type Row = (&'static str, &'static str, &'static str, &'static str);

const TEXT: &str = "type: string, maxLength: 9";
const ALL_OF_TEXT: &str = "text: {description: Its text., type: string, maxLength: 9}";
const COUNT: &str = "        count: {";
const COUNTED: &str = "type: integer, nullable: true, x-source: observed";
const SCHEMAS: &str = "    ApiError:\n";
const BODY: &str = "      requestBody:";
const OPERATION: &str = "      x-idempotent: false\n";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // The document
    ("openapi: 3.0.3", "openapi: [3.0.3", "info: {", "mend the syntax"),
    ("    TagList:\n", "    ApiError: {}\n    TagList:\n", "    ApiError:\n", "keep one of the two"),
    ("openapi: 3.0.3", "openapi: 3.1.0", "openapi: 3.1.0", "write `openapi: 3.0.3`"),
    ("openapi: 3.0.3", "swagger: '2.0'", "swagger", "convert it to OpenAPI 3.0 first"),
    ("info: {title: t, version: '1'}", "info: {title: t, version: 1}", "info:", "add it, in quotes"),
    ("info: {title: t, version: '1'}\n", "", "openapi:", "`info` is missing in the document"),
    ("info: {title: t, version: '1'}", "info: {title: t, version: '1'}\nsecurty: []", "securty", "is `security` meant?"),
    ("servers: [{url: 'https://a.example'}]\n", "", "openapi:", "write `servers: [{url: \"https://…\"}]`"),
    ("'https://a.example'", "'http://a.example'", "http://a.example", "write it with https"),
    ("'https://a.example'}", "'https://a.example'}, {url: 'https://b.example'}", "b.example", "one server"),
    (", description: All about tags.", "", "tags: [{name", "`description` is missing in a tag"),
    ("tags: [{name: Tags", "security: [{pageTokn: []}]\ntags: [{name: Tags", "pageTokn", "declare it in `components.securitySchemes`"),
    (", description: Token of a page.", "", "    pageToken:", "how long it lives"),
    ("in: query, name: page_access_token", "in: header, name: page_access_token", "in: header", "where the client puts a token"),
    (SCHEMAS, "    Alone: {description: d, type: object}\n    ApiError:\n", "    Alone:", "refer to it, or remove it"),
    (SCHEMAS, "    alone: {description: d, type: object}\n    ApiError:\n", "    alone:", "PascalCase"),
    ("    AddTagBody:\n      description: A new tag.\n", "    AddTagBody:\n", "    AddTagBody:", "it becomes the type's documentation"),
    // Operations
    ("summary: Add a tag", "sumary: Add a tag", "sumary", "is `summary` meant?"),
    ("description: Adds a tag to a page.", "description: Adds a tag to a page.\n      , deprecated: true", "deprecated", "mend the syntax"),
    ("{summary: A name., value: {text: red}}", "{summary: A name, for all, value: {text: red}}", "for all", "put the whole text in quotes"),
    ("description: Id of the page.", "description: Id of the page.\n          deprected: true", "deprected", "is `deprecated` meant?"),
    ("      operationId: add_tag\n", "", "    post:", "add one in snake_case"),
    ("operationId: add_tag", "operationId: 7", "operationId: 7", "add one in snake_case"),
    ("operationId: add_tag", "operationId: AddTag", "AddTag", "write it in snake_case"),
    ("operationId: add_tag", "operationId: base_url", "base_url", "a longer id"),
    ("operationId: add_tag", "operationId: result", "result", "a longer id"),
    ("paths:\n", "paths:\n  /tags: {get: {operationId: add_tag}}\n", "      operationId: add_tag", "both become `add_tag` in Rust"),
    ("      summary: Add a tag\n", "", "    post:", "a few words"),
    ("Adds a tag to a page.", "''", "      description: ''", "write text"),
    ("      tags: [Tags]\n", "      tags: [Tags, Tags]\n", "      tags: [Tags, Tags]", "give it one"),
    ("tags: [Tags]", "tags: [Tag]", "tags: [Tag]", "use one that is there"),
    ("      tags: [Tags]\n", "      tags: [Tag]\n", "tags: [{name", "no operation has the tag `Tags`"),
    (OPERATION, "", "    post:", "x-idempotent: true"),
    (OPERATION, "      x-idempotent: false\n      x-handwritten: ''\n", "x-handwritten", "why its code is written by hand"),
    (OPERATION, "      x-idempotent: false\n      x-sauce: doc\n", "x-sauce", "x-source or x-observed anywhere"),
    (OPERATION, "      x-idempotent: false\n      servers: []\n", "servers: []", "put the difference into the path"),
    (OPERATION, "      x-idempotent: false\n      callbacks: {}\n", "callbacks", "say it in the description"),
    ("      security: [{pageToken: []}]\n", "", "    post:", "for none"),
    ("security: [{pageToken: []}]", "security: [{pageToken: []}, {pageToken: []}]", "security:", "keep one scheme"),
    ("  /pages/{page_id}/tags:", "  pages/{page_id}/tags:", "pages/{page_id}", "add the slash"),
    ("/pages/{page_id}/tags:", "/pages/{page_id}/{tag}/tags:", "    post:", "`in: path` and `required: true`"),
    ("/pages/{page_id}/tags:", "/pages/tags:", "name: page_id", "put it into the path in braces"),
    ("/pages/{page_id}/tags:", "/pages/{page_id/tags:", "/pages/", "write each parameter of the path as `{name}`"),
    ("paths:\n", "paths:\n  /pages/{id}/tags: {}\n", "/pages/{page_id}/tags", "put their operations under one of them"),
    ("paths:\n", "paths:\n  /a: {$ref: 'b.yaml#/a'}\n", "$ref: 'b.yaml", "write what it names here"),
    (OPERATION, "      x-idempotent: false\n      x-paging: {dialect: cursor, parameter: page_id, items: tags, size: 60}\n", "x-paging", "which is not a query parameter of `add_tag`"),
    (OPERATION, "      x-idempotent: false\n      x-paging: {dialect: cursor, parameter: page_id, items: tag, size: 60}\n", "x-paging", "name a property of the successful response"),
    (OPERATION, "      x-idempotent: false\n      x-paging: {dialect: cursor, parameter: page_id, items: tags}\n", "x-paging", "`size` is missing"),
    (OPERATION, "      x-idempotent: false\n      x-paging: {dialect: curser}\n", "x-paging", "cursor, count, page or offset"),
    // Parameters and bodies
    (BODY, "        - {name: pageId, in: query, description: d, schema: {type: string}, example: a}\n      requestBody:", "pageId", "keep one of them"),
    (BODY, "        - {name: draft, in: query, description: d, schema: {type: string}, example: a}\n      requestBody:", "draft", "something of its own called `draft`"),
    (BODY, "        - {name: body, in: query, description: d, schema: {type: string}, example: a}\n      requestBody:", "name: body", "keep one of them"),
    (BODY, "        - {name: a, in: query, description: d, schema: {type: array, items: {type: array, items: {type: string}}}, example: [[a]]}\n      requestBody:", "name: a", "make it a plain value"),
    (BODY, "        - {name: a, in: query, description: d, schema: {$ref: '#/components/schemas/TagList'}, example: {}}\n      requestBody:", "      type: object", "make it a plain value"),
    (BODY, "        - {name: a, in: cookie, description: d, schema: {type: string}, example: a}\n      requestBody:", "in: cookie", "no headers or cookies"),
    (BODY, "        - {name: a, in: query, explode: false, description: d, schema: {type: array, items: {type: string}}, example: [a]}\n      requestBody:", "explode", "holds the joined values"),
    ("          in: path\n", "          in: path\n          style: matrix\n", "matrix", "`style: simple`"),
    ("          required: true\n          description: Id", "          description: Id", "        - name: page_id", "a path without it is another path"),
    ("          schema: {type: string}\n", "          content: {}\n", "content: {}", "a `schema` in its place"),
    ("          example: '1'\n", "", "        - name: page_id", "as it is sent"),
    ("          description: Id of the page.\n", "", "        - name: page_id", "with its unit"),
    ("        required: true\n        content:", "        content:", "requestBody:", "add `required: true`"),
    ("          application/json:\n            schema: {$ref: '#/components/schemas/AddTagBody'}", "          multipart/form-data:\n            schema: {$ref: '#/components/schemas/AddTagBody'}", "multipart", "mark the operation `x-handwritten"),
    ("          application/json:\n            schema: {$ref: '#/components/schemas/AddTagBody'}", "          text/plain: {schema: {type: string}}\n          application/json:\n            schema: {$ref: '#/components/schemas/AddTagBody'}", "        content:", "write one media type"),
    ("      additionalProperties: false\n", "", "    AddTagBody:", "`additionalProperties: false`"),
    ("      additionalProperties: false\n", "      additionalProperties: {}\n", "additionalProperties: {}", "`additionalProperties: false`"),
    (TEXT, "type: string, nullable: true", "nullable", "null cannot be sent"),
    // Responses
    ("        5XX: {$ref: '#/components/responses/Failure'}\n", "", "      responses:", "4XX and 5XX"),
    ("        4XX: {", "        404: {$ref: '#/components/responses/Failure'}\n        4XX: {", "404:", "keep to \"200\", 4XX and 5XX"),
    ("        4XX: {", "        3XX: {description: d}\n        4XX: {", "3XX:", "keep to \"200\", 4XX and 5XX"),
    ("        4XX: {", "        6XX: {description: d}\n        4XX: {", "6XX:", "a range such as `4XX`"),
    ("        4XX: {", "        201: {description: d}\n        4XX: {", "201:", "same `$ref`"),
    ("        4XX: {", "        default: {description: d}\n        4XX: {", "default:", "counts as success too"),
    ("5XX: {$ref: '#/components/responses/Failure'}", "5XX: {description: d}", "5XX:", "refer to the one component"),
    ("          schema: {$ref: '#/components/schemas/ApiError'}", "          schema: {$ref: '#/components/schemas/TagList'}", "schema: {$ref: '#/components/schemas/TagList'}", "one schema of errors"),
    ("              schema: {$ref: '#/components/schemas/TagList'}\n", "", "application/json:", "`{}` accepts anything"),
    (", x-source: observed", "", "count: {", "`x-source: doc`"),
    ("x-source: observed", "x-source: heard", "heard", "doc, observed or guess"),
    ("type: integer, nullable: true", "type: integer", "count: {", "JsonNull"),
    (COUNTED, "allOf: [{$ref: '#/components/schemas/ApiError'}], x-source: doc", "count: {", "add `nullable: true`"),
    (COUNTED, "oneOf: [{type: string}, {type: integer}], x-source: doc", "count: {", "to the `oneOf`"),
    (COUNT, "        tag_id: {type: string, nullable: true, x-source: doc}\n        count: {", "tag_id", "one of the id components"),
    (COUNT, "        made_at: {type: integer, nullable: true, x-source: doc}\n        count: {", "made_at", "`Timestamp`"),
    (COUNT, "        my_secret: {type: string, nullable: true, x-source: doc}\n        count: {", "my_secret", "`AccessToken`"),
    (COUNT, "        tokens: {type: array, nullable: true, items: {type: string}, x-source: doc}\n        count: {", "tokens", "`AccessToken`"),
    (COUNTED, "type: string, format: date-time, nullable: true, x-source: doc", "date-time", "`x-handwritten-type`"),
    (COUNTED, "type: string, enum: [a, b], nullable: true, x-source: doc", "enum", "`x-extensible-enum` on a component schema"),
    (COUNTED, "type: string, maxLength: 3, nullable: true, x-source: doc", "maxLength: 3", "say it in the description"),
    ("      additionalProperties: {}\n", "      additionalProperties: false\n", "additionalProperties: false", "to keep unknown fields"),
    ("      additionalProperties: {}\n", "      additionalProperties: true\n", "additionalProperties: true", "drops what it seems to keep"),
    ("      additionalProperties: {}\n", "      additionalProperties: {}\n      required: [tags]\n", "required: [tags]", "remove `required`"),
    // Schemas
    ("schemas/AddTagBody'}", "schemas/AddTgBody'}", "AddTgBody", "is `#/components/schemas/AddTagBody` meant?"),
    ("schemas/AddTagBody'}", "responses/Failure'}", "$ref: '#/components/responses/Failure'}\n            examples", "`#/components/schemas/…`"),
    ("{$ref: '#/components/schemas/TagList'}", "{$ref: 'other.yaml#/TagList'}", "other.yaml", "a component of this file"),
    ("{$ref: '#/components/schemas/TagList'}", "{$ref: '#/components/schemas/TagList/properties/tags'}", "TagList/properties", "looks only in `components`"),
    ("{$ref: '#/components/schemas/TagList'}", "{nullable: true, $ref: '#/components/schemas/TagList'}", "nullable: true, $ref", "allOf"),
    ("      type: object\n      required: [text]", "      type: object\n      allOf: [{$ref: '#/components/schemas/AddTagBody'}]\n      required: [text]", "    AddTagBody:", "hold itself in a property"),
    (SCHEMAS, "    api_error: {description: d, type: object}\n    ApiError:\n", "    ApiError:", "another name"),
    (SCHEMAS, "    AddTagResponse: {description: d, type: object}\n    ApiError:\n", "    AddTagResponse:", "nothing refers to"),
    (ALL_OF_TEXT, "text: {description: Its text., type: string, title: api error, enum: [red]}", "title: api error", "another title"),
    (ALL_OF_TEXT, "text: {description: Its text., anyOf: [{type: string}]}", "anyOf", "use `oneOf`"),
    (ALL_OF_TEXT, "text: {description: Its text., oneOf: []}", "oneOf", "list the schemas"),
    (ALL_OF_TEXT, "text: {description: Its text., allOf: [{type: string}, {type: integer}]}", "allOf", "of several parts write one object"),
    (ALL_OF_TEXT, "text: {description: Its text., not: {type: integer}}", "not:", "what the value is"),
    (ALL_OF_TEXT, "text: {description: Its text., properties: {a: {type: string}}}", "properties: {a", "add `type: object`"),
    (ALL_OF_TEXT, "text: {description: Its text., type: array}", "type: array", "`{}` accepts anything"),
    (ALL_OF_TEXT, "text: {description: Its text., type: 'null'}", "'null'", "`nullable: true`"),
    (ALL_OF_TEXT, "text: {description: Its text., oneOf: [{type: string}, {type: string, enum: [red]}]}", "oneOf", "the stricter one first"),
    (ALL_OF_TEXT, "text: {description: Its text., type: array, items: {type: string}, uniqueItems: true}", "uniqueItems", "become a set"),
    (ALL_OF_TEXT, "text: {description: Its text., type: array, items: {type: string}, minItems: 1, maxItems: 1}", "maxItems", "for one value drop the list"),
    (ALL_OF_TEXT, "text: {description: Its text., type: array, items: {type: string}, minItems: 40, maxItems: 40}", "minItems", "say any other length in the description"),
    ("type: integer, nullable: true", "type: [integer, 'null'], nullable: true", "[integer", "`nullable: true`"),
    ("type: integer, nullable: true", "type: integer, exclusiveMinimum: 1, nullable: true", "exclusiveMinimum", "as `minimum`"),
    ("type: integer, nullable: true", "type: integer, enum: [1, 2], nullable: true", "enum", "only text can have it"),
    ("maxLength: 9", "maxLength: long", "maxLength: long", "a whole number above 0"),
    (TEXT, "type: string, enum: [red, red]", "[red, red]", "list each value once"),
    (TEXT, "type: string, enum: [a-b, a_b]", "a_b", "both become `AB` in Rust"),
    (TEXT, "type: string, enum: [red, 7]", "[red, 7]", "put it in quotes"),
    (TEXT, "type: string, enum: []", "enum: []", "list each value once"),
    (TEXT, "type: string, default: red", "default:", "in the description"),
    (TEXT, "type: string, pattern: '^a$'", "pattern:", "a crate for regular expressions"),
    (TEXT, "type: string, format: date", "format: date", "`x-handwritten-type`"),
    (TEXT, "type: string, format: date-time", "format: date-time", "`x-handwritten-type`"),
    (TEXT, "type: string, format: uuid", "format: uuid", "`x-handwritten-type`"),
    (TEXT, "type: string, writeOnly: true", "writeOnly", "one schema for the request"),
    (TEXT, "type: string, x-extensible-enum: [a]", "x-extensible-enum", "move it to `components.schemas`"),
    (TEXT, "type: string, x-handwritten-type: 'crate::A'", "x-handwritten-type", "on a component schema"),
    ("count: {", "extra: {", "extra: {", "both become `extra` in Rust"),
    (COUNT, "        Tags: {type: string, nullable: true, x-source: doc}\n        count: {", "        Tags:", "drop one"),
    (COUNT, "        field: {type: string, nullable: true, x-source: doc}\n        count: {", "        field:", "something of its own called `field`"),
    ("required: [text]", "required: [text, note]", "required: [text, note]", "take it out of `required`"),
    // Examples
    ("            examples:\n              named: {summary: A name., value: {text: red}}\n", "", "application/json:", "invented people"),
    ("summary: A name., ", "", "named:", "what the example shows"),
    ("value: {text: red}", "value: {text: 7}", "{text: 7}", "mend the example"),
    ("value: {text: red}", "value: {text: red, note: a}", "note: a", "'note' was unexpected"),
    ("count: 1}", "count: 1.0}", "count: 1.0", "the client reads `7`, not `7.0`"),
];

fn lint_file(text: &str) -> Diagnostics {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("api.yaml");
    std::fs::write(&path, text).unwrap();
    let options = Options {
        file: Some(path),
        ..Options::default()
    };
    findings(&options, &xtask::workspace::root())
}

/// The document with one more component, which a response holds.
fn with_type(name: &str, schema: &str) -> String {
    let items = format!("items: {{$ref: '#/components/schemas/{name}'}}");
    WHOLE.replacen("items: {type: string}", &items, 1).replacen(
        SCHEMAS,
        &format!("    {name}: {schema}\n{SCHEMAS}"),
        1,
    )
}

#[test]
fn whole_document_is_accepted() {
    assert_eq!(lint_file(WHOLE).0, []);
}

#[test]
fn spoiled_documents_are_refused_with_what_to_write() {
    let mut missed = Vec::new();
    for (from, to, at, says) in ROWS {
        assert!(WHOLE.contains(from), "the document has no {from:?}");
        let text = WHOLE.replacen(from, to, 1);
        // A text that stands more than once marks each of its lines.
        let lines: Vec<usize> = text
            .match_indices(at)
            .map(|(offset, _)| text[..offset].matches('\n').count() + 1)
            .collect();
        let found = lint_file(&text);
        let fits = found.0.iter().any(|finding| {
            finding.to_string().contains(says)
                && finding.line.is_some_and(|line| lines.contains(&line))
        });
        if !fits {
            missed.push(format!("{to:?} on {lines:?}, {says:?}:\n{found}\n"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn open_enums_are_plain_texts_with_values() {
    let good = "{description: d, type: string, x-handwritten-type: 'crate::A', x-handwritten-impls: [Display]}";
    assert_eq!(lint_file(&with_type("Kind", good)).0, []);
    for (schema, says) in [
        (
            "{description: d, type: integer, x-extensible-enum: [a]}",
            "write a plain `type: string`",
        ),
        (
            "{description: d, type: string, x-extensible-enum: []}",
            "list the values known so far",
        ),
        (
            "{description: d, type: string, x-extensible-enum: [a, other]}",
            "something of its own called `Other`",
        ),
        (
            "{description: d, type: string, x-handwritten-type: 'not a path'}",
            "the path of a Rust type",
        ),
        (
            "{description: d, type: string, x-handwritten-type: 'crate::A', x-handwritten-impls: [Dispaly]}",
            "list some of FromStr",
        ),
        (
            "{description: d, type: string, pattern: '(', x-handwritten-type: 'crate::A'}",
            "single quotes keep its backslashes",
        ),
        (
            "{description: d, type: string, x-handwritten-impls: [Display]}",
            "this key has no meaning here",
        ),
    ] {
        let found = lint_file(&with_type("Kind", schema)).to_string();
        assert!(found.contains(says), "{schema}: {found}");
    }
}

#[test]
fn names_of_generated_code_are_refused() {
    for name in [
        "Option", "Result", "String", "Field", "Value", "Map", "Default",
    ] {
        let found = lint_file(&with_type(
            name,
            "{description: d, type: string, enum: [a]}",
        ))
        .to_string();
        let says = format!("the generated code has something of its own called `{name}`");
        assert!(found.contains(&says), "{found}");
    }
}

#[test]
fn all_findings_come_in_the_order_of_the_file() {
    let text = WHOLE
        .replace("      summary: Add a tag\n", "")
        .replace("type: integer, nullable: true", "type: integer")
        .replace("value: {text: red}", "value: {text: 7}");
    let found = lint_file(&text);
    let lines: Vec<_> = found.0.iter().filter_map(|finding| finding.line).collect();
    assert_eq!(lines, [7, 26, 62], "{found}");
}

#[test]
fn values_of_examples_are_not_repeated() {
    let found = lint_file(&WHOLE.replace("value: {text: red}", "value: {text: 84912345678}"));
    assert!(!found.to_string().contains("84912345678"), "{found}");
}

#[test]
fn programs_get_findings_as_objects() {
    let found = lint_file(&WHOLE.replace("      summary: Add a tag\n", ""));
    let json: Value = serde_json::from_str(&render(&found, Format::Json)).unwrap();
    let object = &json[0];
    assert_eq!(object["line"], 7);
    assert_eq!(object["column"], 5);
    assert_eq!(object["severity"], "error");
    assert_eq!(object["pointer"], "/paths/~1pages~1{page_id}~1tags/post");
    assert_eq!(object["what"], "`summary` is missing in an operation");
    assert!(
        object["advice"]
            .as_str()
            .unwrap()
            .starts_with("add a few words")
    );
    assert!(object["file"].as_str().unwrap().ends_with("api.yaml"));
    assert_eq!(render(&lint_file(WHOLE), Format::Json), "[]");
    assert_eq!(render(&lint_file(WHOLE), Format::Text), "No findings.");
}

#[test]
fn foreign_document_is_asked_only_for_what_concerns_the_code() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("api.yaml");
    let text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n";
    std::fs::write(&path, text).unwrap();
    let options = |foreign| Options {
        file: Some(path.clone()),
        foreign,
        ..Options::default()
    };
    let root = xtask::workspace::root();
    assert!(findings(&options(false), &root).has_errors());
    assert_eq!(findings(&options(true), &root).0, []);
}

#[test]
fn our_document_has_no_findings() {
    let found = findings(&Options::default(), &xtask::workspace::root());
    assert!(found.0.is_empty(), "{found}");
}
