//! The command line as clap reads it: names of acts and options, and nothing of what they do.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::source::Source;

/// What the program was called with.
#[derive(Debug, Parser)]
#[command(
    name = "kmadmin",
    version,
    about = "The Administrator: enrols mail users for S/MIME, keeps their keys, gives them back.",
    long_about = "The Administrator: enrols mail users for S/MIME, keeps their encryption keys, and \
                  gives them back under as many administrators' passwords as the policy asks.\n\n\
                  Without an act it opens its window.",
    after_help = "Passwords never stand in arguments. An option that ends in -from reads the first \
                  line of a file or of - (standard input). --answers FILE answers password prompts, \
                  a line each: administrator<TAB>password, or the word cancel. Such files must not be \
                  readable by others.\n\n\
                  Exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 cancelled."
)]
pub struct Arguments {
    /// The data folder [default: the place for application data of this system]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Where the startup password comes from
    #[arg(long, global = true, value_name = "FILE")]
    pub startup_from: Option<Source>,

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
    /// Set up the KM server and its first administrator
    Setup(Setup),
    /// Mailboxes and their advanced security
    #[command(subcommand)]
    Mailbox(MailboxAct),
    /// People from a file and to a file
    #[command(subcommand)]
    Directory(DirectoryAct),
    /// The administrators of the KM server
    #[command(subcommand)]
    Administrator(AdministratorAct),
    /// How many passwords each guarded act asks for
    #[command(subcommand)]
    Passwords(PasswordsAct),
    /// The Certificate Trust List
    #[command(subcommand)]
    Trust(TrustAct),
    /// The certificate revocation list
    #[command(subcommand)]
    Crl(CrlAct),
    /// Publish the revocation list, the CA certificate, users' certificates and the trust list
    Publish,
    /// Answer users' programs until stopped: CMP and certificates over HTTP, and the post office
    Serve(Serve),
    /// The record of all acts
    #[command(subcommand)]
    Audit(AuditAct),
    /// Say whether the certificates in a file would be trusted, and why not; needs no data folder
    CheckCa(CheckCa),
    /// Do the main job on a throw-away folder, told step by step; needs no display
    Tour,
}

/// Set-up's options.
#[derive(Args, Debug)]
pub struct Setup {
    /// The organization, as certificates name it
    #[arg(long, value_name = "NAME")]
    pub organization: String,
    /// The site of the organization
    #[arg(long, value_name = "NAME")]
    pub site: String,
    /// The name of the KM server
    #[arg(long, value_name = "NAME")]
    pub server: String,
    /// The first administrator
    #[arg(long, value_name = "NAME")]
    pub administrator: String,
    /// Where the first administrator's password comes from
    #[arg(long, value_name = "FILE")]
    pub password_from: Option<Source>,
    /// A new file for the startup password [default: displayed once]
    #[arg(long, value_name = "FILE")]
    pub startup_out: Option<PathBuf>,
    /// Make a sealed-envelope seat as well, and write its password to a new file
    #[arg(long, value_name = "FILE")]
    pub envelope_out: Option<PathBuf>,
    /// The key of the certification authority
    #[arg(long, value_enum, default_value_t = CaKey::Rsa3072)]
    pub key: CaKey,
    /// Where the publish folder will be served from (http address, written into certificates)
    #[arg(long, value_name = "URL")]
    pub publish_url: Option<String>,
    /// The folder of the users' Maildirs [default: DIR-post-office beside the data folder]
    #[arg(long, value_name = "DIR")]
    pub post_office: Option<PathBuf>,
    /// The folder of what others may read [default: DIR-publish beside the data folder]
    #[arg(long, value_name = "DIR")]
    pub publish_folder: Option<PathBuf>,
}

/// The kinds of key a certification authority can have here.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CaKey {
    /// RSA, 3072 bits
    Rsa3072,
    /// RSA, 4096 bits
    Rsa4096,
    /// The curve P-256
    P256,
    /// The curve P-384
    P384,
}

/// Acts on mailboxes.
#[derive(Debug, Subcommand)]
pub enum MailboxAct {
    /// Make a mailbox
    New(NewMailbox),
    /// List the mailboxes
    List {
        /// Only those whose name, alias or address contains this
        #[arg(long, value_name = "TEXT")]
        find: Option<String>,
        /// The deleted mailboxes instead
        #[arg(long)]
        deleted: bool,
    },
    /// Show one mailbox and its advanced security
    Show {
        /// The SMTP address
        address: String,
    },
    /// Delete a mailbox; its archived keys stay
    Delete {
        /// The SMTP address
        address: String,
    },
    /// Enable advanced security
    Enable(Enable),
    /// Recover a user's keys
    Recover(Recover),
    /// Revoke a user's certificates; the archived keys stay
    Revoke(Revoke),
}

/// The General page's fields.
#[derive(Args, Debug)]
pub struct NewMailbox {
    /// The display name
    #[arg(long)]
    pub name: String,
    /// The alias, without blanks
    #[arg(long)]
    pub alias: String,
    /// The SMTP address
    #[arg(long, value_name = "SMTP")]
    pub address: String,
    /// The job title
    #[arg(long, default_value = "", hide_default_value = true)]
    pub title: String,
    /// The company
    #[arg(long, default_value = "", hide_default_value = true)]
    pub company: String,
    /// The department
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// The office
    #[arg(long, default_value = "", hide_default_value = true)]
    pub office: String,
    /// The assistant
    #[arg(long, default_value = "", hide_default_value = true)]
    pub assistant: String,
    /// The telephone number
    #[arg(long, default_value = "", hide_default_value = true)]
    pub phone: String,
}

/// What enabling asks for.
#[derive(Args, Debug)]
pub struct Enable {
    /// The SMTP address
    pub address: String,
    /// The name of the KM server
    #[arg(long, value_name = "NAME")]
    pub server: String,
    /// How the keys reach the user.
    #[command(flatten)]
    pub hand_over: HandOverTo,
    /// Where the answers come from.
    #[command(flatten)]
    pub answers: AnswerFiles,
}

/// What recovering asks for.
#[derive(Args, Debug)]
pub struct Recover {
    /// The SMTP address, or the id of a deleted mailbox as `mailbox list --deleted` shows it
    pub address: String,
    /// The name of the KM server
    #[arg(long, value_name = "NAME")]
    pub server: String,
    /// forgotten-password, lost-device, departed-employee, legal-request, or own words
    #[arg(long)]
    pub reason: String,
    /// The number of the help desk's ticket
    #[arg(long)]
    pub ticket: String,
    /// How the keys reach the user.
    #[command(flatten)]
    pub hand_over: HandOverTo,
    /// Where the answers come from.
    #[command(flatten)]
    pub answers: AnswerFiles,
}

/// What revoking asks for.
#[derive(Args, Debug)]
pub struct Revoke {
    /// The SMTP address, or the id of a deleted mailbox as `mailbox list --deleted` shows it
    pub address: String,
    /// The name of the KM server
    #[arg(long, value_name = "NAME")]
    pub server: String,
    /// keyCompromise, affiliationChanged, superseded, cessationOfOperation, privilegeWithdrawn,
    /// unspecified, cACompromise or aACompromise (RFC 5280)
    #[arg(long)]
    pub reason: String,
    /// Since when the keys are not to be trusted, where that is known (RFC 3339, or a day)
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Where the answers come from.
    #[command(flatten)]
    pub answers: AnswerFiles,
}

/// How keys reach the user.
#[derive(Args, Debug)]
pub struct HandOverTo {
    /// Save the keys as a new PKCS#12 file and print its password, instead of a temporary key
    #[arg(long, value_name = "FILE")]
    pub save_p12: Option<PathBuf>,
    /// With --save-p12: make a temporary key as well
    #[arg(long, requires = "save_p12")]
    pub temporary_key: bool,
    /// Send the temporary key to the user by e-mail as well, unprotected; recover then asks for one
    /// KM Server password more, before the others
    #[arg(long)]
    pub send_by_email: bool,
}

/// Where answers to password prompts come from.
#[derive(Args, Debug)]
pub struct AnswerFiles {
    /// Answers password prompts, in the order of the files [default: the terminal asks]
    #[arg(long, value_name = "FILE")]
    pub answers: Vec<Source>,
}

/// Acts on the directory as a whole.
#[derive(Debug, Subcommand)]
pub enum DirectoryAct {
    /// Make a mailbox for each row of a CSV file
    Import {
        /// The file, with a header row
        file: PathBuf,
        /// Judge the rows and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Write all mailboxes to a new CSV file
    Export {
        /// The new file
        file: PathBuf,
    },
}

/// Acts on administrators.
#[derive(Debug, Subcommand)]
pub enum AdministratorAct {
    /// Add an administrator; pending until he accepts
    Add {
        /// The administrator
        name: String,
        /// Where his first password comes from
        #[arg(long, value_name = "FILE")]
        new_password_from: Option<Source>,
        /// Where the answers come from.
        #[command(flatten)]
        answers: AnswerFiles,
    },
    /// Accept: the new administrator replaces the password he was given
    Accept(ReplacePassword),
    /// Remove an administrator
    Remove {
        /// The administrator
        name: String,
        /// Where the answers come from.
        #[command(flatten)]
        answers: AnswerFiles,
    },
    /// List the administrators
    List,
    /// Replace one's own password
    ChangePassword(ReplacePassword),
}

/// A password and the one that takes its place.
#[derive(Args, Debug)]
pub struct ReplacePassword {
    /// The administrator
    pub name: String,
    /// Where the present password comes from
    #[arg(long, value_name = "FILE")]
    pub password_from: Option<Source>,
    /// Where the new password comes from
    #[arg(long, value_name = "FILE")]
    pub new_password_from: Option<Source>,
}

/// Acts on the Passwords page.
#[derive(Debug, Subcommand)]
pub enum PasswordsAct {
    /// Show how many passwords each act asks for, and how many it can
    Show,
    /// Change how many passwords an act asks for
    Set {
        /// administer, recover, revoke, settings or import
        #[arg(value_parser = ["administer", "recover", "revoke", "settings", "import"])]
        act: String,
        /// How many passwords
        count: u64,
        /// Where the answers come from.
        #[command(flatten)]
        answers: AnswerFiles,
    },
    /// Make new guard secrets and keys, and share them anew
    ShareAnew {
        /// Where the answers come from.
        #[command(flatten)]
        answers: AnswerFiles,
    },
}

/// Acts on the trust list.
#[derive(Debug, Subcommand)]
pub enum TrustAct {
    /// List the trusted certificates
    List,
    /// Import the certificates of files: PEM, DER or PKCS#7
    Import {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where the answers come from.
        #[command(flatten)]
        answers: AnswerFiles,
    },
    /// Untrust one certificate
    Untrust {
        /// Its SHA-256 fingerprint, 64 hexadecimal digits, colons allowed
        fingerprint: String,
        /// Where the answers come from.
        #[command(flatten)]
        answers: AnswerFiles,
    },
}

/// Acts on the revocation list.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum CrlAct {
    /// Make a new list and publish it
    Publish,
}

/// What serving asks for.
#[derive(Args, Debug)]
pub struct Serve {
    /// Where to listen for HTTP; port 0 takes a free one, which is printed
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Answer the mail in the post office as well
    #[arg(long)]
    pub post_office: bool,
}

/// Acts on the audit.
#[derive(Debug, Subcommand)]
pub enum AuditAct {
    /// List the rows, newest first
    List {
        /// Only rows that contain this
        #[arg(long, value_name = "TEXT")]
        find: Option<String>,
    },
    /// Check every row, signature and link
    Verify {
        /// A head that was printed before: the record must still contain it
        #[arg(long, value_name = "HEAD")]
        head: Option<String>,
    },
    /// Write all rows to a new file
    Export {
        /// The new file
        file: PathBuf,
    },
}

/// What check-ca asks for.
#[derive(Args, Debug)]
pub struct CheckCa {
    /// The file: PEM, DER or PKCS#7
    pub file: PathBuf,
    /// Judge as of this time (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}
