//! The JSON schemas of the client's types (feature `schemars`) against the schemas of the API document.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use pancake_client::{secret, types};
use schemars::schema_for;
use serde_json::Value;
use xtask::examples;
use xtask::spec::{Document, Node};

const NUMBER_TOO: &str =
    "ids are text in the document; an answer that writes one as a number is understood as well";
const BOTH_FORMS: &str = "a birthday is written as text; its type is that of answers, which also reads the form with parts";
const SECRET: &str = "kept from sight as a whole: written, it is a text that says so, and its fields are no one's business";

/// Places where the two differ, and why they may.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("PageId: kinds", NUMBER_TOO),
    ("ConversationId: kinds", NUMBER_TOO),
    ("MessageId: kinds", NUMBER_TOO),
    ("CustomerId: kinds", NUMBER_TOO),
    ("CustomerGlobalId: kinds", NUMBER_TOO),
    ("UserId: kinds", NUMBER_TOO),
    ("PostId: kinds", NUMBER_TOO),
    ("Psid: kinds", NUMBER_TOO),
    ("NoteId: kinds", NUMBER_TOO),
    ("ContentId: kinds", NUMBER_TOO),
    ("BirthdayText: kinds", BOTH_FORMS),
    ("CustomerChanges: properties", BOTH_FORMS),
    ("PageSettings: kinds", SECRET),
    ("PageSettings: properties", SECRET),
    ("PageSettings: unknown fields", SECRET),
];

/// The types that stand in the place of components.
#[rustfmt::skip]
const HANDWRITTEN: &[&str] = &[
    "Birthday", "ContentId", "ConversationId", "CustomerGlobalId", "CustomerId", "DateRange", "DayRange", "ErrorCode",
    "Id", "MessageId", "NoteId", "Numeric", "PageId", "PostId", "Psid", "TagId", "Timestamp", "UserId", "AccessToken",
    "PageSettings",
];

macro_rules! schemas {
    ($($module:ident: [$($name:ident),* $(,)?],)*) => {
        BTreeMap::from([$($((stringify!($name), schema_for!($module::$name).to_value()),)*)*])
    };
}

/// The schema of every public type, by its name in the document.
#[rustfmt::skip]
fn of_types() -> BTreeMap<&'static str, Value> {
    use pancake_client as client;

    let mut all = schemas! {
        types: [
        Acknowledgement, Activity, Ad, AdClick, AdContext, AdConversation, AdConversationList, AdList,
        AdListEnvelope,
        AddCustomerNoteBody, AdsStatistics, AdsStatisticsEnvelope, AdsStatisticsResult, AdsStatisticsType,
        ApiError, ApiErrorItem, AssignConversationBody, AssignedUser, Assignee, AssigneeHistory, AssigneeHistoryPayload, Assignment, Attachment, AttachmentType, AverageFeedback,
        CallLog,
        CallLogList, CampaignStatistics, CampaignStatisticsEnvelope, CampaignStatisticsResult,
        CapturedPhoneNumber, CategorizedPages, Conversation, ConversationCustomer, ConversationList,
        ConversationPageCustomer, ConversationTag, ConversationType, ConversationTypeFilter, Customer,
        CustomerAddress, CustomerChanges, CustomerFeedback, CustomerList, CustomerPhoneNumber, CustomerStatisticsGrouping, DeleteCustomerNoteBody,
        EngagementRow, EngagementSeries, EngagementSeriesEntry, EngagementStatistics, ExportAction,
        ExportedAdClick, ExportedPhoneNumber, FeedbackStatistics, Gender, ImageSize, LastMessage, Mention, Message, MessageList,
        MessageListCustomer, MessageTag, MintedPageToken, NewCustomerFigures, NewCustomerRow, Note, NoteAuthor, NoteChange, NoteEdit, OrderBy,
        Page, PageCustomerStatistics, PageList, PageMember, PagePermissionSettings, PageStatistics, PageStatisticsRow, Participant,
        Person, PersonalInfo, PhoneReport, Post, PostAttachment, PostList, PostReactions, PostTypeFilter,
        ReactionAttachment, ReadWatermark, RecentOrder, RoundRobinUsers, SeenBy, SendMessageBody, Sender, SentMessage,
        Tag, TagAction, TagChange, TagHistory, TagHistoryPayload, TagList, TagSeries, TagStatistics,
        TemplateAction, TemplateButton, TemplateElement, TemplatePayload, UpdateConversationTagBody,
        UpdateCustomerNoteBody, UpdatePageCustomerBody, UpdateRoundRobinUsersBody, UploadedContent, User, UserEngagement,
        UserList, UserPermissions, UserStatistics, UserStatisticsData, UserStatisticsRow,
        UserStatisticsSummary, VideoData,
        ],
        client: [
        Birthday, ContentId, ConversationId, CustomerGlobalId, CustomerId, DateRange, DayRange, ErrorCode, Id,
        LocalHour, MessageId, NoteId, Numeric, PageId, PostId, Psid, TagId, Timestamp, UserId,
        ],
        secret: [AccessToken, PageSettings],
    };
    // One type stands in the place of two components.
    all.insert("BirthdayText", schema_for!(client::Birthday).to_value());
    all
}

/// What can be said of a schema in either notation, without null: an `Option` takes it, whether the document says so or not.
#[derive(Debug, Default, PartialEq)]
struct Form {
    kinds: BTreeSet<String>,
    values: BTreeSet<String>,
    properties: BTreeMap<String, BTreeSet<String>>,
    required: BTreeSet<String>,
    /// Whether unknown fields are taken, if the schema says anything of them.
    open: Option<bool>,
}

/// The texts of a list, without null.
fn texts(list: Option<&Value>) -> BTreeSet<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|reference| root.pointer(reference.strip_prefix('#')?));
    target.map_or(schema, |target| resolved(root, target))
}

/// What kinds of JSON value a schema takes, below all of its references and alternatives. A handwritten type is a kind of its
/// own: it may take more than the document says, and is looked at by itself.
fn kinds(root: &Value, schema: &Value) -> BTreeSet<String> {
    let reference = schema.get("$ref").and_then(Value::as_str);
    let name = reference.and_then(|reference| reference.rsplit('/').next());
    if let Some(name) = name.filter(|name| HANDWRITTEN.contains(name)) {
        return BTreeSet::from([name.to_owned()]);
    }
    let schema = resolved(root, schema);
    let mut found = texts(schema.get("type"));
    found.extend(
        schema
            .get("type")
            .and_then(Value::as_str)
            .map(str::to_owned),
    );
    if schema.get("enum") == Some(&serde_json::json!([null])) {
        found.clear();
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        let parts = schema.get(key).and_then(Value::as_array);
        found.extend(
            parts
                .into_iter()
                .flatten()
                .flat_map(|part| kinds(root, part)),
        );
    }
    if schema.get("const").is_some_and(Value::is_string) {
        found.insert("string".to_owned());
    }
    found.remove("null");
    if found.remove("array") {
        let entries = schema.get("items").map(|items| kinds(root, items));
        let entries: Vec<String> = entries.into_iter().flatten().collect();
        found.insert(format!("array of {}", entries.join(" or ")));
    }
    found
}

fn form(root: &Value, schema: &Value) -> Form {
    let schema = resolved(root, schema);
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut values = texts(schema.get("enum"));
    values.extend(texts(schema.get("x-extensible-enum")));
    if schema.get("type").and_then(Value::as_str) == Some("string") && properties.is_none() {
        values.extend(texts(schema.get("examples")));
    }
    // An enum whose values have descriptions is a list of constants.
    for part in schema
        .get("oneOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        values.extend(part.get("const").and_then(Value::as_str).map(str::to_owned));
        values.extend(texts(part.get("enum")));
    }
    Form {
        kinds: kinds(root, schema),
        values,
        properties: properties
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.clone(), kinds(root, schema)))
            .collect(),
        required: texts(schema.get("required")),
        open: schema
            .get("additionalProperties")
            .map(|rest| rest != &Value::Bool(false)),
    }
}

/// The components of the document, without the one that only means null.
fn components(document: &Document) -> Vec<(&str, Node<'_>)> {
    let schemas = document
        .root()
        .get("components")
        .and_then(|all| all.get("schemas"));
    let all = schemas.iter().flat_map(Node::entries);
    all.filter(|(name, _)| *name != "JsonNull").collect()
}

#[test]
fn every_component_has_a_type_with_a_schema() {
    let document = examples::document().unwrap();
    let named: BTreeSet<&str> = components(&document)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let types = of_types();
    let listed: BTreeSet<&str> = types.keys().copied().collect();
    assert_eq!(
        named, listed,
        "the list in tests/tests/schemas.rs is not the one of the document"
    );
}

/// The places where type and document differ, and how.
fn differences() -> BTreeMap<String, String> {
    let document = examples::document().unwrap();
    let types = of_types();
    let mut found = BTreeMap::new();
    for (name, component) in components(&document) {
        let wanted = form(document.root().value(), component.value());
        let Some(schema) = types.get(name) else {
            continue;
        };
        let ours = form(schema, schema);
        for (part, same) in [
            ("kinds", wanted.kinds == ours.kinds),
            ("values", wanted.values == ours.values),
            ("properties", wanted.properties == ours.properties),
            ("required", wanted.required == ours.required),
            ("unknown fields", wanted.open == ours.open),
        ] {
            if !same {
                found.insert(
                    format!("{name}: {part}"),
                    format!("\n  document {wanted:?}\n  type     {ours:?}"),
                );
            }
        }
    }
    found
}

#[test]
fn the_schema_of_a_type_says_what_the_document_says() {
    let mut found = differences();
    for (place, reason) in EXCEPTIONS {
        let excused = found.remove(*place);
        assert!(
            excused.is_some(),
            "{place} is no difference any more, so it needs no excuse: {reason}"
        );
    }
    assert!(found.is_empty(), "{found:#?}");
}
