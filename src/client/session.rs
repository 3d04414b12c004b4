//! Logging on to advanced security: a keyset stays open until log-off.

use std::sync::Arc;

use crate::client::error::Error;
use crate::client::keyset::Keyset;
use crate::client::view::{Renewal, SessionView};
use crate::client::{Client, Remember, Unlock};
use crate::domain::names::KeysetName;
use crate::domain::secret::SecretText;

/// Who is logged on.
pub(super) struct Session {
    keyset: KeysetName,
    remembered: Option<Remembered>,
}

/// What *Forget Remembered Password* forgets: in memory only.
struct Remembered {
    keyset: Arc<Keyset>,
    /// Newer keys that arrive meanwhile are written under it.
    password: SecretText,
}

impl Client {
    /// Logs on to advanced security with a keyset, which becomes the chosen one. The answer says
    /// whether the question of Q192181 is to be asked now.
    pub fn log_on(
        &mut self,
        name: &KeysetName,
        unlock: Unlock<'_>,
        remember: Remember,
    ) -> Result<Renewal, Error> {
        let password = self.password(name, unlock)?;
        let keyset = self.read_keyset(name, &password)?;
        self.choose(name)?;
        self.session = Some(Session {
            keyset: name.clone(),
            remembered: match remember {
                Remember::No => None,
                Remember::UntilLogOff => Some(Remembered {
                    keyset: Arc::new(keyset),
                    password,
                }),
            },
        });
        self.renewal(name)
    }

    /// Logs off advanced security and forgets what is remembered.
    pub fn log_off(&mut self) {
        self.session = None;
    }

    /// *Forget Remembered Password*: stays logged on, asks again at the next use.
    pub fn forget_password(&mut self) {
        if let Some(session) = &mut self.session {
            session.remembered = None;
        }
    }

    /// Who is logged on.
    pub fn session(&self) -> Option<SessionView> {
        let session = self.session.as_ref()?;
        Some(SessionView {
            keyset: session.keyset.clone(),
            is_remembered: session.remembered.is_some(),
        })
    }

    /// The keyset, if it stands open.
    pub(super) fn remembered(&self, name: &KeysetName) -> Option<Arc<Keyset>> {
        let remembered = self.remembering(name)?;
        Some(Arc::clone(&remembered.keyset))
    }

    /// The password of the keyset, if it is remembered.
    pub(super) fn remembered_password(&self, name: &KeysetName) -> Option<SecretText> {
        let remembered = self.remembering(name)?;
        Some(SecretText::new(remembered.password.expose().to_owned()))
    }

    /// Puts a keyset that was written anew in the place of the one that stands open.
    pub(super) fn replace_remembered(&mut self, keyset: Keyset, password: SecretText) {
        if let Some(session) = &mut self.session
            && session.keyset == *keyset.name()
            && session.remembered.is_some()
        {
            session.remembered = Some(Remembered {
                keyset: Arc::new(keyset),
                password,
            });
        }
    }

    fn remembering(&self, name: &KeysetName) -> Option<&Remembered> {
        let session = self.session.as_ref()?;
        let remembered = session.remembered.as_ref();
        remembered.filter(|_| session.keyset == *name)
    }
}
