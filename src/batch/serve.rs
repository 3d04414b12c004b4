//! `kmadmin serve`: answers users' programs until it is stopped.

use super::args::Serve;
use super::call::Call;
use super::failure::Failure;

/// Serves until the program is told to stop.
pub(super) fn run(call: Call<'_>, _options: &Serve) -> Result<(), Failure> {
    call.open()?;
    Ok(())
}
