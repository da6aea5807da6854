//! What a generated `send` does: it puts the arguments into a call, hands it to the transport, and decodes the response.
//!
//! xtask writes calls of [`Draft`] in the place of what progenitor generates there.

use bytes::Bytes;
use reqwest::Url;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::{Body, Call, File};
use crate::call_error::{CallError, Reason};
use crate::client::Client;
use crate::decode;
use crate::operation::Operation;
use crate::path::{can_be_segment, encode_segment};
use crate::response::ResponseValue;
use crate::transport::{Response, Transport};

/// A call that is being put together.
pub(crate) struct Draft<'a> {
    client: &'a Client,
    operation: &'static Operation,
    arguments: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    body: Body,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(client: &'a Client, operation: &'static Operation) -> Self {
        Draft {
            client,
            operation,
            arguments: Vec::new(),
            query: Vec::new(),
            body: Body::Empty,
        }
    }

    /// The value of an argument, or the reason why it is missing or wrong.
    pub(crate) fn value<T>(&self, given: Result<T, String>) -> Result<T, CallError> {
        given.map_err(|reason| self.refused(reason))
    }

    /// An argument that a handwritten builder needs.
    pub(crate) fn given<T>(&self, name: &str, value: Option<T>) -> Result<T, CallError> {
        self.value(value.ok_or_else(|| format!("{name} is missing: call `.{name}(…)`")))
    }

    /// An argument of the path.
    pub(crate) fn path(&mut self, name: &'static str, value: &impl ToString) {
        self.arguments.push((name, value.to_string()));
    }

    /// A parameter of the query: one pair, one for each item of a list, or none for nothing.
    pub(crate) fn query(
        &mut self,
        name: &'static str,
        value: &impl Serialize,
    ) -> Result<(), CallError> {
        let value = serde_json::to_value(value).map_err(|error| self.refused(error.to_string()))?;
        match value {
            Value::Array(items) => items.into_iter().for_each(|item| self.pair(name, item)),
            value => self.pair(name, value),
        }
        Ok(())
    }

    fn pair(&mut self, name: &'static str, value: Value) {
        let text = match value {
            Value::Null => return,
            Value::String(text) => text,
            other => other.to_string(),
        };
        self.query.push((name, text));
    }

    /// The body, as JSON.
    pub(crate) fn json(&mut self, body: &impl Serialize) -> Result<(), CallError> {
        let json = serde_json::to_vec(body).map_err(|error| self.refused(error.to_string()))?;
        self.body = Body::Json(Bytes::from(json));
        Ok(())
    }

    /// The body, as the multipart field `file`.
    pub(crate) fn file(&mut self, file: File) {
        self.body = Body::File(self.client.http().clone(), file);
    }

    /// The address, without a token.
    pub(crate) fn url(&self) -> Result<Url, CallError> {
        let mut address = self.client.base_url().to_owned();
        for segment in self.operation.path.split('/').skip(1) {
            address.push('/');
            let name = segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            match name {
                Some(name) => address.push_str(&self.segment(name)?),
                None => address.push_str(segment),
            }
        }
        let invalid = |error| self.refused(format!("the base URL is not valid: {error}"));
        let mut url = Url::parse(&address).map_err(invalid)?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    /// URL rules drop `.`, `..` and empty segments, so such an id would silently address something else:
    /// `/v1/pages/../tags` is `/v1/tags`.
    fn segment(&self, name: &str) -> Result<String, CallError> {
        let mut arguments = self.arguments.iter();
        match arguments.find(|(key, _)| *key == name) {
            Some((_, value)) if can_be_segment(value) => Ok(encode_segment(value)),
            _ => Err(self.refused(format!(
                "the path needs every one of its ids: {} can't hold an id that is empty, `.` or `..`",
                self.operation.path
            ))),
        }
    }

    /// Sends the call, and decodes a success.
    pub(crate) async fn send<T: DeserializeOwned>(self) -> Result<ResponseValue<T>, CallError> {
        self.send_with(decode::success).await
    }

    /// Sends the call, and lets `read` make something of a response that is not a failure.
    pub(crate) async fn send_with<T>(
        self,
        read: impl FnOnce(&Response) -> Result<T, Reason>,
    ) -> Result<ResponseValue<T>, CallError> {
        let url = self.url()?;
        let (operation, transport) = (self.operation, self.client.transport());
        let call = Call::new(operation, url, self.arguments, self.body);
        // Known before the call is handed over, since the transport keeps it.
        let page_id = call.page_id().map(str::to_owned);
        let named = |error: CallError| error.of(operation, page_id.as_deref());
        let response = transport.execute(call).await.map_err(named)?;
        let result = match response.status.as_u16() {
            400.. => Err(decode::failure(&response)),
            _ => read(&response),
        };
        match result {
            Ok(value) => Ok(ResponseValue::new(value, response)),
            Err(reason) => Err(named(
                CallError::new(reason).with_attempts(response.attempts),
            )),
        }
    }

    fn refused(&self, reason: String) -> CallError {
        let mut arguments = self.arguments.iter();
        let page_id = arguments.find(|(key, _)| *key == "page_id");
        CallError::new(Reason::InvalidRequest(reason))
            .of(self.operation, page_id.map(|(_, id)| id.as_str()))
    }
}
