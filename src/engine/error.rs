//! Why a request was not carried out, and the words for it.

use std::path::PathBuf;

use crate::crypto::envelope::EnvelopeError;
use crate::crypto::kdf::KdfError;
use crate::crypto::keypair::KeyError;
use crate::crypto::labelled::LabelledError;
use crate::crypto::pkcs12::Pkcs12Error;
use crate::crypto::sharing::SharingError;
use crate::crypto::x509::X509Error;
use crate::domain::guard::Guard;
use crate::domain::names::AdministratorName;
use crate::domain::progress::Cancelled;
use crate::domain::secret::WrongLength;
use crate::domain::state::WrongState;
use crate::domain::time::UnixTime;
use crate::store::StoreError;
use crate::store::lock::LockError;

/// Why a request was not carried out. `Display` is the sentence for people, without its capital and
/// period; [`Error::notice`] makes it whole and adds what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// This administrator has answered this prompt already.
    #[error("{0} has approved already")]
    AlreadyApproved(AdministratorName),
    /// An administrator of this name exists.
    #[error("there is an administrator named {0} already")]
    AdministratorExists(AdministratorName),
    /// The person, or the window closing, stopped it.
    #[error("the operation was cancelled. Nothing was changed")]
    Cancelled(#[from] Cancelled),
    /// A cryptographic operation failed that can not fail with keys of ours.
    #[error("a cryptographic operation failed: {0}")]
    Crypto(String),
    /// A file could not be written or read.
    #[error("{what}: {source}: {}", path.display())]
    File {
        /// What was being done.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another program holds the folder.
    #[error("the data folder is in use: {0}")]
    Locked(#[from] LockError),
    /// A removed administrator answered.
    #[error("{0} is no longer an administrator")]
    NoLongerAdministrator(AdministratorName),
    /// Nobody of this name is an administrator.
    #[error("there is no administrator named {0}")]
    NoSuchAdministrator(AdministratorName),
    /// The KM server has another name.
    #[error("there is no Key Management server named {0}")]
    NoSuchServer(String),
    /// No remembered password may answer.
    #[error("no password is remembered")]
    NothingRemembered,
    /// The number of passwords is outside what the administrators can give.
    #[error("{} can ask for 1 to {limit} passwords, not {number}", guard.word())]
    NumberOutside {
        /// The row.
        guard: Guard,
        /// What was asked.
        number: u8,
        /// The most there can be.
        limit: u8,
    },
    /// The seat opens, but with keys of an earlier time.
    #[error("the password of {0} opens a seat from an earlier time, which does not count any more")]
    OldSeat(AdministratorName),
    /// A pause after wrong passwords lasts still.
    #[error("after wrong passwords there is a pause until {}", until.rfc3339())]
    Paused {
        /// When the next password is tried.
        until: UnixTime,
    },
    /// The seat was never opened by its administrator.
    #[error("{0} has not accepted the seat yet")]
    PendingSeat(AdministratorName),
    /// Administrators or numbers were changed since the act was begun.
    #[error("the administrators or their numbers were changed meanwhile")]
    PolicyChanged,
    /// A prompt that was left alone for so long that its approvals no longer count.
    #[error("the prompt was left alone for too long; its approvals no longer count")]
    QuorumEnded,
    /// Anything that is refused for a reason of its own.
    #[error("{what}")]
    Refused {
        /// What is wrong, as a sentence.
        what: String,
        /// What to do, as a sentence.
        remedy: &'static str,
    },
    /// Removing this administrator would leave an act without enough.
    #[error("{} asks for {number} passwords, and {left} administrators would be left", guard.word())]
    SeatNeeded {
        /// The row that could no longer be satisfied.
        guard: Guard,
        /// How many it asks for.
        number: u8,
        /// How many administrators who have accepted would be left.
        left: u8,
    },
    /// The session was idle too long, or its administrator's keys were changed.
    #[error("the session has ended")]
    SessionEnded,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something in the file is not as this program left it.
    #[error("the data was changed by another program: {0}")]
    Tampered(&'static str),
    /// More than 255 seats, which a share's number can not count.
    #[error("there can be no more than 255 administrators")]
    TooManySeats,
    /// The trust list is not the one a quorum signed.
    #[error("the trust list was changed by another program and is not used")]
    TrustListTampered,
    /// A bug: a value that can not occur.
    #[error("an internal value was out of its range")]
    Unexpected,
    /// A password that could be guessed.
    #[error("the password could be guessed (about {bits} bits; 50 are needed). {advice}")]
    WeakPassword {
        /// How hard it is to guess, by estimate.
        bits: u32,
        /// What would help.
        advice: String,
    },
    /// The name or the password; which one is not said.
    #[error("the name or the password is incorrect")]
    WrongPassword,
    /// The startup password does not open the KM server.
    #[error("the startup password is incorrect. Nothing was opened")]
    WrongStartupPassword,
    /// The mailbox's state forbids it.
    #[error("the user is in the wrong state for this operation. {0}")]
    WrongState(#[from] WrongState),
}

/// The words for a message box.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notice {
    /// What happened, as a sentence.
    pub what: String,
    /// What to do, as a sentence.
    pub remedy: &'static str,
    /// Stable, as the original's "ID no.".
    pub id: u16,
}

impl Error {
    /// The words for people.
    pub fn notice(&self) -> Notice {
        Notice {
            what: sentence(&self.to_string()),
            remedy: self.remedy(),
            id: self.id(),
        }
    }

    /// Whether a person stopped it, which is an outcome and no error.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }

    /// What to do. Exhaustive: a new variant needs words.
    fn remedy(&self) -> &'static str {
        match self {
            Self::AdministratorExists(_) => "Choose another name, or remove that one first.",
            Self::AlreadyApproved(_) => "Another administrator must type a password.",
            Self::Cancelled(_) => "Begin again when you are ready.",
            Self::Crypto(_) | Self::Unexpected => {
                "Start the program again; if it stays, report it."
            }
            Self::File { .. } => "Look at the file, its folder and the space on the disk.",
            Self::Locked(_) => "Wait until the other program is done, or close it.",
            Self::NoLongerAdministrator(_) => "A present administrator must type a password.",
            Self::NoSuchAdministrator(_) => "The Administrators page has the names.",
            Self::NoSuchServer(_) => "Type the name that stands under Configuration.",
            Self::NothingRemembered => "Type the password.",
            Self::NumberOutside { .. } => {
                "Choose a number within the limits, or add administrators."
            }
            Self::OldSeat(_) => "Put the present file back, or have the seat made anew.",
            Self::Paused { .. } => "Wait, then type the password again.",
            Self::PendingSeat(_) => {
                "Its administrator must first open the CA object with the password."
            }
            Self::PolicyChanged => "Begin again; the approvals so far do not count.",
            Self::QuorumEnded => "Cancel, and begin again.",
            Self::Refused { remedy, .. } => remedy,
            Self::SeatNeeded { .. } => "Lower the number first, or add another administrator.",
            Self::SessionEnded => "Type the KM Server password again.",
            Self::Store(_) => "Look at the data folder and the space on its disk.",
            Self::Tampered(_) => "Do not go on with this file; compare it with a backup.",
            Self::TooManySeats => "Remove an administrator first.",
            Self::TrustListTampered => {
                "Put the file of before back, or Share Anew, which empties the list."
            }
            Self::WeakPassword { .. } => "Use a longer one, or take the suggestion.",
            Self::WrongPassword => "Type it again; wrong passwords are counted.",
            Self::WrongStartupPassword => "Type the 15 capital letters that set-up has shown.",
            Self::WrongState(_) => "The Security page shows the state.",
        }
    }

    fn id(&self) -> u16 {
        match self {
            Self::AdministratorExists(_) => 1301,
            Self::AlreadyApproved(_) => 1302,
            Self::Cancelled(_) => 1303,
            Self::Crypto(_) => 1304,
            Self::File { .. } => 1305,
            Self::Locked(_) => 1306,
            Self::NoLongerAdministrator(_) => 1307,
            Self::NoSuchAdministrator(_) => 1308,
            Self::NoSuchServer(_) => 1309,
            Self::NothingRemembered => 1310,
            Self::NumberOutside { .. } => 1311,
            Self::OldSeat(_) => 1312,
            Self::Paused { .. } => 1313,
            Self::PendingSeat(_) => 1314,
            Self::PolicyChanged => 1315,
            Self::Refused { .. } => 1316,
            Self::SeatNeeded { .. } => 1317,
            Self::SessionEnded => 1318,
            Self::Store(_) => 1319,
            Self::Tampered(_) => 1320,
            Self::TooManySeats => 1321,
            Self::TrustListTampered => 1322,
            Self::Unexpected => 1323,
            Self::WeakPassword { .. } => 1324,
            Self::WrongPassword => 1325,
            Self::WrongStartupPassword => 1326,
            Self::WrongState(_) => 1327,
            Self::QuorumEnded => 1328,
        }
    }
}

/// With a capital and a period.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let capital = characters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = capital.chain(characters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// What a cryptographic layer said, for the log: none of these carries a secret.
macro_rules! from_crypto {
    ($($error:ty),*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::Crypto(error.to_string())
            }
        }
    )*};
}

from_crypto!(
    der::Error,
    EnvelopeError,
    KdfError,
    KeyError,
    LabelledError,
    Pkcs12Error,
    SharingError,
    WrongLength,
    X509Error
);
