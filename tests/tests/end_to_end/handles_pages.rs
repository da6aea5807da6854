//! The handle of a page: the list of pages, tags, staff, the round robin, and the calendar.

use std::collections::BTreeSet;

use pancake_ext::client::chrono::{DateTime, Utc};
use pancake_ext::{
    Channel, DateRange, ErrorKind, Execution, ManualClock, PageId, PageStatus, TimeRange, UserId,
    Zone,
};
use pancake_mock::{Fault, FaultKind, Oddity};
use pancake_tests::log::Log;
use tracing_subscriber::util::SubscriberInitExt;

use super::{PAGE, called, sdk, server, settings};

/// 2026-03-31, one second before midnight in UTC; in Việt Nam it is seven hours later, on the first of April.
const LATE: i64 = 1_775_001_599;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

#[tokio::test]
async fn the_pages_of_a_user_are_the_same_in_both_forms_of_the_answer() {
    let mock = server().await;
    for sorted in [true, false] {
        mock.oddities().set(Oddity::CategorizedPages, sorted);
        let pages = sdk(&mock).pages().await.unwrap();
        let ids: Vec<_> = pages.iter().map(|page| page.id.to_string()).collect();
        assert_eq!(
            ids,
            [mock.page_ids(), mock.page_ids_without_token()].concat()
        );
        let channels: Vec<_> = pages.iter().map(|page| page.channel()).collect();
        assert_eq!(
            channels,
            [
                Channel::Facebook,
                Channel::Zalo,
                Channel::TikTok,
                Channel::WhatsApp,
                Channel::Instagram,
                Channel::Telegram
            ]
        );
        for page in &pages {
            assert!(page.is_activated() && !page.name.is_empty());
            assert_eq!(page.zone(), sorted.then_some(Zone::VIETNAM));
            let platform = page.details.platform.as_deref().unwrap();
            assert_eq!(Channel::from_platform(platform), page.channel());
        }
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_page_of_the_list_is_taken_as_it_is_and_shows_no_token() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let mut pages = pancake.all_pages().await.unwrap();
    pages.retain(|info| mock.page_token(info.id.as_str()).is_some());
    for info in pages {
        let page = pancake.page(&info);
        assert_eq!(page.id(), &info.id);
        assert_eq!(info.status, PageStatus::Activated);
        assert!(!page.tags().await.unwrap().is_empty());
        let token = mock.page_token(info.id.as_str()).unwrap();
        let held = info.details.settings.as_ref().unwrap().page_access_token();
        assert_eq!(held.unwrap().expose(), token);
        let shown = format!("{info:?} {info:#?} {page:?}");
        assert!(!shown.contains(&token) && !shown.contains(&mock.user_token()));
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn what_the_list_says_of_a_page_is_found_and_a_foreign_page_is_an_error_that_names_it() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let info = pancake.page(PAGE).info().await.unwrap();
    assert_eq!(info.id, PAGE);
    let error = pancake.page("999").info().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.page_id(), Some(&PageId::from("999")));
    assert!(
        error.to_string().contains("not among the 6 pages"),
        "{error}"
    );
    let only_page = settings(&mock)
        .page_token(PAGE, mock.page_token(PAGE).unwrap())
        .build()
        .unwrap();
    let error = only_page.page(PAGE).info().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Token, 0));
}

#[tokio::test]
async fn an_entry_without_an_id_is_left_out_with_a_warning_and_costs_no_other_page() {
    let mock = server().await;
    let answer = FaultKind::Answer {
        status: 200,
        content_type: "application/json".into(),
        body: r#"{"categorized":{"activated":[{"name":"no id"},{"id":"1","name":"a"}]}}"#.into(),
    };
    mock.faults().add(Fault::new(answer).on("list_pages"));
    let log = Log::new();
    let recording = log.subscriber().set_default();
    let pages = sdk(&mock).pages().await.unwrap();
    drop(recording);
    assert_eq!(pages.len(), 1);
    let log = log.text();
    assert!(
        log.contains("WARN") && log.contains("without an id"),
        "{log}"
    );
}

#[tokio::test]
async fn the_client_shows_its_address_and_settings_but_no_token() {
    let mock = server().await;
    let pancake = settings(&mock)
        .user_token(mock.user_token())
        .page_token(PAGE, mock.page_token(PAGE).unwrap())
        .build()
        .unwrap();
    let shown = format!("{pancake:?} {:#?}", pancake.page(PAGE));
    assert!(shown.contains(mock.base_url()) && shown.contains("call_timeout"));
    assert!(!shown.contains(&mock.user_token()));
    assert!(!shown.contains(&mock.page_token(PAGE).unwrap()));
}

#[tokio::test]
async fn the_round_robin_is_set_and_read_back_list_by_list() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    let users = page.users().await.unwrap().users.unwrap();
    let ids: Vec<UserId> = users.into_iter().filter_map(|user| user.id).collect();
    page.set_round_robin(&ids[..2], &ids[2..3]).await.unwrap();
    let stored = page.users().await.unwrap().round_robin_users.unwrap();
    assert_eq!(stored.inbox.unwrap(), ids[..2]);
    assert_eq!(stored.comment.unwrap(), ids[2..3]);
    page.set_round_robin(Vec::<UserId>::new(), ids[..1].iter())
        .await
        .unwrap();
    let stored = page.users().await.unwrap().round_robin_users.unwrap();
    assert!(stored.inbox.unwrap().is_empty());
    assert_eq!(stored.comment.unwrap(), ids[..1]);
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn the_zone_of_a_page_is_asked_for_once_also_by_many_at_once() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let page = pancake.page(PAGE);
            tokio::spawn(async move { page.zone().await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), Zone::VIETNAM);
    }
    // The other pages came with the same answer; one of them writes its zone as 7.0.
    for id in mock.page_ids() {
        assert_eq!(pancake.page(id).zone().await.unwrap(), Zone::VIETNAM);
    }
    assert_eq!(called(&mock), ["list_pages"]);
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_zone_that_cannot_be_had_is_an_error_that_says_what_to_do() {
    let mock = server().await;
    mock.oddities().set(Oddity::CategorizedPages, false);
    let pancake = sdk(&mock);
    let missing = pancake.page(PAGE).zone().await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::InvalidAnswer);
    let foreign = pancake.page("999").zone().await.unwrap_err();
    assert_eq!(foreign.kind(), ErrorKind::InvalidRequest);
    mock.clear_journal();
    let only_page = settings(&mock).page_token(PAGE, "t").build().unwrap();
    let no_token = only_page.page(PAGE).today().await.unwrap_err();
    assert_eq!(no_token.kind(), ErrorKind::Token);
    assert_eq!(no_token.execution(), Execution::NotExecuted);
    assert_eq!(called(&mock), [""; 0]);
    for error in [missing, no_token] {
        assert!(error.to_string().contains("Zone::VIETNAM"), "{error}");
    }
}

#[tokio::test]
async fn today_goes_by_the_zone_of_the_page_and_one_period_serves_both_kinds_of_statistics() {
    let mock = server().await;
    let clock = ManualClock::new();
    clock.set_wall_time(at(LATE));
    let pancake = settings(&mock)
        .user_token(mock.user_token())
        .clock(clock.clone())
        .build()
        .unwrap();
    let page = pancake.page(PAGE);
    let today = page.today().await.unwrap();
    assert_eq!(today.first_day().to_string(), "2026-04-01");
    let yesterday = page.yesterday().await.unwrap();
    assert_eq!(yesterday.last_day().to_string(), "2026-03-31");
    let week = page.last_days(7).await.unwrap();
    assert_eq!(
        week.to_string(),
        "2026-03-25 00:00:00 - 2026-03-31 23:59:59 (UTC+07:00)"
    );
    let (seconds, wall) = (TimeRange::from(yesterday), DateRange::from(yesterday));
    let by_hour = page.client().get_page_statistics().page_id(PAGE);
    let by_hour = by_hour.since(seconds.since()).until(seconds.until());
    let hours = by_hour.send().await.unwrap().into_inner().data.unwrap();
    let times: Vec<_> = hours
        .iter()
        .filter_map(|row| row.hour.as_ref()?.instant(Zone::VIETNAM))
        .map(|instant| instant.timestamp())
        .collect();
    assert!(!times.is_empty());
    let inside = |time: &i64| (seconds.since()..=seconds.until()).contains(time);
    assert!(times.iter().all(inside));
    let days = hours.iter().filter_map(|row| row.hour.as_ref()?.date());
    assert_eq!(
        days.collect::<BTreeSet<_>>(),
        BTreeSet::from([yesterday.first_day()])
    );
    let users = page.client().get_user_statistics().page_id(PAGE);
    users.date_range(wall).send().await.unwrap();
    assert_eq!(mock.violations(), []);
    clock.set_wall_time(at(LATE + 86_400));
    let tomorrow = page.today().await.unwrap();
    assert_eq!(tomorrow.first_day().to_string(), "2026-04-02");
}

#[tokio::test]
async fn days_side_by_side_give_every_customer_and_none_is_missed_at_midnight() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    let zone = page.zone().await.unwrap();
    let days = zone.last_days(400, at(mock.clock().unix_seconds()));
    let whole = page.customers(days.covering()).collect().await.unwrap();
    let mut by_day = std::collections::HashSet::new();
    for window in days.windows(30) {
        let rows = page.customers(window.covering()).collect().await.unwrap();
        by_day.extend(rows.into_iter().filter_map(|row| row.id));
    }
    assert!(!whole.is_empty());
    assert_eq!(by_day.len(), whole.len());
    assert_eq!(mock.violations(), []);
}
