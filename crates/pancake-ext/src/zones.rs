//! The zones of pages, asked for once.

use std::collections::HashMap;

use pancake_client::operations::LIST_PAGES;
use pancake_client::{Client, PageId};

use crate::error::{Error, ErrorKind, Execution};
use crate::page_info::{self, PageInfo};
use crate::zone::Zone;

/// What is known of the zones of pages. All clones of a client share it.
#[derive(Default)]
pub(crate) struct Zones {
    /// Locked while the list of pages is read, so that one look serves all who wait.
    known: tokio::sync::Mutex<HashMap<PageId, Zone>>,
}

impl Zones {
    /// The zone of a page, from the list of pages if it is not known yet.
    pub(crate) async fn of(&self, page: &PageId, client: &Client) -> Result<Zone, Error> {
        let mut known = self.known.lock().await;
        if let Some(zone) = known.get(page) {
            return Ok(*zone);
        }
        let pages = page_info::fetch(client).await?;
        keep(&mut known, &pages);
        let info = page_info::find(pages, page)?;
        info.zone().ok_or_else(|| none(&info))
    }

    /// Keeps what a list of pages has told.
    pub(crate) async fn learn(&self, pages: &[PageInfo]) {
        keep(&mut *self.known.lock().await, pages);
    }
}

fn keep(known: &mut HashMap<PageId, Zone>, pages: &[PageInfo]) {
    let zones = pages
        .iter()
        .filter_map(|page| Some((page.id.clone(), page.zone()?)));
    known.extend(zones);
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
