//! A request taken apart: what the journal keeps and the operations read.
use axum::{body::Body, http::request::Parts};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde_json::Value;

use crate::operation::{Operation, PathParameters};

/// More than the largest documented upload with its envelope.
const LARGEST_BODY: usize = 112 * 1024 * 1024;

pub(crate) struct Request {
    pub(crate) method: http::Method,
    /// As sent, percent-encoded.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) parameters: PathParameters,
}

impl Request {
    pub(crate) fn new(parts: Parts) -> Self {
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default();
        let query = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let found = path
            .strip_prefix("/api")
            .and_then(|below| Operation::find(&parts.method, below));
        let (operation, parameters) = found.map_or((None, Vec::new()), |(o, p)| (Some(o), p));
        Self {
            method: parts.method,
            path,
            query,
            headers: parts.headers,
            operation,
            parameters,
        }
    }

    pub(crate) fn page_id(&self) -> Option<&str> {
        self.parameter("page_id")
    }

    /// A part of the path.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Of a list: whether the call asks for more than its first page. None: it is no list with pages.
    pub(crate) fn goes_on(&self) -> Option<bool> {
        let (cursor, first) = match self.operation?.id {
            "list_conversations" => ("last_conversation_id", ""),
            "list_messages" => ("current_count", "0"),
            "list_page_customers" | "list_posts" | "list_call_logs" => ("page_number", "1"),
            "export_conversations_from_ads" => ("offset", "0"),
            _ => return None,
        };
        Some(self.query(cursor).is_some_and(|value| value != first))
    }

    pub(crate) fn content_type(&self) -> &str {
        self.headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// Why a body could not be read.
pub(crate) enum BadBody {
    TooLarge,
    /// The peer went away.
    Lost,
}

pub(crate) async fn read_body(body: Body) -> Result<Bytes, BadBody> {
    let mut stream = body.into_data_stream();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| BadBody::Lost)?;
        if bytes.len() + chunk.len() > LARGEST_BODY {
            return Err(BadBody::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// An uploaded file, read by its head: the bytes themselves are of no use to a fake.
#[derive(Clone, Debug)]
pub(crate) struct UploadedFile {
    pub(crate) file_name: String,
    pub(crate) mime_type: String,
    pub(crate) size: usize,
}

/// A body, read as its operation wants it.
pub(crate) struct Content {
    pub(crate) length: usize,
    /// Null where there is none, or the reason why it can't be read.
    pub(crate) json: Result<Value, String>,
    pub(crate) file: Option<UploadedFile>,
    /// Why there is no `file`.
    pub(crate) bad_file: Option<String>,
}

impl Content {
    pub(crate) async fn read(request: &Request, body: &Bytes) -> Self {
        let mut content = Self {
            length: body.len(),
            json: Ok(Value::Null),
            file: None,
            bad_file: None,
        };
        if request
            .operation
            .is_some_and(|operation| operation.id == "upload_contents")
        {
            match read_file(request.content_type(), body).await {
                Ok(file) => content.file = Some(file),
                Err(problem) => content.bad_file = Some(problem),
            }
        } else if !body.is_empty() {
            let json = serde_json::from_slice(body);
            content.json = json.map_err(|error| format!("the body is no JSON: {error}"));
        }
        content
    }
}

/// The part of a multipart body that is called `file`.
async fn read_file(content_type: &str, body: &Bytes) -> Result<UploadedFile, String> {
    let boundary = multer::parse_boundary(content_type).map_err(|_| {
        let found = if content_type.is_empty() {
            "none"
        } else {
            content_type
        };
        format!("the content type is {found}, not `multipart/form-data` with a `boundary`")
    })?;
    let whole = body.clone();
    let stream = futures_util::stream::once(async { Ok::<_, std::convert::Infallible>(whole) });
    let mut multipart = multer::Multipart::new(stream, boundary);
    let mut file = None;
    while let Some(field) = multipart
        .next_field()
        .await
        .map_err(|error| error.to_string())?
    {
        match field.name() {
            Some("file") if file.is_some() => {
                return Err("there is more than one part `file`".to_owned());
            }
            Some("file") => {}
            // Form fields that some clients add are passed over.
            _ => continue,
        }
        let file_name = field.file_name().unwrap_or_default().to_owned();
        let mime_type = field
            .content_type()
            .map(ToString::to_string)
            .unwrap_or_default();
        let size = field
            .bytes()
            .await
            .map_err(|error| error.to_string())?
            .len();
        if file_name.is_empty() {
            return Err("the part `file` has no file name".to_owned());
        }
        if mime_type.is_empty() {
            return Err("the part `file` has no content type".to_owned());
        }
        file = Some(UploadedFile {
            file_name,
            mime_type,
            size,
        });
    }
    file.ok_or_else(|| "there is no part `file`".to_owned())
}
