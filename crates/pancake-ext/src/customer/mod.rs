//! The handle of one customer: what the page knows of them, and the notes about them.

mod notes;
mod update;

use pancake_client::CustomerId;

pub use notes::AddedNote;
pub use update::CustomerUpdate;

use crate::page::Page;

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

    /// Changes what the page knows of them: only what is set. Nothing is sent before it is awaited.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::client::chrono::NaiveDate;
    /// use pancake_ext::types::Gender;
    ///
    /// let customer = page.customer("11111111-2222-4333-8444-555555555555");
    /// let birthday = NaiveDate::from_ymd_opt(1998, 1, 31).unwrap_or_default();
    /// customer.update().name("Lan").gender(Gender::Female).birthday(birthday).await?;
    /// # Ok(()) }
    /// ```
    pub fn update(&self) -> CustomerUpdate {
        CustomerUpdate::new(self.clone())
    }
}
