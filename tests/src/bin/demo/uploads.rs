//! Files: their progress, and uploading and sending in one.

use std::sync::{Arc, Mutex, PoisonError};

use pancake_ext::{Progress, Upload};

use crate::failure::Failure;
use crate::outcomes::PIXEL;
use crate::stage::Stage;

/// Bytes of a film.
const FILM: usize = 300 * 1024;

pub(crate) async fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.area("Uploads")?;
    progress(stage).await?;
    and_send(stage).await
}

async fn progress(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Page::upload guesses the type of a file, and tells how far it is")?;
    let heard: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let ear = heard.clone();
    let film = stage
        .page
        .upload(Upload::bytes("vuon-xoai.mp4", vec![0; FILM]))
        .on_progress(move |progress| {
            let mut heard = ear.lock().unwrap_or_else(PoisonError::into_inner);
            heard.push(progress);
        })
        .await?;
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let sizes: Vec<String> = heard
        .iter()
        .map(|progress| {
            format!(
                "{} %",
                progress.sent * 100 / progress.total.unwrap_or(1).max(1)
            )
        })
        .collect();
    stage.says(format!("{}: {}", film.mime_type, sizes.join(" ")))?;
    stage.check(film.mime_type == "video/mp4", "its type was not found")?;
    let all = u64::try_from(FILM).ok();
    let last = heard.last().map(|progress| progress.sent);
    stage.check(
        heard.len() > 2 && last == all && Some(film.size) == all,
        "its progress does not end with its size",
    )?;
    stage.chat.reply(film).await?.delivered()?;
    Ok(())
}

async fn and_send(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Conversation::upload_and_send does both, with several files in one message")?;
    let album = ["xoai-1.png", "xoai-2.png"].map(|name| Upload::bytes(name, PIXEL));
    let before = stage.stored();
    stage.chat.upload_and_send(album).await?.delivered()?;
    let newest = stage.chat.messages().limit(1).collect().await?;
    let files = newest
        .first()
        .and_then(|message| message.attachments.as_ref())
        .map_or(0, Vec::len);
    stage.says(format!("{files} pictures in the newest message"))?;
    stage.check(
        (files, stage.stored() - before) == (2, 1),
        "the pictures are not in one message",
    )
}
