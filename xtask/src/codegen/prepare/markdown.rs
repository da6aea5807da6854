//! Makes the text of a description safe for rustdoc.
//!
//! A description is CommonMark, and so is a doc comment, but rustdoc reads more into it: `[page]` asks for an item of
//! that name, `<id>` opens an HTML element, a bare address is a warning, and an indented block is a test to compile.

/// The same text, so that rustdoc shows it and warns about nothing.
pub(in crate::codegen) fn for_rustdoc(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fenced = false;
    let mut in_list = false;
    let mut after_blank = true;
    for line in text.trim_end().lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            let bare = trimmed.trim_start_matches(['`', '~']).trim();
            let opens = !fenced;
            fenced = opens;
            // A block without a language is Rust to rustdoc, and becomes a test.
            let language = if opens && matches!(bare, "" | "ignore") {
                "text"
            } else {
                bare
            };
            let fence = &trimmed[..trimmed.len() - trimmed.trim_start_matches(['`', '~']).len()];
            let indent = &line[..line.len() - trimmed.len()];
            lines.push(format!("{indent}{fence}{language}"));
            after_blank = false;
            continue;
        }
        if fenced {
            lines.push(line.to_owned());
            continue;
        }
        let item = is_list_item(trimmed);
        in_list =
            item || (in_list && (trimmed.is_empty() || line.starts_with(' ') || !after_blank));
        let block = !in_list && after_blank && line.starts_with("    ");
        let line = if block { trimmed } else { line };
        after_blank = trimmed.is_empty();
        lines.push(inline(line));
    }
    if fenced {
        lines.push("```".to_owned());
    }
    lines.join("\n")
}

fn is_list_item(line: &str) -> bool {
    let bullet = ["- ", "* ", "+ "]
        .iter()
        .any(|bullet| line.starts_with(bullet));
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    bullet || (digits > 0 && (line[digits..].starts_with(". ") || line[digits..].starts_with(") ")))
}

/// One line outside code blocks.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let in_word = out.ends_with(char::is_alphanumeric);
        if let Some(length) = address(rest).filter(|_| !in_word) {
            out.push_str(&format!("<{}>", &rest[..length]));
            rest = &rest[length..];
            continue;
        }
        // What rustdoc reads as we do is copied as a whole.
        let whole = match first {
            '`' => Some(code_span(rest)),
            '\\' => Some(rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at)),
            '<' => autolink(rest),
            '[' => link(rest),
            _ => None,
        };
        if whole.is_none() && matches!(first, '[' | ']' | '<') {
            out.push('\\');
        }
        let length = whole.unwrap_or(first.len_utf8());
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

/// The length of a code span that starts here; one that is never closed is a plain backtick.
fn code_span(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let mut from = ticks;
    while let Some(found) = text[from..].find('`') {
        let start = from + found;
        let run = text[start..].len() - text[start..].trim_start_matches('`').len();
        if run == ticks {
            return start + run;
        }
        from = start + run;
    }
    ticks
}

/// The length of `<https://…>`.
fn autolink(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let end = inside.find('>')?;
    let target = &inside[..end];
    (target.starts_with("http") && address(target) == Some(target.len())).then_some(end + 2)
}

/// The length of `[text](target)`.
fn link(text: &str) -> Option<usize> {
    let middle = text.find("](")?;
    let simple = !text[1..middle].contains(['[', ']']);
    let end = text[middle..].find(')')? + middle;
    simple.then_some(end + 1)
}

/// The length of an address that starts here.
fn address(text: &str) -> Option<usize> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return None;
    }
    let end = text
        .find(|c: char| c.is_whitespace() || "<>\"`)]".contains(c))
        .unwrap_or(text.len());
    let end = text[..end]
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '\''])
        .len();
    (end > "https://".len()).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::for_rustdoc;

    #[test]
    fn brackets_that_are_no_link_are_escaped() {
        assert_eq!(
            for_rustdoc("tags [id] and [a](https://b.c)"),
            r"tags \[id\] and [a](https://b.c)"
        );
    }

    #[test]
    fn tags_are_escaped_and_addresses_are_marked() {
        assert_eq!(
            for_rustdoc("<id> at https://x.y/z, <https://q.r>"),
            r"\<id> at <https://x.y/z>, <https://q.r>"
        );
    }

    #[test]
    fn code_stays_as_it_is() {
        assert_eq!(
            for_rustdoc("`type[]` and ``a ` <b>`` `"),
            "`type[]` and ``a ` <b>`` `"
        );
    }

    #[test]
    fn what_is_already_escaped_stays_so() {
        assert_eq!(for_rustdoc(r"\[id\]"), r"\[id\]");
        assert_eq!(for_rustdoc("ends in \\"), "ends in \\");
    }

    #[test]
    fn code_blocks_get_a_language_so_that_nobody_compiles_them() {
        assert_eq!(
            for_rustdoc("a\n\n```\n[x]\n```\nb"),
            "a\n\n```text\n[x]\n```\nb"
        );
        assert_eq!(for_rustdoc("```json\n{}\n```"), "```json\n{}\n```");
        assert_eq!(for_rustdoc("a\n\n    let x\n\nb"), "a\n\nlet x\n\nb");
    }

    #[test]
    fn lists_keep_their_indentation() {
        let list = "- one\n    more\n\n    still\n- two";
        assert_eq!(for_rustdoc(list), list);
    }

    #[test]
    fn a_fence_left_open_is_closed() {
        assert_eq!(for_rustdoc("```\nx"), "```text\nx\n```");
    }

    #[test]
    fn text_in_other_scripts_is_kept() {
        assert_eq!(for_rustdoc("Trang [số] ✓"), r"Trang \[số\] ✓");
    }
}
