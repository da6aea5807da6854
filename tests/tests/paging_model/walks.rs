//! Random cases: what a walk gives, against what was in the list.

use pancake_ext::Guard;
use pancake_mock::{DEFAULT_NOW, Fault, FaultId, FaultKind};
use proptest::prelude::*;

use super::lists::{Reading, Walk, Way, Which};
use super::scene::{Event, Scene, Server};
use super::{SHRINKS, cases, count, lost, run_all, runtime};

/// Conversations of each page of the server.
const ROWS: u64 = 60;
/// Rows a page where nobody can choose: several pages of every list, and a last pass for rows that moved that has some too.
const ROWS_A_PAGE: u64 = 7;
/// Polls after which a walk counts as endless.
const ENDLESS: usize = 5_000;

#[derive(Clone, Debug)]
enum Step {
    Take(usize),
    /// Something happens, so many seconds later.
    Happen(Event, u64),
    /// The pager is dropped, and another goes on after the last row.
    Restart,
    /// The process dies, and another goes on from a cursor that is older.
    Kill,
    /// Stores the cursor that a kill goes back to.
    Store,
    Fail,
}

#[derive(Clone, Debug)]
struct Case {
    which: Which,
    way: usize,
    steps: Vec<Step>,
    fault: usize,
    prefetch: usize,
    page_size: u32,
    is_coarse: bool,
    limit: Option<u64>,
    max_pages: Option<u64>,
}

fn some_cases() -> impl Strategy<Value = Case> {
    let place = 0usize..ROWS as usize;
    let event = prop_oneof![
        2 => Just(Event::Arrive),
        4 => place.clone().prop_map(Event::Write),
        2 => place.prop_map(Event::Vanish),
    ];
    let step = prop_oneof![
        6 => (1usize..25).prop_map(Step::Take),
        8 => (event, 0u64..2).prop_map(|(event, seconds)| Step::Happen(event, seconds)),
        1 => Just(Step::Restart),
        1 => Just(Step::Kill),
        1 => Just(Step::Store),
        2 => Just(Step::Fail),
    ];
    let limits = (
        prop::option::weighted(0.2, 1u64..60),
        prop::option::weighted(0.2, 1u64..8),
    );
    (
        prop::sample::select(Which::ALL.to_vec()),
        0usize..8,
        prop::collection::vec(step, 1..16),
        (0usize..8, 0usize..4, 4u32..12, any::<bool>()),
        limits,
    )
        .prop_map(
            |(which, way, steps, (fault, prefetch, page_size, is_coarse), limits)| {
                let (limit, max_pages) = limits;
                Case {
                    which,
                    way,
                    steps,
                    fault,
                    prefetch,
                    page_size,
                    is_coarse,
                    limit,
                    max_pages,
                }
            },
        )
}

impl Case {
    fn way(&self) -> Way {
        match self.way {
            0 | 1 if self.which.has_windows() => Way::Windows(1 + 2 * self.way),
            2 | 3 => Way::Pages,
            4 => Way::Blocking,
            _ => Way::Rows,
        }
    }

    fn fault(&self) -> FaultKind {
        match self.fault {
            // An older page in place of a numbered one, after a restart, can't be told from the right one.
            0 if !self.which.is_numbered() => FaultKind::StuckCursor,
            1 if !self.which.is_numbered() => FaultKind::RepeatedRows,
            // A short page is the end of the calls, since they have no total.
            2 if self.which != Which::CallLogs => FaultKind::ShortPage,
            // Neither can an empty first page of one of the windows be told from an empty window.
            3 if !matches!(self.way(), Way::Windows(_))
                && !self.which.ends_with_an_empty_page() =>
            {
                FaultKind::EmptyPage
            }
            4 => FaultKind::ErrorCode(122),
            5 => FaultKind::TruncatedBody,
            6 => FaultKind::ErrorWithoutCode,
            _ => FaultKind::InternalError,
        }
    }

    /// Whether the fault is an answer with other rows than it should have.
    fn rows_are_odd(&self) -> bool {
        matches!(
            self.fault(),
            FaultKind::StuckCursor
                | FaultKind::RepeatedRows
                | FaultKind::ShortPage
                | FaultKind::EmptyPage
        )
    }

    fn reading(&self, now: i64) -> Reading {
        let is_whole = self.which == Which::MessagesFromTheOldest;
        let way = self.way();
        Reading {
            which: self.which,
            way,
            prefetch: self.prefetch,
            page_size: self.page_size,
            since: DEFAULT_NOW - 120 * 86_400,
            now,
            limit: self.limit,
            max_pages: self
                .max_pages
                .filter(|_| !is_whole && !matches!(way, Way::Windows(_))),
        }
    }
}

/// A walk under way, and what it gave.
struct Run<'a> {
    case: &'a Case,
    scene: &'a mut Scene<'a>,
    before: &'a [String],
    reading: Reading,
    walk: Box<dyn Walk>,
    /// Rows that the present walk has given.
    here: u64,
    given: Vec<String>,
    /// A cursor, and how many rows had been given by then.
    stored: Option<(pancake_ext::Cursor, usize)>,
    /// For each kill the rows that were given and not stored.
    unstored: Vec<(usize, usize)>,
    /// How often another pager went on.
    restarts: usize,
    /// How often it went on with a list that was being read a second time: what it gives again, the documentation of `Cursor` says.
    left_in_second_readings: usize,
    polls: usize,
    fault: Option<FaultId>,
    /// How much had been given when the fault was first seen to have happened.
    hit_at: Option<usize>,
}

impl Run<'_> {
    async fn begin(&mut self, cursor: Option<pancake_ext::Cursor>) {
        let is_second_reading = self.walk.guards().count(Guard::MissingRows) > 0;
        self.left_in_second_readings += usize::from(is_second_reading);
        // A cursor holds the rows of two pages. Whether the first answer is an older page yet, only who remembers more can tell.
        if let Some(fault) = self.fault.take_if(|_| self.case.rows_are_odd()) {
            self.scene.mock.faults().remove(fault);
        }
        let page = self.scene.page();
        let chat = &self.scene.chat;
        self.walk = self.reading.open(&page, chat, cursor).await;
        self.here = 0;
    }

    async fn take(&mut self, rows: usize) {
        let mut left = rows;
        while left > 0 {
            self.polls += 1;
            assert!(self.polls < ENDLESS, "the walk does not end");
            match self.walk.next().await {
                Some(Ok(rows)) => {
                    left = left.saturating_sub(rows.len());
                    self.here += rows.len() as u64;
                    self.given.extend(rows);
                }
                Some(Err(_)) => left -= 1,
                None => break,
            }
            let limit = self.reading.limit.unwrap_or(u64::MAX);
            assert!(self.here <= limit, "more rows than the limit");
            let pages = self.reading.max_pages.unwrap_or(u64::MAX);
            assert!(self.walk.answers() <= pages, "more pages than the most");
        }
    }

    /// What limits left out is read by another pager.
    async fn take_the_rest(&mut self) {
        self.take(usize::MAX).await;
        if self.reading.limit.take().is_some() | self.reading.max_pages.take().is_some() {
            self.restarts += 1;
            self.begin(self.walk.cursor()).await;
            self.take(usize::MAX).await;
        }
        assert!(
            self.walk.next().await.is_none(),
            "the walk goes on after its end"
        );
    }

    async fn step(&mut self, step: &Step) {
        match step {
            Step::Take(rows) => self.take(*rows).await,
            Step::Happen(event, seconds) => self.scene.happen(*event, self.before, *seconds),
            Step::Restart => {
                self.restarts += 1;
                self.begin(self.walk.cursor()).await;
            }
            Step::Store => {
                let cursor = self.walk.cursor();
                self.stored = cursor.map(|cursor| (cursor, self.given.len()));
            }
            Step::Kill => {
                let (cursor, rows) = self.stored.clone().unzip();
                let unstored = (rows.unwrap_or(0), self.given.len());
                self.unstored.push(unstored);
                self.restarts += 1;
                self.begin(cursor).await;
            }
            Step::Fail => self.fail(),
        }
    }

    fn fail(&mut self) {
        let faults = self.scene.mock.faults();
        if let Some(fault) = self.fault {
            if faults.hits(fault) == 0 {
                return;
            }
            let hit_at = *self.hit_at.get_or_insert(self.given.len());
            // The same odd answer twice in a row is what the list is like. Two pages on, the first one is dealt with.
            let far = 2 * usize::try_from(self.case.page_size.max(ROWS_A_PAGE as u32)).unwrap();
            if self.case.rows_are_odd() && self.given.len() < hit_at + far {
                return;
            }
        }
        // An empty first page can't be told from an empty list.
        let is_first = self.case.fault() == FaultKind::EmptyPage;
        let kind = Fault::new(self.case.fault())
            .on(self.case.which.operation())
            .on_page(self.scene.page.as_str())
            .after(u64::from(is_first))
            .times(1);
        self.hit_at = None;
        self.fault = Some(faults.add(kind));
    }

    fn compare(&self) {
        let gone = &self.scene.gone;
        let may_be_hidden = self.case.which.hides_rows() && !gone.is_empty();
        let lost = lost(self.before, &self.given, |id| {
            gone.contains(id) || may_be_hidden
        });
        assert!(
            lost.is_empty(),
            "{} of {} rows lost, the first {:?}",
            lost.len(),
            self.before.len(),
            lost[0]
        );
        for (id, times) in count(&self.given) {
            let allowed = self.allowed(id);
            assert!(
                times <= allowed,
                "{id} came {times} times, {allowed} would be right; kills {:?}, restarts {}",
                self.unstored,
                self.restarts
            );
        }
        let is_quiet = self.scene.changed.is_empty() && self.scene.gone.is_empty();
        if is_quiet && self.unstored.is_empty() {
            let (mut given, mut before) = (self.given.clone(), self.before.to_vec());
            if let Way::Windows(_) = self.reading.way {
                given.sort();
                before.sort();
            }
            assert_eq!(given, before, "another order than that of the list");
        }
    }

    /// How often a row may come: once, and once more for each kill since whose stored cursor it had been given. What
    /// changed is another row for a pager that does not know of the one before it.
    fn allowed(&self, id: &str) -> usize {
        let is_unstored = |(from, to): &&(usize, usize)| {
            let rows = self.given.get(*from..*to).unwrap_or_default();
            rows.iter().any(|row| row == id)
        };
        let again = self.unstored.iter().filter(is_unstored).count();
        let changed = self.scene.changed.contains(id);
        let again = again + self.left_in_second_readings;
        1 + if changed { self.restarts } else { again }
    }
}

async fn check(server: &Server, case: &Case) {
    let mut scene = server.scene(case.which);
    scene.meet_customers().await;
    let reading = case.reading(server.mock.clock().unix_seconds());
    let (page, chat) = (scene.page(), scene.chat.clone());
    let whole = Reading {
        way: Way::Rows,
        prefetch: 0,
        limit: None,
        max_pages: None,
        ..reading
    };
    let mut walk = whole.open(&page, &chat, None).await;
    let mut before = Vec::new();
    while let Some(rows) = walk.next().await {
        before.extend(rows.unwrap());
    }
    assert!(before.len() > 15, "{}", before.len());
    assert_eq!(count(&before).len(), before.len());
    let walk = reading.open(&page, &chat, None).await;
    let mut run = Run {
        case,
        scene: &mut scene,
        before: &before,
        reading,
        walk,
        here: 0,
        given: Vec::new(),
        stored: None,
        unstored: Vec::new(),
        restarts: 0,
        left_in_second_readings: 0,
        polls: 0,
        fault: None,
        hit_at: None,
    };
    for step in &case.steps {
        run.step(step).await;
    }
    run.take_the_rest().await;
    if let Some(fault) = run.fault {
        run.scene.mock.faults().remove(fault);
    }
    run.compare();
}

#[test]
fn no_pager_loses_or_doubles_a_row_while_its_list_changes_and_its_process_dies() {
    let number = cases(100);
    let runtime = runtime();
    let pages = u64::from(number + SHRINKS);
    let servers = [false, true]
        .map(|is_coarse| runtime.block_on(Server::new(pages, ROWS, ROWS_A_PAGE, is_coarse)));
    run_all(number, &some_cases(), |case| {
        runtime.block_on(check(&servers[usize::from(case.is_coarse)], case));
    });
    for server in &servers {
        assert_eq!(server.mock.violations(), []);
    }
}
