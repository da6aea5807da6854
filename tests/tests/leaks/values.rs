//! Values that hold a token, or pass it on.

use std::sync::{Arc, Mutex};

use pancake_client::secret::{AccessToken, PageSettings};
use pancake_client::{Call, SharedTransport, Transport, TransportFuture, types};
use pancake_ext::{DiscoveredTokens, MemoryStore, PageToken, StaticTokens, UserToken};
use pancake_tests::canary::{PAGE_TOKEN, Sight, USER_TOKEN};
use pancake_tests::recorder::{Recorder, Reply};
use serde_json::json;

use super::{PAGE, page_list, plain, settings};

#[test]
fn debug_and_display_of_what_holds_a_token_do_not_show_it() {
    let mut sight = Sight::new();
    let secret = AccessToken::from(PAGE_TOKEN);
    sight.debug("AccessToken", &secret);
    sight.text("AccessToken", format!("{secret} {secret:#}"));
    let (user, page) = (UserToken::new(USER_TOKEN), PageToken::new(PAGE_TOKEN));
    sight.debug("UserToken", &user);
    sight.debug("PageToken", &page);
    sight.text("tokens", format!("{user} {user:#} {page} {page:#}"));
    let mut tokens = StaticTokens::new();
    tokens.insert(PAGE, page);
    sight.debug("StaticTokens", &tokens);
    sight.debug("DiscoveredTokens", &DiscoveredTokens::with(tokens));
    sight.debug("MemoryStore", &MemoryStore::new());

    let builder = settings("http://127.0.0.1:1/api");
    sight.debug("PancakeBuilder", &builder);
    let pancake = builder.build().unwrap();
    sight.debug("Pancake", &pancake);
    sight.debug("Client of Pancake", pancake.client());
    sight.debug(
        "operation of Pancake",
        &pancake.client().list_tags().page_id(PAGE),
    );
    sight.debug("Limiter", pancake.limiter());
    let (transport, client) = plain("http://127.0.0.1:1/api");
    sight.debug("PlainTransport", &transport);
    sight.debug("SharedTransport", &SharedTransport::new(transport));
    sight.debug("Client", &client);
    sight.debug("upload", &client.upload_contents().page_id(PAGE));

    assert_eq!(sight.leaks(), [""; 0]);
}

#[test]
fn decoded_answers_show_no_token_in_debug_nor_when_they_are_serialised() {
    let mut sight = Sight::new();
    let list: types::PageList = serde_json::from_value(page_list()).unwrap();
    sight.debug("PageList", &list);
    sight.text("PageList", serde_json::to_string(&list).unwrap());
    sight.text("PageList", serde_json::to_string_pretty(&list).unwrap());
    let flat = json!({"pages": [{"id": PAGE, "settings": {"page_access_token": PAGE_TOKEN}}]});
    let flat: types::PageList = serde_json::from_value(flat).unwrap();
    sight.debug("PageList of the documented form", &flat);
    sight.text(
        "PageList of the documented form",
        serde_json::to_string(&flat).unwrap(),
    );
    let settings: PageSettings =
        serde_json::from_value(json!({"page_access_token": PAGE_TOKEN})).unwrap();
    assert_eq!(settings.page_access_token().unwrap().expose(), PAGE_TOKEN);
    sight.debug("PageSettings", &settings);
    sight.text("PageSettings", serde_json::to_string(&settings).unwrap());
    let minted = json!({"success": true, "page_access_token": PAGE_TOKEN});
    let minted: types::MintedPageToken = serde_json::from_value(minted).unwrap();
    sight.debug("minted PageToken", &minted);
    sight.text("minted PageToken", serde_json::to_string(&minted).unwrap());
    assert_eq!(sight.leaks(), [""; 0]);
}

#[test]
fn a_token_where_no_field_is_known_shows_no_more_than_one_in_its_place() {
    let mut sight = Sight::new();
    let settings = json!({"page_access_token": PAGE_TOKEN, "webhook_secret": PAGE_TOKEN});
    let page = json!({
        "id": PAGE, "name": "Cửa hàng", "page_access_token": PAGE_TOKEN, "settings": settings,
        "later": {"accessToken": PAGE_TOKEN, "deep": [[{"user_access_token": USER_TOKEN}]]},
        "platform_extra_info": {"access_token": PAGE_TOKEN},
        "business": [{"settings": settings, "id": 7}],
        "users": [{"name": "Ngọc", "access_token": USER_TOKEN}],
    });
    let list = json!({
        "categorized": {"activated": [page], "paused": [page], "settings": settings},
        "pages": [page], "groups": {"one": [page]}, "access_token": USER_TOKEN,
    });
    let read: types::PageList = serde_json::from_value(list).unwrap();
    // It is still there where it belongs, and what is no secret is kept.
    let first = &read.pages.as_ref().unwrap()[0];
    let held = first.settings.as_ref().unwrap().page_access_token();
    assert_eq!(held.unwrap().expose(), PAGE_TOKEN);
    assert_eq!(first.business.as_ref().unwrap()[0]["id"], 7);
    assert_eq!(read.extra["groups"]["one"][0]["name"], "Cửa hàng");
    sight.debug("PageList", &read);
    sight.text("PageList", serde_json::to_string(&read).unwrap());
    let minted = json!({"page_access_token": PAGE_TOKEN, "access_token": USER_TOKEN, "data": {"access_token": PAGE_TOKEN}});
    let minted: types::MintedPageToken = serde_json::from_value(minted).unwrap();
    sight.debug("MintedPageToken", &minted);
    sight.text("MintedPageToken", serde_json::to_string(&minted).unwrap());
    assert_eq!(sight.leaks(), [""; 0]);
}

/// A transport of somebody else that puts the address into its error gets it through, but nothing of ours adds to it.
#[tokio::test]
async fn a_wrapped_transport_sees_calls_before_they_have_a_token() {
    struct Looking(SharedTransport, Arc<Mutex<Sight>>);
    impl Transport for Looking {
        fn execute(&self, call: Call) -> TransportFuture<'_> {
            self.1.lock().unwrap().text("address", call.url().as_str());
            self.1.lock().unwrap().debug("call", &call);
            Box::pin(async move {
                let result = self.0.execute(call).await;
                if let Ok(response) = &result {
                    self.1.lock().unwrap().debug("response", response);
                }
                result
            })
        }
    }
    let server = Recorder::start(|_| Reply::json(200, &page_list()))
        .await
        .unwrap();
    let sight = Arc::new(Mutex::new(Sight::new()));
    let seen = sight.clone();
    let pancake = settings(&server.base_url())
        .wrap_transport(move |inner| Looking(inner, seen.clone()))
        .build()
        .unwrap();
    pancake
        .client()
        .list_tags()
        .page_id(PAGE)
        .send()
        .await
        .unwrap();
    pancake.client().list_pages().send().await.unwrap();
    let sight = sight.lock().unwrap();
    assert_eq!(sight.len(), 10);
    assert_eq!(sight.leaks(), [""; 0]);
}
