//! The calls with the user token that a token provider may need.

use std::collections::HashMap;
use std::fmt;

use pancake_client::operations::GENERATE_PAGE_ACCESS_TOKEN;
use pancake_client::{Client, PageId, types};

use super::PageToken;
use super::page_list::entries;
use crate::error::{Error, ErrorKind, Execution};

/// The calls with the user token that a token provider may need. Clones are cheap. They go through the transport like any other call.
#[derive(Clone)]
pub struct UserApi {
    client: Client,
}

impl UserApi {
    pub(crate) fn new(client: Client) -> Self {
        UserApi { client }
    }

    /// The tokens in force of all pages of the user, read from the list of pages. This mints nothing.
    ///
    /// # Errors
    ///
    /// Those of `list_pages`; [`ErrorKind::Token`] if the client has no user token.
    pub async fn page_tokens(&self) -> Result<HashMap<PageId, PageToken>, Error> {
        let list = self.client.list_pages().send().await?.into_inner();
        let pages = entries(list).map(|(_, page)| page);
        Ok(pages.filter_map(token_of).collect())
    }

    /// Mints a new token for a page. **The former token is dead from then on, for everybody.** Never call it unless a
    /// person has asked for exactly this page.
    ///
    /// # Errors
    ///
    /// Those of `generate_page_access_token`. After [`Execution::Unknown`] the former token may be dead as well.
    pub async fn mint(&self, page: &PageId) -> Result<PageToken, Error> {
        let answer = self
            .client
            .generate_page_access_token()
            .page_id(page)
            .send()
            .await?;
        let token = answer.into_inner().page_access_token;
        token
            .filter(|token| !token.is_empty())
            .map(PageToken::from)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidAnswer,
                    "the answer holds no token, and the former one may be dead",
                )
                .with_execution(Execution::Executed)
                .of(&GENERATE_PAGE_ACCESS_TOKEN, Some(page.as_str()))
            })
    }
}

fn token_of(page: types::Page) -> Option<(PageId, PageToken)> {
    let token = page.settings?.page_access_token()?.clone();
    Some((page.id?, PageToken::from(token)))
}

impl fmt::Debug for UserApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserApi").finish_non_exhaustive()
    }
}
