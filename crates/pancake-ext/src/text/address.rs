//! Addresses of links: which of them are shown, and whether the text of the link says the same.

/// The address as it is shown beside the text, or `None` if it leads nowhere outside of the page or the text says it already.
pub(super) fn beside<'a>(address: &'a str, text: &str) -> Option<&'a str> {
    let address = address.trim();
    if address.is_empty() || address.starts_with('#') || is_code(address) {
        return None;
    }
    (bare(address) != bare(text.trim())).then_some(address)
}

/// `javascript:` does something, and `data:` is content; neither is a place.
fn is_code(address: &str) -> bool {
    let scheme = address.split(':').next().unwrap_or_default();
    ["javascript", "data", "vbscript", "blob"]
        .iter()
        .any(|code| scheme.eq_ignore_ascii_case(code))
}

/// What people mean when they write an address: without the scheme, and without the `/` at the end.
fn bare(address: &str) -> String {
    for (scheme, is_phone) in [
        ("https://", false),
        ("http://", false),
        ("mailto:", false),
        ("tel:", true),
    ] {
        let Some(rest) = without_prefix(address, scheme) else {
            continue;
        };
        return match is_phone {
            true => digits(rest),
            false => rest.trim_end_matches('/').to_owned(),
        };
    }
    let is_phone = |sign: char| sign.is_ascii_digit() || "+ .-()".contains(sign);
    if !address.is_empty() && address.chars().all(is_phone) {
        digits(address)
    } else {
        address.trim_end_matches('/').to_owned()
    }
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| text.get(prefix.len()..))?
}

fn digits(phone: &str) -> String {
    let kept = phone
        .chars()
        .filter(|sign| sign.is_ascii_digit() || *sign == '+');
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_the_text_says_already_is_not_repeated() {
        for (address, text) in [
            ("https://shop.example/a", "https://shop.example/a"),
            ("https://shop.example/", "shop.example"),
            ("HTTP://shop.example", "http://shop.example/"),
            ("mailto:a@shop.example", "a@shop.example"),
            ("tel:+84912345678", "+84 912 345 678"),
            ("tel:0912345678", "0912.345.678"),
        ] {
            assert_eq!(beside(address, text), None, "{address} {text}");
        }
    }

    #[test]
    fn an_address_that_says_more_is_shown() {
        for (address, text) in [
            (" https://shop.example/a ", "đây"),
            ("https://shop.example/long", "https://shop.example/lo…"),
            ("tel:0912345678", "gọi shop"),
            ("tel:0912345678", "0912345679"),
            ("/relative", "đây"),
        ] {
            assert_eq!(beside(address, text), Some(address.trim()), "{text}");
        }
    }

    #[test]
    fn what_is_no_place_is_not_shown() {
        for address in [
            "",
            " ",
            "#",
            "#top",
            "javascript:void(0)",
            "JavaScript:x",
            "data:text/plain,x",
        ] {
            assert_eq!(beside(address, "đây"), None, "{address}");
        }
    }
}
