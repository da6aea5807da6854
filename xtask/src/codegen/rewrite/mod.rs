//! Changes the generator's output where it does what a careful client must not do.
//!
//! Each step is a function over the syntax tree that counts its changes. A step that must find something and does not
//! fails: the generator has changed its shape, and the property that the step gives would be lost without a word.

mod calls;
mod client;
mod defaults;
mod derives;
mod docs;
mod lenient;
mod messages;
mod type_builders;
mod version_header;

use syn::File;

use crate::spec::extensions::json_schema;
use crate::spec::{Diagnostic, Diagnostics, Document};

/// What the document says the output has.
struct Facts {
    operations: bool,
    path_parameters: bool,
    typed_responses: bool,
    types: bool,
}

/// One change to the generator's output.
struct Step {
    /// What it gives, for the message when it finds nothing to do.
    gives: &'static str,
    /// Makes the change, and counts where.
    run: fn(&mut File) -> usize,
    /// Whether it must find something.
    expected: fn(&Facts) -> bool,
}

const STEPS: &[Step] = &[
    Step {
        gives: "no constructor that panics and fixes a timeout",
        run: client::remove_new,
        expected: |_| true,
    },
    Step {
        gives: "path segments that cannot climb out of their path",
        run: calls::encode_segments,
        expected: |facts| facts.path_parameters,
    },
    Step {
        gives: "decoding that keeps the body out of its errors",
        run: calls::decode_responses,
        expected: |facts| facts.typed_responses,
    },
    Step {
        gives: "no `api-version` header, which the API does not know",
        run: version_header::remove,
        expected: |facts| facts.operations,
    },
    Step {
        gives: "a warning when a request is built and never sent",
        run: client::builders_must_be_used,
        expected: |facts| facts.operations,
    },
    Step {
        gives: "schemas only for those who ask for them",
        run: derives::gate_schemas,
        expected: |facts| facts.types,
    },
    Step {
        gives: "a default for types without required fields",
        run: defaults::derive_default,
        expected: |_| false,
    },
    Step {
        gives: "answers that are read leniently",
        run: lenient::read_leniently,
        expected: |_| false,
    },
    Step {
        gives: "builders of types for requests only",
        run: type_builders::keep_for_requests,
        expected: |_| false,
    },
    Step {
        gives: "messages that name types as people do",
        run: messages::plain_types,
        expected: |facts| facts.path_parameters,
    },
    Step {
        gives: "documentation that rustdoc accepts",
        run: docs::tidy,
        expected: |_| true,
    },
];

/// Makes all changes and prints the result as Rust source, without a header.
pub(super) fn rewrite(
    document: &Document,
    tokens: proc_macro2::TokenStream,
) -> Result<String, Diagnostics> {
    let file = syn::parse2::<File>(tokens).map_err(|error| {
        Diagnostic::file(
            &document.file,
            format!("the generated code is not Rust: {error}"),
            "look for names in the document that give no Rust name",
        )
    })?;
    apply(document, file)
}

fn apply(document: &Document, mut file: File) -> Result<String, Diagnostics> {
    let facts = facts(document);
    let mut lost = Vec::new();
    for step in STEPS {
        if (step.run)(&mut file) == 0 && (step.expected)(&facts) {
            lost.push(Diagnostic::file(
                "xtask/src/codegen/rewrite/mod.rs",
                format!(
                    "the generated code has no place for this any more: {}",
                    step.gives
                ),
                "compare the output of this progenitor version with the step, and adapt the step",
            ));
        }
    }
    if lost.is_empty() {
        Ok(prettyplease::unparse(&file))
    } else {
        Err(Diagnostics(lost))
    }
}

fn facts(document: &Document) -> Facts {
    let operations: Vec<_> = document
        .operations()
        .into_iter()
        .filter(|operation| !operation.is_handwritten())
        .collect();
    let schemas = document
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"));
    Facts {
        operations: !operations.is_empty(),
        path_parameters: operations
            .iter()
            .any(|operation| operation.path.contains('{')),
        typed_responses: operations.iter().any(|operation| {
            operation
                .responses()
                .iter()
                .any(|(_, _, response)| json_schema(response).is_some())
        }),
        types: schemas.is_some_and(|schemas| {
            schemas.entries().iter().any(|(_, schema)| {
                schema.get("properties").is_some() && schema.get("x-handwritten-type").is_none()
            })
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a/{id}:
    get:
      operationId: read
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
components: {schemas: {A: {type: object, properties: {x: {type: string}}}}}
";

    #[test]
    fn a_generator_that_changed_its_shape_is_noticed_step_by_step() {
        let document = Document::from_bytes(DOCUMENT.as_bytes().to_vec(), "api.yaml").unwrap();
        let file = syn::parse_str::<File>("pub struct Client;").unwrap();
        let lost = apply(&document, file).unwrap_err();
        let everything = Facts {
            operations: true,
            path_parameters: true,
            typed_responses: true,
            types: true,
        };
        let expected = STEPS
            .iter()
            .filter(|step| (step.expected)(&everything))
            .count();
        assert_eq!(lost.0.len(), expected);
        assert!(lost.to_string().contains("no constructor that panics"));
    }

    #[test]
    fn a_step_may_find_nothing_where_the_document_has_nothing_for_it() {
        let text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n";
        let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
        let source = "/// A client.\npub struct Client; impl Client { pub fn new() {} }";
        let file = syn::parse_str::<File>(source).unwrap();
        assert_eq!(
            apply(&document, file).unwrap(),
            "/// A client.\npub struct Client;\nimpl Client {}\n"
        );
    }
}
