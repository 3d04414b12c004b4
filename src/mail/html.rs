//! HTML texts as plain ones. Only what stands between tags is kept: no script, no style, and no
//! address that anything could be fetched from.

use mail_parser::decoders::html::add_html_token;

/// What an HTML text says, with `\n` at the ends of lines.
pub(super) fn to_text(html: &str) -> String {
    let mut text = Plain(String::new());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push(before);
        rest = if let Some(comment) = tag.strip_prefix("!--") {
            after(comment, "-->")
        } else if tag
            .starts_with(|first: char| first.is_ascii_alphabetic() || "/!?".contains(first))
        {
            let (name, rest) = read_tag(tag);
            text.push_tag(&name);
            if SILENT.contains(&name.as_str()) {
                after_element(rest, &name)
            } else {
                rest
            }
        } else {
            text.push("<");
            tag
        };
    }
    text.push(rest);
    text.0.trim().to_owned()
}

/// Elements whose content is not for reading.
const SILENT: &[&str] = &["script", "style", "template", "title"];
/// Elements that begin or end a line.
const LINES: &[&str] = &[
    "blockquote",
    "br",
    "div",
    "dd",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tr",
    "ul",
];

/// The text found so far; white space in HTML is one blank, however much there is.
struct Plain(String);

impl Plain {
    fn push(&mut self, html: &str) {
        let mut rest = html;
        while let Some(character) = rest.chars().next() {
            let (token, following) = match character {
                '&' => reference(rest),
                _ => rest.split_at(character.len_utf8()),
            };
            rest = following;
            if 1 < token.len() && token.starts_with('&') {
                add_html_token(&mut self.0, token.as_bytes(), false);
            } else if character.is_ascii_whitespace() {
                self.push_blank();
            } else {
                self.0.push(character);
            }
        }
    }

    fn push_blank(&mut self) {
        if !self.0.ends_with([' ', '\n']) {
            self.0.push(' ');
        }
    }

    /// Adds what a tag means for the text; `name` is `p` or `/p`.
    fn push_tag(&mut self, name: &str) {
        let element = name.trim_start_matches('/');
        if matches!(element, "td" | "th") {
            self.push_blank();
        } else if LINES.contains(&element) {
            self.0.truncate(self.0.trim_end_matches(' ').len());
            if element == "br" || !self.0.ends_with('\n') {
                self.0.push('\n');
            }
        }
    }
}

/// A character reference such as `&amp;` at the beginning of a text, and what follows it; the `&`
/// alone if it is none.
fn reference(html: &str) -> (&str, &str) {
    /// The longest name of HTML is `CounterClockwiseContourIntegral`.
    const MAX_NAME: usize = 32;
    let name = html
        .bytes()
        .skip(1)
        .take(MAX_NAME)
        .take_while(|octet| octet.is_ascii_alphanumeric() || *octet == b'#')
        .count();
    let is_closed = html.as_bytes().get(1 + name) == Some(&b';');
    let length = if 0 < name && is_closed { name + 2 } else { 1 };
    html.split_at_checked(length).unwrap_or((html, ""))
}

/// The name of a tag in small letters, with the `/` of a closing one, and what follows the tag. A
/// `>` in a quoted attribute does not end it; a tag without an end reaches to the end of the text.
fn read_tag(tag: &str) -> (String, &str) {
    let name: String = tag
        .char_indices()
        .take_while(|(place, letter)| letter.is_ascii_alphanumeric() || *place == 0)
        .map(|(_, letter)| letter.to_ascii_lowercase())
        .collect();
    let mut quote = None;
    let mut before = ' ';
    for (place, character) in tag.char_indices() {
        match (quote, character) {
            (None, '>') => return (name, tag.get(place + 1..).unwrap_or_default()),
            (None, '"' | '\'') if before == '=' => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            _ => (),
        }
        if !character.is_ascii_whitespace() {
            before = character;
        }
    }
    (name, "")
}

/// What follows the end tag of an element; nothing if it has none.
fn after_element<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once("</") {
        let found = tag.get(..name.len());
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return after(tag, ">");
        }
        rest = tag;
    }
    ""
}

fn after<'a>(html: &'a str, end: &str) -> &'a str {
    html.split_once(end).map_or("", |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_tags_is_shown() {
        let cases = [
            ("<p>Hello <b>you</b></p><p>Bye", "Hello you\nBye"),
            ("a<br>b<BR/>c", "a\nb\nc"),
            ("<img src='http://evil/?a' alt=x>text", "text"),
            ("<img alt=\"a>b\" src=\"http://evil\">text", "text"),
            ("<script>fetch('http://evil')</script >ok", "ok"),
            ("<SCRIPT>a<b</Script>ok", "ok"),
            ("<style>a{background:url(http://evil)}</style>ok", "ok"),
            ("<title>t</title><!-- <p>no --> yes", "yes"),
            ("<a href='http://evil'>here</a>", "here"),
            ("<iframe src=http://evil>", ""),
            ("never closed <img src='http://evil", "never closed"),
            ("<script>never closed", ""),
            (
                "1 < 2 &amp;&lt;b&gt; &#228;&#xe4; & &bogus; &#xffffffff;",
                "1 < 2 &<b> ää & &bogus; \u{fffd}",
            ),
            ("  a \n\t b  ", "a b"),
            ("<td>1</td><td>2</td>", "1 2"),
        ];
        for (html, text) in cases {
            assert_eq!(to_text(html), text, "{html}");
        }
    }
}
