//! A mailbox's advanced-security state, and which acts each state allows: one table.

use crate::domain::time::UnixTime;

/// What the record of a mailbox says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecurityState {
    /// Never enabled.
    Undefined,
    /// A temporary key was made; the user has not used it yet.
    New,
    /// The user has certificates.
    Active,
    /// A temporary key was made to give lost keys back.
    Recover,
    /// The certificates are on the revocation list.
    Revoked,
}

impl SecurityState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Undefined,
        Self::New,
        Self::Active,
        Self::Recover,
        Self::Revoked,
    ];

    /// The word on screen, in the store and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::New => "new",
            Self::Active => "active",
            Self::Recover => "recover",
            Self::Revoked => "revoked",
        }
    }

    /// Reads [`Self::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Where a living mailbox in this state stands now, its certificates ending at `valid_until`.
    pub fn at(self, now: UnixTime, valid_until: Option<UnixTime>) -> Situation {
        match self {
            Self::Undefined => Situation::Undefined,
            Self::New => Situation::New,
            Self::Active if valid_until.is_some_and(|end| end < now) => Situation::Expired,
            Self::Active => Situation::Active,
            Self::Recover => Situation::Recover,
            Self::Revoked => Situation::Revoked,
        }
    }

    /// Its number in the mailbox record.
    pub const fn number(self) -> u8 {
        match self {
            Self::Undefined => 0,
            Self::New => 1,
            Self::Active => 2,
            Self::Recover => 3,
            Self::Revoked => 4,
        }
    }

    /// The state with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.number() == number)
    }
}

/// Where a mailbox stands at a moment: its state, with what follows from the time and the
/// directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Situation {
    /// Never enabled.
    Undefined,
    /// Waiting for the user, with or without keys in the archive from an earlier life.
    New,
    /// In use.
    Active,
    /// Active past the certificates' end; not stored, but worked out from the time.
    Expired,
    /// Waiting for the user to fetch lost keys.
    Recover,
    /// Revoked.
    Revoked,
    /// No longer in the directory.
    Deleted,
}

impl Situation {
    /// Every situation, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Undefined,
        Self::New,
        Self::Active,
        Self::Expired,
        Self::Recover,
        Self::Revoked,
        Self::Deleted,
    ];

    /// The word in lists and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::New => "new",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Recover => "recover",
            Self::Revoked => "revoked",
            Self::Deleted => "deleted",
        }
    }

    /// The words on the Security page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Undefined => "Not enabled",
            Self::New => "New: a temporary key waits for the user",
            Self::Active => "Active",
            Self::Expired => "Expired: the certificates have run out",
            Self::Recover => "Recovery: a temporary key waits for the user",
            Self::Revoked => "Revoked",
            Self::Deleted => "Deleted mailbox: its archived keys are kept",
        }
    }
}

/// What can be done to a mailbox's advanced security.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecurityAct {
    /// *Enable Advanced Security*.
    Enable,
    /// *Recover Security Key* with a new temporary key.
    Recover,
    /// *Revoke Advanced Security*.
    Revoke,
    /// All keys of the mailbox as one PKCS#12 file; changes nothing.
    SaveKeys,
}

impl SecurityAct {
    /// Every act.
    pub const ALL: [Self; 4] = [Self::Enable, Self::Recover, Self::Revoke, Self::SaveKeys];
}

/// Whether a mailbox has keys in the archive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Archive {
    /// Nothing to give back.
    Empty,
    /// At least one encryption key.
    Holds,
}

/// Why a state refuses an act, as a sentence for the tooltip and the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct WrongState(pub &'static str);

/// The table of states and acts.
pub fn permits(situation: Situation, act: SecurityAct, archive: Archive) -> Result<(), WrongState> {
    use {SecurityAct as Act, Situation as Is};
    let refused = match (situation, act, archive) {
        (Is::Deleted, Act::Enable | Act::Recover, _) => {
            "The mailbox is deleted; its keys can only be saved as a file."
        }
        (_, Act::Recover | Act::SaveKeys, Archive::Empty) => {
            "No key of this mailbox is in the archive yet."
        }
        (Is::Revoked, Act::Recover, Archive::Holds) => {
            "The mailbox is revoked. Enable it first, then recover its keys."
        }
        (Is::Undefined, Act::Recover | Act::SaveKeys, Archive::Holds)
        | (Is::Undefined, Act::Revoke, _) => "The mailbox was never enabled.",
        (Is::Active, Act::Enable, _) => {
            "The mailbox is enabled already. If its keys are lost, recover them."
        }
        (Is::Recover, Act::Enable, _) => {
            "A recovery is under way. Recover again to make a new temporary key."
        }
        (Is::Revoked, Act::Revoke, _) => "The mailbox is revoked already.",
        (Is::Undefined | Is::New | Is::Expired | Is::Revoked, Act::Enable, _)
        | (Is::New | Is::Active | Is::Expired | Is::Recover | Is::Deleted, Act::Revoke, _)
        | (Is::New | Is::Active | Is::Expired | Is::Recover, Act::Recover, Archive::Holds)
        | (
            Is::New | Is::Active | Is::Expired | Is::Recover | Is::Revoked | Is::Deleted,
            Act::SaveKeys,
            Archive::Holds,
        ) => return Ok(()),
    };
    Err(WrongState(refused))
}

/// What a user's program asks for with a message, or says with one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClientAct {
    /// Asks for the trust list and the like.
    Ask,
    /// Asks for the encryption half alone, signed by the certificate that it has got before.
    Complete,
    /// Has kept the recovered keys, or refuses them.
    ConfirmFetch,
    /// Has kept the renewed certificates, or refuses them.
    ConfirmRenewal,
    /// Has kept its first certificates, or refuses them.
    ConfirmSetUp,
    /// Asks for the recovered keys under the temporary key.
    FetchKeys,
    /// Asks for new certificates before the old ones end.
    Renew,
    /// Reports a lost key, which is to be revoked.
    ReportLost,
    /// Asks for certificates under the temporary key.
    SetUp,
}

impl ClientAct {
    /// Every act.
    pub const ALL: [Self; 9] = [
        Self::Ask,
        Self::Complete,
        Self::ConfirmFetch,
        Self::ConfirmRenewal,
        Self::ConfirmSetUp,
        Self::FetchKeys,
        Self::Renew,
        Self::ReportLost,
        Self::SetUp,
    ];
}

/// The table of states and what users' programs may ask for in each. When in its life a certificate
/// may be renewed is not a matter of state and is not asked here.
pub fn permits_client(situation: Situation, act: ClientAct) -> Result<(), WrongState> {
    use {ClientAct as Act, Situation as Is};
    let refused = match (situation, act) {
        (Is::Undefined, _) => "Advanced security was never enabled for this mailbox.",
        (Is::Deleted, _) => "The mailbox was deleted.",
        (Is::Revoked, _) => {
            "The certificates were revoked. Ask an administrator to enable you again."
        }
        (Is::Expired, _) => {
            "The certificates have expired. Ask an administrator to enable you again."
        }
        (Is::Recover, Act::SetUp) => {
            "The keys of this mailbox were recovered and wait for key recovery."
        }
        (Is::New, Act::FetchKeys) => "No keys wait for recovery. Set up security instead.",
        (Is::Active, Act::SetUp | Act::FetchKeys) => {
            "Security is set up already. If the keys are lost, ask an administrator to recover them."
        }
        (Is::Active, Act::ConfirmSetUp | Act::ConfirmFetch)
        | (Is::New, Act::ConfirmFetch | Act::ConfirmRenewal)
        | (Is::Recover, Act::ConfirmSetUp | Act::ConfirmRenewal) => {
            "No such certificates wait to be confirmed."
        }
        (Is::New | Is::Recover, Act::Complete | Act::Renew) => {
            "A temporary key waits for this mailbox. Set up security with it."
        }
        (Is::New, Act::Ask | Act::ConfirmSetUp | Act::ReportLost | Act::SetUp)
        | (
            Is::Active,
            Act::Ask | Act::Complete | Act::ConfirmRenewal | Act::Renew | Act::ReportLost,
        )
        | (Is::Recover, Act::Ask | Act::ConfirmFetch | Act::FetchKeys | Act::ReportLost) => {
            return Ok(());
        }
    };
    Err(WrongState(refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the design's table, `y` where an act is allowed with keys in the archive, one
    /// column a situation: Undefined, New, Active, Expired, Recover, Revoked, Deleted.
    const TABLE: [(SecurityAct, &str); 4] = [
        (SecurityAct::Enable, "yy-y-y-"),
        (SecurityAct::Recover, "-yyyy--"),
        (SecurityAct::Revoke, "-yyyy-y"),
        (SecurityAct::SaveKeys, "-yyyyyy"),
    ];

    #[test]
    fn every_pair_of_situation_and_act_is_as_the_table_says() {
        for (act, row) in TABLE {
            for (situation, mark) in Situation::ALL.into_iter().zip(row.chars()) {
                let allowed = permits(situation, act, Archive::Holds).is_ok();
                assert_eq!(allowed, mark == 'y', "{act:?} in {situation:?}");
            }
        }
    }

    #[test]
    fn without_archived_keys_there_is_nothing_to_give_back() {
        for situation in Situation::ALL {
            assert!(permits(situation, SecurityAct::Recover, Archive::Empty).is_err());
            assert!(permits(situation, SecurityAct::SaveKeys, Archive::Empty).is_err());
        }
    }

    /// The same columns, for what users' programs ask.
    const CLIENT_TABLE: [(ClientAct, &str); 9] = [
        (ClientAct::Ask, "-yy-y--"),
        (ClientAct::Complete, "--y----"),
        (ClientAct::ConfirmFetch, "----y--"),
        (ClientAct::ConfirmRenewal, "--y----"),
        (ClientAct::ConfirmSetUp, "-y-----"),
        (ClientAct::FetchKeys, "----y--"),
        (ClientAct::Renew, "--y----"),
        (ClientAct::ReportLost, "-yy-y--"),
        (ClientAct::SetUp, "-y-----"),
    ];

    #[test]
    fn every_pair_of_situation_and_message_is_as_the_table_says() {
        assert_eq!(CLIENT_TABLE.map(|(act, _row)| act), ClientAct::ALL);
        for (act, row) in CLIENT_TABLE {
            for (situation, mark) in Situation::ALL.into_iter().zip(row.chars()) {
                let allowed = permits_client(situation, act).is_ok();
                assert_eq!(allowed, mark == 'y', "{act:?} in {situation:?}");
            }
        }
    }
}
