//! Our own `x-` keys on operations, read the same way by the rules and by the operation table.

use serde_json::Value;

use super::{Document, Node, Operation};

/// Which token a call carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// None at all.
    None,
    /// The token of a user.
    User,
    /// The token of a page.
    Page,
}

/// How a list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paging {
    /// The id of the last item asks for what follows it.
    Cursor(Fixed),
    /// The number of items seen so far asks for what follows them.
    Count(Fixed),
    /// Pages have numbers.
    Page {
        /// The query parameter of the number.
        parameter: String,
        /// The query parameter of the page size.
        size_parameter: String,
        /// The largest size that is answered.
        max_size: u32,
        /// The field with the items.
        items: String,
        /// The field with the number of all items.
        total: Option<String>,
    },
    /// The position of the first item wanted.
    Offset(Fixed),
}

/// What the dialects with a page size of the server's choice have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The query parameter that says where to go on.
    pub parameter: String,
    /// The field with the items.
    pub items: String,
    /// How many items the server gives at most.
    pub size: u32,
}

/// A problem with an extension: where, what, and what to do.
#[derive(Clone, Debug)]
pub struct Problem<'a> {
    /// Where.
    pub node: Node<'a>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub fix: String,
    /// Whether only our own document is held to it.
    pub minor: bool,
}

const DIALECTS: &str =
    "use one of the dialects cursor, count, page or offset, as openapi/README.md describes them";

/// Reads `x-paging`; every problem is put into `problems`.
pub fn paging<'a>(operation: &Operation<'a>, problems: &mut Vec<Problem<'a>>) -> Option<Paging> {
    let node = operation.node.get("x-paging")?;
    let mut reader = Reader {
        operation,
        node: &node,
        problems,
    };
    if !node.value().is_object() {
        reader.problem(&node, "`x-paging` is not a map".to_owned(), DIALECTS);
        return None;
    }
    let Some(dialect) = node.text("dialect") else {
        reader.problem(&node, "`x-paging` has no `dialect`".to_owned(), DIALECTS);
        return None;
    };
    let keys: &[&str] = match dialect {
        "cursor" | "count" | "offset" => &["dialect", "parameter", "items", "size"],
        "page" => &[
            "dialect",
            "parameter",
            "size_parameter",
            "max_size",
            "items",
            "total",
        ],
        unknown => {
            let what = format!("`x-paging` has the unknown dialect `{unknown}`");
            reader.problem(&node, what, DIALECTS);
            return None;
        }
    };
    reader.known_keys(keys);
    if dialect == "page" {
        let total = if node.get("total").is_some() {
            Some(reader.field("total"))
        } else {
            None
        };
        return Some(Paging::Page {
            parameter: reader.parameter("parameter")?,
            size_parameter: reader.parameter("size_parameter")?,
            max_size: reader.number("max_size")?,
            items: reader.field("items")?,
            total: total.flatten(),
        });
    }
    let fixed = Fixed {
        parameter: reader.parameter("parameter")?,
        items: reader.field("items")?,
        size: reader.number("size")?,
    };
    Some(match dialect {
        "cursor" => Paging::Cursor(fixed),
        "count" => Paging::Count(fixed),
        _ => Paging::Offset(fixed),
    })
}

struct Reader<'r, 'a> {
    operation: &'r Operation<'a>,
    node: &'r Node<'a>,
    problems: &'r mut Vec<Problem<'a>>,
}

impl<'a> Reader<'_, 'a> {
    fn problem(&mut self, node: &Node<'a>, what: String, fix: &str) {
        self.problems.push(Problem {
            node: node.clone(),
            what,
            fix: fix.to_owned(),
            minor: false,
        });
    }

    fn known_keys(&mut self, keys: &[&str]) {
        for (key, node) in self.node.entries() {
            if !keys.contains(&key) {
                let what = format!("`x-paging` of this dialect has no key `{key}`");
                self.problem(&node, what, &format!("use only {}", keys.join(", ")));
            }
        }
    }

    fn text(&mut self, key: &str) -> Option<(Node<'a>, String)> {
        let found = self.node.get(key);
        if let Some(node) = &found
            && let Some(text) = node.value().as_str().filter(|text| !text.is_empty())
        {
            return Some((node.clone(), text.to_owned()));
        }
        let place = found.unwrap_or_else(|| self.node.clone());
        let what = format!("`x-paging` needs a name in `{key}`");
        self.problem(&place, what, &format!("write `{key}: <name>`"));
        None
    }

    fn parameter(&mut self, key: &str) -> Option<String> {
        let (node, name) = self.text(key)?;
        let known = self.operation.parameters();
        let known = known
            .iter()
            .filter(|parameter| parameter.location() == "query");
        if !known.clone().any(|parameter| parameter.name() == name) {
            let what = format!(
                "`x-paging` names `{name}`, which is no query parameter of {}",
                self.operation.name()
            );
            self.problem(
                &node,
                what,
                "name one of its query parameters, or declare this one",
            );
        }
        Some(name)
    }

    /// A field of the successful response; one that the response's schema does not have is a slip of the pen.
    fn field(&mut self, key: &str) -> Option<String> {
        let (node, name) = self.text(key)?;
        let success = self.operation.responses();
        let success = success
            .iter()
            .find(|(status, _, _)| status.starts_with('2'));
        let schema = success.and_then(|(_, _, response)| json_schema(response)?.resolve());
        if let Some(properties) = schema.and_then(|schema| schema.get("properties"))
            && properties.get(&name).is_none()
        {
            let what = format!("`x-paging` names `{name}`, which the response does not have");
            self.problem(&node, what, "name a property of the successful response");
        }
        Some(name)
    }

    fn number(&mut self, key: &str) -> Option<u32> {
        let found = self.node.get(key);
        let number = found.as_ref().and_then(|node| node.value().as_u64());
        if let Some(number) = number
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| *number > 0)
        {
            return Some(number);
        }
        let place = found.unwrap_or_else(|| self.node.clone());
        let what = format!("`x-paging` needs a whole number above 0 in `{key}`");
        self.problem(
            &place,
            what,
            &format!("write `{key}: 60`, or what the server gives"),
        );
        None
    }
}

/// The schema of a JSON answer or body.
pub fn json_schema<'a>(holder: &Node<'a>) -> Option<Node<'a>> {
    let content = holder.get("content")?;
    content
        .entries()
        .into_iter()
        .find(|(media, _)| *media == "application/json" || media.starts_with("application/json;"))
        .and_then(|(_, media)| media.get("schema"))
}

/// Reads `security`, the operation's own or the document's; every problem is put into `problems`.
pub fn token<'a>(
    document: &'a Document,
    operation: &Operation<'a>,
    problems: &mut Vec<Problem<'a>>,
) -> Token {
    let Some(security) = operation
        .node
        .get("security")
        .or_else(|| document.root().get("security"))
    else {
        return Token::None;
    };
    let mut problem = |node: &Node<'a>, what: String, fix: &str, minor: bool| {
        problems.push(Problem {
            node: node.clone(),
            what,
            fix: fix.to_owned(),
            minor,
        });
    };
    let requirements = security.items();
    let Some(first) = requirements.first() else {
        return Token::None;
    };
    let schemes = first.entries();
    if requirements.len() > 1 || schemes.len() > 1 {
        let what = format!(
            "{} can be called with more than one scheme; only the first counts here",
            operation.name()
        );
        problem(&security, what, "keep one scheme", true);
    }
    let Some((name, used)) = schemes.into_iter().next() else {
        return Token::None;
    };
    let scheme = document.root().get("components");
    let scheme =
        scheme.and_then(|components| components.get("securitySchemes")?.get(name)?.resolve());
    let Some(scheme) = scheme else {
        let what = format!(
            "`security` names the scheme `{name}`, which `components.securitySchemes` does not have"
        );
        problem(
            &used,
            what,
            "declare it there, or name one that is declared",
            false,
        );
        return Token::None;
    };
    match (scheme.text("type"), scheme.text("in"), scheme.text("name")) {
        (Some("apiKey"), Some("query"), Some("access_token")) => Token::User,
        (Some("apiKey"), Some("query"), Some("page_access_token")) => Token::Page,
        _ => {
            let what = format!(
                "the security scheme `{name}` is neither of the tokens that the client adds by itself"
            );
            let fix = "the call goes out without it; a token is an `apiKey` in `query` named `access_token` or `page_access_token`";
            problem(&used, what, fix, true);
            Token::None
        }
    }
}

/// Reads `x-idempotent`; false when it is not there.
pub fn idempotent<'a>(operation: &Operation<'a>, problems: &mut Vec<Problem<'a>>) -> bool {
    match operation.node.get("x-idempotent") {
        None => {
            problems.push(Problem {
                node: operation.node.clone(),
                what: format!(
                    "{} does not say whether it is safe to repeat",
                    operation.name()
                ),
                fix: "add `x-idempotent: true` or `x-idempotent: false`".to_owned(),
                minor: true,
            });
            false
        }
        Some(node) => match node.value() {
            Value::Bool(value) => *value,
            _ => {
                problems.push(Problem {
                    node,
                    what: "`x-idempotent` is neither true nor false".to_owned(),
                    fix: "write `x-idempotent: true` or `x-idempotent: false`".to_owned(),
                    minor: false,
                });
                false
            }
        },
    }
}

/// A component schema whose Rust type people write: the type's path and the traits it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandwrittenType {
    /// The component's name.
    pub schema: String,
    /// The path of the Rust type.
    pub path: String,
    /// The traits it implements, as far as the generator asks for them.
    pub impls: Vec<String>,
}

/// The traits that the generator can be told of.
pub const IMPLS: [&str; 4] = ["FromStr", "FromStringIrrefutable", "Display", "Default"];

/// Reads `x-handwritten-type` and `x-handwritten-impls` of all component schemas.
pub fn handwritten_types<'a>(
    document: &'a Document,
    problems: &mut Vec<Problem<'a>>,
) -> Vec<HandwrittenType> {
    let mut problem = |node: &Node<'a>, what: String, fix: &str| {
        problems.push(Problem {
            node: node.clone(),
            what,
            fix: fix.to_owned(),
            minor: false,
        });
    };
    let mut types = Vec::new();
    let schemas = document
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"));
    for (name, schema) in schemas.iter().flat_map(Node::entries) {
        let mut impls = Vec::new();
        let listed = schema.get("x-handwritten-impls");
        if let Some(listed) = &listed {
            if !listed.value().is_array() {
                problem(
                    listed,
                    "`x-handwritten-impls` is not a list".to_owned(),
                    "write `[Display]`, or leave it out",
                );
            }
            for item in listed.items() {
                match item.value().as_str().filter(|text| IMPLS.contains(text)) {
                    Some(text) => impls.push(text.to_owned()),
                    None => {
                        let what = format!(
                            "`x-handwritten-impls` has {}, which the generator does not know",
                            item.value()
                        );
                        problem(&item, what, &format!("use some of {}", IMPLS.join(", ")));
                    }
                }
            }
        }
        let Some(mark) = schema.get("x-handwritten-type") else {
            if let Some(listed) = listed {
                let what = "`x-handwritten-impls` stands without `x-handwritten-type`".to_owned();
                problem(&listed, what, "name the type, or remove the list");
            }
            continue;
        };
        match mark
            .value()
            .as_str()
            .filter(|text| syn::parse_str::<syn::TypePath>(text).is_ok())
        {
            Some(path) => types.push(HandwrittenType {
                schema: name.to_owned(),
                path: path.to_owned(),
                impls,
            }),
            None => {
                let what = "`x-handwritten-type` is not the path of a Rust type".to_owned();
                problem(
                    &mark,
                    what,
                    "write a path such as `crate::secret::AccessToken`",
                );
            }
        }
    }
    types
}
