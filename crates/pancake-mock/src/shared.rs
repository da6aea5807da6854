//! What all parts of one running server share.
use serde_json::{Value, json};

use crate::{
    clock::MockClock, fault_script::Faults, journal::Journal, oddity::Oddities,
    rate_limit::RateLimit, violations::Violations, world::World,
};

pub(crate) struct Shared {
    pub(crate) world: World,
    pub(crate) user_token: String,
    /// Unix seconds.
    pub(crate) user_token_expires_at: i64,
    pub(crate) seed: u64,
    /// Rows of a page at most, where nobody can ask for a number.
    pub(crate) rows_a_page: Option<u64>,
    pub(crate) oddities: Oddities,
    pub(crate) clock: MockClock,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) rate_limit: RateLimit,
    pub(crate) violations: Violations,
}

/// What a program needs to begin: address, tokens, pages.
pub(crate) fn description(shared: &Shared, base_url: Option<&str>) -> Value {
    let pages: Vec<_> = shared
        .world
        .ids()
        .iter()
        .filter_map(|id| shared.world.page(id))
        .map(|page| {
            json!({
                "id": page.id,
                "name": page.name,
                "platform": page.platform.name(),
                "page_access_token": page.token,
            })
        })
        .collect();
    let mut description = json!({"user_token": shared.user_token, "pages": pages});
    if let Some(base_url) = base_url {
        description["base_url"] = json!(base_url);
    }
    description
}
