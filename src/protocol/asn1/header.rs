//! `PKIHeader` (RFC 9810 section 5.1.1) and `InfoTypeAndValue`.

use der::asn1::{Any, GeneralizedTime, Ia5StringRef, OctetString};
use der::{Decode as _, Encode as _, ErrorKind, Sequence, Tag, TagNumber};

use crate::protocol::asn1::raw::{self, RawSequence};
use crate::protocol::message::{Header, InfoItem, InfoKind, Name};
use crate::protocol::read::ReadError;

/// cmp2000 and cmp2021 are spoken; cmp1999 is of another shape.
const VERSIONS: [u8; 2] = [2, 3];

/// Transaction identifiers and nonces, in octets: RFC 9810 section 5.1.1 wants 16; half of it is let
/// pass, and more than four times as much is nobody's.
const RANDOM_OCTETS: std::ops::RangeInclusive<usize> = 8..=64;

/// Key identifiers, in octets: the longest mail address has 254.
const MAX_KID: usize = 256;

/// The header of a message.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct PkiHeader {
    pub(crate) pvno: u8,
    sender: Any,
    recipient: Any,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    message_time: Option<GeneralizedTime>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) protection_alg: Option<RawSequence>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    sender_kid: Option<OctetString>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    recip_kid: Option<OctetString>,
    #[asn1(context_specific = "4", tag_mode = "EXPLICIT", optional = "true")]
    transaction_id: Option<OctetString>,
    #[asn1(context_specific = "5", tag_mode = "EXPLICIT", optional = "true")]
    sender_nonce: Option<OctetString>,
    #[asn1(context_specific = "6", tag_mode = "EXPLICIT", optional = "true")]
    recip_nonce: Option<OctetString>,
    #[asn1(context_specific = "7", tag_mode = "EXPLICIT", optional = "true")]
    free_text: Option<Vec<String>>,
    #[asn1(context_specific = "8", tag_mode = "EXPLICIT", optional = "true")]
    general_info: Option<Vec<InfoTypeAndValue>>,
}

impl PkiHeader {
    /// The type of a value, in this version and with this protectionAlg.
    pub(crate) fn from_value(
        value: &Header,
        pvno: u8,
        protection_alg: Option<RawSequence>,
    ) -> Result<Self, der::Error> {
        let octets = |octets: &Option<Vec<u8>>| -> Result<_, der::Error> {
            octets.as_deref().map(OctetString::new).transpose()
        };
        let text = raw::unless_empty(value.free_text.clone());
        let info = InfoTypeAndValue::from_values(&value.general_info)?;
        Ok(Self {
            pvno,
            sender: general_name(&value.sender)?,
            recipient: general_name(&value.recipient)?,
            message_time: value.time.map(raw::generalized).transpose()?,
            protection_alg,
            sender_kid: octets(&value.sender_kid)?,
            recip_kid: octets(&value.recip_kid)?,
            transaction_id: Some(OctetString::new(value.transaction_id.as_slice())?),
            sender_nonce: Some(OctetString::new(value.sender_nonce.as_slice())?),
            recip_nonce: octets(&value.recip_nonce)?,
            free_text: text,
            general_info: raw::unless_empty(info),
        })
    }

    /// The value it stands for.
    pub(crate) fn into_value(self) -> Result<Header, ReadError> {
        if !VERSIONS.contains(&self.pvno) {
            return Err(ReadError::Version(self.pvno));
        }
        let random = |octets: OctetString| {
            let octets = octets.as_bytes().to_vec();
            let fits = RANDOM_OCTETS.contains(&octets.len());
            fits.then_some(octets).ok_or(ReadError::Nonce)
        };
        let kid = |octets: OctetString| {
            let octets = octets.as_bytes().to_vec();
            let fits = octets.len() <= MAX_KID;
            fits.then_some(octets)
                .ok_or(ReadError::TooMuch("a key identifier is too long"))
        };
        Ok(Header {
            sender: name(&self.sender)?,
            recipient: name(&self.recipient)?,
            time: self.message_time.as_ref().map(raw::moment),
            sender_kid: self.sender_kid.map(kid).transpose()?,
            recip_kid: self.recip_kid.map(kid).transpose()?,
            transaction_id: self.transaction_id.map_or(Err(ReadError::Nonce), random)?,
            sender_nonce: self.sender_nonce.map_or(Err(ReadError::Nonce), random)?,
            recip_nonce: self.recip_nonce.map(random).transpose()?,
            free_text: self.free_text.unwrap_or_default(),
            general_info: InfoTypeAndValue::into_values(self.general_info.unwrap_or_default())?,
        })
    }
}

/// An item of information. The identifier is kept raw: ours has an arc of 128 bits.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct InfoTypeAndValue {
    kind: Any,
    #[asn1(optional = "true")]
    value: Option<Any>,
}

impl InfoTypeAndValue {
    /// The types of values.
    pub(crate) fn from_values(values: &[InfoItem]) -> Result<Vec<Self>, der::Error> {
        let one = |item: &InfoItem| {
            let value = item.value.as_deref().map(Any::from_der).transpose()?;
            let kind = Any::new(Tag::ObjectIdentifier, item.kind.octets())?;
            Ok(Self { kind, value })
        };
        values.iter().map(one).collect()
    }

    /// The values they stand for.
    pub(crate) fn into_values(types: Vec<Self>) -> Result<Vec<InfoItem>, ReadError> {
        let one = |item: Self| {
            Ok(InfoItem {
                kind: InfoKind::from_octets(oid(&item.kind)?.to_vec()),
                value: item.value.map(|value| value.to_der()).transpose()?,
            })
        };
        types.into_iter().map(one).collect()
    }
}

/// The contents octets of an object identifier.
pub(crate) fn oid(any: &Any) -> Result<&[u8], der::Error> {
    any.header().tag().assert_eq(Tag::ObjectIdentifier)?;
    // X.690 section 8.19.2: the last octet of an arc, and so of all, has its top bit clear
    if any.value().last().is_none_or(|last| 0x80 <= *last) {
        return Err(ErrorKind::OidMalformed.into());
    }
    Ok(any.value())
}

/// `GeneralName` of a sender or recipient.
pub(crate) fn general_name(name: &Name) -> Result<Any, der::Error> {
    match name {
        Name::Directory(name) => Any::new(DIRECTORY_NAME, name.as_slice()),
        Name::Empty => Any::new(DIRECTORY_NAME, EMPTY_NAME),
        Name::Mail(address) => Any::new(RFC822_NAME, Ia5StringRef::new(address)?.as_bytes()),
        Name::Other(octets) => Any::from_der(octets),
    }
}

/// The value of a `GeneralName`.
pub(crate) fn name(any: &Any) -> Result<Name, ReadError> {
    let value = any.value();
    let tag = any.header().tag();
    if tag == RFC822_NAME {
        let text = str::from_utf8(value).ok().filter(|text| text.is_ascii());
        let address = text.ok_or_else(|| ReadError::Malformed("a mail address".to_owned()))?;
        return Ok(Name::Mail(address.to_owned()));
    }
    if tag != DIRECTORY_NAME {
        return Ok(Name::Other(any.to_der()?));
    }
    if value == EMPTY_NAME {
        return Ok(Name::Empty);
    }
    Ok(Name::Directory(raw::sequence(value)?.octets()?))
}

/// `rfc822Name [1]` (RFC 5280 section 4.2.1.6).
const RFC822_NAME: Tag = Tag::ContextSpecific {
    constructed: false,
    number: TagNumber(1),
};

/// `directoryName [4]`, EXPLICIT because it is a CHOICE.
const DIRECTORY_NAME: Tag = Tag::ContextSpecific {
    constructed: true,
    number: TagNumber(4),
};

/// A distinguished name without any part.
const EMPTY_NAME: &[u8] = &[0x30, 0];
