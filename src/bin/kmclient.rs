//! The mail user's program: reads the command line, makes the clock, the randomness and the costs,
//! then opens the window or does one act.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser as _;
use kmadmin::client::cli::{self, args::Arguments};
use kmadmin::client::http::Http;
use kmadmin::client::{Client, Surroundings, ui};
use kmadmin::crypto::costs::Costs;
use kmadmin::desk::display;
use kmadmin::domain::time::{Clock, UnixTime};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

fn main() -> ExitCode {
    let mut arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(said) => return ExitCode::from(cli::usage(&said)),
    };
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .init();
    ExitCode::from(match arguments.act.take() {
        Some(act) => cli::run(arguments, &act, surroundings()),
        None => open_window(arguments.home),
    })
}

/// Opens the window on the home folder and returns when it is closed.
fn open_window(home: Option<PathBuf>) -> u8 {
    let Some(home) = home.or_else(cli::default_home) else {
        return cli::refuse_usage("There is no home folder: name one with --home DIR.");
    };
    if !display::is_named() {
        return cli::refuse(&without_window("there is no display"));
    }
    match ui::run(Client::open(&home, surroundings()), Arc::new(SystemClock)) {
        Ok(()) => 0,
        Err(reason) => {
            tracing::warn!("{reason}");
            cli::refuse(&without_window("the display can not be opened"))
        }
    }
}

/// The sentence for a machine where no window opens.
fn without_window(reason: &str) -> String {
    format!(
        "No window can be opened here ({reason}); these work without one: kmclient enrol, receive, status, renew, sign, encrypt, read and more (see kmclient --help)."
    )
}

/// What the client is handed: the real time, the system's randomness, the real costs, HTTP.
fn surroundings() -> Surroundings {
    Surroundings {
        clock: Arc::new(SystemClock),
        rng: Box::new(UnwrapErr(SysRng)), // a system without randomness can do nothing of this
        costs: Costs::STANDARD,
        exchange: Box::new(Http::default()),
    }
}

/// The system's clock.
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let seconds = since.map_or(0, |since| since.as_secs());
        UnixTime::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}
