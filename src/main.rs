//! The Administrator: reads the command line, makes the clock, the randomness and the costs, then
//! opens the window or does one act.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser as _;
use kmadmin::batch::args::Arguments;
use kmadmin::batch::{self, usage};
use kmadmin::crypto::costs::Costs;
use kmadmin::domain::time::{Clock, UnixTime};
use kmadmin::engine::Surroundings;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

fn main() -> ExitCode {
    let mut arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(said) => return ExitCode::from(usage(&said)),
    };
    let status = match arguments.act.take() {
        Some(act) => batch::run(arguments, &act, surroundings()),
        None => open_window(),
    };
    ExitCode::from(status)
}

/// Opens the window, or says that none can be opened here.
fn open_window() -> u8 {
    batch::without_window()
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

/// The system's user, as the audit names who did what needs no password.
fn operator() -> String {
    let name = ["USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok());
    name.unwrap_or_else(|| "unknown user".to_owned())
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
