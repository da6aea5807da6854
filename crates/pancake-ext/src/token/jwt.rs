//! Reads the expiry out of a JWT, without checking its signature: only the server can do that.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;

#[derive(Deserialize)]
struct Claims {
    exp: Option<serde_json::Number>,
}

/// The `exp` of a token, or `None` if it has none or is no JWT, which is no error.
pub(super) fn expires_at(token: &str) -> Option<DateTime<Utc>> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let exp = claims.exp?;
    // RFC 7519 allows fractions of a second.
    let seconds = exp
        .as_i64()
        .or_else(|| exp.as_f64().map(|seconds| seconds as i64))?;
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn the_expiry_of_a_jwt_is_read() {
        for (claims, expected) in [
            (
                r#"{"exp":1774966418,"uid":"u","name":"Ngọc"}"#,
                Some(1_774_966_418),
            ),
            (r#"{"exp":1774966418.5}"#, Some(1_774_966_418)),
            (r#"{"exp":null}"#, None),
            (r#"{"uid":"u"}"#, None),
            (r#"{"exp":"soon"}"#, None),
            ("no json", None),
        ] {
            assert_eq!(
                expires_at(&token(claims)).map(|at| at.timestamp()),
                expected,
                "{claims}"
            );
        }
    }

    #[test]
    fn a_token_that_is_no_jwt_has_no_expiry() {
        for token in ["", "abc", "a.b", "a.!.c", "..", "a.e30"] {
            assert_eq!(expires_at(token), None, "{token}");
        }
    }
}
