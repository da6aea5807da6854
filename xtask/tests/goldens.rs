//! What each form of schema becomes in Rust, one small document for each.
//!
//! These change when the generator does: read them before accepting a new version of it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use quote::ToTokens;
use syn::{File, Item};
use xtask::codegen;
use xtask::lint::Audience;
use xtask::spec::Document;

/// A snapshot without the expression, which would only repeat the document.
macro_rules! golden {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($text) })
    };
}

fn generated(text: &str) -> File {
    let document = Document::from_bytes(text.as_bytes().to_vec(), "form.yaml").unwrap();
    let notes = xtask::lint::lint(&document, Audience::Foreign);
    assert!(!notes.has_errors(), "{notes}");
    let generated = codegen::generate(&document, Audience::Foreign).unwrap();
    syn::parse_file(&generated.client).unwrap()
}

fn module(file: &File, name: &str) -> Vec<Item> {
    let found = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => module.content.clone(),
        _ => None,
    });
    found.unwrap().1
}

fn print(items: Vec<Item>) -> String {
    let mut file = syn::parse_file("").unwrap();
    file.items = items;
    prettyplease::unparse(&file)
}

/// The types that a map of component schemas becomes, and the traits they implement.
fn types(schemas: &str) -> String {
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}"
    );
    let mut shown = Vec::new();
    let mut impls = Vec::new();
    for item in module(&generated(&text), "types") {
        match item {
            Item::Impl(block) => {
                if let Some((path, _)) = &block.trait_ {
                    let line = format!(
                        "// impl {} for {}",
                        path.to_token_stream(),
                        block.self_ty.to_token_stream()
                    );
                    impls.push(
                        line.replace(' ', "")
                            .replace("//impl", "// impl ")
                            .replace("for", " for "),
                    );
                }
            }
            Item::Struct(_) | Item::Enum(_) | Item::Type(_) | Item::Macro(_) => shown.push(item),
            _ => {}
        }
    }
    format!(
        "{}\n=>\n\n{}\n{}",
        schemas.trim_end(),
        print(shown),
        impls.join("\n")
    )
}

/// The request builder of one operation, its `send` included.
fn request(operation: &str) -> String {
    let text = format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{operation}");
    let file = generated(&text);
    let items = module(&file, "builder")
        .into_iter()
        .filter(|item| !matches!(item, Item::Use(_)))
        .collect();
    format!("{}\n=>\n\n{}", operation.trim_end(), print(items))
}

#[test]
fn the_goldens_that_are_compiled_and_run_are_what_their_document_asks_for() {
    let root = xtask::workspace::root();
    let options = codegen::Options {
        check: true,
        spec: Some(root.join("tests/goldens/golden.yaml")),
        out: Some(root.join("tests/goldens/generated")),
    };
    let report = codegen::execute(&options, &root).unwrap();
    assert!(
        !report.stale,
        "{}\ncargo xtask codegen --spec tests/goldens/golden.yaml --out tests/goldens/generated",
        report.text
    );
}

#[test]
fn optional_and_nullable_properties_are_options() {
    golden!(types(
        "    A: {type: object, required: [b, d], properties: {a: {type: string}, b: {type: string, nullable: true}, c: {type: string, nullable: true}, d: {type: string}}}\n"
    ));
}

#[test]
fn a_nullable_reference_is_an_option_in_both_spellings() {
    golden!(types(
        "    A: {type: object, properties: {all_of: {nullable: true, allOf: [{$ref: '#/components/schemas/B'}]}, one_of: {oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/JsonNull'}]}}}\n    B: {type: object, properties: {x: {type: string}}}\n    JsonNull: {type: string, nullable: true, enum: [null]}\n"
    ));
}

#[test]
fn an_open_enum_keeps_values_that_nobody_listed() {
    golden!(types(
        "    Kind: {description: Kind of a thing., type: string, x-extensible-enum: [INBOX, COMMENT]}\n    A: {type: object, properties: {kind: {$ref: '#/components/schemas/Kind'}}}\n"
    ));
}

#[test]
fn a_closed_enum_has_the_listed_values_only() {
    golden!(types(
        "    Kind: {type: string, enum: [by_id, by-time, '3d']}\n"
    ));
}

#[test]
fn additional_properties_decide_what_happens_to_unknown_fields() {
    golden!(types(
        "    Absent: {type: object, properties: {a: {type: string}}}\n    Open: {type: object, properties: {a: {type: string}}, additionalProperties: {}}\n    AllTrue: {type: object, properties: {a: {type: string}}, additionalProperties: true}\n    Closed: {type: object, properties: {a: {type: string}}, additionalProperties: false}\n    OnlyMap: {type: object, additionalProperties: {type: integer}}\n"
    ));
}

#[test]
fn one_of_with_an_action_is_a_tagged_enum() {
    golden!(types(
        "    Body:
      oneOf:
        - {title: reply, type: object, required: [action, message], properties: {action: {type: string, enum: [reply_inbox]}, message: {type: string}}}
        - {title: private, type: object, required: [action, post_id], properties: {action: {type: string, enum: [private_replies]}, post_id: {type: string}}}
"
    ));
}

#[test]
fn one_of_with_references_is_untagged() {
    golden!(types(
        "    Either: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}\n    A: {type: object, required: [a], properties: {a: {type: string}}}\n    B: {type: object, required: [b], properties: {b: {type: string}}}\n"
    ));
}

#[test]
fn arrays_are_empty_when_absent_and_options_when_nullable() {
    golden!(types(
        "    A: {type: object, required: [must], properties: {must: {type: array, items: {type: string}}, may: {type: array, items: {type: string}}, none: {type: array, nullable: true, items: {type: string}}, any: {type: array, items: {}}}}\n"
    ));
}

#[test]
fn an_id_is_text_or_a_number() {
    golden!(types(
        "    Id: {oneOf: [{type: string}, {type: integer}]}\n"
    ));
}

#[test]
fn numbers_and_integers_have_their_own_types() {
    golden!(types(
        "    A: {type: object, required: [i, i32, n, b], properties: {i: {type: integer}, i32: {type: integer, format: int32}, n: {type: number}, b: {type: integer, minimum: 1, maximum: 100}}}\n"
    ));
}

#[test]
fn a_replaced_component_is_the_handwritten_type_everywhere() {
    golden!(types(
        "    AccessToken: {type: string, x-handwritten-type: 'crate::secret::AccessToken', x-handwritten-impls: [Display]}\n    A: {type: object, properties: {token: {$ref: '#/components/schemas/AccessToken'}, tokens: {type: array, items: {$ref: '#/components/schemas/AccessToken'}}, some: {nullable: true, allOf: [{$ref: '#/components/schemas/AccessToken'}]}}}\n"
    ));
}

#[test]
fn descriptions_are_safe_for_rustdoc() {
    golden!(types(
        "    A: {description: \"The <id> of [page], see https://a.b/c.\\n\\nA second part.\", type: object, properties: {a: {description: 'in `code[]`', type: string}}}\n"
    ));
}

#[test]
fn a_request_encodes_its_path_and_repeats_its_lists() {
    golden!(request(
        "  /v1/pages/{page_id}/things:
    get:
      operationId: list_things
      parameters:
        - {name: page_id, in: path, required: true, schema: {type: string}}
        - {name: 'type[]', in: query, schema: {type: array, items: {type: string}}}
        - {name: limit, in: query, required: true, schema: {type: integer}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
        4XX: {description: e, content: {application/json: {schema: {$ref: '#/components/schemas/E'}}}}
        5XX: {description: e, content: {application/json: {schema: {$ref: '#/components/schemas/E'}}}}
components:
  schemas:
    A: {type: object, properties: {a: {type: string}}}
    E: {type: object, properties: {e: {type: string}}}
"
    ));
}

#[test]
fn request_with_a_body_sends_it() {
    golden!(request(
        "  /v1/things:
    post:
      operationId: make_thing
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
      responses:
        '204': {description: done}
components:
  schemas:
    A: {type: object, properties: {a: {type: string}}}
"
    ));
}
