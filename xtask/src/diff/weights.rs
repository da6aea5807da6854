//! The few rules of what a change weighs.

use std::collections::{BTreeMap, BTreeSet};

use super::view::{Item, Key, MARKS, Reach};
use super::{Action, Weight, wire};

use Weight::{Breaking, Minor, Patch};

/// What a fact of the wire weighs when it comes, changes or goes.
const FACTS: &[(&str, [Weight; 3])] = &[
    (wire::HANDWRITTEN, [Breaking, Patch, Breaking]),
    (wire::HANDWRITTEN_TYPE, [Breaking; 3]),
    (wire::OPERATION_ID, [Breaking; 3]),
    ("token", [Breaking, Breaking, Minor]),
    ("paging", [Minor, Breaking, Breaking]),
    ("safe to repeat", [Minor, Minor, Patch]),
    ("deprecated", [Minor; 3]),
    ("servers", [Minor; 3]),
    ("content type", [Breaking; 3]),
    ("default", [Breaking; 3]),
    ("pattern", [Breaking; 3]),
    ("minLength", [Breaking; 3]),
    ("maxLength", [Breaking; 3]),
];

/// The facts that the generated code shows in its own way, where there is any.
const IN_CODE: [&str; 3] = [wire::SCHEMA, wire::REQUIRED, wire::NULLABLE];

/// The weight of a new name, and what to say of it.
pub(super) fn added(key: &Key, item: &Item, reach: &Reach) -> (Weight, String) {
    let field_of_variant = key.part.starts_with("::") && key.part.contains('.');
    let asked = key.part.starts_with('(') || !reach.requests.is_empty();
    let reason = if item.closed || field_of_variant {
        "; a `match` has to name it"
    } else if item.required && asked {
        "; every caller has to give it"
    } else {
        let weight = item.presence().min(Minor);
        return (weight, format!("is new: {}", item.shown()));
    };
    (Breaking, format!("is new: {}{reason}", item.shown()))
}

/// The weight of a name whose facts differ, and what to say of it.
pub(super) fn differences(
    old: &Item,
    new: &Item,
    reach: &Reach,
) -> Option<(Weight, Action, String, bool)> {
    let mut found = Vec::new();
    found.extend(code(old, new, reach));
    let has_code = old.code.is_some() && new.code.is_some();
    for (name, before, after) in pairs(&old.facts, &new.facts) {
        // The code has said it already.
        if (name == wire::OPERATION_ID && has_code) || (name == MARKS && !found.is_empty()) {
            continue;
        }
        found.push((
            fact(name, before, after, has_code),
            said(name, before, after),
        ));
    }
    let words_only = found.is_empty();
    if words_only {
        let words =
            pairs(&old.words, &new.words).map(|(name, ..)| (Patch, format!("its {name} changed")));
        found.extend(words);
    }
    let weight = found.iter().map(|(weight, _)| *weight).max()?;
    let deprecated = new.facts.contains_key("deprecated") && !old.facts.contains_key("deprecated");
    let action = if deprecated {
        Action::Deprecated
    } else {
        Action::Changed
    };
    // The code says it best; what stands behind it follows.
    let what: Vec<String> = found.into_iter().map(|(_, what)| what).collect();
    Some((weight, action, what.join("; "), words_only))
}

fn code(old: &Item, new: &Item, reach: &Reach) -> Option<(Weight, String)> {
    if old.code == new.code {
        return None;
    }
    let (Some(before), Some(after)) = (&old.code, &new.code) else {
        let what = if old.code.is_some() {
            "no code is generated for it any more"
        } else {
            "its code is generated now"
        };
        return Some((Breaking, what.to_owned()));
    };
    // A setter takes a value where an `Option` is asked for; whoever reads it does not.
    let loosened = new.ty.is_some() && new.ty == old.ty.as_ref().map(|ty| format!("Option<{ty}>"));
    let weight = if loosened && reach.responses.is_empty() {
        Minor
    } else {
        Breaking
    };
    Some((weight, format!("is `{after}`, was `{before}`")))
}

type Pair<'a> = (&'a str, Option<&'a String>, Option<&'a String>);

fn pairs<'a>(
    old: &'a BTreeMap<String, String>,
    new: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = Pair<'a>> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let pair = |name: &'a String| (name.as_str(), old.get(name), new.get(name));
    names
        .into_iter()
        .map(pair)
        .filter(|(_, before, after)| before != after)
}

fn fact(name: &str, before: Option<&String>, after: Option<&String>, has_code: bool) -> Weight {
    if wider(name, before, after) {
        return Minor;
    }
    let row = FACTS.iter().find(|(known, _)| *known == name);
    match (row, before, after) {
        (Some((_, [weight, ..])), None, _) => *weight,
        (Some((_, [.., weight])), _, None) => *weight,
        (Some((_, [_, weight, _])), ..) => *weight,
        (None, ..) if IN_CODE.contains(&name) && !has_code => Breaking,
        (None, ..) => Patch,
    }
}

fn wider(name: &str, before: Option<&String>, after: Option<&String>) -> bool {
    let number = |text: Option<&String>| text.and_then(|text| text.parse::<u64>().ok());
    match (name, number(before), number(after)) {
        ("maxLength", Some(before), Some(after)) => after > before,
        ("minLength", Some(before), Some(after)) => after < before,
        _ => false,
    }
}

fn said(name: &str, before: Option<&String>, after: Option<&String>) -> String {
    match (before, after) {
        (None, Some(after)) if after == "true" => format!("is {name} now"),
        (Some(before), None) if before == "true" => format!("is not {name} any more"),
        (Some(before), Some(after)) => {
            format!("{name} is `{}`, was `{}`", short(after), short(before))
        }
        (None, Some(after)) => format!("{name} is `{}`, was not set", short(after)),
        (Some(before), None) => format!("{name} is not set, was `{}`", short(before)),
        (None, None) => String::new(),
    }
}

fn short(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
