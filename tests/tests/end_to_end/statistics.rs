//! Statistics through the handles: their numbers agree with what was sent and what arrived.

use pancake_ext::types::{AdsStatistics, NewCustomerFigures, NewCustomerRow, PageStatisticsRow};
use pancake_ext::{
    AdsGrouping, CustomerGrouping, DateRange, ErrorKind, Execution, MessageExt, Numeric, Page,
    Pancake, TimeRange, UserId, send::ReplyInbox, types,
};
use pancake_mock::{Fault, FaultKind, MockPancake, Oddity};

use super::{PAGE, called, conversation, sdk, server};

/// All that there is, in unix seconds.
fn always() -> TimeRange {
    TimeRange::unix(1_500_000_000, 2_000_000_000).unwrap()
}

/// All that there is, in dates.
fn all_dates() -> DateRange {
    "01/01/2020 00:00:00 - 31/12/2030 23:59:59".parse().unwrap()
}

async fn small() -> MockPancake {
    MockPancake::builder()
        .rate_limit(None)
        .frozen_clock()
        .pages(12)
        .conversations(60)
        .start()
        .await
        .unwrap()
}

async fn reply(pancake: &Pancake, conversation: &pancake_ext::ConversationId, text: &str) {
    let call = pancake
        .client()
        .send_message()
        .page_id(PAGE)
        .conversation_id(conversation);
    call.body(ReplyInbox::new(text)).send().await.unwrap();
}

fn sum(rows: &[PageStatisticsRow], of: impl Fn(&PageStatisticsRow) -> Option<i64>) -> i64 {
    rows.iter().filter_map(of).sum()
}

/// How many messages of the page are from customers, and how many from the page.
async fn counted(page: &Page) -> (i64, i64) {
    let mut counts = (0, 0);
    for row in page.conversations().collect().await.unwrap() {
        let messages = page.conversation(row.id.unwrap()).messages();
        for message in messages.collect().await.unwrap() {
            let author = message.author(page.id());
            assert_ne!(author.is_customer(), author.is_page(), "{author:?}");
            counts.0 += i64::from(message.is_from_customer(page.id()));
            counts.1 += i64::from(author.is_page());
        }
    }
    counts
}

#[tokio::test]
async fn page_statistics_of_every_channel_count_the_messages_that_the_lists_have() {
    let mock = small().await;
    let pancake = sdk(&mock);
    for id in mock.page_ids() {
        let page = pancake.page(id);
        let hours = page.statistics().page(always()).await.unwrap();
        let customers = sum(&hours, |row| row.customer_inbox_count)
            + sum(&hours, |row| row.customer_comment_count);
        let staff =
            sum(&hours, |row| row.page_inbox_count) + sum(&hours, |row| row.page_comment_count);
        assert_eq!(counted(&page).await, (customers, staff), "{}", page.id());
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn engagement_counts_a_new_customer_who_was_answered() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    let totals = async || {
        let engagement = page.statistics().engagement(all_dates()).await.unwrap();
        assert_eq!(engagement.mismatches, []);
        assert!(engagement.rows.iter().all(|row| row.category.is_some()));
        ["inbox", "total", "new_customer_replied"].map(|name| engagement.sum(name).unwrap())
    };
    let before = totals().await;
    let conversation = conversation(&mock);
    assert_eq!(totals().await, before);
    reply(&pancake, &conversation, "Dạ còn ạ!").await;
    assert_eq!(totals().await, before.map(|count| count + 1));
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn engagement_has_the_rows_of_the_newer_and_of_the_older_answer() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let statistics = pancake.page(PAGE).statistics();
    let newer = statistics.engagement(all_dates()).await.unwrap();
    assert!(newer.statistics().is_empty() && !newer.users().is_empty());
    for user in newer.users() {
        let (inbox, comment) = (user.inbox_count.unwrap(), user.comment_count.unwrap());
        assert_eq!(user.total_engagement, Some(inbox + comment));
        assert!(user.user_id.is_some() && user.name.is_some());
    }
    mock.oddities().set(Oddity::UsersEngagements, false);
    let older = statistics.engagement(all_dates()).await.unwrap();
    assert!(older.users().is_empty());
    assert_eq!(older.rows, newer.rows);
    assert_eq!(older.statistics().len(), older.rows.len());
    for (row, point) in older.statistics().iter().zip(&older.rows) {
        assert_eq!((row.inbox, row.total), (point.inbox(), point.total()));
        assert_eq!(
            point.total(),
            Some(point.inbox().unwrap() + point.comment().unwrap())
        );
        assert_eq!(
            (point.order_count(), point.old_order_count()),
            (Some(0), Some(0))
        );
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn engagement_is_asked_for_by_hour_and_for_some_users() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let statistics = pancake.page(PAGE).statistics();
    let all = statistics.engagement(all_dates()).await.unwrap();
    let users: Vec<UserId> = all
        .users()
        .iter()
        .filter_map(|row| row.user_id.clone())
        .collect();
    assert!(users.len() > 2);
    let request = statistics.engagement(all_dates()).by_hour();
    let some = request.users(&users[..2]).await.unwrap();
    assert!(some.rows.len() > all.rows.len());
    let answered: Vec<_> = some
        .users()
        .iter()
        .filter_map(|row| row.user_id.clone())
        .collect();
    assert_eq!(answered, users[..2]);

    mock.clear_journal();
    let error = statistics
        .engagement(all_dates())
        .users([""; 0])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("names no user"), "{error}");
    assert_eq!(called(&mock), [""; 0]);
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn tags_are_counted_under_the_names_that_the_list_of_tags_has() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    let list = pancake
        .client()
        .list_tags()
        .page_id(PAGE)
        .send()
        .await
        .unwrap();
    let tag = list.into_inner().tags.unwrap().remove(0);
    let id = tag.id.unwrap();
    let before = page.statistics().tags(always()).await.unwrap();
    // One that is older than this moment, at which the clock stands.
    let conversation = mock.conversation_ids(PAGE).remove(0);
    for action in [types::TagAction::Remove, types::TagAction::Add] {
        let call = pancake.client().update_conversation_tag().page_id(PAGE);
        let call = call.conversation_id(&conversation);
        call.body_map(|body| body.action(action).tag_id(id.to_string()))
            .send()
            .await
            .unwrap();
    }
    let text_ids = page.statistics().tags(always()).await.unwrap();
    mock.oddities()
        .set(Oddity::TagStatisticsIdsAreStrings, false);
    let number_ids = page.statistics().tags(always()).await.unwrap();
    assert_eq!(text_ids.range, number_ids.range);
    assert_eq!(text_ids.today, number_ids.today);
    for usage in [text_ids, number_ids] {
        assert_eq!(
            usage.range.sum(&id),
            before.range.sum(&id).map(|count| count + 1)
        );
        let today = usage.today.rows.last().unwrap();
        let counted = today.counts.iter().find(|count| count.tag == id).unwrap();
        assert_eq!(counted.name, tag.text);
        assert!(counted.count() >= Some(1));
        assert!(usage.range.mismatches.is_empty() && usage.today.mismatches.is_empty());
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn user_statistics_have_the_hours_and_the_summary_of_the_same_users() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    let inboxes = async || {
        let activity = page.statistics().users(all_dates()).await.unwrap();
        assert!(!activity.users.is_empty());
        let mut sum = 0;
        for user in activity.users.values() {
            let summary = user.summary.as_ref().unwrap();
            let by_hour = user
                .hours
                .iter()
                .filter_map(|row| row.inbox_count)
                .sum::<i64>();
            assert_eq!(summary.inbox_count, Some(by_hour));
            assert!(user.name().is_some() && user.average_response_millis() > Some(0.0));
            sum += by_hour;
        }
        sum
    };
    let before = inboxes().await;
    let conversation = conversation(&mock);
    reply(&pancake, &conversation, "Dạ").await;
    assert_eq!(inboxes().await, before + 1);
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn ads_and_campaigns_have_the_same_rows_in_every_form_of_the_answer() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    let came = page.ads_export(always()).collect().await.unwrap().len() as i64;
    assert!(came > 0);
    let reach = |rows: &[AdsStatistics]| -> i64 {
        let reach = rows
            .iter()
            .map(|row| row.reach.as_ref().and_then(Numeric::as_i64));
        reach.map(Option::unwrap).sum()
    };
    for form in [
        None,
        Some(Oddity::AdsStatisticsInData),
        Some(Oddity::AdsStatisticsInAds),
    ] {
        for oddity in [Oddity::AdsStatisticsInData, Oddity::AdsStatisticsInAds] {
            mock.oddities().set(oddity, form == Some(oddity));
        }
        for grouping in [AdsGrouping::ById, AdsGrouping::ByTime] {
            let rows = page.statistics().ads(always(), grouping).await.unwrap();
            assert_eq!(reach(&rows), came * 40, "{form:?} {grouping:?}");
        }
    }
    for in_data in [true, false] {
        mock.oddities()
            .set(Oddity::CampaignStatisticsInData, in_data);
        let rows = page.statistics().campaigns(always()).await.unwrap();
        let budgets = rows.iter().map(|row| row.daily_budget.as_ref().unwrap());
        assert!(budgets.clone().count() > 0);
        for budget in budgets {
            assert_eq!(
                (budget.as_i64(), budget.as_str()),
                (Some(500_000), "500000")
            );
        }
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn feedbacks_are_asked_for_in_windows_of_less_than_30_days_and_longer_ones_refused() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    let quarter = page.last_days(90).await.unwrap();
    mock.clear_journal();
    let error = page.statistics().customer_feedbacks(quarter).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.message().contains("windows(30)"), "{error}");
    assert_eq!(called(&mock), [""; 0]);

    let (mut ratings, mut counted) = (0, 0);
    for window in quarter.windows(30) {
        let feedback = page.statistics().customer_feedbacks(window).await.unwrap();
        for rating in feedback.customer_feedback.unwrap() {
            let rate = rating.rate.unwrap().as_i64().unwrap();
            assert!((1..=5).contains(&rate) && rating.admin_id.is_some());
            ratings += 1;
        }
        for user in feedback.customer_average_feedback.unwrap() {
            counted += user.feedback_count.unwrap().as_i64().unwrap();
        }
    }
    assert!(ratings > 0);
    assert_eq!(ratings, counted);
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn thirty_days_to_the_second_are_too_long_for_feedbacks() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let statistics = pancake.page(PAGE).statistics();
    let days = |seconds: i64| TimeRange::unix(1_774_000_000, 1_774_000_000 + seconds).unwrap();
    let month = 30 * 86_400;
    assert!(statistics.customer_feedbacks(days(month)).await.is_err());
    statistics
        .customer_feedbacks(days(month - 1))
        .await
        .unwrap();
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn new_customers_are_counted_by_day_by_hour_and_by_page() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let statistics = pancake.page(PAGE).statistics();
    let figures = async |grouping| {
        statistics
            .page_customers(all_dates(), grouping)
            .await
            .unwrap()
    };
    let total = |rows: &[NewCustomerRow]| -> i64 {
        let counts = rows.iter().map(|row| row.new_customer_count.unwrap());
        counts.sum()
    };
    let NewCustomerFigures::Rows(days) = figures(CustomerGrouping::Day).await else {
        panic!("no list by day");
    };
    let NewCustomerFigures::Rows(hours) = figures(CustomerGrouping::Hour).await else {
        panic!("no list by hour");
    };
    let NewCustomerFigures::Pages(pages) = figures(CustomerGrouping::PageId).await else {
        panic!("no list for each page");
    };
    assert!(total(&days) > 0 && hours.len() > days.len());
    assert_eq!(
        (total(&hours), total(&pages[PAGE])),
        (total(&days), total(&days))
    );
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_success_without_any_figures_is_an_error_and_one_with_empty_lists_has_no_rows() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    page.tags().await.unwrap();
    let answers = |body: &str| {
        let answer = FaultKind::Answer {
            status: 200,
            content_type: "application/json".into(),
            body: body.into(),
        };
        mock.faults().add(Fault::new(answer).times(1));
    };
    let statistics = page.statistics();
    let all = async || {
        let nothing = r#"{"success":true,"data":null}"#;
        answers(nothing);
        let page_rows = statistics.page(always()).await.err();
        answers(nothing);
        let tags = statistics.tags(always()).await.err();
        answers(nothing);
        let users = statistics.users(all_dates()).await.err();
        answers(nothing);
        let engagement = statistics.engagement(all_dates()).await.err();
        answers(nothing);
        [page_rows, tags, users, engagement, page.users().await.err()]
    };
    for error in all().await {
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidAnswer, "{error}");
        assert_eq!(error.execution(), Execution::Executed);
        assert_eq!(error.page_id(), Some(page.id()));
    }
    answers(r#"{"data_today":{}}"#);
    assert!(
        statistics
            .tags(always())
            .await
            .unwrap()
            .range
            .rows
            .is_empty()
    );
    answers(r#"{"data":{}}"#);
    assert!(
        statistics
            .users(all_dates())
            .await
            .unwrap()
            .users
            .is_empty()
    );
    for rows in [
        r#"{"data":{}}"#,
        r#"{"statistics":[]}"#,
        r#"{"users_engagements":[]}"#,
    ] {
        answers(rows);
        assert!(
            statistics
                .engagement(all_dates())
                .await
                .unwrap()
                .rows
                .is_empty()
        );
    }
    answers(r#"{"users":[]}"#);
    assert!(page.users().await.unwrap().disabled_users.is_none());
}
