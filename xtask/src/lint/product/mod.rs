//! The document as a product: complete for its readers, lenient with the server, careful with secrets.
//!
//! None of this stops the generator. It is held against our own document only.

pub(super) mod answers;
pub(super) mod naming;
pub(super) mod operations;
pub(super) mod requests;
pub(super) mod secrets;
pub(super) mod unused;

#[cfg(test)]
pub(super) mod testing;
