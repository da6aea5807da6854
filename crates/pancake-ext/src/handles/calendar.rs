//! The calendar of a page: its zone, and what it calls today.

use pancake_client::operations::LIST_PAGES;

use crate::error::{Error, ErrorKind};
use crate::scope::page::Page;
use crate::time::period::Period;
use crate::time::zone::Zone;

/// # Calendar
impl Page {
    /// The zone of the page, from the list of pages, which takes the user token. It is asked for once and kept as long as
    /// the client lives; calls at the same time share one look.
    ///
    /// # Errors
    ///
    /// Those of `list_pages`. [`ErrorKind::Token`] if the client has no user token; [`ErrorKind::InvalidRequest`] if the
    /// page is not among those of the user; [`ErrorKind::InvalidAnswer`] if the list does not tell its zone. In each of
    /// these cases a [`Zone`] of your own does as well.
    pub async fn zone(&self) -> Result<Zone, Error> {
        let pancake = self.pancake();
        if !pancake.has_user_token() {
            return Err(Error::new(
                ErrorKind::Token,
                "the zone of a page is read from the list of pages, and the client has no user token: give it one, or take \
                 the zone yourself, such as Zone::VIETNAM, and its methods",
            )
            .of(&LIST_PAGES, Some(self.id().as_str())));
        }
        let list = || {
            let pancake = pancake.clone();
            async move { pancake.all_pages().await }
        };
        pancake.zones().of(self.id(), pancake.options(), list).await
    }

    /// The whole of today in the zone of the page, to its end.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::TimeRange;
    ///
    /// let today = TimeRange::from(page.today().await?);
    /// let statistics = page
    ///     .client()
    ///     .get_page_statistics()
    ///     .page_id(page.id())
    ///     .since(today.since())
    ///     .until(today.until())
    ///     .send()
    ///     .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`zone`](Self::zone).
    pub async fn today(&self) -> Result<Period, Error> {
        Ok(self.zone().await?.today(self.now()))
    }

    /// The whole of yesterday in the zone of the page.
    ///
    /// # Errors
    ///
    /// Those of [`zone`](Self::zone).
    pub async fn yesterday(&self) -> Result<Period, Error> {
        Ok(self.zone().await?.yesterday(self.now()))
    }

    /// So many whole days in the zone of the page, the last of them yesterday; today is not among them
    /// ([`Zone::last_days`] says why).
    ///
    /// # Errors
    ///
    /// Those of [`zone`](Self::zone).
    pub async fn last_days(&self, days: u32) -> Result<Period, Error> {
        Ok(self.zone().await?.last_days(days, self.now()))
    }

    fn now(&self) -> pancake_client::chrono::DateTime<pancake_client::chrono::Utc> {
        self.pancake().clock().wall_time()
    }
}
