//! Pages on their way: the one that is waited for, and those that are fetched ahead.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::engine::Engine;
use super::plan::Plan;
use super::position::Place;
use super::source::{Fetched, Fetching, Source};
use crate::error::{Error, ErrorKind, Execution};

/// Pages that are fetched ahead at most: at the usual rate limit, what can be asked for in some four seconds.
const MOST_AHEAD: usize = 16;

/// Pages on their way, in the order in which they are needed.
pub(super) struct Ahead<T> {
    most: usize,
    size: u32,
    places: VecDeque<Place>,
    pages: FuturesOrdered<Fetching<T>>,
    /// Responses that may still be asked for, and rows that are still wanted.
    pages_left: Option<u64>,
    rows_left: Option<u64>,
    /// Rows of the last page.
    page_rows: u64,
}

impl<T: Send + 'static> Ahead<T> {
    /// A list that is given from its end has to be read as a whole, whatever its limit.
    pub(super) fn new(plan: &Plan, size: u32, is_reversed: bool) -> Self {
        Ahead {
            most: plan.prefetch.min(MOST_AHEAD),
            size,
            places: VecDeque::new(),
            pages: FuturesOrdered::new(),
            pages_left: plan.max_pages,
            rows_left: plan.limit.filter(|_| !is_reversed),
            page_rows: u64::from(size),
        }
    }

    /// Waits for the page that the engine wants; `None` at the end. After an error the same page is asked for again.
    pub(super) fn poll(
        &mut self,
        source: &dyn Source<Item = T>,
        engine: &dyn Engine,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Fetched<T>, Error>>> {
        let Some(place) = engine.next(0) else {
            return Poll::Ready(None);
        };
        if self.places.front() != Some(&place) {
            // Rows of pages that were foreseen wrongly are not those that come next.
            self.clear();
            if Handle::try_current().is_err() {
                return Poll::Ready(Some(Err(source.of_list(no_runtime()))));
            }
            self.push(source, place);
        }
        let fetched = ready!(self.pages.poll_next_unpin(context));
        self.places.pop_front();
        Poll::Ready(match fetched {
            Some(Err(error)) => {
                self.clear();
                Some(Err(source.of_list(error)))
            }
            fetched => fetched,
        })
    }

    /// A page gave so many rows. Sends for those that come next, while its rows are used. `is_disturbed`: the list has
    /// changed, so what is on its way may be from before that.
    pub(super) fn head_on(
        &mut self,
        source: &dyn Source<Item = T>,
        engine: &dyn Engine,
        page: (usize, usize),
        is_disturbed: bool,
    ) {
        let (raw, given) = page;
        self.pages_left = self.pages_left.map(|pages| pages.saturating_sub(1));
        self.rows_left = self.rows_left.map(|rows| rows.saturating_sub(given as u64));
        self.page_rows = (raw as u64).max(1);
        if self.most == 0 {
            return;
        }
        if is_disturbed || self.places.front() != engine.next(0).as_ref() {
            self.clear();
        }
        let wanted = self.wanted();
        while self.places.len() < wanted {
            let Some(place) = engine.next(self.places.len() as u64) else {
                return;
            };
            self.push(source, place);
        }
    }

    fn wanted(&self) -> usize {
        let enough = self.rows_left.map(|rows| rows.div_ceil(self.page_rows));
        let most = enough.into_iter().chain(self.pages_left).min();
        let most = most.and_then(|most| usize::try_from(most).ok());
        self.most.min(most.unwrap_or(usize::MAX))
    }

    fn push(&mut self, source: &dyn Source<Item = T>, place: Place) {
        let fetching = source.fetch(place.clone(), self.size);
        // A task moves on by itself; what is waited for moves on when it is polled.
        let page: Fetching<T> = match Handle::try_current() {
            Ok(runtime) if self.most > 0 => Box::pin(Task(runtime.spawn(fetching))),
            _ => fetching,
        };
        self.places.push_back(place);
        self.pages.push_back(page);
    }

    fn clear(&mut self) {
        if !self.places.is_empty() {
            self.places.clear();
            self.pages = FuturesOrdered::new();
        }
    }
}

/// A task that ends when it is dropped.
struct Task<T>(JoinHandle<Result<Fetched<T>, Error>>);

impl<T> Future for Task<T> {
    type Output = Result<Fetched<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let ended = ready!(Pin::new(&mut self.0).poll(context));
        Poll::Ready(ended.unwrap_or_else(|_| {
            Err(Error::new(
                ErrorKind::Interrupted,
                "the task that fetched a page ended; poll again to ask once more",
            )
            .with_execution(Execution::Unknown))
        }))
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn no_runtime() -> Error {
    Error::new(
        ErrorKind::Configuration,
        "calls need a tokio runtime and there is none here; await the list in a program with `#[tokio::main]`, or read \
         it with `Pager::blocking` of the feature `blocking`",
    )
}
