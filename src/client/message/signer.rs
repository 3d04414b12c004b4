//! Judges one signature: is it right, who made it, is he the sender, who vouches for him, since when
//! and how long.

use crate::client::message::judge::Senders;
use crate::client::message::trust::Trust;
use crate::client::message::verdict::{Line, Mark};
use crate::crypto::certificate::Certificate;
use crate::crypto::crl::CrlReason;
use crate::crypto::path::{Chain, Dates, PathVerdict, Purpose, Revocation, Usage};
use crate::crypto::smime::capabilities::Capabilities;
use crate::crypto::smime::signed::{SignatureVerdict, Signer};
use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;
use crate::mail::message::AuthorError;

/// Who made a signature that is right.
pub(super) struct Author {
    pub(super) certificate: Certificate,
    pub(super) encryption: Option<Certificate>,
    pub(super) capabilities: Capabilities,
    /// The address in the certificate that the message is from, if nothing speaks against the signer.
    pub(super) known_as: Option<MailAddress>,
}

/// Judges a signature, as the author's where `senders` are given; the lines go to `lines`.
pub(super) fn judge(
    signer: &Signer,
    others: &[Certificate],
    senders: Option<&Senders<'_>>,
    trust: &Trust,
    now: UnixTime,
    lines: &mut Vec<Line>,
) -> Option<Author> {
    let mut found = vec![signature(signer)];
    let certificate = certificate(signer);
    let is_good = signer.signature == SignatureVerdict::Good;
    if let Some(certificate) = &certificate {
        let mark = if is_good { Mark::Good } else { Mark::None };
        found.push(Line::new("Signed by", mark, who(certificate)));
    }
    let author = certificate
        .filter(|_certificate| is_good)
        .map(|certificate| {
            let case = Case {
                signer,
                verdict: trust.judge(&certificate, others, now, Purpose::Sign),
                at_signing: signer
                    .signed_at
                    .map(|at| trust.judge(&certificate, others, at, Purpose::Sign).dates),
                dated: senders.and_then(|senders| senders.date),
                trust,
                now,
            };
            found.extend(senders.map(|senders| sender(&certificate, senders)));
            found.push(case.trusted_by());
            found.extend(case.usage());
            found.push(case.in_date());
            found.push(case.revoked());
            let encryption = signer.encryption_certificate.as_deref();
            let is_bad = found.iter().any(|line| line.mark == Mark::Bad);
            let author = senders.and_then(|senders| senders.author.ok());
            let author = author.and_then(|author| MailAddress::parse(author).ok());
            Author {
                encryption: encryption.and_then(|der| Certificate::from_der(der).ok()),
                capabilities: signer.capabilities.clone(),
                known_as: author.filter(|author| !is_bad && certificate.certifies(author)),
                certificate,
            }
        });
    lines.extend(found);
    author
}

/// The certificate that a signature names.
pub(super) fn certificate(signer: &Signer) -> Option<Certificate> {
    Certificate::from_der(signer.certificate.as_deref()?).ok()
}

/// Whether a certificate is for an address, as a message has it.
pub(super) fn certifies(certificate: &Certificate, address: &str) -> bool {
    MailAddress::parse(address).is_ok_and(|address| certificate.certifies(&address))
}

fn signature(signer: &Signer) -> Line {
    let (mark, words) = match &signer.signature {
        SignatureVerdict::Good => (
            Mark::Good,
            format!(
                "The message was not changed since it was signed ({}).",
                signer.algorithm
            ),
        ),
        SignatureVerdict::Bad => (
            Mark::Bad,
            "The message was changed after it was signed, or its signature was.".to_owned(),
        ),
        SignatureVerdict::NoCertificate => (
            Mark::Bad,
            "The signature can not be verified: the certificate of the signer is missing."
                .to_owned(),
        ),
        SignatureVerdict::Unsupported(what) => (
            Mark::Bad,
            format!("The signature can not be verified: {what} is not supported."),
        ),
        SignatureVerdict::Weak(what) => (
            Mark::Bad,
            format!("The signature proves nothing: {what} is so weak that anybody can forge it."),
        ),
    };
    Line::new("Signature", mark, words)
}

/// The name and addresses in a certificate.
fn who(certificate: &Certificate) -> String {
    let name = certificate.common_name();
    let name = name.unwrap_or_else(|| certificate.subject().to_owned());
    let addresses = certificate.addresses();
    if addresses.is_empty() {
        return name;
    }
    format!("{name} <{}>", addresses.join(", "))
}

/// Is the signer who the message is from (RFC 8550 section 3)?
fn sender(certificate: &Certificate, senders: &Senders<'_>) -> Line {
    let question = "Sender";
    let line = |mark, words: String| Line::new(question, mark, words);
    let is_signer = |address: &&str| certifies(certificate, address);
    match senders.author {
        Ok(author) if is_signer(&author) => match other_address_in(senders.name, author) {
            None => line(
                Mark::Good,
                format!("The message is from {author}, whom the certificate names."),
            ),
            Some(other) => line(
                Mark::Warning,
                format!(
                    "The message is from {author}, though the name beside it looks like another \
                     address: {other}."
                ),
            ),
        },
        Ok(author) => match senders.sender.filter(is_signer) {
            Some(sender) => line(
                Mark::Warning,
                format!("The message was signed by {sender}, who sent it on behalf of {author}."),
            ),
            None => line(Mark::Bad, other_address(certificate, author)),
        },
        Err(AuthorError::Absent) => line(
            Mark::Warning,
            "The message does not say who it is from; only the signature does.".to_owned(),
        ),
        Err(AuthorError::SeveralAuthors) if senders.all.iter().any(is_signer) => line(
            Mark::Warning,
            "The message is from several people, of whom one has signed it.".to_owned(),
        ),
        Err(AuthorError::SeveralAuthors) => line(
            Mark::Bad,
            "The message is from several people, and none of them has signed it.".to_owned(),
        ),
        Err(AuthorError::SeveralFields) => line(
            Mark::Bad,
            "The message says more than once who it is from, so nobody can tell.".to_owned(),
        ),
    }
}

/// What looks like an address in the name of somebody who has another one.
fn other_address_in<'a>(name: &'a str, author: &str) -> Option<&'a str> {
    let author = MailAddress::parse(author).ok()?.key();
    let is_edge = |character: char| character.is_whitespace() || "<>()[]\"',;:".contains(character);
    name.split(is_edge).find(|word| {
        let is_at = |character: char| AT_SIGNS.contains(&character);
        let is_inside = !word.starts_with(is_at) && !word.ends_with(is_at);
        let is_authors = MailAddress::parse(word).is_ok_and(|own| own.key() == author);
        word.contains(is_at) && is_inside && !is_authors
    })
}

/// What a person reads as an at sign: COMMERCIAL AT, small and full-width.
const AT_SIGNS: &[char] = &['@', '\u{fe6b}', '\u{ff20}'];

fn other_address(certificate: &Certificate, author: &str) -> String {
    let addresses = certificate.addresses();
    if addresses.is_empty() {
        return format!(
            "The message is from {author}, and the certificate of the signer names no address."
        );
    }
    format!(
        "The message is from {author}, and was signed by somebody else: {}.",
        addresses.join(", ")
    )
}

/// What the lines about a certificate are made from.
struct Case<'a> {
    signer: &'a Signer,
    /// At this moment.
    verdict: PathVerdict,
    /// The dates at the moment of signing, as far as that is claimed.
    at_signing: Option<Dates>,
    /// What the message, which nothing protects there, says of its own date.
    dated: Option<UnixTime>,
    trust: &'a Trust,
    now: UnixTime,
}

impl Case<'_> {
    fn trusted_by(&self) -> Line {
        let (mark, words) = match &self.verdict.chain {
            Chain::Trusted { anchor } => (
                Mark::Good,
                format!("{anchor}, {}", self.trust.source(&self.verdict)),
            ),
            Chain::Untrusted(fault) => {
                let doubt = self.trust.doubt.as_deref().unwrap_or_default();
                let words = format!("Nobody you trust vouches for the signer: {fault}. {doubt}");
                (Mark::Bad, words.trim_end().to_owned())
            }
        };
        Line::new("Trusted by", mark, words)
    }

    fn usage(&self) -> Option<Line> {
        match &self.verdict.usage {
            Usage::Fit => None,
            Usage::Unfit(fault) => {
                let words = format!("The certificate is not for signing messages: {fault}.");
                Some(Line::new("Permitted", Mark::Bad, words))
            }
        }
    }

    /// Now, and when it was signed, which the signer claims and nobody proves.
    fn in_date(&self) -> Line {
        let then = match (&self.at_signing, self.signer.signed_at) {
            (Some(dates), Some(at)) => Some((dates, at)),
            (Some(_), None) | (None, _) => None,
        };
        let (mark, words) = match (&self.verdict.dates, then) {
            (Dates::InDate, Some((_, at))) if self.now.plus_days(1) < at => (
                Mark::Warning,
                format!(
                    "The message says it was signed in the future, on {}.",
                    at.day()
                ),
            ),
            (Dates::InDate, Some((Dates::InDate, at))) if self.is_dated_otherwise(at) => (
                Mark::Warning,
                format!(
                    "The message has another date than its signature, which says {}: it may be an \
                     older message that somebody sent again.",
                    at.rfc3339()
                ),
            ),
            (Dates::InDate, Some((Dates::InDate, at))) => (
                Mark::Good,
                format!(
                    "In date now, and on {}, when the message says it was signed.",
                    at.day()
                ),
            ),
            (Dates::InDate, None) => (
                Mark::Good,
                "In date now; the message does not say when it was signed.".to_owned(),
            ),
            (Dates::Expired(subject, end), Some((Dates::InDate, at))) => (
                Mark::Warning,
                format!(
                    "A Signature has expired error. The certificate of {subject} expired on {}; \
                     the message says it was signed before, on {}.",
                    end.day(),
                    at.day()
                ),
            ),
            (Dates::Expired(subject, end), None) => (
                Mark::Bad,
                format!(
                    "A Signature has expired error. The certificate of {subject} expired on {}, \
                     and the message does not say when it was signed.",
                    end.day()
                ),
            ),
            (_, Some((Dates::Expired(subject, end), at))) => (
                Mark::Bad,
                format!(
                    "A Signature has expired error. The certificate of {subject} expired on {}, \
                     before the message was signed on {}.",
                    end.day(),
                    at.day()
                ),
            ),
            (Dates::NotYetValid(subject, start), _)
            | (_, Some((Dates::NotYetValid(subject, start), _))) => (
                Mark::Bad,
                format!(
                    "The message was signed before the certificate of {subject} became valid on \
                     {}.",
                    start.day()
                ),
            ),
        };
        Line::new("In date", mark, words)
    }

    fn is_dated_otherwise(&self, signed: UnixTime) -> bool {
        self.dated
            .is_some_and(|dated| MAX_APART < dated.secs_since(signed).abs())
    }

    fn revoked(&self) -> Line {
        let (mark, words) = match &self.verdict.revocation {
            // A list says something of those only whom its issuer may speak for.
            _ if matches!(self.verdict.chain, Chain::Untrusted(_)) => (
                Mark::Warning,
                "Not known, because nobody you trust vouches for the signer.".to_owned(),
            ),
            Revocation::Good if self.trust.is_crl_old && self.trust.is_own(&self.verdict) => (
                Mark::Warning,
                format!("{NO_LIST} The list at hand, which does not name the signer, is old."),
            ),
            Revocation::Good => (Mark::Good, "Not revoked.".to_owned()),
            Revocation::Unknown(doubt) => (Mark::Warning, format!("{NO_LIST} In short: {doubt}.")),
            Revocation::Revoked {
                subject,
                at,
                reason,
                invalidity,
            } => self.revoked_at(
                subject,
                invalidity.map_or(*at, |since| since.min(*at)),
                *reason,
            ),
        };
        Line::new("Revoked", mark, words)
    }

    /// A signature of before counts for something unless somebody else may have the key: he could
    /// claim any moment.
    fn revoked_at(&self, subject: &str, at: UnixTime, reason: CrlReason) -> (Mark, String) {
        let is_harmless = match reason {
            CrlReason::AffiliationChanged
            | CrlReason::CessationOfOperation
            | CrlReason::Superseded => true,
            CrlReason::AaCompromise
            | CrlReason::CaCompromise
            | CrlReason::CertificateHold
            | CrlReason::KeyCompromise
            | CrlReason::PrivilegeWithdrawn
            | CrlReason::Unspecified => false,
        };
        let reason = reason.words();
        match self.signer.signed_at {
            Some(signed) if signed < at && is_harmless => (
                Mark::Warning,
                format!(
                    "The certificate of {subject} was revoked on {} ({reason}). The message says \
                     it was signed before, on {}; nothing proves it.",
                    at.day(),
                    signed.day()
                ),
            ),
            Some(_) | None => (
                Mark::Bad,
                format!(
                    "The certificate of {subject} was revoked on {} ({reason}): the signature can \
                     not be relied upon.",
                    at.day()
                ),
            ),
        }
    }
}

/// How far date and signature may be apart, in seconds: a message is dated when it is sent, and signed
/// then. One hour, as in Thunderbird.
const MAX_APART: i64 = 60 * 60;

/// The words for a revocation list that is not to be had, as they always were (Q146464).
pub(super) const NO_LIST: &str = "Unable to obtain a valid certificate revocation list. Digital \
    signatures cannot be trusted at this time.";
