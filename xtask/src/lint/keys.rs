//! Keys that OpenAPI 3.0 does not have. The parser drops them without a word.
//!
//! The usual cause is a comma in unquoted text: in `{description: a, b}` the `b` is a key, and the text ends at `a`.

use super::Report;
use super::objects::Holds::{Data, List, Map, One};
use super::objects::Object;
use crate::spec::{Document, Node};

/// Every key is one that OpenAPI 3.0 has at its place, or starts with `x-`.
pub(super) fn unknown_keys(document: &Document, report: &mut Report<'_>) {
    let mut waiting = vec![(document.root(), Object::Root)];
    while let Some((node, object)) = waiting.pop() {
        let keys = object.keys();
        for (key, child) in node.entries() {
            if key.starts_with("x-") {
                continue;
            }
            match keys.iter().find(|(known, _)| *known == key) {
                None => unknown(&child, key, object, report),
                Some((_, Data)) => {}
                Some((_, One(inner))) => waiting.push((child, *inner)),
                Some((_, List(inner))) => {
                    waiting.extend(child.items().into_iter().map(|item| (item, *inner)))
                }
                Some((_, Map(inner))) => {
                    let entries = child
                        .entries()
                        .into_iter()
                        .filter(|(name, _)| !name.starts_with("x-") || *inner == Object::Schema);
                    waiting.extend(entries.map(|(_, entry)| (entry, *inner)));
                }
            }
        }
    }
}

fn unknown(node: &Node<'_>, key: &str, object: Object, report: &mut Report<'_>) {
    let known = object.keys().iter().map(|(known, _)| *known);
    let near = known
        .map(|known| (similar::TextDiff::from_chars(known, key).ratio(), known))
        .filter(|(ratio, _)| *ratio > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let what = format!(
        "`{key}` is no key of {}, and would be dropped",
        object.name()
    );
    let fix = match (key, object) {
        ("examples", Object::Schema) => "OpenAPI 3.0 has `example` here".to_owned(),
        ("const", Object::Schema) => "OpenAPI 3.0 has `enum` with one value for it".to_owned(),
        _ if node.value().is_null() => {
            "if a comma cut a text off here, put the whole text in quotes".to_owned()
        }
        _ => match near {
            Some((_, known)) => format!("is `{known}` meant?"),
            None => {
                "remove it; a key of our own starts with `x-` and is known to `openapi/README.md`"
                    .to_owned()
            }
        },
    };
    report.error(node, what, fix);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{in_response, operation, own, pair};

    #[test]
    fn a_comma_that_cut_a_text_off_is_noticed() {
        pair(
            &in_response("{type: object, description: the name, or null, properties: {}}"),
            "api.yaml:11: `or null` is no key of a schema, and would be dropped; if a comma cut a text off here, put the whole text in quotes",
            &in_response("{type: object, description: 'the name, or null', properties: {}}"),
        );
    }

    #[test]
    fn a_misspelt_key_gets_the_right_one_proposed() {
        pair(
            &operation("      sumary: s\n      responses: {'200': {description: ok}}\n"),
            "api.yaml:8: `sumary` is no key of an operation, and would be dropped; is `summary` meant?",
            &operation("      summary: s\n      responses: {'200': {description: ok}}\n"),
        );
    }

    #[test]
    fn keys_of_openapi_3_1_get_their_own_advice() {
        assert!(
            own(&in_response("{type: string, const: a}"))[0]
                .ends_with("OpenAPI 3.0 has `enum` with one value for it")
        );
        assert!(
            own(&in_response("{type: string, examples: [a]}"))[0]
                .ends_with("OpenAPI 3.0 has `example` here")
        );
    }

    #[test]
    fn the_small_objects_are_looked_into_too() {
        let document = in_response("{type: object}");
        let spoiled = document.replace(
            "info: {title: t, version: '1'}",
            "info: {title: t, version: '1', contact: {nme: me}, license: {name: MIT, lnk: x}}",
        );
        let problems = own(&spoiled);
        assert!(
            problems[0].contains("`nme` is no key of `contact`"),
            "{problems:?}"
        );
        assert!(
            problems[1].contains("`lnk` is no key of `license`"),
            "{problems:?}"
        );
    }

    #[test]
    fn names_of_properties_and_examples_are_free() {
        let document = in_response(
            "{type: object, properties: {anything: {type: string}, x-odd: {type: string}}, example: {what: ever}}",
        );
        assert_eq!(own(&document), [""; 0]);
    }

    #[test]
    fn every_level_is_looked_at() {
        let place = |problem: &str| {
            problem
                .split(" is no key of ")
                .nth(1)
                .unwrap()
                .split(',')
                .next()
                .unwrap()
                .to_owned()
        };
        let problems = own(&operation(
            "      parameters:\n        - {name: q, in: query, foo: 1, schema: {type: string, bar: 1}}\n      responses: {'200': {description: ok, baz: 1, headers: {X: {qux: 1, schema: {type: string}}}}}\n",
        ));
        let mut places: Vec<_> = problems.iter().map(|problem| place(problem)).collect();
        places.sort();
        assert_eq!(
            places,
            ["a header", "a parameter", "a response", "a schema"]
        );
    }
}
