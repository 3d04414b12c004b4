//! Adding an administrator, and changing one's own KM Server password.

use crate::domain::names::AdministratorName;
use crate::domain::secret::Password;
use crate::engine::administer::AddAdministrator;
use crate::engine::strength;
use crate::forms::chosen::ChosenPassword;
use crate::forms::typed::Typed;
use crate::forms::words;
use crate::work::Watch;

use super::App;
use super::km_server::KmServer;
use super::message::Message;
use super::modal::{Answer, Modal, Spot};
use super::sheet::SheetId;

/// A new administrator.
#[derive(Default)]
pub struct NewAdministrator {
    /// The name.
    pub name: String,
    /// The first password.
    pub chosen: ChosenPassword,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

impl NewAdministrator {
    pub(super) fn answer(mut self, app: &mut App, spot: Spot, answer: Answer) {
        let owner = spot.owner;
        match answer {
            Answer::Accept => match self.operation() {
                Ok(operation) => {
                    app.ask(owner, operation, move |app, ()| {
                        app.tell(owner, Message::information(PENDING));
                    });
                    return;
                }
                Err(problem) => self.problem = Some(problem),
            },
            Answer::Cancel => return, // nothing was begun
            Answer::Suggest => {
                app.put_back(spot, Modal::NewAdministrator(self));
                app.suggest_in_front();
                return;
            }
            Answer::Typed => {
                self.problem = None;
                self.chosen.judge(&[&self.name]);
            }
            Answer::Copy(_) | Answer::Save | Answer::SaveKeys | Answer::Send => (),
        }
        app.put_back(spot, Modal::NewAdministrator(self));
    }

    fn operation(&self) -> Result<AddAdministrator, String> {
        let name = AdministratorName::parse(&self.name).map_err(|error| words::sentence(&error))?;
        let password = self.chosen.parse()?;
        Ok(AddAdministrator { name, password })
    }
}

const PENDING: &str = "The administrator was added, and does not count yet: \
    the seat is accepted when its owner gives the password for the first time, for example to open CA.";

/// An administrator's new password.
#[derive(Default)]
pub struct NewPassword {
    /// Whose it is.
    pub administrator: Option<AdministratorName>,
    /// Everybody it could be.
    pub names: Vec<AdministratorName>,
    /// The password that holds now.
    pub current: Typed,
    /// The new one.
    pub chosen: ChosenPassword,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

impl NewPassword {
    pub(super) fn answer(mut self, app: &mut App, spot: Spot, answer: Answer) {
        let owner = spot.owner;
        match answer {
            Answer::Accept => match self.passwords() {
                Ok((name, current, new)) => return change(app, owner, name, current, new, self),
                Err(problem) => self.problem = Some(problem),
            },
            Answer::Cancel => return, // nothing was begun
            Answer::Suggest => {
                app.put_back(spot, Modal::NewPassword(self));
                app.suggest_in_front();
                return;
            }
            Answer::Typed => {
                self.problem = None;
                self.judge();
            }
            Answer::Copy(_) | Answer::Save | Answer::SaveKeys | Answer::Send => (),
        }
        app.put_back(spot, Modal::NewPassword(self));
    }

    fn judge(&mut self) {
        let name = self.administrator.as_ref().map_or("", |name| name.as_str());
        self.chosen.judge(&[name]);
    }

    fn passwords(&self) -> Result<(AdministratorName, Password, Password), String> {
        let name = self
            .administrator
            .clone()
            .ok_or("Choose an administrator.")?;
        let current = self
            .current
            .parse()
            .map_err(|error| words::sentence(&error))?;
        Ok((name, current, self.chosen.parse()?))
    }
}

fn change(
    app: &mut App,
    owner: Option<SheetId>,
    name: AdministratorName,
    current: Password,
    new: Password,
    mut form: NewPassword,
) {
    let change = move |server: &mut KmServer, _: &Watch| {
        Some(server.engine.as_mut()?.change_password(name, current, &new))
    };
    app.busy(
        owner,
        "Making new seat keys…",
        change,
        move |app, changed| match changed {
            None => (),
            Some(Ok(())) => {
                app.tell(owner, Message::information(CHANGED));
                app.refresh();
            }
            Some(Err(error)) => {
                form.problem = Some(Message::of(&error).text());
                form.current = Typed::default();
                app.push(owner, Modal::NewPassword(form));
            }
        },
    );
}

const CHANGED: &str = "The KM Server password was changed. An old copy of the file, with the old password, still opens \
    what that copy held: if somebody may have both, use Share Anew on the Passwords page.";

impl App {
    /// Puts a passphrase into the password fields of the dialog in front.
    fn suggest_in_front(&mut self) {
        let suggest =
            |server: &mut KmServer, _: &Watch| strength::suggest(&mut *(server.around)().rng);
        self.post(suggest, |app, suggestion| {
            match app.modals.last_mut().map(|layer| &mut layer.modal) {
                Some(Modal::NewAdministrator(form)) => form.chosen.suggest(suggestion, &[]),
                Some(Modal::NewPassword(form)) => form.chosen.suggest(suggestion, &[]),
                _ => (), // the dialog was closed meanwhile
            }
        });
    }
}
