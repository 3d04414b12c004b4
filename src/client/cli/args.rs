//! The command line of `kmclient` as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::client::view::{Level, LostReason};
use crate::terminal::source::Source;

/// What the program was called with.
#[derive(Debug, Parser)]
#[command(
    name = "kmclient",
    version,
    about = "The mail user's program: gets a Digital ID, keeps it, signs and reads mail.",
    long_about = "The mail user's program: gets a Digital ID with a temporary key, keeps its keys, \
                  renews it, signs, encrypts and reads mail.\n\nWithout an act it opens its window.",
    after_help = "Passwords never stand in arguments. An option that ends in -from reads the first \
                  line of a file or of - (standard input). Such files must not be readable by \
                  others.\n\n\
                  Exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 cancelled."
)]
pub struct Arguments {
    /// The home folder [default: the place for application data of this system]
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,

    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub json: bool,

    /// What to do
    #[command(subcommand)]
    pub act: Option<Act>,
}

/// The acts, in the order of the help.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Set up security with a temporary key, or get your keys back with one
    Enrol(Enrol),
    /// Fetch what the Key Management server answered, and finish what can be finished
    Receive(Receive),
    /// Show the keysets and what is under way
    Status,
    /// Answer the question about certificates that approach their expiration
    Renew(Renew),
    /// Replace the password of a keyset with High security
    ChangePassword(ChangePassword),
    /// Write all keys of a keyset to a new PKCS#12 file
    Export(Export),
    /// Make a keyset from a PKCS#12 file
    Import(Import),
    /// Make a keyset the one that messages are signed and read with
    Choose {
        /// Its name
        keyset: String,
    },
    /// Report the keys of a keyset lost: both certificates are revoked
    ReportLost(ReportLost),
    /// Sign a message, or a text
    Sign(Seal),
    /// Encrypt a message, or a text
    Encrypt(Seal),
    /// Sign a message, or a text, then encrypt it
    SignEncrypt(Seal),
    /// Open a message and say who signed it, and whether that can be relied upon
    Read(Read),
}

/// What lets the chosen keyset be used.
#[derive(Args, Debug, Default)]
pub struct Unlocking {
    /// Where the keyset's password comes from (High)
    #[arg(long, value_name = "FILE")]
    pub password_from: Option<Source>,
    /// Permit the use of the keyset (Medium)
    #[arg(long)]
    pub consent: bool,
}

/// What signing and encrypting take.
#[derive(Args, Debug)]
pub struct Seal {
    /// The recipients
    #[arg(long, value_name = "ADDRESS", num_args = 1..)]
    pub to: Vec<String>,
    /// The message or text, and the new file
    #[arg(value_name = "IN OUT", num_args = 0..=2)]
    pub files: Vec<PathBuf>,
    /// How the keyset is opened.
    #[command(flatten)]
    pub unlocking: Unlocking,
}

/// What reading takes.
#[derive(Args, Debug)]
pub struct Read {
    /// The message
    #[arg(value_name = "FILE.eml")]
    pub file: Option<PathBuf>,
    /// Trust these certificates as well, this time
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub trust: Vec<PathBuf>,
    /// How the keyset is opened.
    #[command(flatten)]
    pub unlocking: Unlocking,
}

/// How a keyset is opened.
#[derive(Args, Debug, Default)]
pub struct Opening {
    /// The keyset [default: the chosen one]
    #[arg(long, value_name = "NAME")]
    pub keyset: Option<String>,
    /// Where the keyset's password comes from (High)
    #[arg(long, value_name = "FILE")]
    pub password_from: Option<Source>,
    /// Permit the use of the keyset (Medium)
    #[arg(long)]
    pub consent: bool,
}

/// Set-up's options.
#[derive(Args, Debug)]
pub struct Enrol {
    /// The http address of the KM server, or the folder of the post office
    #[arg(long, value_name = "URL|MAILDIR")]
    pub server: String,
    /// Your SMTP address
    #[arg(long, value_name = "SMTP")]
    pub address: String,
    /// Your name, as messages show it
    #[arg(long)]
    pub name: Option<String>,
    /// Where the temporary key comes from
    #[arg(long, value_name = "FILE")]
    pub temporary_key_from: Option<Source>,
    /// The name of the keyset [default: the chosen keyset's name, else your address]
    #[arg(long, value_name = "NAME")]
    pub keyset: Option<String>,
    /// The security level of a new keyset; an existing one keeps its level
    #[arg(long, value_enum)]
    pub level: LevelName,
    /// Where the password comes from: a new keyset's (High), or an existing one's
    #[arg(long, value_name = "FILE")]
    pub password_from: Option<Source>,
    /// Wait so many seconds for the reply if it comes by mail
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub wait: u32,
}

/// What receiving takes.
#[derive(Args, Debug)]
pub struct Receive {
    /// Wait so many seconds for what is under way
    #[arg(long, value_name = "SECONDS")]
    pub wait: Option<u32>,
    /// The security level of a new keyset [default: what was said when the request was sent]
    #[arg(long, value_enum)]
    pub level: Option<LevelName>,
    /// Where the password comes from [default: what was said when the request was sent]
    #[arg(long, value_name = "FILE")]
    pub password_from: Option<Source>,
    /// Permit the use of an existing keyset (Medium)
    #[arg(long)]
    pub consent: bool,
}

/// The answer to the question.
#[derive(Args, Debug)]
pub struct Renew {
    /// Yes: send a certificate update request
    #[arg(long, conflicts_with = "no")]
    pub yes: bool,
    /// No: ask again next time
    #[arg(long)]
    pub no: bool,
    /// How the keyset is opened.
    #[command(flatten)]
    pub opening: Opening,
    /// Wait so many seconds for the reply if it comes by mail
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub wait: u32,
}

/// What replacing a password takes.
#[derive(Args, Debug)]
pub struct ChangePassword {
    /// The keyset [default: the chosen one]
    #[arg(long, value_name = "NAME")]
    pub keyset: Option<String>,
    /// Where the present password comes from
    #[arg(long, value_name = "FILE")]
    pub password_from: Option<Source>,
    /// Where the new password comes from
    #[arg(long, value_name = "FILE")]
    pub new_password_from: Option<Source>,
}

/// What exporting takes.
#[derive(Args, Debug)]
pub struct Export {
    /// The new file
    #[arg(value_name = "FILE.p12")]
    pub file: PathBuf,
    /// How the keyset is opened.
    #[command(flatten)]
    pub opening: Opening,
    /// Where the password of the file comes from [default: the keyset's own password]
    #[arg(long, value_name = "FILE")]
    pub file_password_from: Option<Source>,
    /// Delete the keyset from this computer when the file is written
    #[arg(long)]
    pub delete: bool,
}

/// What importing takes.
#[derive(Args, Debug)]
pub struct Import {
    /// The file
    #[arg(value_name = "FILE.p12")]
    pub file: PathBuf,
    /// Where the password of the file comes from
    #[arg(long, value_name = "FILE")]
    pub password_from: Option<Source>,
    /// The name of the new keyset [default: the name of the file]
    #[arg(long, value_name = "NAME")]
    pub keyset: Option<String>,
    /// The security level of the new keyset
    #[arg(long, value_enum, default_value_t = LevelName::Low)]
    pub level: LevelName,
    /// Where the password of the new keyset comes from (High)
    #[arg(long, value_name = "FILE")]
    pub new_password_from: Option<Source>,
}

/// What reporting takes.
#[derive(Args, Debug)]
pub struct ReportLost {
    /// How the keyset is opened.
    #[command(flatten)]
    pub opening: Opening,
    /// Where the temporary key comes from, if the keyset itself is gone
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub temporary_key_from: Option<Source>,
    /// With a temporary key: the certificates to be revoked (PEM, DER or PKCS#7)
    #[arg(long, value_name = "FILE", requires = "temporary_key_from", num_args = 1..)]
    pub certificate: Vec<PathBuf>,
    /// With a temporary key: the address of the KM server, or the folder of the post office
    /// [default: as it was]
    #[arg(long, value_name = "URL|MAILDIR", requires = "temporary_key_from")]
    pub server: Option<String>,
    /// With a temporary key: one's own address [default: as it was]
    #[arg(long, value_name = "SMTP", requires = "temporary_key_from")]
    pub address: Option<String>,
    /// Why
    #[arg(long, value_enum, default_value_t = Lost::KeyCompromise)]
    pub reason: Lost,
    /// Wait so many seconds for the reply if it comes by mail
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub wait: u32,
}

/// The security levels.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LevelName {
    /// A password at every use
    High,
    /// Permission at every use
    Medium,
    /// Silent
    Low,
}

impl From<LevelName> for Level {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::High => Self::High,
            LevelName::Medium => Self::Medium,
            LevelName::Low => Self::Low,
        }
    }
}

/// Why keys are reported.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Lost {
    /// They are lost, stolen, or known to somebody else
    KeyCompromise,
    /// They are not used any more
    CessationOfOperation,
}

impl From<Lost> for LostReason {
    fn from(reason: Lost) -> Self {
        match reason {
            Lost::KeyCompromise => Self::KeyCompromise,
            Lost::CessationOfOperation => Self::NoLongerUsed,
        }
    }
}
