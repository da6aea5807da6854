//! `schemars::JsonSchema` only with the feature `schemars`.

use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, ItemEnum, ItemStruct, Path, Token, parse_quote};

/// Moves `schemars::JsonSchema` out of every derive into one that depends on the feature.
pub(super) fn gate_schemas(file: &mut File) -> usize {
    let mut gate = Gate { changed: 0 };
    gate.visit_file_mut(file);
    gate.changed
}

struct Gate {
    changed: usize,
}

impl Gate {
    fn attributes(&mut self, attributes: &mut Vec<Attribute>) {
        let mut gated = false;
        for attribute in attributes
            .iter_mut()
            .filter(|attribute| attribute.path().is_ident("derive"))
        {
            let parser = Punctuated::<Path, Token![,]>::parse_terminated;
            let Ok(derives) = attribute.parse_args_with(parser) else {
                continue;
            };
            let (schemas, kept): (Vec<Path>, Vec<Path>) = derives.into_iter().partition(is_schema);
            if !schemas.is_empty() {
                *attribute = parse_quote!(#[derive(#(#kept),*)]);
                gated = true;
            }
        }
        if gated {
            let after = attributes
                .iter()
                .rposition(|attribute| attribute.path().is_ident("derive"));
            let gate =
                parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]);
            attributes.insert(after.map_or(0, |position| position + 1), gate);
            self.changed += 1;
        }
    }
}

fn is_schema(path: &Path) -> bool {
    path.segments
        .last()
        .is_some_and(|segment| segment.ident == "JsonSchema")
}

impl VisitMut for Gate {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        self.attributes(&mut item.attrs);
        visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        self.attributes(&mut item.attrs);
        visit_mut::visit_item_enum_mut(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_derive_moves_behind_its_feature() {
        let mut file = syn::parse_str(
            "mod types { #[derive(Clone, schemars::JsonSchema)] #[serde(untagged)] struct A; #[derive(Debug)] struct B; }",
        )
        .unwrap();
        assert_eq!(gate_schemas(&mut file), 1);
        let text = prettyplease::unparse(&file);
        assert!(text.contains("#[derive(Clone)]\n    #[cfg_attr(feature = \"schemars\", derive(schemars::JsonSchema))]"), "{text}");
    }
}
