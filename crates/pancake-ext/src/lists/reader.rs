//! The reader: sends for the pages that an engine wants, and says which of their rows are new.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pancake_client::ErrorCode;

use super::ahead::Ahead;
use super::cursor::{Cursor, State};
use super::engine::{Engine, Setup, Verdict, engine};
use super::plan::Plan;
use super::position::Position;
use super::row::Mark;
use super::source::{Fetched, Source};
use crate::error::{Error, ErrorKind};
use crate::net::guard::{Guard, GuardCounts};
use crate::net::metrics::Subject;

/// A list that is being read, page by page.
pub(crate) struct Reader<T> {
    source: Arc<dyn Source<Item = T>>,
    state: Reading<T>,
    /// What is to be said once the rows of the last page were given.
    trouble: Option<Error>,
    guards: GuardCounts,
    answers: u64,
    max_pages: Option<u64>,
}

enum Reading<T> {
    /// Nothing will be sent.
    Refused(Option<Error>),
    Open {
        engine: Box<dyn Engine>,
        ahead: Ahead<T>,
    },
}

/// A page, and which of its rows are new.
pub(crate) struct Batch<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) keep: Vec<bool>,
    pub(crate) total: Option<u64>,
    pub(crate) request_id: Option<String>,
}

impl<T: Send + 'static> Reader<T> {
    pub(crate) fn new(source: Arc<dyn Source<Item = T>>, plan: &Plan) -> Self {
        let opened = source
            .setup(plan.remember)
            .and_then(|setup| Ok((open(&source, &setup, plan)?, setup.size)));
        Reader::with(source, plan, opened)
    }

    /// A reader that goes through the list once, from the top.
    pub(crate) fn of_one_pass(source: Arc<dyn Source<Item = T>>, plan: &Plan) -> Self {
        let opened = source.setup(plan.remember).and_then(|mut setup| {
            setup.is_one_pass = true;
            Ok((engine(&setup, Position::default())?, setup.size))
        });
        Reader::with(source, plan, opened)
    }

    fn with(
        source: Arc<dyn Source<Item = T>>,
        plan: &Plan,
        opened: Result<(Box<dyn Engine>, u32), Error>,
    ) -> Self {
        let state = match opened {
            Ok((engine, size)) => Reading::Open {
                engine,
                ahead: Ahead::new(plan, size, source.is_reversed()),
            },
            Err(error) => Reading::Refused(Some(source.of_list(error))),
        };
        Reader {
            source,
            state,
            trouble: None,
            guards: GuardCounts::default(),
            answers: 0,
            max_pages: plan.max_pages,
        }
    }

    /// The next page. After an error the same page is asked for again.
    pub(crate) fn poll_batch(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Batch<T>, Error>>> {
        if let Some(trouble) = self.trouble.take() {
            return Poll::Ready(Some(Err(trouble)));
        }
        let is_over = self.max_pages.is_some_and(|most| self.answers >= most);
        let (engine, ahead) = match &mut self.state {
            Reading::Refused(error) => return Poll::Ready(error.take().map(Err)),
            Reading::Open { .. } if is_over => return Poll::Ready(None),
            Reading::Open { engine, ahead } => (engine, ahead),
        };
        let Some(fetched) = ready!(ahead.poll(&*self.source, &**engine, context)) else {
            return Poll::Ready(None);
        };
        let Fetched {
            rows,
            total,
            request_id,
        } = match fetched {
            Ok(fetched) => fetched,
            Err(error) if error.code() == Some(ErrorCode::BAD_PARAMETER) && engine.refuse() => {
                self.fire(Guard::MovedCursor, 1);
                return self.poll_batch(context);
            }
            Err(error) => return Poll::Ready(Some(Err(error))),
        };
        let marks: Vec<Mark<'_>> = rows.iter().map(|row| self.source.mark(row)).collect();
        let Verdict {
            keep,
            fired,
            is_disturbed,
            trouble,
        } = engine.accept(&marks, total);
        self.answers += 1;
        let kept = keep.iter().filter(|keep| **keep).count();
        ahead.head_on(&*self.source, &**engine, (rows.len(), kept), is_disturbed);
        for (guard, times) in fired {
            self.fire(guard, times);
        }
        if let Some(trouble) = trouble {
            let trouble = self.source.of_response(trouble, request_id.clone());
            if kept == 0 {
                return Poll::Ready(Some(Err(trouble)));
            }
            self.trouble = Some(trouble);
        }
        Poll::Ready(Some(Ok(Batch {
            rows,
            keep,
            total,
            request_id,
        })))
    }

    /// Says that a guard fired.
    pub(crate) fn fire(&mut self, guard: Guard, times: u64) {
        self.guards.add(guard, times);
        let page = self.source.page();
        let (operation, page_id) = (self.source.operation().id, page.id().as_str());
        let subject = Subject {
            operation,
            page_id: Some(page_id),
        };
        page.pancake().metrics().guard_fired(subject, guard, times);
        match guard {
            // They are part of every list that moves.
            Guard::DuplicateRows => tracing::debug!(
                target: "pancake_ext::paging",
                operation, page = page_id, guard = guard.name(), times, "guard"
            ),
            _ => tracing::warn!(
                target: "pancake_ext::paging",
                operation, page = page_id, guard = guard.name(), times, "guard"
            ),
        }
    }

    /// Where to go on from when so many of the new rows of the last page were given. `None` if the request was refused.
    pub(crate) fn position(&self, taken: usize) -> Option<Position> {
        match &self.state {
            Reading::Open { engine, .. } => Some(engine.position(taken)),
            Reading::Refused(_) => None,
        }
    }

    pub(crate) fn cursor(&self, position: Position) -> Cursor {
        Cursor::new(&*self.source, State::Walk(position))
    }

    pub(crate) fn mark<'a>(&self, row: &'a T) -> Mark<'a> {
        self.source.mark(row)
    }

    pub(crate) fn guards(&self) -> &GuardCounts {
        &self.guards
    }

    pub(crate) fn answers(&self) -> u64 {
        self.answers
    }

    pub(crate) fn is_reversed(&self) -> bool {
        self.source.is_reversed()
    }
}

fn open<T: 'static>(
    source: &Arc<dyn Source<Item = T>>,
    setup: &Setup,
    plan: &Plan,
) -> Result<Box<dyn Engine>, Error> {
    if source.is_reversed() && plan.max_pages.is_some() {
        return Err(Error::new(
            ErrorKind::InvalidRequest,
            "`max_pages` with `oldest_first` would leave out the oldest rows; use `limit`",
        ));
    }
    let position = match plan.resume.clone() {
        Some(cursor) => cursor.open(&**source)?.walk()?,
        None => source.begin(),
    };
    engine(setup, position)
}
