//! The mailbox record as DER. What came later is optional, so that older records read as they are.

use der::asn1::{OctetString, Utf8StringRef};
use der::{Decode as _, Encode as _, Sequence};

use crate::domain::address::MailAddress;
use crate::domain::mailbox::MailboxGuid;
use crate::domain::names::DisplayName;
use crate::domain::secret::{SecretBytes, SecretText};
use crate::domain::state::SecurityState;
use crate::domain::time::UnixTime;
use crate::engine::error::Error;
use crate::engine::record::{Bound, Client, KeyId, Origin, Pending, Record, Temporary};

impl Record {
    /// The octets that are sealed.
    pub(super) fn to_der(&self) -> Result<SecretBytes, Error> {
        let secs = |time: &UnixTime| time.secs();
        let octets = |octets: &[u8]| OctetString::new(octets);
        let der = RecordDer {
            version: VERSION,
            name: self.name.as_str().to_owned(),
            address: self.address.to_string(),
            state: self.state.number(),
            deleted: self.deleted,
            counter: self.counter,
            keys: self
                .keys
                .iter()
                .map(|key| octets(key))
                .collect::<Result<_, _>>()?,
            valid_until: self.valid_until.as_ref().map(secs),
            temporary_key: self.temporary_key.as_ref().map(temporary_der).transpose()?,
            pick_up_until: self.pick_up_until.as_ref().map(secs),
            signing: self.signing.as_deref().map(octets).transpose()?,
            encryption: self.encryption.as_deref().map(octets).transpose()?,
            pending: self.pending.as_ref().map(pending_der).transpose()?,
        };
        Ok(SecretBytes::new(der.to_der()?))
    }

    /// Reads [`Self::to_der`].
    pub(super) fn from_der(guid: MailboxGuid, octets: &[u8]) -> Result<Self, Error> {
        let record = RecordDer::from_der(octets)?;
        let serial = |serial: OctetString| serial.as_bytes().to_vec();
        Ok(Self {
            guid,
            name: DisplayName::parse(&record.name).map_err(|_name| BAD)?,
            address: MailAddress::parse(&record.address).map_err(|_address| BAD)?,
            state: SecurityState::from_number(record.state).ok_or(BAD)?,
            deleted: record.deleted,
            valid_until: record.valid_until.map(UnixTime::from_secs),
            keys: record.keys.iter().map(key_id).collect::<Result<_, _>>()?,
            signing: record.signing.map(serial),
            encryption: record.encryption.map(serial),
            pending: record.pending.map(pending).transpose()?,
            temporary_key: record.temporary_key.map(temporary).transpose()?,
            pick_up_until: record.pick_up_until.map(UnixTime::from_secs),
            counter: record.counter,
            was_old: record.version < VERSION,
        })
    }
}

/// The second, since records know the user's program and its certificates.
const VERSION: u8 = 2;

const BAD: Error = Error::Tampered("a mailbox record can not be read");

fn key_id(octets: &OctetString) -> Result<KeyId, Error> {
    octets.as_bytes().try_into().map_err(|_length| BAD)
}

fn client_der(client: &Client) -> Result<ClientDer, Error> {
    Ok(ClientDer {
        signing: OctetString::new(client.signing)?,
        transport: client.transport.map(OctetString::new).transpose()?,
    })
}

fn client(der: &ClientDer) -> Result<Client, Error> {
    Ok(Client {
        signing: key_id(&der.signing)?,
        transport: der.transport.as_ref().map(key_id).transpose()?,
    })
}

fn temporary_der(temporary: &Temporary) -> Result<TemporaryDer<'_>, Error> {
    let bound = |bound: &Bound| {
        Ok::<_, Error>(BoundDer {
            client: client_der(&bound.client)?,
            at: bound.at.secs(),
        })
    };
    Ok(TemporaryDer {
        key: Utf8StringRef::new(temporary.key.expose())?,
        expires: temporary.expires.secs(),
        wrong_tries: temporary.wrong_tries,
        bound: temporary.bound.as_ref().map(bound).transpose()?,
        other_tries: (temporary.other_tries != 0).then_some(temporary.other_tries),
        mail: temporary.mail.clone(),
    })
}

fn temporary(der: TemporaryDer<'_>) -> Result<Temporary, Error> {
    let bound = |bound: BoundDer| {
        Ok::<_, Error>(Bound {
            client: client(&bound.client)?,
            at: UnixTime::from_secs(bound.at),
        })
    };
    Ok(Temporary {
        key: SecretText::new(der.key.as_str().to_owned()),
        expires: UnixTime::from_secs(der.expires),
        wrong_tries: der.wrong_tries,
        bound: der.bound.map(bound).transpose()?,
        other_tries: der.other_tries.unwrap_or(0),
        mail: der.mail,
    })
}

fn pending_der(pending: &Pending) -> Result<PendingDer, Error> {
    let octets = |octets: &Vec<u8>| OctetString::new(octets.as_slice());
    Ok(PendingDer {
        from: match pending.from {
            Origin::SetUp => 0,
            Origin::Recovery => 1,
            Origin::Renewal => 2,
            Origin::Completion => 3,
        },
        client: client_der(&pending.client)?,
        refused: pending.refused,
        signing: pending.signing.as_ref().map(octets).transpose()?,
        encryption: pending.encryption.as_ref().map(octets).transpose()?,
        key: pending.key.map(OctetString::new).transpose()?,
    })
}

fn pending(der: PendingDer) -> Result<Pending, Error> {
    let serial = |serial: OctetString| serial.as_bytes().to_vec();
    Ok(Pending {
        from: match der.from {
            0 => Origin::SetUp,
            1 => Origin::Recovery,
            2 => Origin::Renewal,
            3 => Origin::Completion,
            _unknown => return Err(BAD),
        },
        client: client(&der.client)?,
        refused: der.refused,
        signing: der.signing.map(serial),
        encryption: der.encryption.map(serial),
        key: der.key.as_ref().map(key_id).transpose()?,
    })
}

#[derive(Sequence)]
struct RecordDer<'a> {
    version: u8,
    name: String,
    address: String,
    state: u8,
    deleted: bool,
    counter: u64,
    keys: Vec<OctetString>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    valid_until: Option<i64>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    temporary_key: Option<TemporaryDer<'a>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    pick_up_until: Option<i64>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    signing: Option<OctetString>,
    #[asn1(context_specific = "4", tag_mode = "EXPLICIT", optional = "true")]
    encryption: Option<OctetString>,
    #[asn1(context_specific = "5", tag_mode = "EXPLICIT", optional = "true")]
    pending: Option<PendingDer>,
}

#[derive(Sequence)]
struct TemporaryDer<'a> {
    key: Utf8StringRef<'a>,
    expires: i64,
    wrong_tries: u32,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    bound: Option<BoundDer>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    other_tries: Option<u32>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    mail: Option<String>,
}

#[derive(Sequence)]
struct BoundDer {
    client: ClientDer,
    at: i64,
}

#[derive(Sequence)]
struct ClientDer {
    signing: OctetString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    transport: Option<OctetString>,
}

#[derive(Sequence)]
struct PendingDer {
    from: u8,
    client: ClientDer,
    refused: u32,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    signing: Option<OctetString>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    encryption: Option<OctetString>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    key: Option<OctetString>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::store::test_folder::person;

    fn record() -> Record {
        let guid = MailboxGuid::from_bytes([7; 16]);
        Record::new(guid, &person("Ada", "ada@example.com"))
    }

    /// What a program of before wrote: the same, without what came later.
    #[derive(Sequence)]
    struct OldRecordDer {
        version: u8,
        name: String,
        address: String,
        state: u8,
        deleted: bool,
        counter: u64,
        keys: Vec<OctetString>,
        #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
        temporary_key: Option<OldTemporaryDer>,
    }

    #[derive(Sequence)]
    struct OldTemporaryDer {
        key: String,
        expires: i64,
        wrong_tries: u32,
    }

    #[test]
    fn a_record_of_before_reads_with_nothing_bound_and_nothing_pending() {
        let old = OldRecordDer {
            version: 1,
            name: "Ada".to_owned(),
            address: "ada@example.com".to_owned(),
            state: 1,
            deleted: false,
            counter: 5,
            keys: Vec::new(),
            temporary_key: Some(OldTemporaryDer {
                key: "K7QM".to_owned(),
                expires: 9,
                wrong_tries: 3,
            }),
        };
        let read = Record::from_der(record().guid, &old.to_der().unwrap()).unwrap();
        let temporary = read.temporary_key.as_ref().unwrap();
        assert_eq!((temporary.wrong_tries, temporary.other_tries), (3, 0));
        assert!(temporary.bound.is_none() && read.pending.is_none() && read.signing.is_none());
    }

    #[test]
    fn everything_in_a_record_reads_back() {
        let client = Client {
            signing: [1; 32],
            transport: Some([2; 32]),
        };
        let mut full = record();
        full.signing = Some(vec![1, 2]);
        full.encryption = Some(vec![3]);
        full.temporary_key = Some(Temporary {
            key: SecretText::new("K7QM".to_owned()),
            expires: UnixTime::from_secs(9),
            wrong_tries: 3,
            bound: Some(Bound {
                client: client.clone(),
                at: UnixTime::from_secs(4),
            }),
            other_tries: 2,
            mail: Some("1.2.kmadmin".to_owned()),
        });
        for from in [
            Origin::SetUp,
            Origin::Recovery,
            Origin::Renewal,
            Origin::Completion,
        ] {
            full.pending = Some(Pending {
                from,
                client: client.clone(),
                signing: Some(vec![9]),
                encryption: None,
                key: Some([3; 32]),
                refused: 1,
            });
            let octets = full.to_der().unwrap();
            let read = Record::from_der(full.guid, octets.expose()).unwrap();
            assert_eq!(read.pending, full.pending);
            assert_eq!(
                (&read.signing, &read.encryption),
                (&full.signing, &full.encryption)
            );
            let (before, after) = (full.temporary_key.as_ref(), read.temporary_key.as_ref());
            assert_eq!(
                after.map(|key| (&key.bound, key.other_tries, &key.mail)),
                before.map(|key| (&key.bound, key.other_tries, &key.mail))
            );
        }
    }
}
