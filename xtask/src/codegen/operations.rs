//! The operation table: what the transport has to know of an operation, and must not guess from its path.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::names;
use crate::spec::extensions::{self, Fixed, Paging, Rows, Token};
use crate::spec::{Diagnostic, Diagnostics, Document, Operation};

/// The table as Rust source, without a header.
pub(super) fn table(document: &Document) -> Result<String, Diagnostics> {
    let operations = document.operations();
    let rows: Vec<Row> = operations
        .iter()
        .map(|operation| row(document, operation))
        .collect();
    let uses_paging = rows.iter().any(|row| row.paged);
    let paging = uses_paging.then(|| quote!(Paging,));
    // A document without operations has no method to name.
    let import = (!rows.is_empty()).then(|| {
        quote!(
            use reqwest::Method;
        )
    });
    let token = (!rows.is_empty()).then(|| quote!(TokenKind,));
    let answer = (!rows.is_empty()).then(|| quote!(AnswerKind,));
    let count = Literal::usize_unsuffixed(rows.len());
    let names = rows.iter().map(|row| &row.name);
    let constants = rows.iter().map(|row| &row.constant);
    let all = " Every operation of the API document, in its order.";
    let version = document
        .root()
        .get("info")
        .and_then(|info| info.text("version").map(str::to_owned));
    let version = version.unwrap_or_default();
    let versioned = " Version of the API document.";
    let listings = rows.iter().filter_map(|row| row.listing.as_ref());
    let listed = rows.iter().any(|row| row.listing.is_some());
    let types = listed.then(|| {
        quote!(
            use crate::Timestamp;
            use crate::generated::types;
            use crate::listing::{ListRow, Listing, Orders, RowOrder};
        )
    });
    let source = quote! {
        #types
        use crate::operation::{#answer Operation, #paging #token};
        #import
        #[doc = #versioned]
        pub const API_VERSION: &str = #version;
        #(#constants)*
        #[doc = #all]
        pub static OPERATIONS: [Operation; #count] = [#(#names),*];
        #(#listings)*
    };
    let file = syn::parse2(source).map_err(|error| {
        let what = format!("the operation table is not Rust: {error}");
        Diagnostic::file(
            &document.file,
            what,
            "look for an operationId that gives no Rust name",
        )
    })?;
    // Unlike the client this file is read from top to bottom, and it is small enough to be as rustfmt wants it.
    let text = prettyplease::unparse(&file);
    Ok(text.replace(";\n///", ";\n\n///").replace(
        "use crate::operation::{Operation};",
        "use crate::operation::Operation;",
    ))
}

struct Row {
    name: proc_macro2::Ident,
    constant: TokenStream,
    paged: bool,
    listing: Option<TokenStream>,
}

fn row(document: &Document, operation: &Operation<'_>) -> Row {
    let id = operation.id().unwrap_or_default();
    let name = format_ident!("{}", names::constant(id));
    let method = format_ident!("{}", operation.method.to_uppercase());
    let path = operation.path;
    let tag = operation
        .node
        .get("tags")
        .and_then(|tags| tags.value().get(0)?.as_str())
        .unwrap_or_default();
    let summary = operation.node.text("summary").unwrap_or_default().trim();
    let token = match extensions::token(document, operation) {
        Token::None => quote!(TokenKind::None),
        Token::User => quote!(TokenKind::User),
        Token::Page => quote!(TokenKind::Page),
    };
    let idempotent = extensions::idempotent(operation);
    let paging = extensions::paging(operation);
    let paged = paging.is_some();
    let rows = paging.as_ref().zip(extensions::rows(operation));
    let listing = rows.map(|(paging, rows)| listing(&name, paging, &rows));
    let paging = paging.map_or_else(
        || quote!(None),
        |paging| {
            let paging = paging_tokens(&paging);
            quote!(Some(#paging))
        },
    );
    let handwritten = operation.is_handwritten();
    let answer = if operation.answers_file() {
        quote!(AnswerKind::File)
    } else {
        quote!(AnswerKind::Json)
    };
    let call = format!("`{} {path}`", operation.method.to_uppercase());
    let mut doc = vec![format!(" {call}")];
    if !summary.is_empty() {
        let summary = summary.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = if summary.ends_with(['.', '?', '!']) {
            ""
        } else {
            "."
        };
        doc = vec![
            format!(" {}{end}", super::prepare::for_rustdoc(&summary)),
            String::new(),
            format!(" {call}"),
        ];
    }
    let id = names::snake(id);
    let constant = quote! {
        #(#[doc = #doc])*
        pub const #name: Operation = Operation {
            id: #id,
            method: Method::#method,
            path: #path,
            tag: #tag,
            summary: #summary,
            token: #token,
            idempotent: #idempotent,
            paging: #paging,
            handwritten: #handwritten,
            answer: #answer,
        };
    };
    Row {
        name,
        constant,
        paged,
        listing,
    }
}

/// How the response and the rows of a list are read.
fn listing(operation: &proc_macro2::Ident, paging: &Paging, rows: &Rows) -> TokenStream {
    let field = |name: &str| format_ident!("{}", names::snake(name));
    let (response, row) = (
        format_ident!("{}", names::pascal(&rows.response)),
        format_ident!("{}", names::pascal(&rows.row)),
    );
    let (items, total) = match paging {
        Paging::Cursor(fixed) | Paging::Count(fixed) | Paging::Offset(fixed) => {
            (&fixed.items, None)
        }
        Paging::Page { items, total, .. } => (items, total.as_ref()),
    };
    let (items, id) = (field(items), field(&rows.id));
    let total = match total.map(|total| field(total)) {
        Some(total) => quote!(self.#total),
        None => quote!(None),
    };
    let orders = rows.orders.iter().map(|(time, order)| {
        let order = format_ident!("{}", names::pascal(order));
        quote!((#time, RowOrder::#order))
    });
    let times = rows.orders.iter().enumerate().map(|(place, (time, _))| {
        let (place, time) = (Literal::usize_unsuffixed(place), field(time));
        quote!(#place => self.#time.as_ref())
    });
    quote! {
        impl Listing for types::#response {
            type Row = types::#row;
            const OPERATION: &'static Operation = &#operation;
            const ORDERS: Orders = &[#(#orders),*];

            fn into_rows(self) -> Option<Vec<types::#row>> {
                self.#items
            }

            fn total(&self) -> Option<i64> {
                #total
            }
        }

        impl ListRow for types::#row {
            fn row_id(&self) -> Option<&str> {
                self.#id.as_ref().map(|id| id.as_str())
            }

            fn row_time(&self, order: usize) -> Option<&Timestamp> {
                match order {
                    #(#times,)*
                    _ => None,
                }
            }
        }
    }
}

fn paging_tokens(paging: &Paging) -> TokenStream {
    let fixed = |dialect: &str,
                 Fixed {
                     parameter,
                     items,
                     size,
                 }: &Fixed| {
        let dialect = format_ident!("{dialect}");
        let size = Literal::u32_unsuffixed(*size);
        quote!(Paging::#dialect { parameter: #parameter, items: #items, size: #size })
    };
    match paging {
        Paging::Cursor(values) => fixed("Cursor", values),
        Paging::Count(values) => fixed("Count", values),
        Paging::Offset(values) => fixed("Offset", values),
        Paging::Page {
            parameter,
            size_parameter,
            max_size,
            items,
            total,
        } => {
            let total = match total {
                Some(total) => quote!(Some(#total)),
                None => quote!(None),
            };
            let max_size = Literal::u32_unsuffixed(*max_size);
            quote! {
                Paging::Page {
                    parameter: #parameter,
                    size_parameter: #size_parameter,
                    max_size: #max_size,
                    items: #items,
                    total: #total,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_the_document_says() {
        let text = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /v1/pages:
    get:
      operationId: listPages
      summary: Pages [all] of a user
      tags: [pages]
      security: [{user: []}]
      x-idempotent: true
      x-paging: {dialect: page, parameter: page_number, size_parameter: page_size, max_size: 100, items: pages}
      parameters:
        - {name: page_number, in: query, schema: {type: integer}}
        - {name: page_size, in: query, schema: {type: integer}}
      responses: {'200': {description: ok}}
    post:
      operationId: upload
      x-handwritten: multipart
      responses: {'200': {description: ok, content: {image/png: {schema: {type: string, format: binary}}}}}
components:
  securitySchemes:
    user: {type: apiKey, in: query, name: access_token}
";
        let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
        insta::assert_snapshot!(table(&document).unwrap());
    }

    #[test]
    fn a_document_without_operations_gives_an_empty_table() {
        let text = "openapi: 3.0.3\npaths: {}\n";
        let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
        assert!(table(&document).unwrap().contains("[Operation; 0] = []"));
    }
}
