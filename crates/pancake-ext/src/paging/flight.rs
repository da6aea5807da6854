//! Pages on their way: the one that is waited for, and those that are fetched ahead.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::dialect::{Ask, Dialect, Place};
use super::source::{Fetching, Listing, Source};
use super::walk::Walk;
use crate::error::{Error, ErrorKind, Execution};

/// Pages on their way, in the order in which they are needed.
pub(crate) struct Flights<T> {
    ahead: usize,
    /// Whether a page has been read, on which the next ones can follow.
    begun: bool,
    queue: VecDeque<(Place, Flight<T>)>,
}

enum Flight<T> {
    /// Moves on when it is polled.
    Inline(Fetching<T>),
    /// Moves on by itself.
    Task(Task<T>),
}

/// A task that ends when it is dropped.
struct Task<T>(tokio::task::JoinHandle<Result<Listing<T>, Error>>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Send + 'static> Flights<T> {
    /// Fetches so many pages ahead.
    pub(crate) fn new(ahead: usize) -> Self {
        Flights {
            ahead,
            begun: false,
            queue: VecDeque::new(),
        }
    }

    /// Waits for a page. Without fetching ahead, nothing is asked for that is not waited for.
    pub(crate) fn poll(
        &mut self,
        source: &Arc<dyn Source<Row = T>>,
        dialect: Dialect,
        place: &Place,
        walk: &Walk,
        context: &mut Context<'_>,
    ) -> Poll<Result<Listing<T>, Error>> {
        self.head_for(source, dialect, place, walk);
        let Some((_, flight)) = self.queue.front_mut() else {
            return Poll::Pending;
        };
        let result = match flight {
            Flight::Inline(future) => std::task::ready!(future.as_mut().poll(context)),
            Flight::Task(task) => match std::task::ready!(Pin::new(&mut task.0).poll(context)) {
                Ok(result) => result,
                Err(_) => Err(Error::new(
                    ErrorKind::Interrupted,
                    "the task that fetched a page ended; poll again to ask once more",
                )
                .with_execution(Execution::Unknown)
                .of(source.operation(), Some(source.page_id().as_str()))),
            },
        };
        self.queue.pop_front();
        self.begun |= result.is_ok();
        if result.is_err() {
            self.queue.clear();
        }
        Poll::Ready(result)
    }

    /// Sends for the pages that come next, while their rows are not yet needed.
    pub(crate) fn head_for(
        &mut self,
        source: &Arc<dyn Source<Row = T>>,
        dialect: Dialect,
        place: &Place,
        walk: &Walk,
    ) {
        // What was foreseen wrongly is of no use: its rows are not those that come next.
        if self.queue.front().is_some_and(|(first, _)| first != place) {
            self.queue.clear();
        }
        // Pages that are asked for together can be answered out of order, before and after a change. On the rows of the
        // page before one sees that; the first page has none.
        let alone = !self.begun || *place == dialect.first();
        let wanted = if alone { 1 } else { self.ahead.max(1) };
        let mut next = match self.queue.back() {
            None => Some(place.clone()),
            Some((last, _)) => dialect.foresee(last).filter(|place| !walk.is_beyond(place)),
        };
        while self.queue.len() < wanted {
            let Some(place) = next else { return };
            let flight = self.start(source, dialect, place.clone());
            next = dialect
                .foresee(&place)
                .filter(|place| !walk.is_beyond(place));
            self.queue.push_back((place, flight));
        }
    }

    /// The list has changed: what is on its way may be from before that, and leave out what moved.
    pub(crate) fn recall(&mut self) {
        self.queue.clear();
    }

    fn start(
        &self,
        source: &Arc<dyn Source<Row = T>>,
        dialect: Dialect,
        place: Place,
    ) -> Flight<T> {
        let size = dialect.size();
        let fetching = source.fetch(Ask { place, size });
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if self.ahead > 0 => Flight::Task(Task(runtime.spawn(fetching))),
            _ => Flight::Inline(fetching),
        }
    }

    pub(crate) fn ahead(&self) -> usize {
        self.ahead
    }
}
