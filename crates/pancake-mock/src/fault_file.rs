//! Faults as JSON: in a file for the binary, and in the control endpoint.
use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::fault::{Fault, FaultKind};

/// One fault as it is written. Keys that a fault does not know are refused.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultText {
    fault: String,
    // When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lasts_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    // What, for the kinds that need more than a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_body: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    millis: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    conversation: Option<String>,
}

/// The kinds that are only a name.
const PLAIN: &[FaultKind] = &[
    FaultKind::RotateToken,
    FaultKind::InternalError,
    FaultKind::BadGatewayHtml,
    FaultKind::GatewayTimeoutAfterStore,
    FaultKind::ResetBefore,
    FaultKind::ResetAfter,
    FaultKind::TruncatedBody,
    FaultKind::InvalidJson,
    FaultKind::WrongContentType,
    FaultKind::EndlessBody,
    FaultKind::StuckCursor,
    FaultKind::RepeatedRows,
    FaultKind::ShortPage,
    FaultKind::EmptyPage,
    FaultKind::ErrorWithoutCode,
];

/// The kinds with something to say, as they are written.
const TELLING: &str =
    "too_many_requests, slow_headers, slow_body, redirect, error_code, arrival, answer";

impl FaultText {
    fn kind(&mut self) -> Result<FaultKind, String> {
        let name = self.fault.clone();
        let needs = |key: &str| format!("the fault `{name}` needs `{key}`");
        Ok(match name.as_str() {
            "too_many_requests" => FaultKind::TooManyRequests {
                in_body: self.in_body.take().unwrap_or(false),
                retry_after: self.retry_after.take(),
            },
            "slow_headers" | "slow_body" => {
                let millis = self.millis.take().ok_or_else(|| needs("millis"))?;
                let duration = Duration::from_millis(millis);
                if name == "slow_body" {
                    FaultKind::SlowBody(duration)
                } else {
                    FaultKind::SlowHeaders(duration)
                }
            }
            "redirect" => FaultKind::Redirect(self.to.take().ok_or_else(|| needs("to"))?),
            "error_code" => FaultKind::ErrorCode(self.code.take().ok_or_else(|| needs("code"))?),
            "arrival" => FaultKind::Arrival {
                conversation: self.conversation.take(),
                text: self.text.take().ok_or_else(|| needs("text"))?,
            },
            "answer" => FaultKind::Answer {
                status: self.status.take().ok_or_else(|| needs("status"))?,
                content_type: self
                    .content_type
                    .take()
                    .unwrap_or_else(|| "application/json".to_owned()),
                body: self.body.take().unwrap_or_default(),
            },
            _ => PLAIN
                .iter()
                .find(|kind| kind.name() == name)
                .cloned()
                .ok_or_else(|| {
                    let plain: Vec<_> = PLAIN.iter().map(FaultKind::name).collect();
                    format!(
                        "no fault is called `{name}`; there are: {}, {TELLING}",
                        plain.join(", ")
                    )
                })?,
        })
    }

    /// A key that belongs to another kind of fault.
    fn left_over(&self) -> Option<&'static str> {
        let keys = [
            ("in_body", self.in_body.is_some()),
            ("retry_after", self.retry_after.is_some()),
            ("millis", self.millis.is_some()),
            ("to", self.to.is_some()),
            ("code", self.code.is_some()),
            ("status", self.status.is_some()),
            ("content_type", self.content_type.is_some()),
            ("body", self.body.is_some()),
            ("text", self.text.is_some()),
            ("conversation", self.conversation.is_some()),
        ];
        keys.into_iter()
            .find(|(_, is_set)| *is_set)
            .map(|(key, _)| key)
    }
}

impl TryFrom<FaultText> for Fault {
    type Error = String;

    fn try_from(mut text: FaultText) -> Result<Self, String> {
        let kind = text.kind()?;
        if let Some(key) = text.left_over() {
            return Err(format!("the fault `{}` has no `{key}`", text.fault));
        }
        let fault = Self {
            kind,
            operation: text.on,
            page: text.page,
            after: text.after.unwrap_or(0),
            times: text.times,
            lasts: text.lasts_ms.map(Duration::from_millis),
            probability: text.probability,
        };
        match fault.problem() {
            Some(problem) => Err(problem),
            None => Ok(fault),
        }
    }
}

impl From<&Fault> for FaultText {
    fn from(fault: &Fault) -> Self {
        let millis = |duration: &Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let mut text = Self {
            fault: fault.kind.name().to_owned(),
            on: fault.operation.clone(),
            page: fault.page.clone(),
            after: (fault.after > 0).then_some(fault.after),
            times: fault.times,
            lasts_ms: fault.lasts.as_ref().map(millis),
            probability: fault.probability,
            ..Self::default()
        };
        match &fault.kind {
            FaultKind::TooManyRequests {
                in_body,
                retry_after,
            } => {
                text.in_body = Some(*in_body);
                text.retry_after = *retry_after;
            }
            FaultKind::SlowHeaders(duration) | FaultKind::SlowBody(duration) => {
                text.millis = Some(millis(duration));
            }
            FaultKind::Redirect(to) => text.to = Some(to.clone()),
            FaultKind::ErrorCode(code) => text.code = Some(*code),
            FaultKind::Arrival {
                conversation,
                text: words,
            } => {
                text.text = Some(words.clone());
                text.conversation.clone_from(conversation);
            }
            FaultKind::Answer {
                status,
                content_type,
                body,
            } => {
                text.status = Some(*status);
                text.content_type = Some(content_type.clone());
                text.body = Some(body.clone());
            }
            _ => {}
        }
        text
    }
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
        let written: FaultText =
            serde_json::from_str(one.get()).map_err(|error| BadFaults::new(line, &error))?;
        faults.push(Fault::try_from(written).map_err(|what| BadFaults { line, what })?);
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

    fn refusal(text: &str) -> String {
        read_faults(text).unwrap_err().to_string()
    }

    #[test]
    fn every_kind_of_fault_can_be_written_and_read_back() {
        let mut kinds = PLAIN.to_vec();
        kinds.extend([
            FaultKind::TooManyRequests {
                in_body: true,
                retry_after: Some(3),
            },
            FaultKind::SlowHeaders(Duration::from_millis(5)),
            FaultKind::SlowBody(Duration::from_millis(5)),
            FaultKind::Redirect("http://elsewhere.example/".to_owned()),
            FaultKind::ErrorCode(121),
            FaultKind::Arrival {
                conversation: Some("1_2".to_owned()),
                text: "Alo".to_owned(),
            },
            FaultKind::Answer {
                status: 418,
                content_type: "a/b".to_owned(),
                body: "x".to_owned(),
            },
        ]);
        for kind in kinds {
            let fault = Fault::new(kind)
                .on("list_tags")
                .on_page("7")
                .after(2)
                .times(3)
                .lasts(Duration::from_millis(4))
                .probability(0.5);
            let text = serde_json::to_string(&[FaultText::from(&fault)]).unwrap();
            assert_eq!(read_faults(&text).unwrap(), [fault], "{text}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error = refusal(
            "[\n  {\"fault\": \"reset_before\"},\n  {\"fault\": \"reset_before\"},\n\n  {\n    \"time\": 1}\n]",
        );
        assert!(
            error.starts_with("line 6: unknown field `time`, expected"),
            "{error}"
        );
    }

    #[test]
    fn an_unknown_fault_is_refused_with_its_line_and_all_names() {
        let error =
            refusal("[\n  {\"fault\":\n \"reset_after\"},\n  {\"fault\": \"rest_before\"}\n\n]");
        assert!(
            error.starts_with("line 4: no fault is called `rest_before`"),
            "{error}"
        );
        assert!(
            error.contains("reset_before") && error.contains("slow_body"),
            "{error}"
        );
    }

    #[test]
    fn a_key_of_another_fault_is_refused() {
        let error = refusal("[{\"fault\": \"reset_before\", \"millis\": 5}]");
        assert!(error.contains("has no `millis`"), "{error}");
        let error = refusal("[{\"fault\": \"slow_body\"}]");
        assert!(error.contains("needs `millis`"), "{error}");
    }

    #[test]
    fn a_wrong_operation_or_probability_is_refused() {
        let error = refusal("[{\"fault\": \"reset_before\", \"on\": \"list_tag\"}]");
        assert!(error.contains("`list_tag`"), "{error}");
        let error = refusal("[{\"fault\": \"reset_before\", \"probability\": 1.5}]");
        assert!(error.contains("between 0 and 1"), "{error}");
        for (fault, told) in [
            (r#""answer", "status": 1000"#, "between 200 and 599"),
            (r#""answer", "status": 99"#, "between 200 and 599"),
            (r#""answer", "status": 100"#, "between 200 and 599"),
            (
                r#""answer", "status": 200, "content_type": "a\nb""#,
                "`content_type`",
            ),
            (r#""redirect", "to": "http://a.example/\nx: y""#, "`to`"),
            (r#""redirect", "to": """#, "`to`"),
        ] {
            let error = refusal(&format!("[{{\"fault\": {fault}}}]"));
            assert!(error.contains(told), "{error}");
        }
        assert!(read_faults("").is_err());
        assert!(read_faults("{}").is_err());
    }
}
