//! Pages on their way: the one that is waited for, and those that are fetched ahead.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::dialect::{Ask, Dialect, Place};
use super::plan::Plan;
use super::source::{Fetching, Listing, Source};
use super::walk::Walk;
use crate::error::{Error, ErrorKind, Execution};

/// Pages that are fetched ahead at most: at the usual rate limit, what can be asked for in some four seconds.
const MOST_AHEAD: usize = 16;

/// Pages on their way, in the order in which they are needed.
pub(crate) struct Flights<T> {
    ahead: usize,
    /// Whether a page has been read, on which the next ones can follow.
    begun: bool,
    queue: VecDeque<(Place, Flight<T>)>,
    /// The page that was answered last.
    answered: Option<Place>,
    /// Skipping lists: how far the walk went from the page before to this one, and whether that was less far than before.
    stride: Option<u64>,
    shortened: bool,
    /// Answers that may still be asked for, and rows that are still wanted.
    pages_left: Option<u64>,
    rows_left: Option<u64>,
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
    /// Fetches ahead as the plan says. A list that is given from its end has to be read as a whole, whatever its limit.
    pub(crate) fn new(plan: &Plan, is_reversed: bool) -> Self {
        Flights {
            ahead: plan.prefetch.min(MOST_AHEAD),
            begun: false,
            queue: VecDeque::new(),
            answered: None,
            stride: None,
            shortened: false,
            pages_left: plan.max_pages,
            rows_left: plan.limit.filter(|_| !is_reversed),
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
        self.send_for(source, dialect, place, walk, 1);
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
        self.answered = Some(place.clone());
        Poll::Ready(result)
    }

    /// An answer gave so many rows.
    pub(crate) fn gave(&mut self, rows: usize) {
        self.pages_left = self.pages_left.map(|pages| pages.saturating_sub(1));
        self.rows_left = self
            .rows_left
            .map(|left| left.saturating_sub(rows.try_into().unwrap_or(u64::MAX)));
    }

    /// Sends for the pages that come next, while their rows are not yet needed.
    pub(crate) fn head_for(
        &mut self,
        source: &Arc<dyn Source<Row = T>>,
        dialect: Dialect,
        place: &Place,
        walk: &Walk,
    ) {
        self.measure(dialect, place);
        self.send_for(source, dialect, place, walk, 0);
    }

    /// Learns how far it is from page to page: some answers hold fewer rows than the list says, one after the other.
    fn measure(&mut self, dialect: Dialect, next: &Place) {
        let (Some(Place::Skip(from)), Place::Skip(to)) = (&self.answered, next) else {
            return;
        };
        // A page that is asked for again, or one before, says nothing.
        let Some(stride) = to.checked_sub(*from).filter(|stride| *stride > 0) else {
            return;
        };
        self.shortened = stride < self.stride.unwrap_or(u64::from(dialect.size()));
        self.stride = Some(stride);
    }

    fn foresee(&self, dialect: Dialect, place: &Place) -> Option<Place> {
        match (place, self.stride) {
            (Place::Skip(rows), Some(stride)) => Some(Place::Skip(rows.saturating_add(stride))),
            _ => dialect.foresee(place),
        }
    }

    fn send_for(
        &mut self,
        source: &Arc<dyn Source<Row = T>>,
        dialect: Dialect,
        place: &Place,
        walk: &Walk,
        least: usize,
    ) {
        // What was foreseen wrongly is of no use: its rows are not those that come next.
        if self.queue.front().is_some_and(|(first, _)| first != place) {
            self.queue.clear();
        }
        let wanted = self.wanted(dialect, place).max(least);
        let mut next = match self.queue.back() {
            None => Some(place.clone()),
            Some((last, _)) => self.foresee(dialect, last),
        };
        while self.queue.len() < wanted {
            // The first of them is the one that the walk itself asks for.
            let of_use = |place: &Place| self.queue.is_empty() || !walk.is_beyond(place);
            let Some(place) = next.filter(of_use) else {
                return;
            };
            let flight = self.start(source, dialect, place.clone());
            next = self.foresee(dialect, &place);
            self.queue.push_back((place, flight));
        }
    }

    /// How many pages are to be on their way at once.
    fn wanted(&self, dialect: Dialect, place: &Place) -> usize {
        // Pages that are asked for together can be answered out of order, before and after a change. On the rows of the
        // page before one sees that; the first page has none. And a page that leads less far than the one before is the
        // last one, most likely, or the list has shifted.
        let alone = !self.begun || self.shortened || *place == dialect.first();
        let wanted = if alone { 1 } else { self.ahead.max(1) };
        let rows_a_page = self.stride.unwrap_or(u64::from(dialect.size())).max(1);
        let enough = self.rows_left.map(|rows| rows.div_ceil(rows_a_page));
        let most = enough.into_iter().chain(self.pages_left).min();
        most.map_or(wanted, |most| {
            wanted.min(usize::try_from(most).unwrap_or(usize::MAX))
        })
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
