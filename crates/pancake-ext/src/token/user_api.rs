//! The calls with the user token that a token provider may need.

use std::collections::HashMap;
use std::fmt;

use pancake_client::operations::GENERATE_PAGE_ACCESS_TOKEN;
use pancake_client::secret::PageSettings;
use pancake_client::{Client, PageId};

use super::PageToken;
use super::page_list::{PageStatus, entries};
use crate::error::{Error, ErrorKind, Execution};

/// The tokens that a list of pages shows, and the pages for which it shows none.
#[derive(Default)]
pub(super) struct ListedPages {
    pub(super) tokens: HashMap<PageId, PageToken>,
    pub(super) tokenless: HashMap<PageId, PageStatus>,
}

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
        Ok(self.listed_pages().await?.tokens)
    }

    /// The same list with the pages that have no token yet.
    pub(super) async fn listed_pages(&self) -> Result<ListedPages, Error> {
        let list = self.client.list_pages().send().await?.into_inner();
        let mut listed = ListedPages::default();
        for (status, page) in entries(list) {
            let Some(id) = page.id else { continue };
            match page
                .settings
                .as_ref()
                .and_then(PageSettings::page_access_token)
            {
                Some(token) => {
                    listed.tokens.insert(id, PageToken::from(token.clone()));
                }
                None => {
                    listed.tokenless.entry(id).or_insert(status);
                }
            }
        }
        Ok(listed)
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

impl fmt::Debug for UserApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserApi").finish_non_exhaustive()
    }
}
