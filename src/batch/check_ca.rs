//! `kmadmin check-ca`: would the certificates of a file be trusted, and why not.

use std::path::Path;

use serde_json::json;

use super::args::CheckCa;
use super::call::read_file;
use crate::domain::time::{Clock, UnixTime};
use crate::engine::views::{Certificate, Fate, JudgedCertificate, judge_file};
use crate::terminal::console::Console;
use crate::terminal::failure::Failure;

/// Judges the file as of a time.
pub(super) fn run(
    console: &mut Console,
    clock: &dyn Clock,
    options: &CheckCa,
) -> Result<(), Failure> {
    let at = match options.at.as_deref() {
        None => clock.now(),
        Some(text) => UnixTime::parse(text).ok_or_else(|| {
            Failure::Usage(format!(
                "{text} is not a time: write it like 2026-11-21T14:00:00Z."
            ))
        })?,
    };
    let octets = read_file(&options.file, CERTIFICATES_LIMIT)?;
    let judged = judge_file(&octets, at)?;
    match report(console, &options.file, &judged)? {
        0 => Err(Failure::refused("No certificate in the file is accepted.")),
        _accepted => Ok(()),
    }
}

/// Prints the verdict on each certificate of a file, the refused ones on standard error as well;
/// gives how many are accepted or present.
pub(super) fn report(
    console: &mut Console,
    file: &Path,
    judged: &[JudgedCertificate],
) -> Result<usize, Failure> {
    console.list()?;
    let mut fit = 0;
    for one in judged {
        let (verdict, reason) = match &one.fate {
            Fate::Accepted => ("accepted", None),
            Fate::Present => ("present", None),
            Fate::Refused(reasons) => ("refused", Some(reasons.join("; "))),
        };
        let certificate = one.certificate.as_ref();
        let place = format!("certificate {}", one.number);
        let subject = certificate.map_or(place.as_str(), |certificate| certificate.subject());
        match &reason {
            None => fit += 1,
            Some(reason) => console.note(&format!("{}: {subject}: {reason}", file.display()))?,
        }
        console.item(
            &format!("{verdict}: {subject}"),
            &json!({
                "file": file.display().to_string(),
                "number": one.number,
                "subject": certificate.map(Certificate::subject),
                "fingerprint": certificate.map(Certificate::fingerprint_hex),
                "not_before": certificate.map(|certificate| certificate.not_before().rfc3339()),
                "not_after": certificate.map(|certificate| certificate.not_after().rfc3339()),
                "verdict": verdict,
                "reason": reason,
            }),
        )?;
    }
    Ok(fit)
}

/// Prints that a file holds no certificates at all, among others that do.
pub(super) fn report_unread(
    console: &mut Console,
    file: &Path,
    why: &Failure,
) -> Result<(), Failure> {
    let (file, reason) = (file.display().to_string(), why.reason());
    console.note(&format!("{file}: {reason}"))?;
    console.item(
        &format!("refused: {file}"),
        &json!({ "file": file, "verdict": "refused", "reason": reason }),
    )?;
    Ok(())
}

/// The largest file of certificates: a hundred times Debian's bundle.
pub(super) const CERTIFICATES_LIMIT: u64 = 32 << 20;
