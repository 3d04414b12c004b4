//! What an act prints: text for people, or one JSON document; refusals on standard error.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::failure::Failure;
use crate::domain::secret::SecretText;

/// The two output streams of an act, and the document it builds.
pub struct Console {
    form: Form,
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    fields: Map<String, Value>,
    items: Items,
}

/// Whom the output is for.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Form {
    /// One JSON document.
    Json,
    /// Text for people.
    Text,
}

/// How far the list of the document is written; items are written as they come, so that a long
/// list is never in memory.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Items {
    Absent,
    Opened,
    Written,
}

impl Console {
    /// The program's own streams.
    pub fn standard(form: Form) -> Self {
        Self {
            form,
            out: Box::new(io::BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
            fields: Map::new(),
            items: Items::Absent,
        }
    }

    /// A line for people; nothing in JSON.
    pub fn say(&mut self, line: &str) -> io::Result<()> {
        match self.form {
            Form::Json => Ok(()),
            Form::Text => writeln!(self.out, "{}", harmless(line)),
        }
    }

    /// A line on standard error, in both forms: a refused item, a warning.
    pub fn note(&mut self, line: &str) -> io::Result<()> {
        self.out.flush()?;
        writeln!(self.err, "{}", harmless(line))
    }

    /// A field of the document; nothing in text.
    pub fn field(&mut self, key: &str, value: impl Into<Value>) {
        if self.form == Form::Json {
            self.fields.insert(key.to_owned(), value.into());
        }
    }

    /// A secret, printed this once: with its caption for people, as a field in JSON.
    pub fn secret(&mut self, key: &str, caption: &str, secret: &SecretText) -> io::Result<()> {
        self.field(key, secret.expose());
        match self.form {
            Form::Json => Ok(()),
            Form::Text => writeln!(self.out, "{caption}: {}", secret.expose()),
        }
    }

    /// Says that the document has a list, though perhaps an empty one.
    pub fn list(&mut self) -> io::Result<()> {
        if self.form == Form::Text || self.items != Items::Absent {
            return Ok(());
        }
        self.items = Items::Opened;
        write!(self.out, "{{\"items\":[")
    }

    /// One item of the list: `line` for people, `item` in JSON.
    pub fn item(&mut self, line: &str, item: &Value) -> io::Result<()> {
        match self.form {
            Form::Json => self.json_item(item),
            Form::Text => writeln!(self.out, "{}", harmless(line)),
        }
    }

    /// One item of the list, of which people need no line of its own; nothing in text.
    pub fn json_item(&mut self, item: &Value) -> io::Result<()> {
        if self.form == Form::Text {
            return Ok(());
        }
        self.list()?;
        let comma = if self.items == Items::Written {
            ",\n"
        } else {
            "\n"
        };
        self.items = Items::Written;
        write!(self.out, "{comma}{item}")
    }

    /// Shows what is printed so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the output of an act that was done or not, and gives the exit status.
    pub fn finish(mut self, result: &Result<(), Failure>) -> u8 {
        let failure = result.as_ref().err();
        let outcome = failure.map_or("done", Failure::outcome);
        let reason = failure.map(Failure::reason);
        match self.close(outcome, reason) {
            Ok(()) => failure.map_or(0, Failure::status),
            // Nobody reads on; the status still has to say that not all was told.
            Err(_closed_pipe) => failure.map_or(1, Failure::status),
        }
    }

    fn close(&mut self, outcome: &str, reason: Option<&str>) -> io::Result<()> {
        if self.form == Form::Json {
            let mut fields = std::mem::take(&mut self.fields);
            fields.insert("outcome".to_owned(), outcome.into());
            fields.insert("reason".to_owned(), reason.into());
            let document = Value::Object(fields).to_string();
            match self.items {
                Items::Absent => writeln!(self.out, "{document}")?,
                // The list stands open before it: the other fields follow in the same object.
                Items::Opened | Items::Written => {
                    writeln!(self.out, "\n],{}", document.trim_start_matches('{'))?;
                }
            }
        }
        self.out.flush()?;
        match reason {
            Some(reason) => writeln!(self.err, "{}", harmless(reason)),
            None => Ok(()),
        }
    }
}

/// A text without what a terminal obeys instead of showing it: a stranger's message could else move
/// up and write over what is said about it.
fn harmless(text: &str) -> String {
    let shown = |character: char| match character {
        '\n' | '\t' => character,
        control if control.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_printed_commands_the_terminal() {
        let hidden = "one\n\ttwo \u{1b}[2A\u{9b}K\rthree\u{8}\0 \u{e4}";
        let shown = "one\n\ttwo \u{fffd}[2A\u{fffd}K\u{fffd}three\u{fffd}\u{fffd} \u{e4}";
        assert_eq!(harmless(hidden), shown);
    }
}
