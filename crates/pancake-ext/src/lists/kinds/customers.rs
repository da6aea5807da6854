//! Customers of a page: numbered pages with a total, up to 100 rows each.

use pancake_client::operations::LIST_PAGE_CUSTOMERS;
use pancake_client::types::{Customer, OrderBy};
use pancake_client::{Operation, PageId};

use crate::lists::dialect::Ask;
use crate::lists::mark::Mark;
use crate::lists::request::ListRequest;
use crate::lists::source::{Fetching, List, Listing, RowOrder, Source, describe};
use crate::scope::page::Page;
use crate::scope::pancake::Pancake;
use crate::time::time_range::TimeRange;

static OPERATION: Operation = LIST_PAGE_CUSTOMERS;

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
    /// What the list is sorted by, newest first: when the page first met the customer if not given. Whether the range means
    /// the same time, as it does for conversations, is not known.
    pub fn order_by(mut self, order: OrderBy) -> Self {
        self.list.order_by = Some(order);
        self
    }

    /// Rows a page, 1 to 100; 100 if not given.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.list.page_size = Some(rows);
        self
    }
}

impl List for Customers {
    type Row = Customer;
}

impl Source for Customers {
    fn pancake(&self) -> &Pancake {
        self.page.pancake()
    }

    fn operation(&self) -> &'static Operation {
        &OPERATION
    }

    fn page_id(&self) -> &PageId {
        self.page.id()
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

    fn order(&self) -> RowOrder {
        match self.order_by {
            Some(OrderBy::UpdatedAt) => RowOrder::Moving,
            _ => RowOrder::Falling,
        }
    }

    fn fetch(&self, ask: Ask) -> Fetching<Customer> {
        let list = self.clone();
        Box::pin(async move {
            let client = list.page.pancake().client();
            let mut call = client
                .list_page_customers()
                .page_id(list.page.id())
                .since(list.range.since())
                .until(list.range.until())
                .page_number(ask.number())
                .page_size(ask.size);
            if let Some(order) = list.order_by {
                call = call.order_by(order);
            }
            let answer = call.send().await?;
            let headers = answer.headers().clone();
            let answer = answer.into_inner();
            Listing::read(&list, &headers, answer.customers, answer.total)
        })
    }

    fn mark(&self, row: &Customer) -> Mark {
        let time = match self.order_by {
            Some(OrderBy::UpdatedAt) => row.updated_at.as_ref(),
            _ => row.inserted_at.as_ref(),
        };
        Mark::new(row.id.as_ref(), time)
    }
}
