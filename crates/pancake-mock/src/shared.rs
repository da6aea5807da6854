//! What all parts of one running server share.
use std::{net::SocketAddr, sync::OnceLock};

use serde_json::{Value, json};

use crate::{
    clock::MockClock, control, fault_script::Faults, journal::Journal, oddity::Oddities,
    rate_limit::RateLimit, violations::Violations, world::World,
};

pub(crate) struct Shared {
    /// Known once the socket is bound.
    pub(crate) address: OnceLock<SocketAddr>,
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
pub(crate) fn description(shared: &Shared) -> Value {
    let pages = shared.world.fronts().iter();
    let pages: Vec<_> = pages
        .map(|page| {
            json!({
                "id": page.id,
                "name": page.name,
                "platform": page.platform.name(),
                "page_access_token": page.token(),
            })
        })
        .collect();
    let mut description = json!({"user_token": shared.user_token, "pages": pages});
    if let Some(address) = shared.address.get() {
        description["base_url"] = json!(format!("http://{address}/api"));
        description["control_url"] = json!(format!("http://{address}{}", control::PATH));
    }
    description
}
