//! Requests are held against the API description: refused with HTTP 400, counted, and told clearly.
use pancake_mock::{Fault, FaultKind, Validation};
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, caller, free};

async fn refusal(shop: &Caller, method: &str, path: &str, body: Value) -> String {
    let before = shop.mock.violations().len();
    let reply = shop.call(method, path, body).await;
    assert_eq!(reply.status, 400, "{}", reply.text);
    let list = reply.json()["violations"].clone();
    let list: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(shop.mock.violations().len(), before + list.len());
    list.join("; ")
}

#[tokio::test]
async fn a_missing_or_malformed_parameter_is_named() {
    let shop = caller().await;
    let at = |rest: &str| shop.at(rest);
    let told = refusal(&shop, "GET", &at("statistics/pages?since=5"), Value::Null).await;
    assert_eq!(told, "query `until` is missing");
    let told = refusal(
        &shop,
        "GET",
        &at("statistics/pages?since=a&until=5"),
        Value::Null,
    )
    .await;
    assert_eq!(told, "query `since` is not an integer of 64 bits");
    let path = at("posts?since=1&until=5&page_number=0&page_size=31&type=x");
    let told = refusal(&shop, "GET", &path, Value::Null).await;
    assert!(
        told.contains("query `page_number`: the value is less than the minimum of 1"),
        "{told}"
    );
    assert!(
        told.contains("query `page_size`") && told.contains("query `type`"),
        "{told}"
    );
    let path = at("statistics/pages?since=1&until=9223372036854775808");
    let told = refusal(&shop, "GET", &path, Value::Null).await;
    assert_eq!(told, "query `until` is not an integer of 64 bits");
    let told = refusal(&shop, "GET", &at("users?colour=red"), Value::Null).await;
    assert_eq!(told, "there is no query parameter `colour`");
    let told = refusal(
        &shop,
        "GET",
        &at("statistics/users?date_range=yesterday"),
        Value::Null,
    )
    .await;
    assert!(told.contains("query `date_range`"), "{told}");
    let path = "/public_api/v2/pages/{page}/conversations?unread_first=1";
    let told = refusal(&shop, "GET", path, Value::Null).await;
    assert_eq!(told, "query `unread_first` is not true or false");
}

#[tokio::test]
async fn a_wrong_body_is_named_by_its_place() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let at = |rest: &str| shop.conversation(&id, rest);
    let told = refusal(
        &shop,
        "POST",
        &at("tags"),
        json!({"action": "set", "tag_id": "5"}),
    )
    .await;
    assert!(told.starts_with("body: /action: "), "{told}");
    let told = refusal(
        &shop,
        "POST",
        &at("tags"),
        json!({"action": "add", "tag": "5"}),
    )
    .await;
    assert!(
        told.contains("'tag' was unexpected") && told.contains("\"tag_id\" is a required"),
        "{told}"
    );
    let told = refusal(&shop, "POST", &at("assign"), Value::Null).await;
    assert_eq!(told, "the body is missing");
    // Of the three kinds of sends only the one that was meant is told about.
    let send = json!({"action": "reply_comment", "message": "a"});
    let told = refusal(&shop, "POST", &at("messages"), send).await;
    assert_eq!(told, "body: \"message_id\" is a required property");
    let send = json!({"action": "fly", "message": "a"});
    let told = refusal(&shop, "POST", &at("messages"), send).await;
    assert!(
        told.starts_with("body: /action: none of ") && told.contains("\"reply_comment\""),
        "{told}"
    );
    let told = refusal(&shop, "POST", &at("messages"), json!({"message": "a"})).await;
    assert!(told.contains("\"action\""), "{told}");
    let told = refusal(&shop, "POST", &at("read"), json!({"a": 1})).await;
    assert_eq!(told, "the operation takes no body");
}

#[tokio::test]
async fn a_body_that_is_no_json_or_does_not_say_so_is_named() {
    let shop = caller().await;
    let url = shop.url(&shop.at("round_robin_users"));
    let token = [("page_access_token", shop.token())];
    let body = json!({"inbox": [], "comment": []}).to_string();
    let request = shop.http.post(&url).query(&token).body(body);
    let reply = shop.send(request).await.unwrap();
    assert_eq!(
        reply.json()["violations"],
        json!(["the body's content type is not `application/json`"])
    );
    let request = shop.http.post(&url).query(&token);
    let request = request
        .header("content-type", "application/json; charset=utf-8")
        .body("{");
    let reply = shop.send(request).await.unwrap();
    assert!(reply.text.contains("the body is no JSON"), "{}", reply.text);
}

#[tokio::test]
async fn an_upload_without_file_name_type_or_field_is_named() {
    let shop = caller().await;
    let url = shop.url(&shop.at("upload_contents"));
    let send = async |form: reqwest::multipart::Form| {
        let request = shop
            .http
            .post(&url)
            .query(&[("page_access_token", shop.token())]);
        let reply = shop.send(request.multipart(form)).await.unwrap();
        assert_eq!(reply.status, 400);
        reply.json()["violations"][0].as_str().unwrap().to_owned()
    };
    let part = || reqwest::multipart::Part::bytes(vec![1]);
    let form = reqwest::multipart::Form::new;
    assert_eq!(
        send(form().part("file", part())).await,
        "body: the part `file` has no file name"
    );
    let named = part().file_name("a");
    assert_eq!(
        send(form().part("file", named)).await,
        "body: the part `file` has no content type"
    );
    let other = part().file_name("a").mime_str("image/png").unwrap();
    let told = "body: there is no part `file`";
    assert_eq!(send(form().part("image", other)).await, told);
    let whole = || part().file_name("a").mime_str("image/png").unwrap();
    let told = "body: there is more than one part `file`";
    assert_eq!(
        send(form().part("file", whole()).part("file", whole())).await,
        told
    );
    let told = refusal(&shop, "POST", &shop.at("upload_contents"), json!({})).await;
    assert_eq!(
        told,
        "body: the content type is application/json, not `multipart/form-data` with a `boundary`"
    );
    let told = refusal(&shop, "POST", &shop.at("upload_contents"), Value::Null).await;
    assert!(told.contains("the content type is none"), "{told}");
}

#[tokio::test]
async fn a_refused_request_is_not_executed() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let before = shop.messages(&id, 0).await["messages"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()["id"]
        .clone();
    let send = json!({"action": "reply_inbox", "message": "a", "colour": "red"});
    refusal(&shop, "POST", &shop.conversation(&id, "messages"), send).await;
    let after = shop.messages(&id, 0).await["messages"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()["id"]
        .clone();
    assert_eq!(before, after);
}

#[tokio::test]
async fn violations_can_be_recorded_without_refusal_or_not_be_looked_for() {
    let recording = Caller::start(free().validation(Validation::Record)).await;
    let reply = recording
        .get(&recording.at("tags"), &[("colour", "red")])
        .await;
    assert_eq!((reply.status, recording.mock.violations().len()), (200, 1));
    assert_eq!(
        recording.mock.violations()[0].to_string(),
        "list_tags: there is no query parameter `colour`"
    );
    recording.mock.clear_violations();
    assert_eq!(recording.mock.violations(), []);
    // As the real API answers what it can't read.
    assert_eq!(
        recording
            .get(&recording.at("statistics/pages"), &[])
            .await
            .code(),
        100
    );
    let off = Caller::start(free().validation(Validation::Off)).await;
    off.get(&off.at("tags"), &[("colour", "red")]).await;
    assert_eq!(off.mock.violations(), []);
    // What can't be read is not taken for absent.
    assert_eq!(off.conversations(&[("until", "soon")]).await.code(), 100);
}

#[tokio::test]
async fn what_clients_send_and_the_service_ignores_passes() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let user = shop.mock.user_token();
    let mint = shop
        .http
        .post(shop.url("/v1/pages/{page}/generate_page_access_token"));
    let mint = mint.query(&[("access_token", user.as_str()), ("page_id", &shop.page)]);
    let minted = shop.send(mint.json(&json!({}))).await.unwrap();
    assert_eq!(minted.json()["page_access_token"], shop.token());
    for action in ["read", "unread"] {
        let path = shop.conversation(&id, action);
        assert_eq!(shop.call("POST", &path, json!({})).await.status, 200);
    }
    let known = [("page_id", shop.page.as_str()), ("customer_id", "1")];
    assert_eq!(shop.get(&shop.at("tags"), &known).await.status, 200);
    let send = json!({"action": "reply_inbox", "message": "a", "page_id": shop.page,
        "customer_id": "1", "filename": "a.pdf"});
    let sent = shop
        .call("POST", &shop.conversation(&id, "messages"), send)
        .await;
    assert_eq!(sent.json()["success"], true, "{}", sent.text);
    let file = || {
        reqwest::multipart::Part::bytes(vec![1])
            .file_name("a")
            .mime_str("image/png")
    };
    let form = reqwest::multipart::Form::new()
        .text("name", "a")
        .part("file", file().unwrap());
    let upload = shop
        .http
        .post(shop.url(&shop.at("upload_contents")))
        .multipart(form);
    let upload = upload.query(&[("page_access_token", shop.token())]);
    assert_eq!(shop.send(upload).await.unwrap().json()["success"], true);
    assert_eq!(shop.mock.violations(), []);
    let refused = shop.get(&shop.at("tags"), &[("select_fields", "id")]).await;
    assert!(
        refused.status == 400 && refused.text.contains("--as-service"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn as_service_refuses_nothing_and_shows_the_time_of_today() {
    let shop = Caller::start(free().as_service()).await;
    let late = shop
        .mock
        .clock()
        .unix_seconds()
        .abs_diff(pancake_mock::system_now());
    assert!(late < 60, "{late}");
    let reply = shop.get(&shop.at("tags"), &[("select_fields", "id")]).await;
    assert_eq!((reply.status, shop.mock.violations().len()), (200, 1));
}

#[tokio::test]
async fn a_call_that_a_fault_answers_is_looked_at_too() {
    let shop = caller().await;
    shop.mock.faults().add(Fault::new(FaultKind::InternalError));
    let reply = shop.get(&shop.at("tags"), &[("colour", "red")]).await;
    assert_eq!((reply.status, shop.mock.violations().len()), (500, 1));
}

#[tokio::test]
async fn a_violation_never_tells_a_value() {
    let shop = caller().await;
    let secret = "a-secret-value";
    let query = [
        ALWAYS[0],
        ("until", secret),
        ("access_token", secret),
        ("access_token", secret),
    ];
    shop.get(&shop.at("statistics/pages"), &query).await;
    let body = json!({"inbox": secret, "comment": [1]});
    shop.call("POST", &shop.at("round_robin_users"), body).await;
    let told = format!("{:?}", shop.mock.violations());
    assert!(
        told.contains("more than once") && told.contains("/inbox"),
        "{told}"
    );
    assert!(!told.contains(secret), "{told}");
}

#[tokio::test]
async fn a_path_or_method_that_is_no_operation_is_a_violation_and_answered_as_the_oddity_says() {
    let shop = caller().await;
    let wrong = shop.at("conversation");
    let right = wrong.replace("v1", "v2") + "s";
    let reply = shop.get_with(&wrong, &[]).await;
    assert!(reply.status == 200 && reply.text.contains("did you mean"));
    let at = shop.at("tags");
    shop.call("DELETE", &at, Value::Null).await;
    let outside = format!("http://{}/v1/pages", shop.mock.address());
    shop.send(shop.http.get(outside)).await.unwrap();
    let long = "x".repeat(200);
    shop.get_with(&shop.at(&long), &[]).await;
    let told: Vec<_> = shop
        .mock
        .violations()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            format!("GET /api{wrong}: there is no such path; did you mean /api{right}"),
            format!("DELETE /api{at}: the path takes GET"),
            "GET /v1/pages: there is no such path; did you mean /api/v1/pages".to_owned(),
            format!("GET /api{}: there is no such path", shop.at("…")),
        ]
    );
    let last = shop.mock.journal().last().unwrap().number;
    assert_eq!(shop.mock.violations().last().unwrap().number, last);
    shop.mock.clear_violations();
    let front = format!("http://{}/", shop.mock.address());
    shop.send(shop.http.get(front)).await.unwrap();
    assert_eq!(shop.mock.violations(), []);
}

#[tokio::test]
async fn a_missing_token_and_one_of_the_other_kind_are_violations() {
    let shop = caller().await;
    let told = |shop: &Caller| {
        let list = shop.mock.violations();
        shop.mock.clear_violations();
        list.into_iter().map(|v| v.what).collect::<Vec<_>>()
    };
    let (user, page) = (shop.mock.user_token(), shop.token());
    let at = shop.at("tags");
    assert_eq!(shop.get_with(&at, &[]).await.code(), 101);
    assert_eq!(told(&shop), ["query `page_access_token` is missing"]);
    let reply = shop.get_with(&at, &[("access_token", &user)]).await;
    assert_eq!(reply.code(), 102);
    assert_eq!(told(&shop), ["query `page_access_token` is missing"]);
    let both = [
        ("access_token", user.as_str()),
        ("page_access_token", &page),
    ];
    assert_eq!(shop.get_with(&at, &both).await.status, 400);
    assert_eq!(told(&shop), ["the operation takes no `access_token`"]);
    assert_eq!(shop.get_with("/v1/pages", &both).await.status, 400);
    assert_eq!(told(&shop), ["the operation takes no `page_access_token`"]);
    let psid = shop.conversations(&[]).await.json()["conversations"][0]["from"]["id"].clone();
    let picture = format!("/v1/pages/{}/avatar/{}", shop.page, psid.as_str().unwrap());
    assert_eq!(shop.get_with(&picture, &both[..1]).await.status, 400);
    assert_eq!(told(&shop), ["the operation takes no `access_token`"]);
}
