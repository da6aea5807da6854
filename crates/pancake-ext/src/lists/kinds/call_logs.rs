//! The phone calls of a page's SIP package.

use pancake_client::Id;
use pancake_client::types::CallLogList;

use crate::error::{Error, ErrorKind};
use crate::lists::request::ListRequest;
use crate::lists::source::{Ask, Filters, Kind, Sent, describe};
use crate::scope::page::Page;
use crate::time::time_range::TimeRange;

/// The phone calls of a page's SIP package. See [`Page::call_logs`].
#[derive(Clone, Debug)]
pub struct CallLogs {
    page: Page,
    package: Id,
    pub(crate) range: Option<TimeRange>,
    page_size: Option<u32>,
}

impl CallLogs {
    pub(crate) fn new(page: Page, package: Id) -> Self {
        CallLogs {
            page,
            package,
            range: None,
            page_size: None,
        }
    }
}

impl ListRequest<CallLogs> {
    /// Only calls of this time.
    pub fn range(mut self, range: TimeRange) -> Self {
        self.list.range = Some(range);
        self
    }

    /// Rows a page, 1 to 30. Defaults to 30.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.list.page_size = Some(rows);
        self
    }
}

impl Filters for CallLogs {
    fn page(&self) -> &Page {
        &self.page
    }

    fn scope(&self) -> Option<&str> {
        Some(self.package.as_str())
    }

    fn filters(&self) -> String {
        describe([
            ("since", self.range.map(|range| range.since().to_string())),
            ("until", self.range.map(|range| range.until().to_string())),
            ("page_size", self.page_size.map(|size| size.to_string())),
        ])
    }

    fn check(&self) -> Result<(), Error> {
        if self.package.as_str().is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                "the SIP package has an empty id; give the id of the package whose calls are wanted",
            ));
        }
        Ok(())
    }

    fn page_size(&self) -> Option<u32> {
        self.page_size
    }
}

impl Kind for CallLogs {
    type Response = CallLogList;

    async fn send(&self, ask: Ask) -> Sent<CallLogList> {
        let client = self.page.client();
        let mut call = client
            .list_call_logs()
            .page_id(self.page.id())
            .id(self.package.as_str())
            .page_number(ask.number())
            .page_size(ask.size);
        if let Some(range) = self.range {
            call = call.since(range.since()).until(range.until());
        }
        Ok(call.send().await?)
    }
}
