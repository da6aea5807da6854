//! Calls fail with an error of ours instead of progenitor's, which prints headers, addresses and bodies.

use syn::{File, ImplItem, ImplItemFn, Item, Visibility, parse_quote};

/// What the generator wrote as `send` becomes a private `sent`, and a `send` around it gives `crate::CallError`. Counts the
/// operations.
pub(super) fn wrap(file: &mut File) -> usize {
    let builders = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_mut(),
        _ => None,
    });
    let Some((_, items)) = builders else { return 0 };
    let mut count = 0;
    for item in items {
        let Item::Impl(block) = item else { continue };
        let sends = block.items.iter_mut().filter_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
            _ => None,
        });
        let wrapped: Vec<ImplItem> = sends.filter_map(split).map(ImplItem::Fn).collect();
        count += wrapped.len();
        block.items.extend(wrapped);
    }
    count
}

/// Leaves in its place the function that people call, and gives the one that does the work.
fn split(send: &mut ImplItemFn) -> Option<ImplItemFn> {
    let success = success(&send.sig.output)?;
    let outer: ImplItemFn = parse_quote! {
        pub async fn send(self) -> Result<#success, crate::CallError> {
            Ok(self.sent().await?)
        }
    };
    let mut inner = std::mem::replace(send, outer);
    send.attrs = std::mem::take(&mut inner.attrs);
    inner.sig.ident = parse_quote!(sent);
    inner.vis = Visibility::Inherited;
    Some(inner)
}

/// `T` of `Result<T, Error<E>>`.
fn success(output: &syn::ReturnType) -> Option<syn::Type> {
    let syn::ReturnType::Type(_, kind) = output else {
        return None;
    };
    let error = super::objects::argument_of(kind, "Result", 1)?;
    if !super::objects::named(error, "Error") {
        return None;
    }
    super::objects::argument_of(kind, "Result", 0).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_call_fails_with_our_error_and_keeps_its_description() {
        let mut file = syn::parse_str(
            "mod builder { impl A { /// Sends.
            pub async fn send(self) -> Result<ResponseValue<T>, Error<types::E>> { work().await } } }",
        )
        .unwrap();
        assert_eq!(wrap(&mut file), 1);
        let text = prettyplease::unparse(&file);
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for wanted in [
            "/// Sends. pub async fn send(self) -> Result<ResponseValue<T>, crate::CallError> { Ok(self.sent().await?) }",
            "async fn sent(self) -> Result<ResponseValue<T>, Error<types::E>> { work().await }",
        ] {
            assert!(flat.contains(wanted), "{wanted}: {text}");
        }
        assert!(!flat.contains("pub async fn sent"), "{text}");
        assert_eq!(wrap(&mut file), 0, "what is wrapped is not wrapped again");
    }
}
