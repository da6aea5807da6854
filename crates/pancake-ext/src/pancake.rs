//! The client that people hold.

use std::fmt;

use pancake_client::Client;

use crate::builder::PancakeBuilder;

/// A client of the Pancake API. Clones are cheap and share connections and tokens.
#[derive(Clone)]
pub struct Pancake {
    client: Client,
}

impl Pancake {
    /// Begins the settings of a client.
    pub fn builder() -> PancakeBuilder {
        PancakeBuilder::new()
    }

    pub(crate) fn new(client: Client) -> Self {
        Pancake { client }
    }

    /// Every operation of the API as it was generated, with the policies of this client.
    ///
    /// ```no_run
    /// # async fn run(pancake: pancake_ext::Pancake) -> Result<(), pancake_ext::Error> {
    /// let statistics = pancake
    ///     .client()
    ///     .get_page_statistics()
    ///     .page_id("1000000000000001")
    ///     .since(1_774_915_200)
    ///     .until(1_775_001_600)
    ///     .send()
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl fmt::Debug for Pancake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pancake").finish_non_exhaustive()
    }
}
