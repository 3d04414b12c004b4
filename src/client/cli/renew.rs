//! `renew`: the question of Q192181 and its answer; `report-lost`.

use crate::client::cli::args::{Renew, ReportLost};
use crate::client::cli::call::Call;
use crate::client::cli::enrol::{follow, server, store_answer};
use crate::client::cli::message::certificates_in;
use crate::client::error::Error;
use crate::client::view::{LostReason, Purpose, RENEWAL_QUESTION, Renewal};
use crate::domain::address::MailAddress;
use crate::terminal::failure::Failure;
use crate::terminal::source;

pub(super) fn run(mut call: Call<'_>, options: &Renew) -> Result<(), Failure> {
    let keyset = call.keyset(options.opening.keyset.as_deref())?;
    match call.client.renewal(&keyset)? {
        Renewal::Due => {
            call.console.field("question", RENEWAL_QUESTION);
            call.console.say(RENEWAL_QUESTION)?;
            if !wants(&mut call, options)? {
                let words = "You will be asked again at the next log-on.";
                return Ok(call.console.say(words)?);
            }
        }
        Renewal::UnderWay => (),
        Renewal::NotDue => return Err(Error::RenewalNotDue(keyset).into()),
        Renewal::Expired => return Err(Error::NoSigningKey(keyset).into()),
    }
    let (keyset, opener) = call.opening(&options.opening)?;
    let sent = call.client.renew(&keyset, opener.unlock())?;
    let level = call.client.keyset(&keyset)?.level;
    let answer = (level, opener.password());
    store_answer(&mut call.client, Purpose::Renew, &keyset, answer)?;
    call.console.field("keyset", keyset.as_str());
    follow(&mut call, sent, options.wait)
}

pub(super) fn report_lost(mut call: Call<'_>, options: &ReportLost) -> Result<(), Failure> {
    if options.temporary_key_from.is_some() {
        return report_without_keyset(call, options);
    }
    let (keyset, opener) = call.opening(&options.opening)?;
    let reason = LostReason::from(options.reason);
    let sent = call.client.report_lost(&keyset, opener.unlock(), reason)?;
    call.console.field("keyset", keyset.as_str());
    follow(&mut call, sent, options.wait)
}

/// The keyset is gone; a temporary key shows whose certificates these are.
fn report_without_keyset(mut call: Call<'_>, options: &ReportLost) -> Result<(), Failure> {
    let mut settings = call.client.settings().clone();
    if let Some(address) = &options.address {
        settings.address = Some(MailAddress::parse(address)?);
    }
    if let Some(typed) = &options.server {
        settings.server = Some(server(typed)?);
    }
    call.client.set_settings(settings)?;
    let mut certificates = Vec::new();
    for file in &options.certificate {
        certificates.extend(certificates_in(file)?);
    }
    let from = options.temporary_key_from.as_ref();
    let typed = call
        .inputs
        .secret_line(from, "--temporary-key-from", "Temporary key")?;
    let reason = LostReason::from(options.reason);
    let client = &mut call.client;
    let sent = client.report_lost_under(typed.expose(), &certificates, reason)?;
    follow(&mut call, sent, options.wait)
}

/// The answer: from the options, or from the person.
fn wants(call: &mut Call<'_>, options: &Renew) -> Result<bool, Failure> {
    if options.yes || options.no {
        return Ok(options.yes);
    }
    if !source::can_ask() {
        let words = "There is no terminal to ask on: add --yes or --no.";
        return Err(Failure::Usage(words.to_owned()));
    }
    call.console.flush()?;
    source::ask_yes("Send it?")?.ok_or(Failure::Cancelled)
}
