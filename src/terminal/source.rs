//! Secrets from files, standard input or the terminal: never from arguments or the environment.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use zeroize::Zeroizing;

use super::failure::Failure;
use crate::domain::secret::{Password, SecretText};

/// A file with a secret, or `-` for standard input.
#[derive(Clone, Debug)]
pub struct Source(OsString);

impl From<OsString> for Source {
    fn from(named: OsString) -> Self {
        Self(named)
    }
}

/// Reads secrets, and keeps count of standard input, which can be named once.
#[derive(Default)]
pub struct Inputs {
    standard_input: StandardInput,
}

/// Whether `-` was read already.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
enum StandardInput {
    #[default]
    Unread,
    Read,
}

impl Inputs {
    /// The password that `source` holds; without one, the terminal asks with `prompt`.
    pub fn password(
        &mut self,
        source: Option<&Source>,
        option: &str,
        prompt: &str,
    ) -> Result<Password, Failure> {
        let typed = match source {
            Some(source) => self.first_line(source)?,
            None => hidden(prompt, option)?,
        };
        parse_password(&typed, prompt)
    }

    /// A password that is new: on the terminal it is typed twice.
    pub fn new_password(
        &mut self,
        source: Option<&Source>,
        option: &str,
        prompt: &str,
    ) -> Result<Password, Failure> {
        let Some(source) = source else {
            let first = hidden(prompt, option)?;
            let again = hidden(&format!("{prompt} (again)"), option)?;
            if first.expose() != again.expose() {
                return Err(Failure::refused(
                    "The two passwords differ. Nothing was changed.",
                ));
            }
            return parse_password(&first, prompt);
        };
        let typed = self.first_line(source)?;
        parse_password(&typed, prompt)
    }

    /// A secret that is no password; without a source, the terminal asks with `prompt`.
    pub fn secret_line(
        &mut self,
        source: Option<&Source>,
        option: &str,
        prompt: &str,
    ) -> Result<SecretText, Failure> {
        match source {
            Some(source) => self.first_line(source),
            None => hidden(prompt, option),
        }
    }

    /// The whole text of a source, without a byte order mark.
    pub fn text(&mut self, source: &Source) -> Result<SecretText, Failure> {
        let octets = self.octets(source)?;
        let text = str::from_utf8(&octets).map_err(|_octets| {
            Failure::Refused(format!("{} is not UTF-8 text.", source.0.display()))
        })?;
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        Ok(SecretText::new(text.to_owned()))
    }

    fn octets(&mut self, source: &Source) -> Result<Zeroizing<Vec<u8>>, Failure> {
        // All room from the start, so that growing leaves no copies behind.
        let mut octets = Zeroizing::new(Vec::with_capacity(SIZE_LIMIT));
        if source.0 == "-" {
            if self.standard_input == StandardInput::Read {
                let words = "Standard input (-) can be named once only.";
                return Err(Failure::Usage(words.to_owned()));
            }
            self.standard_input = StandardInput::Read;
            let read = read_up_to_limit(io::stdin().lock(), &mut octets);
            read.map_err(|error| unreadable(Path::new("standard input"), &error))?;
        } else {
            let path = Path::new(&source.0);
            let file = File::open(path).map_err(|error| unreadable(path, &error))?;
            refuse_if_others_can_read(path, &file)?;
            let read = read_up_to_limit(file, &mut octets);
            read.map_err(|error| unreadable(path, &error))?;
        }
        Ok(octets)
    }

    /// The first line of a source, without its end (LF or CRLF).
    fn first_line(&mut self, source: &Source) -> Result<SecretText, Failure> {
        let text = self.text(source)?;
        match text.expose().lines().next() {
            Some(line) => Ok(SecretText::new(line.to_owned())),
            None => Err(Failure::Refused(format!(
                "{} is empty; its first line should be the password.",
                source.0.display()
            ))),
        }
    }
}

/// Reads all of it; more than the limit is refused, not cut off.
fn read_up_to_limit(from: impl Read, octets: &mut Vec<u8>) -> io::Result<()> {
    let limit = u64::try_from(SIZE_LIMIT).unwrap_or(u64::MAX);
    from.take(limit.saturating_add(1)).read_to_end(octets)?;
    if SIZE_LIMIT < octets.len() {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    Ok(())
}

/// Whether a person sits at the terminal and can be asked.
pub fn can_ask() -> bool {
    io::stdin().is_terminal()
}

/// Asks for a line that may be seen; `None` at the end of the input.
pub fn ask(prompt: &str) -> Result<Option<String>, Failure> {
    write!(io::stderr(), "{prompt}: ")?;
    let mut line = String::new();
    if io::stdin()
        .read_line(&mut line)
        .map_err(|error| no_terminal(&error))?
        == 0
    {
        return Ok(None);
    }
    Ok(Some(line.trim().to_owned()))
}

/// Asks for yes or no; any other answer is a no, and `None` is the end of the input.
pub fn ask_yes(question: &str) -> Result<Option<bool>, Failure> {
    let answer = ask(&format!("{question} (yes/no)"))?;
    let is_yes = |answer: String| {
        ["yes", "y"]
            .iter()
            .any(|yes| answer.eq_ignore_ascii_case(yes))
    };
    Ok(answer.map(is_yes))
}

/// Asks for a line that is not shown; `None` at the end of the input.
pub fn ask_hidden(prompt: &str) -> Result<Option<SecretText>, Failure> {
    match rpassword::prompt_password(format!("{prompt}: ")) {
        Ok(typed) => Ok(Some(SecretText::new(typed))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(no_terminal(&error)),
    }
}

fn no_terminal(error: &io::Error) -> Failure {
    Failure::Refused(format!("The terminal can not be read: {error}."))
}

fn hidden(prompt: &str, option: &str) -> Result<SecretText, Failure> {
    if !can_ask() {
        return Err(Failure::Usage(format!(
            "There is no terminal to ask on: name {option} FILE."
        )));
    }
    ask_hidden(prompt)?.ok_or(Failure::Cancelled)
}

fn parse_password(typed: &SecretText, what: &str) -> Result<Password, Failure> {
    Password::parse(typed.expose()).map_err(|error| Failure::Refused(format!("{what}: {error}.")))
}

/// Design of such files: whoever can read them can approve.
fn refuse_if_others_can_read(path: &Path, file: &File) -> Result<(), Failure> {
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    if metadata.permissions().mode() & READABLE_BY_OTHERS == 0 {
        return Ok(());
    }
    let shown = path.display();
    Err(Failure::Refused(format!(
        "{shown} can be read by others. Make it yours alone first: chmod 600 {shown}"
    )))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::Refused(format!("{} can not be read: {error}.", path.display()))
}

/// The read bits of group and others (`stat` manual page).
const READABLE_BY_OTHERS: u32 = 0o044;

/// The most octets of a secret file: ten thousand answers, and no endless device fills the memory.
const SIZE_LIMIT: usize = 1 << 20;

/// What some editors put before UTF-8 text.
const BYTE_ORDER_MARK: char = '\u{feff}';
