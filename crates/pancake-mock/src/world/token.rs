//! The invented tokens: shaped like the real ones, signed by nobody. And the front of a page, which holds its token.
use std::{
    collections::HashSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::platform::Platform;
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

fn page_token(page: &str, seed: Seed, generation: u64) -> String {
    let seed = seed.of("page token").with(generation);
    jwt(
        &json!({"id": page, "uid": seed.of("uid").uuid(), "n": generation}),
        seed,
    )
}

/// What is known of a page without waiting for the calls that are under way on it.
pub(crate) struct PageFront {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) platform: Platform,
    seed: Seed,
    tokens: Mutex<Tokens>,
    conversations: AtomicU64,
}

struct Tokens {
    current: Option<String>,
    generation: u64,
    former: HashSet<String>,
}

impl PageFront {
    /// `has_token`: somebody has made a token for the page before the start.
    pub(super) fn new(
        id: &str,
        name: &str,
        platform: Platform,
        seed: Seed,
        rows: u64,
        has_token: bool,
    ) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            platform,
            seed,
            tokens: Mutex::new(Tokens {
                current: has_token.then(|| page_token(id, seed, 0)),
                generation: 0,
                former: HashSet::new(),
            }),
            conversations: AtomicU64::new(rows),
        }
    }

    /// The token that is good now; none before the first one was made.
    pub(crate) fn token(&self) -> Option<String> {
        self.tokens().current.clone()
    }

    /// Makes a new token. The former one is renewed from now on.
    pub(crate) fn mint(&self) -> String {
        let mut tokens = self.tokens();
        tokens.generation += 1;
        let fresh = page_token(&self.id, self.seed, tokens.generation);
        let former = tokens.current.replace(fresh.clone());
        tokens.former.extend(former);
        fresh
    }

    pub(crate) fn judge(&self, token: &str) -> TokenVerdict {
        let tokens = self.tokens();
        if tokens.current.as_deref() == Some(token) {
            TokenVerdict::Good
        } else if tokens.former.contains(token) {
            TokenVerdict::Renewed
        } else {
            TokenVerdict::Unknown
        }
    }

    /// How many conversations there are.
    #[cfg(feature = "cli")]
    pub(crate) fn conversations(&self) -> u64 {
        self.conversations.load(Ordering::Relaxed)
    }

    pub(super) fn one_more(&self) {
        self.conversations.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn one_less(&self) {
        self.conversations.fetch_sub(1, Ordering::Relaxed);
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
