//! The picture of a customer, written by hand because generated code reads no `Location`. It goes the way of every other
//! call: through the hooks to the [`Transport`](crate::Transport).

use std::fmt;

use bytes::Bytes;
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Request, Response, Url};

use crate::call::Call;
use crate::call_error::CallError;
use crate::generated::{Client, ClientInfo, Error, ResponseValue, types};
use crate::id::{PageId, Psid};
use crate::operation::Operation;
use crate::operations::GET_AVATAR;
use crate::path::encode_segment;

static OPERATION: Operation = GET_AVATAR;

/// What the service answers when asked for the picture of a customer.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Avatar {
    /// Where the picture is, mostly at another host, which gets no token. Such addresses expire.
    At(Url),
    /// The picture itself.
    Picture {
        /// MIME type, such as `image/jpeg`.
        mime: String,
        /// The picture.
        bytes: Bytes,
    },
}

impl Avatar {
    /// Where the picture is; `None` if it came itself.
    pub fn url(&self) -> Option<&Url> {
        match self {
            Avatar::At(url) => Some(url),
            Avatar::Picture { .. } => None,
        }
    }
}

/// The address, or the size of the picture.
impl fmt::Debug for Avatar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Avatar::At(url) => f.debug_tuple("At").field(&url.as_str()).finish(),
            Avatar::Picture { mime, bytes } => f
                .debug_struct("Picture")
                .field("mime", mime)
                .field("bytes", &bytes.len())
                .finish(),
        }
    }
}

impl Client {
    /// Asks where the picture of a customer is.
    ///
    /// Sends a `GET` request to `/v1/pages/{page_id}/avatar/{psid}`. It takes no token. A redirect is not followed: its
    /// address is the answer.
    ///
    /// ```no_run
    /// # async fn run(client: pancake_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let answer = client.get_avatar().page_id("1000000000000001").psid("2000000000000002").send().await?;
    /// println!("{:?}", answer.url());
    /// # Ok(()) }
    /// ```
    pub fn get_avatar(&self) -> GetAvatar<'_> {
        GetAvatar {
            client: self,
            page_id: None,
            psid: None,
        }
    }
}

/// Builder for [`Client::get_avatar`].
#[derive(Clone)]
#[must_use = "nothing is asked before it is sent"]
pub struct GetAvatar<'a> {
    client: &'a Client,
    page_id: Option<PageId>,
    psid: Option<Psid>,
}

impl GetAvatar<'_> {
    /// The page.
    pub fn page_id(mut self, page_id: impl Into<PageId>) -> Self {
        self.page_id = Some(page_id.into());
        self
    }

    /// The customer, by the id that the channel has for it.
    pub fn psid(mut self, psid: impl Into<Psid>) -> Self {
        self.psid = Some(psid.into());
        self
    }

    /// The address that is asked, without asking. It holds no token, so it can stand in a web page.
    ///
    /// # Errors
    ///
    /// The page or the customer is missing, or an id cannot be part of an address.
    pub fn url(&self) -> Result<Url, CallError> {
        let page_id = self.page_id.as_ref().ok_or_else(|| missing("page_id"))?;
        let psid = self.psid.as_ref().ok_or_else(|| missing("psid"))?;
        let path = GET_AVATAR
            .path
            .replace("{page_id}", &encode_segment(page_id.as_str()))
            .replace("{psid}", &encode_segment(psid.as_str()));
        let base_url = self.client.baseurl();
        let refused = |reason: String| CallError::from(crate::call::refused(GET_AVATAR.id, reason));
        let url = Url::parse(&format!("{base_url}{path}"))
            .map_err(|error| refused(format!("the address is not valid: {error}")))?;
        let request = Request::new(Method::GET, url.clone());
        match Call::new(&OPERATION, request, base_url) {
            Ok(_) => Ok(url),
            Err(error) => Err(refused(error.to_string())),
        }
    }

    /// Asks.
    ///
    /// # Errors
    ///
    /// Like those of every generated operation. The page or the customer is missing; the answer is neither a picture nor a
    /// redirect to one.
    pub async fn send(self) -> Result<ResponseValue<Avatar>, CallError> {
        let asked = self.url()?;
        Ok(self.sent(asked).await?)
    }

    async fn sent(self, asked: Url) -> Result<ResponseValue<Avatar>, Error<types::ApiError>> {
        let client = self.client;
        let mut request = client
            .client()
            .get(asked.clone())
            .header(
                ACCEPT,
                HeaderValue::from_static("image/*, application/json"),
            )
            .build()?;

        let info = OperationInfo {
            operation_id: GET_AVATAR.id,
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        read(result?, &asked).await
    }
}

impl fmt::Debug for GetAvatar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetAvatar")
            .field("page_id", &self.page_id)
            .field("psid", &self.psid)
            .finish_non_exhaustive()
    }
}

async fn read(
    response: Response,
    asked: &Url,
) -> Result<ResponseValue<Avatar>, Error<types::ApiError>> {
    let status = response.status();
    let headers = response.headers().clone();
    let avatar = match (status.as_u16(), picture(&headers), target(&headers, asked)) {
        (200, Some(mime), _) => {
            let body = response.bytes().await;
            let bytes = body.map_err(|error| Error::ResponseBodyError(error.without_url()))?;
            Avatar::Picture { mime, bytes }
        }
        (300..=399, _, Some(url)) => Avatar::At(url),
        (400..=599, _, _) => {
            return Err(Error::ErrorResponse(
                crate::decode::from_response(response).await?,
            ));
        }
        _ => return Err(Error::UnexpectedResponse(response)),
    };
    Ok(ResponseValue::new(avatar, status, headers))
}

/// The MIME type, if it is that of a picture.
fn picture(headers: &HeaderMap) -> Option<String> {
    let mime = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    mime.starts_with("image/").then(|| mime.to_owned())
}

/// Where a redirect leads to.
fn target(headers: &HeaderMap, asked: &Url) -> Option<Url> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    let url = asked.join(location).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn missing(field: &str) -> CallError {
    let reason = format!("{field} is missing: call `.{field}(…)`");
    crate::call::refused(GET_AVATAR.id, reason).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answered(
        status: u16,
        header: (&'static str, &'static str),
    ) -> Result<Avatar, Error<types::ApiError>> {
        let asked = Url::parse("https://pages.fm/api/v1/pages/1/avatar/2").unwrap();
        let response = http::Response::builder()
            .status(status)
            .header(header.0, header.1)
            .body(reqwest::Body::from("picture"))
            .unwrap();
        Ok(read(response.into(), &asked).await?.into_inner())
    }

    #[tokio::test]
    async fn a_redirect_is_the_address_of_the_picture_also_a_relative_one() {
        let cdn = "https://content.example.com/a.jpg?sig=1";
        let avatar = answered(301, ("location", cdn)).await.unwrap();
        assert_eq!(avatar.url().unwrap().as_str(), cdn);
        let avatar = answered(302, ("location", "/a.jpg")).await.unwrap();
        assert_eq!(avatar.url().unwrap().as_str(), "https://pages.fm/a.jpg");
    }

    #[tokio::test]
    async fn a_picture_is_kept_and_debug_shows_its_size_alone() {
        let avatar = answered(200, ("content-type", "image/png")).await.unwrap();
        assert_eq!(avatar.url(), None);
        assert_eq!(
            format!("{avatar:?}"),
            r#"Picture { mime: "image/png", bytes: 7 }"#
        );
    }

    #[tokio::test]
    async fn neither_a_page_nor_a_redirect_without_a_usable_address_is_a_picture() {
        for (status, header) in [
            (200, ("content-type", "text/html")),
            (304, ("x-a", "b")),
            (301, ("location", "javascript:alert(1)")),
        ] {
            let error = answered(status, header).await.unwrap_err();
            assert!(
                matches!(error, Error::UnexpectedResponse(_)),
                "{status} {error:?}"
            );
        }
    }
}
