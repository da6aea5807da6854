//! The clock gives every time, and tests move it.
use std::time::Duration;

use pancake_mock::{MockClock, system_now};

use crate::caller::{Caller, caller, free, list};

#[tokio::test]
async fn frozen_clock_gives_the_times_of_messages() {
    let shop = Caller::start(free().frozen_clock()).await;
    let id = shop.ids(&[]).await.swap_remove(0);
    let time = async || {
        shop.reply(&id, "Dạ").await;
        shop.newest().await["updated_at"].clone()
    };
    assert_eq!(time().await, "2026-04-01T03:00:00.000000");
    // Two things never happen at the same time.
    assert_eq!(time().await, "2026-04-01T03:00:00.000001");
    shop.mock.clock().advance(Duration::from_secs(90));
    assert_eq!(time().await, "2026-04-01T03:01:30.000000");
}

#[tokio::test(start_paused = true)]
async fn running_clock_follows_tokios_paused_time() {
    let shop = caller().await;
    let before = shop.mock.clock().unix_micros();
    tokio::time::advance(Duration::from_secs(3_600)).await;
    assert!(shop.mock.clock().unix_micros() - before >= 3_600_000_000);
}

#[tokio::test]
async fn seeded_data_is_older_than_the_start() {
    let clock = MockClock::frozen(1_900_000_000);
    let own = Caller::start(free().now(1_900_000_000).frozen_clock()).await;
    let one = Caller::start(free().clock(clock.clone())).await;
    let two = Caller::start(free().clock(clock.clone()).now(5)).await;
    for shop in [&own, &one, &two] {
        let newest = shop.newest().await["updated_at"]
            .as_str()
            .unwrap()
            .to_owned();
        let last_days = "2030-03-01".to_owned().."2030-03-17T17:46:40".to_owned();
        assert!(last_days.contains(&newest), "{newest}");
    }
    // A clock of the test drives both servers.
    clock.advance(Duration::from_secs(90));
    for shop in [&one, &two] {
        assert_eq!(shop.mock.clock().unix_seconds(), 1_900_000_090);
        assert_eq!(
            shop.tags().await.header("date"),
            "Sun, 17 Mar 2030 17:48:10 GMT"
        );
    }
}

#[tokio::test]
async fn as_service_shows_the_time_of_today() {
    let shop = Caller::start(free().as_service()).await;
    assert!(shop.mock.clock().unix_seconds().abs_diff(system_now()) < 60);
}

#[tokio::test]
async fn dates_are_read_in_the_page_zone() {
    let mut shop = Caller::start(free().timezones([0, -5]).frozen_clock()).await;
    let pages = list(&shop.pages().await.json()["categorized"]["activated"]);
    let zones: Vec<_> = pages
        .iter()
        .map(|page| page["timezone"].as_f64().unwrap())
        .collect();
    assert_eq!(zones, [0.0, -5.0, -5.0, -5.0, -5.0, -5.0]);
    // Three o'clock in UTC is ten in the evening before at minus five.
    for (index, hour) in [(0, "01/04/2026 03"), (1, "31/03/2026 22")] {
        shop = shop.on_page(index);
        let newest = shop.mock.conversation_ids(&shop.page).swap_remove(0);
        shop.mock.staff_message(&shop.page, &newest, "Dạ").unwrap();
        let dates = format!("{hour}:00:00 - {hour}:59:59");
        let users = shop
            .json("statistics/users", &[("date_range", &dates)])
            .await;
        assert_eq!(
            users["data"]["users"].as_object().unwrap().len(),
            1,
            "{dates}"
        );
    }
}

#[tokio::test]
async fn clock_at_the_end_of_time_breaks_nothing() {
    for time in [i64::MAX, i64::MIN, 0] {
        let shop = Caller::start(free().now(time)).await;
        shop.mock.clock().set(time);
        shop.mock.clock().advance(Duration::MAX);
        let id = shop.ids(&[]).await.swap_remove(0);
        for text in ["a", "b"] {
            assert_eq!(shop.reply(&id, text).await.json()["success"], true);
        }
        let [since, until] = [("since", "0"), ("until", "99999999999")];
        assert_eq!(
            shop.json("statistics/tags", &[since, until]).await["success"],
            true
        );
        shop.json("statistics/ads", &[since, until, ("type", "by_time")])
            .await;
    }
}
