//! `enrol`: set up security with a temporary key, to the end where the server answers at once.

use crate::client::cli::args::{Enrol, LevelName};
use crate::client::cli::arrivals::{self, Given};
use crate::client::cli::call::Call;
use crate::client::error::Error;
use crate::client::settings::Server;
use crate::client::view::{Level, Need, Purpose, Sent, Stage, WHAT_HAPPENS_NEXT};
use crate::client::{Client, Unlock};
use crate::domain::address::MailAddress;
use crate::domain::names::{DisplayName, KeysetName};
use crate::domain::secret::Password;
use crate::terminal::failure::Failure;

pub(super) fn run(mut call: Call<'_>, options: &Enrol) -> Result<(), Failure> {
    let mut settings = call.client.settings().clone();
    settings.address = Some(MailAddress::parse(&options.address)?);
    if let Some(name) = &options.name {
        settings.name = Some(DisplayName::parse(name)?);
    }
    settings.server = Some(server(&options.server)?);
    call.client.set_settings(settings)?;
    let keyset = match &options.keyset {
        Some(name) => KeysetName::parse(name)?,
        None => KeysetName::parse(&call.client.default_keyset_name())?,
    };
    let typed = call.inputs.secret_line(
        options.temporary_key_from.as_ref(),
        "--temporary-key-from",
        "Temporary key",
    )?;
    // The password is checked before anything is sent, so that nobody waits in vain for a reply.
    let password = password(&mut call, options, &keyset)?;
    let sent = call.client.set_up(typed.expose(), &keyset)?;
    let level = Level::from(options.level);
    store_answer(
        &mut call.client,
        Purpose::SetUp,
        &keyset,
        (level, password.as_ref()),
    )?;
    call.console.field("keyset", keyset.as_str());
    follow(&mut call, sent, options.wait)
}

/// The KM server that an option names.
pub(super) fn server(typed: &str) -> Result<Server, Failure> {
    Server::parse(typed)
        .ok_or_else(|| Failure::Usage(format!("{typed} is neither an http address nor a folder.")))
}

/// What follows after sending: over HTTP the reply is here and is finished; by mail it will come.
pub(super) fn follow(call: &mut Call<'_>, sent: Sent, wait: u32) -> Result<(), Failure> {
    match sent {
        Sent::Unreachable(words) => Err(Failure::Refused(format!(
            "{words} The request is kept; send it again with kmclient receive."
        ))),
        Sent::Waiting if wait == 0 => {
            call.console.field("sent", true);
            Ok(call.console.say(WHAT_HAPPENS_NEXT)?)
        }
        Sent::Waiting | Sent::Answered => arrivals::take(call, &Given::default(), Some(wait)),
    }
}

/// Keeps the answer to the reply with the request that was just sent.
pub(super) fn store_answer(
    client: &mut Client,
    purpose: Purpose,
    keyset: &KeysetName,
    (level, password): (Level, Option<&Password>),
) -> Result<(), Error> {
    let mut requests = client.requests()?.into_iter();
    let sent = requests.find(|request| {
        request.purpose == purpose
            && request.keyset == *keyset
            && request.stage != Stage::Confirming
    });
    match sent {
        Some(sent) => client.store_answer(&sent.id, level, password),
        None => Ok(()),
    }
}

/// The password that the keyset will be written under: an existing High one's, which must open it
/// (Q199760), or a new one's, which must be good.
fn password(
    call: &mut Call<'_>,
    options: &Enrol,
    keyset: &KeysetName,
) -> Result<Option<Password>, Failure> {
    let source = options.password_from.as_ref();
    let prompt = format!("Password for {keyset}");
    let option = "--password-from";
    match (call.client.need(keyset), options.level) {
        (Ok(Need::Password), _) => {
            let password = call.inputs.password(source, option, &prompt)?;
            let opened = call.client.open_keyset(keyset, Unlock::Password(&password));
            opened.map_err(not_re_enrolled)?;
            Ok(Some(password))
        }
        (Err(Error::NoSuchKeyset(_)), LevelName::High) => {
            let password = call.inputs.new_password(source, option, &prompt)?;
            call.client.refuse_weak(keyset, &password)?;
            Ok(Some(password))
        }
        (Ok(Need::Consent | Need::Nothing) | Err(Error::NoSuchKeyset(_)), _) => Ok(None),
        (Err(error), _) => Err(error.into()),
    }
}

fn not_re_enrolled(error: Error) -> Failure {
    if !matches!(error, Error::WrongPassword) {
        return error.into();
    }
    Failure::refused(
        "The password of the keyset is wrong. You were not re-enrolled, and nothing was changed. \
         If the password is forgotten, use another keyset name.",
    )
}
