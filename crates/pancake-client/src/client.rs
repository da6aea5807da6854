//! The client that every generated operation is a method of.

use crate::transport::{SharedTransport, Transport};

/// A client of the API: one method for each operation. Clones share the transport.
#[derive(Clone, Debug)]
pub struct Client {
    base_url: String,
    http: reqwest::Client,
    transport: SharedTransport,
}

impl Client {
    /// Makes a client whose calls go through `transport`. `http` only builds the forms of uploads; the transport sends.
    pub fn with_transport(
        base_url: &str,
        http: reqwest::Client,
        transport: impl Transport,
    ) -> Client {
        Client {
            // A path of the document begins with a slash, and two slashes are an empty segment.
            base_url: base_url.trim_end_matches('/').to_owned(),
            http,
            transport: SharedTransport::new(transport),
        }
    }

    /// Address of the service, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(crate) fn transport(&self) -> &SharedTransport {
        &self.transport
    }
}
