//! The customers of a page.

use pancake_client::types::{CustomerList, OrderBy};

use crate::lists::request::ListRequest;
use crate::lists::source::{Ask, Filters, Kind, Sent, describe};
use crate::scope::page::Page;
use crate::time::time_range::TimeRange;

/// The customers of a page. See [`Page::customers`].
#[derive(Clone, Debug)]
pub struct Customers {
    page: Page,
    pub(crate) range: TimeRange,
    pub(crate) order_by: Option<OrderBy>,
    page_size: Option<u32>,
}

impl Customers {
    pub(crate) fn new(page: Page, range: TimeRange) -> Self {
        Customers {
            page,
            range,
            order_by: None,
            page_size: None,
        }
    }
}

impl ListRequest<Customers> {
    /// What the list is sorted by, newest first. Defaults to the time the page first met the customer. Whether the range
    /// means the same time, as it does for conversations, is not known.
    pub fn order_by(mut self, order: OrderBy) -> Self {
        self.list.order_by = Some(order);
        self
    }

    /// Rows a page, 1 to 100. Defaults to 100.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.list.page_size = Some(rows);
        self
    }
}

impl Filters for Customers {
    fn page(&self) -> &Page {
        &self.page
    }

    fn filters(&self) -> String {
        describe([
            ("since", Some(self.range.since().to_string())),
            ("until", Some(self.range.until().to_string())),
            ("order_by", self.order_by.map(|order| order.to_string())),
            ("page_size", self.page_size.map(|size| size.to_string())),
        ])
    }

    fn page_size(&self) -> Option<u32> {
        self.page_size
    }

    fn order_by(&self) -> Option<OrderBy> {
        self.order_by
    }
}

impl Kind for Customers {
    type Response = CustomerList;

    async fn send(&self, ask: Ask) -> Sent<CustomerList> {
        let client = self.page.client();
        let mut call = client
            .list_page_customers()
            .page_id(self.page.id())
            .since(self.range.since())
            .until(self.range.until())
            .page_number(ask.number())
            .page_size(ask.size);
        if let Some(order) = self.order_by {
            call = call.order_by(order);
        }
        Ok(call.send().await?)
    }
}
