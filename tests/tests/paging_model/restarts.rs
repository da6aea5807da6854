//! A restart after every single row of short lists.

use pancake_ext::Error;
use pancake_mock::DEFAULT_NOW;

use super::lists::{Reading, Walk, Way, Which};
use super::scene::{Event, Scene, Server};
use super::{count, lost, runtime};

/// Conversations of each page of the server, and rows a page: some four pages of every list.
const ROWS: u64 = 14;
const ROWS_A_PAGE: u64 = 4;

fn reading(which: Which, way: Way, now: i64) -> Reading {
    let days = match which {
        Which::Posts => 20,
        Which::CallLogs => 5,
        _ => 400,
    };
    Reading {
        which,
        way,
        prefetch: 0,
        page_size: 4,
        since: DEFAULT_NOW - days * 86_400,
        now,
        limit: None,
        max_pages: None,
    }
}

/// Reads until so many rows have come, or the end.
async fn take(walk: &mut Box<dyn Walk>, rows: usize, given: &mut Vec<String>) -> Result<(), Error> {
    let aim = given.len().saturating_add(rows);
    while given.len() < aim {
        let Some(rows) = walk.next().await else { break };
        given.extend(rows?);
    }
    Ok(())
}

async fn whole(reading: Reading, scene: &Scene<'_>) -> Vec<String> {
    let mut given = Vec::new();
    let mut walk = reading.open(&scene.page(), &scene.chat, None).await;
    take(&mut walk, usize::MAX, &mut given).await.unwrap();
    given
}

/// Reads so many rows, lets something happen, and goes on from the cursor.
async fn with_a_restart(
    reading: Reading,
    scene: &mut Scene<'_>,
    rows: usize,
    happen: impl FnOnce(&mut Scene<'_>),
) -> Result<Vec<String>, Error> {
    let mut given = Vec::new();
    let mut walk = reading.open(&scene.page(), &scene.chat, None).await;
    take(&mut walk, rows, &mut given).await?;
    let cursor = walk.cursor().unwrap();
    happen(scene);
    let mut walk = reading.open(&scene.page(), &scene.chat, Some(cursor)).await;
    take(&mut walk, usize::MAX, &mut given).await?;
    Ok(given)
}

#[test]
fn a_restart_after_any_row_of_a_list_that_does_not_change_is_not_noticed() {
    runtime().block_on(async {
        for is_coarse in [false, true] {
            let server = Server::new(11, ROWS, ROWS_A_PAGE, is_coarse).await;
            for which in Which::ALL {
                let mut scene = server.scene(which);
                scene.choose_a_short_chat();
                let now = server.mock.clock().unix_seconds();
                for way in [Way::Rows, Way::Pages, Way::Windows(1), Way::Windows(2)] {
                    let is_windows = matches!(way, Way::Windows(_));
                    if is_windows && !which.has_windows() || is_coarse && way == Way::Pages {
                        continue;
                    }
                    let reading = reading(which, way, now);
                    let before = whole(reading, &scene).await;
                    let length = before.len();
                    assert!((10..40).contains(&length), "{which:?} {way:?} {length}");
                    // A page is given as a whole.
                    let step = if way == Way::Pages { 4 } else { 1 };
                    for rows in (0..=before.len()).step_by(step) {
                        let given = with_a_restart(reading, &mut scene, rows, |_| {}).await;
                        let mut given = given.unwrap();
                        let mut before = before.clone();
                        // Windows that are read at the same time take turns, which begin again.
                        if way == Way::Windows(2) {
                            given.sort();
                            before.sort();
                        }
                        assert_eq!(given, before, "{which:?} {way:?}, restart after {rows}");
                    }
                }
            }
        }
    });
}

#[test]
fn a_restart_after_any_row_of_a_list_that_changes_meanwhile_loses_and_doubles_none() {
    // By how far the row it happens to is from the last one that was given.
    let events: [fn(usize) -> Event; 5] = [
        |_| Event::Arrive,
        |rows| Event::Write(rows.saturating_sub(1)),
        |rows| Event::Write(rows + 2),
        |rows| Event::Vanish(rows.saturating_sub(2)),
        |rows| Event::Vanish(rows + 1),
    ];
    let mut failed = Vec::new();
    runtime().block_on(async {
        let server = Server::new(11 * 40 * 2, ROWS, ROWS_A_PAGE, false).await;
        for which in Which::ALL {
            let mut rows = 0;
            loop {
                let mut length = 0;
                // Two of the events after each row, other ones after the next.
                for turn in 0..2 {
                    let mut scene = server.scene(which);
                    scene.choose_a_short_chat();
                    scene.meet_customers().await;
                    let now = server.mock.clock().unix_seconds();
                    let reading = reading(which, Way::Rows, now);
                    let before = whole(reading, &scene).await;
                    length = before.len();
                    let event = events[(2 * rows + turn) % events.len()](rows);
                    let given = with_a_restart(reading, &mut scene, rows, |scene| {
                        scene.happen(event, &before, 1);
                    })
                    .await;
                    let what = format!("{which:?}, {event:?} after {rows} of {length}");
                    let given = match given {
                        Ok(given) => given,
                        Err(error) => {
                            failed.push(format!("{what}: {error}"));
                            continue;
                        }
                    };
                    let gone = |id: &str| {
                        scene.gone.contains(id) || which.hides_rows() && !scene.gone.is_empty()
                    };
                    for id in lost(&before, &given, gone) {
                        failed.push(format!("{what}: {id} is lost"));
                    }
                    for (id, times) in count(&given) {
                        if times > 1 + usize::from(scene.changed.contains(id)) {
                            failed.push(format!("{what}: {id} came {times} times"));
                        }
                    }
                }
                rows += 1;
                if rows > length {
                    break;
                }
            }
        }
    });
    assert!(failed.is_empty(), "{failed:#?}");
}
