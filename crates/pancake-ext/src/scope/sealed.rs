//! Keeps the extension traits to the types of this crate, so that they can be asked more later.

/// Nobody outside can name it.
pub trait Sealed {}
