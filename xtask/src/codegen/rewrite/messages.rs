//! The texts of errors that people read when an argument is missing or does not convert.

use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprMethodCall, File, ImplItem, ImplItemFn, Item, ItemImpl, Lit, LitStr, Macro, Pat,
    Token, Type, parse_quote,
};

/// Names in every such text the argument and the reason. Counts the texts.
pub(super) fn name_the_reason(file: &mut File) -> usize {
    let mut changed = 0;
    for item in &mut file.items {
        let Item::Mod(module) = item else { continue };
        let Some((_, items)) = &mut module.content else {
            continue;
        };
        for item in items {
            let mut reasons = Reasons { changed: 0 };
            if let Item::Impl(block) = item
                && module.ident == "types"
            {
                changed += list_values(block);
            }
            reasons.visit_item_mut(item);
            changed += reasons.changed;
        }
    }
    changed
}

struct Reasons {
    changed: usize,
}

impl VisitMut for Reasons {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let before = self.changed;
        visit_mut::visit_impl_item_fn_mut(self, function);
        if self.changed > before && takes_a_value(function) {
            // Without it the reason could not be shown.
            if let Some(bounds) = &mut function.sig.generics.where_clause {
                let shown = parse_quote!(V::Error: ::std::fmt::Display);
                if bounds.predicates.len() == 1 {
                    bounds.predicates.push(shown);
                }
            }
        }
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method != "map_err" {
            return;
        }
        let Some(argument) = call.args.first_mut() else {
            return;
        };
        let new = match argument {
            Expr::Closure(closure) => reason_of(&closure.body),
            _ => None,
        };
        if let Some(new) = new {
            *argument = new;
            self.changed += 1;
        }
    }

    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if let Some(plain) = plain(&text.value()) {
            *text = LitStr::new(&plain, text.span());
            self.changed += 1;
        }
    }

    /// The arguments of `format!` are only tokens until someone reads them.
    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(mut arguments) = call.parse_body_with(parser) else {
            return;
        };
        let before = self.changed;
        for argument in &mut arguments {
            self.visit_expr_mut(argument);
        }
        if self.changed > before {
            call.tokens = quote::quote!(#arguments);
        }
    }
}

fn takes_a_value(function: &ImplItemFn) -> bool {
    let mut parameters = function.sig.generics.type_params();
    parameters.any(|parameter| parameter.ident == "V")
}

/// A closure that keeps the reason, in the place of one that drops it or says less.
fn reason_of(body: &Expr) -> Option<Expr> {
    let body = match body {
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [syn::Stmt::Expr(body, None)] => body,
            _ => return None,
        },
        body => body,
    };
    let Expr::MethodCall(call) = body else {
        return None;
    };
    if call.method != "to_string" {
        return None;
    }
    match call.receiver.as_ref() {
        Expr::Lit(literal) => {
            let Lit::Str(text) = &literal.lit else {
                return None;
            };
            let text = text.value();
            let rest = text.strip_prefix("conversion to `")?;
            let (_, argument) = rest.strip_suffix(" failed")?.split_once("` for ")?;
            let text = format!("{argument}: {{error}}");
            Some(parse_quote!(|error| format!(#text)))
        }
        // Only the body is put together of parts when it is sent.
        Expr::Path(_) => Some(parse_quote!(|error| format!("body: {error}"))),
        _ => None,
    }
}

fn plain(text: &str) -> Option<String> {
    let missing = text
        .strip_suffix(" was not initialized")
        .or_else(|| text.strip_prefix("no value supplied for "));
    if let Some(argument) = missing {
        return Some(format!("{argument} is missing: call `.{argument}(…)`"));
    }
    if let Some(rest) = text.strip_prefix("error converting supplied value for ") {
        return Some(rest.to_owned());
    }
    let (_, rest) = text.strip_prefix("conversion to `")?.split_once("` for ")?;
    let (argument, reason) = rest.split_once(" failed: ")?;
    Some(format!("{argument}: {reason}"))
}

/// Lets `FromStr` of a closed enum say which value was wrong and which are right. Counts the texts.
fn list_values(block: &mut ItemImpl) -> usize {
    let from_text = block
        .trait_
        .as_ref()
        .and_then(|(path, ..)| path.segments.last().map(|last| last.ident == "FromStr"));
    let (Some(true), Type::Path(owner)) = (from_text, block.self_ty.as_ref()) else {
        return 0;
    };
    let Some(owner) = owner.path.get_ident().map(ToString::to_string) else {
        return 0;
    };
    let mut changed = 0;
    for item in &mut block.items {
        let ImplItem::Fn(function) = item else {
            continue;
        };
        let Some(syn::Stmt::Expr(Expr::Match(choice), None)) = function.block.stmts.last_mut()
        else {
            continue;
        };
        let values: Vec<LitStr> = choice
            .arms
            .iter()
            .filter_map(|arm| literal(&arm.pat))
            .collect();
        for arm in &mut choice.arms {
            if matches!(arm.pat, Pat::Wild(_)) {
                arm.body = parse_quote!(Err(crate::open_enum::none_of(#owner, value, &[#(#values),*]).into()));
                changed += 1;
            }
        }
    }
    changed
}

fn literal(pattern: &Pat) -> Option<LitStr> {
    match pattern {
        Pat::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(source: &str) -> (usize, String) {
        let mut file = syn::parse_str(source).unwrap();
        let count = name_the_reason(&mut file);
        let text = prettyplease::unparse(&file);
        (count, text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn refused_argument_names_itself_and_keeps_the_reason() {
        let (count, text) = named(
            r#"mod builder { impl A {
                fn id<V>(mut self, value: V) -> Self where V: TryInto<Id> {
                    self.id = value.try_into().map_err(|_| "conversion to `Id` for id failed".to_string());
                    self.other = Err("id was not initialized".to_string());
                    self
                }
                fn body<V>(mut self, value: V) -> Self where V: TryInto<B>, V::Error: Display {
                    self.body = value.try_into().map_err(|s| format!("conversion to `a :: B` for body failed: {}", s));
                    self
                }
                async fn send(self) {
                    let body = draft.value(self.body.and_then(|v| B::try_from(v).map_err(|e| e.to_string())))?;
                }
            } }"#,
        );
        assert_eq!(count, 4, "{text}");
        for wanted in [
            r#"map_err(|error| format!("id: {error}"))"#,
            "V::Error: ::std::fmt::Display",
            "id is missing: call `.id(…)`",
            r#"format!("body: {}", s)"#,
            r#"map_err(|error| format!("body: {error}"))"#,
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }

    #[test]
    fn builders_of_types_say_it_the_same_way() {
        assert_eq!(
            plain("no value supplied for tag_id").unwrap(),
            "tag_id is missing: call `.tag_id(…)`"
        );
        assert_eq!(
            plain("error converting supplied value for tag_id: {e}").unwrap(),
            "tag_id: {e}"
        );
        assert_eq!(plain("something else"), None);
    }

    #[test]
    fn a_value_that_a_closed_enum_lacks_is_named_with_those_it_has() {
        let (_, text) = named(
            r#"mod types { impl ::std::str::FromStr for Kind { fn from_str(value: &str) -> R {
                match value { "a" => Ok(Self::A), "b" => Ok(Self::B), _ => Err("invalid value".into()) }
            } } }"#,
        );
        assert!(
            text.contains(r#"crate::open_enum::none_of("Kind", value, &["a", "b"]).into()"#),
            "{text}"
        );
    }
}
