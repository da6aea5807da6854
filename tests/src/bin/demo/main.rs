//! The whole SDK from end to end, against a fake Pancake: `cargo xtask demo`.
//!
//! It is a program as people write them with `pancake-ext`; only the server is made up, and so is the time: pauses end at
//! once. Every step says what it shows and checks what came of it. The first that is wrong ends the demo with exit status 1.

mod clock;
mod conversations;
mod customers;
mod errors;
mod failure;
mod lists;
mod looking_back;
mod narrator;
mod outcomes;
mod pages;
mod sends;
mod stage;
mod statistics;
mod tally;
mod uploads;

use std::io::{self, Write};
use std::process::ExitCode;

use failure::Failure;
use stage::Stage;

#[tokio::main]
async fn main() -> ExitCode {
    match demo().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Where nobody listens any more, the exit status still says it.
            let _ = writeln!(io::stderr(), "\n{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn demo() -> Result<(), Failure> {
    let mut stage = Stage::set().await?;
    let played = play(&mut stage).await;
    let step = stage.step_title().to_owned();
    stage.mock.stop().await;
    played.map_err(|failure| failure.during(&step))
}

/// The steps, area by area. Each area stands on its own, and together they call every operation there is.
async fn play(stage: &mut Stage) -> Result<(), Failure> {
    pages::play(stage).await?;
    conversations::play(stage).await?;
    sends::play(stage).await?;
    outcomes::play(stage).await?;
    uploads::play(stage).await?;
    customers::play(stage).await?;
    lists::play(stage).await?; // below the title of the customers
    statistics::play(stage).await?;
    errors::play(stage).await?;
    looking_back::play(stage)
}
