//! The address of the service: tokens travel in it, so it has to be encrypted or local.

use url::{Host, Url};

use crate::error::{Error, ErrorKind};

/// Checks a base URL and brings it into the form the client wants: no slash at the end.
pub(crate) fn check(base_url: &str, allow_insecure: bool) -> Result<String, Error> {
    let invalid = |what: String| Error::new(ErrorKind::Configuration, what);
    let url = Url::parse(base_url.trim())
        .map_err(|error| invalid(format!("the base URL is no URL: {error}")))?;
    match url.scheme() {
        "https" => {}
        "http" if allow_insecure || is_loopback(&url) => {}
        "http" => {
            return Err(invalid(
                "the base URL is not https, and tokens travel in the address: use https, or allow_insecure_http()"
                    .to_owned(),
            ));
        }
        other => {
            return Err(invalid(format!(
                "the base URL has the scheme {other} instead of https"
            )));
        }
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid(
            "the base URL must have neither a query nor a fragment".to_owned(),
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(
            "the base URL must not hold a user name or password".to_owned(),
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether a checked base URL is on this machine.
pub(crate) fn is_local(base_url: &str) -> bool {
    Url::parse(base_url).is_ok_and(|url| is_loopback(&url))
}

/// Names below `localhost` do not count: resolvers should answer this machine for them, and not all do.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn https_and_loopback_are_taken_and_lose_their_last_slash() {
        for (given, taken) in [
            ("https://pages.fm/api/", "https://pages.fm/api"),
            ("https://pages.fm", "https://pages.fm"),
            ("http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api"),
            ("http://[::1]:80/api", "http://[::1]/api"),
            ("http://localhost:1/", "http://localhost:1"),
        ] {
            assert_eq!(check(given, false).unwrap(), taken);
        }
    }

    #[test]
    fn an_address_that_would_show_tokens_or_lose_them_is_refused() {
        for given in [
            "http://pages.fm/api",
            "http://10.0.0.1/api",
            "http://localhost.example.com",
            "http://pancake.localhost",
            "ftp://pages.fm",
            "pages.fm/api",
            "",
            "https://pages.fm/api?a=b",
            "https://pages.fm/api#a",
            "https://user:password@pages.fm/api",
        ] {
            let error = check(given, false).unwrap_err().to_string();
            assert!(!error.contains("password@"), "{error}");
        }
        assert!(check("http://10.0.0.1/api", true).is_ok());
    }
}
