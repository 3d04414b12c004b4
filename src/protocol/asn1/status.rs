//! `PKIStatusInfo` (RFC 9810 section 5.2.3).

use der::Sequence;
use der::asn1::BitString;

use crate::protocol::message::{Failure, PkiStatus, Status};
use crate::protocol::read::ReadError;

/// A status with its reasons.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct PkiStatusInfo {
    status: u8,
    #[asn1(optional = "true")]
    status_string: Option<Vec<String>>,
    #[asn1(optional = "true")]
    fail_info: Option<BitString>,
}

impl PkiStatusInfo {
    /// The type of a value.
    pub(crate) fn from_value(value: &Status) -> Result<Self, der::Error> {
        let place = PkiStatus::ALL.iter().position(|one| *one == value.status);
        Ok(Self {
            status: place
                .and_then(|at| u8::try_from(at).ok())
                .unwrap_or_default(),
            status_string: super::raw::unless_empty(value.text.clone()),
            fail_info: bit_string(value.failure)?,
        })
    }

    /// The value it stands for.
    pub(crate) fn into_value(self) -> Result<Status, ReadError> {
        let status = PkiStatus::ALL.get(usize::from(self.status));
        Ok(Status {
            status: *status.ok_or(ReadError::Unsupported("a status"))?,
            text: self.status_string.unwrap_or_default(),
            failure: self.fail_info.as_ref().map(failure).unwrap_or_default(),
        })
    }
}

/// A named bit list: DER cuts its trailing zeros (X.690 section 11.2.2).
fn bit_string(failure: Failure) -> Result<Option<BitString>, der::Error> {
    if failure == Failure::NONE {
        return Ok(None);
    }
    // bit 0 of the standard is the first, the highest one of the first octet
    let mirrored = failure.bits().reverse_bits();
    let unused = mirrored.trailing_zeros();
    let octets = mirrored.to_be_bytes();
    let used = octets
        .len()
        .saturating_sub(usize::try_from(unused / 8).unwrap_or_default());
    let rest = u8::try_from(unused % 8).unwrap_or_default();
    BitString::new(rest, octets.get(..used).unwrap_or_default()).map(Some)
}

/// The first 32 bits, more than the standard names.
fn failure(bits: &BitString) -> Failure {
    let set = bits
        .bits()
        .zip(0_u32..32)
        .filter(|(is_set, _place)| *is_set);
    Failure::from_bits(set.fold(0, |sum, (_, place)| sum | 1 << place))
}
