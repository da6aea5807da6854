//! Ads by their ids, and pictures of customers.

use pancake_ext::{ErrorKind, Execution, RateLimit, Url};
use pancake_mock::{Fault, FaultKind, Oddity};

use super::{PAGE, called, conversation, sdk, server, settings};

#[tokio::test]
async fn the_ads_that_conversations_name_are_found_in_every_form_of_the_answer() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    let rows = page.conversations().collect().await.unwrap();
    let named = rows.into_iter().find_map(|row| row.ad_ids?.pop()).unwrap();
    for (in_data, in_ads) in [(false, false), (true, false), (false, true)] {
        mock.oddities().set(Oddity::AdsStatisticsInData, in_data);
        mock.oddities().set(Oddity::AdsStatisticsInAds, in_ads);
        let ads = page.ads([named.clone(), "7".into()]).await.unwrap();
        assert_eq!(ads.len(), 1, "{in_data} {in_ads}");
        assert_eq!(ads[0].id.as_ref(), Some(&named));
        assert!(ads[0].name.is_some() && ads[0].post_id.is_some());
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn no_ids_and_more_than_twenty_are_refused_before_anything_is_sent() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    page.ads(vec!["1"; 20]).await.unwrap();
    mock.clear_journal();
    for ids in [Vec::new(), vec!["1"; 21], vec![""], vec!["1,2"]] {
        let error = page.ads(ids).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.execution(), Execution::NotExecuted);
        assert_eq!(error.operation(), Some("list_ads"));
        assert_eq!(error.page_id(), Some(page.id()));
    }
    assert_eq!(called(&mock), [""; 0]);
}

#[tokio::test]
async fn the_picture_of_a_customer_is_asked_for_without_any_token() {
    let mock = server().await;
    let chat = conversation(&mock);
    let (_, psid) = chat.as_str().split_once('_').unwrap();
    // Nobody gave this client a token.
    let pancake = settings(&mock)
        .rate_limit(RateLimit::off())
        .build()
        .unwrap();
    let page = pancake.page(PAGE);
    let address = page.avatar_url(psid).unwrap();
    assert_eq!(
        address.as_str(),
        format!("{}/v1/pages/{PAGE}/avatar/{psid}", mock.base_url())
    );
    assert_eq!(called(&mock), [""; 0]);

    let avatar = page.avatar(psid).await.unwrap();
    let at = avatar.url().map(Url::as_str).unwrap();
    let server = format!("http://{}/", mock.address());
    assert!(at.starts_with(&server) && at.contains(psid), "{at}");
    assert_eq!(called(&mock), ["get_avatar"]);
    assert_eq!(mock.violations(), []);

    // With tokens at hand none goes along either.
    sdk(&mock).page(PAGE).avatar(psid).await.unwrap();
    let journal = mock.journal();
    let last = journal.last().unwrap();
    assert!(!format!("{last:?}").contains("access_token"), "{last:?}");
}

#[tokio::test]
async fn a_picture_that_cannot_be_had_is_an_error_like_any_other() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let page = pancake.page(PAGE);
    let error = page.avatar("1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.operation(), Some("get_avatar"));
    for id in ["", ".", ".."] {
        let error = page.avatar(id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id}");
        assert!(page.avatar_url(id).is_err(), "{id}");
    }
    let html = FaultKind::Answer {
        status: 200,
        content_type: "text/html".to_owned(),
        body: "<html></html>".to_owned(),
    };
    mock.faults().add(Fault::new(html).times(1));
    let error = page.avatar("1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidAnswer);

    let picture = FaultKind::Answer {
        status: 200,
        content_type: "image/png".to_owned(),
        body: "PNG".to_owned(),
    };
    mock.faults().add(Fault::new(picture).times(1));
    let avatar = page.avatar("1").await.unwrap();
    assert!(avatar.url().is_none());
    let shown = format!("{avatar:?}");
    assert_eq!(shown, r#"Picture { mime: "image/png", bytes: 3 }"#);
}
