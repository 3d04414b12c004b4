//! Says of a message how each thing stands: its signatures, its sender, its encryption.

use crate::client::message::layers::{Layer, Sealing, Seals, Unwrapped};
use crate::client::message::signer::{self, Author};
use crate::client::message::trust::Trust;
use crate::client::message::verdict::{Line, Mark, Verdict};
use crate::crypto::smime::signed::{SignatureVerdict, Signer};
use crate::domain::time::UnixTime;
use crate::mail::message::AuthorError;

/// A judged message.
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    /// Who wrote it, as far as a signature says so.
    pub(super) author: Option<Author>,
}

/// Judges the layers of a message whose header says this of its senders.
pub(super) fn judge(
    unwrapped: &Unwrapped,
    senders: &Senders<'_>,
    trust: &Trust,
    now: UnixTime,
) -> Judged {
    let layers = &unwrapped.layers;
    let is_signed = |layer: &Layer| matches!(layer, Layer::Signed(_) | Layer::Unreadable(_));
    let is_encrypted = |layer: &Layer| matches!(layer, Layer::Opened(_) | Layer::Closed(_));
    let (signed, encrypted) = (
        layers.iter().any(is_signed),
        layers.iter().any(is_encrypted),
    );
    let mut lines = Vec::new();
    let author = signatures(layers, senders, trust, now, &mut lines);
    if !signed {
        lines.push(Line::new(
            "Signature",
            Mark::None,
            "The message is not signed.",
        ));
    }
    lines.extend(beside(unwrapped));
    encryption(layers, &mut lines);
    if !encrypted {
        lines.push(Line::new(
            "Encryption",
            Mark::None,
            "The message is not encrypted.",
        ));
    }
    Judged {
        verdict: Verdict::of(lines, encrypted, signed),
        author,
    }
}

/// Who a message says it is from.
pub(super) struct Senders<'a> {
    /// The one author, or why there is none.
    pub(super) author: Result<&'a str, AuthorError>,
    /// Every author.
    pub(super) all: Vec<&'a str>,
    /// Who sent it on behalf of the author.
    pub(super) sender: Option<&'a str>,
}

/// The innermost signature is the author's; those further out, of mailing lists and gateways, must
/// be right as well.
fn signatures(
    layers: &[Layer],
    senders: &Senders<'_>,
    trust: &Trust,
    now: UnixTime,
    lines: &mut Vec<Line>,
) -> Option<Author> {
    let mut author = None;
    let mut is_innermost = true;
    for layer in layers.iter().rev() {
        match layer {
            Layer::Closed(_) | Layer::Opened(_) => (),
            Layer::Unreadable(words) => {
                lines.push(Line::new("Signature", Mark::Bad, words.clone()));
                is_innermost = false;
            }
            Layer::Signed(seals) => {
                let main = main_signer(seals, senders);
                for (place, signer) in seals.signers.iter().enumerate() {
                    let is_author = is_innermost && place == main;
                    let found = signer::judge(
                        signer,
                        &seals.certificates,
                        is_author.then_some(senders),
                        trust,
                        now,
                        lines,
                    );
                    if is_author {
                        author = found;
                    }
                }
                is_innermost = false;
            }
        }
    }
    author
}

/// Which of several signers is taken for the author: one whose signature is good, and rather one
/// who has the sender's address.
fn main_signer(seals: &Seals, senders: &Senders<'_>) -> usize {
    let rank = |signer: &Signer| {
        let is_good = signer.signature == SignatureVerdict::Good;
        let certificate = signer::certificate(signer);
        let is_sender = senders.author.is_ok_and(|author| {
            certificate.is_some_and(|certificate| signer::certifies(&certificate, author))
        });
        (is_good, is_sender)
    };
    let signers = seals.signers.iter().enumerate();
    let best = signers.rev().max_by_key(|(_place, signer)| rank(signer));
    best.map_or(0, |(place, _signer)| place)
}

/// What stands beside a layer.
fn beside(unwrapped: &Unwrapped) -> Option<Line> {
    if unwrapped.outside.is_blank() || unwrapped.layers.is_empty() {
        return None;
    }
    Some(if unwrapped.is_outside_signed {
        let words = "A part of the message is not encrypted. It is shown apart.";
        Line::new("Other parts", Mark::Warning, words)
    } else {
        let words = "Something was added to the message that is neither covered by its signature \
            nor encrypted. It is shown apart.";
        Line::new("Other parts", Mark::Bad, words)
    })
}

/// A signature within the encryption shows changes that the cipher does not show.
fn encryption(layers: &[Layer], lines: &mut Vec<Line>) {
    let mut is_signed_within = false;
    let mut found = Vec::new();
    for layer in layers.iter().rev() {
        match layer {
            Layer::Closed(words) => found.push(Line::new("Encryption", Mark::Bad, words.clone())),
            Layer::Opened(sealing) => found.push(opened(sealing, is_signed_within)),
            Layer::Signed(_) => is_signed_within = true,
            Layer::Unreadable(_) => (),
        }
    }
    found.reverse();
    lines.extend(found);
}

fn opened(sealing: &Sealing, is_signed_within: bool) -> Line {
    let Sealing {
        cipher,
        authenticated,
        by_older_key,
    } = *sealing;
    let key = if by_older_key {
        " It was opened with an older key of yours."
    } else {
        ""
    };
    let is_weak = !cipher.starts_with("AES");
    let (mark, words) = match (is_weak, authenticated, is_signed_within) {
        (true, _, _) => (Mark::Warning, "which is old and weak"),
        (false, true, _) => (Mark::Good, "which shows every change"),
        (false, false, true) => (Mark::Good, "and the signature within shows every change"),
        (false, false, false) => (
            Mark::Warning,
            "which does not show whether the message was changed on its way",
        ),
    };
    let words = format!("The message was encrypted with {cipher}, {words}.{key}");
    Line::new("Encryption", mark, words)
}
