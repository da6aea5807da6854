//! What the tests of the workspace share: a server and a log that record, the examples of the API document, and the places
//! of snapshots.

pub mod body_fields;
pub mod canary;
pub mod decoding;
pub mod examples;
pub mod log;
pub mod losses;
pub mod recorder;
pub mod snapshots;
pub mod wire_text;

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ReadmeDoctests;

/// Compiles the blocks of code of the guide.
#[cfg(doctest)]
mod guide {
    macro_rules! compiled {
        ($($page:ident: $file:literal),+ $(,)?) => {$(
            #[doc = include_str!(concat!("../../docs/", $file))]
            struct $page;
        )+};
    }

    compiled! {
        Errors: "errors.md",
        Limits: "limits.md",
        Paging: "paging.md",
        Sending: "sending.md",
        Testing: "testing.md",
        Time: "time.md",
        Tokens: "tokens.md",
        Upgrading: "upgrading.md",
    }
}
