//! The mock's own table of operations, read from its source: what is in it is routed, and everything else is not.

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::Item;

use crate::spec::{Diagnostic, Diagnostics, Operation};

/// Where the mock lists its operations.
pub(super) const FILE: &str = "crates/pancake-mock/src/operation.rs";

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) id: String,
    method: String,
    path: String,
}

impl Route {
    /// Whether it is this operation, and answers where the document says.
    pub(super) fn is(&self, operation: &Operation<'_>) -> bool {
        operation.id() == Some(&self.id)
            && self.method.eq_ignore_ascii_case(operation.method)
            && self.path == operation.path
    }
}

/// Everything that the mock answers.
pub(super) fn operations(root: &Path) -> Result<Vec<Route>, Diagnostics> {
    let fix = "the table of the mock's operations has moved: teach xtask/src/coverage/mock.rs where it is";
    let problem = |what: String| Diagnostics::from(Diagnostic::file(FILE, what, fix));
    let source = std::fs::read_to_string(root.join(FILE))
        .map_err(|error| problem(format!("the file cannot be read ({error})")))?;
    let file = syn::parse_file(&source)
        .map_err(|error| problem(format!("the file is not Rust ({error})")))?;
    let table = file.items.iter().find_map(|item| match item {
        Item::Macro(call) if call.ident.is_none() && call.mac.path.is_ident("operations") => {
            Some(call.mac.tokens.clone())
        }
        _ => None,
    });
    let routes = routes(table.ok_or_else(|| problem("`operations!` is not in it".to_owned()))?);
    if routes.is_empty() {
        return Err(problem(
            "`operations!` has no line of the form `GET \"/path\" id …`".to_owned(),
        ));
    }
    Ok(routes)
}

/// Each path in quotes has the method before it and the id behind it.
fn routes(tokens: TokenStream) -> Vec<Route> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut routes = Vec::new();
    for three in tokens.windows(3) {
        if let [
            TokenTree::Ident(method),
            TokenTree::Literal(path),
            TokenTree::Ident(id),
        ] = three
            && let Ok(path) = syn::parse_str::<syn::LitStr>(&path.to_string())
        {
            routes.push(Route {
                id: id.to_string(),
                method: method.to_string(),
                path: path.value(),
            });
        }
    }
    routes
}
