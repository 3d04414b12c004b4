//! What is answered to which request: CMP messages by the engine, files from the publish folder,
//! nothing else.

use std::error::Error as StdError;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, Response, StatusCode};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

use super::clerk::Clerk;
use crate::domain::address::MailAddress;
use crate::engine::publish::{CERTIFICATES_FOLDER, certificate_file};
use crate::engine::settings::{CA_FILE, CRL_FILE};
use crate::protocol::http::{self, WELL_KNOWN};
use crate::protocol::message::MAX_MESSAGE;
use crate::protocol::trust_list;

/// What there is to be had.
pub(super) struct Site {
    /// Answers messages.
    pub(super) clerk: Clerk,
    /// The publish folder.
    pub(super) folder: PathBuf,
    /// What stands before the files' names where the publish folder is served from; may be empty.
    pub(super) prefix: String,
}

/// An answer over HTTP.
pub(super) type Reply = Response<Full<Bytes>>;

/// A message's body comes within this time, however it is dealt out.
const BODY: Duration = Duration::from_secs(20);

/// The longest pause before an answer, in seconds; the whole connection has twice as long.
const MAX_PAUSE_SECS: u64 = 30;

/// Answers one request.
pub(super) async fn route<B>(request: Request<B>, site: &Site) -> Reply
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let path = request.uri().path().to_owned();
    if is_cmp(&path) {
        return if request.method() == Method::POST {
            cmp(request, site).await
        } else {
            allowed("POST")
        };
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let query = request.uri().query().unwrap_or_default();
    match find(path.strip_prefix(&site.prefix).unwrap_or(&path), query) {
        Found::File(_, _) if !is_read => allowed("GET, HEAD"),
        Found::File(file, media_type) => read(site.folder.join(file), media_type).await,
        Found::NoAddress => said(
            StatusCode::BAD_REQUEST,
            "Ask with email= and a mail address, as RFC 4387 has it.",
        ),
        Found::Nothing => said(StatusCode::NOT_FOUND, "There is nothing here."),
    }
}

/// The paths of CMP over HTTP: RFC 9811 section 3.4, with or without labels, and the older one.
fn is_cmp(path: &str) -> bool {
    let labelled = path.strip_prefix(WELL_KNOWN);
    matches!(path, "/pkix" | "/pkix/")
        || labelled.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

async fn cmp<B>(request: Request<B>, site: &Site) -> Reply
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let media_type = request.headers().get(CONTENT_TYPE);
    if !media_type.is_some_and(|value| value.to_str().is_ok_and(http::is_cmp)) {
        let words = "A CMP message has the type application/pkixcmp.";
        return said(StatusCode::UNSUPPORTED_MEDIA_TYPE, words);
    }
    let too_long = || said(StatusCode::PAYLOAD_TOO_LARGE, "The message is too long.");
    let announced = request.body().size_hint().lower();
    if usize::try_from(announced).map_or(true, |length| MAX_MESSAGE < length) {
        return too_long();
    }
    let message = match timeout(
        BODY,
        Limited::new(request.into_body(), MAX_MESSAGE).collect(),
    )
    .await
    {
        Err(_elapsed) => return said(StatusCode::REQUEST_TIMEOUT, "The message did not come."),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return too_long(),
        Ok(Err(_line)) => return said(StatusCode::BAD_REQUEST, "The message is not whole."),
        Ok(Ok(body)) => body.to_bytes().to_vec(),
    };
    let Ok(answer) = site.clerk.answer(message).await else {
        let busy = said(StatusCode::SERVICE_UNAVAILABLE, "Try again in a moment.");
        return with(busy, RETRY_AFTER, "5");
    };
    let pause = u64::try_from(answer.pause_secs).unwrap_or(0);
    sleep(Duration::from_secs(pause.min(MAX_PAUSE_SECS))).await;
    match answer.reply {
        Some(reply) => with(octets(reply, http::MEDIA_TYPE), CACHE_CONTROL, "no-store"),
        None => said(StatusCode::BAD_REQUEST, "This is not a CMP message."),
    }
}

/// What a path and query mean.
#[derive(Debug, Eq, PartialEq)]
enum Found {
    /// A file below the publish folder, and its media type.
    File(PathBuf, &'static str),
    /// A search without an address.
    NoAddress,
    Nothing,
}

/// The media types of RFC 2585 section 4.
const PKIX_CERT: &str = "application/pkix-cert";
const PKIX_CRL: &str = "application/pkix-crl";

fn find(path: &str, query: &str) -> Found {
    let file = |name: &str, media_type| Found::File(PathBuf::from(name), media_type);
    let certificate =
        |name: &str| Found::File(PathBuf::from(CERTIFICATES_FOLDER).join(name), PKIX_CERT);
    let Some(name) = path.strip_prefix('/') else {
        return Found::Nothing;
    };
    match name {
        // There is one list; whose it is stands in it.
        CRL_FILE | "crls/search.cgi" => file(CRL_FILE, PKIX_CRL),
        CA_FILE => file(CA_FILE, PKIX_CERT),
        trust_list::FILE => file(trust_list::FILE, "application/octet-stream"),
        "certificates/search.cgi" => match address(query) {
            Some(address) => certificate(&certificate_file(&address)),
            None => Found::NoAddress,
        },
        _ => {
            let name = name.strip_prefix("certificates/").and_then(unescaped);
            name.filter(|name| is_certificate_file(name))
                .map_or(Found::Nothing, |name| certificate(&name))
        }
    }
}

/// The address that a search asks for (RFC 4387 section 2.2).
fn address(query: &str) -> Option<MailAddress> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == "email")?;
    MailAddress::parse(&unescaped(value)?).ok()
}

/// Whether a name can be that of a user's certificate, and leads nowhere else.
fn is_certificate_file(name: &str) -> bool {
    let is_plain = |octet: u8| octet.is_ascii_graphic() && octet != b'/' && octet != b'\\';
    let address = name.strip_suffix(".cer").unwrap_or_default();
    !address.is_empty() && !address.starts_with('.') && name.bytes().all(is_plain)
}

/// The text with its percent signs resolved (RFC 3986 section 2.1).
fn unescaped(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            let value = digit()? * 16 + digit()?;
            octets.push(u8::try_from(value).ok()?);
        } else {
            octets.push(octet);
        }
    }
    String::from_utf8(octets).ok()
}

/// A file as it is at the moment.
async fn read(path: PathBuf, media_type: &'static str) -> Reply {
    match spawn_blocking(move || fs::read(path)).await {
        Ok(Ok(content)) => octets(content, media_type),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => said(
            StatusCode::NOT_FOUND,
            "There is no such certificate or list.",
        ),
        Ok(Err(error)) => {
            tracing::warn!("the publish folder could not be read: {error}");
            said(StatusCode::INTERNAL_SERVER_ERROR, "It can not be read.")
        }
        Err(fault) => {
            tracing::warn!("{fault}");
            said(StatusCode::INTERNAL_SERVER_ERROR, "It can not be read.")
        }
    }
}

fn octets(content: Vec<u8>, media_type: &'static str) -> Reply {
    with(Reply::new(Full::from(content)), CONTENT_TYPE, media_type)
}

fn said(status: StatusCode, words: &'static str) -> Reply {
    let mut reply = Reply::new(Full::from(format!("{words}\n")));
    *reply.status_mut() = status;
    with(reply, CONTENT_TYPE, "text/plain; charset=utf-8")
}

fn allowed(methods: &'static str) -> Reply {
    let reply = said(StatusCode::METHOD_NOT_ALLOWED, "Ask in another way.");
    with(reply, ALLOW, methods)
}

fn with(mut reply: Reply, name: HeaderName, value: &'static str) -> Reply {
    reply
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_what_is_published_is_found() {
        for path in [
            "/",
            "",
            "/ca.crl/",
            "/../km/km.db",
            "/certificates/../ca.cer",
            "/certificates/%2e%2e%2fca.cer",
            "/certificates/..%5cca.cer",
            "/certificates/.hidden.cer",
            "/certificates/a%2fb.cer",
            "/certificates/a.cer%00",
            "/certificates/a.txt",
            "/certificates/%zz.cer",
            "//etc/passwd",
        ] {
            assert_eq!(find(path, ""), Found::Nothing, "{path}");
        }
    }

    #[test]
    fn a_search_names_the_file_of_its_address() {
        let ada = Found::File("certificates/ada@example.com.cer".into(), PKIX_CERT);
        let search = |query| find("/certificates/search.cgi", query);
        assert_eq!(search("email=ada%40example.com"), ada);
        assert_eq!(search("x=1&email=ADA@Example.COM"), ada);
        assert_eq!(find("/certificates/ada@example.com.cer", ""), ada);
        let plus = Found::File("certificates/a+b@example.com.cer".into(), PKIX_CERT);
        assert_eq!(search("email=a+b%40example.com"), plus);
        for query in ["", "email=", "email=..%2f..%2fetc", "email=%ff@x.example"] {
            assert_eq!(search(query), Found::NoAddress, "{query}");
        }
    }
}
