//! `status`: who the user is, the keysets, what is under way.

use serde_json::{Value, json};

use crate::client::cli::call::Call;
use crate::client::settings::Server;
use crate::client::view::{CertificateView, KeysetView, Renewal, RequestView};
use crate::terminal::failure::Failure;

pub(super) fn run(call: Call<'_>) -> Result<(), Failure> {
    let Call {
        console, client, ..
    } = call;
    let settings = client.settings().clone();
    let address = settings.address.as_ref().map(ToString::to_string);
    let server = settings.server.as_ref().map(|server| match server {
        Server::Http(url) => url.clone(),
        Server::PostOffice(folder) => folder.display().to_string(),
    });
    for (key, caption, value) in [
        ("address", "Address", &address),
        ("server", "Key Management server", &server),
    ] {
        console.field(key, value.clone());
        let shown = value.as_deref().unwrap_or("not set");
        console.say(&format!("{caption}: {shown}"))?;
    }
    let requests = client.requests()?;
    let documents: Vec<Value> = requests.iter().map(request_document).collect();
    console.field("requests", documents);
    console.list()?;
    for keyset in client.keysets()? {
        let renewal = client.renewal(&keyset.name)?;
        let line = keyset_line(&keyset, renewal);
        console.item(&line, &keyset_document(&keyset, renewal))?;
    }
    for request in &requests {
        console.say(&request_line(request))?;
    }
    Ok(())
}

fn keyset_line(keyset: &KeysetView, renewal: Renewal) -> String {
    let chosen = if keyset.is_chosen { ", chosen" } else { "" };
    let until = keyset.signing.as_ref().map_or_else(
        || "no signing certificate".to_owned(),
        |signing| format!("valid until {}", signing.not_after.rfc3339()),
    );
    let KeysetView { name, level, .. } = keyset;
    let (level, older) = (level.title(), keyset.older.len());
    let renewal = match renewal {
        Renewal::NotDue => "",
        Renewal::Due => "; to be renewed",
        Renewal::UnderWay => "; renewal under way",
        Renewal::Expired => "; expired",
    };
    format!(
        "Keyset {name} (security level {level}{chosen}): {until}{renewal}; older encryption keys: {older}"
    )
}

fn keyset_document(keyset: &KeysetView, renewal: Renewal) -> Value {
    json!({
        "keyset": keyset.name.as_str(),
        "level": keyset.level.name(),
        "chosen": keyset.is_chosen,
        "signing": keyset.signing.as_ref().map(certificate_document),
        "encryption": keyset.encryption.as_ref().map(certificate_document),
        "older": keyset.older.iter().map(certificate_document).collect::<Vec<_>>(),
        "renewal": match renewal {
            Renewal::NotDue => "not_due",
            Renewal::Due => "due",
            Renewal::UnderWay => "under_way",
            Renewal::Expired => "expired",
        },
    })
}

/// The JSON document of a certificate.
pub(super) fn certificate_document(certificate: &CertificateView) -> Value {
    json!({
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "addresses": certificate.addresses,
        "not_before": certificate.not_before.rfc3339(),
        "not_after": certificate.not_after.rfc3339(),
        "key": certificate.key_kind,
        "fingerprint": certificate.fingerprint,
    })
}

fn request_line(request: &RequestView) -> String {
    let refusal = request.refusal.as_ref();
    let refusal = refusal.map_or_else(String::new, |words| format!("; the server said: {words}"));
    format!(
        "Under way: {} for the keyset {}, {} since {}{refusal}",
        request.purpose.name().replace('_', " "),
        request.keyset,
        request.stage.name(),
        request.since.rfc3339()
    )
}

fn request_document(request: &RequestView) -> Value {
    json!({
        "id": request.id.as_str(),
        "purpose": request.purpose.name(),
        "stage": request.stage.name(),
        "keyset": request.keyset.as_str(),
        "since": request.since.rfc3339(),
        "refusal": request.refusal,
    })
}
