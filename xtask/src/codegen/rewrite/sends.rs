//! Generated sends go through our own `crate::exec::Draft` in the place of progenitor's client.
//!
//! What progenitor writes into `send` is taken apart (which arguments go into the path, the query and the body) and written
//! again. Whatever it does there besides, such as a header of its own, would be lost: then the send is left as it is, and the
//! step fails, since the generated code does not compile without progenitor's client.

use syn::visit::{self, Visit};
use syn::{
    Expr, ExprCall, ExprMethodCall, File, Ident, ImplItem, ImplItemFn, Lit, LitStr, Local, Pat,
    Stmt, Type, parse_quote,
};

use crate::names;
use crate::spec::{Document, Operation};

/// Writes every `send` anew. Counts them.
pub(super) fn rewrite(file: &mut File, document: &Document) -> usize {
    let operations = document.operations();
    let mut count = 0;
    for block in super::client::builder_blocks(file) {
        for item in &mut block.items {
            if let ImplItem::Fn(function) = item
                && function.sig.ident == "send"
                && let Some(written) = written(function, &operations)
            {
                *function = written;
                count += 1;
            }
        }
    }
    count
}

/// What a generated `send` does.
#[derive(Default)]
struct Found {
    operation: Option<LitStr>,
    /// The pattern `Self { client, … }`.
    fields: Option<Pat>,
    /// Each argument, with the expression that may refuse it.
    arguments: Vec<(Ident, Expr)>,
    query: Vec<(LitStr, Expr)>,
    json: Option<Expr>,
    unknown: Vec<Ident>,
}

fn written(send: &ImplItemFn, operations: &[Operation<'_>]) -> Option<ImplItemFn> {
    let success = success(&send.sig.output)?;
    let mut found = Found::default();
    found.visit_block(&send.block);
    let id = found.operation.as_ref()?.value();
    let named = |operation: &&Operation<'_>| operation.id().map(names::snake).as_ref() == Some(&id);
    let operation = operations.iter().find(named)?;
    if !found.unknown.is_empty() {
        return None;
    }
    let fields = found.fields?;
    let row = quote::format_ident!("{}", names::constant(operation.id()?));
    let values = found
        .arguments
        .iter()
        .map(|(name, given)| -> Stmt { parse_quote!(let #name = draft.value(#given)?;) });
    let path = path_parameters(operation.path).map(|name| -> Stmt {
        let variable = quote::format_ident!("{}", names::snake(name));
        parse_quote!(draft.path(#name, &#variable);)
    });
    let query = found
        .query
        .iter()
        .map(|(name, value)| -> Stmt { parse_quote!(draft.query(#name, #value)?;) });
    let json = found
        .json
        .iter()
        .map(|body| -> Stmt { parse_quote!(draft.json(#body)?;) });
    let mut written: ImplItemFn = parse_quote! {
        pub async fn send(self) -> Result<crate::ResponseValue<#success>, crate::CallError> {
            let #fields = self;
            #[allow(unused_mut)]
            let mut draft = crate::exec::Draft::new(client, &crate::operations::#row);
            #(#values)*
            #(#path)*
            #(#query)*
            #(#json)*
            draft.send().await
        }
    };
    written.attrs = send.attrs.clone();
    Some(written)
}

fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    let segments = path.split('/');
    segments.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// `T` of `Result<ResponseValue<T>, Error<E>>`.
fn success(output: &syn::ReturnType) -> Option<Type> {
    let syn::ReturnType::Type(_, kind) = output else {
        return None;
    };
    let value = super::objects::argument_of(kind, "Result", 0)?;
    super::objects::argument_of(value, "ResponseValue", 0).cloned()
}

impl<'ast> Visit<'ast> for Found {
    fn visit_local(&mut self, local: &'ast Local) {
        match (&local.pat, &local.init) {
            (Pat::Struct(fields), Some(_)) if fields.path.is_ident("Self") => {
                self.fields = Some(local.pat.clone());
            }
            (Pat::Ident(name), Some(init)) => {
                if let Some(given) = refusable(&init.expr) {
                    self.arguments.push((name.ident.clone(), given.clone()));
                }
            }
            _ => {}
        }
        visit::visit_local(self, local);
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if let (syn::Member::Named(name), Expr::Lit(value)) = (&field.member, &field.expr)
            && let (true, Lit::Str(id)) = (name == "operation_id", &value.lit)
        {
            self.operation = Some(id.clone());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let argument = call.args.first();
        match (call.method.to_string().as_str(), argument) {
            ("query", Some(argument)) => match query_parameter(argument) {
                Some(parameter) => self.query.insert(0, parameter),
                None => self.unknown.push(call.method.clone()),
            },
            ("json", Some(body)) => self.json = Some(body.clone()),
            // Other forms of bodies, which the document does not have.
            ("body" | "form_urlencoded" | "form" | "multipart", Some(_)) => {
                self.unknown.push(call.method.clone());
            }
            ("append", Some(name)) if !is_version_header(name) => {
                self.unknown.push(call.method.clone());
            }
            _ => {}
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// `given` of `given.map_err(Error::InvalidRequest)?`.
fn refusable(expression: &Expr) -> Option<&Expr> {
    let Expr::Try(attempt) = expression else {
        return None;
    };
    let Expr::MethodCall(call) = attempt.expr.as_ref() else {
        return None;
    };
    let refuses = matches!(
        call.args.first(),
        Some(Expr::Path(path)) if path.path.segments.last().is_some_and(|last| last.ident == "InvalidRequest")
    );
    (call.method == "map_err" && refuses).then_some(&call.receiver)
}

/// Name and value of `&progenitor_client::QueryParam::new(name, value)`.
fn query_parameter(argument: &Expr) -> Option<(LitStr, Expr)> {
    let Expr::Reference(reference) = argument else {
        return None;
    };
    let Expr::Call(ExprCall { args, .. }) = reference.expr.as_ref() else {
        return None;
    };
    match (args.first()?, args.get(1)?) {
        (Expr::Lit(name), value) => match &name.lit {
            Lit::Str(name) => Some((name.clone(), value.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// The header `api-version`, which the API does not know; it is not sent.
fn is_version_header(name: &Expr) -> bool {
    matches!(
        name,
        Expr::Call(call) if matches!(
            call.args.first(),
            Some(Expr::Lit(literal)) if matches!(&literal.lit, Lit::Str(text) if text.value() == "api-version")
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "
openapi: 3.0.3
paths:
  /a/{id}/b:
    post: {operationId: change_a}
";

    fn rewritten(chain: &str) -> (usize, String) {
        let document = Document::from_bytes(DOCUMENT.as_bytes().to_vec(), "api.yaml").unwrap();
        let source = format!(
            r#"mod builder {{ impl<'a> ChangeA<'a> {{
                /// Sends.
                pub async fn send(self) -> Result<ResponseValue<types::A>, Error<types::E>> {{
                    let Self {{ client, id, kind, body }} = self;
                    let id = id.map_err(Error::InvalidRequest)?;
                    let kind = kind.map_err(Error::InvalidRequest)?;
                    let body = body.and_then(|v| B::try_from(v).map_err(|e| e.to_string())).map_err(Error::InvalidRequest)?;
                    let mut header_map = HeaderMap::new();
                    header_map.append(HeaderName::from_static("api-version"), v);
                    let mut request = client.client.post(url){chain}.headers(header_map).build()?;
                    let info = OperationInfo {{ operation_id: "change_a" }};
                    client.pre(&mut request, &info).await?;
                    match result {{ 200u16 => ResponseValue::from_response(response).await }}
                }}
            }} }}"#
        );
        let mut file = syn::parse_str(&source).unwrap();
        let count = rewrite(&mut file, &document);
        let text = prettyplease::unparse(&file);
        (count, text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn send_goes_through_our_own_draft() {
        let (count, text) = rewritten(
            r#".query(&progenitor_client::QueryParam::new("kind[]", &kind)).query(&progenitor_client::QueryParam::new("z", &z)).json(&body)"#,
        );
        assert_eq!(count, 1, "{text}");
        for wanted in [
            "/// Sends. pub async fn send( self, ) -> Result<crate::ResponseValue<types::A>, crate::CallError>",
            "crate::exec::Draft::new( client, &crate::operations::CHANGE_A, );",
            "let id = draft.value(id)?; let kind = draft.value(kind)?;",
            "let body = draft .value(body.and_then(|v| B::try_from(v).map_err(|e| e.to_string())))?;",
            r#"draft.path("id", &id); draft.query("kind[]", &kind)?; draft.query("z", &z)?; draft.json(&body)?; draft.send().await"#,
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        assert!(
            !text.contains("OperationInfo") && !text.contains("api-version"),
            "{text}"
        );
    }

    #[test]
    fn send_with_unknown_parts_is_not_rewritten() {
        assert_eq!(rewritten(".form_urlencoded(&body)?").0, 0);
        assert_eq!(rewritten(".query(&other)").0, 0);
    }
}
