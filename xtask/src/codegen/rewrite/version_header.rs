//! The `api-version` header that progenitor adds to every request.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, File, Lit, Pat, Stmt};

/// Removes the header: the API does not know it, and it tells every hop which document the client was built from.
pub(super) fn remove(file: &mut File) -> usize {
    let mut remover = Remover { removed: 0 };
    remover.visit_file_mut(file);
    remover.removed
}

struct Remover {
    removed: usize,
}

impl VisitMut for Remover {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let before = block.stmts.len();
        block
            .stmts
            .retain(|statement| !is_version_header(statement));
        let removed = before - block.stmts.len();
        self.removed += removed;
        // Where only its declaration and its use are left, the map is empty and not worth sending along.
        if removed > 0 && mentions(block.to_token_stream()) <= 2 {
            block.stmts.retain(|statement| !declares_map(statement));
            for statement in &mut block.stmts {
                UnusedMap.visit_stmt_mut(statement);
            }
        }
        visit_mut::visit_block_mut(self, block);
    }
}

/// How often the map is named.
fn mentions(tokens: TokenStream) -> usize {
    let count = |token| match token {
        TokenTree::Ident(name) => usize::from(name == "header_map"),
        TokenTree::Group(group) => mentions(group.stream()),
        _ => 0,
    };
    tokens.into_iter().map(count).sum()
}

/// Takes `.headers(header_map)` out of the chain that builds a request.
struct UnusedMap;

impl VisitMut for UnusedMap {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression {
            let map = matches!(call.args.first(), Some(Expr::Path(path)) if path.path.is_ident("header_map"));
            if call.method == "headers" && map {
                *expression = (*call.receiver).clone();
            }
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

/// The arguments of `header_map.append(…)`.
fn appends(statement: &Stmt) -> Option<Vec<&Expr>> {
    let Stmt::Expr(Expr::MethodCall(call), _) = statement else {
        return None;
    };
    let map =
        matches!(call.receiver.as_ref(), Expr::Path(path) if path.path.is_ident("header_map"));
    (map && call.method == "append").then(|| call.args.iter().collect())
}

fn is_version_header(statement: &Stmt) -> bool {
    let Some(arguments) = appends(statement) else {
        return false;
    };
    let Some(Expr::Call(name)) = arguments.first() else {
        return false;
    };
    matches!(
        name.args.first(),
        Some(Expr::Lit(literal)) if matches!(&literal.lit, Lit::Str(text) if text.value() == "api-version")
    )
}

fn declares_map(statement: &Stmt) -> bool {
    let Stmt::Local(local) = statement else {
        return false;
    };
    matches!(&local.pat, Pat::Ident(name) if name.ident == "header_map")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(body: &str) -> (usize, String) {
        let mut file = syn::parse_str(&format!("fn f() {{ {body} }}")).unwrap();
        let count = remove(&mut file);
        (count, prettyplease::unparse(&file))
    }

    const START: &str = "let mut header_map = HeaderMap::with_capacity(1usize); header_map.append(HeaderName::from_static(\"api-version\"), v);";

    #[test]
    fn the_header_goes_and_with_it_the_empty_map() {
        let (count, text) = removed(&format!(
            "{START} let mut request = c.get(url).headers(header_map).build()?;"
        ));
        assert_eq!(count, 1);
        assert!(!text.contains("header_map"), "{text}");
        assert!(text.contains("c.get(url).build()?"), "{text}");
    }

    #[test]
    fn other_headers_stay() {
        let (count, text) = removed(&format!(
            "{START} if let Some(v) = x {{ header_map.append(\"x\", v); }} let request = c.get(url).headers(header_map).build()?;"
        ));
        assert_eq!(count, 1);
        assert!(
            text.contains("headers(header_map)") && !text.contains("api-version"),
            "{text}"
        );
    }
}
