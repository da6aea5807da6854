//! The pages of a user.

use crate::error::Error;
use crate::scope::page_info::{self, PageInfo};
use crate::scope::pancake::Pancake;

impl Pancake {
    /// The pages one can work with: those that Pancake serves for this user. It takes the user token.
    ///
    /// ```no_run
    /// # async fn run(pancake: pancake_ext::Pancake) -> Result<(), pancake_ext::Error> {
    /// for info in pancake.pages().await? {
    ///     println!("{} {} on {}", info.id, info.name, info.channel());
    ///     if !info.has_token() {
    ///         continue; // nobody has made one yet
    ///     }
    ///     let newest = pancake.page(&info).conversations().limit(10).collect().await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`all_pages`](Self::all_pages).
    pub async fn pages(&self) -> Result<Vec<PageInfo>, Error> {
        let mut pages = self.all_pages().await?;
        pages.retain(PageInfo::is_activated);
        Ok(pages)
    }

    /// All pages of the user, also those that are hidden, switched off, or out of the user's reach:
    /// [`PageInfo::status`] tells. No page comes twice. It takes the user token.
    ///
    /// No call can be made for an entry without an id, and none was ever seen: it is left out with an event of `tracing` at
    /// level `WARN`, and makes an error where no other entry is there. `client().list_pages()` gives the answer as it came.
    ///
    /// # Errors
    ///
    /// Those of `list_pages`; [`ErrorKind::InvalidAnswer`](crate::ErrorKind::InvalidAnswer) if the answer has no list of
    /// pages.
    pub async fn all_pages(&self) -> Result<Vec<PageInfo>, Error> {
        let pages = page_info::read(self.client().list_pages().send().await?.into_inner())?;
        self.zones().learn(&pages);
        Ok(pages)
    }
}
