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
    if unwrapped.claims_signature {
        let words = "The message says that it is signed, but not in a way that is known here.";
        lines.push(Line::new("Signature", Mark::Warning, words));
    } else if !signed {
        let words = "The message is not signed.";
        lines.push(Line::new("Signature", Mark::None, words));
    }
    lines.extend(signed_around(layers));
    lines.extend(beside(unwrapped, senders));
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
    /// The name beside the one author's address; he can have written anything there.
    pub(super) name: &'a str,
    /// Every author.
    pub(super) all: Vec<&'a str>,
    /// Who sent it on behalf of the author.
    pub(super) sender: Option<&'a str>,
    /// When it was written.
    pub(super) date: Option<UnixTime>,
}

/// The place of the author's signature: the innermost by whom the message is from, since what is
/// further out may be of a mailing list, and what is further in may be passed on; where there is none,
/// the innermost.
fn author_layer(layers: &[Layer], senders: &Senders<'_>) -> Option<usize> {
    let by_author = layers.iter().rposition(|layer| {
        let seals = layer.seals();
        let main = seals.and_then(|seals| seals.signers.get(main_signer(seals, senders)));
        main.is_some_and(|signer| is_by_author(signer, senders))
    });
    by_author.or_else(|| layers.iter().rposition(|layer| layer.seals().is_some()))
}

/// Every signature must be right, not the author's alone.
fn signatures(
    layers: &[Layer],
    senders: &Senders<'_>,
    trust: &Trust,
    now: UnixTime,
    lines: &mut Vec<Line>,
) -> Option<Author> {
    let of_author = author_layer(layers, senders);
    let mut author = None;
    if let Some(seals) = of_author.and_then(|place| layers.get(place)?.seals()) {
        let main = main_signer(seals, senders);
        for (place, signer) in seals.signers.iter().enumerate() {
            let senders = (place == main).then_some(senders);
            let found = signer::judge(signer, &seals.certificates, senders, trust, now, lines);
            if place == main {
                author = found;
            }
        }
    }
    for (place, layer) in layers.iter().enumerate().rev() {
        match layer {
            Layer::Closed(_) | Layer::Opened(_) => (),
            Layer::Unreadable(words) => {
                lines.push(Line::new("Signature", Mark::Bad, words.clone()));
            }
            Layer::Signed(_) if of_author == Some(place) => (),
            Layer::Signed(seals) => {
                for signer in &seals.signers {
                    signer::judge(signer, &seals.certificates, None, trust, now, lines);
                }
            }
        }
    }
    author
}

/// Whether a signature is right and by whom the message is from.
fn is_by_author(signer: &Signer, senders: &Senders<'_>) -> bool {
    let certificate = signer::certificate(signer);
    signer.signature == SignatureVerdict::Good
        && senders.author.is_ok_and(|author| {
            certificate.is_some_and(|certificate| signer::certifies(&certificate, author))
        })
}

/// Which of several signers is taken for the author: one whose signature is good, and rather one
/// who has the sender's address.
fn main_signer(seals: &Seals, senders: &Senders<'_>) -> usize {
    let rank = |signer: &Signer| {
        let is_good = signer.signature == SignatureVerdict::Good;
        (is_by_author(signer, senders), is_good)
    };
    let signers = seals.signers.iter().enumerate();
    let best = signers.rev().max_by_key(|(_place, signer)| rank(signer));
    best.map_or(0, |(place, _signer)| place)
}

/// A signature around an encryption says less than one within (RFC 2634 section 1.1): whoever took
/// the message on its way can have taken off another signature, and put on his own.
fn signed_around(layers: &[Layer]) -> Option<Line> {
    let innermost = layers.iter().rposition(|layer| layer.seals().is_some())?;
    let mut within = layers.iter().skip(innermost);
    within
        .any(|layer| matches!(layer, Layer::Opened(_)))
        .then(|| {
            let words = "The message was encrypted first and signed then: the signer need not know \
                what it says.";
            Line::new("Order", Mark::Warning, words)
        })
}

/// What stands beside a layer, which the author has signed only if his signature is further out.
fn beside(unwrapped: &Unwrapped, senders: &Senders<'_>) -> Option<Line> {
    if unwrapped.outside.is_blank() || unwrapped.layers.is_empty() {
        return None;
    }
    let around = unwrapped.layers.iter().take(unwrapped.around_outside);
    let mut signers = around
        .filter_map(Layer::seals)
        .flat_map(|seals| &seals.signers);
    Some(if signers.any(|signer| is_by_author(signer, senders)) {
        let words = "A part of the message is signed and stands outside what is protected twice. It \
            is shown apart.";
        Line::new("Other parts", Mark::Warning, words)
    } else {
        let words = "Something was added to the message that is neither covered by its author's \
            signature nor encrypted. It is shown apart.";
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
