//! `kmadmin serve`: answers users' programs until it is stopped.

use serde_json::json;

use super::args::Serve;
use super::call::{Call, Opened};
use super::revoke::warn_unpublished;
use crate::service::{Plan, serve};
use crate::terminal::failure::Failure;

/// Serves until the program is told to stop.
pub(super) fn run(call: Call<'_>, options: &Serve) -> Result<(), Failure> {
    let mut opened = call.open()?;
    warn_unpublished(&mut opened)?;
    let Opened { console, engine } = opened;
    let plan = Plan {
        listen: options.listen,
        post_office: options.post_office,
    };
    let mut said = Ok(());
    serve(engine, &plan, |address| {
        let url = format!("http://{address}/");
        let line = format!("Listening on {url} until stopped.");
        said = console
            .item(&line, &json!({ "listening": url }))
            .and_then(|()| console.flush());
    })?;
    said?;
    console.say("Stopped.")?;
    Ok(())
}
