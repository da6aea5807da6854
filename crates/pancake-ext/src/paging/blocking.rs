//! The pager for programs without async.

use crate::error::{Error, ErrorKind};
use crate::paging::pager::Pager;

/// A list row by row, as an iterator. Made by [`Pager::blocking`]; needs the feature `blocking`.
///
/// It drives the same pager on a small tokio runtime of its own, in the thread that asks for the next row. **It must not be
/// used inside a runtime**, where it would hold up a thread that others need: there it yields an error of kind
/// [`Configuration`](ErrorKind::Configuration). Connections belong to the runtime: use a client with one blocking
/// iterator at a time, or let it connect again.
///
/// ```no_run
/// # fn run() -> Result<(), pancake_ext::Error> {
/// use pancake_ext::{Pancake, UserToken};
///
/// let pancake = Pancake::builder().user_token(UserToken::from_env()?).build()?;
/// for conversation in pancake.page("1000000000000001").conversations().stream().blocking()? {
///     println!("{:?}", conversation?.snippet);
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is sent before it is iterated"]
pub struct BlockingPager<T> {
    pager: Pager<T>,
    /// Taken when it is dropped.
    runtime: Option<tokio::runtime::Runtime>,
}

impl<T: Send + 'static> Pager<T> {
    /// The rows as an iterator, for programs without async.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] inside a tokio runtime, or if none can be made.
    pub fn blocking(self) -> Result<BlockingPager<T>, Error> {
        refuse_inside_a_runtime()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.map_err(|error| {
            Error::new(ErrorKind::Configuration, "the runtime can't be made").with_source(error)
        })?;
        Ok(BlockingPager {
            pager: self,
            runtime: Some(runtime),
        })
    }
}

fn refuse_inside_a_runtime() -> Result<(), Error> {
    if tokio::runtime::Handle::try_current().is_err() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        "`blocking` inside an async runtime would hold it up; await the pager itself there",
    ))
}

impl<T> BlockingPager<T> {
    /// The pager, for its cursor and its guards.
    pub fn pager(&self) -> &Pager<T> {
        &self.pager
    }
}

impl<T: Send + 'static> Iterator for BlockingPager<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(error) = refuse_inside_a_runtime() {
            return Some(Err(error));
        }
        let runtime = self.runtime.as_ref()?;
        runtime.block_on(self.pager.next())
    }
}

impl<T> Drop for BlockingPager<T> {
    fn drop(&mut self) {
        // Dropping a runtime waits for its threads, which panics inside another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl<T> std::fmt::Debug for BlockingPager<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockingPager").finish_non_exhaustive()
    }
}
