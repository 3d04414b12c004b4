//! `kmadmin trust list, import, untrust`: the Certificate Trust List.

use std::ffi::OsStr;
use std::path::PathBuf;

use serde_json::json;

use super::answers::Answers;
use super::approve::approve;
use super::args::AnswerFiles;
use super::call::{Call, read_file};
use super::check_ca::{CERTIFICATES_LIMIT, report, report_unread};
use crate::engine::error::Error;
use crate::engine::trust::{ImportCertificates, Untrust};
use crate::engine::views::Fate;
use crate::terminal::failure::Failure;

/// Lists the trusted certificates.
pub(super) fn list(call: Call<'_>) -> Result<(), Failure> {
    let mut opened = call.open()?;
    opened.console.list()?;
    for trusted in opened.engine.trust_list()? {
        let certificate = &trusted.certificate;
        let fingerprint = certificate.fingerprint_hex();
        opened.console.item(
            &format!("{fingerprint}  {}", certificate.subject()),
            &json!({
                "subject": certificate.subject(),
                "issuer": certificate.issuer(),
                "serial": certificate.serial_hex(),
                "not_before": certificate.not_before().rfc3339(),
                "not_after": certificate.not_after().rfc3339(),
                "key": certificate.key_kind(),
                "fingerprint": fingerprint,
                "imported_at": trusted.imported_at.rfc3339(),
                "imported_by": trusted.imported_by,
                "audit_row": trusted.audit_row,
                "file": trusted.file,
            }),
        )?;
    }
    Ok(())
}

/// Judges the files before anybody answers; what is accepted enters in one transaction.
pub(super) fn import(
    mut call: Call<'_>,
    files: &[PathBuf],
    answer_files: &AnswerFiles,
) -> Result<(), Failure> {
    let mut answers = Answers::read(&mut call.inputs, &answer_files.answers)?;
    let mut opened = call.open()?;
    let mut certificates = Vec::new();
    let mut fit = 0;
    for file in files {
        let octets = read_file(file, CERTIFICATES_LIMIT)?;
        let judged = match opened.engine.judge_certificates(&octets) {
            Ok(judged) => judged,
            // A file of another kind is one refused thing among those that are judged.
            Err(error @ Error::Refused { .. }) if 1 < files.len() => {
                report_unread(opened.console, file, &Failure::from(error))?;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        fit += report(opened.console, file, &judged)?;
        let accepted = judged.into_iter().filter(|one| one.fate == Fate::Accepted);
        for certificate in accepted.filter_map(|one| one.certificate) {
            if !certificates.contains(&certificate) {
                certificates.push(certificate);
            }
        }
    }
    if fit == 0 {
        return Err(Failure::refused(
            "No certificate is accepted. Nothing was changed.",
        ));
    }
    if certificates.is_empty() {
        opened.console.field("added", 0);
        opened
            .console
            .say("All of them are trusted already. Nothing was changed.")?;
        return Ok(());
    }
    let operation = ImportCertificates {
        file: names_of(files),
        certificates,
    };
    let imported = approve(&mut opened, &mut answers, operation)?;
    opened.console.field("added", imported.added);
    opened.console.say(&format!(
        "{} certificate(s) are trusted from now on.",
        imported.added
    ))?;
    Ok(())
}

/// Takes one certificate off the list.
pub(super) fn untrust(
    mut call: Call<'_>,
    fingerprint: &str,
    files: &AnswerFiles,
) -> Result<(), Failure> {
    let fingerprint = parse_fingerprint(fingerprint).ok_or_else(|| {
        Failure::refused("A fingerprint has 64 hexadecimal digits, as trust list shows it.")
    })?;
    let mut answers = Answers::read(&mut call.inputs, &files.answers)?;
    let mut opened = call.open()?;
    approve(&mut opened, &mut answers, Untrust { fingerprint })?;
    opened
        .console
        .say("The certificate is no longer trusted.")?;
    Ok(())
}

/// The files' names without their folders, for the list.
fn names_of(files: &[PathBuf]) -> String {
    let names = files.iter().filter_map(|file| file.file_name());
    let names: Vec<_> = names.map(OsStr::to_string_lossy).collect();
    names.join(", ")
}

/// 64 hexadecimal digits, colons and blanks between them allowed.
fn parse_fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut octets = [0; 32];
    for (place, octet) in octets.iter_mut().enumerate() {
        let pair = digits.get(2 * place..2 * place + 2)?;
        *octet = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(octets)
}
