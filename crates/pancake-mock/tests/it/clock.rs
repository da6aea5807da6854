//! The clock gives every time, and tests move it.
use std::time::Duration;

use pancake_mock::MockClock;

use crate::caller::{Caller, caller, free};

#[tokio::test]
async fn a_frozen_clock_gives_the_times_of_new_messages() {
    let shop = Caller::start(free().frozen_clock()).await;
    let id = shop.ids(&[]).await[0].clone();
    let time = async || {
        shop.reply(&id, "Dạ").await;
        shop.conversations(&[]).await.json()["conversations"][0]["updated_at"].clone()
    };
    assert_eq!(time().await, "2026-04-01T03:00:00.000000");
    // Two things never happen at the same time.
    assert_eq!(time().await, "2026-04-01T03:00:00.000001");
    shop.mock.clock().advance(Duration::from_secs(90));
    assert_eq!(time().await, "2026-04-01T03:01:30.000000");
}

#[tokio::test(start_paused = true)]
async fn a_running_clock_follows_tokios_paused_time() {
    let shop = caller().await;
    let before = shop.mock.clock().unix_micros();
    tokio::time::advance(Duration::from_secs(3_600)).await;
    assert!(shop.mock.clock().unix_micros() - before >= 3_600_000_000);
}

#[tokio::test]
async fn all_seeded_data_is_older_than_the_start() {
    let shop = Caller::start(free().now(1_900_000_000).frozen_clock()).await;
    let newest = shop.conversations(&[]).await.json()["conversations"][0]["updated_at"].clone();
    let newest = newest.as_str().unwrap();
    assert!(
        newest < "2030-03-17T17:46:40" && newest > "2030-03-01",
        "{newest}"
    );
}

#[tokio::test]
async fn a_clock_of_the_test_drives_two_servers_and_dates_their_data() {
    let clock = MockClock::frozen(1_900_000_000);
    let one = Caller::start(free().clock(clock.clone())).await;
    let two = Caller::start(free().clock(clock.clone()).now(5)).await;
    clock.advance(Duration::from_secs(90));
    for shop in [&one, &two] {
        assert_eq!(shop.mock.clock().unix_seconds(), 1_900_000_090);
        let list = shop.conversations(&[]).await;
        assert_eq!(list.headers["date"], "Sun, 17 Mar 2030 17:48:10 GMT");
        let newest = list.json()["conversations"][0]["updated_at"].clone();
        let newest = newest.as_str().unwrap();
        assert!(
            newest < "2030-03-17T17:46:40" && newest > "2030-03-01",
            "{newest}"
        );
    }
}

#[tokio::test]
async fn every_page_has_a_zone_of_its_own_and_dates_are_read_in_it() {
    let shop = Caller::start(free().timezones([0, -5]).frozen_clock()).await;
    let pages = shop
        .get_with("/v1/pages", &[("access_token", &shop.mock.user_token())])
        .await;
    let pages = pages.json()["categorized"]["activated"].clone();
    let zones: Vec<_> = pages
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["timezone"].as_f64().unwrap())
        .collect();
    assert_eq!(zones, [0.0, -5.0, -5.0, -5.0, -5.0, -5.0]);
    // Three o'clock in UTC is ten in the evening before at minus five.
    let mut shop = shop;
    for (index, hour) in [(0, "01/04/2026 03"), (1, "31/03/2026 22")] {
        shop = shop.on_page(index);
        let newest = shop.mock.conversation_ids(&shop.page)[0].clone();
        shop.mock.staff_message(&shop.page, &newest, "Dạ").unwrap();
        let dates = format!("{hour}:00:00 - {hour}:59:59");
        let users = shop
            .get(&shop.at("statistics/users"), &[("date_range", &dates)])
            .await
            .json();
        assert_eq!(
            users["data"]["users"].as_object().unwrap().len(),
            1,
            "{dates}"
        );
    }
}
