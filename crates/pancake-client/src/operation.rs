//! What is known of an operation before it is called: the row type of the generated table in [`crate::operations`].

use reqwest::Method;

/// One operation of the API document, as a transport needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// `operationId` of the document, such as `list_tags`.
    pub id: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path below the base URL with parameters in braces, such as `/v1/pages/{page_id}/generate_page_access_token`.
    pub path: &'static str,
    /// Tag of the document, such as `Pages`.
    pub tag: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// Which token the operation takes.
    pub token: TokenKind,
    /// Whether repeating it does no harm. A send, a mint and an upload are not repeatable.
    pub idempotent: bool,
    /// How its results are paged, if they are.
    pub paging: Option<Paging>,
    /// Whether its method is handwritten because the generator cannot make it.
    pub handwritten: bool,
    /// What it responds with.
    pub answer: AnswerKind,
}

impl Operation {
    /// Finds an operation by its id.
    pub fn find(id: &str) -> Option<&'static Operation> {
        crate::operations::OPERATIONS
            .iter()
            .find(|operation| operation.id == id)
    }
}

/// What an operation responds with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnswerKind {
    /// JSON.
    Json,
    /// The bytes of a file, or a redirect to where it is. Failures are JSON.
    File,
}

/// Which token an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// None.
    None,
    /// The token of a user, as `access_token`.
    User,
    /// The token of a page, as `page_access_token`.
    Page,
}

impl TokenKind {
    /// Name of the query parameter that carries the token.
    pub fn parameter(self) -> Option<&'static str> {
        match self {
            TokenKind::None => None,
            TokenKind::User => Some("access_token"),
            TokenKind::Page => Some("page_access_token"),
        }
    }
}

/// How the results of an operation are paged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Paging {
    /// The id of the last row is the cursor of the next page.
    Cursor {
        /// Query parameter of the cursor.
        parameter: &'static str,
        /// Field of the response that holds the rows.
        items: &'static str,
        /// Rows a page.
        size: u32,
    },
    /// The number of rows read so far, counted from the newest.
    Count {
        /// Query parameter of the number.
        parameter: &'static str,
        /// Field of the response that holds the rows.
        items: &'static str,
        /// Rows a page at most.
        size: u32,
    },
    /// Numbered pages, from 1.
    Page {
        /// Query parameter of the number.
        parameter: &'static str,
        /// Query parameter of the number of rows a page.
        size_parameter: &'static str,
        /// Rows a page at most.
        max_size: u32,
        /// Field of the response that holds the rows.
        items: &'static str,
        /// Field of the response that holds the number of all rows, if it has one.
        total: Option<&'static str>,
    },
    /// The number of rows to skip.
    Offset {
        /// Query parameter of the number.
        parameter: &'static str,
        /// Field of the response that holds the rows.
        items: &'static str,
        /// Rows a page.
        size: u32,
    },
}
