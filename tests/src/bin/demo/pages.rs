//! The pages of a user, their tokens, tags and staff.

use pancake_ext::{PageToken, UserId};

use crate::failure::Failure;
use crate::stage::Stage;

pub(crate) async fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.area("Pages, tokens, staff")?;
    list(stage).await?;
    token(stage).await?;
    round_robin(stage).await
}

async fn list(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Pancake::pages lists the pages of the user")?;
    let pages = stage.pancake.pages().await?;
    let names = pages
        .iter()
        .map(|info| format!("{} ({})", info.name, info.channel()));
    stage.says(names.collect::<Vec<_>>().join(", "))?;
    let ids: Vec<String> = pages.iter().map(|info| info.id.to_string()).collect();
    stage.check(
        ids == [stage.mock.page_ids(), stage.mock.page_ids_without_token()].concat(),
        "these are not the pages that the server has",
    )
}

/// Minting one would kill the token that everybody else uses.
async fn token(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("The token of a page comes with that list: not minted, and not shown")?;
    let settings = stage.page.info().await?.details.settings;
    let token = settings
        .as_ref()
        .and_then(|settings| settings.page_access_token());
    let token = PageToken::from(token.ok_or("the list holds no token")?.clone());
    let shown = format!("{token:?} {settings:?}");
    let alone = stage.settings().page_token(stage.page.id(), token.clone());
    let tags = alone.build()?.page(stage.page.id()).tags().await?;
    stage.says(format!("{token:?} opens the page"))?;
    stage.check(!shown.contains(token.expose()), "Debug shows the token")?;
    stage.check(!tags.is_empty(), "the page has no tags")
}

async fn round_robin(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Page::users and set_round_robin say who gets new conversations in turn")?;
    let staff = stage.page.users().await?.users.unwrap_or_default();
    let names: Vec<&str> = staff
        .iter()
        .filter_map(|user| user.name.as_deref())
        .collect();
    let ids: Vec<UserId> = staff.iter().filter_map(|user| user.id.clone()).collect();
    stage.page.set_round_robin(&ids, ids.first()).await?;
    let stored = stage.page.users().await?.round_robin_users;
    let inbox = stored.and_then(|turns| turns.inbox).unwrap_or_default();
    stage.says(format!("the inbox goes to {}", names.join(", ")))?;
    stage.check(
        !ids.is_empty() && inbox == ids,
        "the server has stored other users",
    )
}
