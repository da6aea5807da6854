//! `x-handwritten-type`: component schemas whose Rust type people write.

use super::Problem;
use crate::spec::{Document, Node};

/// A component schema whose Rust type people write: the type's path and the traits it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandwrittenType {
    /// The component's name.
    pub schema: String,
    /// The path of the Rust type.
    pub path: String,
    /// The traits it implements, as far as the generator asks for them.
    pub impls: Vec<String>,
}

/// The traits that the generator can be told of.
pub const IMPLS: [&str; 4] = ["FromStr", "FromStringIrrefutable", "Display", "Default"];

/// Reads `x-handwritten-type` and `x-handwritten-impls` of all component schemas.
pub fn handwritten_types<'a>(
    document: &'a Document,
    problems: &mut Vec<Problem<'a>>,
) -> Vec<HandwrittenType> {
    let mut problem = |node: &Node<'a>, what: String, fix: &str| {
        problems.push(Problem {
            node: node.clone(),
            what,
            fix: fix.to_owned(),
            minor: false,
        });
    };
    let mut types = Vec::new();
    let schemas = document
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"));
    for (name, schema) in schemas.iter().flat_map(Node::entries) {
        let mut impls = Vec::new();
        let listed = schema.get("x-handwritten-impls");
        if let Some(listed) = &listed {
            if !listed.value().is_array() {
                problem(
                    listed,
                    "`x-handwritten-impls` is not a list".to_owned(),
                    "write `[Display]`, or leave it out",
                );
            }
            for item in listed.items() {
                match item.value().as_str().filter(|text| IMPLS.contains(text)) {
                    Some(text) => impls.push(text.to_owned()),
                    None => {
                        let what = format!(
                            "`x-handwritten-impls` has {}, which the generator does not know",
                            item.value()
                        );
                        problem(&item, what, &format!("use some of {}", IMPLS.join(", ")));
                    }
                }
            }
        }
        let Some(mark) = schema.get("x-handwritten-type") else {
            if let Some(listed) = listed {
                let what = "`x-handwritten-impls` stands without `x-handwritten-type`".to_owned();
                problem(&listed, what, "name the type, or remove the list");
            }
            continue;
        };
        match mark
            .value()
            .as_str()
            .filter(|text| syn::parse_str::<syn::TypePath>(text).is_ok())
        {
            Some(path) => types.push(HandwrittenType {
                schema: name.to_owned(),
                path: path.to_owned(),
                impls,
            }),
            None => {
                let what = "`x-handwritten-type` is not the path of a Rust type".to_owned();
                problem(
                    &mark,
                    what,
                    "write a path such as `crate::secret::AccessToken`",
                );
            }
        }
    }
    types
}
