//! The subcommands of `kmadmin`: the same acts as in the window, for scripts and for machines
//! without a display. One file an act; what they share stands in `call`, `approve` and `console`.

mod administrator;
mod answers;
mod approve;
pub mod args;
mod audit;
mod call;
mod check_ca;
mod crl;
mod directory;
mod enable;
mod hand_over;
mod mailbox;
mod passwords;
mod publish;
mod recover;
mod revoke;
mod serve;
mod setup;
mod throw_away;
mod tour;
mod trust;

use std::path::PathBuf;

use self::args::{Act, AdministratorAct, Arguments, AuditAct, CrlAct, DirectoryAct, MailboxAct};
use self::args::{PasswordsAct, TrustAct};
use self::call::Call;
use crate::domain::secret::Password;
use crate::engine::Surroundings;
use crate::engine::error::Error;
use crate::service::ServiceError;
use crate::terminal::console::{Console, Form};
use crate::terminal::failure::{self, Failure};
use crate::terminal::source::{self, Inputs};

/// Does `act` and returns the exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 cancelled.
pub fn run(arguments: Arguments, act: &Act, around: Surroundings) -> u8 {
    let form = if arguments.json {
        Form::Json
    } else {
        Form::Text
    };
    let mut console = Console::standard(form);
    let call = Call {
        console: &mut console,
        inputs: Inputs::default(),
        data: arguments.data,
        startup_from: arguments.startup_from,
        around,
    };
    let result = dispatch(call, act);
    console.finish(&result)
}

/// Prints what clap says of a command line: help and version are done, all else is wrong usage.
pub fn usage(said: &clap::Error) -> u8 {
    // With the streams closed there is nobody to tell.
    said.print().ok();
    u8::try_from(said.exit_code()).unwrap_or(2)
}

/// Says on standard error why nothing can be done, and gives the exit status.
pub fn refuse(reason: &str) -> u8 {
    Console::standard(Form::Text).finish(&Err(Failure::refused(reason)))
}

/// The startup password that `--startup-from` holds, for the window; the error is a sentence.
pub fn startup_password(arguments: &Arguments) -> Option<Result<Password, String>> {
    let source = arguments.startup_from.as_ref()?;
    let password = Inputs::default().password(Some(source), "--startup-from", "Startup password");
    Some(password.map_err(|failure| failure.reason().to_owned()))
}

/// Where the data folder is unless `--data` says otherwise; nothing if the system has no home folder.
pub fn default_data_folder() -> Option<PathBuf> {
    let places = directories::ProjectDirs::from("", "", "kmadmin")?;
    Some(places.data_dir().to_owned())
}

fn dispatch(call: Call<'_>, act: &Act) -> Result<(), Failure> {
    match act {
        Act::Setup(options) => setup::run(call, options),
        Act::Mailbox(MailboxAct::New(fields)) => mailbox::new(call, fields),
        Act::Mailbox(MailboxAct::List { find, deleted }) => {
            mailbox::list(call, find.as_deref(), *deleted)
        }
        Act::Mailbox(MailboxAct::Show { address }) => mailbox::show(call, address),
        Act::Mailbox(MailboxAct::Delete { address }) => mailbox::delete(call, address),
        Act::Mailbox(MailboxAct::Enable(options)) => enable::run(call, options),
        Act::Mailbox(MailboxAct::Recover(options)) => recover::run(call, options),
        Act::Mailbox(MailboxAct::Revoke(options)) => revoke::run(call, options),
        Act::Crl(CrlAct::Publish) => crl::publish(call),
        Act::Publish => publish::run(call),
        Act::Serve(options) => serve::run(call, options),
        Act::Directory(DirectoryAct::Import { file, dry_run }) => {
            directory::import(call, file, *dry_run)
        }
        Act::Directory(DirectoryAct::Export { file }) => directory::export(call, file),
        Act::Administrator(act) => dispatch_administrator(call, act),
        Act::Passwords(PasswordsAct::Show) => passwords::show(call),
        Act::Passwords(PasswordsAct::Set {
            act,
            count,
            answers,
        }) => passwords::set(call, act, *count, answers),
        Act::Passwords(PasswordsAct::ShareAnew { answers }) => passwords::share_anew(call, answers),
        Act::Trust(TrustAct::List) => trust::list(call),
        Act::Trust(TrustAct::Import { files, answers }) => trust::import(call, files, answers),
        Act::Trust(TrustAct::Untrust {
            fingerprint,
            answers,
        }) => trust::untrust(call, fingerprint, answers),
        Act::Audit(AuditAct::List { find }) => audit::list(call, find.as_deref()),
        Act::Audit(AuditAct::Verify { head }) => audit::verify(call, head.as_deref()),
        Act::Audit(AuditAct::Export { file }) => audit::export(call, file),
        Act::CheckCa(options) => check_ca::run(call.console, &*call.around.clock, options),
        Act::Tour => tour::run(call),
    }
}

fn dispatch_administrator(call: Call<'_>, act: &AdministratorAct) -> Result<(), Failure> {
    match act {
        AdministratorAct::Add {
            name,
            new_password_from,
            answers,
        } => administrator::add(call, name, new_password_from.as_ref(), answers),
        AdministratorAct::Accept(replace) => administrator::accept(call, replace),
        AdministratorAct::Remove { name, answers } => administrator::remove(call, name, answers),
        AdministratorAct::List => administrator::list(call),
        AdministratorAct::ChangePassword(replace) => administrator::change_password(call, replace),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.is_cancelled() {
            return Self::Cancelled;
        }
        let notice = error.notice();
        Self::Refused(
            format!("{} {}", notice.what, notice.remedy)
                .trim_end()
                .to_owned(),
        )
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Engine(error) => error.into(),
            ServiceError::Listen { .. } | ServiceError::System(_) => {
                Self::Refused(failure::sentence(&error.to_string()))
            }
        }
    }
}
