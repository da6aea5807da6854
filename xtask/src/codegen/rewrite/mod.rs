//! Changes the generator's output where it does what a careful client must not do.
//!
//! Each step is a function over the syntax tree that counts its changes. A step that must find something and does not
//! fails: the generator has changed its shape, and the property that the step gives would be lost without a word.

mod client;
mod defaults;
mod derives;
mod describe;
mod docs;
mod layout;
mod messages;
mod objects;
mod one_of;
mod open_enums;
mod sends;
mod type_builders;
mod usage;

use syn::File;

use crate::spec::{Diagnostic, Diagnostics, Document, Node};

/// What the document says the output has.
struct Facts {
    operations: bool,
    path_parameters: bool,
    types: bool,
    open_enums: bool,
}

/// One change to the generator's output.
struct Step {
    /// What it gives, for the message when it finds nothing to do.
    gives: &'static str,
    /// Makes the change, and counts where.
    run: fn(&mut File, &Document) -> usize,
    /// Whether it must find something.
    expected: fn(&Facts) -> bool,
}

const STEPS: &[Step] = &[
    Step {
        gives: "sends that go through the transport and fail with an error that can be logged",
        run: sends::rewrite,
        expected: |facts| facts.operations,
    },
    Step {
        gives: "no client of progenitor's, which logs addresses and fixes a timeout",
        run: |file, _| client::remove_runtime(file),
        expected: |_| true,
    },
    Step {
        gives: "a warning when a request is built and never sent",
        run: |file, _| client::builders_must_be_used(file),
        expected: |facts| facts.operations,
    },
    Step {
        gives: "schemas only for those who ask for them",
        run: |file, _| derives::gate_schemas(file),
        expected: |facts| facts.types,
    },
    Step {
        gives: "a default for types without required fields",
        run: |file, _| defaults::derive_default(file),
        expected: |_| false,
    },
    Step {
        gives: "answers that are read leniently and keep unknown fields",
        run: |file, _| objects::read_and_write(file),
        expected: |_| false,
    },
    Step {
        gives: "forms told apart by the kind of their value",
        run: |file, _| one_of::by_kind(file),
        expected: |_| false,
    },
    Step {
        gives: "enums that take values nobody listed",
        run: open_enums::open,
        expected: |facts| facts.open_enums,
    },
    Step {
        gives: "builders of types for requests only",
        run: |file, _| type_builders::keep_for_requests(file),
        expected: |_| false,
    },
    Step {
        gives: "messages that name the operation, the argument and the reason",
        run: |file, _| messages::name_the_reason(file),
        expected: |facts| facts.path_parameters,
    },
    Step {
        gives: "a description of everything public",
        run: describe::describe,
        expected: |facts| facts.operations,
    },
    Step {
        gives: "an example of every operation that compiles",
        run: usage::show,
        expected: |facts| facts.operations,
    },
    Step {
        gives: "documentation that rustdoc accepts",
        run: |file, _| docs::tidy(file),
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
        if (step.run)(&mut file, document) == 0 && (step.expected)(&facts) {
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
        Ok(layout::print(file))
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
    let generated = |wanted: &dyn Fn(&Node<'_>) -> bool| {
        let mut schemas = schemas.iter().flat_map(Node::entries);
        schemas.any(|(_, schema)| schema.get("x-handwritten-type").is_none() && wanted(&schema))
    };
    Facts {
        operations: !operations.is_empty(),
        path_parameters: operations
            .iter()
            .any(|operation| operation.path.contains('{')),
        types: generated(&|schema| schema.get("properties").is_some()),
        open_enums: generated(&|schema| schema.get("x-extensible-enum").is_some()),
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
components: {schemas: {A: {type: object, properties: {x: {type: string}}}, K: {type: string, x-extensible-enum: [a]}}}
";

    #[test]
    fn a_generator_that_changed_its_shape_is_noticed_step_by_step() {
        let document = Document::from_bytes(DOCUMENT.as_bytes().to_vec(), "api.yaml").unwrap();
        let file = syn::parse_str::<File>("pub struct Other;").unwrap();
        let lost = apply(&document, file).unwrap_err();
        let everything = Facts {
            operations: true,
            path_parameters: true,
            types: true,
            open_enums: true,
        };
        let expected = STEPS
            .iter()
            .filter(|step| (step.expected)(&everything))
            .count();
        assert_eq!(lost.0.len(), expected);
        assert!(lost.to_string().contains("no client of progenitor's"));
    }

    #[test]
    fn a_step_may_find_nothing_where_the_document_has_nothing_for_it() {
        let text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n";
        let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
        let source = "pub struct Client; impl Client { pub fn new_with_client() {} } /// Types.\npub mod types {}";
        let file = syn::parse_str::<File>(source).unwrap();
        assert_eq!(
            apply(&document, file).unwrap(),
            "use crate::client::Client;\n/// Types.\npub mod types {}\n"
        );
    }
}
