//! Hands every call of the generated client to its [`Transport`](crate::Transport).

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response};

use crate::call::Call;
use crate::carry::into_reqwest;
use crate::generated::{Client, ClientInfo};
use crate::operation::Operation;
use crate::spare::Remake;
use crate::transport::{BoxError, SharedTransport, Transport};

impl Client {
    /// Makes a client whose calls go through `transport`. `http` only builds requests; the transport sends them.
    pub fn with_transport(
        base_url: &str,
        http: reqwest::Client,
        transport: impl Transport,
    ) -> Client {
        // A path of the document begins with a slash, and two slashes are an empty segment.
        let base_url = base_url.trim_end_matches('/');
        Client::new_with_client(base_url, http, SharedTransport::new(transport))
    }
}

impl ClientHooks<SharedTransport> for Client {
    async fn exec(&self, request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        self.exec_with(request, info, None).await
    }
}

impl Client {
    /// Like `exec`; `remake` makes the request anew, should the transport want to send it again.
    pub(crate) async fn exec_with(
        &self,
        request: Request,
        info: &OperationInfo,
        remake: Option<Remake>,
    ) -> reqwest::Result<Response> {
        match self.carry_out(request, info, remake).await {
            Ok(response) => Ok(without_query(response)),
            Err(error) => Err(into_reqwest(error).await),
        }
    }

    async fn carry_out(
        &self,
        request: Request,
        info: &OperationInfo,
        remake: Option<Remake>,
    ) -> Result<Response, BoxError> {
        let operation = Operation::find(info.operation_id)
            .ok_or_else(|| format!("{} is not in the operation table", info.operation_id))?;
        let call = Call::new(operation, request, self.baseurl())?.with_remake(remake);
        self.inner().execute(call).await
    }
}

/// Takes the query, which holds the token, out of the address an answer remembers: progenitor prints that address
/// for an answer it did not expect.
#[cfg(not(target_arch = "wasm32"))]
fn without_query(response: Response) -> Response {
    use reqwest::ResponseBuilderExt;

    let mut url = response.url().clone();
    if url.query().is_none() {
        return response;
    }
    url.set_query(None);
    let (parts, body) = http::Response::from(response).into_parts();
    let mut builder = http::Response::builder()
        .status(parts.status)
        .version(parts.version)
        .url(url);
    if let Some(headers) = builder.headers_mut() {
        *headers = parts.headers;
    }
    // Only an invalid status or header can fail, and both were valid a moment ago.
    match builder.body(body) {
        Ok(response) => response.into(),
        Err(_) => http::Response::new(reqwest::Body::default()).into(),
    }
}

/// reqwest cannot rebuild an answer in a browser.
#[cfg(target_arch = "wasm32")]
fn without_query(response: Response) -> Response {
    response
}
