//! What a window or a command line shows of keysets, requests under way and arrived replies.

use crate::domain::names::KeysetName;
use crate::domain::time::UnixTime;

/// Security level of a keyset, chosen when the reply of the Security Authority is opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Level {
    /// A password at every use.
    High,
    /// Asks for consent at every use.
    Medium,
    /// Silent.
    Low,
}

impl Level {
    /// The levels in the order of the page.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The name on the page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }

    /// The name on the command line and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// What it means, as a sentence for the page.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::High => "Ask for a password each time this item is used.",
            Self::Medium => "Ask for my permission each time this item is used.",
            Self::Low => "Use this item without asking.",
        }
    }

    /// The level of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// What a certificate viewer shows in short; the DER is there for the rest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertificateView {
    /// The subject, for people.
    pub subject: String,
    /// The issuer, for people.
    pub issuer: String,
    /// The serial number, `4A:0F:…`.
    pub serial: String,
    /// The mail addresses it is for.
    pub addresses: Vec<String>,
    /// The first moment of validity.
    pub not_before: UnixTime,
    /// The last moment of validity.
    pub not_after: UnixTime,
    /// The kind of key: `RSA 3072`.
    pub key_kind: String,
    /// SHA-256 of the certificate, `AB:CD:…`.
    pub fingerprint: String,
    /// The certificate.
    pub der: Vec<u8>,
}

/// A keyset as the Security page lists it; to be had without opening it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeysetView {
    /// Its name.
    pub name: KeysetName,
    /// Its level.
    pub level: Level,
    /// Whether messages are signed and read with it.
    pub is_chosen: bool,
    /// The certificate of the signing key.
    pub signing: Option<CertificateView>,
    /// The certificate of the current encryption key.
    pub encryption: Option<CertificateView>,
    /// The certificates of all older encryption keys, the newest first.
    pub older: Vec<CertificateView>,
}

/// Who is logged on to advanced security.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionView {
    /// The keyset.
    pub keyset: KeysetName,
    /// Whether it opens without asking until log-off or *Forget Remembered Password*.
    pub is_remembered: bool,
}

/// What a use of a keyset asks the person for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Need {
    /// Nothing: it opens silently, or its password is remembered.
    Nothing,
    /// The password of the keyset.
    Password,
    /// The permission to use it.
    Consent,
}

/// Where the validity of the own certificates stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renewal {
    /// Not yet month 12.
    NotDue,
    /// From month 12 on: ask [`RENEWAL_QUESTION`] at every log-on.
    Due,
    /// A certificate update request is under way already.
    UnderWay,
    /// The certificates have expired: the user must be enrolled again.
    Expired,
}

/// The question at log-on from month 12 on, word for word, in three lines (Q192181).
pub const RENEWAL_QUESTION: &str = "Your security certificates are approaching expiration.\n\
     Do you want to send a certificate update request to the\n\
     Key Management Server?";

/// The name of a request under way: the transaction that began it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct RequestId(pub(super) String);

impl RequestId {
    /// The name as text: hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a request under way is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// Setting up security with a temporary key, or getting keys back with one.
    SetUp,
    /// Renewing the certificates of a keyset.
    Renew,
    /// Reporting a lost key.
    ReportLost,
    /// Fetching the trust list and the CRL.
    Fetch,
}

impl Purpose {
    /// The name in documents and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::Renew => "renew",
            Self::ReportLost => "report_lost",
            Self::Fetch => "fetch",
        }
    }

    /// The purpose of this name.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::SetUp, Self::Renew, Self::ReportLost, Self::Fetch];
        all.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// How far a request is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stage {
    /// Stored, sent perhaps; no reply yet.
    Asked,
    /// The reply is here and waits for the person: level, password or permission.
    Replied,
    /// The keyset is written; the server's last word is awaited.
    Confirming,
}

impl Stage {
    /// The name in documents and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Replied => "replied",
            Self::Confirming => "confirming",
        }
    }

    /// The stage of this name.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Asked, Self::Replied, Self::Confirming];
        all.into_iter().find(|stage| stage.name() == name)
    }
}

/// A request under way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestView {
    /// Its name.
    pub id: RequestId,
    /// What it is for.
    pub purpose: Purpose,
    /// How far it is.
    pub stage: Stage,
    /// The keyset that it is for.
    pub keyset: KeysetName,
    /// When it was first sent.
    pub since: UnixTime,
    /// What the server said against it last, if it did.
    pub refusal: Option<String>,
}

/// A verified reply of the Security Authority that waits for the person.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReplyView {
    /// The request it answers.
    pub id: RequestId,
    /// What that was for.
    pub purpose: Purpose,
    /// The keyset that the keys go into: the caption of *Password for*.
    pub keyset: KeysetName,
    /// What the person is asked for before anything is written.
    pub asks: Asks,
    /// The certificate of the signing key.
    pub signing: CertificateView,
    /// The certificate of the current encryption key.
    pub encryption: CertificateView,
    /// How many older encryption keys came with it.
    pub older: usize,
}

/// What the person is asked for when a reply is opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asks {
    /// A new keyset: the security level, and for High a new password.
    Level,
    /// An existing keyset: what its use asks for (Q199760).
    Keyset(Need),
}

/// What arrived.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Arrival {
    /// A reply with certificates and keys; open it to go on.
    Reply(Box<ReplyView>),
    /// The server has confirmed: this keyset is ready.
    Ready {
        /// What had been asked for.
        purpose: Purpose,
        /// The keyset.
        keyset: KeysetName,
    },
    /// The server revoked the certificates that were reported.
    Revoked {
        /// The keyset they belong to.
        keyset: KeysetName,
    },
    /// Trust list and CRL were fetched.
    Fetched,
    /// The server refused. The request stays, unless it says otherwise.
    Refused {
        /// What had been asked for.
        purpose: Purpose,
        /// The server's words, as a sentence.
        words: String,
        /// Whether the server's words were protected, or anybody could have said so.
        is_protected: bool,
    },
    /// A message that is not what it should be; nothing was changed by it.
    Unfit {
        /// Why, as a sentence.
        words: String,
    },
    /// The server could not be reached; send again later.
    Unreachable {
        /// Why, as a sentence.
        words: String,
    },
}

/// What came of sending.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sent {
    /// The message lies in the server's mailbox, or waits for the connection; the reply will come.
    Waiting,
    /// The reply came at once and lies in the own mailbox: receive it.
    Answered,
    /// It is stored and will be sent again, because the server can not be reached now.
    Unreachable(String),
}

/// The plain words on what happens next, for the box after *Set up Security*.
pub const WHAT_HAPPENS_NEXT: &str = "A message has been sent to the Key Management Server. \
     A reply from the Security Authority will arrive in your Inbox. \
     Open it to finish setting up advanced security.";

/// Why a key is reported (RFC 5280 section 5.3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LostReason {
    /// Somebody else may have it: keyCompromise.
    KeyCompromise,
    /// It is not used any more: cessationOfOperation.
    NoLongerUsed,
}

impl LostReason {
    /// The reasons in the order of the box.
    pub const ALL: [Self; 2] = [Self::KeyCompromise, Self::NoLongerUsed];

    /// The words on screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::KeyCompromise => "The key is lost, stolen, or known to somebody else",
            Self::NoLongerUsed => "The key is not used any more",
        }
    }

    /// The code of `CRLReason` (RFC 5280 section 5.3.1).
    pub const fn code(self) -> u8 {
        match self {
            Self::KeyCompromise => 1,
            Self::NoLongerUsed => 5,
        }
    }
}
