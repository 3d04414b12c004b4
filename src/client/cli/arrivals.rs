//! `receive`: what the server answered, and the person's answers to it.

use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::client::cli::args::Receive;
use crate::client::cli::call::{Call, Opener};
use crate::client::request::StoredAnswer;
use crate::client::view::{Arrival, Asks, Level, Need, Purpose, ReplyView, Sent, Stage};
use crate::client::{Finish, Protection};
use crate::domain::secret::Password;
use crate::terminal::failure::Failure;
use crate::terminal::source::Source;

/// What the command line says to replies; what it leaves open was stored with the request.
#[derive(Default)]
pub(super) struct Given<'a> {
    level: Option<Level>,
    password_from: Option<&'a Source>,
    consent: bool,
}

pub(super) fn run(mut call: Call<'_>, options: &Receive) -> Result<(), Failure> {
    let given = Given {
        level: options.level.map(Level::from),
        password_from: options.password_from.as_ref(),
        consent: options.consent,
    };
    take(&mut call, &given, options.wait)
}

/// Takes what arrives, answers it, and waits for what is under way, as long as it is told to.
pub(super) fn take(
    call: &mut Call<'_>,
    given: &Given<'_>,
    wait: Option<u32>,
) -> Result<(), Failure> {
    call.console.list()?;
    let mut looks_left = wait.unwrap_or(0).saturating_mul(LOOKS_A_SECOND);
    let mut any = false;
    loop {
        let arrived = take_once(call, given)?;
        any |= arrived;
        let requests = call.client.requests()?;
        let is_awaited = requests
            .iter()
            .any(|request| request.stage != Stage::Replied && request.purpose != Purpose::Fetch);
        if arrived {
            continue;
        }
        match (is_awaited, looks_left, wait) {
            (false, _, _) if any => return Ok(()),
            (false, _, _) => return Ok(call.console.say("Nothing is under way.")?),
            (true, 0, None) => return Ok(call.console.say("The reply has not arrived yet.")?),
            (true, 0, Some(_)) => {
                let words = "The reply has not arrived yet. Try kmclient receive later.";
                return Err(Failure::refused(words));
            }
            (true, _, _) => {
                looks_left = looks_left.saturating_sub(1);
                thread::sleep(Duration::from_millis(1000 / u64::from(LOOKS_A_SECOND)));
            }
        }
    }
}

/// One look into the inbox; whether something came of it.
fn take_once(call: &mut Call<'_>, given: &Given<'_>) -> Result<bool, Failure> {
    let mut any = false;
    let arrivals = call.client.receive()?;
    let mut failure = None;
    for arrival in &arrivals {
        any = true;
        if let Err(failed) = show(call, arrival) {
            failure = Some(failed);
        }
    }
    for request in call.client.requests()? {
        if request.stage == Stage::Replied {
            any = true;
            let reply = call.client.reply(&request.id)?;
            finish(call, given, &reply)?;
        }
    }
    failure.map_or(Ok(any), Err)
}

fn show(call: &mut Call<'_>, arrival: &Arrival) -> Result<(), Failure> {
    let (kind, line) = match arrival {
        Arrival::Reply(reply) => (
            "reply",
            format!(
                "A reply from the Security Authority has arrived for the keyset {}.",
                reply.keyset
            ),
        ),
        Arrival::Ready { purpose, keyset } => ("ready", ready(*purpose, keyset.as_str())),
        Arrival::Revoked { keyset } => (
            "revoked",
            format!("The certificates of the keyset {keyset} are revoked."),
        ),
        Arrival::Fetched => (
            "fetched",
            "The trust list and the CRL were fetched.".to_owned(),
        ),
        Arrival::Refused {
            purpose: Purpose::Fetch,
            words,
            ..
        } => {
            return Ok(call
                .console
                .note(&format!("The trust list was not fetched: {words}"))?);
        }
        Arrival::Refused { words, .. } => {
            return Err(Failure::Refused(format!(
                "The Key Management server refused: {words}"
            )));
        }
        Arrival::Unfit { words } | Arrival::Unreachable { words } => {
            return Err(Failure::Refused(words.clone()));
        }
    };
    let item = json!({ "kind": kind, "verdict": "accepted", "reason": null, "words": line });
    Ok(call.console.item(&line, &item)?)
}

fn ready(purpose: Purpose, keyset: &str) -> String {
    match purpose {
        Purpose::Renew => format!("The certificates of the keyset {keyset} are renewed."),
        Purpose::SetUp | Purpose::ReportLost | Purpose::Fetch => {
            format!("Advanced security is set up. The keyset is {keyset}.")
        }
    }
}

fn finish(call: &mut Call<'_>, given: &Given<'_>, reply: &ReplyView) -> Result<(), Failure> {
    let stored = call.client.stored_answer(&reply.id)?;
    let sent = match reply.asks {
        Asks::Level => {
            let (level, password) = level_and_password(call, given, reply, stored)?;
            let protection = match (level, &password) {
                (Level::High, Some(password)) => Protection::High(password),
                (Level::High, None) => return Err(Failure::Cancelled),
                (Level::Medium, _) => Protection::Medium,
                (Level::Low, _) => Protection::Low,
            };
            call.client.finish(&reply.id, Finish::New(protection))?
        }
        Asks::Keyset(need) => {
            let opener = opener(call, given, reply, need, stored)?;
            let answer = Finish::Existing(opener.unlock());
            call.client.finish(&reply.id, answer)?
        }
    };
    match sent {
        Sent::Waiting | Sent::Answered => Ok(()),
        Sent::Unreachable(words) => Err(Failure::Refused(format!(
            "{words} The keyset is written; confirm it later with kmclient receive."
        ))),
    }
}

fn level_and_password(
    call: &mut Call<'_>,
    given: &Given<'_>,
    reply: &ReplyView,
    stored: Option<StoredAnswer>,
) -> Result<(Level, Option<Password>), Failure> {
    let stored_level = stored.as_ref().map(|stored| stored.level);
    let level = given.level.or(stored_level).ok_or_else(|| {
        let words = "The reply asks for the security level: name --level high, medium or low.";
        Failure::Usage(words.to_owned())
    })?;
    if level != Level::High {
        return Ok((level, None));
    }
    if let (None, Some(password)) = (given.password_from, password_of(stored)) {
        return Ok((level, Some(password)));
    }
    let prompt = format!("Password for {}", reply.keyset);
    let option = "--password-from";
    let password = call
        .inputs
        .new_password(given.password_from, option, &prompt)?;
    Ok((level, Some(password)))
}

fn opener(
    call: &mut Call<'_>,
    given: &Given<'_>,
    reply: &ReplyView,
    need: Need,
    stored: Option<StoredAnswer>,
) -> Result<Opener, Failure> {
    // Who sent the request from here has permitted what follows from it.
    let is_ours = stored.is_some();
    match (need, given.password_from, password_of(stored)) {
        (Need::Password, None, Some(password)) => Ok(Opener::Password(password)),
        (Need::Password | Need::Consent | Need::Nothing, _, _) => {
            call.opener(&reply.keyset, given.password_from, given.consent || is_ours)
        }
    }
}

fn password_of(stored: Option<StoredAnswer>) -> Option<Password> {
    let password = stored?.password?;
    // It was parsed before it was stored.
    Password::parse(password.expose()).ok()
}

/// How often the inbox is looked at while waiting: a person does not feel a quarter of a second.
const LOOKS_A_SECOND: u32 = 4;
