//! Phone calls of a SIP package: numbered pages without a total, up to 30 rows each.

use pancake_client::operations::LIST_CALL_LOGS;
use pancake_client::types::CallLog;
use pancake_client::{Id, Operation, PageId};

use crate::error::{Error, ErrorKind};
use crate::lists::dialect::Ask;
use crate::lists::mark::Mark;
use crate::lists::request::ListRequest;
use crate::lists::source::{Fetching, List, Listing, Source, describe};
use crate::scope::page::Page;
use crate::scope::pancake::Pancake;
use crate::time::time_range::TimeRange;

static OPERATION: Operation = LIST_CALL_LOGS;

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

    /// Rows a page, 1 to 30; 30 if not given.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.list.page_size = Some(rows);
        self
    }
}

impl List for CallLogs {
    type Row = CallLog;
}

impl Source for CallLogs {
    fn pancake(&self) -> &Pancake {
        self.page.pancake()
    }

    fn operation(&self) -> &'static Operation {
        &OPERATION
    }

    fn page_id(&self) -> &PageId {
        self.page.id()
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

    fn fetch(&self, ask: Ask) -> Fetching<CallLog> {
        let list = self.clone();
        Box::pin(async move {
            let client = list.page.pancake().client();
            let mut call = client
                .list_call_logs()
                .page_id(list.page.id())
                .id(list.package.as_str())
                .page_number(ask.number())
                .page_size(ask.size);
            if let Some(range) = list.range {
                call = call.since(range.since()).until(range.until());
            }
            let answer = call.send().await?;
            let headers = answer.headers().clone();
            Listing::read(&list, &headers, answer.into_inner().data, None)
        })
    }

    fn mark(&self, row: &CallLog) -> Mark {
        Mark::new(row.call_id.as_ref(), row.start_time.as_ref())
    }
}
