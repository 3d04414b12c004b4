//! `kmadmin mailbox new, list, show, delete`: directory acts, which need no password.

use serde_json::{Value, json};

use super::args::NewMailbox;
use super::call::{Call, Opened};
use crate::domain::address::MailAddress;
use crate::domain::listing::{Listing, Position, Scope};
use crate::domain::mailbox::{General, Mailbox, MailboxId};
use crate::domain::names::{Alias, DisplayName, Field};
use crate::domain::state::Situation;
use crate::domain::time::UnixTime;
use crate::engine::views::Security;
use crate::terminal::failure::Failure;

/// Makes a mailbox.
pub(super) fn new(call: Call<'_>, fields: &NewMailbox) -> Result<(), Failure> {
    let general = General {
        display_name: DisplayName::parse(&fields.name)?,
        alias: Alias::parse(&fields.alias)?,
        address: MailAddress::parse(&fields.address)?,
        title: Field::parse("title", &fields.title)?,
        company: Field::parse("company", &fields.company)?,
        department: Field::parse("department", &fields.department)?,
        office: Field::parse("office", &fields.office)?,
        assistant: Field::parse("assistant", &fields.assistant)?,
        phone: Field::parse("phone", &fields.phone)?,
    };
    let address = general.address.unicode();
    let mut opened = call.open()?;
    let id = opened.engine.new_mailbox(&general)?;
    opened
        .console
        .say(&format!("The mailbox {address} was made."))?;
    opened.console.field("id", id.0);
    opened.console.field("address", address);
    Ok(())
}

/// Lists mailboxes, page by page.
pub(super) fn list(call: Call<'_>, find: Option<&str>, deleted: bool) -> Result<(), Failure> {
    let Opened {
        console,
        mut engine,
    } = call.open()?;
    let scope = if deleted { Scope::Deleted } else { Scope::All };
    let listing = Listing {
        find: find.unwrap_or_default().to_owned(),
        ..Listing::by_name(scope)
    };
    let now = engine.now();
    console.list()?;
    console.field("total", engine.count_mailboxes(&listing)?);
    let mut position = Position::Start;
    loop {
        let page = engine.mailboxes(&listing, &position, PAGE)?;
        for row in &page.rows {
            console.item(&text_row(row, now), &json_row(row, now))?;
        }
        match page.next {
            Some(next) => position = Position::After(next),
            None => return Ok(()),
        }
    }
}

/// Shows one mailbox.
pub(super) fn show(call: Call<'_>, address: &str) -> Result<(), Failure> {
    let mut opened = call.open()?;
    let id = find(&mut opened, address)?;
    let general = opened.engine.mailbox(id)?.general;
    let security = opened.engine.security(id)?;
    let Opened { console, .. } = opened;
    for (key, caption, value) in [
        ("name", "Display name", general.display_name.as_str()),
        ("alias", "Alias", general.alias.as_str()),
        ("address", "SMTP address", &general.address.unicode()),
        ("title", "Title", general.title.as_str()),
        ("company", "Company", general.company.as_str()),
        ("department", "Department", general.department.as_str()),
        ("office", "Office", general.office.as_str()),
        ("assistant", "Assistant", general.assistant.as_str()),
        ("phone", "Phone", general.phone.as_str()),
        ("state", "Advanced security", security.situation.word()),
    ] {
        console.field(key, value);
        if !value.is_empty() {
            console.say(&format!("{caption}: {value}"))?;
        }
    }
    console.field("id", id.0);
    for line in security_lines(&security) {
        console.say(&line)?;
    }
    for (key, value) in security_fields(&security) {
        console.field(key, value);
    }
    Ok(())
}

/// Deletes a mailbox; what is archived of it stays.
pub(super) fn delete(call: Call<'_>, address: &str) -> Result<(), Failure> {
    let mut opened = call.open()?;
    let id = find(&mut opened, address)?;
    opened.engine.delete_mailbox(id)?;
    opened.console.field("id", id.0);
    opened.console.say(&format!(
        "The mailbox {address} was deleted. Its archived keys stay, under the number {0}. Its \
         certificates stay good until they are revoked: kmadmin mailbox revoke {0}.",
        id.0
    ))?;
    Ok(())
}

/// The mailbox of this address; or the one with this number, which finds deleted ones as well.
pub(super) fn find(opened: &mut Opened<'_>, named: &str) -> Result<MailboxId, Failure> {
    if let Ok(number) = named.parse() {
        return Ok(MailboxId(number));
    }
    let address = MailAddress::parse(named)?;
    Ok(opened.engine.find_mailbox(&address)?.id)
}

fn text_row(row: &Mailbox, now: UnixTime) -> String {
    let General {
        display_name,
        address,
        ..
    } = &row.general;
    let state = row.situation(now).word();
    format!(
        "{:>6}  {display_name}  <{}>  {state}",
        row.id.0,
        address.unicode()
    )
}

fn json_row(row: &Mailbox, now: UnixTime) -> Value {
    let general = &row.general;
    json!({
        "id": row.id.0,
        "name": general.display_name.as_str(),
        "alias": general.alias.as_str(),
        "address": general.address.unicode(),
        "title": general.title.as_str(),
        "department": general.department.as_str(),
        "state": row.situation(now).word(),
    })
}

fn security_lines(security: &Security) -> Vec<String> {
    let mut lines = Vec::new();
    for issued in &security.certificates {
        let certificate = &issued.certificate;
        lines.push(format!(
            "Certificate {} ({}, {}): {} to {}",
            certificate.serial_hex(),
            issued.used_for().word(),
            issued.standing.word(),
            certificate.not_before().rfc3339(),
            certificate.not_after().rfc3339()
        ));
    }
    if let (Situation::Active, Some(from)) = (security.situation, security.renewal_from) {
        lines.push(format!("Can be renewed from {}", from.rfc3339()));
    }
    lines.push(format!("Keys in the archive: {}", security.archived_keys));
    if let Some(expires) = security.temporary_key_expires {
        let tries = security.wrong_tries;
        lines.push(format!(
            "Temporary key: until {}, {tries} wrong tries",
            expires.rfc3339()
        ));
    }
    if let Some(since) = security.used_since {
        lines.push(format!(
            "Temporary key used since {} by a program that has not confirmed yet",
            since.rfc3339()
        ));
    }
    if 0 < security.other_tries {
        lines.push(format!(
            "Already used by another program: {} tries",
            security.other_tries
        ));
    }
    if let Some(until) = security.pick_up_until {
        lines.push(format!("Keys wait for pick-up until {}", until.rfc3339()));
    }
    lines
}

fn security_fields(security: &Security) -> [(&'static str, Value); 6] {
    let certificates = security.certificates.iter().map(|issued| {
        let certificate = &issued.certificate;
        json!({
            "serial": certificate.serial_hex(),
            "fingerprint": certificate.fingerprint_hex(),
            "use": issued.used_for().word(),
            "standing": issued.standing.word(),
            "not_before": certificate.not_before().rfc3339(),
            "not_after": certificate.not_after().rfc3339(),
        })
    });
    let temporary_key = security.temporary_key_expires.map(|expires| {
        json!({
            "expires": expires.rfc3339(),
            "wrong_tries": security.wrong_tries,
            "used_since": security.used_since.map(UnixTime::rfc3339),
            "other_tries": security.other_tries,
        })
    });
    let rfc3339 = |time: Option<UnixTime>| time.map(UnixTime::rfc3339).into();
    [
        ("certificates", certificates.collect()),
        ("archived_keys", security.archived_keys.into()),
        ("temporary_key", temporary_key.into()),
        ("unconfirmed", security.is_unconfirmed.into()),
        ("renewal_from", rfc3339(security.renewal_from)),
        ("pick_up_until", rfc3339(security.pick_up_until)),
    ]
}

/// Rows read at once: a few screens, 10 ms of a read transaction.
const PAGE: u32 = 500;
