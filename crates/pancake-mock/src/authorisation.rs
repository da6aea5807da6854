//! Looks at the token of a call: missing 101, unknown or of the other kind 102, expired 103, renewed 105.
use crate::{
    answer::Answer,
    oddity::Oddity,
    operation::{Operation, TokenKind},
    request::Request,
    shared::Shared,
    world::TokenVerdict,
};

pub(crate) fn authorise(
    shared: &Shared,
    operation: &Operation,
    request: &Request,
) -> Result<(), Answer> {
    let Some((parameter, other)) = operation.token.parameters() else {
        return Ok(());
    };
    let missing = || Answer::failure(101, &format!("Missing {parameter}"));
    // So on both bases (field notes, section 2).
    let invalid = || Answer::failure(102, "Invalid access_token");
    let of_other_kind = || {
        if shared.oddities.is_on(Oddity::WrongTokenKind) {
            invalid()
        } else {
            missing()
        }
    };
    let given = |name: &str| request.query(name).filter(|token| !token.is_empty());
    // A page token is taken under the name of the user token too, as clients in four languages send it.
    let by_other_name = given(other);
    let Some(token) =
        given(parameter).or(by_other_name.filter(|_| operation.token == TokenKind::Page))
    else {
        return Err(if by_other_name.is_some() {
            of_other_kind()
        } else {
            missing()
        });
    };
    match operation.token {
        TokenKind::User if token != shared.user_token => {
            let mut pages = shared.world.fronts().iter();
            let is_page_token = pages.any(|page| page.judge(token) == TokenVerdict::Good);
            Err(if is_page_token {
                of_other_kind()
            } else {
                invalid()
            })
        }
        TokenKind::User if shared.clock.unix_seconds() >= shared.user_token_expires_at => {
            Answer::refuse(103, "Session expired")
        }
        TokenKind::User | TokenKind::Public => Ok(()),
        TokenKind::Page if token == shared.user_token => Err(of_other_kind()),
        TokenKind::Page => {
            let page = request.page_id().and_then(|id| shared.world.front(id));
            match page.map(|page| page.judge(token)) {
                Some(TokenVerdict::Good) => Ok(()),
                Some(TokenVerdict::Renewed)
                    if !shared.oddities.is_on(Oddity::MintingKillsTheOldToken) =>
                {
                    Ok(())
                }
                Some(TokenVerdict::Renewed) => {
                    Answer::refuse(105, "access_token renewed please use new access_token")
                }
                Some(TokenVerdict::Unknown) | None => Err(invalid()),
            }
        }
    }
}
