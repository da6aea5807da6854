//! Templates of WhatsApp: a message that was approved beforehand, with blanks to fill in.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::id::{ConversationId, UserId};
use crate::types;

/// A template of WhatsApp: the form of `reply_inbox` that has `template_id`, and neither text nor files.
///
/// Its blanks are filled by their names, part by part. The vendor's examples have plain names (`order_id`) in header and
/// body, and names in braces (`{{order_id}}`) in buttons; names are sent as they are given here. No client is known that
/// sends templates: try it with a number of your own first.
///
/// ```
/// use pancake_client::send::TemplateMessage;
/// use pancake_client::types::SendMessageBody;
///
/// let body: SendMessageBody = TemplateMessage::new("900000000000009")
///     .header_image("https://example.com/order.jpg")
///     .blank("customer_name", "Lan")
///     .button_blank(0, "{{order_id}}", "DH-1024")
///     .into();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a body does nothing until it is sent"]
pub struct TemplateMessage {
    template_id: String,
    header: Header,
    body: Map<String, Value>,
    buttons: BTreeMap<usize, Map<String, Value>>,
    conversation_id: Option<ConversationId>,
    sender_id: Option<UserId>,
}

/// A header is text with blanks, or one file.
#[derive(Clone, Debug)]
enum Header {
    Blanks(Map<String, Value>),
    File(Map<String, Value>),
}

impl TemplateMessage {
    /// The template with this id, which WhatsApp has approved.
    pub fn new(template_id: impl Into<String>) -> Self {
        TemplateMessage {
            template_id: template_id.into(),
            header: Header::Blanks(Map::new()),
            body: Map::new(),
            buttons: BTreeMap::new(),
            conversation_id: None,
            sender_id: None,
        }
    }

    /// What stands in the blank of this name in the header's text. Takes the place of a file.
    pub fn header_blank(mut self, blank: impl Into<String>, text: impl Into<String>) -> Self {
        let mut blanks = match self.header {
            Header::Blanks(blanks) => blanks,
            Header::File(_) => Map::new(),
        };
        blanks.insert(blank.into(), text.into().into());
        self.header = Header::Blanks(blanks);
        self
    }

    /// The picture in the header, by its address. Takes the place of what the header was before.
    pub fn header_image(self, url: impl Into<String>) -> Self {
        self.header_file("IMAGE", [("url", url.into())])
    }

    /// The video in the header, by its address. Takes the place of what the header was before.
    pub fn header_video(self, url: impl Into<String>) -> Self {
        self.header_file("VIDEO", [("url", url.into())])
    }

    /// The document in the header, by its address, and its name as shown. Takes the place of what the header was before.
    pub fn header_document(self, url: impl Into<String>, name: impl Into<String>) -> Self {
        self.header_file("DOCUMENT", [("url", url.into()), ("name", name.into())])
    }

    fn header_file<const N: usize>(mut self, kind: &str, of: [(&str, String); N]) -> Self {
        let of = of.map(|(key, value)| (key.to_owned(), Value::from(value)));
        let file = Value::Object(of.into_iter().collect());
        self.header = Header::File(Map::from_iter([(kind.to_owned(), file)]));
        self
    }

    /// What stands in the blank of this name in the text.
    pub fn blank(mut self, blank: impl Into<String>, text: impl Into<String>) -> Self {
        self.body.insert(blank.into(), text.into().into());
        self
    }

    /// What stands in the blank of this name in a button; buttons are counted from 0.
    pub fn button_blank(
        mut self,
        button: usize,
        blank: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        let blanks = self.buttons.entry(button).or_default();
        blanks.insert(blank.into(), text.into().into());
        self
    }

    /// The conversation, once more in the body: the vendor documents it there for a number that has never written, whose
    /// id is made of the page's id, `_` and the number in digits.
    pub fn conversation_id(mut self, id: impl Into<ConversationId>) -> Self {
        self.conversation_id = Some(id.into());
        self
    }

    /// The user who sends, as shown to staff.
    pub fn sender_id(mut self, id: impl Into<UserId>) -> Self {
        self.sender_id = Some(id.into());
        self
    }
}

/// The template with this id, without blanks.
impl From<&str> for TemplateMessage {
    fn from(template_id: &str) -> Self {
        TemplateMessage::new(template_id)
    }
}

impl From<String> for TemplateMessage {
    fn from(template_id: String) -> Self {
        TemplateMessage::new(template_id)
    }
}

impl From<TemplateMessage> for types::SendMessageBody {
    fn from(template: TemplateMessage) -> Self {
        let (Header::Blanks(header) | Header::File(header)) = template.header;
        let named = [("HEADER_PARAMS", header), ("BODY_PARAMS", template.body)];
        let named = named.map(|(part, blanks)| (part.to_owned(), blanks));
        let buttons = template
            .buttons
            .into_iter()
            .map(|(n, blanks)| (format!("BUTTONS_{n}_PARAMS"), blanks));
        let parts = named.into_iter().chain(buttons);
        types::SendMessageBody::ReplyInbox {
            template_id: Some(template.template_id),
            template_params: parts.filter(|(_, blanks)| !blanks.is_empty()).collect(),
            conversation_id: template.conversation_id.map(String::from),
            sender_id: template.sender_id.map(String::from),
            message: None,
            content_ids: None,
            reply_message_id: None,
            attachment_type: None,
            mime_type: None,
            name: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn json_of(template: TemplateMessage) -> Value {
        serde_json::to_value(types::SendMessageBody::from(template)).unwrap()
    }

    #[test]
    fn template_is_an_inbox_reply_without_content() {
        let template = TemplateMessage::new("9");
        let bare = json!({"action": "reply_inbox", "template_id": "9"});
        assert_eq!(json_of(template.clone()), bare);
        let json = json_of(
            template
                .conversation_id("waba_1_84900000001")
                .sender_id("u"),
        );
        assert_eq!(json["conversation_id"], "waba_1_84900000001");
        assert_eq!(json["sender_id"], "u");
    }

    #[test]
    fn each_part_holds_its_blanks_by_name() {
        let template = TemplateMessage::new("9")
            .header_blank("shop", "Áo")
            .blank("customer_name", "Lan")
            .blank("order_id", "DH-1024")
            .button_blank(0, "{{order_id}}", "DH-1024")
            .button_blank(2, "{{code}}", "a");
        assert_eq!(
            json_of(template)["template_params"],
            json!({
                "HEADER_PARAMS": {"shop": "Áo"},
                "BODY_PARAMS": {"customer_name": "Lan", "order_id": "DH-1024"},
                "BUTTONS_0_PARAMS": {"{{order_id}}": "DH-1024"},
                "BUTTONS_2_PARAMS": {"{{code}}": "a"},
            })
        );
    }

    #[test]
    fn last_header_given_counts() {
        let url = "https://example.com/a";
        let text = || TemplateMessage::new("9").header_blank("shop", "Áo");
        let image = || text().header_image(url);
        let document = json!({"DOCUMENT": {"url": url, "name": "a.pdf"}});
        for (template, header) in [
            (image(), json!({"IMAGE": {"url": url}})),
            (image().header_video(url), json!({"VIDEO": {"url": url}})),
            (text().header_document(url, "a.pdf"), document),
            (
                image().header_blank("shop", "Quần"),
                json!({"shop": "Quần"}),
            ),
        ] {
            let json = json_of(template);
            assert_eq!(json["template_params"]["HEADER_PARAMS"], header);
        }
    }
}
