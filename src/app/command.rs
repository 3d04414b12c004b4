//! Every verb of the program once: its words, its place, its keys, and what it means right now.

use crate::forms::commands::{self, Shortcut, entry};

use super::App;
use super::console::Console;
use super::modal::Answer;
use super::place::{Item, Place};
use super::sheet::audit::AuditAct;
use super::sheet::{SheetAct, SheetId};
use super::start::StartAct;
use super::wizard::WizardAct;

/// What the person wants done.
#[derive(Debug)]
pub enum Command {
    /// Shows what program this is.
    About,
    /// The button or key of the dialog in front.
    Answer(Answer),
    /// Asks whether to delete the selected mailbox.
    DeleteMailbox,
    /// Ends the program.
    Exit,
    /// Saves all people to a file.
    ExportPeople,
    /// Puts the keyboard into the find box.
    Find,
    /// The text of the find box is another one.
    Found,
    /// Forgets the remembered password.
    ForgetPassword,
    /// Shows the contents of a container.
    Go(Place),
    /// Reads people from a file.
    ImportPeople,
    /// Opens the sheet for a new mailbox.
    NewMailbox,
    /// Opens an object: its sheet, or its contents.
    Open(Item),
    /// Reads everything on screen again.
    Refresh,
    /// Selects the line at this place of the contents pane.
    Select(u64),
    /// Something happened in a property sheet.
    Sheet(SheetId, SheetAct),
    /// Sorts the contents by a column, or the other way round.
    SortBy(usize),
    /// Something happened on the start screen.
    Start(StartAct),
    /// Opens or closes a line of the tree.
    Toggle(Place),
    /// Something happened in the set-up wizard.
    Wizard(WizardAct),
}

impl Command {
    /// Whether it begins something, other than telling what was typed or is on the screen, and
    /// other than the answer to a dialog and leaving.
    pub(super) fn begins_something(&self) -> bool {
        !matches!(
            self,
            Self::Answer(_)
                | Self::Exit
                | Self::Found
                | Self::Sheet(
                    _,
                    SheetAct::AuditRows(_) | SheetAct::Audit(AuditAct::Filter)
                )
                | Self::Wizard(WizardAct::Typed)
        )
    }
}

/// A verb of menus, toolbar and keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verb {
    /// *About*.
    About,
    /// *Delete*.
    Delete,
    /// *Exit*.
    Exit,
    /// *Directory Export*.
    ExportPeople,
    /// *Find*.
    Find,
    /// *Forget Remembered Password*.
    ForgetPassword,
    /// *Directory Import*.
    ImportPeople,
    /// *New Mailbox*.
    NewMailbox,
    /// *Properties*.
    Properties,
    /// *Refresh*.
    Refresh,
}

/// The menus, from left to right.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MenuName {
    /// *File*.
    File,
    /// *Edit*.
    Edit,
    /// *View*.
    View,
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
        (Self::View, "View"),
        (Self::Tools, "Tools"),
        (Self::Help, "Help"),
    ];
}

/// How a verb looks and where it stands.
pub type Entry = commands::Entry<Verb, MenuName>;

/// Every verb once, in the order of menus and toolbar.
pub const COMMANDS: &[Entry] = &[
    entry(
        Verb::NewMailbox,
        MenuName::File,
        "New Mailbox…",
        "Makes a mailbox for a person",
    )
    .keys(Shortcut::Ctrl('N'))
    .tool(),
    entry(
        Verb::Properties,
        MenuName::File,
        "Properties",
        "Opens the selected object",
    )
    .keys(Shortcut::AltEnter)
    .tool()
    .after_line(),
    entry(
        Verb::Exit,
        MenuName::File,
        "Exit",
        "Ends the program; what is not applied is lost",
    )
    .after_line(),
    entry(
        Verb::Delete,
        MenuName::Edit,
        "Delete…",
        "Deletes the selected mailbox; its archived keys are kept",
    )
    .keys(Shortcut::Delete)
    .tool(),
    entry(
        Verb::Find,
        MenuName::Edit,
        "Find",
        "Finds recipients by name, alias or address",
    )
    .keys(Shortcut::Ctrl('F'))
    .after_line(),
    entry(
        Verb::Refresh,
        MenuName::View,
        "Refresh",
        "Reads everything on screen again",
    )
    .keys(Shortcut::F5)
    .tool(),
    entry(
        Verb::ImportPeople,
        MenuName::Tools,
        "Directory Import…",
        "Makes mailboxes from a file of people",
    )
    .tool(),
    entry(
        Verb::ExportPeople,
        MenuName::Tools,
        "Directory Export…",
        "Saves all people to a file",
    )
    .tool(),
    entry(
        Verb::ForgetPassword,
        MenuName::Tools,
        "Forget Remembered Password",
        "Asks for the KM Server password again from now on",
    )
    .after_line(),
    entry(
        Verb::About,
        MenuName::Help,
        "About KM Administrator…",
        "Says what program this is",
    ),
];

/// The command a verb means right now, or why there is none, which greys it.
pub fn resolve(app: &App, verb: Verb) -> Result<Command, &'static str> {
    let console = app.console().ok_or("The KM server is not open.")?;
    match verb {
        Verb::About => Ok(Command::About),
        Verb::Delete => deletable(console),
        Verb::Exit => Ok(Command::Exit),
        Verb::ExportPeople => Ok(Command::ExportPeople),
        Verb::Find if console.place.holds_mailboxes() => Ok(Command::Find),
        Verb::Find => Err("Only recipients can be found. Choose Recipients in the tree."),
        Verb::ForgetPassword if console.remembered.is_some() => Ok(Command::ForgetPassword),
        Verb::ForgetPassword => Err("No password is remembered."),
        Verb::ImportPeople => Ok(Command::ImportPeople),
        Verb::NewMailbox => Ok(Command::NewMailbox),
        Verb::Properties => match console.selected {
            Some(item @ (Item::AuditLog | Item::Ca | Item::Mailbox(_))) => Ok(Command::Open(item)),
            Some(Item::Place(_)) | None => Err("Select a mailbox, CA or Audit Log first."),
        },
        Verb::Refresh => Ok(Command::Refresh),
    }
}

fn deletable(console: &Console) -> Result<Command, &'static str> {
    match (console.place, console.selected) {
        (Place::DeletedMailboxes, _) => {
            Err("The mailbox is deleted already; its archived keys are kept.")
        }
        (_, Some(Item::Mailbox(_))) => Ok(Command::DeleteMailbox),
        (_, Some(Item::AuditLog | Item::Ca | Item::Place(_)) | None) => {
            Err("Select a mailbox first.")
        }
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
