//! The mail user's program: reads the command line, makes the clock, the randomness and the costs,
//! then does one act.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser as _;
use kmadmin::client::Surroundings;
use kmadmin::client::cli::{self, args::Arguments};
use kmadmin::client::http::Http;
use kmadmin::crypto::costs::Costs;
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
        None => cli::refuse_usage("No act is named; see kmclient --help."),
    })
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
