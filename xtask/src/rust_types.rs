//! Rust types as people say them.

use std::fmt::Write as _;

use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, Type};

/// The type argument at a place: `String` is the first of `Result<String, Error>`.
pub(crate) fn argument(ty: &Type, index: usize) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    arguments(&path.path).nth(index)
}

fn arguments(path: &Path) -> impl Iterator<Item = &Type> {
    let last = path.segments.last().map(|segment| &segment.arguments);
    let arguments = match last {
        Some(PathArguments::AngleBracketed(arguments)) => Some(&arguments.args),
        _ => None,
    };
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}

/// A type without the paths in front of its names: `Option<String>` for `::std::option::Option<::std::string::String>`.
pub(crate) fn short(ty: &Type) -> String {
    match ty {
        Type::Path(path) => short_path(&path.path),
        other => other.to_token_stream().to_string().replace(' ', ""),
    }
}

/// The last name of a path, with its types.
pub(crate) fn short_path(path: &Path) -> String {
    let last = path.segments.last();
    let mut text = last
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default();
    let parts: Vec<String> = arguments(path).map(short).collect();
    if !parts.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(text, "<{}>", parts.join(", "));
    }
    text
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_left_out_at_every_depth() {
        let ty =
            syn::parse_str("::std::result::Result<::std::vec::Vec<crate::id::PageId>, types::E>")
                .unwrap();
        assert_eq!(short(&ty), "Result<Vec<PageId>, E>");
        assert_eq!(short(&syn::parse_str("()").unwrap()), "()");
    }
}
