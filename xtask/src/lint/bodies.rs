//! Request bodies: the media types the generator can send.

use super::Report;
use crate::spec::{Document, Node};

const MEDIA: [&str; 5] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "text/plain",
    "text/x-markdown",
];

/// One body has one media type, that one is known, and it has a schema.
pub(super) fn bodies(document: &Document, report: &mut Report<'_>) {
    for operation in document
        .operations()
        .iter()
        .filter(|operation| !operation.is_handwritten())
    {
        let (Some(listed), Some(body)) = (operation.node.get("requestBody"), operation.body())
        else {
            continue;
        };
        let name = operation.name();
        if !body.flag("required") {
            let what =
                format!("the body of {name} is optional, but the client will always ask for one");
            report.minor(
                &listed,
                what,
                "add `required: true`, or say that calls without it go through another operation",
            );
        }
        let content = body.get("content");
        let media: Vec<_> = content.iter().flat_map(Node::entries).collect();
        match media.as_slice() {
            [] => report.error(
                &listed,
                format!("the body of {name} has no `content`"),
                "add `content: {application/json: {schema: …}}`",
            ),
            [(kind, media)] => one(kind, media, &name, report),
            [_, (second, other), ..] => {
                let what = format!("the body of {name} has a second media type, `{second}`");
                report.error(other, what, "keep the one that the client shall send");
            }
        }
    }
}

fn one(kind: &str, media: &Node<'_>, name: &str, report: &mut Report<'_>) {
    let plain = kind.split(';').next().unwrap_or_default().trim();
    if plain.starts_with("multipart/") {
        let what = format!("the body of {name} is `{plain}`, which the generator cannot send");
        report.error(
            media,
            what,
            "mark the operation `x-handwritten: \"why\"` and write its call by hand",
        );
        return;
    }
    if !MEDIA.contains(&plain) {
        let what = format!("the body of {name} is `{plain}`, which the generator cannot send");
        report.error(media, what, format!("use one of {}", MEDIA.join(", ")));
        return;
    }
    let Some(schema) = media.get("schema") else {
        report.error(
            media,
            format!("the body of {name} has no `schema`"),
            "add one",
        );
        return;
    };
    if let Some(encoding) = media.get("encoding") {
        report.error(
            &encoding,
            "`encoding` of a body is not supported",
            "remove it; every field is sent in its usual form",
        );
    }
    let target = schema.resolve();
    let text = |key: &str| target.as_ref().and_then(|schema| schema.text(key));
    match plain {
        "application/octet-stream"
            if (text("type"), text("format")) != (Some("string"), Some("binary")) =>
        {
            report.error(
                &schema,
                format!("the bytes that {name} sends have another schema than bytes"),
                "write `{type: string, format: binary}`",
            );
        }
        "text/plain" | "text/x-markdown"
            if text("type") != Some("string") || text("format").is_some() =>
        {
            report.error(
                &schema,
                format!("the text that {name} sends has another schema than text"),
                "write `{type: string}`",
            );
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{foreign, operation, own, pair};

    fn document(body: &str) -> String {
        operation(&format!(
            "      requestBody: {body}\n      responses: {{'200': {{description: ok}}}}\n"
        ))
    }

    const GOOD: &str = "{required: true, content: {application/json: {schema: {type: object}}}}";

    #[test]
    fn an_optional_body_is_reported_and_only_noted_in_other_documents() {
        let bad = document(&GOOD.replace("required: true, ", ""));
        pair(
            &bad,
            "api.yaml:8: the body of `read` is optional, but the client will always ask for one; add `required: true`, or say that calls without it go through another operation",
            &document(GOOD),
        );
        assert!(foreign(&bad)[0].starts_with("api.yaml:8: note: the body of `read` is optional"));
    }

    #[test]
    fn multipart_is_for_handwritten_operations() {
        let multipart = GOOD.replace("application/json", "multipart/form-data");
        let bad = document(&multipart);
        pair(
            &bad,
            "api.yaml:8: the body of `read` is `multipart/form-data`, which the generator cannot send; mark the operation `x-handwritten: \"why\"` and write its call by hand",
            &bad.replace(
                "x-idempotent: true",
                "x-idempotent: true\n      x-handwritten: multipart",
            ),
        );
    }

    #[test]
    fn a_second_media_type_and_unknown_ones_are_reported() {
        let two = GOOD.replace(
            "{application/json",
            "{text/plain: {schema: {type: string}}, application/json",
        );
        assert!(own(&document(&two))[0].contains("has a second media type, `application/json`"));
        let xml = GOOD.replace("application/json", "application/xml");
        assert!(
            own(&document(&xml))[0]
                .contains("is `application/xml`, which the generator cannot send; use one of")
        );
    }

    #[test]
    fn a_body_without_content_or_schema_is_reported() {
        assert!(own(&document("{required: true, content: {}}"))[0].contains("has no `content`"));
        assert!(
            own(&document(&GOOD.replace("schema: {type: object}", "")))[0]
                .contains("has no `schema`")
        );
    }

    #[test]
    fn bytes_and_text_have_their_one_schema() {
        let bytes = GOOD.replace("application/json", "application/octet-stream");
        pair(
            &document(&bytes),
            "api.yaml:8: the bytes that `read` sends have another schema than bytes; write `{type: string, format: binary}`",
            &document(&bytes.replace("{type: object}", "{type: string, format: binary}")),
        );
        let text = GOOD.replace("application/json", "text/plain");
        assert!(own(&document(&text))[0].contains("has another schema than text"));
    }
}
