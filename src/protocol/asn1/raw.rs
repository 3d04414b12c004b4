//! What all the types use: sequences that are not looked into, algorithms, moments.

use std::time::Duration;

use der::asn1::{Any, GeneralizedTime, Int, ObjectIdentifier, UtcTime};
use der::{
    Choice, Decode as _, DecodeValue, Encode as _, EncodeValue, ErrorKind, FixedTag, Header,
    Length, Reader, Sequence, Tag, Writer,
};

use crate::crypto::strict_der;
use crate::domain::time::UnixTime;
use crate::protocol::read::ReadError;

/// A SEQUENCE whose contents stay as they came: certificates, names, keys, extensions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RawSequence(Vec<u8>);

impl RawSequence {
    /// The whole element.
    pub(crate) fn octets(&self) -> Result<Vec<u8>, der::Error> {
        self.to_der()
    }
}

impl FixedTag for RawSequence {
    const TAG: Tag = Tag::Sequence;
}

impl<'a> DecodeValue<'a> for RawSequence {
    type Error = der::Error;

    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> Result<Self, der::Error> {
        reader.read_vec(header.length()).map(Self)
    }
}

impl EncodeValue for RawSequence {
    fn value_len(&self) -> Result<Length, der::Error> {
        self.0.len().try_into()
    }

    fn encode_value(&self, writer: &mut impl Writer) -> Result<(), der::Error> {
        writer.write(&self.0)
    }
}

/// An algorithm with its parameters (RFC 5280 section 4.1.1.2).
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct AlgorithmIdentifier {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) parameters: Option<Any>,
}

/// A moment in certificates (RFC 5280 section 4.1.2.5).
#[derive(Choice, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Time {
    #[asn1(type = "GeneralizedTime")]
    General(GeneralizedTime),
    #[asn1(type = "UTCTime")]
    Utc(UtcTime),
}

impl Time {
    /// RFC 5280 section 4.1.2.5: `UTCTime` through 2049, `GeneralizedTime` from 2050 on.
    pub(crate) fn from_moment(moment: UnixTime) -> Result<Self, der::Error> {
        if moment.year() < 2050 {
            return Ok(Self::Utc(UtcTime::from_unix_duration(since_1970(moment)?)?));
        }
        generalized(moment).map(Self::General)
    }

    /// The moment.
    pub(crate) fn moment(&self) -> UnixTime {
        seconds(match self {
            Self::General(time) => time.to_unix_duration(),
            Self::Utc(time) => time.to_unix_duration(),
        })
    }
}

/// The `GeneralizedTime` of a moment.
pub(crate) fn generalized(moment: UnixTime) -> Result<GeneralizedTime, der::Error> {
    GeneralizedTime::from_unix_duration(since_1970(moment)?)
}

/// The moment of a `GeneralizedTime`.
pub(crate) fn moment(time: &GeneralizedTime) -> UnixTime {
    seconds(time.to_unix_duration())
}

/// The INTEGER with these contents octets.
pub(crate) fn integer(contents: &[u8]) -> Result<Int, der::Error> {
    if !strict_der::is_shortest_integer(contents) {
        return Err(ErrorKind::Value { tag: Tag::Integer }.into());
    }
    Int::new(contents)
}

/// The DER of one element that must be a SEQUENCE.
pub(crate) fn sequence(octets: &[u8]) -> Result<RawSequence, der::Error> {
    RawSequence::from_der(octets)
}

/// The DER of several such elements.
pub(crate) fn sequences(all: &[Vec<u8>]) -> Result<Vec<RawSequence>, der::Error> {
    all.iter().map(|octets| sequence(octets)).collect()
}

/// A list that is left out when it is empty.
pub(crate) fn unless_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// The whole elements of several sequences.
pub(crate) fn all_octets(all: Option<Vec<RawSequence>>) -> Result<Vec<Vec<u8>>, ReadError> {
    let octets = all.unwrap_or_default();
    Ok(octets
        .iter()
        .map(RawSequence::octets)
        .collect::<Result<_, _>>()?)
}

fn since_1970(moment: UnixTime) -> Result<Duration, der::Error> {
    let seconds = u64::try_from(moment.secs()).map_err(|_before_1970| ErrorKind::DateTime)?;
    Ok(Duration::from_secs(seconds))
}

fn seconds(since_1970: Duration) -> UnixTime {
    UnixTime::from_secs(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
}
