//! One call on its way to the server: the operation, its address without a token, the arguments of its path, its body.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Request, RequestBuilder, Url};

use crate::operation::{AnswerKind, Operation};
use crate::secret::AccessToken;
use crate::transport::BoxError;

/// One call on its way to the server.
///
/// It holds no token: a transport hands one to [`request`](Call::request), which makes the request of one attempt.
pub struct Call {
    operation: &'static Operation,
    url: Url,
    arguments: Vec<(&'static str, String)>,
    body: Body,
}

/// What a call sends.
pub(crate) enum Body {
    Empty,
    Json(Bytes),
    /// The multipart field `file`. The client builds the form.
    File(reqwest::Client, File),
}

pub(crate) enum File {
    /// A stream that can be read once; nothing after that.
    Once(Option<Box<Part>>),
    Reopened(Arc<dyn PartSource>),
}

/// What [`PartSource::open`] returns.
pub type PartFuture<'a> = crate::transport::BoxFuture<'a, Result<Part, BoxError>>;

/// A file that can be opened again, so that a transport can send it a second time. See
/// [`UploadContents::file_from`](crate::UploadContents::file_from).
pub trait PartSource: Send + Sync + 'static {
    /// Opens the file from its beginning. Called once for each attempt.
    ///
    /// # Errors
    ///
    /// Any error type; it ends the call, and reaches the caller like an error of the transport.
    fn open(&self) -> PartFuture<'_>;
}

impl Call {
    pub(crate) fn new(
        operation: &'static Operation,
        url: Url,
        arguments: Vec<(&'static str, String)>,
        body: Body,
    ) -> Self {
        Call {
            operation,
            url,
            arguments,
            body,
        }
    }

    /// The operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The address, without a token.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The address, to change it.
    pub fn url_mut(&mut self) -> &mut Url {
        &mut self.url
    }

    /// The JSON that is sent, if the call sends JSON. It can hold data of customers.
    pub fn json(&self) -> Option<&[u8]> {
        match &self.body {
            Body::Json(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// An argument of the path as the caller gave it, such as `page_id`.
    pub fn argument(&self, name: &str) -> Option<&str> {
        let mut arguments = self.arguments.iter();
        let (_, value) = arguments.find(|(key, _)| *key == name)?;
        Some(value)
    }

    /// The page the call is about, if it is about one.
    pub fn page_id(&self) -> Option<&str> {
        self.argument("page_id")
    }

    /// Whether another request can be made after the first one: not if the body is a stream that can be read once.
    pub fn can_repeat(&self) -> bool {
        !matches!(self.body, Body::File(_, File::Once(_)))
    }

    /// Whether the body is a file that is opened for each attempt.
    pub fn reopens_body(&self) -> bool {
        matches!(self.body, Body::File(_, File::Reopened(_)))
    }

    /// The request of one attempt, with the token in its query if the operation takes one. Its address is a secret then.
    ///
    /// # Errors
    ///
    /// The file to upload can't be opened, or was a stream and has been sent before.
    pub async fn request(&mut self, token: Option<&AccessToken>) -> Result<Request, BoxError> {
        let mut url = self.url.clone();
        if let (Some(parameter), Some(token)) = (self.operation.token.parameter(), token) {
            url.query_pairs_mut().append_pair(parameter, token.expose());
        }
        let mut request = Request::new(self.operation.method.clone(), url);
        let accepted = match self.operation.answer {
            AnswerKind::Json => "application/json",
            AnswerKind::File => "image/*, application/json",
        };
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(accepted));
        let (http, file) = match &mut self.body {
            Body::Empty => return Ok(request),
            Body::Json(bytes) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                *request.body_mut() = Some(bytes.clone().into());
                return Ok(request);
            }
            Body::File(http, file) => (http, file),
        };
        let part = match file {
            File::Once(part) => *part.take().ok_or("a stream can be sent only once")?,
            File::Reopened(source) => source.open().await?,
        };
        let form = Form::new().part("file", part);
        let builder = RequestBuilder::from_parts(http.clone(), request);
        Ok(builder.multipart(form).build()?)
    }
}

/// Shows the operation and the arguments of the path, never the query.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("arguments", &self.arguments)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::LIST_TAGS;

    fn call(url: &str) -> Call {
        let arguments = vec![("page_id", "tt_0:1@x".to_owned())];
        Call::new(&LIST_TAGS, url.parse().unwrap(), arguments, Body::Empty)
    }

    #[tokio::test]
    async fn each_request_carries_the_token_it_was_made_with() {
        let mut call = call("https://example.com/tags?a=b%20c");
        for token in ["one", "two"] {
            let request = call.request(Some(&AccessToken::from(token))).await.unwrap();
            let query = format!("a=b%20c&page_access_token={token}");
            assert_eq!(request.url().query(), Some(query.as_str()));
            assert_eq!(request.headers()[ACCEPT], "application/json");
        }
        assert_eq!(call.url().query(), Some("a=b%20c"));
        assert_eq!(call.page_id(), Some("tt_0:1@x"));
    }

    #[tokio::test]
    async fn stream_is_sent_once() {
        let mut call = call("https://example.com/tags");
        let part = Part::stream("x");
        let http = crate::http_client_builder().unwrap().build().unwrap();
        call.body = Body::File(http, File::Once(Some(Box::new(part))));
        assert!(!call.can_repeat());
        assert!(call.request(None).await.is_ok());
        assert!(call.request(None).await.is_err());
    }
}
