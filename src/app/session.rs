//! Asking for one KM Server password, which opens a session.

use crate::domain::credential::Credential;
use crate::engine::session::Remember;
use crate::engine::views::Administrator;
use crate::work::Watch;

use super::App;
use super::km_server::{KmServer, SessionView};
use super::message::Message;
use super::prompt::{Prompt, Seat};
use super::sheet::SheetId;

type Done = Box<dyn FnOnce(&mut App, SessionView) + Send>;

/// A session that waits for its password.
struct OpeningSession {
    sheet: SheetId,
    title: String,
    seats: Vec<Seat>,
    refusal: Option<Message>,
    done: Done,
}

impl App {
    /// Opens a session for `sheet`: at once where a password is remembered, else it asks for one.
    pub(super) fn ask_session(
        &mut self,
        sheet: SheetId,
        owner: Option<SheetId>,
        title: impl Into<String>,
        done: impl FnOnce(&mut Self, SessionView) + Send + 'static,
    ) {
        let (now, title) = (self.now(), title.into());
        let look = move |server: &mut KmServer, _: &Watch| {
            let remembered = server
                .remembered(now)
                .map(|session| SessionView::of(session));
            let administrators = server.engine.as_mut()?.administrators();
            Some((remembered, administrators))
        };
        // Shown as work, so that a second click does not ask twice.
        self.busy(owner, "Preparing…", look, move |app, looked| match looked {
            None => (),
            Some((Some(session), _)) => done(app, session),
            Some((None, Err(error))) => app.tell(owner, Message::of(&error)),
            Some((None, Ok(administrators))) => {
                let opening = OpeningSession {
                    sheet,
                    title,
                    seats: administrators.iter().map(seat).collect(),
                    refusal: None,
                    done: Box::new(done),
                };
                app.prompt(owner, Box::new(opening));
            }
        });
    }

    /// Forgets the remembered password, here and in the engine's thread, and locks the pages that it
    /// opened.
    pub(super) fn forget_password(&mut self) {
        let forget = |server: &mut KmServer, _: &Watch| {
            if let Some(mut session) = server.remembered.take() {
                session.forget();
            }
        };
        self.post(forget, |app, ()| {
            app.with_console(|console| {
                console.lock_pages(|session| session.remembered_until.is_some());
            });
            app.look_at_remembered();
        });
    }

    /// Shows whether a password is remembered now.
    pub(super) fn look_at_remembered(&mut self) {
        let now = self.now();
        let look = move |server: &mut KmServer, _: &Watch| {
            server
                .remembered(now)
                .map(|session| SessionView::of(session))
        };
        self.post(look, |app, remembered| {
            if let Some(console) = app.console_mut() {
                console.remembered = remembered;
            }
        });
    }
}

/// A seat that was never opened may open a session: that is how it is accepted.
fn seat(administrator: &Administrator) -> Seat {
    let mark = if administrator.accepted {
        ""
    } else {
        " (accepts now)"
    };
    Seat {
        name: administrator.name.clone(),
        label: format!("{}{mark}", administrator.name),
        refused: None,
    }
}

impl Prompt for OpeningSession {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn position(&self) -> (usize, usize) {
        (1, 1)
    }

    fn seats(&self) -> Vec<Seat> {
        self.seats.clone()
    }

    fn refusal(&self) -> Option<&Message> {
        self.refusal.as_ref()
    }

    fn offers_to_remember(&self) -> bool {
        true
    }

    fn submit(
        mut self: Box<Self>,
        app: &mut App,
        owner: Option<SheetId>,
        answer: Credential,
        remember: Remember,
    ) {
        let sheet = self.sheet;
        let check = move |server: &mut KmServer, watch: &Watch| {
            let opened = server.engine.as_mut()?.open_session(&answer, remember);
            if watch.is_cancelled() {
                return None; // the session is dropped
            }
            Some(opened.map(|session| {
                let view = SessionView::of(&session);
                server.keep(Some(sheet), session);
                view
            }))
        };
        app.busy(
            owner,
            "Checking the password…",
            check,
            move |app, opened| {
                app.look_at_remembered();
                match opened {
                    None => (),
                    Some(Ok(session)) => (self.done)(app, session),
                    Some(Err(error)) => {
                        self.refusal = Some(Message::of(&error));
                        app.prompt(owner, self);
                    }
                }
            },
        );
    }

    /// Nothing was begun, so there is nothing to tell.
    fn cancel(self: Box<Self>, _app: &mut App, _owner: Option<SheetId>) {}
}
