//! Each form of schema, decoded and encoded by the code that is generated for it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use pancake_goldens::types::{Change, Kind, Label, NewThing, Size, Thing, ThingList};
use serde_json::{Value, json};

fn thing(value: Value) -> Thing {
    serde_json::from_value(value).unwrap()
}

/// Through the type and back.
fn again(value: &Value) -> Value {
    serde_json::to_value(thing(value.clone())).unwrap()
}

#[test]
fn unknown_fields_go_into_extra_and_come_back() {
    let value = json!({"id": "1", "new": {"a": [1, null]}, "other": null});
    assert_eq!(again(&value), value);
    assert_eq!(thing(value).extra["new"], json!({"a": [1, null]}));
}

#[test]
fn a_type_without_a_place_for_unknown_fields_drops_them() {
    let value = again(&json!({"parts": [{"id": "1", "new": 1}]}));
    assert_eq!(value, json!({"parts": [{"id": "1"}]}));
}

#[test]
fn a_field_with_the_name_of_a_keyword_has_its_name_on_the_wire() {
    let thing = thing(json!({"type": "INBOX", "type_": 1}));
    assert_eq!(thing.type_, Some(Kind::Inbox));
    assert_eq!(thing.extra["type_"], 1);
}

#[test]
fn an_id_is_read_from_text_and_numbers_and_written_as_text() {
    for id in [json!("7"), json!(7)] {
        assert_eq!(again(&json!({"id": id})), json!({"id": "7"}));
    }
}

#[test]
fn an_open_enum_takes_any_text() {
    for (text, kind) in [
        ("INBOX", Kind::Inbox),
        ("two words", Kind::TwoWords),
        ("3d", Kind::X3d),
        ("NEW", Kind::Other("NEW".to_owned())),
    ] {
        let value = json!({"type": text});
        assert_eq!(thing(value.clone()).type_, Some(kind.clone()));
        assert_eq!(again(&value), value);
        assert_eq!((kind.as_str(), Kind::from(text)), (text, kind.clone()));
    }
    assert_eq!(Kind::KNOWN, ["INBOX", "two words", "3d"]);
}

#[test]
fn a_closed_enum_says_what_it_takes() {
    assert_eq!("big".parse::<Size>().unwrap(), Size::Big);
    let error = "BIG".parse::<Size>().unwrap_err().to_string();
    assert_eq!(error, "`BIG` is no Size: use one of big, small");
    assert!(serde_json::from_value::<Size>(json!("BIG")).is_err());
}

#[test]
fn a_tagged_enum_is_told_apart_by_its_action() {
    let rename: Change = serde_json::from_value(json!({"action": "rename", "name": "n"})).unwrap();
    assert!(matches!(&rename, Change::Rename { name } if name == "n"));
    let resize = Change::Resize { size: Size::Small };
    assert_eq!(
        serde_json::to_value(&resize).unwrap(),
        json!({"action": "resize", "size": "small"})
    );
    for odd in [
        json!({"name": "n"}),
        json!({"action": "remove", "name": "n"}),
        json!({"action": "rename", "name": "n", "size": "big"}),
    ] {
        assert!(
            serde_json::from_value::<Change>(odd.clone()).is_err(),
            "{odd}"
        );
    }
}

#[test]
fn a_secret_is_read_and_neither_shown_nor_written() {
    let thing = thing(json!({"token": "canary"}));
    assert_eq!(thing.token.as_ref().unwrap().expose(), "canary");
    let shown = format!("{thing:?} {}", serde_json::to_string(&thing).unwrap());
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn a_nullable_array_is_nothing_empty_or_full() {
    for (value, length) in [
        (json!({"words": null}), None),
        (json!({}), None),
        (json!({"words": []}), Some(0)),
        (json!({"words": ["a", null]}), Some(1)),
    ] {
        let words = thing(value.clone()).words;
        assert_eq!(words.map(|words| words.len()), length, "{value}");
    }
    let gaps = thing(json!({"gaps": ["a", null]})).gaps.unwrap();
    assert_eq!(gaps, [Some("a".to_owned()), None]);
}

#[test]
fn an_array_that_is_not_nullable_is_empty_when_it_does_not_come() {
    for value in [json!({}), json!({"parts": null}), json!({"parts": []})] {
        assert!(thing(value.clone()).parts.is_empty(), "{value}");
        assert_eq!(again(&value), json!({}));
    }
}

#[test]
fn plain_fields_are_read_for_what_they_mean() {
    let thing = thing(json!({"count": "12", "share": "0.5", "seen": 1, "name": 7}));
    assert_eq!((thing.count, thing.share), (Some(12), Some(0.5)));
    assert_eq!((thing.seen, thing.name.as_deref()), (Some(true), Some("7")));
}

#[test]
fn forms_are_told_apart_by_the_kind_of_their_value() {
    let value = json!({"labels": [{"id": "1"}, 7, "text"]});
    let labels = thing(value.clone()).labels.unwrap();
    assert!(matches!(
        labels.as_slice(),
        [Label::Part(_), Label::Number(7), Label::Text(_)]
    ));
    assert_eq!(again(&value), value);
    assert!(serde_json::from_value::<Label>(json!(true)).is_err());
}

#[test]
fn a_map_of_series_keeps_its_keys() {
    let value = json!({"total": 2, "series": {"2026-01-01": [1.0, 2.5], "": []}});
    let list: ThingList = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(list.series.as_ref().unwrap()["2026-01-01"], [1.0, 2.5]);
    assert_eq!(serde_json::to_value(&list).unwrap(), value);
}

#[test]
fn a_field_that_must_come_is_missed() {
    let error = serde_json::from_value::<ThingList>(json!({"things": []})).unwrap_err();
    assert!(error.to_string().starts_with("missing field `total`"));
}

#[test]
fn a_request_refuses_fields_that_nobody_knows() {
    let body = NewThing::builder().name("n").size(Size::Big);
    let body = NewThing::try_from(body).unwrap();
    let value = json!({"name": "n", "size": "big"});
    assert_eq!(serde_json::to_value(&body).unwrap(), value);
    assert!(
        serde_json::from_value::<NewThing>(json!({"name": "n", "size": "big", "x": 1})).is_err()
    );
}
