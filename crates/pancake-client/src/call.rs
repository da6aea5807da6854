//! One call on its way to the server: the operation, the request, and the parameters in its path.

use std::fmt;

use percent_encoding::percent_decode_str;
use reqwest::{Request, Url};

use crate::generated::Error;
use crate::operation::Operation;
use crate::secret::AccessToken;
use crate::spare::{Remake, Spare};

/// One call on its way to the server.
///
/// The request carries no token until a transport sets one with [`Call::set_token`].
pub struct Call {
    operation: &'static Operation,
    request: Request,
    path_parameters: Vec<(&'static str, String)>,
    remake: Option<Remake>,
}

impl Call {
    /// Joins an operation and its request.
    ///
    /// # Errors
    ///
    /// [`InvalidPath`] if the path of the request is not the base URL followed by the path of the operation with every
    /// parameter filled. URL rules drop `.`, `..` and empty segments, so such an id would silently address something
    /// else: `/v1/pages/../tags` is `/v1/tags`.
    pub fn new(
        operation: &'static Operation,
        request: Request,
        base_url: &str,
    ) -> Result<Self, InvalidPath> {
        let path_parameters = match_path(operation, request.url(), base_url)?;
        Ok(Call {
            operation,
            request,
            path_parameters,
            remake: None,
        })
    }

    /// Lets the request be made anew, since its body is a stream.
    pub(crate) fn with_remake(mut self, remake: Option<Remake>) -> Self {
        self.remake = remake;
        self
    }

    /// The operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The request. Once a token is set, its address is a secret.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The request, to change it.
    pub fn request_mut(&mut self) -> &mut Request {
        &mut self.request
    }

    /// Takes the request out.
    pub fn into_request(self) -> Request {
        self.request
    }

    /// A parameter of the path, decoded, such as `page_id`.
    pub fn path_parameter(&self, name: &str) -> Option<&str> {
        self.path_parameters
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The page the call is about, if it is about one.
    pub fn page_id(&self) -> Option<&str> {
        self.path_parameter("page_id")
    }

    /// Puts a token into the query where the operation takes one, in place of a former token.
    pub fn set_token(&mut self, token: &AccessToken) {
        let Some(parameter) = self.operation.token.parameter() else {
            return;
        };
        let url = self.request.url_mut();
        let others: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| key != parameter)
            .map(own)
            .collect();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(others)
            .append_pair(parameter, token.expose());
    }

    /// A second call like this one, or `None` if its body is a stream, which can be read only once.
    pub fn try_clone(&self) -> Option<Call> {
        let request = self.request.try_clone()?;
        Some(self.with_request(request))
    }

    /// What it takes to make this call once more, kept while the call itself is sent; `None` if its body is a stream that
    /// nobody can open again.
    pub fn spare(&self) -> Option<Spare> {
        if let Some(call) = self.try_clone() {
            return Some(Spare::ready(call));
        }
        let remake = self.remake.clone()?;
        let mut head = Request::new(self.request.method().clone(), self.request.url().clone());
        *head.headers_mut() = self.request.headers().clone();
        *head.timeout_mut() = self.request.timeout().copied();
        Some(Spare::without_body(self.with_request(head), remake))
    }

    fn with_request(&self, request: Request) -> Call {
        Call {
            operation: self.operation,
            request,
            path_parameters: self.path_parameters.clone(),
            remake: self.remake.clone(),
        }
    }
}

/// Says which operation was not sent because of one of its arguments.
pub(crate) fn refused<E>(operation: &str, reason: impl fmt::Display) -> Error<E> {
    Error::InvalidRequest(format!("{operation}: {reason}"))
}

fn own((key, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)) -> (String, String) {
    (key.into_owned(), value.into_owned())
}

/// Shows the operation and the parameters of the path, never the query: it holds the token.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("path_parameters", &self.path_parameters)
            .finish_non_exhaustive()
    }
}

/// An id that cannot be part of an address: it is empty, or `.`, or `..`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the path of {operation} needs every one of its ids: {path} can't hold an id that is empty, `.` or `..`"
)]
pub struct InvalidPath {
    operation: &'static str,
    path: &'static str,
}

impl InvalidPath {
    /// Id of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }
}

/// Reads the parameters of a path, or refuses a path that does not fit the template.
fn match_path(
    operation: &'static Operation,
    url: &Url,
    base_url: &str,
) -> Result<Vec<(&'static str, String)>, InvalidPath> {
    let refuse = || InvalidPath {
        operation: operation.id,
        path: operation.path,
    };
    let base = Url::parse(base_url).map_err(|_| refuse())?;
    let actual = url
        .path()
        .strip_prefix(base.path().trim_end_matches('/'))
        .ok_or_else(refuse)?;
    let mut parameters = Vec::new();
    let mut segments = actual.split('/');
    for expected in operation.path.split('/') {
        let segment = segments.next().ok_or_else(refuse)?;
        match expected
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(_) if segment.is_empty() => return Err(refuse()),
            Some(name) => {
                parameters.push((name, percent_decode_str(segment).decode_utf8_lossy().into()));
            }
            None if segment == expected => {}
            None => return Err(refuse()),
        }
    }
    if segments.next().is_some() {
        Err(refuse())
    } else {
        Ok(parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::LIST_TAGS;
    use reqwest::Method;

    static OPERATION: Operation = LIST_TAGS;
    const BASE: &str = "https://example.com/api";

    fn call(url: &str) -> Result<Call, InvalidPath> {
        Call::new(
            &OPERATION,
            Request::new(Method::GET, url.parse().unwrap()),
            BASE,
        )
    }

    #[test]
    fn a_call_knows_the_page_in_its_path() {
        let call = call("https://example.com/api/public_api/v1/pages/tt_0%3A1%40x/tags").unwrap();
        assert_eq!(call.page_id(), Some("tt_0:1@x"));
    }

    #[test]
    fn a_path_that_lost_a_segment_is_refused() {
        for path in [
            "/../tags",
            "/./tags",
            "//tags",
            "/a/b/tags",
            "/a/tags/more",
            "/a",
        ] {
            let url = format!("{BASE}/public_api/v1/pages{path}");
            assert!(call(&url).is_err(), "{path} was not refused");
        }
    }

    #[test]
    fn setting_a_token_twice_leaves_one_and_keeps_the_other_parameters() {
        let mut call = call(
            "https://example.com/api/public_api/v1/pages/1/tags?page_access_token=old&a=b%20c",
        )
        .unwrap();
        call.set_token(&AccessToken::from("one"));
        call.set_token(&AccessToken::from("two"));
        assert_eq!(
            call.request().url().query(),
            Some("a=b+c&page_access_token=two")
        );
    }

    #[test]
    fn debug_of_a_call_does_not_show_its_token() {
        let mut call = call("https://example.com/api/public_api/v1/pages/1/tags").unwrap();
        call.set_token(&AccessToken::from("canary"));
        assert!(!format!("{call:?} {call:#?}").contains("canary"));
    }
}
