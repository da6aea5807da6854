//! Pictures of customers.

use pancake_client::reqwest::Url;
use pancake_client::{Avatar, Psid};

use crate::error::Error;
use crate::scope::page::Page;

impl Page {
    /// The address that answers with the picture of a customer. It takes no token and does not expire, so it can stand in a
    /// web page as it is, or be given to any HTTP client. Nothing is sent.
    ///
    /// ```
    /// # fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// println!("<img src=\"{}\">", page.avatar_url("2000000000000002")?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if an id cannot be part of an address.
    pub fn avatar_url(&self, customer: impl Into<Psid>) -> Result<Url, Error> {
        let call = self.client().get_avatar().page_id(self.id());
        Ok(call.psid(customer).url()?)
    }

    /// Asks where the picture of a customer is now. The service redirects to another host; that is not followed, but given
    /// as [`Avatar::At`]. Such an address expires: to show a picture, take [`avatar_url`](Page::avatar_url), which does not.
    ///
    /// The call takes no token. For their places in the limiter, pictures of a page wait only for each other: many of them hold
    /// up neither the page's other calls nor those of the user API, and a 429 for one cools only pictures down.
    ///
    /// # Errors
    ///
    /// Those of `get_avatar`; [`ErrorKind::InvalidAnswer`](crate::ErrorKind::InvalidAnswer) if the answer is neither a
    /// picture nor a redirect.
    pub async fn avatar(&self, customer: impl Into<Psid>) -> Result<Avatar, Error> {
        let call = self.client().get_avatar().page_id(self.id());
        Ok(call.psid(customer).send().await?.into_inner())
    }
}
