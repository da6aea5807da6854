//! Everything with a name that a caller of a document sees.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Weight, wire};
use serde_json::Value;

use crate::codegen;
use crate::lint::Audience;
use crate::spec::Document;
use crate::surface::{Member, Surface};

/// How the generated code reads and writes a value.
pub(super) const MARKS: &str = "serde attribute";

/// A name: an operation or type, and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) owner: String,
    /// Empty for the owner itself; `(offset)`, ` -> 200`, `.count`, `::Inbox`.
    pub(super) part: String,
}

impl Key {
    pub(super) fn new(owner: &str, part: impl Into<String>) -> Key {
        Key {
            owner: owner.to_owned(),
            part: part.into(),
        }
    }
}

impl Key {
    /// What it is part of: the owner, and the variant of a field.
    pub(super) fn around(&self) -> Vec<Key> {
        let mut around = Vec::new();
        if !self.part.is_empty() {
            around.push(Key::new(&self.owner, ""));
        }
        if let Some((variant, _)) = self
            .part
            .strip_prefix("::")
            .and_then(|part| part.split_once('.'))
        {
            around.push(Key::new(&self.owner, format!("::{variant}")));
        }
        around
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.owner, self.part)
    }
}

/// What is known of a name.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// Its line in the document.
    pub(super) line: Option<usize>,
    /// How the generated code declares it.
    pub(super) code: Option<String>,
    /// Its type in the generated code.
    pub(super) ty: Option<String>,
    /// Whether a request without it is refused.
    pub(super) required: bool,
    /// Whether it is one of a list that a `match` has to cover.
    pub(super) closed: bool,
    /// The facts of the wire, by name.
    pub(super) facts: BTreeMap<String, String>,
    /// Texts and examples.
    pub(super) words: BTreeMap<String, String>,
}

impl Item {
    /// What it was before it went, or is now that it came.
    pub(super) fn shown(&self) -> String {
        let fact = |name| self.facts.get(name);
        let wire = || fact(wire::SCHEMA).or_else(|| fact(wire::HANDWRITTEN_TYPE));
        let shown = fact(wire::CALL).or(self.code.as_ref()).or_else(wire);
        shown.map_or_else(|| "a value".to_owned(), |text| format!("`{text}`"))
    }

    /// The weight of its going.
    pub(super) fn presence(&self) -> Weight {
        // Without code of its own a response is one of the failures, which are all read alike.
        if self.facts.contains_key(wire::STATUS) && self.code.is_none() {
            Weight::Patch
        } else {
            Weight::Breaking
        }
    }
}

/// The operations in whose requests and responses a type is.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    pub(super) requests: BTreeSet<String>,
    pub(super) responses: BTreeSet<String>,
}

/// Everything that a caller sees of a document.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The document itself.
    pub(super) document: Value,
    pub(super) items: BTreeMap<Key, Item>,
    /// The operations by method, and path behind the host.
    pub(super) addresses: BTreeMap<String, String>,
    /// The types that each operation sends.
    pub(super) sent: BTreeMap<String, BTreeSet<String>>,
    /// The types that each operation receives.
    pub(super) received: BTreeMap<String, BTreeSet<String>>,
    /// The types inside each type.
    pub(super) inside: BTreeMap<String, BTreeSet<String>>,
    /// Why there is no generated code.
    pub(super) refusal: Option<String>,
}

impl View {
    /// Walks through the document, and generates its code.
    pub fn of(document: &Document) -> View {
        let mut view = wire::view(document);
        let generated =
            codegen::generate(document, Audience::Foreign).map_err(|refusal| refusal.to_string());
        let surface = generated.and_then(|generated| {
            Surface::read(&generated.client).map_err(|error| format!("{}: {error}", document.file))
        });
        match surface {
            Ok(surface) => view.add_code(&surface),
            Err(refusal) => view.refusal = Some(refusal),
        }
        view
    }

    /// The document's own version, `info.version`.
    pub(super) fn api_version(&self) -> Option<String> {
        Some(self.document.pointer("/info/version")?.as_str()?.to_owned())
    }

    fn add_code(&mut self, surface: &Surface) {
        for operation in &surface.operations {
            let name = &operation.name;
            self.code(Key::new(name, ""), format!("{name}()"));
            self.code(
                Key::new(name, wire::RESPONSE),
                format!("-> {}", operation.response),
            );
            for parameter in &operation.parameters {
                self.member(
                    Key::new(name, format!("({})", parameter.name)),
                    parameter,
                    false,
                );
            }
        }
        for named in &surface.types {
            let owner = &named.name;
            self.code(Key::new(owner, ""), named.head.clone());
            for name in &named.traits {
                self.code(
                    Key::new(owner, format!(": {name}")),
                    format!("impl {name} for {owner}"),
                );
            }
            for member in &named.members {
                let wire = member.wire.as_deref().unwrap_or(&member.name);
                let part = if named.is_enum {
                    format!("::{}", member.name)
                } else {
                    format!(".{wire}")
                };
                self.member(Key::new(owner, &part), member, named.is_enum);
                self.entry(Key::new(owner, &part)).closed = named.is_enum && !named.open;
                for field in &member.fields {
                    let wire = field.wire.as_deref().unwrap_or(&field.name);
                    self.member(Key::new(owner, format!("{part}.{wire}")), field, false);
                }
            }
        }
    }

    fn entry(&mut self, key: Key) -> &mut Item {
        self.items.entry(key).or_default()
    }

    fn code(&mut self, key: Key, code: String) {
        self.entry(key).code = Some(code);
    }

    fn member(&mut self, key: Key, member: &Member, of_enum: bool) {
        let item = self.entry(key);
        item.code = Some(member.declaration(of_enum));
        let optional = if member.optional { "Option<" } else { "" };
        let ty = member.ty.as_deref().unwrap_or_default();
        item.ty = Some(format!(
            "{optional}{ty}{}",
            if member.optional { ">" } else { "" }
        ));
        if !member.marks.is_empty() {
            item.facts.insert(MARKS.to_owned(), member.marks.join(", "));
        }
    }

    /// Leaves the facts of the wire alone.
    pub(super) fn forget_code(&mut self) {
        self.items.retain(|_, item| item.line.is_some());
        for item in self.items.values_mut() {
            (item.code, item.ty) = (None, None);
            item.facts.remove(MARKS);
        }
    }

    /// The operation or type that a name belongs to.
    pub(super) fn owner(&self, key: &Key) -> Option<&Item> {
        self.items.get(&Key::new(&key.owner, ""))
    }

    /// Calls operations by the names that another document has for the same address.
    pub(super) fn call_operations_as(&mut self, other: &View) {
        let names =
            |view: &View| -> BTreeSet<String> { view.addresses.values().cloned().collect() };
        let (own, others) = (names(self), names(other));
        let renamed: BTreeMap<String, String> = self
            .addresses
            .iter()
            .filter_map(|(address, name)| {
                Some((name.clone(), other.addresses.get(address)?.clone()))
            })
            .filter(|(old, new)| !others.contains(old) && !own.contains(new))
            .collect();
        let items = std::mem::take(&mut self.items).into_iter();
        self.items = items
            .map(|(mut key, item)| {
                if let Some(new) = renamed.get(&key.owner) {
                    key.owner.clone_from(new);
                }
                (key, item)
            })
            .collect();
    }

    /// Where a type is sent and received.
    pub(super) fn reach(&self, owner: &str) -> Reach {
        let having = |uses: &BTreeMap<String, BTreeSet<String>>| {
            let operations = uses
                .iter()
                .filter(|(_, types)| self.closure(types).contains(owner));
            operations.map(|(operation, _)| operation.clone()).collect()
        };
        Reach {
            requests: having(&self.sent),
            responses: having(&self.received),
        }
    }

    fn closure(&self, types: &BTreeSet<String>) -> BTreeSet<String> {
        let mut waiting: Vec<&String> = types.iter().collect();
        let mut found = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if found.insert(name.clone()) {
                waiting.extend(self.inside.get(name).into_iter().flatten());
            }
        }
        found
    }
}
