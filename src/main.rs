//! The Administrator: reads the command line, makes the clock, the randomness and the costs, then
//! opens the window or does one act.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser as _;
use kmadmin::batch::{self, args::Arguments};
use kmadmin::crypto::costs::Costs;
use kmadmin::desk::display;
use kmadmin::desk::operator::operator;
use kmadmin::domain::time::{Clock, UnixTime};
use kmadmin::engine::Surroundings;
use kmadmin::ui;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

fn main() -> ExitCode {
    let mut arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(said) => return ExitCode::from(batch::usage(&said)),
    };
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .init();
    ExitCode::from(match arguments.act.take() {
        Some(act) => batch::run(arguments, &act, surroundings()),
        None => open_window(&arguments),
    })
}

/// Opens the window on the data folder and returns when it is closed.
fn open_window(arguments: &Arguments) -> u8 {
    let data = arguments.data.clone().or_else(batch::default_data_folder);
    let startup = batch::startup_password(arguments).transpose();
    let (data, startup) = match (data, startup) {
        (Some(data), Ok(startup)) => (data, startup),
        (None, _) => return batch::refuse("There is no home folder: name one with --data DIR."),
        (_, Err(reason)) => return batch::refuse(&reason),
    };
    if !display::is_named() {
        return batch::refuse(&without_window("there is no display"));
    }
    match ui::run(data, Box::new(surroundings), startup, Arc::new(SystemClock)) {
        Ok(()) => 0,
        Err(reason) => {
            tracing::warn!("{reason}");
            batch::refuse(&without_window("the display can not be opened"))
        }
    }
}

/// The sentence for a machine where no window opens.
fn without_window(reason: &str) -> String {
    format!(
        "No window can be opened here ({reason}); these work without one: kmadmin setup, mailbox, directory, administrator, passwords, trust, crl, publish, serve, audit, check-ca and tour (see kmadmin --help)."
    )
}

/// What the engine is handed: the real time, the system's randomness, the real costs.
fn surroundings() -> Surroundings {
    Surroundings {
        clock: Arc::new(SystemClock),
        rng: Box::new(UnwrapErr(SysRng)), // a system without randomness can do nothing of this
        costs: Costs::STANDARD,
        operator: operator(),
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
