//! Holds one request against the rules of its operation.
use serde_json::{Value, json};

use super::{
    Violation,
    contract::{BodyRule, Contract, Parameter, ParameterKind, Rules, problems},
};
use crate::{
    log::shown,
    operation::{Operation, meant, methods_of},
    request::{Content, Request},
    wire::time,
};

/// All violations of a request.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) violations: Vec<Violation>,
    /// False if it is known how the real API answers every one of them.
    pub(crate) must_refuse: bool,
}

/// Violations with an oddity of their own: they are recorded, and answered as the real API does
/// (docs/behaviour.md#conversations).
const HAVE_AN_ANSWER: &[(&str, &str)] = &[
    ("list_conversations", "query `type` is given more than once"),
    ("list_conversations", "there is no query parameter `type[]`"),
];

/// The names of both tokens.
const TOKENS: [&str; 2] = ["access_token", "page_access_token"];

/// Parameters that many clients send to operations that do not read them: the vendor's document requires `page_id` for a
/// mint, where the path has it already.
const IGNORED_PARAMETERS: [&str; 2] = ["page_id", "customer_id"];

/// Keys of a body that pass although the description does not have them. `filename` is the name a document is shown by.
const IGNORED_KEYS: [&str; 3] = ["page_id", "customer_id", "filename"];

impl Contract {
    /// What is wrong with a request.
    pub(crate) fn check_request(
        &self,
        number: u64,
        operation: &'static Operation,
        request: &Request,
        content: &Content,
    ) -> Verdict {
        let Some(rules) = self.operations.get(operation.id) else {
            return Verdict::default();
        };
        let mut found = Vec::new();
        for parameter in &rules.parameters {
            check_parameter(request, parameter, &mut found);
        }
        check_names(operation, request, rules, &mut found);
        check_body(request, content, rules.body.as_ref(), &mut found);
        let has_answer = |what: &String| HAVE_AN_ANSWER.contains(&(operation.id, what.as_str()));
        let must_refuse = !found.iter().all(has_answer);
        // A missing token has an answer of its own: code 101, or 102 where the other kind was sent.
        found.extend(missing_token(operation, request));
        let violation = |what| Violation {
            number,
            operation: operation.id.to_owned(),
            what,
        };
        Verdict {
            violations: found.into_iter().map(violation).collect(),
            must_refuse,
        }
    }
}

fn missing_token(operation: &Operation, request: &Request) -> Option<String> {
    let (own, _) = operation.token.parameters()?;
    let mut given = request.query.iter();
    let is_there = given.any(|(name, value)| name == own && !value.is_empty());
    (!is_there).then(|| format!("query `{own}` is missing"))
}

/// What is wrong with a request whose method and path are no operation. The front page is none either, and may be asked
/// for: that is how one sees whether a server is up.
pub(crate) fn strange_route(number: u64, method: &http::Method, path: &str) -> Option<Violation> {
    if path == "/" {
        return None;
    }
    let methods = path.strip_prefix("/api").map(methods_of);
    let methods = methods.unwrap_or_default();
    let why = match meant(method, path) {
        _ if !methods.is_empty() => format!("the path takes {}", methods.join(" and ")),
        Some(meant) => format!("there is no such path; did you mean {}", shown(&meant)),
        None => "there is no such path".to_owned(),
    };
    let shown = shown(path);
    Some(Violation {
        number,
        operation: String::new(),
        what: format!("{method} {shown}: {why}"),
    })
}

fn check_parameter(request: &Request, parameter: &Parameter, found: &mut Vec<String>) {
    let name = &parameter.name;
    if !parameter.in_query {
        let values = request.parameters.iter().filter(|(key, _)| key == name);
        for (_, text) in values {
            check_value(parameter, "path", text, found);
        }
        return;
    }
    let mut values = request.query.iter().filter(|(key, _)| key == name);
    match values.next() {
        None if parameter.required => found.push(format!("query `{name}` is missing")),
        None => {}
        Some((_, text)) => check_value(parameter, "query", text, found),
    }
    if values.next().is_some() {
        found.push(format!("query `{name}` is given more than once"));
    }
}

fn check_value(parameter: &Parameter, place: &str, text: &str, found: &mut Vec<String>) {
    let name = &parameter.name;
    // Days alone, with or without spaces around the dash, are taken for both kinds of ranges.
    if name == "date_range" && time::day_range(text, 0).is_some() {
        return;
    }
    let (value, wanted) = match parameter.kind {
        ParameterKind::Text => (Some(Value::from(text)), ""),
        ParameterKind::Integer => (integer(text), "an integer of 64 bits"),
        ParameterKind::Number => (text.parse().ok().map(|n: f64| Value::from(n)), "a number"),
        ParameterKind::Boolean => (
            text.parse().ok().map(|b: bool| Value::from(b)),
            "true or false",
        ),
    };
    match value {
        None => found.push(format!("{place} `{name}` is not {wanted}")),
        Some(value) => found.extend(
            problems(&parameter.schema, &value)
                .into_iter()
                .map(|problem| format!("{place} `{name}`: {problem}")),
        ),
    }
}

/// Digits only: `+5`, which Rust reads, is no JSON. All integers of the API have 64 bits or fewer.
fn integer(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        .then(|| text.parse::<i64>().ok().map(Value::from))
        .flatten()
}

fn check_names(operation: &Operation, request: &Request, rules: &Rules, found: &mut Vec<String>) {
    for (name, _) in &request.query {
        let is_described = rules
            .parameters
            .iter()
            .any(|p| p.in_query && p.name == *name);
        let is_known = |names: &[&str]| names.contains(&name.as_str());
        if !is_described && !is_known(&TOKENS) && !is_known(&IGNORED_PARAMETERS) {
            found.push(format!("there is no query parameter `{name}`"));
        }
    }
    let own = operation.token.parameters().map(|(own, _)| own);
    let given = |token: &str| {
        let names = request.query.iter();
        names.filter(|(name, _)| name == token).count()
    };
    for token in TOKENS {
        if given(token) > 1 {
            found.push(format!("query `{token}` is given more than once"));
        }
        // Alone it is taken for the wrong kind of token, which has an answer: code 102.
        if Some(token) != own && given(token) > 0 && own.is_none_or(|own| given(own) > 0) {
            found.push(format!("the operation takes no `{token}`"));
        }
    }
}

fn check_body(
    request: &Request,
    content: &Content,
    rule: Option<&BodyRule>,
    found: &mut Vec<String>,
) {
    match rule {
        // Clients whose HTTP library always sends JSON send an empty object.
        None if content.length > 0 && content.json != Ok(json!({})) => {
            found.push("the operation takes no body".to_owned());
        }
        None => {}
        Some(BodyRule::Multipart) => {
            let problem = content.bad_file.as_ref();
            found.extend(problem.map(|problem| format!("body: {problem}")));
        }
        Some(BodyRule::Json { required, schema }) => {
            if content.length == 0 {
                if *required {
                    found.push("the body is missing".to_owned());
                }
                return;
            }
            let content_type = request.content_type();
            let essence = content_type.split(';').next().unwrap_or_default().trim();
            if !essence.eq_ignore_ascii_case("application/json") {
                found.push("the body's content type is not `application/json`".to_owned());
            }
            match &content.json {
                Ok(value) => found.extend(
                    problems(schema, &without_ignored_keys(value))
                        .into_iter()
                        .map(|problem| format!("body: {problem}")),
                ),
                Err(problem) => found.push(problem.clone()),
            }
        }
    }
}

fn without_ignored_keys(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(map) = body.as_object_mut() {
        map.retain(|key, _| !IGNORED_KEYS.contains(&key.as_str()));
    }
    body
}
