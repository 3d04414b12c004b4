//! Every verb of the program once: its words, its place, its keys, and what it means right now.

use crate::forms::commands::{self, Shortcut, entry};

use super::compose::ComposeAct;
use super::modal::Answer;
use super::options::OptionsAct;
use super::people::PeopleAct;
use super::reading::ReadingAct;
use super::{App, WindowNumber};

/// What the person wants done.
#[derive(Clone, Copy, Debug)]
pub enum Command {
    /// Shows what program this is.
    About,
    /// The button or key of the dialog in front.
    Answer(Answer),
    /// Closes a window inside the window.
    Close(WindowNumber),
    /// Begins a new message.
    Compose,
    /// Something happened in a message being written.
    ComposeAct(WindowNumber, ComposeAct),
    /// Opens the list of people whose certificates were kept.
    Contacts,
    /// Asks whether to delete the selected message.
    DeleteSelected,
    /// Ends the program.
    Exit,
    /// Asks for the keyset's password again from now on.
    ForgetPassword,
    /// Logs off advanced security.
    LogOff,
    /// Logs on to advanced security.
    LogOn,
    /// Opens the message in this row.
    OpenRow(u64),
    /// Opens *Options*.
    Options,
    /// Something happened in *Options*.
    OptionsAct(WindowNumber, OptionsAct),
    /// Something happened in *Contacts*.
    PeopleAct(WindowNumber, PeopleAct),
    /// Something happened in an opened message.
    ReadingAct(WindowNumber, ReadingAct),
    /// Answers the selected message.
    Reply,
    /// Selects the message in this row.
    Select(u64),
    /// Sends what has no answer yet, and fetches what came.
    SendReceive,
    /// Sorts the messages by a column, or the other way round.
    SortBy(usize),
}

impl Command {
    /// Whether it begins something, other than the answer to a dialog, leaving, and telling what was
    /// typed.
    pub(super) fn begins_something(self) -> bool {
        !matches!(
            self,
            Self::Answer(_) | Self::Exit | Self::ComposeAct(_, ComposeAct::Typed)
        )
    }
}

/// A verb of menus, toolbar and keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verb {
    /// *About*.
    About,
    /// *New Message*.
    Compose,
    /// *Contacts*.
    Contacts,
    /// *Delete*.
    Delete,
    /// *Exit*.
    Exit,
    /// *Forget Remembered Password*.
    ForgetPassword,
    /// *Log Off Advanced Security*.
    LogOff,
    /// *Log On to Advanced Security*.
    LogOn,
    /// *Open*.
    Open,
    /// *Options*.
    Options,
    /// *Reply*.
    Reply,
    /// *Send/Receive*.
    SendReceive,
}

/// The menus, from left to right.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MenuName {
    /// *File*.
    File,
    /// *Edit*.
    Edit,
    /// *Actions*.
    Actions,
    /// *Tools*.
    Tools,
    /// *Help*.
    Help,
}

impl MenuName {
    /// Every menu with its title.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::File, "File"),
        (Self::Edit, "Edit"),
        (Self::Actions, "Actions"),
        (Self::Tools, "Tools"),
        (Self::Help, "Help"),
    ];
}

/// How a verb looks and where it stands.
pub type Entry = commands::Entry<Verb, MenuName>;

/// Every verb once, in the order of menus and toolbar.
pub const COMMANDS: &[Entry] = &[
    entry(
        Verb::Open,
        MenuName::File,
        "Open",
        "Opens the selected message",
    )
    .keys(Shortcut::Ctrl('O')),
    entry(Verb::Exit, MenuName::File, "Exit", "Ends the program").after_line(),
    entry(
        Verb::Delete,
        MenuName::Edit,
        "Delete…",
        "Deletes the selected message",
    )
    .keys(Shortcut::Delete)
    .tool(),
    entry(
        Verb::Compose,
        MenuName::Actions,
        "New Message…",
        "Begins a new message",
    )
    .keys(Shortcut::Ctrl('N'))
    .tool(),
    entry(
        Verb::Reply,
        MenuName::Actions,
        "Reply…",
        "Answers the selected message",
    )
    .keys(Shortcut::Ctrl('R'))
    .tool(),
    entry(
        Verb::SendReceive,
        MenuName::Tools,
        "Send/Receive",
        "Sends what has no answer yet, and fetches what came",
    )
    .keys(Shortcut::F5)
    .tool(),
    entry(
        Verb::Contacts,
        MenuName::Tools,
        "Contacts…",
        "Shows the people whose certificates were kept",
    )
    .tool(),
    entry(
        Verb::LogOn,
        MenuName::Tools,
        "Log On to Advanced Security…",
        "Opens the keys of the chosen keyset",
    )
    .tool()
    .after_line(),
    entry(
        Verb::LogOff,
        MenuName::Tools,
        "Log Off Advanced Security",
        "Closes the keys and forgets a remembered password",
    ),
    entry(
        Verb::ForgetPassword,
        MenuName::Tools,
        "Forget Remembered Password",
        "Asks for the keyset's password again from now on",
    ),
    entry(
        Verb::Options,
        MenuName::Tools,
        "Options…",
        "Mail account, Digital IDs, and what is done with new messages",
    )
    .tool()
    .after_line(),
    entry(
        Verb::About,
        MenuName::Help,
        "About KM Client…",
        "Says what program this is",
    ),
];

/// The command a verb means right now, or why there is none, which greys it.
pub fn resolve(app: &App, verb: Verb) -> Result<Command, &'static str> {
    if app.closed.is_some() && !matches!(verb, Verb::About | Verb::Exit) {
        return Err("The home folder can not be used.");
    }
    let selected = app.inbox.selected_row().ok_or("Select a message first.");
    match verb {
        Verb::About => Ok(Command::About),
        Verb::Compose => Ok(Command::Compose),
        Verb::Contacts => Ok(Command::Contacts),
        Verb::Delete => selected.map(|_row| Command::DeleteSelected),
        Verb::Exit => Ok(Command::Exit),
        Verb::ForgetPassword => match &app.session {
            Some(session) if session.is_remembered => Ok(Command::ForgetPassword),
            Some(_) | None => Err("No password is remembered."),
        },
        Verb::LogOff => match app.session {
            Some(_) => Ok(Command::LogOff),
            None => Err("Nobody is logged on to advanced security."),
        },
        Verb::LogOn => match app.session {
            Some(_) => Err("You are logged on already."),
            None => Ok(Command::LogOn),
        },
        Verb::Open => selected.map(Command::OpenRow),
        Verb::Options => Ok(Command::Options),
        Verb::Reply => selected.map(|_row| Command::Reply),
        Verb::SendReceive => Ok(Command::SendReceive),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_verbs_share_keys_or_stand_there_twice() {
        for (place, entry) in COMMANDS.iter().enumerate() {
            for other in COMMANDS.iter().skip(place + 1) {
                assert_ne!(entry.verb, other.verb);
                assert!(entry.shortcut.is_none() || entry.shortcut != other.shortcut);
            }
        }
    }

    #[test]
    fn the_entries_of_a_menu_stand_together_in_menu_order() {
        let order: Vec<_> = COMMANDS.iter().map(|entry| entry.menu).collect();
        let mut distinct = order;
        distinct.dedup();
        assert_eq!(distinct, MenuName::ALL.map(|(menu, _title)| menu));
    }
}
