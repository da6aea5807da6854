//! The table of all operations: id, method, path and token.
use http::Method;
use percent_encoding::percent_decode_str;

/// Which token an operation wants, and under which name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    User,
    Page,
    /// The operation is public.
    Public,
}

impl TokenKind {
    /// The query parameter that carries it, and the one that carries the other kind; none for a public operation.
    pub(crate) fn parameters(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::User => Some(("access_token", "page_access_token")),
            Self::Page => Some(("page_access_token", "access_token")),
            Self::Public => None,
        }
    }
}

pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// Below `/api`.
    pub(crate) path: &'static str,
    pub(crate) token: TokenKind,
}

macro_rules! operations {
    ($( $method:ident $path:literal $id:ident $token:ident; )*) => {
        pub(crate) static OPERATIONS: &[Operation] = &[ $( Operation {
            id: stringify!($id),
            method: Method::$method,
            path: $path,
            token: TokenKind::$token,
        }, )* ];
    };
}

operations! {
    GET "/v1/pages" list_pages User;
    POST "/v1/pages/{page_id}/generate_page_access_token" generate_page_access_token User;
    GET "/v1/pages/{page_id}/avatar/{psid}" get_avatar Public;
    GET "/public_api/v2/pages/{page_id}/conversations" list_conversations Page;
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/tags" update_conversation_tag Page;
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/assign" assign_conversation Page;
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/read" mark_conversation_read Page;
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/unread" mark_conversation_unread Page;
    GET "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/messages" list_messages Page;
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/messages" send_message Page;
    GET "/public_api/v1/pages/{page_id}/statistics/pages_campaigns" get_campaign_statistics Page;
    GET "/public_api/v1/pages/{page_id}/statistics/ads" get_ads_statistics Page;
    GET "/public_api/v1/pages/{page_id}/statistics/customer_engagements" get_engagement_statistics Page;
    GET "/public_api/v1/pages/{page_id}/statistics/pages" get_page_statistics Page;
    GET "/public_api/v1/pages/{page_id}/statistics/tags" get_tag_statistics Page;
    GET "/public_api/v1/pages/{page_id}/statistics/users" get_user_statistics Page;
    GET "/public_api/v1/pages/{page_id}/statistics/customer_feedbacks" get_feedback_statistics Page;
    GET "/public_api/v1/pages/{page_id}/statistics/page_customers" get_page_customer_statistics Page;
    GET "/public_api/v1/pages/{page_id}/page_customers" list_page_customers Page;
    PUT "/public_api/v1/pages/{page_id}/page_customers/{page_customer_id}" update_page_customer Page;
    POST "/public_api/v1/pages/{page_id}/page_customers/{page_customer_id}/notes" add_customer_note Page;
    PUT "/public_api/v1/pages/{page_id}/page_customers/{page_customer_id}/notes" update_customer_note Page;
    DELETE "/public_api/v1/pages/{page_id}/page_customers/{page_customer_id}/notes" delete_customer_note Page;
    GET "/public_api/v1/pages/{page_id}/export_data" export_conversations_from_ads Page;
    GET "/public_api/v1/pages/{page_id}/sip_call_logs" list_call_logs Page;
    GET "/public_api/v1/pages/{page_id}/tags" list_tags Page;
    GET "/public_api/v1/pages/{page_id}/posts" list_posts Page;
    GET "/public_api/v1/pages/{page_id}/users" list_users Page;
    POST "/public_api/v1/pages/{page_id}/round_robin_users" update_round_robin_users Page;
    GET "/public_api/v1/pages/{page_id}/ads" list_ads Page;
    POST "/public_api/v1/pages/{page_id}/upload_contents" upload_contents Page;
}

/// The parameters found in a path, decoded, in the order of the template.
pub(crate) type PathParameters = Vec<(&'static str, String)>;

impl Operation {
    /// Why there is no such operation; none if there is.
    pub(crate) fn unknown(id: &str) -> Option<String> {
        let names: Vec<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
        (!names.contains(&id)).then(|| {
            format!(
                "no operation is called `{id}`; there are: {}",
                names.join(", ")
            )
        })
    }

    /// Finds the operation of a request; `path` is below `/api` and still percent-encoded.
    pub(crate) fn find(
        method: &Method,
        path: &str,
    ) -> Option<(&'static Operation, PathParameters)> {
        OPERATIONS
            .iter()
            .filter(|operation| operation.method == method)
            .find_map(|operation| Some((operation, matched(operation.path, path)?)))
    }
}

/// The methods that there are for a path.
pub(crate) fn methods_of(path: &str) -> Vec<&'static str> {
    let fitting = OPERATIONS
        .iter()
        .filter(|operation| matched(operation.path, path).is_some());
    fitting.map(|operation| operation.method.as_str()).collect()
}

/// The path of the operation that a wrong path may mean: on another base, with or without `/api`, or in the plural.
pub(crate) fn meant(method: &Method, path: &str) -> Option<String> {
    let rest = path.get(path.find("/pages")?..)?;
    let bases = ["/v1", "/public_api/v1", "/public_api/v2"].into_iter();
    let mut paths = bases.flat_map(|base| [format!("{base}{rest}"), format!("{base}{rest}s")]);
    let meant = paths.find(|path| Operation::find(method, path).is_some());
    meant.map(|path| format!("/api{path}"))
}

/// Segments are split before they are decoded: an encoded slash belongs to its segment.
fn matched(template: &'static str, path: &str) -> Option<PathParameters> {
    let mut parameters = PathParameters::new();
    let mut segments = path.split('/');
    for expected in template.split('/') {
        let segment = segments.next()?;
        match expected
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(_) if segment.is_empty() => return None,
            Some(name) => {
                let value = percent_decode_str(segment).decode_utf8().ok()?;
                parameters.push((name, value.into_owned()));
            }
            // Literal words too: `%70ages` is `pages`.
            None if percent_decode_str(segment).eq(expected.bytes()) => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> Option<&'static str> {
        let found = Operation::find(&Method::GET, path);
        found.map(|(operation, _)| operation.id)
    }

    #[test]
    fn path_is_split_before_it_is_decoded() {
        let path = "/public_api/v1/pages/tt_1/conversations/a%2Fb%40c%3A1/messages";
        let (operation, parameters) = Operation::find(&Method::GET, path).unwrap();
        assert_eq!(operation.id, "list_messages");
        let wanted = [("page_id", "tt_1"), ("conversation_id", "a/b@c:1")];
        assert_eq!(
            parameters,
            wanted.map(|(name, value)| (name, value.to_owned()))
        );
        assert_eq!(found("/v1/%70ages"), Some("list_pages"));
        assert_eq!(found("/v1%2Fpages"), None);
    }

    #[test]
    fn wrong_path_is_told_what_it_may_mean() {
        for (path, wanted) in [
            (
                "/api/public_api/v1/pages/1/conversations",
                "/api/public_api/v2/pages/1/conversations",
            ),
            ("/v1/pages", "/api/v1/pages"),
            (
                "/api/public_api/v1/pages/1/statistics/pages_campaign",
                "/api/public_api/v1/pages/1/statistics/pages_campaigns",
            ),
        ] {
            assert_eq!(
                found(path.trim_start_matches("/api")).is_some(),
                path == "/v1/pages"
            );
            assert_eq!(meant(&Method::GET, path).as_deref(), Some(wanted));
        }
        assert_eq!(meant(&Method::GET, "/api/v1/books"), None);
        assert!(Operation::find(&Method::POST, "/v1/pages").is_none());
    }
}
