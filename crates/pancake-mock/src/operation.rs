//! The table of all operations: id, method, path, token, and who answers.
use http::Method;
use percent_encoding::percent_decode_str;

use crate::{answer::Answer, call::Call, operations as ops, world::PageState};

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

/// Who answers: with the whole server, or with one page locked.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    Server(fn(&Call<'_>) -> Answer),
    Page(fn(&Call<'_>, &mut PageState) -> Answer),
}

pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// Below `/api`.
    pub(crate) path: &'static str,
    pub(crate) token: TokenKind,
    pub(crate) handler: Handler,
}

macro_rules! operations {
    ($( $method:ident $path:literal $id:ident $token:ident $handler:expr; )*) => {
        pub(crate) static OPERATIONS: &[Operation] = &[ $( Operation {
            id: stringify!($id),
            method: Method::$method,
            path: $path,
            token: TokenKind::$token,
            handler: $handler,
        }, )* ];
    };
}

use Handler::{Page, Server};

operations! {
    GET "/v1/pages" list_pages User Server(ops::pages::list);
    POST "/v1/pages/{page_id}/generate_page_access_token" generate_page_access_token User
        Page(ops::pages::generate_token);
    GET "/v1/pages/{page_id}/avatar/{psid}" get_avatar Public Page(ops::avatar::get);
    GET "/public_api/v2/pages/{page_id}/conversations" list_conversations Page
        Page(ops::conversations::list);
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/tags"
        update_conversation_tag Page Page(ops::conversation_actions::tag);
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/assign"
        assign_conversation Page Page(ops::conversation_actions::assign);
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/read"
        mark_conversation_read Page Page(ops::conversation_actions::read);
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/unread"
        mark_conversation_unread Page Page(ops::conversation_actions::unread);
    GET "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/messages"
        list_messages Page Page(ops::messages::list);
    POST "/public_api/v1/pages/{page_id}/conversations/{conversation_id}/messages"
        send_message Page Page(ops::send::send);
    GET "/public_api/v1/pages/{page_id}/statistics/pages_campaigns"
        get_campaign_statistics Page Page(ops::ad_statistics::campaigns);
    GET "/public_api/v1/pages/{page_id}/statistics/ads"
        get_ads_statistics Page Page(ops::ad_statistics::ads);
    GET "/public_api/v1/pages/{page_id}/statistics/customer_engagements"
        get_engagement_statistics Page Page(ops::engagement_statistics::get);
    GET "/public_api/v1/pages/{page_id}/statistics/pages"
        get_page_statistics Page Page(ops::page_statistics::get);
    GET "/public_api/v1/pages/{page_id}/statistics/tags"
        get_tag_statistics Page Page(ops::tag_statistics::get);
    GET "/public_api/v1/pages/{page_id}/statistics/users"
        get_user_statistics Page Page(ops::user_statistics::get);
    GET "/public_api/v1/pages/{page_id}/statistics/customer_feedbacks"
        get_feedback_statistics Page Page(ops::feedback_statistics::get);
    GET "/public_api/v1/pages/{page_id}/statistics/page_customers"
        get_page_customer_statistics Page Page(ops::customer_statistics::get);
    GET "/public_api/v1/pages/{page_id}/page_customers" list_page_customers Page
        Page(ops::customers::list);
    PUT "/public_api/v1/pages/{page_id}/page_customers/{page_customer_id}" update_page_customer
        Page Page(ops::customers::update);
    POST "/public_api/v1/pages/{page_id}/page_customers/{page_customer_id}/notes"
        add_customer_note Page Page(ops::notes::add);
    PUT "/public_api/v1/pages/{page_id}/page_customers/{page_customer_id}/notes"
        update_customer_note Page Page(ops::notes::update);
    DELETE "/public_api/v1/pages/{page_id}/page_customers/{page_customer_id}/notes"
        delete_customer_note Page Page(ops::notes::delete);
    GET "/public_api/v1/pages/{page_id}/export_data" export_conversations_from_ads Page
        Page(ops::export::list);
    GET "/public_api/v1/pages/{page_id}/sip_call_logs" list_call_logs Page
        Page(ops::call_logs::list);
    GET "/public_api/v1/pages/{page_id}/tags" list_tags Page Page(ops::tags::list);
    GET "/public_api/v1/pages/{page_id}/posts" list_posts Page Page(ops::posts::list);
    GET "/public_api/v1/pages/{page_id}/users" list_users Page Page(ops::users::list);
    POST "/public_api/v1/pages/{page_id}/round_robin_users" update_round_robin_users Page
        Page(ops::users::update_round_robin);
    GET "/public_api/v1/pages/{page_id}/ads" list_ads Page Page(ops::ads::list);
    POST "/public_api/v1/pages/{page_id}/upload_contents" upload_contents Page
        Page(ops::uploads::upload);
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

    #[test]
    fn no_two_operations_have_one_name() {
        let names: std::collections::HashSet<_> = OPERATIONS.iter().map(|o| o.id).collect();
        assert_eq!(names.len(), OPERATIONS.len());
    }

    #[test]
    fn a_path_parameter_is_decoded_after_the_path_was_split() {
        let path = "/public_api/v1/pages/tt_1/conversations/a%2Fb%40c%3A1/messages";
        let (operation, parameters) = Operation::find(&Method::GET, path).unwrap();
        assert_eq!(operation.id, "list_messages");
        assert_eq!(
            parameters,
            [
                ("page_id", "tt_1".to_owned()),
                ("conversation_id", "a/b@c:1".to_owned())
            ]
        );
    }

    #[test]
    fn a_literal_word_of_a_path_is_decoded_too() {
        let found = Operation::find(&Method::GET, "/v1/%70ages");
        assert_eq!(found.map(|(operation, _)| operation.id), Some("list_pages"));
        assert!(Operation::find(&Method::GET, "/v1%2Fpages").is_none());
    }

    #[test]
    fn the_documented_singular_of_campaign_statistics_is_no_operation() {
        let path = "/public_api/v1/pages/1/statistics/pages_campaign";
        assert!(Operation::find(&Method::GET, path).is_none());
        assert!(Operation::find(&Method::GET, "/v1/pages/").is_none());
        assert!(Operation::find(&Method::POST, "/v1/pages").is_none());
    }
}
