//! `sign`, `encrypt`, `sign-encrypt` and `read`: messages in files.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::cli::args::{Read, Seal, Unlocking};
use crate::client::cli::call::{Call, Opener};
use crate::client::cli::status::certificate_document;
use crate::client::error::Error;
use crate::client::message::file::Seal as How;
use crate::client::message::verdict::{Line, Mark};
use crate::client::message::view::{FileView, Opened, Person};
use crate::crypto::certificate::Certificate;
use crate::crypto::verify::file::{self as certificates, Found};
use crate::desk::file::{read_bounded, write_public};
use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;
use crate::mail::message::MAX_MESSAGE;
use crate::terminal::console::Console;
use crate::terminal::failure::Failure;

/// Signs or encrypts a message and writes the new one.
pub(super) fn seal(mut call: Call<'_>, options: &Seal, how: How) -> Result<(), Failure> {
    let (to, input, output) = places(options)?;
    if to.is_empty() && how != How::Sign {
        let words = "Nobody is named to encrypt to: add --to ADDRESS.";
        return Err(Failure::Usage(words.to_owned()));
    }
    let message = read_file(&input)?;
    let keyset = call.keyset(None)?;
    let Unlocking {
        password_from,
        consent,
    } = &options.unlocking;
    let opener = call.opener(&keyset, password_from.as_ref(), *consent)?;
    let sealed = call
        .client
        .seal_message(&message, &to, how, opener.unlock());
    if let Err(Error::NoCertificate(_)) = &sealed {
        for check in call.client.check_recipients(&to)? {
            if let (None, Some(problem)) = (check.certificate, check.problem) {
                call.console.note(&problem)?;
            }
        }
    }
    let (sealed, cipher) = sealed?;
    let written = write_public(&output, &sealed);
    written.map_err(|error| Failure::refused(format!("{}: {error}.", output.display())))?;
    call.console.field("cipher", cipher);
    call.console.field("file", output.display().to_string());
    let protection = cipher.map_or_else(String::new, |cipher| format!(", encrypted with {cipher}"));
    let line = format!("{} is written{protection}.", output.display());
    Ok(call.console.say(&line)?)
}

/// Opens a message and prints what there is to say of it, and its text.
pub(super) fn read(mut call: Call<'_>, options: &Read) -> Result<(), Failure> {
    let mut trusted = options.trust.clone();
    // Options that take several values take the message as well if it comes last.
    let file = options.file.clone().or_else(|| trusted.pop());
    let file = file.ok_or_else(|| Failure::Usage("No message is named.".to_owned()))?;
    let message = read_file(&file)?;
    let mut named = Vec::new();
    for file in &trusted {
        named.extend(certificates_in(file)?);
    }
    let client = &mut call.client;
    let opened = match client.read_message(&message, Opener::Silent.unlock(), &named) {
        Err(Error::PasswordNeeded(keyset) | Error::ConsentNeeded(keyset)) => {
            let Unlocking {
                password_from,
                consent,
            } = &options.unlocking;
            let key = call.opener(&keyset, password_from.as_ref(), *consent)?;
            call.client.read_message(&message, key.unlock(), &named)?
        }
        read => read?,
    };
    document(call.console, &opened);
    print(call.console, &opened)?;
    match opened.verdict.mark {
        Mark::Good | Mark::None | Mark::Warning => Ok(()),
        Mark::Bad => Err(Failure::Refused(opened.verdict.summary)),
    }
}

/// Whom to encrypt to, and the two files. `--to` takes several values, and the files as well where
/// they come after it.
fn places(options: &Seal) -> Result<(Vec<MailAddress>, PathBuf, PathBuf), Failure> {
    let mut to = options.to.clone();
    let mut files = options.files.clone();
    while files.len() < 2 {
        let last = to.pop().map(PathBuf::from);
        let words = "Two files are named: the message, and the new file.";
        let last = last.ok_or_else(|| Failure::Usage(words.to_owned()))?;
        // What stood before --to comes first, what comes after it last.
        files.insert(options.files.len(), last);
    }
    let addresses = to.iter().flat_map(|to| to.split(','));
    let addresses = addresses.map(str::trim).filter(|to| !to.is_empty());
    let addresses = addresses.map(MailAddress::parse);
    let addresses = addresses.collect::<Result<_, _>>()?;
    match <[PathBuf; 2]>::try_from(files) {
        Ok([input, output]) => Ok((addresses, input, output)),
        Err(_more) => Err(Failure::Usage("Two files are named, no more.".to_owned())),
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let limit = u64::try_from(MAX_MESSAGE).unwrap_or(u64::MAX);
    read_bounded(path, limit)
        .map_err(|error| Failure::refused(format!("{}: {error}.", path.display())))
}

/// The certificates in a file: PEM, DER or PKCS#7.
pub(super) fn certificates_in(path: &Path) -> Result<Vec<Certificate>, Failure> {
    let octets = read_file(path)?;
    let found = certificates::find(&octets)
        .map_err(|error| Failure::refused(format!("{}: {error}.", path.display())))?;
    let certificate = |found: Found| match found {
        Found::Certificate(certificate) => Some(*certificate),
        Found::Damaged(_) | Found::Malformed(_) | Found::Other(_) => None,
    };
    let read: Vec<Certificate> = found.into_iter().filter_map(certificate).collect();
    if read.is_empty() {
        let words = "holds no certificate that can be read";
        return Err(Failure::refused(format!("{}: {words}.", path.display())));
    }
    Ok(read)
}

fn print(console: &mut Console, opened: &Opened) -> io::Result<()> {
    let mut say = |line: &str| console.say(&harmless(line));
    let people = |people: &[Person]| {
        let words: Vec<String> = people.iter().map(Person::words).collect();
        words.join(", ")
    };
    say(&format!("From: {}", people(&opened.from)))?;
    say(&format!("To: {}", people(&opened.to)))?;
    say(&format!("Subject: {}", opened.subject))?;
    say(&format!("Verdict: {}", opened.verdict.summary))?;
    for Line {
        question,
        mark,
        words,
    } in &opened.verdict.lines
    {
        say(&format!("  {question} ({}): {words}", mark.word()))?;
    }
    for (caption, files) in [
        ("File", &opened.files),
        ("File beside the protected message", &opened.files_beside),
    ] {
        for file in files {
            say(&format!("{caption}: {}", file.name))?;
        }
    }
    say(&format!("\n{}", opened.whole_text().trim_end()))
}

/// A text without what would command the terminal.
fn harmless(text: &str) -> String {
    let visible = |character: char| match character {
        '\n' | '\t' => character,
        hidden if hidden.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    text.chars().map(visible).collect()
}

fn document(console: &mut Console, opened: &Opened) {
    let people = |people: &[Person]| -> Value {
        let person = |person: &Person| json!({"name": person.name, "address": person.address});
        people.iter().map(person).collect()
    };
    let files = |files: &[FileView]| -> Value {
        let file = |file: &FileView| json!({"name": file.name, "media_type": file.media_type, "size": file.content.len()});
        files.iter().map(file).collect()
    };
    let verdict = &opened.verdict;
    let lines = verdict.lines.iter().map(
        |line| json!({"question": line.question, "mark": line.mark.word(), "words": line.words}),
    );
    console.field("from", people(&opened.from));
    console.field("to", people(&opened.to));
    console.field("cc", people(&opened.cc));
    console.field("subject", opened.subject.clone());
    console.field("date", opened.date.map(UnixTime::rfc3339));
    console.field("text", opened.text.clone());
    console.field("files", files(&opened.files));
    console.field("text_beside", opened.text_beside.clone());
    console.field("files_beside", files(&opened.files_beside));
    console.field("verdict", verdict.mark.word());
    console.field("summary", verdict.summary.clone());
    console.field("signed", verdict.signed);
    console.field("encrypted", verdict.encrypted);
    console.field("lines", lines.collect::<Value>());
    console.field("signer", opened.signer.as_ref().map(certificate_document));
    let encryption = opened.encryption.as_ref().map(certificate_document);
    console.field("encryption_certificate", encryption);
}
