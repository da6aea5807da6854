//! The other lists: posts, phone calls, and conversations that came through ads.

use std::collections::HashSet;
use std::hash::Hash;

use pancake_ext::PostKind;
use pancake_ext::types::Post;

use crate::failure::Failure;
use crate::stage::Stage;

pub(crate) async fn play(stage: &mut Stage) -> Result<(), Failure> {
    posts(stage).await?;
    others(stage).await
}

/// Whether there are rows, and none twice.
fn sound<T: Hash + Eq>(ids: &[Option<T>]) -> bool {
    let distinct: HashSet<&T> = ids.iter().flatten().collect();
    !ids.is_empty() && distinct.len() == ids.len()
}

async fn posts(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Page::posts: all of a year, and the videos among them")?;
    let days = stage.page.last_days(365).await?.covering();
    let posts = stage.page.posts(days).collect().await?;
    let videos = stage.page.posts(days).kind(PostKind::Video);
    let videos = videos.collect().await?;
    stage.says(format!("{} and {}", posts.len(), videos.len()))?;
    let ids: Vec<_> = posts.iter().map(|post| post.id.clone()).collect();
    stage.check(sound(&ids), "a post is missing or came twice")?;
    let is_video = |post: &Post| post.type_.as_deref() == Some("video");
    let among = posts.iter().filter(|post| is_video(post)).count();
    stage.check(
        among == videos.len() && videos.iter().all(is_video),
        "the videos are not those among the posts",
    )
}

async fn others(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Page::call_logs of a SIP package; Page::ads_export: who came through ads")?;
    let calls = stage.page.call_logs("1").collect().await?;
    let days = stage.page.last_days(365).await?.covering();
    let came = stage.page.ads_export(days).collect().await?;
    stage.says(format!("{} calls, {} customers", calls.len(), came.len()))?;
    let ids: Vec<_> = calls.iter().map(|call| call.call_id.clone()).collect();
    stage.check(sound(&ids), "a call is missing or came twice")?;
    let ids: Vec<_> = came.iter().map(|row| row.id.clone()).collect();
    stage.check(sound(&ids), "a conversation is missing or came twice")
}
