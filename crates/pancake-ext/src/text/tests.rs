use super::*;

fn shown(cases: &[(&str, &str)]) {
    for (html, text) in cases {
        assert_eq!(plain(html), *text, "{html}");
    }
}

#[test]
fn blocks_are_lines_and_breaks_end_them() {
    shown(&[
        ("<div>Chào chị</div>", "Chào chị"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div><div>a</div></div><p>b</p>", "a\nb"),
        ("a<br>b<br/>c<BR />d", "a\nb\nc\nd"),
        ("<div>a<br></div><div>b</div>", "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<div>a</div><div></div><div> </div><div>b</div>", "a\nb"),
        ("a<div>b</div>c", "a\nb\nc"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        (
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
            "a b\nc",
        ),
        ("<br><br>a<br><br>", "a"),
        ("a<br />\r\nb\n<br>c<br>\n\nd", "a\nb\nc\n\nd"),
    ]);
}

#[test]
fn line_breaks_of_the_text_stay_and_spaces_become_one() {
    shown(&[
        ("<div>a\nb</div>", "a\nb"),
        ("<div>a\r\n\r\nb</div>", "a\n\nb"),
        ("<div>\n  a \n</div>\n<div>\n b</div>", "a\nb"),
        ("<div>a  \t b</div>", "a b"),
        ("a <b> b</b>", "a b"),
        ("a<b>b</b>", "ab"),
        ("150k&nbsp;ạ\u{a0}!", "150k ạ !"),
        ("<div>a</div>\n\n\n<div>b</div>", "a\nb"),
        ("<div>a&nbsp;</div><div>&nbsp;</div><div>b</div>", "a\n\nb"),
        (
            "a&nbsp;&nbsp;<a href=https://x.vn><div>b</div></a>",
            "a\nb (https://x.vn)",
        ),
    ]);
}

#[test]
fn nothing_is_wrapped_and_no_sign_is_added() {
    let long = "một dòng rất dài ".repeat(1_000);
    assert_eq!(plain(&format!("<div>{long}</div>")), long.trim());
    shown(&[
        ("<b>đậm</b> <i>nghiêng</i> <code>x</code>", "đậm nghiêng x"),
        ("<h1>T</h1><blockquote>q</blockquote>", "T\nq"),
        ("# * _x_ [y](z)", "# * _x_ [y](z)"),
    ]);
}

#[test]
fn entities_and_emoji_are_read() {
    shown(&[
        (
            "1 &lt; 2 &amp;&amp; 3 &gt; 2 &quot;x&quot; &#39;y&#39;",
            "1 < 2 && 3 > 2 \"x\" 'y'",
        ),
        ("&#128522; &#x1F600; 👨‍👩‍👧 🇻🇳", "😊 😀 👨‍👩‍👧 🇻🇳"),
        (
            "&ecirc; &yacute; &khong-co; &amp;lt;",
            "ê ý &khong-co; &lt;",
        ),
        ("<img alt=\"😍\" src=\"x.png\"><img src=y>!", "😍!"),
    ]);
}

#[test]
fn links_keep_their_text_and_an_address_that_differs() {
    shown(&[
        (
            "<a href=\"https://x.vn/p?a=1&amp;b=2\">đây</a>!",
            "đây (https://x.vn/p?a=1&b=2)!",
        ),
        (
            "<a href='https://x.vn/' target=_blank>https://x.vn</a>",
            "https://x.vn",
        ),
        (
            "xem <a href=https://x.vn><b>đây</b> </a>nhé",
            "xem đây (https://x.vn) nhé",
        ),
        ("<a href=https://x.vn></a>", "https://x.vn"),
        (
            "xem <a href=https://x.vn><img src=y></a> nhé",
            "xem https://x.vn nhé",
        ),
        ("<a href=https://x.vn>đây", "đây (https://x.vn)"),
        (
            "<a href=https://x.vn>a<a href=https://y.vn>b</a></a>",
            "a (https://x.vn)b (https://y.vn)",
        ),
        (
            "<a href='javascript:x()'>a</a><a>b</a><a name=c>c</a>",
            "abc",
        ),
        (
            "<a href=https://x.vn href=https://y.vn>a</a>",
            "a (https://x.vn)",
        ),
        ("<b href=https://x.vn>a</b></a href=https://y.vn>b", "ab"),
    ]);
}

#[test]
fn broken_html_is_read_as_far_as_it_goes() {
    shown(&[
        ("", ""),
        ("<div>a", "a"),
        ("a</div>b", "a\nb"),
        ("<b><i>a</b>b</i>", "ab"),
        ("a < b và < 5 nghìn", "a < b và < 5 nghìn"),
        ("a<", "a<"),
        ("a &", "a &"),
        ("a<div", "a"),
        ("a<!-- x -->b<!-- c", "ab"),
        ("<3 <3", "<3 <3"),
        ("<script>x()</script><style>a{}</style>y", "y"),
        ("<script>if (a</div) x</script>y<script>z", "y"),
    ]);
}

#[test]
fn vietnamese_in_either_form_becomes_the_same_text() {
    let parts = "Tie\u{302}\u{301}ng Vie\u{323}\u{302}t: o\u{31b}\u{309} đa\u{302}y";
    assert_eq!(plain(&format!("<div>{parts}</div>")), "Tiếng Việt: ở đây");
    assert_eq!(plain("Tiếng Việt"), "Tiếng Việt");
    assert!(matches!(nfc("Tiếng Việt"), Cow::Borrowed(_)));
    // A mark in an element of its own still belongs to the letter before it.
    assert_eq!(plain("Tie<b>\u{302}\u{301}</b>ng"), "Tiếng");
}

#[test]
fn deep_nesting_and_huge_texts_do_not_overflow_the_stack() {
    let thread = std::thread::Builder::new().stack_size(128 * 1024);
    let run = thread.spawn(|| {
        let deep = format!("{}sâu{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        assert_eq!(plain(&deep), "sâu");
        let links = "<a href=https://x.vn>a".repeat(100_000);
        assert_eq!(plain(&links).len(), links.len() - 6 * 100_000);
        assert_eq!(plain(&"<b><i>".repeat(100_000)), "");
        assert_eq!(plain(&"<".repeat(200_000)).len(), 200_000);
        assert_eq!(plain(&"a ".repeat(200_000)).len(), 399_999);
        assert_eq!(plain(&"\n".repeat(200_000)), "");
    });
    run.unwrap().join().unwrap();
}

mod any_input {
    use super::*;
    use proptest::prelude::*;

    fn markup() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("<div>"),
            Just("</div>"),
            Just("<br>"),
            Just("<a href="),
            Just("<a href='https://x.vn'>"),
            Just("</a>"),
            Just("<script>"),
            Just("</script>"),
            Just("<title>"),
            Just("<!--"),
            Just("-->"),
            Just("<![CDATA["),
            Just("&"),
            Just("&#"),
            Just("&#x1F600;"),
            Just("&amp"),
            Just(";"),
            Just("<"),
            Just(">"),
            Just("\""),
            Just("'"),
            Just("="),
            Just("/"),
            Just(" "),
            Just("\n"),
            Just("\u{302}"),
            Just("ệ"),
            Just("<img alt='x'"),
            Just("<!DOCTYPE "),
            Just("\0"),
        ];
        proptest::collection::vec(
            prop_oneof![piece.prop_map(str::to_owned), any::<String>()],
            0..40,
        )
        .prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_is_taken_and_gives_trimmed_text_in_nfc_of_bounded_length(html in markup()) {
            let text = plain(&html);
            prop_assert!(matches!(nfc(&text), Cow::Borrowed(_)));
            prop_assert_eq!(text.trim(), &text);
            // Three is how much NFC can lengthen a text.
            prop_assert!(text.len() <= 3 * (html.len() + 2 * html.matches("<a").count()) + 3);
        }

        #[test]
        fn text_without_markup_or_odd_spaces_comes_back_in_nfc(text in "[a-zà-ỹ0-9!?😀-😎]{1,8}( [a-zà-ỹ0-9!?]{1,8}){0,5}") {
            prop_assert_eq!(plain(&text), nfc(&text).into_owned());
        }
    }
}
