//! The pager for programs without async.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use tokio::runtime::Handle;

use super::pager::Pager;
use crate::error::{Error, ErrorKind};

/// More than a task may do before tokio asks it to yield: no task that has a budget gets beyond.
const MORE_THAN_A_BUDGET: usize = 1_024;

/// A list row by row, as an iterator. Made by [`Pager::blocking`]; needs the feature `blocking`.
///
/// Requests are made in the thread that wants the next row. Connections, timers and pages that are fetched ahead are driven by
/// one thread for all such iterators of the process, which starts with the first of them and stays: iterators can be nested, a
/// list of messages within one of conversations say. It works in threads and in tokio's `spawn_blocking`. **It must not be
/// used in async code**, where it would block a thread that other tasks need: there it yields one error of kind
/// [`Configuration`](ErrorKind::Configuration), and ends.
///
/// ```no_run
/// # fn run() -> Result<(), pancake_ext::Error> {
/// use pancake_ext::{Pancake, UserToken};
///
/// let pancake = Pancake::builder().user_token(UserToken::from_env()?).build()?;
/// let page = pancake.page("1000000000000001");
/// for conversation in page.conversations().stream().blocking()? {
///     let Some(id) = conversation?.id else { continue };
///     for message in page.conversation(&id).messages().stream().blocking()? {
///         println!("{:?}", message?.original_message);
///     }
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is sent before it is iterated"]
pub struct BlockingPager<T> {
    pager: Pager<T>,
    driver: Handle,
    is_refused: bool,
}

impl<T: Send + 'static> Pager<T> {
    /// The rows as an iterator, for programs without async.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] in async code, or if the thread that drives connections could not be started.
    pub fn blocking(self) -> Result<BlockingPager<T>, Error> {
        refuse_in_async_code()?;
        Ok(BlockingPager {
            pager: self,
            driver: driver()?,
            is_refused: false,
        })
    }
}

/// The runtime of all iterators: a connection that one of them leaves idle is used by the next, and must not belong to a
/// runtime that is not driven.
static DRIVER: Mutex<Option<Handle>> = Mutex::new(None);

fn driver() -> Result<Handle, Error> {
    let mut driver = DRIVER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(driver) = &*driver {
        return Ok(driver.clone());
    }
    let failed = |error: std::io::Error| {
        Error::new(
            ErrorKind::Configuration,
            "could not start the thread that drives connections",
        )
        .with_source(error)
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("pancake-blocking".into())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))
        .map_err(failed)?;
    Ok(driver.insert(handle).clone())
}

fn refuse_in_async_code() -> Result<(), Error> {
    if !is_async_code() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        "`blocking` in async code would block its runtime; await the pager itself there, or move the loop into \
         `tokio::task::spawn_blocking`",
    ))
}

/// Whether a runtime is polling a future in this thread. A thread of `spawn_blocking` has a runtime too, but only futures have
/// a budget, which comes to an end; that tells them apart. The future gets another one when it is polled again.
fn is_async_code() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    (0..MORE_THAN_A_BUDGET).any(|_| {
        let unit = pin!(tokio::task::coop::consume_budget());
        unit.poll(&mut context).is_pending()
    })
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future in this thread, while the driver drives what it waits for. `Handle::block_on` would panic where
/// async code is not recognised as such.
fn wait<F: Future>(driver: &Handle, future: F) -> F::Output {
    let _here = driver.enter();
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        std::thread::park();
    }
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
        if self.is_refused {
            return None;
        }
        if let Err(error) = refuse_in_async_code() {
            self.is_refused = true;
            return Some(Err(error));
        }
        wait(&self.driver, self.pager.next())
    }
}

impl<T> std::fmt::Debug for BlockingPager<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockingPager").finish_non_exhaustive()
    }
}
