//! The zones of pages, asked for once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pancake_client::PageId;
use pancake_client::operations::LIST_PAGES;

use crate::error::{Error, ErrorKind, Execution};
use crate::options::CallOptions;
use crate::page_info::{self, PageInfo};
use crate::pancake::Pancake;
use crate::shared_look::SharedLook;
use crate::zone::Zone;

/// What is known of the zones of pages. All clones of a client share it.
#[derive(Default)]
pub(crate) struct Zones {
    known: Mutex<HashMap<PageId, Zone>>,
    /// A look goes by the settings of its call, so only calls with the same settings share one.
    looks: SharedLook<CallOptions, Arc<[PageInfo]>>,
}

impl Zones {
    /// The zone of a page, from the list of pages if it is not known yet.
    pub(crate) async fn of(&self, page: &PageId, pancake: &Pancake) -> Result<Zone, Error> {
        if let Some(zone) = self.get(page) {
            return Ok(zone);
        }
        let look = || {
            let pancake = pancake.clone();
            async move { Ok(pancake.all_pages().await?.into()) }
        };
        let look = self.looks.join(pancake.options().clone(), look);
        // Another may have ended just before; this one has not begun.
        if let Some(zone) = self.get(page) {
            return Ok(zone);
        }
        let pages = look.await?;
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
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
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
