//! The main window's state: where one is in the tree, what is selected, which sheets are open.

use std::collections::BTreeSet;

use crate::domain::listing::{Column, Direction, Listing, Position, Scope};
use crate::domain::mailbox::{Mailbox, MailboxId};
use crate::domain::state::SecurityState;
use crate::engine::Engine;
use crate::engine::error::Error;
use crate::engine::settings::Settings;
use crate::forms::words;
use crate::work::Watch;

use super::App;
use super::km_server::{KmServer, SessionView};
use super::message::Message;
use super::paged::{PAGE_ROWS, Paged};
use super::place::{Item, Place};
use super::sheet::{Sheet, SheetId};

/// A column of the list of mailboxes.
pub struct ColumnEntry {
    /// Its title.
    pub title: &'static str,
    /// What it sorts by.
    pub sort: Column,
    /// Its width at first, in points.
    pub width: f32,
}

const fn column(title: &'static str, sort: Column, width: f32) -> ColumnEntry {
    ColumnEntry { title, sort, width }
}

/// The columns of the list of mailboxes.
pub const COLUMNS: [ColumnEntry; 6] = [
    column("Display Name", Column::DisplayName, 150.0),
    column("Alias", Column::Alias, 90.0),
    column("E-mail Address", Column::Address, 210.0),
    column("Department", Column::Department, 100.0),
    column("Office", Column::Office, 55.0),
    column("Advanced Security", Column::State, 122.0),
];

/// The cells of a row of the list of mailboxes.
pub fn mailbox_cells(mailbox: &Mailbox) -> [String; 6] {
    let general = &mailbox.general;
    let state = match mailbox.state {
        SecurityState::Undefined => "",
        SecurityState::New => "New",
        SecurityState::Active => "Active",
        SecurityState::Recover => "Recover",
        SecurityState::Revoked => "Revoked",
    };
    [
        general.display_name.to_string(),
        general.alias.to_string(),
        general.address.unicode(),
        general.department.as_str().to_owned(),
        general.office.as_str().to_owned(),
        state.to_owned(),
    ]
}

/// The main window of an open KM server.
pub struct Console {
    /// What the KM server is called, and where it stands.
    pub names: Settings,
    /// What the checks at opening found; empty if all is well.
    pub findings: Vec<String>,
    /// The container shown in the contents pane.
    pub place: Place,
    /// The containers whose children the tree shows.
    pub expanded: BTreeSet<Place>,
    /// The place of the selected line of the contents pane.
    pub selected_row: Option<u64>,
    /// What is selected there; `None` while its row is being fetched.
    pub selected: Option<Item>,
    /// The text of the find box.
    pub find: String,
    /// The place in [`COLUMNS`] of the column sorted by.
    pub sorted_by: usize,
    /// Which end comes first.
    pub direction: Direction,
    /// The mailboxes of the container.
    pub mailboxes: Paged<Mailbox>,
    /// The open property sheets, the one in front last.
    pub sheets: Vec<Sheet>,
    /// The session whose password is remembered.
    pub remembered: Option<SessionView>,
    /// Whether the find box is to get the keyboard.
    pub wants_find: bool,
}

impl Console {
    pub(super) fn new(names: Settings, findings: Vec<String>) -> Self {
        Self {
            names,
            findings,
            place: Place::Recipients,
            expanded: Place::ALL.into_iter().collect(),
            selected_row: None,
            selected: None,
            find: String::new(),
            sorted_by: 0,
            direction: Direction::Ascending,
            mailboxes: Paged::default(),
            sheets: Vec::new(),
            remembered: None,
            wants_find: false,
        }
    }

    /// The container's name as tree and caption show it.
    pub fn title(&self, place: Place) -> &str {
        match place {
            Place::Organization => self.names.organization.as_str(),
            Place::Site => self.names.site.as_str(),
            Place::Recipients => "Recipients",
            Place::DeletedMailboxes => "Deleted Mailboxes",
            Place::Configuration => "Configuration",
        }
    }

    /// The lines of a container that holds no mailboxes.
    pub fn objects(&self) -> Vec<Item> {
        let places = self.place.children().map(Item::Place);
        match self.place {
            Place::Configuration => vec![Item::AuditLog, Item::Ca],
            Place::Organization | Place::Site | Place::Recipients | Place::DeletedMailboxes => {
                places.collect()
            }
        }
    }

    /// How many lines the contents pane has, as the status bar says it.
    pub fn count(&self) -> String {
        let total = self.mailboxes.total();
        match self.place {
            Place::Recipients => format!("{total} Recipient(s)"),
            Place::DeletedMailboxes => format!("{total} Deleted mailbox(es)"),
            Place::Organization | Place::Site | Place::Configuration => {
                format!("{} Object(s)", self.objects().len())
            }
        }
    }

    /// Whether the list shows only what the find box asks for.
    pub fn is_finding(&self) -> bool {
        self.place.holds_mailboxes() && !self.find.trim().is_empty()
    }

    /// The sheet with this number.
    pub fn sheet(&self, id: SheetId) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.id == id)
    }

    pub(super) fn sheet_mut(&mut self, id: SheetId) -> Option<&mut Sheet> {
        self.sheets.iter_mut().find(|sheet| sheet.id == id)
    }

    /// Whether the smallest comes first.
    pub fn is_ascending(&self) -> bool {
        self.direction == Direction::Ascending
    }

    pub(super) fn select(&mut self, row: Option<u64>) {
        self.selected_row = row;
        self.selected = row.and_then(|row| self.item(row));
    }

    fn item(&self, row: u64) -> Option<Item> {
        if self.place.holds_mailboxes() {
            return self.mailboxes.row(row).map(|row| Item::Mailbox(row.id));
        }
        self.objects().get(usize::try_from(row).ok()?).copied()
    }

    /// New rows are there: what was selected is found again, wherever it stands now.
    fn fetched(&mut self) {
        match self.selected {
            Some(Item::Mailbox(id)) => {
                let now_at = self.mailboxes.rows().find(|(_, row)| row.id == id);
                if let Some((place, _)) = now_at {
                    self.selected_row = Some(place);
                }
            }
            Some(Item::AuditLog | Item::Ca | Item::Place(_)) => (),
            None => self.selected = self.selected_row.and_then(|row| self.item(row)),
        }
    }

    pub(super) fn go(&mut self, place: Place) {
        if place == self.place {
            return;
        }
        self.place = place;
        self.select(None);
        self.find.clear();
        self.mailboxes = Paged::default();
        let mut above = place.parent();
        while let Some(parent) = above {
            self.expanded.insert(parent);
            above = parent.parent();
        }
    }

    pub(super) fn toggle(&mut self, place: Place) {
        if !self.expanded.remove(&place) {
            self.expanded.insert(place);
        }
    }

    pub(super) fn sort_by(&mut self, column: usize) {
        self.direction = match self.direction {
            Direction::Ascending if column == self.sorted_by => Direction::Descending,
            Direction::Ascending | Direction::Descending => Direction::Ascending,
        };
        self.sorted_by = column;
        self.select(None);
        self.mailboxes.refresh();
    }

    /// The list is another one: the selection and the rows in memory are of the old one.
    pub(super) fn found(&mut self) {
        self.select(None);
        self.mailboxes.refresh();
    }

    fn listing(&self) -> Option<Listing> {
        let scope = match self.place {
            Place::Recipients => Scope::All,
            Place::DeletedMailboxes => Scope::Deleted,
            Place::Organization | Place::Site | Place::Configuration => return None,
        };
        Some(Listing {
            scope,
            column: COLUMNS
                .get(self.sorted_by)
                .map_or(Column::DisplayName, |column| column.sort),
            direction: self.direction,
            find: self.find.trim().to_owned(),
        })
    }
}

/// The rows from `offset` on, and how many the whole list has.
fn page(engine: &mut Engine, listing: &Listing, offset: u64) -> Result<(u64, Vec<Mailbox>), Error> {
    let total = engine.count_mailboxes(listing)?;
    let position = match offset {
        0 => Position::Start,
        rows => Position::Offset(rows),
    };
    Ok((total, engine.mailboxes(listing, &position, PAGE_ROWS)?.rows))
}

impl App {
    /// Fetches the rows that the contents pane shows and does not have.
    pub(super) fn fetch_mailboxes(&mut self) {
        let Some(console) = self
            .console_mut()
            .filter(|console| console.place.holds_mailboxes())
        else {
            return;
        };
        let Some(request) = console.mailboxes.next_request() else {
            return;
        };
        let Some(listing) = console.listing() else {
            return;
        };
        let fetch = move |server: &mut KmServer, _: &Watch| {
            Some(page(server.engine.as_mut()?, &listing, request.offset))
        };
        self.post(fetch, move |app, fetched| {
            let Some(console) = app.console_mut() else {
                return;
            };
            match fetched {
                Some(Ok((total, rows))) => {
                    console.mailboxes.answer(request, total, rows);
                    console.fetched();
                }
                Some(Err(error)) => {
                    console.mailboxes.fail();
                    app.tell(None, Message::of(&error));
                }
                None => console.mailboxes.fail(),
            }
        });
    }

    pub(super) fn ask_delete(&mut self) {
        let Some((id, name)) = self.selected_mailbox() else {
            return;
        };
        let question = format!(
            "Delete the mailbox {name}? The user can no longer get certificates or keys. \
             The archived keys are kept: the mailbox moves to Deleted Mailboxes, from where they can be recovered. \
             The certificates stay good until they are revoked: choose Revoke Advanced Security before you delete, or \
             on the Security page of the deleted mailbox."
        );
        self.confirm(None, question, "Delete", move |app| {
            let delete = move |server: &mut KmServer, _: &Watch| {
                Some(server.engine.as_mut()?.delete_mailbox(id))
            };
            app.post(delete, |app, deleted| {
                if let Some(Err(error)) = deleted {
                    app.tell(None, Message::of(&error));
                }
                if let Some(console) = app.console_mut() {
                    console.select(None);
                }
                app.refresh();
            });
        });
    }

    fn selected_mailbox(&self) -> Option<(MailboxId, String)> {
        let console = self.console()?;
        let Some(Item::Mailbox(id)) = console.selected else {
            return None;
        };
        let named = console.mailboxes.rows().find(|(_, row)| row.id == id);
        let name = named.map_or_else(
            || "selected".to_owned(),
            |(_, row)| row.general.display_name.to_string(),
        );
        Some((id, name))
    }

    /// How long the password is still remembered, and whose it is, as the status bar says it.
    pub fn remembered_words(&self) -> Option<String> {
        let session = self.console()?.remembered.as_ref()?;
        let left = session.remembered_until?.secs_since(self.now());
        Some(format!(
            "Password of {} remembered for {}",
            session.administrator,
            words::minutes(left)
        ))
    }
}
