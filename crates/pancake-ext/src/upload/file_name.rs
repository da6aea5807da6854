//! File names as they go into the head of a multipart part.

/// What a file is called that has no usable name.
const NAMELESS: &str = "file";

/// The name without directories, control characters and quotes.
///
/// reqwest writes names in UTF-8, escapes quotes and line breaks with a backslash, which servers read in different ways, and
/// leaves other control characters as they are. Without them there is nothing to escape.
pub(super) fn clean(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|character| !character.is_control())
        .map(|character| if character == '"' { '\'' } else { character })
        .collect();
    match name.trim() {
        "" | "." | ".." => NAMELESS.to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_loses_what_could_break_a_header() {
        for (name, expected) in [
            ("xoài cát Hòa Lộc.jpg", "xoài cát Hòa Lộc.jpg"),
            ("/home/lan/ảnh.png", "ảnh.png"),
            (r"C:\Users\lan\ảnh.png", "ảnh.png"),
            ("../../etc/passwd", "passwd"),
            ("a\".jpg\"; name=\"b", "a'.jpg'; name='b"),
            ("a\r\nContent-Type: text/html\r\n\r\nb", "htmlb"),
            (
                "tab\tnull\0escape\u{1b}del\u{7f}.gif",
                "tabnullescapedel.gif",
            ),
            ("照片 📷.jpg", "照片 📷.jpg"),
            (" . ", "file"),
            ("..", "file"),
            ("", "file"),
            ("folder/", "file"),
        ] {
            assert_eq!(clean(name), expected, "{name:?}");
        }
    }
}
