//! Requests are held against the API description: refused with HTTP 400, counted, and told clearly.
use pancake_mock::{Fault, FaultKind, Validation};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, caller, free};

async fn refusal(shop: &Caller, method: &str, path: &str, body: Value) -> String {
    let before = shop.mock.violations().len();
    let reply = shop.call(method, path, body).await;
    assert_eq!(reply.status, 400, "{}", reply.text);
    let told: Vec<String> = serde_json::from_value(reply.json()["violations"].clone()).unwrap();
    assert_eq!(shop.mock.violations().len(), before + told.len());
    told.join("; ")
}

/// What the violations say, which are forgotten then.
fn told(shop: &Caller) -> Vec<String> {
    let told = shop.mock.violations();
    shop.mock.clear_violations();
    told.into_iter().map(|violation| violation.what).collect()
}

#[tokio::test]
async fn missing_or_malformed_parameter_is_named() {
    let shop = caller().await;
    for (path, wanted) in [
        (
            "statistics/pages?since=5",
            &["query `until` is missing"][..],
        ),
        (
            "statistics/pages?since=a&until=5",
            &["query `since` is not an integer of 64 bits"],
        ),
        (
            "posts?since=1&until=5&page_number=0&page_size=31&type=x",
            &[
                "query `page_number`: the value is less than the minimum of 1",
                "query `page_size`",
                "query `type`",
            ],
        ),
        (
            "statistics/pages?since=1&until=9223372036854775808",
            &["query `until` is not an integer of 64 bits"],
        ),
        (
            "users?colour=red",
            &["there is no query parameter `colour`"],
        ),
        (
            "statistics/users?date_range=yesterday",
            &["query `date_range`"],
        ),
    ] {
        let told = refusal(&shop, "GET", &shop.at(path), Value::Null).await;
        assert!(wanted.iter().all(|part| told.contains(part)), "{told}");
    }
    let path = "/public_api/v2/pages/{page}/conversations?unread_first=1";
    let told = refusal(&shop, "GET", path, Value::Null).await;
    assert_eq!(told, "query `unread_first` is not true or false");
}

#[tokio::test]
async fn wrong_body_is_named_by_its_place() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    for (action, body, wanted) in [
        (
            "tags",
            json!({"action": "set", "tag_id": "5"}),
            &["body: /action: "][..],
        ),
        (
            "tags",
            json!({"action": "add", "tag": "5"}),
            &["'tag' was unexpected", "\"tag_id\" is a required"],
        ),
        ("assign", Value::Null, &["the body is missing"]),
        // Of the four kinds of sends only the one that was meant is told about.
        (
            "messages",
            json!({"action": "reply_comment", "message": "a"}),
            &["body: \"message_id\" is a required property"],
        ),
        (
            "messages",
            json!({"action": "fly", "message": "a"}),
            &["body: /action: none of ", "\"reply_comment\""],
        ),
        ("messages", json!({"message": "a"}), &["\"action\""]),
        ("read", json!({"a": 1}), &["the operation takes no body"]),
    ] {
        let told = refusal(&shop, "POST", &shop.conversation(&id, action), body).await;
        assert!(wanted.iter().all(|part| told.contains(part)), "{told}");
        assert!(wanted.len() > 1 || !told.contains("; "), "{told}");
    }
    let url = shop.url(&shop.at("round_robin_users"));
    let post = || {
        shop.http
            .post(&url)
            .query(&[("page_access_token", shop.token())])
    };
    let text = post().body(r#"{"inbox": [], "comment": []}"#);
    let json = post()
        .header("content-type", "application/json; charset=utf-8")
        .body("{");
    for (request, wanted) in [
        (text, "the body's content type is not `application/json`"),
        (json, "the body is no JSON"),
    ] {
        let reply = shop.send(request).await.unwrap();
        assert!(
            reply.status == 400 && reply.text.contains(wanted),
            "{}",
            reply.text
        );
    }
}

#[tokio::test]
async fn upload_without_name_type_or_field_is_named() {
    let shop = caller().await;
    let part = || Part::bytes(vec![1]);
    let named = || part().file_name("a");
    let whole = || named().mime_str("image/png").unwrap();
    for (form, wanted) in [
        (
            Form::new().part("file", part()),
            "the part `file` has no file name",
        ),
        (
            Form::new().part("file", named()),
            "the part `file` has no content type",
        ),
        (
            Form::new().part("image", whole()),
            "there is no part `file`",
        ),
        (
            Form::new().part("file", whole()).part("file", whole()),
            "there is more than one part `file`",
        ),
    ] {
        assert_eq!(shop.upload_form(form).await.status, 400);
        assert_eq!(told(&shop), [format!("body: {wanted}")]);
    }
    for (body, wanted) in [
        (json!({}), "is application/json, not"),
        (Value::Null, "is none"),
    ] {
        let told = refusal(&shop, "POST", &shop.at("upload_contents"), body).await;
        assert!(
            told.contains(&format!("the content type {wanted}")),
            "{told}"
        );
    }
}

#[tokio::test]
async fn refused_request_is_not_executed() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    let before = shop.mock.message_count(&shop.page, &id);
    let send = json!({"action": "reply_inbox", "message": "a", "colour": "red"});
    refusal(&shop, "POST", &shop.conversation(&id, "messages"), send).await;
    assert_eq!(shop.mock.message_count(&shop.page, &id), before);
}

#[tokio::test]
async fn what_clients_send_and_the_service_ignores_passes() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    let user = shop.mock.user_token();
    let mint = shop
        .http
        .post(shop.url("/v1/pages/{page}/generate_page_access_token"));
    let mint = mint.query(&[("access_token", user.as_str()), ("page_id", &shop.page)]);
    let minted = shop.send(mint.json(&json!({}))).await.unwrap();
    assert_eq!(minted.json()["page_access_token"], shop.token());
    for action in ["read", "unread"] {
        assert_eq!(shop.post(&id, action, json!({})).await.status, 200);
    }
    let known = [("page_id", shop.page.as_str()), ("customer_id", "1")];
    assert_eq!(shop.get(&shop.at("tags"), &known).await.status, 200);
    let send = json!({"action": "reply_inbox", "message": "a", "page_id": shop.page,
        "customer_id": "1", "filename": "a.pdf"});
    assert_eq!(
        shop.post(&id, "messages", send).await.json()["success"],
        true
    );
    let file = Part::bytes(vec![1])
        .file_name("a")
        .mime_str("image/png")
        .unwrap();
    let form = Form::new().text("name", "a").part("file", file);
    assert_eq!(shop.upload_form(form).await.json()["success"], true);
    assert_eq!(shop.mock.violations(), []);
    let refused = shop.get(&shop.at("tags"), &[("select_fields", "id")]).await;
    assert!(
        refused.status == 400 && refused.text.contains("--as-service"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn violations_can_be_recorded_without_refusal() {
    for builder in [free().validation(Validation::Record), free().as_service()] {
        let shop = Caller::start(builder).await;
        assert_eq!(
            shop.get(&shop.at("tags"), &[("colour", "red")])
                .await
                .status,
            200
        );
        let told: Vec<_> = shop
            .mock
            .violations()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(told, ["list_tags: there is no query parameter `colour`"]);
        shop.mock.clear_violations();
        assert_eq!(shop.mock.violations(), []);
        // As the real API answers what it can't read.
        assert_eq!(shop.json("statistics/pages", &[]).await["error_code"], 100);
    }
    let off = Caller::start(free().validation(Validation::Off)).await;
    off.get(&off.at("tags"), &[("colour", "red")]).await;
    assert_eq!(off.mock.violations(), []);
    // What can't be read is not taken for absent.
    assert_eq!(off.conversations(&[("until", "soon")]).await.code(), 100);
}

#[tokio::test]
async fn call_that_a_fault_answers_is_checked_too() {
    let shop = caller().await;
    shop.mock.faults().add(Fault::new(FaultKind::InternalError));
    let reply = shop.get(&shop.at("tags"), &[("colour", "red")]).await;
    assert_eq!((reply.status, shop.mock.violations().len()), (500, 1));
}

#[tokio::test]
async fn violation_never_tells_a_value() {
    let shop = caller().await;
    let secret = "a-secret-value";
    let token = ("access_token", secret);
    shop.get(
        &shop.at("statistics/pages"),
        &[ALWAYS[0], ("until", secret), token, token],
    )
    .await;
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
async fn wrong_path_is_told_with_the_right_one() {
    let shop = caller().await;
    let (wrong, tags) = (shop.at("conversation"), shop.at("tags"));
    let right = wrong.replace("v1", "v2") + "s";
    let reply = shop.get_with(&wrong, &[]).await;
    let meant = format!("did you mean /api{right}");
    assert!(
        reply.status == 200 && reply.text.contains(&meant),
        "{}",
        reply.text
    );
    shop.call("DELETE", &tags, Value::Null).await;
    let outside = format!("http://{}/v1/pages", shop.mock.address());
    shop.send(shop.http.get(outside)).await.unwrap();
    // Longer than any id: it may be a token.
    shop.get_with(&shop.at(&"x".repeat(200)), &[]).await;
    let last = shop.mock.journal().last().unwrap().number;
    assert_eq!(shop.mock.violations().last().unwrap().number, last);
    let hidden = shop.at("…");
    let wanted = [
        format!("GET /api{wrong}: there is no such path; {meant}"),
        format!("DELETE /api{tags}: the path takes GET"),
        "GET /v1/pages: there is no such path; did you mean /api/v1/pages".to_owned(),
        format!("GET /api{hidden}: there is no such path"),
    ];
    assert_eq!(told(&shop), wanted);
    let front = format!("http://{}/", shop.mock.address());
    shop.send(shop.http.get(front)).await.unwrap();
    assert_eq!(shop.mock.violations(), []);
}

#[tokio::test]
async fn missing_token_and_the_other_kind_are_violations() {
    let shop = caller().await;
    let (user, page) = (shop.mock.user_token(), shop.token());
    let tags = shop.at("tags");
    let psid = shop.newest().await["from"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let picture = format!("/v1/pages/{}/avatar/{psid}", shop.page);
    let both = [
        ("access_token", user.as_str()),
        ("page_access_token", &page),
    ];
    for (path, query, status, wanted) in [
        (
            &tags,
            &both[..0],
            200,
            "query `page_access_token` is missing",
        ),
        (
            &tags,
            &both[..1],
            200,
            "query `page_access_token` is missing",
        ),
        (&tags, &both, 400, "the operation takes no `access_token`"),
        (
            &"/v1/pages".to_owned(),
            &both,
            400,
            "the operation takes no `page_access_token`",
        ),
        (
            &picture,
            &both[..1],
            400,
            "the operation takes no `access_token`",
        ),
    ] {
        assert_eq!(shop.get_with(path, query).await.status, status, "{path}");
        assert_eq!(told(&shop), [wanted]);
    }
}
