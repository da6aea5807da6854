//! A client of the server that adds tokens and holds every response against the API description.
use pancake_mock::{MockBuilder, MockPancake, Oddity, answer_violations};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// A range that holds all seeded data.
pub(crate) const ALWAYS: [(&str, &str); 2] = [("since", "1700000000"), ("until", "1900000000")];
/// The same for the statistics that take dates.
pub(crate) const ALL_DATES: [(&str, &str); 1] =
    [("date_range", "01/01/2024 00:00:00 - 31/12/2026 23:59:59")];

/// A page of a numbered list.
pub(crate) fn numbered<'a>(number: &'a str, size: &'a str) -> [(&'static str, &'a str); 4] {
    let [since, until] = ALWAYS;
    [since, until, ("page_number", number), ("page_size", size)]
}

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
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// What the API description has against this response of an operation.
    pub(crate) fn wrong(&self, operation: &str) -> Vec<String> {
        let content_type = self.header("content-type");
        answer_violations(operation, self.status, content_type, self.text.as_bytes())
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

pub(crate) async fn with(oddity: Oddity, on: bool) -> Caller {
    Caller::start(free().oddity(oddity, on)).await
}

/// One page with so many conversations: small enough to count everything.
pub(crate) async fn alone(conversations: u64) -> Caller {
    Caller::start(free().pages(1).conversations(conversations)).await
}

/// A client of a test: reqwest with the SDK in one build has TLS without a provider, and panics unless there is one. The
/// second of two installs fails, which is as good.
pub(crate) fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let redirect = reqwest::redirect::Policy::none();
    let builder = reqwest::Client::builder().redirect(redirect).no_proxy();
    builder.build().unwrap()
}

impl Caller {
    pub(crate) async fn start(builder: MockBuilder) -> Self {
        let mock = builder.start().await.unwrap();
        let page = mock.page_ids()[0].clone();
        Self {
            mock,
            http: http(),
            page,
        }
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

    pub(crate) async fn send(&self, request: RequestBuilder) -> reqwest::Result<Reply> {
        let response = request.send().await?;
        Ok(Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    /// Without a token of its own.
    pub(crate) async fn get_with(&self, path: &str, query: &[(&str, &str)]) -> Reply {
        let request = self.http.get(self.url(path)).query(query);
        self.send(request).await.unwrap()
    }

    /// With the page token. The response has to be as described, unless it is HTML.
    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Reply {
        let request = self.http.get(self.url(path)).query(query);
        let request = request.query(&[("page_access_token", self.token())]);
        let reply = self.send(request).await.unwrap();
        self.check(&reply);
        reply
    }

    /// Something of the page, as JSON.
    pub(crate) async fn json(&self, rest: &str, query: &[(&str, &str)]) -> Value {
        self.get(&self.at(rest), query).await.json()
    }

    pub(crate) async fn tags(&self) -> Reply {
        self.get(&self.at("tags"), &[]).await
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
        let token = [("page_access_token", self.token())];
        self.send(request.query(&token)).await
    }

    fn check(&self, reply: &Reply) {
        let journal = self.mock.journal();
        let Some(operation) = journal.last().and_then(|entry| entry.operation.clone()) else {
            return;
        };
        if !reply.header("content-type").starts_with("text/html") {
            let wrong = reply.wrong(&operation);
            assert_eq!(wrong, [""; 0], "{operation}: {}", reply.text);
        }
    }

    /// The list of pages, or whatever else the user token opens with GET.
    pub(crate) async fn pages(&self) -> Reply {
        let token = self.mock.user_token();
        self.get_with("/v1/pages", &[("access_token", &token)])
            .await
    }

    pub(crate) async fn mint(&self) -> Reply {
        let url = self.url("/v1/pages/{page}/generate_page_access_token");
        let token = [("access_token", self.mock.user_token())];
        self.send(self.http.post(url).query(&token)).await.unwrap()
    }

    pub(crate) async fn conversations(&self, query: &[(&str, &str)]) -> Reply {
        self.get("/public_api/v2/pages/{page}/conversations", query)
            .await
    }

    pub(crate) async fn conversation_rows(&self, query: &[(&str, &str)]) -> Vec<Value> {
        list(&self.conversations(query).await.json()["conversations"])
    }

    /// The rows of the whole list, page by page.
    pub(crate) async fn all_conversations(&self, query: &[(&str, &str)]) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let last = all.last().map(|row| row["id"].as_str().unwrap().to_owned());
            let cursor = last.iter().map(|id| ("last_conversation_id", id.as_str()));
            let query: Vec<_> = query.iter().copied().chain(cursor).collect();
            let page = self.conversation_rows(&query).await;
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }

    /// The ids of one page of the list.
    pub(crate) async fn ids(&self, query: &[(&str, &str)]) -> Vec<String> {
        texts(&self.conversation_rows(query).await, "id")
    }

    /// An id of a conversation of this type.
    pub(crate) async fn first_of(&self, kind: &str) -> String {
        self.ids(&[("type", kind)]).await.swap_remove(0)
    }

    pub(crate) async fn newest(&self) -> Value {
        self.conversation_rows(&[]).await.swap_remove(0)
    }

    /// The row of a conversation on the first page of the list.
    pub(crate) async fn row(&self, id: &str) -> Value {
        let mut rows = self.conversation_rows(&[]).await.into_iter();
        let found = rows.find(|row| row["id"] == id);
        found.expect("on the first page")
    }

    /// The path of something of a conversation, with its id escaped as clients do.
    pub(crate) fn conversation(&self, id: &str, rest: &str) -> String {
        let id = id.replace('@', "%40").replace(':', "%3A");
        let id = id.replace('/', "%2F");
        self.at(&format!("conversations/{id}/{rest}"))
    }

    pub(crate) async fn messages(&self, id: &str, count: usize) -> Value {
        let count = count.to_string();
        let query: &[_] = match count.as_str() {
            "0" => &[],
            count => &[("current_count", count)],
        };
        self.get(&self.conversation(id, "messages"), query)
            .await
            .json()
    }

    pub(crate) async fn last_message(&self, id: &str) -> Value {
        list(&self.messages(id, 0).await["messages"]).pop().unwrap()
    }

    /// POST of something of a conversation.
    pub(crate) async fn post(&self, id: &str, rest: &str, body: Value) -> Reply {
        self.call("POST", &self.conversation(id, rest), body).await
    }

    /// Sends a text to a conversation.
    pub(crate) async fn reply(&self, id: &str, text: &str) -> Reply {
        let body = json!({"action": "reply_inbox", "message": text});
        self.post(id, "messages", body).await
    }

    /// Answers the comment of a row privately.
    pub(crate) async fn reply_privately(&self, row: &Value, text: &str) -> Reply {
        let id = row["id"].as_str().unwrap();
        let body = json!({
            "action": "private_replies", "post_id": row["post_id"], "from_id": row["from"]["id"],
            "message_id": self.messages(id, 0).await["messages"][0]["id"], "message": text,
        });
        self.post(id, "messages", body).await
    }

    pub(crate) async fn upload(&self, name: &str, mime_type: &str, bytes: Vec<u8>) -> Reply {
        let part = reqwest::multipart::Part::bytes(bytes);
        let part = part.file_name(name.to_owned()).mime_str(mime_type).unwrap();
        self.upload_form(reqwest::multipart::Form::new().part("file", part))
            .await
    }

    pub(crate) async fn upload_form(&self, form: reqwest::multipart::Form) -> Reply {
        let request = self.http.post(self.url(&self.at("upload_contents")));
        let request = request.query(&[("page_access_token", self.token())]);
        self.send(request.multipart(form)).await.unwrap()
    }
}

/// The entries of a list.
pub(crate) fn list(value: &Value) -> Vec<Value> {
    let list = value.as_array();
    list.unwrap_or_else(|| panic!("not a list: {value}"))
        .clone()
}

/// One field of each row.
pub(crate) fn texts(rows: &[Value], field: &str) -> Vec<String> {
    let text = |row: &Value| {
        row[field]
            .as_str()
            .unwrap_or_else(|| panic!("{row}"))
            .to_owned()
    };
    rows.iter().map(text).collect()
}
