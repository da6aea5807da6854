//! What all parts of one running server share.
use std::{net::SocketAddr, sync::OnceLock};

use serde_json::{Value, json};

use crate::{
    clock::MockClock,
    fault_script::Faults,
    journal::Journal,
    oddity::{Oddities, Oddity},
    rate_limit::RateLimit,
    violations::Violations,
    world::{PageState, World},
};

/// Where the control endpoint is.
pub(crate) const CONTROL: &str = "/_mock";

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

impl Shared {
    /// As the lists show it.
    pub(crate) fn conversation_id(&self, page: &PageState, index: u64) -> String {
        page.conversation_id(index, !self.oddities.is_on(Oddity::IdsWithColonAndAt))
    }
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
        if cfg!(feature = "cli") {
            description["control_url"] = json!(format!("http://{address}{CONTROL}"));
        }
    }
    description
}
