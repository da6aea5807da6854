//! Faults as JSON: in a file for the binary, and in the control endpoint.
use std::{fmt, time::Duration};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json, value::RawValue};

use crate::fault::{Fault, FaultKind};

/// The keys of a written fault that are still to be read.
struct Keys(Map<String, Value>);

impl Keys {
    fn optional<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, String> {
        let value = self.0.remove(key).unwrap_or_default();
        serde_json::from_value(value).map_err(|error| format!("`{key}`: {error}"))
    }

    fn needed<T: DeserializeOwned>(&mut self, key: &str) -> Result<T, String> {
        self.optional(key)?
            .ok_or_else(|| format!("the fault needs `{key}`"))
    }

    fn kind(&mut self, name: &str) -> Result<FaultKind, String> {
        Ok(match name {
            "too_many_requests" => FaultKind::TooManyRequests {
                in_body: self.optional("in_body")?.unwrap_or(false),
                retry_after: self.optional("retry_after")?,
            },
            "slow_headers" => FaultKind::SlowHeaders(Duration::from_millis(self.needed("millis")?)),
            "slow_body" => FaultKind::SlowBody(Duration::from_millis(self.needed("millis")?)),
            "redirect" => FaultKind::Redirect(self.needed("to")?),
            "error_code" => FaultKind::ErrorCode(self.needed("code")?),
            "error_text" => FaultKind::ErrorText(self.needed("text")?),
            "original_error" => FaultKind::OriginalError(self.needed("error")?),
            "arrival" => FaultKind::Arrival {
                conversation: self.optional("conversation")?,
                text: self.needed("text")?,
            },
            "answer" => FaultKind::Answer {
                status: self.needed("status")?,
                content_type: self
                    .optional("content_type")?
                    .unwrap_or_else(|| "application/json".to_owned()),
                body: self.optional("body")?.unwrap_or_default(),
            },
            // All others are a name and nothing else.
            _ => {
                let mut kinds = FaultKind::one_of_each();
                let names: Vec<_> = kinds.iter().map(FaultKind::name).collect();
                let told = || {
                    let names = names.join(", ");
                    format!("no fault is called `{name}`; there are: {names}")
                };
                let place = names.iter().position(|known| *known == name);
                kinds.swap_remove(place.ok_or_else(told)?)
            }
        })
    }
}

fn read_fault(keys: Map<String, Value>) -> Result<Fault, String> {
    let mut keys = Keys(keys);
    let name: String = keys.needed("fault")?;
    let lasts: Option<u64> = keys.optional("lasts_ms")?;
    let fault = Fault {
        kind: keys.kind(&name)?,
        operation: keys.optional("on")?,
        page: keys.optional("page")?,
        after: keys.optional("after")?.unwrap_or(0),
        times: keys.optional("times")?,
        lasts: lasts.map(Duration::from_millis),
        probability: keys.optional("probability")?,
    };
    if let Some(key) = keys.0.keys().next() {
        return Err(format!("the fault `{name}` has no `{key}`"));
    }
    fault.problem().map_or(Ok(fault), Err)
}

/// A fault as it is read.
pub(crate) fn written(fault: &Fault) -> Value {
    let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut keys = json!({
        "fault": fault.kind.name(),
        "on": fault.operation,
        "page": fault.page,
        "after": (fault.after > 0).then_some(fault.after),
        "times": fault.times,
        "lasts_ms": fault.lasts.map(millis),
        "probability": fault.probability,
    });
    let own = match &fault.kind {
        FaultKind::TooManyRequests {
            in_body,
            retry_after,
        } => json!({"in_body": in_body, "retry_after": retry_after}),
        FaultKind::SlowHeaders(duration) | FaultKind::SlowBody(duration) => {
            json!({"millis": millis(*duration)})
        }
        FaultKind::Redirect(to) => json!({"to": to}),
        FaultKind::ErrorCode(code) => json!({"code": code}),
        FaultKind::ErrorText(text) => json!({"text": text}),
        FaultKind::OriginalError(error) => json!({"error": error}),
        FaultKind::Arrival { conversation, text } => {
            json!({"conversation": conversation, "text": text})
        }
        FaultKind::Answer {
            status,
            content_type,
            body,
        } => json!({"status": status, "content_type": content_type, "body": body}),
        _ => json!({}),
    };
    if let (Some(keys), Value::Object(own)) = (keys.as_object_mut(), own) {
        keys.extend(own);
        keys.retain(|_, value| !value.is_null());
    }
    keys
}

/// A list of faults that can't be read; says where and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFaults {
    line: usize,
    what: String,
}

impl BadFaults {
    /// `first` is the line where the text that serde_json saw begins.
    fn new(first: usize, error: &serde_json::Error) -> Self {
        let what = error.to_string();
        // serde_json counts from the beginning of what it saw, and says so at the end.
        let position = format!(" at line {} column {}", error.line(), error.column());
        let what = what.strip_suffix(&position).unwrap_or(&what).to_owned();
        Self {
            line: first + error.line().saturating_sub(1),
            what,
        }
    }
}

impl fmt::Display for BadFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for BadFaults {}

/// Reads a JSON list of faults.
///
/// ```
/// let faults = pancake_mock::read_faults(
///     r#"[
///         {"fault": "rotate_token", "after": 3, "times": 1},
///         {"fault": "too_many_requests", "lasts_ms": 2000, "retry_after": 1},
///         {"fault": "gateway_timeout_after_store", "on": "send_message", "probability": 0.1}
///     ]"#,
/// )?;
/// assert_eq!(faults.len(), 3);
/// # Ok::<_, pancake_mock::BadFaults>(())
/// ```
///
/// # Errors
///
/// Broken JSON, a fault or a key that there is not, a fault that lacks something: with the line.
pub fn read_faults(text: &str) -> Result<Vec<Fault>, BadFaults> {
    let list: Vec<&RawValue> =
        serde_json::from_str(text).map_err(|error| BadFaults::new(1, &error))?;
    let mut rest = text;
    let mut line = 1;
    let mut faults = Vec::with_capacity(list.len());
    for one in list {
        // Each is a piece of the text, and they come in order.
        let (before, _) = rest.split_once(one.get()).unwrap_or((rest, ""));
        line += before.matches('\n').count();
        let keys = serde_json::from_str(one.get()).map_err(|error| BadFaults::new(line, &error))?;
        faults.push(read_fault(keys).map_err(|what| BadFaults { line, what })?);
        line += one.get().matches('\n').count();
        rest = rest
            .get(before.len() + one.get().len()..)
            .unwrap_or_default();
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_as_it_is_written() {
        for kind in FaultKind::one_of_each() {
            let fault = Fault::new(kind)
                .on("list_tags")
                .on_page("7")
                .after(2)
                .times(3);
            let fault = fault.lasts(Duration::from_millis(4)).probability(0.5);
            let text = json!([written(&fault)]).to_string();
            assert_eq!(read_faults(&text).unwrap(), [fault], "{text}");
        }
    }

    #[test]
    fn wrong_fault_is_refused_with_its_line() {
        for (text, told) in [
            (
                "[\n {\"fault\": \"reset_before\"},\n\n {\n \"fault\": \"reset_before\",\n \"time\": 1}\n]",
                "line 4: the fault `reset_before` has no `time`",
            ),
            (
                "[\n {\"fault\":\n \"reset_after\"},\n {\"fault\": \"rest_before\"}\n\n]",
                "line 4: no fault is called `rest_before`; there are: rotate_token, ",
            ),
            ("", "line 1: "),
            ("{}", "line 1: "),
        ] {
            let error = read_faults(text).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }

    #[test]
    fn wrong_key_or_value_is_named() {
        for (fault, told) in [
            (r#""reset_before", "millis": 5"#, "has no `millis`"),
            (r#""slow_body""#, "needs `millis`"),
            (r#""slow_body", "millis": "x""#, "`millis`: invalid type"),
            (r#""reset_before", "on": "list_tag""#, "`list_tag`"),
            (r#""reset_before", "probability": 1.5"#, "between 0 and 1"),
            (r#""answer", "status": 1000"#, "between 200 and 599"),
            (r#""answer", "status": 100"#, "between 200 and 599"),
            (
                r#""answer", "status": 200, "content_type": "a\nb""#,
                "`content_type`",
            ),
            (r#""redirect", "to": "http://a.example/\nx: y""#, "`to`"),
            (r#""redirect", "to": """#, "`to`"),
        ] {
            let text = format!("[{{\"fault\": {fault}}}]");
            let error = read_faults(&text).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
