//! The subcommands of `kmclient`: the same acts as in the window, for scripts and for machines
//! without a display.

pub mod args;
mod arrivals;
mod call;
mod enrol;
mod keysets;
mod message;
mod renew;
mod status;

use std::path::PathBuf;

use crate::client::cli::args::{Act, Arguments};
use crate::client::cli::call::Call;
use crate::client::message::file::Seal;
use crate::client::{Client, Surroundings};
use crate::terminal::console::{Console, Form};
use crate::terminal::failure::Failure;
use crate::terminal::source::Inputs;

/// Does `act` and returns the exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 cancelled.
pub fn run(arguments: Arguments, act: &Act, around: Surroundings) -> u8 {
    let form = if arguments.json {
        Form::Json
    } else {
        Form::Text
    };
    let mut console = Console::standard(form);
    let result = open_and_do(&mut console, arguments.home, act, around);
    console.finish(&result)
}

/// Prints what clap says of a command line: help and version are done, all else is wrong usage.
pub fn usage(said: &clap::Error) -> u8 {
    // With the streams closed there is nobody to tell.
    said.print().ok();
    u8::try_from(said.exit_code()).unwrap_or(2)
}

/// Says on standard error why nothing can be done, and gives the exit status.
pub fn refuse_usage(reason: &str) -> u8 {
    Console::standard(Form::Text).finish(&Err(Failure::Usage(reason.to_owned())))
}

/// Says on standard error why it is refused, and gives the exit status.
pub fn refuse(reason: &str) -> u8 {
    Console::standard(Form::Text).finish(&Err(Failure::refused(reason)))
}

/// Where the home folder is unless `--home` says otherwise; nothing if the system has none.
pub fn default_home() -> Option<PathBuf> {
    let places = directories::ProjectDirs::from("", "", "kmclient")?;
    Some(places.data_dir().to_owned())
}

fn open_and_do(
    console: &mut Console,
    home: Option<PathBuf>,
    act: &Act,
    around: Surroundings,
) -> Result<(), Failure> {
    let without = "There is no home folder: name one with --home DIR.";
    let home = home.or_else(default_home);
    let home = home.ok_or_else(|| Failure::refused(without))?;
    let call = Call {
        console,
        inputs: Inputs::default(),
        client: Client::open(&home, around)?,
    };
    match act {
        Act::Enrol(options) => enrol::run(call, options),
        Act::Receive(options) => arrivals::run(call, options),
        Act::Status => status::run(call),
        Act::Renew(options) => renew::run(call, options),
        Act::ChangePassword(options) => keysets::change_password(call, options),
        Act::Export(options) => keysets::export(call, options),
        Act::Import(options) => keysets::import(call, options),
        Act::Choose { keyset } => keysets::choose(call, keyset),
        Act::ReportLost(options) => renew::report_lost(call, options),
        Act::Sign(options) => message::seal(call, options, Seal::Sign),
        Act::Encrypt(options) => message::seal(call, options, Seal::Encrypt),
        Act::SignEncrypt(options) => message::seal(call, options, Seal::SignAndEncrypt),
        Act::Read(options) => message::read(call, options),
    }
}
