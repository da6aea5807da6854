//! Rust types as people say them.

use std::fmt::Write as _;

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

/// The type argument at a place: `String` is the first of `Result<String, Error>`.
pub(crate) fn argument(ty: &Type, index: usize) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.nth(index)
}

/// A type without the paths in front of its names: `Option<String>` for `::std::option::Option<::std::string::String>`.
pub(crate) fn short(ty: &Type) -> String {
    let Type::Path(path) = ty else {
        return ty.to_token_stream().to_string().replace(' ', "");
    };
    let last = path.path.segments.last();
    let mut text = last
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default();
    let parts: Vec<String> = (0..)
        .map_while(|index| argument(ty, index))
        .map(short)
        .collect();
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
