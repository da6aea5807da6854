//! What people can call and name: changes of the API document and of the generator as readable lines.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::path::{Path, PathBuf};

use pancake_client::operations::OPERATIONS;
use pancake_client::{Operation, Paging, TokenKind};
use pancake_tests::snapshots;
use syn::{Item, UseTree, Visibility};

fn read(path: &str) -> String {
    let file: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(file).unwrap()
}

/// The two halves of the generated surface.
fn generated() -> (String, String) {
    let surface = xtask::surface::surface(&read("crates/pancake-client/src/generated.rs")).unwrap();
    let (operations, types) = surface.split_once("\nTYPES\n").unwrap();
    (
        operations
            .trim_start_matches("OPERATIONS")
            .trim()
            .to_owned(),
        types.trim().to_owned(),
    )
}

#[test]
fn the_generated_operations_are_those_that_were_reviewed() {
    let (operations, _) = generated();
    snapshots::settings("surface").bind(|| insta::assert_snapshot!("operations", operations));
}

#[test]
fn the_generated_types_are_those_that_were_reviewed() {
    let (_, types) = generated();
    snapshots::settings("surface").bind(|| insta::assert_snapshot!("types", types));
}

#[test]
fn every_operation_has_a_method_generated_or_by_hand() {
    let (operations, _) = generated();
    let by_hand =
        ["avatar", "upload"].map(|file| read(&format!("crates/pancake-client/src/{file}.rs")));
    for operation in &OPERATIONS {
        let generated = operations.lines().any(|line| {
            line.strip_prefix(operation.id)
                .is_some_and(|rest| rest.starts_with(':'))
        });
        assert_eq!(generated, !operation.handwritten, "{}", operation.id);
        let method = format!("pub fn {}(&self)", operation.id);
        let handwritten = by_hand.iter().any(|file| file.contains(&method));
        assert_eq!(handwritten, operation.handwritten, "{}", operation.id);
    }
}

#[test]
fn the_readme_has_a_true_row_for_every_operation() {
    let readme = read("README.md");
    for operation in &OPERATIONS {
        let id = format!("| `{}` |", operation.id);
        let row = readme.lines().find(|line| line.starts_with(&id));
        let row = row.unwrap_or_else(|| panic!("README.md has no row for {}", operation.id));
        let path = operation
            .path
            .replace("/public_api/v1/pages/{page_id}/", "…/");
        let token = match operation.token {
            TokenKind::User => "user",
            TokenKind::Page => "page",
            _ => "none",
        };
        let code = ["generated", "handwritten"][usize::from(operation.handwritten)];
        let repeat = ["**no**", "yes"][usize::from(operation.idempotent)];
        let wanted = format!(
            "{id} `{} {path}` | {token} | {code} | {repeat} |",
            operation.method
        );
        assert!(row.starts_with(&wanted), "{row}\nis not\n{wanted}");
        let recorded = row
            .split("](")
            .nth(1)
            .and_then(|rest| rest.split(')').next());
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert!(file.join(recorded.unwrap()).is_file(), "{row}");
    }
}

#[test]
fn the_operation_table_is_the_one_that_was_reviewed() {
    let rows: Vec<[String; 6]> = OPERATIONS.iter().map(row).collect();
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    let mut table = String::new();
    for row in &rows {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        table += cells.collect::<Vec<_>>().join("  ").trim_end();
        table.push('\n');
    }
    snapshots::settings("surface").bind(|| insta::assert_snapshot!("operation_table", table));
}

fn row(operation: &Operation) -> [String; 6] {
    let token = match operation.token {
        TokenKind::User => "user token",
        TokenKind::Page => "page token",
        _ => "no token",
    };
    let mut notes = Vec::new();
    notes.extend(operation.paging.map(paging));
    notes.extend(operation.handwritten.then(|| "handwritten".to_owned()));
    [
        operation.id.to_owned(),
        format!("{} {}", operation.method, operation.path),
        operation.tag.to_owned(),
        token.to_owned(),
        if operation.idempotent {
            "repeatable"
        } else {
            "once"
        }
        .to_owned(),
        notes.join(", "),
    ]
}

fn paging(paging: Paging) -> String {
    match paging {
        Paging::Cursor {
            parameter,
            items,
            size,
        } => {
            format!("{items} by the cursor {parameter}, {size} a page")
        }
        Paging::Count {
            parameter,
            items,
            size,
        } => {
            format!("{items} by the count {parameter}, up to {size} a page")
        }
        Paging::Page {
            parameter,
            size_parameter,
            max_size,
            items,
            total,
        } => {
            let total = total.map_or_else(String::new, |total| format!(", {total} in all"));
            format!("{items} by {parameter} and {size_parameter}, up to {max_size} a page{total}")
        }
        Paging::Offset {
            parameter,
            items,
            size,
        } => {
            format!("{items} by the offset {parameter}, {size} a page")
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn the_crates_export_what_was_reviewed() {
    let mut text = String::new();
    for (name, path) in [
        ("pancake_client", "crates/pancake-client/src/lib.rs"),
        ("pancake_ext", "crates/pancake-ext/src/lib.rs"),
        ("pancake_mock", "crates/pancake-mock/src/lib.rs"),
    ] {
        let file = syn::parse_file(&read(path)).unwrap();
        let mut exports: Vec<String> = file.items.iter().flat_map(exports).collect();
        exports.sort();
        assert!(!exports.is_empty(), "{path}");
        for export in exports {
            text += &format!("{name}::{export}\n");
        }
        text.push('\n');
    }
    snapshots::settings("surface").bind(|| insta::assert_snapshot!("exports", text.trim_end()));
}

/// What a public item of a crate's root adds to the crate's names.
fn exports(item: &Item) -> Vec<String> {
    let public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
    match item {
        // What is hidden serves the workspace, and no one is promised it.
        Item::Mod(item) if item.attrs.iter().any(is_hidden) => Vec::new(),
        Item::Use(item) if public(&item.vis) => {
            let mut names = Vec::new();
            leaves(&item.tree, &mut names);
            names
        }
        Item::Mod(item) if public(&item.vis) => vec![format!("{} (module)", item.ident)],
        Item::Fn(item) if public(&item.vis) => vec![format!("{}()", item.sig.ident)],
        Item::Const(item) if public(&item.vis) => vec![item.ident.to_string()],
        Item::Struct(item) if public(&item.vis) => vec![item.ident.to_string()],
        Item::Enum(item) if public(&item.vis) => vec![item.ident.to_string()],
        Item::Trait(item) if public(&item.vis) => vec![item.ident.to_string()],
        Item::Type(item) if public(&item.vis) => vec![item.ident.to_string()],
        _ => Vec::new(),
    }
}

fn is_hidden(attribute: &syn::Attribute) -> bool {
    let list = attribute.meta.require_list().ok();
    list.is_some_and(|list| list.path.is_ident("doc") && list.tokens.to_string() == "hidden")
}

fn leaves(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Rename(rename) => names.push(rename.rename.to_string()),
        UseTree::Glob(_) => names.push("*".to_owned()),
    }
}
