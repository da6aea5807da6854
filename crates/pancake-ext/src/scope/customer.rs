//! The handle of one customer: the id and the page.

use pancake_client::CustomerId;

use super::page::Page;

/// A customer of a page. Cheap to make and to clone; making it sends nothing. See [`Page::customer`].
///
/// The id is the `id` of a row of [`Page::customers`], or `page_customer.id` of a conversation. The other two ids of a
/// customer, [`CustomerGlobalId`](crate::CustomerGlobalId) and [`Psid`](crate::Psid), are other types, and not taken.
///
/// The row of a list is another type, [`types::Customer`](crate::types::Customer).
#[derive(Clone, Debug)]
pub struct Customer {
    page: Page,
    id: CustomerId,
}

impl Customer {
    pub(crate) fn new(page: Page, id: CustomerId) -> Self {
        Customer { page, id }
    }

    /// Id of the customer.
    pub fn id(&self) -> &CustomerId {
        &self.id
    }

    /// The page they are a customer of.
    pub fn page(&self) -> &Page {
        &self.page
    }
}
