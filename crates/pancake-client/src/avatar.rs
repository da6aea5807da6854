//! The picture of a customer, written by hand because generated code reads no `Location`.

use std::fmt;

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};

use crate::call_error::{CallError, Reason};
use crate::client::Client;
use crate::exec::Draft;
use crate::id::{PageId, Psid};
use crate::operation::Operation;
use crate::operations::GET_AVATAR;
use crate::response::ResponseValue;
use crate::transport::Response;

static OPERATION: Operation = GET_AVATAR;

/// The response to a lookup of a customer's picture.
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
    /// address is the result.
    ///
    /// ```no_run
    /// # async fn run(client: pancake_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let avatar = client.get_avatar().page_id("1000000000000001").psid("2000000000000002").send().await?;
    /// println!("{:?}", avatar.url());
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
        self.draft()?.url()
    }

    fn draft(&self) -> Result<Draft<'_>, CallError> {
        let mut draft = Draft::new(self.client, &OPERATION);
        let page_id = draft.given("page_id", self.page_id.as_ref())?;
        draft.path("page_id", page_id);
        let psid = draft.given("psid", self.psid.as_ref())?;
        draft.path("psid", psid);
        Ok(draft)
    }

    /// Asks.
    ///
    /// # Errors
    ///
    /// Like those of every generated operation. The page or the customer is missing; the response is neither a picture nor a
    /// redirect to one.
    pub async fn send(self) -> Result<ResponseValue<Avatar>, CallError> {
        let draft = self.draft()?;
        let asked = draft.url()?;
        draft.send_with(|response| read(response, &asked)).await
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

fn read(response: &Response, asked: &Url) -> Result<Avatar, Reason> {
    let (status, headers) = (response.status.as_u16(), &response.headers);
    match (status, picture(headers), target(headers, asked)) {
        (200, Some(mime), _) => Ok(Avatar::Picture {
            mime,
            bytes: response.body.clone(),
        }),
        (300..=399, _, Some(url)) => Ok(Avatar::At(url)),
        _ => Err(Reason::Status(status)),
    }
}

/// The MIME type, if it is that of a picture.
fn picture(headers: &HeaderMap) -> Option<String> {
    let mime = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    mime.starts_with("image/").then(|| mime.to_owned())
}

/// Where a redirect leads to.
fn target(headers: &HeaderMap, asked: &Url) -> Option<Url> {
    // Seen with raw UTF-8 in it, which joining escapes.
    let location = std::str::from_utf8(headers.get(LOCATION)?.as_bytes()).ok()?;
    let url = asked.join(location).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;
    use reqwest::header::{HeaderName, HeaderValue};

    fn decoded(status: u16, name: HeaderName, value: &str) -> Result<Avatar, Reason> {
        let asked = Url::parse("https://pages.fm/api/v1/pages/1/avatar/2").unwrap();
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        let headers = [(name, value)].into_iter().collect();
        let status = StatusCode::from_u16(status).unwrap();
        read(&Response::new(status, headers, "picture"), &asked)
    }

    #[test]
    fn redirect_is_the_address_of_the_picture() {
        for (location, address) in [
            (
                "https://cdn.example/a.jpg?sig=1",
                "https://cdn.example/a.jpg?sig=1",
            ),
            ("/a.jpg", "https://pages.fm/a.jpg"),
            (
                "https://cdn.example/ảnh.jpg",
                "https://cdn.example/%E1%BA%A3nh.jpg",
            ),
        ] {
            let avatar = decoded(302, LOCATION, location).unwrap();
            assert_eq!(avatar.url().unwrap().as_str(), address);
        }
    }

    #[test]
    fn debug_of_a_picture_shows_its_size_alone() {
        let avatar = decoded(200, CONTENT_TYPE, "image/png").unwrap();
        assert_eq!(avatar.url(), None);
        assert_eq!(
            format!("{avatar:?}"),
            r#"Picture { mime: "image/png", bytes: 7 }"#
        );
    }

    #[test]
    fn other_responses_are_not_a_picture() {
        for (status, name, value) in [
            (200, CONTENT_TYPE, "text/html"),
            (304, CONTENT_TYPE, "image/png"),
            (301, LOCATION, "javascript:alert(1)"),
        ] {
            let reason = decoded(status, name, value).unwrap_err();
            assert!(matches!(reason, Reason::Status(_)), "{status} {value}");
        }
    }
}
