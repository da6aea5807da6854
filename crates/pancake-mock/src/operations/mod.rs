//! One function for each operation of the API, and which one answers a call.
mod ad_statistics;
mod ads;
mod avatar;
mod call_logs;
mod conversation_actions;
mod conversations;
mod customer_statistics;
mod customers;
mod engagement_statistics;
mod export;
mod feedback_statistics;
mod messages;
mod notes;
mod page_statistics;
mod pages;
mod posts;
mod send;
mod tag_statistics;
mod tags;
mod traffic;
mod uploads;
mod user_statistics;
mod users;

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    world::PageState,
};

/// Answers a call that nothing speaks against.
pub(crate) fn answer(call: &Call<'_>, operation: &str) -> Answer {
    if operation == "list_pages" {
        return pages::list(call).unwrap_or_else(|refusal| refusal);
    }
    match (
        call.shared.world.page(call.path("page_id")),
        handler(operation),
    ) {
        (Some(mut page), Some(handler)) => {
            handler(call, &mut page).unwrap_or_else(|refusal| refusal)
        }
        _ => Answer::failure(107, "Permission denied"),
    }
}

/// What answers a call with its page locked.
type Handler = fn(&Call<'_>, &mut PageState) -> Outcome;

fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "generate_page_access_token" => pages::generate_token,
        "get_avatar" => avatar::get,
        "list_conversations" => conversations::list,
        "update_conversation_tag" => conversation_actions::tag,
        "assign_conversation" => conversation_actions::assign,
        "mark_conversation_read" => conversation_actions::read,
        "mark_conversation_unread" => conversation_actions::unread,
        "list_messages" => messages::list,
        "send_message" => send::send,
        "get_campaign_statistics" => ad_statistics::campaigns,
        "get_ads_statistics" => ad_statistics::ads,
        "get_engagement_statistics" => engagement_statistics::get,
        "get_page_statistics" => page_statistics::get,
        "get_tag_statistics" => tag_statistics::get,
        "get_user_statistics" => user_statistics::get,
        "get_feedback_statistics" => feedback_statistics::get,
        "get_page_customer_statistics" => customer_statistics::get,
        "list_page_customers" => customers::list,
        "update_page_customer" => customers::update,
        "add_customer_note" => notes::add,
        "update_customer_note" => notes::update,
        "delete_customer_note" => notes::delete,
        "export_conversations_from_ads" => export::list,
        "list_call_logs" => call_logs::list,
        "list_tags" => tags::list,
        "list_posts" => posts::list,
        "list_users" => users::list,
        "update_round_robin_users" => users::update_round_robin,
        "list_ads" => ads::list,
        "upload_contents" => uploads::upload,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::operation::OPERATIONS;

    #[test]
    fn every_operation_of_a_page_has_a_handler() {
        let without = OPERATIONS.iter().filter(|o| super::handler(o.id).is_none());
        assert_eq!(without.map(|o| o.id).collect::<Vec<_>>(), ["list_pages"]);
    }
}
