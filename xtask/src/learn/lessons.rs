//! What a comparison leaves behind: findings for people, and what to change in the document.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Finding, Place, Side};
use super::shape::{Kind, Shape};
use crate::spec::Node;

/// A field to add.
#[derive(Clone, Debug)]
pub(super) struct NewField<'a> {
    /// The object schema it belongs to.
    pub(super) owner: Node<'a>,
    /// The component around it.
    pub(super) component: String,
    /// What was seen under it.
    pub(super) shape: Shape,
    /// The number of objects that could have had it.
    pub(super) of: u64,
}

/// A schema to change.
#[derive(Clone, Debug)]
pub(super) struct Change<'a> {
    /// The schema where it is used: a property, the items of a list, the values of a map.
    pub(super) node: Node<'a>,
    /// What was seen there.
    pub(super) shape: Shape,
    /// Where.
    pub(super) place: Place<'a>,
    /// The number of places that could have had it.
    pub(super) of: u64,
    /// The operations, answers and paths that it was seen at.
    pub(super) sources: BTreeSet<(String, Side, String)>,
    /// Whether it has to let null through.
    pub(super) null: bool,
    /// The kinds it has to let through besides.
    pub(super) kinds: Vec<Kind>,
    /// Whether the form of the texts or numbers asks for another type.
    pub(super) form: bool,
    /// The values that make an enum of it.
    pub(super) open_enum: Vec<String>,
}

/// Everything to learn.
#[derive(Debug, Default)]
pub(super) struct Lessons<'a> {
    /// For people, in the order they were found.
    pub(super) findings: Vec<Finding>,
    /// By the pointer of the object and the name.
    pub(super) fields: BTreeMap<(String, String), NewField<'a>>,
    /// By the pointer of the schema.
    pub(super) changes: BTreeMap<String, Change<'a>>,
    /// By the pointer of the component: its list, and the values to add.
    pub(super) values: BTreeMap<String, (Node<'a>, Vec<String>)>,
}
