//! File names that strangers suggest, made safe to save under.

use crate::mail::field::one_line;

/// Characters of a file name at most: with four octets each it fits the 255 of a file system.
const MAX_CHARACTERS: usize = 60;
/// What a file is called that has no name left.
const NAMELESS: &str = "attachment";

/// The last part of a suggested name, without what a file system or a person could take for
/// something else: folders, dots that hide it, control characters, endings pushed out of sight.
pub(super) fn safe(suggested: &str) -> String {
    let line = one_line(suggested);
    let last = line.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .map(|character| match character {
            ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_', // not in names on Windows
            other => other,
        })
        .collect();
    let name = name.trim_matches(|edge: char| edge == '.' || edge.is_whitespace());
    if name.is_empty() {
        return NAMELESS.to_owned();
    }
    shorten(name)
}

/// A name that is too long loses its middle, so that its ending still says what it is.
fn shorten(name: &str) -> String {
    let length = name.chars().count();
    if length <= MAX_CHARACTERS {
        return name.to_owned();
    }
    let half = MAX_CHARACTERS / 2;
    let (start, end) = (name.chars().take(half), name.chars().skip(length - half));
    start.chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_suggested_name_leads_anywhere() {
        let cases = [
            ("report.pdf", "report.pdf"),
            ("../../.bashrc", "bashrc"),
            ("C:\\Windows\\system.ini", "system.ini"),
            ("/etc/passwd", "passwd"),
            ("a\0b\r\nc.txt", "a b  c.txt"),
            ("gpj.\u{202e}exe", "gpj.exe"),
            ("con:stream", "con_stream"),
            ("...", "attachment"),
            ("folder/", "attachment"),
            ("", "attachment"),
            ("Übersicht 2026.ods", "Übersicht 2026.ods"),
        ];
        for (suggested, name) in cases {
            assert_eq!(safe(suggested), name, "{suggested:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = safe(&format!("{}.exe", "x".repeat(1_000)));
        assert_eq!(name.rsplit('.').next(), Some("exe"));
        assert!(name.len() <= 255);
        assert!(safe(&"字".repeat(1_000)).len() <= 255);
    }
}
