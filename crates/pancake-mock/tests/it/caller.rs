//! A client of the server that adds tokens and holds every answer against the API description.
use pancake_mock::{MockBuilder, MockPancake, answer_violations};
use serde_json::Value;

/// A range that holds all seeded data.
pub(crate) const ALWAYS: [(&str, &str); 2] = [("since", "1700000000"), ("until", "1900000000")];

pub(crate) struct Caller {
    pub(crate) mock: MockPancake,
    pub(crate) http: reqwest::Client,
    pub(crate) page: String,
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn content_type(&self) -> &str {
        let value = self.headers.get("content-type");
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// What the API description has against this answer of an operation.
    pub(crate) fn wrong(&self, operation: &str) -> Vec<String> {
        answer_violations(
            operation,
            self.status,
            self.content_type(),
            self.text.as_bytes(),
        )
    }

    pub(crate) fn code(&self) -> Value {
        self.json()["error_code"].clone()
    }
}

/// Without rate limit, so that tests needn't know of it.
pub(crate) fn free() -> MockBuilder {
    MockPancake::builder().rate_limit(None)
}

pub(crate) async fn caller() -> Caller {
    Caller::start(free()).await
}

impl Caller {
    pub(crate) async fn start(builder: MockBuilder) -> Self {
        let mock = builder.start().await.unwrap();
        let redirect = reqwest::redirect::Policy::none();
        // Built together with the SDK, reqwest has TLS without a provider, and panics unless there is one. The second of
        // two calls fails, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(redirect)
            .no_proxy()
            .build()
            .unwrap();
        let page = mock.page_ids()[0].clone();
        Self { mock, http, page }
    }

    /// The same server, another page.
    pub(crate) fn on_page(mut self, index: usize) -> Self {
        self.page = self.mock.page_ids()[index].clone();
        self
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let page = format!("/pages/{}", self.page);
        let path = path.replace("/pages/{page}", &page);
        format!("{}{path}", self.mock.base_url())
    }

    /// The path of something of the page, below `public_api/v1`.
    pub(crate) fn at(&self, rest: &str) -> String {
        format!("/public_api/v1/pages/{}/{rest}", self.page)
    }

    pub(crate) fn token(&self) -> String {
        self.mock.page_token(&self.page).unwrap()
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> reqwest::Result<Reply> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        Ok(Reply {
            status,
            headers,
            text: response.text().await?,
        })
    }

    pub(crate) async fn get_with(&self, path: &str, query: &[(&str, &str)]) -> Reply {
        self.send(self.http.get(self.url(path)).query(query))
            .await
            .unwrap()
    }

    /// With the page token. The answer has to be as described, unless it is HTML.
    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Reply {
        let request = self.http.get(self.url(path)).query(query);
        let reply = self
            .send(request.query(&[("page_access_token", self.token())]))
            .await
            .unwrap();
        self.check(&reply);
        reply
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let reply = self.try_call(method, path, body).await.unwrap();
        self.check(&reply);
        reply
    }

    pub(crate) async fn try_call(
        &self,
        method: &str,
        path: &str,
        body: Value,
    ) -> reqwest::Result<Reply> {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, self.url(path));
        if !body.is_null() {
            request = request.json(&body);
        }
        self.send(request.query(&[("page_access_token", self.token())]))
            .await
    }

    fn check(&self, reply: &Reply) {
        let journal = self.mock.journal();
        let Some(operation) = journal.last().and_then(|entry| entry.operation.clone()) else {
            return;
        };
        if !reply.content_type().starts_with("text/html") {
            let wrong = reply.wrong(&operation);
            assert_eq!(wrong, [""; 0], "{operation}: {}", reply.text);
        }
    }

    pub(crate) async fn conversations(&self, query: &[(&str, &str)]) -> Reply {
        self.get("/public_api/v2/pages/{page}/conversations", query)
            .await
    }

    /// The ids of one page of the list.
    pub(crate) async fn ids(&self, query: &[(&str, &str)]) -> Vec<String> {
        let reply = self.conversations(query).await.json();
        rows(&reply, "conversations", "id")
    }

    /// The path of something of a conversation, with its id escaped as clients do.
    pub(crate) fn conversation(&self, id: &str, rest: &str) -> String {
        let id = id
            .replace('@', "%40")
            .replace(':', "%3A")
            .replace('/', "%2F");
        self.at(&format!("conversations/{id}/{rest}"))
    }

    pub(crate) async fn messages(&self, id: &str, count: usize) -> Value {
        let count = count.to_string();
        let query: &[(&str, &str)] = if count == "0" {
            &[]
        } else {
            &[("current_count", count.as_str())]
        };
        self.get(&self.conversation(id, "messages"), query)
            .await
            .json()
    }

    /// Sends a text to a conversation.
    pub(crate) async fn reply(&self, id: &str, text: &str) -> Reply {
        let body = serde_json::json!({"action": "reply_inbox", "message": text});
        self.call("POST", &self.conversation(id, "messages"), body)
            .await
    }

    pub(crate) async fn upload(&self, name: &str, mime_type: &str, bytes: Vec<u8>) -> Reply {
        let part = reqwest::multipart::Part::bytes(bytes);
        let part = part.file_name(name.to_owned()).mime_str(mime_type).unwrap();
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = self
            .http
            .post(self.url(&self.at("upload_contents")))
            .multipart(form);
        self.send(request.query(&[("page_access_token", self.token())]))
            .await
            .unwrap()
    }

    /// An id of a conversation of this type.
    pub(crate) async fn first_of(&self, kind: &str) -> String {
        self.ids(&[("type", kind)])
            .await
            .first()
            .expect(kind)
            .clone()
    }
}

/// One field of each row.
pub(crate) fn rows(answer: &Value, list: &str, field: &str) -> Vec<String> {
    let rows = answer[list]
        .as_array()
        .unwrap_or_else(|| panic!("no {list}: {answer}"));
    rows.iter()
        .map(|row| row[field].as_str().unwrap().to_owned())
        .collect()
}
