//! What the captures showed and the document does not say.

use crate::spec::Node;

/// Which of an operation's answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// The successful one.
    Success,
    /// The failure, whatever its HTTP status.
    Failure,
}

impl Side {
    /// How to call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Side::Success => "success",
            Side::Failure => "failure",
        }
    }
}

/// What kind of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Field,
    HiddenKeys,
    Null,
    Type,
    Format,
    EnumValue,
}

impl What {
    /// The name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            What::Field => "field",
            What::HiddenKeys => "hidden_keys",
            What::Null => "null",
            What::Type => "type",
            What::Format => "format",
            What::EnumValue => "enum_value",
        }
    }
}

/// One thing to learn.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// What was asked, by the id of the operation.
    pub(super) operation: String,
    /// Which of its answers.
    pub(super) side: Side,
    /// Where in the answer: `conversations[].tags[].color`.
    pub(super) path: String,
    /// What kind of a finding.
    pub(super) what: What,
    /// The finding in words.
    pub(super) text: String,
    /// The JSON pointer of the schema it is about.
    pub(super) pointer: String,
    /// Its line.
    pub(super) line: Option<usize>,
}

/// A place in an answer, while one walks through it.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    /// The path so far.
    pub(super) path: String,
    /// The name of the last field on the way, in the singular after a list.
    pub(super) name: String,
    /// The component around it, for the names of new ones.
    pub(super) owner: String,
    /// What the document says was seen here.
    pub(super) said: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// The root of an answer.
    pub(super) fn root(owner: &str) -> Place<'a> {
        Place {
            path: String::new(),
            name: "answer".to_owned(),
            owner: owner.to_owned(),
            said: None,
        }
    }

    /// A field of the object here.
    pub(super) fn field(&self, name: &str) -> Place<'a> {
        let dot = if self.path.is_empty() { "" } else { "." };
        Place {
            path: format!("{}{dot}{name}", self.path),
            name: name.to_owned(),
            owner: self.owner.clone(),
            said: None,
        }
    }

    /// The values of the map here, whose keys are not shown.
    pub(super) fn values(&self) -> Place<'a> {
        Place {
            name: singular(&self.name),
            ..self.clone().with_path(|path| {
                let dot = if path.is_empty() { "" } else { "." };
                format!("{path}{dot}<key>")
            })
        }
    }

    /// The items of the list here.
    pub(super) fn items(&self) -> Place<'a> {
        Place {
            name: singular(&self.name),
            ..self.clone().with_path(|path| format!("{path}[]"))
        }
    }

    fn with_path(mut self, change: impl FnOnce(&str) -> String) -> Place<'a> {
        self.path = change(&self.path);
        self
    }

    /// The same place with what the schema says about it.
    pub(super) fn described(self, schema: &Node<'a>) -> Place<'a> {
        Place {
            said: schema.text("x-observed"),
            ..self
        }
    }

    /// The path for people; the root has none.
    pub(super) fn shown(&self) -> String {
        if self.path.is_empty() {
            "(the whole answer)".to_owned()
        } else {
            self.path.clone()
        }
    }
}

/// The name of one of many.
pub(super) fn singular(name: &str) -> String {
    let one = match name.strip_suffix("ies") {
        Some(stem) if stem.len() > 2 => return format!("{stem}y"),
        _ => name.strip_suffix('s').filter(|stem| !stem.ends_with('s')),
    };
    match one {
        Some(stem) if stem.len() > 1 => stem.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_as_one_would_write_it() {
        let place = Place::root("List").field("tags").items().field("id");
        assert_eq!(place.path, "tags[].id");
        assert_eq!(Place::root("List").items().shown(), "[]");
        assert_eq!(
            Place::root("List").field("users").values().path,
            "users.<key>"
        );
        assert_eq!(Place::root("List").shown(), "(the whole answer)");
    }

    #[test]
    fn one_of_many_has_a_name() {
        for (many, one) in [
            ("tags", "tag"),
            ("tag_histories", "tag_history"),
            ("address", "address"),
            ("user_ids", "user_id"),
            ("series", "sery"),
            ("data", "data"),
            ("s", "s"),
        ] {
            assert_eq!(singular(many), one);
        }
    }
}
