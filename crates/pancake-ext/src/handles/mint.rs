//! Minting a page token because a person asked for it.

use crate::error::Error;
use crate::net::retry::RetryPolicy;
use crate::scope::page::Page;
use crate::single_flight::to_its_end;
use crate::token::{PageToken, UserApi};

/// # Token
impl Page {
    /// Mints a new token for the page. **The former one is dead from then on, for everybody who uses it**: every other
    /// program, and people's own scripts. Call it when a person has asked for exactly this, never on each start.
    ///
    /// It takes the user token. This client and its clones go on with the new token; [`MintingTokens`](crate::MintingTokens)
    /// also stores it first, and needs no allowance for it, since that is about minting nobody asked for. Other clients
    /// are refused with code 105; those that read the list of pages find the new token there by themselves.
    ///
    /// Several calls on one client are carried out one after the other. A call that is dropped half-way is carried out all
    /// the same, so that the new token is not lost.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::{Error, Execution};
    ///
    /// match page.mint_token().await {
    ///     Ok(token) => println!("minted"), // token.expose() is the value
    ///     Err(error) if error.execution() == Execution::NotExecuted => println!("nothing happened: {error}"),
    ///     Err(error) => println!("the former token may be dead: {error}"),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `generate_page_access_token`; it is **never sent twice**, not even where that would do no harm. After
    /// [`Execution::Unknown`](crate::Execution::Unknown) the former token may be dead: read the one in force from the list of pages, or mint again.
    /// [`Execution::Executed`](crate::Execution::Executed) means that there is a new token and it could not be read or stored.
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, with a [`TokenProvider`](crate::TokenProvider) that does not
    /// write [`mint`](crate::TokenProvider::mint).
    pub async fn mint_token(&self) -> Result<PageToken, Error> {
        let page = self.clone();
        let work = async move {
            let pancake = page.pancake();
            let core = pancake.core();
            // The server kills all but the last one, so the provider has to learn of them in the order of the server.
            let _turn = core.minting.lock().await;
            let api = UserApi::new(
                core.net
                    .client(pancake.options().clone().retry(RetryPolicy::never())),
            );
            core.net.tokens.pages.mint(page.id(), &api).await
        };
        to_its_end(|_| work).await
    }
}
