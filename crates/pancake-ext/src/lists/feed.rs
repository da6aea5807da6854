//! The feed: rows one by one, with the place to go on from after each of them.

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};

use super::cursor::Cursor;
use super::dialect::{OVERLAP, Place};
use super::mark::{Mark, Print};
use super::pages::ListPage;
use super::position::{ANCHORS, Position};
use super::reader::{Reader, Segment};
use crate::error::Error;
use crate::net::guard::GuardCounts;

/// The rows of a reader, up to a limit.
pub(crate) struct Feed<T> {
    reader: Reader<T>,
    left: Option<u64>,
    current: Option<Current<T>>,
    /// All pages of a list that is given from its end.
    gathered: Option<Vec<Segment<T>>>,
    /// Where to go on from before the first row of the current answer.
    resume: Option<Position>,
    /// Rows given or dropped last.
    recent: VecDeque<Print>,
    /// Rows given last, after those that lead to the current answer.
    anchors: VecDeque<Mark>,
}

/// An answer of which rows are being given.
struct Current<T> {
    segment: Segment<T>,
    consumed: u64,
    /// Whether the last of them has an id.
    ends_named: bool,
}

impl<T: Send + 'static> Feed<T> {
    pub(crate) fn new(reader: Reader<T>, limit: Option<u64>) -> Self {
        let start = reader.position().cloned();
        let (mut recent, mut anchors) = (VecDeque::new(), VecDeque::new());
        if let Some(start) = &start {
            recent.extend(start.seen.0.iter().copied());
            anchors.extend(start.anchors.iter().cloned());
        }
        Feed {
            gathered: reader.is_reversed().then(Vec::new),
            reader,
            left: limit,
            current: None,
            resume: start,
            recent,
            anchors,
        }
    }

    /// The next row.
    pub(crate) fn poll_item(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<T, Error>>> {
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = self.take_item() {
                self.left = self.left.map(|left| left - 1);
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.poll_segment(context)) {
                Some(Ok(())) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// The next page that has new rows.
    pub(crate) fn poll_page(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<ListPage<T>, Error>>> {
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            match ready!(self.poll_segment(context)) {
                Some(Ok(())) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
            let mut items = Vec::new();
            while self.left != Some(0) {
                let Some(item) = self.take_item() else { break };
                self.left = self.left.map(|left| left - 1);
                items.push(item);
            }
            let (false, Some(current)) = (items.is_empty(), &self.current) else {
                continue;
            };
            let segment = &current.segment;
            let (raw_count, total) = (segment.raw, segment.total);
            let request_id = segment.request_id.clone();
            let Some(cursor) = self.cursor() else {
                continue;
            };
            return Poll::Ready(Some(Ok(ListPage {
                items,
                cursor,
                raw_count,
                total,
                request_id,
            })));
        }
    }

    /// Makes the next answer the current one.
    fn poll_segment(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<(), Error>>> {
        self.resume = self.position();
        self.current = None;
        if let Some(gathered) = &mut self.gathered {
            while let Some(segment) = ready!(self.reader.poll_segment(context)) {
                match segment {
                    Ok(segment) => gathered.push(segment),
                    Err(error) => return Poll::Ready(Some(Err(error))),
                }
            }
            let last = gathered.pop();
            return Poll::Ready(last.map(|mut segment| {
                segment.rows = segment.rows.reversed();
                self.begin(segment);
                Ok(())
            }));
        }
        Poll::Ready(match ready!(self.reader.poll_segment(context)) {
            None => None,
            Some(Err(error)) => Some(Err(error)),
            Some(Ok(segment)) => {
                self.begin(segment);
                Some(Ok(()))
            }
        })
    }

    fn begin(&mut self, segment: Segment<T>) {
        if self.gathered.is_none() {
            self.anchors.clear();
            self.anchors.extend(segment.during.anchors.iter().cloned());
        }
        self.current = Some(Current {
            consumed: 0,
            ends_named: false,
            segment,
        });
    }

    /// The next new row of the current answer, and the dropped ones around it.
    fn take_item(&mut self) -> Option<T> {
        let current = self.current.as_mut()?;
        let mut taken = None;
        while let Some(is_kept) = current.segment.rows.is_next_kept() {
            if taken.is_some() && is_kept {
                break;
            }
            let Some((mark, item)) = current.segment.rows.take_next() else {
                break;
            };
            current.consumed += 1;
            current.ends_named = mark.id.is_some();
            if item.is_some() {
                taken = item;
            }
            if let Some(print) = mark.print() {
                // One that came again is the last now, and takes no second place.
                if let Some(place) = self.recent.iter().rposition(|known| *known == print) {
                    self.recent.remove(place);
                }
                self.recent.push_back(print);
                // A row that was dropped is from elsewhere in the list, or was given before the others.
                if is_kept {
                    self.anchors.push_back(mark);
                }
            }
            // Two pages, so that the page before is recognised as a whole should the server give it again.
            if self.recent.len() > 2 * self.reader.size() {
                self.recent.pop_front();
            }
            if self.anchors.len() > ANCHORS {
                self.anchors.pop_front();
            }
        }
        taken
    }

    /// Where to go on from after the rows that were given.
    pub(crate) fn position(&self) -> Option<Position> {
        let resume = self.resume.as_ref()?;
        let Some(current) = self.current.as_ref().filter(|current| current.consumed > 0) else {
            // An answer without rows can still be the end.
            return match &self.current {
                Some(current) if current.segment.rows.is_empty() && self.gathered.is_none() => {
                    Some(self.with_seen(current.segment.after.clone()))
                }
                _ => Some(resume.clone()),
            };
        };
        if self.gathered.is_some() {
            return Some(self.after_the_newest_given(resume));
        }
        if current.segment.rows.is_empty() {
            return Some(self.with_seen(current.segment.after.clone()));
        }
        let mut position = current.segment.during.clone();
        position.place = match position.place {
            // With the last row, by which one sees whether the list has shifted meanwhile.
            Place::Skip(rows) => {
                let overlap = if current.ends_named { OVERLAP } else { 0 };
                Place::Skip(rows.saturating_add(current.consumed - overlap))
            }
            Place::Number(number) => Place::Number(number),
            place @ (Place::Start | Place::After(_)) => {
                position.anchors = self.anchors.iter().cloned().collect();
                match position.anchors.last().and_then(|mark| mark.id.clone()) {
                    Some(id) => Place::After(id),
                    None => place,
                }
            }
        };
        Some(self.with_seen(position))
    }

    fn with_seen(&self, mut position: Position) -> Position {
        if matches!(position.place, Place::Skip(_) | Place::Number(_)) {
            position.seen = self.recent.iter().copied().collect();
        }
        position
    }

    /// For a list that is given from its end: all that is newer than what was given.
    fn after_the_newest_given(&self, start: &Position) -> Position {
        let mut position = Position::first(start.place.clone());
        let mut stop: Vec<Print> = self.anchors.iter().rev().filter_map(Mark::print).collect();
        // Those of before, should these vanish.
        let former = start.stop.0.iter().filter(|print| !stop.contains(print));
        let former: Vec<Print> = former.copied().collect();
        stop.extend(former);
        stop.truncate(2 * ANCHORS);
        position.stop = stop.into_iter().collect();
        let newest = self.anchors.back().and_then(|mark| mark.time);
        position.stop_before = newest.or(start.stop_before);
        position
    }

    pub(crate) fn cursor(&self) -> Option<Cursor> {
        Some(self.reader.cursor(self.position()?))
    }

    pub(crate) fn guards(&self) -> &GuardCounts {
        self.reader.guards()
    }

    pub(crate) fn answers(&self) -> u64 {
        self.reader.answers()
    }
}
