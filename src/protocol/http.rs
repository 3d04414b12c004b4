//! CMP over HTTP (RFC 9811): what both sides call it.

/// The media type of a message (RFC 9811 section 3.3).
pub const MEDIA_TYPE: &str = "application/pkixcmp";

/// The path under which messages are taken (RFC 9811 section 3.4).
pub const WELL_KNOWN: &str = "/.well-known/cmp";

/// Whether a Content-Type field says [`MEDIA_TYPE`], whatever its parameters.
pub fn is_cmp(content_type: &str) -> bool {
    let media_type = content_type.split(';').next();
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(MEDIA_TYPE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_case_do_not_count_but_every_letter_does() {
        for content_type in [
            MEDIA_TYPE,
            "Application/PKIXCMP; x=y",
            " application/pkixcmp ",
        ] {
            assert!(is_cmp(content_type), "{content_type}");
        }
        for content_type in ["", "text/html", "application/pkixcmp-poll"] {
            assert!(!is_cmp(content_type), "{content_type}");
        }
    }
}
