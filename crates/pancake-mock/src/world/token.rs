//! The invented tokens: shaped like the real ones, signed by nobody.
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::page::PageState;
use crate::seed::Seed;

/// What a page says to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenVerdict {
    Good,
    /// Was good until a newer one was made.
    Renewed,
    Unknown,
}

fn jwt(payload: &Value, signature: Seed) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "HS256", "typ": "JWT"});
    format!(
        "{}.{}.{}",
        encode(&header),
        encode(payload),
        signature.text(43)
    )
}

/// The token of the one user of this server; `expires_at` in unix seconds.
pub(crate) fn user_token(seed: u64, issued_at: i64, expires_at: i64) -> String {
    let seed = Seed::new(seed).of("user token");
    let payload = json!({
        "name": "Chủ Shop",
        "uid": seed.of("uid").uuid(),
        "fb_id": "122100000000000001",
        "fb_name": "Chủ Shop",
        "session_id": seed.of("session").text(20),
        "iat": issued_at,
        "exp": expires_at,
    });
    jwt(&payload, seed)
}

pub(super) fn page_token(page: &str, seed: Seed, generation: u64) -> String {
    let seed = seed.of("page token").with(generation);
    jwt(
        &json!({"id": page, "uid": seed.of("uid").uuid(), "n": generation}),
        seed,
    )
}

impl PageState {
    /// Makes a new token. The former one is renewed from now on.
    pub(crate) fn mint(&mut self) -> String {
        self.generation += 1;
        let fresh = page_token(&self.id, self.seed, self.generation);
        let former = std::mem::replace(&mut self.token, fresh.clone());
        self.former_tokens.insert(former);
        fresh
    }

    pub(crate) fn judge(&self, token: &str) -> TokenVerdict {
        if token == self.token {
            TokenVerdict::Good
        } else if self.former_tokens.contains(token) {
            TokenVerdict::Renewed
        } else {
            TokenVerdict::Unknown
        }
    }
}
