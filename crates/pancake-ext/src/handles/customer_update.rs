//! Changes of what a page knows of a customer.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use pancake_client::Birthday;
use pancake_client::chrono::NaiveDate;
use pancake_client::operations::UPDATE_PAGE_CUSTOMER;
use pancake_client::types::{CustomerChanges, Gender, UpdatePageCustomerBody};

use crate::error::Error;
use crate::scope::customer::Customer;

impl Customer {
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

/// Changes of a customer. Made by [`Customer::update`], sent by `.await`.
///
/// What is not set stays as it is. The call may be repeated without harm, and so the client does after a failure that may
/// pass.
///
/// # Errors
///
/// Those of `update_page_customer`. [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), with nothing sent, if
/// nothing was set, a name or phone number is empty, or the birthday is no date.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct CustomerUpdate {
    customer: Customer,
    name: Option<String>,
    gender: Option<Gender>,
    birthday: Option<Birthday>,
    phone_numbers: Option<Vec<String>>,
}

impl CustomerUpdate {
    pub(super) fn new(customer: Customer) -> Self {
        CustomerUpdate {
            customer,
            name: None,
            gender: None,
            birthday: None,
            phone_numbers: None,
        }
    }

    /// The name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The gender.
    pub fn gender(mut self, gender: Gender) -> Self {
        self.gender = Some(gender);
        self
    }

    /// The birthday: a date, or a [`Birthday`], whose unknown parts go out as zeros, as in answers. Whether the server
    /// takes zeros is not known.
    pub fn birthday(mut self, birthday: impl Into<Birthday>) -> Self {
        self.birthday = Some(birthday.into());
        self
    }

    /// The phone numbers. They replace the former ones, none removes them all.
    pub fn phone_numbers(mut self, numbers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.phone_numbers = Some(numbers.into_iter().map(Into::into).collect());
        self
    }

    /// What is wrong with the changes, before anything is sent.
    fn fault(&self) -> Option<&'static str> {
        let blank = |text: &String| text.trim().is_empty();
        if self.name.is_none()
            && self.gender.is_none()
            && self.birthday.is_none()
            && self.phone_numbers.is_none()
        {
            Some("the changes are empty: set what is to change")
        } else if self.name.as_ref().is_some_and(blank) {
            Some("the name is empty: give one, or leave it as it is")
        } else if self.phone_numbers.iter().flatten().any(blank) {
            Some("a phone number is empty: leave it out")
        } else if !self.birthday.is_none_or(may_be) {
            Some("the birthday is no date: give a year, a month or a day that there is")
        } else {
            None
        }
    }

    async fn send(self) -> Result<(), Error> {
        let page = self.customer.page();
        if let Some(fault) = self.fault() {
            return Err(Error::unsent(fault, &UPDATE_PAGE_CUSTOMER, page.id()));
        }
        let changes = CustomerChanges {
            name: self.name,
            gender: self.gender,
            birthday: self.birthday,
            phone_numbers: self.phone_numbers,
        };
        let call = page.client().update_page_customer();
        let call = call.page_id(page.id()).page_customer_id(self.customer.id());
        call.body(UpdatePageCustomerBody { changes }).send().await?;
        Ok(())
    }
}

/// Whether somebody can be born then, whatever the unknown parts are.
fn may_be(birthday: Birthday) -> bool {
    // In a leap year, if the year is unknown: February 29 may be.
    let year = birthday.year.unwrap_or(2000);
    let month = birthday.month.unwrap_or(1);
    let day = birthday.day.unwrap_or(1);
    birthday != Birthday::default()
        && (1..=9999).contains(&year)
        && NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).is_some()
}

impl IntoFuture for CustomerUpdate {
    type Output = Result<(), Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birthday_that_nobody_can_have_is_refused_and_one_with_unknown_parts_is_taken() {
        let birthday = |year, month, day| Birthday { year, month, day };
        for good in [
            birthday(Some(1998), Some(1), Some(31)),
            birthday(Some(1998), None, None),
            birthday(None, Some(2), Some(29)),
            birthday(None, None, Some(31)),
        ] {
            assert!(may_be(good), "{good}");
        }
        for bad in [
            Birthday::default(),
            birthday(Some(1998), Some(2), Some(29)),
            birthday(Some(1998), Some(13), None),
            birthday(Some(1998), Some(1), Some(0)),
            birthday(Some(10_000), Some(1), Some(1)),
            birthday(Some(0), Some(1), Some(1)),
        ] {
            assert!(!may_be(bad), "{bad}");
        }
    }
}
