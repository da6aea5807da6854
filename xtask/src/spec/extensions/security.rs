//! `security`: which token a call carries.

use crate::spec::{Document, Operation};

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

/// Reads `security`, the operation's own or the document's.
pub fn token(document: &Document, operation: &Operation<'_>) -> Token {
    let own = operation.node.get("security");
    let security = own.or_else(|| document.root().get("security"));
    let requirements = security.map(|security| security.items());
    let first = requirements.and_then(|requirements| requirements.into_iter().next());
    let name = first.and_then(|schemes| Some(schemes.entries().first()?.0));
    let schemes = document.components("securitySchemes");
    let scheme = schemes.iter().find(|(known, _)| Some(*known) == name);
    let text = |key| scheme.and_then(|(_, scheme)| scheme.text(key));
    match (text("type"), text("in"), text("name")) {
        (Some("apiKey"), Some("query"), Some("access_token")) => Token::User,
        (Some("apiKey"), Some("query"), Some("page_access_token")) => Token::Page,
        _ => Token::None,
    }
}
