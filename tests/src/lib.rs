//! What the tests of the workspace share: a server that records, the examples of the API document, and the places of
//! snapshots.
