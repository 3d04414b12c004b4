//! The CA object's pages Administrators and Passwords.

use std::num::NonZeroU8;

use crate::domain::guard::{Guard, Numbers};
use crate::engine::administer::{RemoveAdministrator, SetNumbers, ShareAnew};

use crate::app::App;
use crate::app::administrator_forms::{NewAdministrator, NewPassword};
use crate::app::message::Message;
use crate::app::modal::Modal;
use crate::app::words;

use super::ca::CaSheet;
use super::{SheetId, Then};

/// A row of the Passwords page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NumberRow {
    /// The guarded act.
    pub guard: Guard,
    /// How many passwords it asks for, as edited.
    pub number: u8,
    /// The most it can ask for.
    pub limit: u8,
    /// What is to be minded about the number.
    pub note: Option<String>,
}

impl CaSheet {
    /// The rows of the list of administrators: name and standing.
    pub fn administrator_rows(&self) -> Vec<[String; 2]> {
        let rows = self.administrators.iter().map(|administrator| {
            let mut standing = if administrator.accepted {
                "Active".to_owned()
            } else {
                "Has not accepted yet; does not count".to_owned()
            };
            if 0 < administrator.wrong_passwords {
                let wrong = words::count(
                    u64::from(administrator.wrong_passwords),
                    "wrong password",
                    "wrong passwords",
                );
                standing = format!("{standing}; {wrong} since the last right one");
            }
            [administrator.name.to_string(), standing]
        });
        rows.collect()
    }

    /// How many administrators have accepted their seats.
    pub fn seats(&self) -> u8 {
        let accepted = self.administrators.iter().filter(|one| one.accepted);
        u8::try_from(accepted.count()).unwrap_or(u8::MAX)
    }

    /// The rows of the Passwords page.
    pub fn number_rows(&self) -> Vec<NumberRow> {
        let (Some(numbers), seats) = (&self.numbers, self.seats()) else {
            return Vec::new();
        };
        let numbers = &numbers.edited;
        let administer = numbers.of(Guard::Administer).get();
        let row = |guard: Guard| {
            let (number, limit) = (numbers.of(guard).get(), guard.limit(seats).max(1));
            let note = if administer < number {
                Some(format!(
                    "{number} passwords protect no more than {administer}: whoever fulfils the first row can share this secret anew."
                ))
            } else if 1 < number && number == seats && guard != Guard::Administer {
                Some("At all of them, one forgotten password stops this act.".to_owned())
            } else {
                None
            };
            NumberRow {
                guard,
                number,
                limit,
                note,
            }
        };
        Guard::ALL.into_iter().map(row).collect()
    }

    /// What limits the numbers, in words.
    pub fn limits(&self) -> String {
        let seats = u64::from(self.seats());
        let one = "administrator has accepted a seat";
        let have = words::count(seats, one, "administrators have accepted their seats");
        if seats <= 1 {
            return format!(
                "{have}, so each act can ask for 1 password. Add administrators to ask for more."
            );
        }
        let first = Guard::Administer.limit(self.seats());
        format!(
            "{have}, so an act can ask for up to {seats}. The first row can ask for up to {first}: \
             it can share all others anew, and one forgotten password must not stop it."
        )
    }

    /// The number the first row can be raised to, where another row asks for more.
    pub fn raise_to(&self) -> Option<NonZeroU8> {
        let numbers = &self.numbers.as_ref()?.edited;
        let highest = Guard::ALL
            .into_iter()
            .map(|guard| numbers.of(guard))
            .max()?;
        let possible = highest.min(NonZeroU8::new(Guard::Administer.limit(self.seats()))?);
        (numbers.of(Guard::Administer) < possible).then_some(possible)
    }
}

impl App {
    pub(super) fn set_number(&mut self, id: SheetId, guard: Guard, number: u8) {
        let draft = self.ca_mut(id).and_then(|sheet| sheet.numbers.as_mut());
        if let (Some(draft), Some(number)) = (draft, NonZeroU8::new(number)) {
            draft.edited = draft.edited.with(guard, number);
        }
    }

    pub(super) fn raise_administer(&mut self, id: SheetId) {
        let raised = self.ca_mut(id).and_then(|sheet| sheet.raise_to());
        if let Some(number) = raised {
            self.set_number(id, Guard::Administer, number.get());
        }
    }

    pub(super) fn apply_numbers(&mut self, id: SheetId, then: Then) {
        let Some((numbers, seats)) = self.edited_numbers(id) else {
            return;
        };
        let is_all = |guard: &Guard| {
            *guard != Guard::Administer && 1 < seats && numbers.of(*guard).get() == seats
        };
        let all: Vec<&str> = Guard::ALL
            .into_iter()
            .filter(is_all)
            .map(Guard::caption)
            .collect();
        if all.is_empty() {
            self.ask_numbers(id, then, numbers);
            return;
        }
        let question = format!(
            "All {seats} administrators would have to agree to: {}. One forgotten password stops it, \
             until the first row shares the secrets anew. Apply?",
            all.join("; ")
        );
        self.confirm(Some(id), question, "Apply", move |app| {
            app.ask_numbers(id, then, numbers);
        });
    }

    fn edited_numbers(&mut self, id: SheetId) -> Option<(Numbers, u8)> {
        let sheet = self.ca_mut(id)?;
        Some((sheet.numbers.as_ref()?.edited, sheet.seats()))
    }

    fn ask_numbers(&mut self, id: SheetId, then: Then, numbers: Numbers) {
        self.ask(Some(id), SetNumbers { numbers }, move |app, _done| {
            if let Some(draft) = app.ca_mut(id).and_then(|sheet| sheet.numbers.as_mut()) {
                draft.accept();
            }
            app.applied(id, then);
        });
    }

    pub(super) fn ask_new_administrator(&mut self, id: SheetId) {
        self.push(
            Some(id),
            Modal::NewAdministrator(NewAdministrator::default()),
        );
    }

    pub(super) fn ask_new_password(&mut self, id: SheetId) {
        let Some(sheet) = self.ca_mut(id) else {
            return;
        };
        let selected = sheet
            .selected_administrator
            .and_then(|place| sheet.administrators.get(place));
        let own = sheet
            .administrators
            .iter()
            .find(|one| one.name.as_str() == sheet.session.administrator);
        let form = NewPassword {
            administrator: selected.or(own).map(|one| one.name.clone()),
            names: sheet
                .administrators
                .iter()
                .map(|one| one.name.clone())
                .collect(),
            ..NewPassword::default()
        };
        self.push(Some(id), Modal::NewPassword(form));
    }

    pub(super) fn ask_remove_administrator(&mut self, id: SheetId) {
        let Some(sheet) = self.ca_mut(id) else {
            return;
        };
        let selected = sheet
            .selected_administrator
            .and_then(|place| sheet.administrators.get(place));
        let Some(name) = selected.map(|administrator| administrator.name.clone()) else {
            return;
        };
        let question = format!(
            "Remove the administrator {name}? All secrets are shared anew among the others. \
             An old copy of the file still opens with the passwords it held."
        );
        self.confirm(Some(id), question, "Remove", move |app| {
            app.ask(Some(id), RemoveAdministrator { name }, move |app, _done| {
                if let Some(sheet) = app.ca_mut(id) {
                    sheet.selected_administrator = None;
                }
            });
        });
    }

    pub(super) fn ask_share_anew(&mut self, id: SheetId) {
        let question = "Share all secrets anew? New guard secrets and keys are made, \
            and passwords that may be known to others open nothing that is archived from now on.";
        self.confirm(Some(id), question, "Share Anew", move |app| {
            app.ask(Some(id), ShareAnew, move |app, _done| {
                app.tell(
                    Some(id),
                    Message::information("All secrets were shared anew."),
                );
            });
        });
    }
}
