//! `security`: which token a call carries.

use super::Problem;
use crate::spec::{Document, Node, Operation};

/// Which token a call carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// None at all.
    None,
    /// The token of a user.
    User,
    /// The token of a page.
    Page,
}

/// Reads `security`, the operation's own or the document's; every problem is put into `problems`.
pub fn token<'a>(
    document: &'a Document,
    operation: &Operation<'a>,
    problems: &mut Vec<Problem<'a>>,
) -> Token {
    let Some(security) = operation
        .node
        .get("security")
        .or_else(|| document.root().get("security"))
    else {
        return Token::None;
    };
    let mut problem = |node: &Node<'a>, what: String, fix: &str, minor: bool| {
        problems.push(Problem {
            node: node.clone(),
            what,
            fix: fix.to_owned(),
            minor,
        });
    };
    let requirements = security.items();
    let Some(first) = requirements.first() else {
        return Token::None;
    };
    let schemes = first.entries();
    if requirements.len() > 1 || schemes.len() > 1 {
        let what = format!(
            "{} can be called with more than one scheme; only the first counts here",
            operation.name()
        );
        problem(&security, what, "keep one scheme", true);
    }
    let Some((name, used)) = schemes.into_iter().next() else {
        return Token::None;
    };
    let scheme = document.root().get("components");
    let scheme =
        scheme.and_then(|components| components.get("securitySchemes")?.get(name)?.resolve());
    let Some(scheme) = scheme else {
        let what = format!(
            "`security` names the scheme `{name}`, which `components.securitySchemes` does not have"
        );
        problem(
            &used,
            what,
            "declare it there, or name one that is declared",
            false,
        );
        return Token::None;
    };
    match (scheme.text("type"), scheme.text("in"), scheme.text("name")) {
        (Some("apiKey"), Some("query"), Some("access_token")) => Token::User,
        (Some("apiKey"), Some("query"), Some("page_access_token")) => Token::Page,
        _ => {
            let what = format!(
                "the security scheme `{name}` is neither of the tokens that the client adds by itself"
            );
            let fix = "the call goes out without it; a token is an `apiKey` in `query` named `access_token` or `page_access_token`";
            problem(&used, what, fix, true);
            Token::None
        }
    }
}
