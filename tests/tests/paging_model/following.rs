//! Following a list while its conversations change and its process dies: every change is given, and nothing else is.

use std::collections::HashSet;
use std::time::Duration;

use pancake_ext::{Cursor, Watch};
use pancake_mock::{Fault, FaultKind};
use proptest::prelude::*;

use super::lists::Which;
use super::scene::{Scene, Server};
use super::{SHRINKS, cases, count, run_all, runtime};

const ROWS: u64 = 40;
const ROWS_A_PAGE: u64 = 7;
const MINUTE: Duration = Duration::from_secs(60);
/// Rows and errors after which a batch counts as endless.
const ENDLESS: usize = 500;

/// What happens between two looks.
#[derive(Clone, Debug)]
struct Batch {
    /// Who writes, so many seconds after the one before.
    writes: Vec<(usize, u64)>,
    arrivals: usize,
    vanishes: Option<usize>,
    fault: Option<usize>,
    /// After so many changes the process ends; the next one goes on from there, or from the beginning of the batch.
    ends: Option<(usize, bool)>,
}

#[derive(Clone, Debug)]
struct Case {
    batches: Vec<Batch>,
    is_coarse: bool,
    prefetch: usize,
}

fn some_cases() -> impl Strategy<Value = Case> {
    let place = 1usize..ROWS as usize;
    let batch = (
        prop::collection::vec((place.clone(), 0u64..20), 0..15),
        0usize..3,
        prop::option::weighted(0.3, place),
        prop::option::weighted(0.3, 0usize..3),
        prop::option::weighted(0.5, (0usize..12, any::<bool>())),
    )
        .prop_map(|(writes, arrivals, vanishes, fault, ends)| Batch {
            writes,
            arrivals,
            vanishes,
            fault,
            ends,
        });
    let batches = prop::collection::vec(batch, 1..5);
    (batches, any::<bool>(), 0usize..2).prop_map(|(batches, is_coarse, prefetch)| Case {
        batches,
        is_coarse,
        prefetch,
    })
}

struct Follower<'a> {
    scene: &'a Scene<'a>,
    case: &'a Case,
    watch: Watch,
}

impl Follower<'_> {
    fn begin(scene: &Scene<'_>, case: &Case, cursor: Option<Cursor>) -> Watch {
        let request = scene.page().conversations().prefetch(case.prefetch);
        match cursor {
            Some(cursor) => request.resume(cursor.to_string().parse().unwrap()),
            None => request,
        }
        .watch(MINUTE)
    }

    /// Changes up to that of this conversation, or so many of them.
    async fn changes(&mut self, until: &str, most: usize) -> Vec<String> {
        let mut given = Vec::new();
        for _ in 0..ENDLESS {
            if given.len() == most || given.last().is_some_and(|last| last == until) {
                return given;
            }
            if let Ok(row) = self.watch.try_next().await {
                given.push(row.unwrap().id.unwrap().to_string());
            }
        }
        panic!("the last change does not come; {given:?}");
    }

    async fn follow(&mut self, batch: &Batch, ids: &[String]) {
        let (mock, page) = (self.scene.mock, &self.scene.page);
        let start = self.watch.cursor();
        let mut written = HashSet::new();
        let mut gone = HashSet::new();
        for (place, seconds) in &batch.writes {
            mock.clock().advance(Duration::from_secs(*seconds));
            if mock.arrive_message(page, &ids[*place], "alo").is_some() {
                written.insert(ids[*place].clone());
            }
        }
        for _ in 0..batch.arrivals {
            written.insert(mock.arrive_conversation(page, "mới").unwrap());
        }
        if let Some(place) = batch.vanishes {
            mock.remove_conversation(page, &ids[place]);
            gone.insert(ids[place].clone());
        }
        // The last change, so that one knows when all were given.
        let last = &ids[0];
        mock.arrive_message(page, last, "xong").unwrap();
        written.insert(last.clone());
        if let Some(fault) = batch.fault {
            let kind = match fault {
                0 => FaultKind::ErrorCode(122),
                1 => FaultKind::TruncatedBody,
                _ => FaultKind::EmptyPage,
            };
            mock.faults()
                .add(Fault::new(kind).on_page(page.as_str()).times(1));
        }

        let mut given = Vec::new();
        let mut again = 0;
        if let Some((changes, is_kill)) = batch.ends {
            given = self.changes(last, changes).await;
            let cursor = if is_kill { start } else { self.watch.cursor() };
            let is_over = given.last() == Some(last);
            self.watch = Self::begin(self.scene, self.case, cursor);
            again = usize::from(is_kill);
            if is_over && !is_kill {
                return self.compare(&given, &written, &gone, again);
            }
        }
        given.extend(self.changes(last, usize::MAX).await);
        self.compare(&given, &written, &gone, again);
    }

    fn compare(
        &self,
        given: &[String],
        written: &HashSet<String>,
        gone: &HashSet<String>,
        again: usize,
    ) {
        let times = count(given);
        for id in written.difference(gone) {
            assert!(
                times.contains_key(id.as_str()),
                "the change of {id} is lost"
            );
        }
        for (id, times) in times {
            assert!(written.contains(id), "{id} did not change");
            assert!(times <= 1 + again, "{id} came {times} times");
        }
    }
}

async fn check(server: &Server, case: &Case) {
    let scene = server.scene(Which::Conversations);
    let ids = scene.mock.conversation_ids(&scene.page);
    let mut follower = Follower {
        watch: Follower::begin(&scene, case, None),
        scene: &scene,
        case,
    };
    follower.watch.start().await.unwrap();
    // Nothing has been given yet, and what changes from here on is not lost with the process.
    let cursor = follower.watch.cursor();
    follower.watch = Follower::begin(&scene, case, cursor);
    for batch in &case.batches {
        follower.follow(batch, &ids).await;
    }
    scene.mock.faults().clear();
}

#[test]
fn no_watch_loses_or_doubles_a_change_while_its_process_dies() {
    let number = cases(40);
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
