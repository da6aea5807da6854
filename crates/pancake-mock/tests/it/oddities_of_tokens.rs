//! Oddities of errors, tokens, list pages and headers, each on and off.
use pancake_mock::Oddity;
use serde_json::json;

use crate::caller::{Caller, caller, free};

async fn without(oddity: Oddity) -> Caller {
    Caller::start(free().oddity(oddity, false)).await
}

#[tokio::test]
async fn errors_in_http_200_come_with_a_code() {
    let shop = caller().await;
    let reply = shop
        .get_with(&shop.at("tags"), &[("page_access_token", "wrong")])
        .await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.json(),
        json!({"success": false, "error_code": 102, "message": "Invalid access_token"})
    );
    let honest = without(Oddity::ErrorsInHttp200).await;
    let reply = honest
        .get_with(&honest.at("tags"), &[("page_access_token", "wrong")])
        .await;
    assert_eq!((reply.status, reply.code()), (401, json!(102)));
}

#[tokio::test]
async fn a_missing_token_is_code_101() {
    let shop = caller().await;
    assert_eq!(shop.get_with(&shop.at("tags"), &[]).await.code(), 101);
    assert_eq!(shop.get_with(&shop.at("users"), &[]).await.code(), 101);
    assert_eq!(
        shop.get_with("/v1/pages", &[("access_token", "")])
            .await
            .code(),
        101
    );
}

#[tokio::test]
async fn wrong_token_kind_is_code_102() {
    let check = async |shop: &Caller, code: u16| {
        let (user, page) = (shop.mock.user_token(), shop.token());
        for (path, query) in [
            (shop.at("tags"), [("page_access_token", user.as_str())]),
            (shop.at("tags"), [("access_token", user.as_str())]),
            ("/v1/pages".to_owned(), [("access_token", page.as_str())]),
            (
                "/v1/pages".to_owned(),
                [("page_access_token", page.as_str())],
            ),
        ] {
            assert_eq!(shop.get_with(&path, &query).await.code(), code, "{path}");
        }
    };
    check(&caller().await, 102).await;
    check(&without(Oddity::WrongTokenKind).await, 101).await;
}

#[tokio::test]
async fn page_token_works_under_both_names_on_public_api() {
    let shop = caller().await;
    let token = shop.token();
    let reply = shop
        .get_with(&shop.at("tags"), &[("access_token", &token)])
        .await;
    assert!(reply.json()["tags"].is_array(), "{}", reply.text);
    let reply = shop
        .get_with(&shop.at("tags"), &[("access_token", "wrong")])
        .await;
    assert_eq!(
        (reply.code(), &reply.json()["message"]),
        (json!(102), &json!("Invalid access_token"))
    );
}

#[tokio::test]
async fn the_token_of_another_page_is_code_102() {
    let shop = caller().await;
    let other = shop.mock.page_token(&shop.mock.page_ids()[1]).unwrap();
    let reply = shop
        .get_with(&shop.at("tags"), &[("page_access_token", &other)])
        .await;
    assert_eq!(reply.code(), 102);
}

#[tokio::test]
async fn minting_kills_the_old_token_with_code_105() {
    let mint = async |shop: &Caller| {
        let path = "/v1/pages/{page}/generate_page_access_token";
        let token = shop.mock.user_token();
        let request = shop
            .http
            .post(shop.url(path))
            .query(&[("access_token", token)]);
        shop.send(request).await.unwrap().json()["page_access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let shop = caller().await;
    let old = shop.token();
    let new = mint(&shop).await;
    assert_ne!(old, new);
    assert_eq!(shop.token(), new);
    let reply = shop
        .get_with(&shop.at("tags"), &[("page_access_token", &old)])
        .await;
    assert_eq!(reply.code(), 105);
    let message = reply.json()["message"].clone();
    assert_eq!(message, "access_token renewed please use new access_token");
    assert!(shop.get(&shop.at("tags"), &[]).await.json()["tags"].is_array());

    let kind = without(Oddity::MintingKillsTheOldToken).await;
    let old = kind.token();
    mint(&kind).await;
    let reply = kind
        .get_with(&kind.at("tags"), &[("page_access_token", &old)])
        .await;
    assert!(reply.json()["tags"].is_array());
}

#[tokio::test]
async fn a_token_rotated_by_the_test_is_dead_too() {
    let shop = caller().await;
    let old = shop.token();
    let new = shop.mock.rotate_page_token(&shop.page).unwrap();
    assert_eq!(shop.mock.page_token(&shop.page), Some(new));
    let reply = shop
        .get_with(&shop.at("tags"), &[("page_access_token", &old)])
        .await;
    assert_eq!(reply.code(), 105);
    assert_eq!(shop.mock.rotate_page_token("no such page"), None);
}

#[tokio::test]
async fn an_expired_user_token_is_code_103() {
    let shop = Caller::start(free().now(1_000).user_token_expires_at(1_010)).await;
    let token = shop.mock.user_token();
    let query = [("access_token", token.as_str())];
    assert_eq!(
        shop.get_with("/v1/pages", &query).await.json()["success"],
        true
    );
    shop.mock
        .clock()
        .advance(std::time::Duration::from_secs(10));
    assert_eq!(shop.get_with("/v1/pages", &query).await.code(), 103);
}

#[tokio::test]
async fn a_page_of_someone_else_is_code_107_for_the_user() {
    let shop = caller().await;
    let path = "/v1/pages/4711/generate_page_access_token";
    let request = shop.http.post(shop.url(path));
    let request = request.query(&[("access_token", shop.mock.user_token())]);
    assert_eq!(shop.send(request).await.unwrap().code(), 107);
}

#[tokio::test]
async fn categorized_pages_hold_the_page_token() {
    let list = async |shop: &Caller| {
        let token = shop.mock.user_token();
        shop.get_with("/v1/pages", &[("access_token", &token)])
            .await
            .json()
    };
    let shop = caller().await;
    let answer = list(&shop).await;
    assert!(answer.get("pages").is_none());
    let activated = &answer["categorized"]["activated"];
    assert_eq!(activated[0]["settings"]["page_access_token"], shop.token());
    let ids = [shop.mock.page_ids(), shop.mock.page_ids_without_token()].concat();
    assert_eq!(answer["categorized"]["activated_page_ids"], json!(ids));

    let documented = without(Oddity::CategorizedPages).await;
    let answer = list(&documented).await;
    assert!(answer.get("categorized").is_none());
    assert_eq!(answer["pages"][0]["id"], documented.page);
}

#[tokio::test]
async fn page_without_token_is_listed_and_minting_makes_the_first() {
    let mut shop = caller().await;
    let ids = shop.mock.page_ids_without_token();
    assert_eq!(ids, ["igo_1000000000000005", "tl_1000000000000006"]);
    shop.page.clone_from(&ids[0]);
    assert_eq!(shop.mock.page_token(&shop.page), None);
    let user = shop.mock.user_token();
    let settings = async || {
        let list = shop.get_with("/v1/pages", &[("access_token", &user)]).await;
        assert_eq!(list.wrong("list_pages"), [""; 0]);
        list.json()["categorized"]["activated"][4]["settings"].clone()
    };
    assert_eq!(settings().await.get("page_access_token"), None);
    let query = [("page_access_token", user.as_str())];
    assert_eq!(shop.get_with(&shop.at("tags"), &query).await.code(), 102);
    let minted = shop
        .send(
            shop.http
                .post(shop.url("/v1/pages/{page}/generate_page_access_token"))
                .query(&[("access_token", &user)]),
        )
        .await
        .unwrap();
    assert_eq!(minted.json()["page_access_token"], shop.token());
    assert_eq!(settings().await["page_access_token"], shop.token());
    assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 200);
    assert!(!shop.mock.conversation_ids(&shop.page).is_empty());
}

#[tokio::test]
async fn request_id_is_on_every_answer() {
    let shop = caller().await;
    let mut seen = std::collections::HashSet::new();
    for path in [
        shop.at("tags"),
        shop.at("users"),
        "/v1/pages".to_owned(),
        "/nowhere".to_owned(),
    ] {
        let reply = shop.get_with(&path, &[]).await;
        assert!(seen.insert(reply.headers["x-request-id"].clone()));
    }
    let bare = without(Oddity::RequestId).await;
    assert!(
        bare.get(&bare.at("tags"), &[])
            .await
            .headers
            .get("x-request-id")
            .is_none()
    );
}

#[tokio::test]
async fn unknown_routes_are_html_with_http_200() {
    let shop = caller().await;
    // The documented singular among them.
    for path in [shop.at("statistics/pages_campaign"), "/v3/pages".to_owned()] {
        let reply = shop.get_with(&path, &[]).await;
        assert_eq!(reply.status, 200);
        assert!(
            reply.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/html")
        );
    }
    let honest = without(Oddity::UnknownRoutesAreHtml).await;
    assert_eq!(honest.get_with("/v3/pages", &[]).await.status, 404);
    let reply = honest
        .send(honest.http.delete(honest.url("/v1/pages")))
        .await
        .unwrap();
    assert_eq!(
        (reply.status, reply.headers["allow"].to_str().unwrap()),
        (405, "GET")
    );
}
