//! What the engine's thread owns: the open engine, and the sessions of the sheets.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::time::UnixTime;
use crate::engine::session::Session;
use crate::engine::{Engine, Surroundings};

use super::sheet::SheetId;

/// Gives the engine its clock, randomness and costs, each time one is opened.
pub type SurroundingsMaker = Box<dyn FnMut() -> Surroundings + Send>;

/// The KM server behind the window.
pub struct KmServer {
    /// The data folder.
    pub data: PathBuf,
    /// What an engine is opened with.
    pub around: SurroundingsMaker,
    /// The engine, once it is open.
    pub engine: Option<Engine>,
    /// The sessions of open sheets.
    pub sessions: BTreeMap<SheetId, Session>,
    /// The session whose password is remembered; every sheet may use it.
    pub remembered: Option<Session>,
}

/// What the window shows of a session.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionView {
    /// Whose it is.
    pub administrator: String,
    /// When it ends unless something is done.
    pub ends: UnixTime,
    /// Until when the password is remembered.
    pub remembered_until: Option<UnixTime>,
}

impl SessionView {
    /// What there is to show of `session`.
    pub fn of(session: &Session) -> Self {
        Self {
            administrator: session.administrator().to_string(),
            ends: session.ends(),
            remembered_until: session.remembered_until(),
        }
    }
}

impl KmServer {
    /// A KM server that is not open yet.
    pub fn closed(data: PathBuf, around: SurroundingsMaker) -> Self {
        Self {
            data,
            around,
            engine: None,
            sessions: BTreeMap::new(),
            remembered: None,
        }
    }

    /// Keeps a new session: for every sheet if its password is remembered, else for `sheet`.
    pub fn keep(&mut self, sheet: Option<SheetId>, session: Session) {
        let is_other = |kept: &Session| kept.administrator() != session.administrator();
        if self.remembered.as_ref().is_some_and(is_other) {
            self.remembered = None; // another administrator sits here now
        }
        if session.remembered_until().is_some() {
            self.remembered = Some(session);
        } else if let Some(sheet) = sheet {
            self.sessions.insert(sheet, session);
        }
    }

    /// The remembered session, if its time is not over.
    pub fn remembered(&mut self, now: UnixTime) -> Option<&mut Session> {
        let is_over = |session: &Session| {
            session.has_ended(now) || session.remembered_until().is_none_or(|until| until <= now)
        };
        if self.remembered.as_ref().is_some_and(is_over) {
            self.remembered = None;
        }
        self.remembered.as_mut()
    }

    /// The engine with the session that `sheet` may use.
    pub fn in_session(
        &mut self,
        sheet: SheetId,
        now: UnixTime,
    ) -> (Option<&mut Engine>, Option<&mut Session>) {
        self.remembered(now); // drops one that is over
        let own = self.sessions.get_mut(&sheet);
        (self.engine.as_mut(), own.or(self.remembered.as_mut()))
    }
}
