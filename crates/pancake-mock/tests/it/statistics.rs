//! Statistics agree with what the lists say.
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, free};

const ALL_DATES: [(&str, &str); 1] = [("date_range", "01/01/2024 00:00:00 - 31/12/2026 23:59:59")];

/// Few conversations, so that all messages can be counted.
async fn small() -> Caller {
    Caller::start(free().pages(1).conversations(50)).await
}

/// From customers, from the page, in comments by customers, in comments by the page; and how many of those of the page in
/// inboxes nobody of the staff wrote.
async fn counted(shop: &Caller) -> ([u64; 4], u64) {
    let (mut counts, mut by_machines) = ([0; 4], 0);
    for id in shop.ids(&[]).await {
        let mut fetched = 0;
        loop {
            let answer = shop.messages(&id, fetched).await;
            let messages = answer["messages"].as_array().unwrap();
            if messages.is_empty() {
                break;
            }
            fetched += messages.len();
            for message in messages {
                let by_page = message["from"]["id"] == shop.page;
                let public = message["type"] != "INBOX";
                counts[usize::from(by_page) + 2 * usize::from(public)] += 1;
                let from = &message["from"];
                let machine = ["POS", "Botcake", "chatbot"].map(Value::from);
                let named = from["uid"].is_string() || !from["admin_name"].is_null();
                let by_staff = named && !machine.contains(&from["admin_name"]);
                by_machines += u64::from(by_page && !by_staff);
            }
        }
    }
    (counts, by_machines)
}

fn sum(rows: &Value, field: &str) -> u64 {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row[field].as_u64().unwrap())
        .sum()
}

async fn page_statistics(shop: &Caller) -> Value {
    shop.get(&shop.at("statistics/pages"), &ALWAYS).await.json()["data"].clone()
}

#[tokio::test]
async fn page_statistics_count_the_messages_there_are() {
    let shop = small().await;
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
    let hours: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["hour"].to_string())
        .collect();
    assert!(hours.is_sorted() && hours.iter().all(|hour| hour.ends_with(":00:00\"")));
}

#[tokio::test]
async fn a_message_that_arrives_is_in_the_statistics() {
    let shop = small().await;
    let before = sum(&page_statistics(&shop).await, "customer_inbox_count");
    let id = shop.ids(&[("type", "INBOX")]).await[0].clone();
    shop.mock.arrive_message(&shop.page, &id, "Alo?").unwrap();
    shop.reply(&id, "Dạ").await;
    let after = page_statistics(&shop).await;
    assert_eq!(sum(&after, "customer_inbox_count"), before + 1);
}

#[tokio::test]
async fn user_statistics_add_up_to_what_staff_wrote() {
    let shop = small().await;
    let ([_, inbox, _, comments], by_machines) = counted(&shop).await;
    assert!(by_machines > 0);
    let answer = shop
        .get(&shop.at("statistics/users"), &ALL_DATES)
        .await
        .json();
    let users = answer["data"]["users"].as_object().unwrap();
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
    let listed = shop.get(&shop.at("users"), &[]).await.json();
    for (id, user) in users {
        let known = listed["users"]
            .as_array()
            .unwrap()
            .iter()
            .find(|known| known["id"] == **id);
        assert_eq!(known.unwrap()["name"], user["user_name"]);
        let hours = &answer["data"]["statistics"][id];
        assert_eq!(
            sum(hours, "inbox_count"),
            user["inbox_count"].as_u64().unwrap()
        );
    }
}

#[tokio::test]
async fn engagement_counts_answered_customers_by_day_or_hour() {
    let shop = small().await;
    let path = shop.at("statistics/customer_engagements");
    let by_day = shop.get(&path, &ALL_DATES).await.json();
    let series = by_day["data"]["series"].as_array().unwrap();
    let names: Vec<_> = series
        .iter()
        .map(|series| series["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "inbox",
            "comment",
            "total",
            "new_customer_replied",
            "customer_engagement_new_inbox",
            "order_count",
            "old_order_count",
        ]
    );
    let days = by_day["data"]["categories"].as_array().unwrap();
    assert_eq!(
        (&days[0], days.last().unwrap()),
        (&json!("29/3/2026"), &json!("9/12/2025"))
    );
    let days = days.len();
    assert!(
        series
            .iter()
            .all(|series| series["data"].as_array().unwrap().len() == days)
    );
    let query = [ALL_DATES[0], ("by_hour", "true")];
    let by_hour = shop.get(&path, &query).await.json();
    assert!(by_hour["data"]["categories"].as_array().unwrap().len() > days);
    // One member of staff met no more customers than all together.
    let user = by_day["users_engagements"][0]["user_id"].as_str().unwrap();
    let query = [ALL_DATES[0], ("user_ids", user)];
    let one = shop.get(&path, &query).await.json();
    assert_eq!(one["users_engagements"].as_array().unwrap().len(), 1);
    assert_eq!(one["users_engagements"][0], by_day["users_engagements"][0]);
    let row = &one["users_engagements"][0];
    let count = |key: &str| row[key].as_u64().unwrap();
    assert!(count("total_engagement") > 0, "{row}");
    assert_eq!(
        count("total_engagement"),
        count("inbox_count") + count("comment_count")
    );
}

#[tokio::test]
async fn days_without_times_and_spaces_are_a_range() {
    let shop = small().await;
    for path in ["statistics/users", "statistics/page_customers"] {
        let query = [("date_range", "01/01/2024-31/12/2026")];
        let reply = shop.get(&shop.at(path), &query).await;
        assert_eq!(reply.json()["success"], true, "{path}: {}", reply.text);
    }
    assert_eq!(shop.mock.violations(), []);
}

#[tokio::test]
async fn tag_statistics_count_the_added_tags() {
    let shop = small().await;
    let id = shop.ids(&[]).await[0].clone();
    let rows = shop.conversations(&[]).await.json()["conversations"].clone();
    let added = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["tag_histories"].as_array().unwrap().len());
    let total = async || {
        let answer = shop.get(&shop.at("statistics/tags"), &ALWAYS).await.json();
        let sum = |key: &str| {
            let series = answer[key]["series"].as_object().unwrap();
            series
                .values()
                .flat_map(|row| row.as_array().unwrap())
                .map(|n| n.as_u64().unwrap())
                .sum()
        };
        let sums: (u64, u64) = (sum("data"), sum("data_today"));
        sums
    };
    let before = total().await;
    assert_eq!(before.0, added.sum::<usize>() as u64);
    for action in ["remove", "add"] {
        let body = serde_json::json!({"action": action, "tag_id": "10"});
        shop.call("POST", &shop.conversation(&id, "tags"), body)
            .await;
    }
    assert_eq!(total().await, (before.0 + 1, before.1 + 1));
}

#[tokio::test]
async fn a_range_in_another_time_is_empty() {
    let shop = small().await;
    let query = [("since", "1000"), ("until", "2000")];
    assert_eq!(
        shop.get(&shop.at("statistics/pages"), &query).await.json()["data"],
        serde_json::json!([])
    );
    assert_eq!(shop.ids(&query).await, [""; 0]);
}

#[tokio::test]
async fn ads_statistics_follow_the_conversations_that_came_through_ads() {
    let shop = small().await;
    let export = [ALWAYS[0], ALWAYS[1], ("action", "conversations_from_ads")];
    let came = shop.get(&shop.at("export_data"), &export).await.json()["data"].clone();
    let came = came.as_array().unwrap().len() as u64;
    assert!(came > 0);
    let reach = |rows: &Value| -> u64 {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["reach"].as_str().unwrap().parse::<u64>().unwrap())
            .sum()
    };
    for kind in ["by_id", "by_time"] {
        let query = [ALWAYS[0], ALWAYS[1], ("type", kind)];
        let rows = shop.get(&shop.at("statistics/ads"), &query).await.json();
        assert_eq!(reach(&rows["data"]), came * 40, "{kind}");
    }
    let rows = shop
        .get(&shop.at("statistics/pages_campaigns"), &ALWAYS)
        .await
        .json();
    assert_eq!(reach(&rows["data"]), came * 40);
}

#[tokio::test]
async fn averages_of_feedbacks_agree_with_the_ratings_of_less_than_30_days() {
    let shop = Caller::start(free().pages(1).conversations(2_000)).await;
    let path = shop.at("statistics/customer_feedbacks");
    let (since, until) = ("1774000000", 1_774_000_000 + 30 * 86_400);
    let answered = async |until: i64| {
        let query = [("since", since), ("until", &until.to_string())];
        shop.get(&path, &query).await
    };
    assert_eq!(answered(until).await.code(), 100);
    let answer = answered(until - 1).await.json();
    let ratings = answer["customer_feedback"].as_array().unwrap();
    let averages = answer["customer_average_feedback"].as_array().unwrap();
    assert!(!ratings.is_empty() && !averages.is_empty(), "{answer}");
    for average in averages {
        let own: Vec<f64> = ratings
            .iter()
            .filter(|rating| rating["admin_id"] == average["admin_id"])
            .map(|rating| rating["rate"].as_f64().unwrap())
            .collect();
        assert_eq!(average["feedback_count"], own.len());
        let wanted = own.iter().sum::<f64>() / own.len() as f64;
        assert!((average["avg_feedback"].as_f64().unwrap() - wanted).abs() < 0.01);
    }
    let count: u64 = averages
        .iter()
        .map(|average| average["feedback_count"].as_u64().unwrap())
        .sum();
    assert_eq!(count, ratings.len() as u64);
}

#[tokio::test]
async fn statistics_of_customers_count_each_customer_once() {
    let shop = small().await;
    let path = shop.at("statistics/page_customers");
    let data = async |group_by: &'static str| {
        let query = [
            ("date_range", "01/01/2020 - 31/12/2029"),
            ("group_by", group_by),
        ];
        shop.get(&path, &query).await.json()["data"].clone()
    };
    let (days, hours, pages) = (data("day").await, data("hour").await, data("page_id").await);
    for rows in [&days, &hours, &pages[shop.page.as_str()]] {
        assert_eq!(sum(rows, "new_customer_count"), 50);
        assert!(sum(rows, "new_page_inbox_count") < 50);
    }
    let lengths = [&days, &hours].map(|rows| rows[0]["date"].as_str().unwrap().len());
    assert_eq!(lengths, ["2026-03-31".len(), "2026-03-31T14:00:00".len()]);
    assert_eq!(pages[shop.page.as_str()], days);
    for wrong in ["01/01/2020 00:00:00 - 31/12/2029 23:59:59", "2020"] {
        let query = [("date_range", wrong)];
        assert_eq!(shop.get(&path, &query).await.code(), 100, "{wrong}");
    }
}

#[tokio::test]
async fn ads_are_found_by_one_to_twenty_ids_and_unknown_ones_are_left_out() {
    let shop = small().await;
    let by_id = [ALWAYS[0], ALWAYS[1], ("type", "by_id")];
    let known = shop.get(&shop.at("statistics/ads"), &by_id).await.json();
    let first = known["data"][0]["ad_id"].as_str().unwrap();
    let asked = async |ids: String| shop.get(&shop.at("ads"), &[("ad_ids", ids.as_str())]).await;
    let found = asked(format!("{first},7")).await.text;
    assert!(found.contains(first), "{found}");
    assert!(!found.contains("\"7\""), "{found}");
    assert_eq!(asked(vec!["1"; 21].join(",")).await.code(), 100);
    assert_eq!(asked(String::new()).await.code(), 100);
}

#[tokio::test]
async fn the_picture_of_a_customer_needs_no_token() {
    let shop = small().await;
    let rows = shop.conversations(&[]).await.json();
    let psid = rows["conversations"][0]["from"]["id"].as_str().unwrap();
    let path = format!("/v1/pages/{}/avatar/{psid}", shop.page);
    let answer = shop.get_with(&path, &[]).await;
    assert_eq!(answer.status, 301);
    let address = answer.headers["location"].to_str().unwrap();
    let server = format!("http://{}/", shop.mock.address());
    assert!(address.starts_with(&server) && address.contains(psid));
    let picture = shop.http.get(address).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG"));
    let path = format!("/v1/pages/{}/avatar/1", shop.page);
    let unknown = shop.get_with(&path, &[]).await;
    assert_eq!((unknown.status, unknown.code()), (404, 100.into()));
    assert_eq!(unknown.wrong("get_avatar"), [""; 0]);
}

#[tokio::test]
async fn new_customers_of_every_window_are_those_of_the_list() {
    let shop = small().await;
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
        let total = shop.get(&shop.at("page_customers"), &query).await.json()["total"].as_u64();
        let pages = shop.get(&shop.at("statistics/pages"), &range).await.json();
        let customers = shop
            .get(
                &shop.at("statistics/page_customers"),
                &[("date_range", &*format!("{} - {}", day(first), day(last)))],
            )
            .await
            .json();
        let total = total.unwrap();
        assert_eq!(sum(&pages["data"], "new_customer_count"), total, "{since}");
        assert_eq!(
            sum(&customers["data"], "new_customer_count"),
            total,
            "{since}"
        );
        all += total;
    }
    assert_eq!(all, 50, "neighbouring windows leave nobody out");
}

#[tokio::test]
async fn the_last_second_of_a_range_is_whole() {
    let shop = Caller::start(free().frozen_clock()).await;
    let half = std::time::Duration::from_millis(500);
    shop.mock.clock().advance(half);
    let id = shop.mock.arrive_conversation(&shop.page, "Alo").unwrap();
    let now = shop.mock.clock().unix_seconds();
    let (before, at, after) = (
        (now - 9).to_string(),
        now.to_string(),
        (now + 1).to_string(),
    );
    let first = [("since", before.as_str()), ("until", at.as_str())];
    assert_eq!(shop.ids(&first).await[..1], [id]);
    let second = [("since", after.as_str()), ("until", "1900000000")];
    assert_eq!(shop.ids(&second).await, [""; 0]);
    let date = "01/04/2026 10:00:00";
    let dates = [("date_range", &*format!("{date} - {date}"))];
    shop.mock
        .staff_message(&shop.page, &shop.mock.conversation_ids(&shop.page)[0], "Dạ")
        .unwrap();
    let users = shop.get(&shop.at("statistics/users"), &dates).await.json();
    assert_eq!(users["data"]["users"].as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn user_statistics_count_private_replies_and_the_phone_numbers_that_staff_were_given() {
    let shop = Caller::start(free().pages(1).conversations(400)).await;
    let dates = [("date_range", "01/01/2020 00:00:00 - 02/04/2026 23:59:59")];
    let counts = async || {
        let users = shop.get(&shop.at("statistics/users"), &dates).await.json();
        let users = users["data"]["users"].as_object().unwrap().clone();
        let sum = |key: &str| {
            users
                .values()
                .map(|user| user[key].as_u64().unwrap())
                .sum::<u64>()
        };
        (
            sum("private_reply_count"),
            sum("phone_number_count"),
            sum("comment_count"),
            sum("inbox_count"),
        )
    };
    let before = counts().await;
    assert!(before.1 > 0);
    let comments = shop.conversations(&[("type", "COMMENT")]).await.json();
    let comment = &comments["conversations"][0];
    let id = comment["id"].as_str().unwrap();
    let message = shop.messages(id, 0).await["messages"][0]["id"].clone();
    let private = serde_json::json!({
        "action": "private_replies", "post_id": comment["post_id"], "message_id": message,
        "from_id": comment["from"]["id"], "message": "Cho shop xin số ạ",
    });
    shop.call("POST", &shop.conversation(id, "messages"), private)
        .await;
    let inbox = shop.mock.conversation_ids(&shop.page)[0].clone();
    shop.mock
        .arrive_message(&shop.page, &inbox, "0901234567")
        .unwrap();
    let after = counts().await;
    assert_eq!(after, (before.0 + 1, before.1 + 1, before.2, before.3 + 1));
    let dates = [("since", "1775012400"), ("until", "1900000000")];
    let pages = shop.get(&shop.at("statistics/pages"), &dates).await.json()["data"].clone();
    assert_eq!(sum(&pages, "page_comment_count"), 0);
    assert_eq!(sum(&pages, "new_customer_count"), 0);
    assert_eq!(sum(&pages, "phone_number_count"), 1);
}
