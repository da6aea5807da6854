//! The reader: sends for the pages that a walk wants, and hands on their new rows.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::cursor::{Cursor, State};
use super::dialect::Dialect;
use super::flight::Flights;
use super::mark::Mark;
use super::plan::Plan;
use super::position::Position;
use super::rows::Rows;
use super::source::Source;
use super::walk::Walk;
use crate::error::{Error, ErrorKind, Execution};
use crate::net::guard::{Guard, GuardCounts};
use crate::net::metrics::Subject;

/// A list that is being read, page by page.
pub(crate) struct Reader<T> {
    source: Arc<dyn Source<Row = T>>,
    filters: Box<str>,
    state: Reading<T>,
    guards: GuardCounts,
    answers: u64,
    max_pages: Option<u64>,
}

enum Reading<T> {
    /// Nothing will be sent.
    Refused(Option<Error>),
    Open {
        dialect: Dialect,
        walk: Box<Walk>,
        flights: Flights<T>,
    },
}

/// An answer, with the rows that are new.
pub(crate) struct Segment<T> {
    pub(crate) rows: Rows<T>,
    pub(crate) raw: usize,
    pub(crate) total: Option<u64>,
    pub(crate) request_id: Option<String>,
    /// Where to go on from while the rows are being given.
    pub(crate) during: Position,
    /// Where to go on from when all rows were given.
    pub(crate) after: Position,
}

impl<T: Send + 'static> Reader<T> {
    pub(crate) fn new(source: Arc<dyn Source<Row = T>>, plan: &Plan) -> Self {
        let filters = source.filters();
        let opened = Reader::begin(&source, &filters, plan);
        Reader::with(source, filters, plan, opened)
    }

    /// A reader of the rows that changed since a position of phase `CatchUp`.
    pub(crate) fn of_changes(
        source: Arc<dyn Source<Row = T>>,
        dialect: Dialect,
        position: Position,
        plan: &Plan,
    ) -> Self {
        let order = source.order();
        let walk = Walk::new(dialect, order, position, plan.remember).changes_count();
        let filters = source.filters();
        Reader::with(source, filters, plan, Ok((dialect, walk)))
    }

    fn with(
        source: Arc<dyn Source<Row = T>>,
        filters: String,
        plan: &Plan,
        opened: Result<(Dialect, Walk), Error>,
    ) -> Self {
        let state = match opened {
            Ok((dialect, walk)) => Reading::Open {
                dialect,
                walk: Box::new(walk),
                flights: Flights::new(plan, source.is_reversed()),
            },
            Err(error) => {
                let page = source.page_id().as_str();
                Reading::Refused(Some(error.of(source.operation(), Some(page))))
            }
        };
        Reader {
            source,
            filters: filters.into(),
            state,
            guards: GuardCounts::default(),
            answers: 0,
            max_pages: plan.max_pages,
        }
    }

    fn begin(
        source: &Arc<dyn Source<Row = T>>,
        filters: &str,
        plan: &Plan,
    ) -> Result<(Dialect, Walk), Error> {
        source.check()?;
        let dialect = Dialect::of(source.operation(), source.page_size())?;
        if source.is_reversed() && plan.max_pages.is_some() {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                "`max_pages` with `oldest_first` would leave out the oldest rows; use `limit`",
            ));
        }
        let position = match plan.resume.clone() {
            Some(cursor) => cursor.open(source.as_ref(), filters)?.walk()?,
            None => source.begin(dialect),
        };
        if !dialect.has(&position.place) {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                "the cursor is damaged: its place is none of this list; begin without it",
            ));
        }
        let walk = Walk::new(dialect, source.order(), position, plan.remember);
        Ok((dialect, walk))
    }

    /// The next answer. After an error the same page is asked for again.
    pub(crate) fn poll_segment(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Segment<T>, Error>>> {
        loop {
            let (dialect, walk, flights) = match &mut self.state {
                Reading::Refused(error) => return Poll::Ready(error.take().map(Err)),
                Reading::Open {
                    dialect,
                    walk,
                    flights,
                } => (*dialect, walk, flights),
            };
            if let Some(error) = walk.take_overdue() {
                return Poll::Ready(Some(Err(of_the_answer(&self.source, error, None))));
            }
            if self.max_pages.is_some_and(|max| self.answers >= max) {
                return Poll::Ready(None);
            }
            let Some(place) = walk.next().cloned() else {
                return Poll::Ready(None);
            };
            let answer = ready!(flights.poll(&self.source, dialect, &place, walk, context));
            let listing = match answer {
                Ok(listing) => listing,
                Err(error) => {
                    let otherwise = walk.failed(&error);
                    self.report();
                    if otherwise {
                        continue;
                    }
                    return Poll::Ready(Some(Err(error)));
                }
            };
            let source = &self.source;
            let marks: Vec<Mark> = listing.rows.iter().map(|row| source.mark(row)).collect();
            let raw = marks.len();
            let verdict = walk.accept(&marks, listing.total);
            if verdict
                .as_ref()
                .map_or(true, |verdict| verdict.is_disturbed)
            {
                flights.recall();
            }
            let after = walk.position().clone();
            let keep = verdict.iter().flat_map(|verdict| &verdict.keep);
            flights.gave(keep.filter(|keep| **keep).count());
            if let (true, Some(place)) = (flights.ahead() > 0, walk.next().cloned()) {
                flights.head_for(source, dialect, &place, walk);
            }
            self.answers += 1;
            self.report();
            let verdict = match verdict {
                Ok(verdict) => verdict,
                Err(error) => {
                    let error = of_the_answer(&self.source, error, listing.request_id);
                    return Poll::Ready(Some(Err(error)));
                }
            };
            let rows = match verdict.is_elsewhere {
                true => Rows::new(Vec::new(), Vec::new(), Vec::new()),
                false => Rows::new(marks, verdict.keep, listing.rows),
            };
            return Poll::Ready(Some(Ok(Segment {
                rows,
                raw,
                total: listing.total,
                request_id: listing.request_id,
                during: verdict.during,
                after,
            })));
        }
    }

    /// Says which guards fired.
    fn report(&mut self) {
        let Reading::Open { walk, .. } = &mut self.state else {
            return;
        };
        let (operation, page) = (self.source.operation().id, self.source.page_id());
        for (guard, times) in walk.take_guards() {
            self.guards.add(guard, times);
            let subject = Subject {
                operation,
                page_id: Some(page.as_str()),
            };
            self.source
                .pancake()
                .metrics()
                .guard_fired(subject, guard, times);
            match guard {
                // They are part of every list that moves.
                Guard::DuplicateRows => tracing::debug!(
                    target: "pancake_ext::paging",
                    operation, page = page.as_str(), guard = guard.name(), times, "guard"
                ),
                _ => tracing::warn!(
                    target: "pancake_ext::paging",
                    operation, page = page.as_str(), guard = guard.name(), times, "guard"
                ),
            }
        }
    }

    /// Where the reader itself stands: behind everything it has handed on.
    pub(crate) fn position(&self) -> Option<&Position> {
        match &self.state {
            Reading::Open { walk, .. } => Some(walk.position()),
            Reading::Refused(_) => None,
        }
    }

    pub(crate) fn cursor(&self, position: Position) -> Cursor {
        Cursor::new(
            self.source.as_ref(),
            self.filters.clone(),
            State::Walk(position),
        )
    }

    pub(crate) fn guards(&self) -> &GuardCounts {
        &self.guards
    }

    pub(crate) fn answers(&self) -> u64 {
        self.answers
    }

    pub(crate) fn size(&self) -> usize {
        match &self.state {
            Reading::Open { dialect, .. } => dialect.size() as usize,
            Reading::Refused(_) => 0,
        }
    }

    pub(crate) fn is_reversed(&self) -> bool {
        self.source.is_reversed()
    }
}

/// An error about an answer that came.
fn of_the_answer<T: Send + 'static>(
    source: &Arc<dyn Source<Row = T>>,
    error: Error,
    request_id: Option<String>,
) -> Error {
    let page = source.page_id().as_str();
    let error = error.with_execution(Execution::Executed);
    let error = error.with_status(200, request_id);
    error.of(source.operation(), Some(page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::dialect::Place;
    use crate::{Pancake, TimeRange};

    #[tokio::test]
    async fn a_cursor_with_a_place_that_the_list_does_not_have_is_refused_and_nothing_is_sent() {
        // Nothing listens at this address.
        let pancake = Pancake::builder().base_url("http://127.0.0.1:9");
        let page = pancake.build().unwrap().page("1");
        let places = [
            Place::Number(0),
            Place::Number(u64::MAX),
            Place::Skip(7),
            Place::Start,
            Place::After("a".into()),
        ];
        for place in places {
            let request = page.customers(TimeRange::unix(0, 1).unwrap());
            let state = State::Walk(Position::first(place));
            let cursor = Cursor::new(&request.list, request.list.filters(), state);
            let error = request.resume(cursor).collect().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.message().contains("damaged"), "{error}");
            assert_eq!(error.attempts(), 0);
        }
    }
}
