//! Lines of text out of tags and strings, as they come from the tokenizer: one pass, no tree, and nothing that grows with
//! the depth of the nesting.

use html5gum::emitters::callback::CallbackEvent;

use super::address;

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// Elements whose content is no text of the message. The tokenizer reads their content as one string.
const SILENT: [&str; 6] = ["script", "style", "title", "iframe", "noembed", "noframes"];

/// What separates the next word from what is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    /// Line breaks in the text itself.
    Breaks(usize),
}

/// The tag that is being read.
enum Tag {
    Other,
    Link { address: Option<String> },
    Image { alt: Option<String> },
}

struct Link {
    address: String,
    /// Where its text begins.
    start: usize,
}

pub(super) struct Layout {
    out: String,
    /// Whether links have their addresses.
    addresses: bool,
    gap: Gap,
    /// A block began or ended: what follows goes onto a new line.
    fresh_line: bool,
    tag: Tag,
    /// The attribute that is being read is the one that counts.
    wanted: bool,
    silent: Option<&'static str>,
    link: Option<Link>,
}

impl Layout {
    pub(super) fn new(capacity: usize, addresses: bool) -> Self {
        Layout {
            out: String::with_capacity(capacity),
            addresses,
            gap: Gap::None,
            fresh_line: false,
            tag: Tag::Other,
            wanted: false,
            silent: None,
            link: None,
        }
    }

    pub(super) fn see(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.open(name),
            CallbackEvent::AttributeName { name } => self.attribute(name),
            CallbackEvent::AttributeValue { value } => self.value(value),
            CallbackEvent::CloseStartTag { .. } => self.opened(),
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } if self.silent.is_none() => {
                self.text(&String::from_utf8_lossy(value));
            }
            _ => {}
        }
    }

    /// The text, without what is empty at its ends.
    pub(super) fn finish(mut self) -> String {
        self.end_link();
        let text = self.out.trim();
        if text.len() == self.out.len() {
            return self.out;
        }
        text.to_owned()
    }

    fn open(&mut self, name: &[u8]) {
        self.wanted = false;
        self.tag = match name {
            b"a" => Tag::Link { address: None },
            b"img" => Tag::Image { alt: None },
            _ => Tag::Other,
        };
        self.silent = SILENT.into_iter().find(|silent| silent.as_bytes() == name);
        match name {
            b"br" => self.line_break(),
            b"td" | b"th" => self.gap = self.gap.max(Gap::Space),
            _ => self.block(name),
        }
    }

    fn attribute(&mut self, name: &[u8]) {
        let slot = match &mut self.tag {
            Tag::Link { address } if self.addresses && name == b"href" => address,
            Tag::Image { alt } if name == b"alt" => alt,
            _ => {
                self.wanted = false;
                return;
            }
        };
        // Of an attribute that is given twice, the first counts.
        self.wanted = slot.is_none();
        slot.get_or_insert_default();
    }

    fn value(&mut self, value: &[u8]) {
        if let (
            true,
            Tag::Link {
                address: Some(text),
            }
            | Tag::Image { alt: Some(text) },
        ) = (self.wanted, &mut self.tag)
        {
            text.push_str(&String::from_utf8_lossy(value));
        }
    }

    fn opened(&mut self) {
        match std::mem::replace(&mut self.tag, Tag::Other) {
            Tag::Link { address } => {
                // Links do not nest: a new one ends the one before.
                self.end_link();
                self.link = address.map(|address| Link {
                    address,
                    start: self.out.len(),
                });
            }
            Tag::Image { alt: Some(alt) } => self.text(&alt),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        // Attributes of an end tag are seen before it, and mean nothing.
        self.wanted = false;
        match self.silent {
            Some(silent) if silent.as_bytes() != name => {}
            Some(_) => self.silent = None,
            None if name == b"a" => self.end_link(),
            // Browsers take `</br>` for `<br>`.
            None if name == b"br" => self.line_break(),
            None => self.block(name),
        }
    }

    fn end_link(&mut self) {
        let Some(link) = self.link.take() else {
            return;
        };
        let text = self.out.get(link.start..).unwrap_or_default().trim();
        let is_empty = text.is_empty();
        let Some(address) = address::beside(&link.address, text) else {
            return;
        };
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        if is_empty {
            self.gap = gap;
            self.word(address);
        } else {
            self.out.push_str(" (");
            self.out.push_str(address);
            self.out.push(')');
            self.gap = gap;
        }
    }

    fn block(&mut self, name: &[u8]) {
        if BLOCKS.iter().any(|block| block.as_bytes() == name) {
            self.fresh_line = true;
            self.gap = Gap::None;
        }
    }

    fn line_break(&mut self) {
        self.begin_line();
        self.gap = Gap::None;
        self.end_line(1);
    }

    fn text(&mut self, text: &str) {
        for piece in text.split_inclusive([' ', '\t', '\n', '\r', '\u{c}']) {
            let word = piece.trim_end_matches([' ', '\t', '\n', '\r', '\u{c}']);
            if !word.is_empty() {
                self.word(word);
            }
            if word.len() < piece.len() {
                self.space(piece.ends_with('\n'));
            }
        }
    }

    fn space(&mut self, is_break: bool) {
        self.gap = match (self.gap, is_break) {
            (Gap::Breaks(count), true) => Gap::Breaks(count.saturating_add(1)),
            (_, true) => Gap::Breaks(1),
            (gap, false) => gap.max(Gap::Space),
        };
    }

    fn word(&mut self, word: &str) {
        if !self.begin_line() && !self.out.is_empty() {
            match self.gap {
                Gap::None => {}
                Gap::Space if self.out.ends_with('\n') => {}
                Gap::Space => self.out.push(' '),
                // Programs that write `<br>` for a line break often leave the line break after it.
                Gap::Breaks(count) if self.out.ends_with('\n') => {
                    self.end_line(count.saturating_sub(1))
                }
                Gap::Breaks(count) => self.end_line(count),
            }
        }
        self.gap = Gap::None;
        for sign in word.chars() {
            self.out.push(if sign == '\u{a0}' { ' ' } else { sign });
        }
    }

    /// Begins a new line if a block asked for one. True if what follows is the first on its line for that reason.
    fn begin_line(&mut self) -> bool {
        if !std::mem::take(&mut self.fresh_line) {
            return false;
        }
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.end_line(1);
        }
        true
    }

    /// Ends the line, without the spaces at its end: non-breaking ones have become such.
    fn end_line(&mut self, breaks: usize) {
        let length = self.out.trim_end_matches(' ').len();
        self.out.truncate(length);
        if let Some(link) = &mut self.link {
            link.start = link.start.min(length);
        }
        self.out.extend(std::iter::repeat_n('\n', breaks));
    }
}
