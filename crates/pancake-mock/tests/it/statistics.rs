//! Statistics agree with what the lists say.
use std::time::Duration;

use serde_json::{Value, json};

use crate::caller::{ALL_DATES, ALWAYS, Caller, alone, free, list};

fn sum(rows: &Value, field: &str) -> u64 {
    list(rows)
        .iter()
        .map(|row| row[field].as_u64().unwrap())
        .sum()
}

/// The messages there are: from customers and from the page, in inboxes and in comments; and those in inboxes that no
/// person of the staff wrote for the page.
async fn counted(shop: &Caller) -> ([u64; 4], u64) {
    let machines = ["POS", "Botcake", "chatbot"].map(Value::from);
    let (mut counts, mut by_machines) = ([0; 4], 0);
    for id in shop.ids(&[]).await {
        let mut fetched = 0;
        loop {
            let messages = list(&shop.messages(&id, fetched).await["messages"]);
            if messages.is_empty() {
                break;
            }
            fetched += messages.len();
            for message in messages {
                let from = &message["from"];
                let by_page = from["id"] == shop.page;
                let public = message["type"] != "INBOX";
                counts[usize::from(by_page) + 2 * usize::from(public)] += 1;
                let named = from["uid"].is_string() || from["admin_name"].is_string();
                let by_staff = named && !machines.contains(&from["admin_name"]);
                by_machines += u64::from(by_page && !by_staff);
            }
        }
    }
    (counts, by_machines)
}

async fn page_statistics(shop: &Caller) -> Value {
    shop.json("statistics/pages", &ALWAYS).await["data"].clone()
}

#[tokio::test]
async fn page_statistics_count_the_messages_there_are() {
    let shop = alone(50).await;
    let rows = page_statistics(&shop).await;
    let fields = [
        "customer_inbox_count",
        "page_inbox_count",
        "customer_comment_count",
        "page_comment_count",
    ];
    assert_eq!(
        fields.map(|field| sum(&rows, field)),
        counted(&shop).await.0
    );
    assert_eq!(sum(&rows, "new_customer_count"), 50);
    let hours: Vec<_> = list(&rows)
        .iter()
        .map(|row| row["hour"].to_string())
        .collect();
    assert!(hours.is_sorted() && hours.iter().all(|hour| hour.ends_with(":00:00\"")));
    // A message that arrives is counted.
    let id = shop.first_of("INBOX").await;
    shop.mock.arrive_message(&shop.page, &id, "Alo?").unwrap();
    shop.reply(&id, "Dạ").await;
    let after = page_statistics(&shop).await;
    assert_eq!(sum(&after, fields[0]), sum(&rows, fields[0]) + 1);
}

#[tokio::test]
async fn user_statistics_add_up_to_what_staff_wrote() {
    let shop = alone(50).await;
    let ([_, inbox, _, comments], by_machines) = counted(&shop).await;
    assert!(by_machines > 0);
    let data = shop.json("statistics/users", &ALL_DATES).await["data"].clone();
    let users = data["users"].as_object().unwrap();
    let total = |field: &str| {
        users
            .values()
            .map(|user| user[field].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(
        (total("inbox_count"), total("comment_count")),
        (inbox - by_machines, comments)
    );
    let listed = list(&shop.json("users", &[]).await["users"]);
    for (id, user) in users {
        let known = listed.iter().find(|known| known["id"] == **id).unwrap();
        assert_eq!(known["name"], user["user_name"]);
        let hours = &data["statistics"][id];
        assert_eq!(
            sum(hours, "inbox_count"),
            user["inbox_count"].as_u64().unwrap()
        );
    }
}

#[tokio::test]
async fn engagement_counts_answered_customers() {
    let shop = alone(50).await;
    let path = "statistics/customer_engagements";
    let by_day = shop.json(path, &ALL_DATES).await;
    let series = list(&by_day["data"]["series"]);
    let names: Vec<_> = series
        .iter()
        .map(|series| series["name"].as_str().unwrap())
        .collect();
    let wanted = [
        "inbox",
        "comment",
        "total",
        "new_customer_replied",
        "customer_engagement_new_inbox",
        "order_count",
        "old_order_count",
    ];
    assert_eq!(names, wanted);
    let days = list(&by_day["data"]["categories"]);
    let ends = (&days[0], days.last().unwrap());
    assert_eq!(
        ends,
        (&json!("29/3/2026"), &json!("9/12/2025")),
        "newest first"
    );
    assert!(
        series
            .iter()
            .all(|series| list(&series["data"]).len() == days.len())
    );
    let by_hour = shop.json(path, &[ALL_DATES[0], ("by_hour", "true")]).await;
    assert!(list(&by_hour["data"]["categories"]).len() > days.len());
    // One member of staff met no more customers than all together.
    let first = &by_day["users_engagements"][0];
    let user = first["user_id"].as_str().unwrap();
    let one = shop.json(path, &[ALL_DATES[0], ("user_ids", user)]).await;
    assert_eq!(one["users_engagements"], json!([first]));
    let count = |key: &str| first[key].as_u64().unwrap();
    assert!(count("total_engagement") > 0, "{first}");
    assert_eq!(
        count("total_engagement"),
        count("inbox_count") + count("comment_count")
    );
}

#[tokio::test]
async fn days_without_times_and_spaces_are_a_range() {
    let shop = alone(50).await;
    for path in ["statistics/users", "statistics/page_customers"] {
        let reply = shop
            .json(path, &[("date_range", "01/01/2024-31/12/2026")])
            .await;
        assert_eq!(reply["success"], true, "{path}");
    }
    assert_eq!(shop.mock.violations(), []);
}

#[tokio::test]
async fn tag_statistics_count_the_added_tags() {
    let shop = alone(50).await;
    let rows = shop.conversation_rows(&[]).await;
    let added: usize = rows
        .iter()
        .map(|row| list(&row["tag_histories"]).len())
        .sum();
    let total = async || {
        let answer = shop.json("statistics/tags", &ALWAYS).await;
        ["data", "data_today"].map(|key| {
            let series = answer[key]["series"].as_object().unwrap().values();
            series
                .flat_map(list)
                .map(|n| n.as_u64().unwrap())
                .sum::<u64>()
        })
    };
    let before = total().await;
    assert_eq!(before[0], added as u64);
    for action in ["remove", "add"] {
        let body = json!({"action": action, "tag_id": "10"});
        shop.post(rows[0]["id"].as_str().unwrap(), "tags", body)
            .await;
    }
    assert_eq!(total().await, before.map(|count| count + 1));
}

#[tokio::test]
async fn range_in_another_time_is_empty() {
    let shop = alone(50).await;
    let query = [("since", "1000"), ("until", "2000")];
    assert_eq!(
        shop.json("statistics/pages", &query).await["data"],
        json!([])
    );
    assert_eq!(shop.ids(&query).await, [""; 0]);
}

#[tokio::test]
async fn ads_statistics_follow_conversations_from_ads() {
    let shop = alone(50).await;
    let [since, until] = ALWAYS;
    let export = [since, until, ("action", "conversations_from_ads")];
    let came = list(&shop.json("export_data", &export).await["data"]).len() as u64;
    assert!(came > 0);
    for (path, kind) in [
        ("statistics/ads", Some("by_id")),
        ("statistics/ads", Some("by_time")),
        ("statistics/pages_campaigns", None),
    ] {
        let query = [since, until]
            .into_iter()
            .chain(kind.map(|kind| ("type", kind)));
        let reply = shop.json(path, &query.collect::<Vec<_>>()).await;
        let reach = list(&reply["data"]).into_iter();
        let reach = reach.map(|row| row["reach"].as_str().unwrap().parse::<u64>().unwrap());
        assert_eq!(reach.sum::<u64>(), came * 40, "{path} {kind:?}");
    }
}

#[tokio::test]
async fn averages_of_feedbacks_agree_with_the_ratings() {
    let shop = alone(2_000).await;
    let (since, until) = (1_774_000_000, 1_774_000_000 + 30 * 86_400);
    let asked = async |until: i64| {
        let (since, until) = (since.to_string(), until.to_string());
        let query = [("since", since.as_str()), ("until", &until)];
        shop.json("statistics/customer_feedbacks", &query).await
    };
    assert_eq!(
        asked(until).await["error_code"],
        100,
        "30 days are too many"
    );
    let answer = asked(until - 1).await;
    let ratings = list(&answer["customer_feedback"]);
    let averages = list(&answer["customer_average_feedback"]);
    assert!(!ratings.is_empty());
    let mut count = 0;
    for average in averages {
        let own = ratings
            .iter()
            .filter(|rating| rating["admin_id"] == average["admin_id"]);
        let own: Vec<f64> = own.map(|rating| rating["rate"].as_f64().unwrap()).collect();
        assert_eq!(average["feedback_count"], own.len());
        let wanted = own.iter().sum::<f64>() / own.len() as f64;
        assert!((average["avg_feedback"].as_f64().unwrap() - wanted).abs() < 0.01);
        count += own.len();
    }
    assert_eq!(count, ratings.len());
}

#[tokio::test]
async fn statistics_of_customers_count_each_customer_once() {
    let shop = alone(50).await;
    let asked = async |dates: &str, group_by: &str| {
        let query = [("date_range", dates), ("group_by", group_by)];
        shop.json("statistics/page_customers", &query).await
    };
    let data =
        async |group_by: &str| asked("01/01/2020 - 31/12/2029", group_by).await["data"].clone();
    let (days, hours) = (data("day").await, data("hour").await);
    for rows in [&days, &hours] {
        assert_eq!(sum(rows, "new_customer_count"), 50);
        assert!(sum(rows, "new_page_inbox_count") < 50);
    }
    let lengths = [&days, &hours].map(|rows| rows[0]["date"].as_str().unwrap().len());
    assert_eq!(lengths, ["2026-03-31".len(), "2026-03-31T14:00:00".len()]);
    assert_eq!(data("page_id").await[shop.page.as_str()], days);
    for wrong in ["01/01/2020 00:00:00 - 31/12/2029 23:59:59", "2020"] {
        assert_eq!(asked(wrong, "day").await["error_code"], 100, "{wrong}");
    }
}

#[tokio::test]
async fn ads_are_found_by_one_to_twenty_ids() {
    let shop = alone(50).await;
    let by_id = [ALWAYS[0], ALWAYS[1], ("type", "by_id")];
    let known = shop.json("statistics/ads", &by_id).await;
    let first = known["data"][0]["ad_id"].as_str().unwrap();
    let asked = async |ids: &str| shop.get(&shop.at("ads"), &[("ad_ids", ids)]).await;
    let found = asked(&format!("{first},7")).await.text;
    assert!(found.contains(first) && !found.contains("\"7\""), "{found}");
    for wrong in [vec!["1"; 21].join(","), String::new()] {
        assert_eq!(asked(&wrong).await.code(), 100);
    }
}

#[tokio::test]
async fn picture_of_a_customer_needs_no_token() {
    let shop = alone(50).await;
    let psid = shop.newest().await["from"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let ask = async |psid: &str| {
        let path = format!("/v1/pages/{}/avatar/{psid}", shop.page);
        shop.get_with(&path, &[]).await
    };
    let reply = ask(&psid).await;
    assert_eq!(reply.status, 301);
    let address = reply.header("location");
    let server = format!("http://{}/", shop.mock.address());
    assert!(
        address.starts_with(&server) && address.contains(&psid),
        "{address}"
    );
    let picture = shop.http.get(address).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG"));
    let unknown = ask("1").await;
    assert_eq!((unknown.status, unknown.code()), (404, json!(100)));
    assert_eq!(unknown.wrong("get_avatar"), [""; 0]);
}

#[tokio::test]
async fn new_customers_of_every_window_agree() {
    let shop = alone(50).await;
    // The end of a day of the page, which is seven hours ahead of UTC.
    let (end, piece) = (1_775_062_800_i64, 5 * 86_400);
    let day = |seconds: i64| {
        let there = chrono::DateTime::from_timestamp(seconds + 7 * 3_600, 0).unwrap();
        there.format("%d/%m/%Y").to_string()
    };
    let mut all = 0;
    for n in 0..30 {
        let (first, last) = (end - (n + 1) * piece, end - n * piece - 1);
        let (since, until) = (first.to_string(), last.to_string());
        let range = [("since", since.as_str()), ("until", until.as_str())];
        let query = [range[0], range[1], ("page_number", "1"), ("page_size", "1")];
        let total = shop.json("page_customers", &query).await["total"]
            .as_u64()
            .unwrap();
        let pages = shop.json("statistics/pages", &range).await;
        let days = format!("{} - {}", day(first), day(last));
        let customers = shop
            .json("statistics/page_customers", &[("date_range", &days)])
            .await;
        for answer in [&pages, &customers] {
            assert_eq!(sum(&answer["data"], "new_customer_count"), total, "{since}");
        }
        all += total;
    }
    assert_eq!(all, 50, "neighbouring windows leave nobody out");
}

#[tokio::test]
async fn last_second_of_a_range_is_whole() {
    let shop = Caller::start(free().frozen_clock()).await;
    shop.mock.clock().advance(Duration::from_millis(500));
    let id = shop.mock.arrive_conversation(&shop.page, "Alo").unwrap();
    let now = shop.mock.clock().unix_seconds();
    let [before, at, after] = [now - 9, now, now + 1].map(|time| time.to_string());
    let ids =
        async |since: &str, until: &str| shop.ids(&[("since", since), ("until", until)]).await;
    assert_eq!(ids(&before, &at).await[0], id);
    assert_eq!(ids(&after, "1900000000").await, [""; 0]);
    shop.mock.staff_message(&shop.page, &id, "Dạ").unwrap();
    let second = "01/04/2026 10:00:00 - 01/04/2026 10:00:00";
    let users = shop
        .json("statistics/users", &[("date_range", second)])
        .await;
    assert_eq!(users["data"]["users"].as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn user_statistics_count_private_replies_and_phone_numbers() {
    let shop = alone(400).await;
    let dates = [("date_range", "01/01/2020 00:00:00 - 02/04/2026 23:59:59")];
    let counts = async || {
        let answer = shop.json("statistics/users", &dates).await;
        let users = answer["data"]["users"].as_object().unwrap().clone();
        [
            "private_reply_count",
            "phone_number_count",
            "comment_count",
            "inbox_count",
        ]
        .map(|key| {
            users
                .values()
                .map(|user| user[key].as_u64().unwrap())
                .sum::<u64>()
        })
    };
    let before = counts().await;
    assert!(before[1] > 0);
    let row = shop
        .conversation_rows(&[("type", "COMMENT")])
        .await
        .swap_remove(0);
    shop.reply_privately(&row, "Cho shop xin số ạ").await;
    let inbox = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    shop.mock
        .arrive_message(&shop.page, &inbox, "0901234567")
        .unwrap();
    let [private, phones, comments, inboxes] = before;
    assert_eq!(
        counts().await,
        [private + 1, phones + 1, comments, inboxes + 1]
    );
    let dates = [("since", "1775012400"), ("until", "1900000000")];
    let pages = shop.json("statistics/pages", &dates).await["data"].clone();
    for (key, count) in [
        ("page_comment_count", 0),
        ("new_customer_count", 0),
        ("phone_number_count", 1),
    ] {
        assert_eq!(sum(&pages, key), count, "{key}");
    }
}

#[tokio::test]
async fn page_statistics_hours_follow_the_zone_of_the_page() {
    let hours = async |zone: i64| {
        let shop = Caller::start(free().pages(1).conversations(50).timezones([zone])).await;
        let rows = page_statistics(&shop).await;
        let hours = rows.as_array().unwrap().iter();
        let read = |row: &Value| row["hour"].as_str().unwrap().parse().unwrap();
        hours.map(read).collect::<Vec<chrono::NaiveDateTime>>()
    };
    let shifted = |hour: chrono::NaiveDateTime| hour + chrono::TimeDelta::hours(7);
    let utc = hours(0).await;
    assert_eq!(
        hours(7).await,
        utc.into_iter().map(shifted).collect::<Vec<_>>()
    );
}
