//! The zones of pages, looked up once.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};

use pancake_client::PageId;
use pancake_client::operations::LIST_PAGES;

use super::page_info::{self, PageInfo};
use crate::error::{Error, ErrorKind, Execution};
use crate::net::options::CallOptions;
use crate::single_flight::SingleFlight;
use crate::sync::lock;
use crate::time::zone::Zone;

/// What is known of the zones of pages. All clones of a client share it.
#[derive(Default)]
pub(crate) struct Zones {
    known: Mutex<HashMap<PageId, Zone>>,
    /// A lookup uses the options of its call, so only calls with the same options share one.
    lookups: SingleFlight<CallOptions, Arc<[PageInfo]>>,
}

impl Zones {
    /// The zone of a page. Where it is not known yet, `list` asks for all pages, and keeps what they tell with
    /// [`learn`](Self::learn).
    pub(crate) async fn of<F>(
        &self,
        page: &PageId,
        options: &CallOptions,
        list: impl FnOnce() -> F,
    ) -> Result<Zone, Error>
    where
        F: Future<Output = Result<Vec<PageInfo>, Error>> + Send + 'static,
    {
        if let Some(zone) = self.get(page) {
            return Ok(zone);
        }
        let lookup = || {
            let list = list();
            async move { Ok(list.await?.into()) }
        };
        let lookup = self.lookups.join(options.clone(), lookup);
        // Another lookup may have ended just before; this one has not begun.
        if let Some(zone) = self.get(page) {
            return Ok(zone);
        }
        let pages = lookup.await?;
        let info = page_info::find(&pages, page)?;
        info.zone().ok_or_else(|| none(info))
    }

    /// Keeps what a list of pages has told.
    pub(crate) fn learn(&self, pages: &[PageInfo]) {
        let zones = pages
            .iter()
            .filter_map(|page| Some((page.id.clone(), page.zone()?)));
        self.known().extend(zones);
    }

    fn get(&self, page: &PageId) -> Option<Zone> {
        self.known().get(page).copied()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<PageId, Zone>> {
        lock(&self.known)
    }
}

fn none(info: &PageInfo) -> Error {
    let what = match info.details.timezone {
        Some(hours) => format!("the list of pages gives {hours} as its zone, which is none"),
        None => "the list of pages does not tell its zone".to_owned(),
    };
    let message = format!("{what}: take one yourself, such as Zone::VIETNAM, and its methods");
    Error::new(ErrorKind::InvalidAnswer, message)
        .with_execution(Execution::Executed)
        .of(&LIST_PAGES, Some(info.id.as_str()))
}
