//! Whoever has files, keys and passwords, and opens with them whatever opens, over and over, until
//! nothing more comes out. Knows every form that is written, and every way in that exists.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU8;
use std::path::Path;

use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode as _, Encode as _, Sequence};
use kmadmin::crypto::envelope::{self, Opener};
use kmadmin::crypto::kdf;
use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::crypto::sharing::{Share, combine};
use kmadmin::domain::credential::Credential;
use kmadmin::domain::guard::Guard;
use kmadmin::domain::secret::{Key, SecretBytes};
use kmadmin::engine::manifest::{Manifest, Seat};
use kmadmin::engine::seats::roster;
use rusqlite::types::Value;

use crate::thief::Thief;

/// A sealed object, by file, table and the columns in clear around it.
pub type Place = (usize, String);

/// A share: its number and its octets.
type Point = (u8, [u8; 32]);

/// What was found so far.
#[derive(Default)]
pub struct Burglar {
    files: usize,
    sealed: BTreeMap<Place, Vec<u8>>,
    keys: BTreeSet<[u8; 32]>,
    private: BTreeMap<Vec<u8>, PrivateKey>,
    /// What a share is of, as its label says, and the share.
    shares: BTreeSet<(Vec<u8>, Point)>,
    /// What shares give when they are combined: mostly nothing.
    candidates: BTreeSet<[u8; 32]>,
    none: BTreeSet<[u8; 32]>,
    pub opened: BTreeSet<Place>,
}

impl Burglar {
    /// Takes a file of which only the startup password is known.
    pub fn take_without_passwords(&mut self, file: &Path, startup: &str) {
        self.take(file, startup, &[]);
    }

    /// Takes a file, with the keys that these passwords and the startup password give in it.
    pub fn take(&mut self, file: &Path, startup: &str, passwords: &[Credential]) {
        let thief = Thief::at(file);
        for table in thief.tables() {
            for row in thief.keep(&table).into_rows() {
                self.take_row(&table, &row);
            }
        }
        self.files += 1;
        self.keys
            .insert(*thief.server_keys(startup).server.expose());
        let seats: Vec<Seat> = thief
            .store()
            .read(|reader| {
                Ok::<_, kmadmin::engine::error::Error>(
                    roster(reader, &Manifest::newest(reader)?)?.0,
                )
            })
            .unwrap();
        for seat in &seats {
            for credential in passwords {
                let keys = &seat.keys;
                let key = kdf::derive(&credential.password, &keys.salt, keys.argon2).unwrap();
                self.keys.insert(*key.expose());
            }
        }
    }

    fn take_row(&mut self, table: &str, row: &[Value]) {
        for (column, value) in row.iter().enumerate() {
            if let Value::Blob(octets) = value
                && octets.len() > 100
            {
                let place = match row.first() {
                    Some(Value::Integer(number)) => format!("{table} {number} {column}"),
                    Some(Value::Text(name)) => format!("{table} {name} {column}"),
                    Some(Value::Blob(id)) => format!("{table} {:02x?} {column}", &id[..4]),
                    _ => format!("{table} {column}"),
                };
                let second = match row.get(1) {
                    Some(Value::Integer(number)) => format!("/{number}"),
                    Some(Value::Blob(id)) if id.len() == 16 => format!("/{id:02x?}"),
                    _ => String::new(),
                };
                self.sealed
                    .insert((self.files, place + &second), octets.clone());
            }
        }
    }

    /// Opens what opens, until nothing more comes out.
    pub fn break_in(&mut self) {
        loop {
            let before = (self.opened.len(), self.candidates.len());
            let shut = self
                .sealed
                .iter()
                .filter(|(place, _)| !self.opened.contains(*place));
            let shut: Vec<(Place, Vec<u8>)> = shut
                .map(|(place, sealed)| (place.clone(), sealed.clone()))
                .collect();
            for (place, sealed) in shut {
                if let Some(content) = self.open(&sealed) {
                    self.opened.insert(place);
                    self.learn(content.expose());
                }
            }
            self.combine_everything();
            if before == (self.opened.len(), self.candidates.len()) {
                return;
            }
        }
    }

    fn open(&self, sealed: &[u8]) -> Option<SecretBytes> {
        let words = Guard::ALL.map(|guard| guard.word().as_bytes());
        let ids = [
            &b"administrator password"[..],
            b"startup password",
            b"server key",
        ];
        // The name of the key stands in the envelope, so the others need not be tried.
        let named = words.into_iter().chain(ids);
        let named: Vec<&[u8]> = named
            .filter(|id| {
                sealed[..120.min(sealed.len())]
                    .windows(id.len())
                    .any(|octets| octets == *id)
            })
            .collect();
        let combined = if named.iter().any(|id| words.contains(id)) {
            self.candidates.iter()
        } else {
            self.none.iter() // shares give nothing but guard secrets
        };
        for key in self.keys.iter().chain(combined) {
            let key = Key::from_bytes(*key);
            for id in &named {
                if let Ok(content) = envelope::open(sealed, Opener::Key { id, key: &key }) {
                    return Some(content);
                }
            }
        }
        let private = self.private.values();
        private
            .into_iter()
            .find_map(|key| envelope::open(sealed, Opener::Private(key)).ok())
    }

    /// Whatever a content may be: a key, a share, a private key, or none of these.
    fn learn(&mut self, content: &[u8]) {
        if let Ok(key) = KeyDer::from_der(content) {
            let plain = KeyDer {
                attributes: None,
                ..key
            };
            if let Ok(key) = PrivateKey::from_pkcs8(SecretBytes::new(plain.to_der().unwrap())) {
                self.private.insert(key.public().spki().to_vec(), key);
            }
        }
        let Ok(labelled) = LabelledDer::from_der(content) else {
            return;
        };
        let inner = labelled.content.as_bytes();
        if let Ok(key) = inner.try_into() {
            self.keys.insert(key);
        }
        if let Ok(share) = ShareDer::from_der(inner)
            && let Ok(y) = share.y.as_bytes().try_into()
        {
            let of = labelled.label.to_der().unwrap();
            self.shares.insert((of, (share.x, y)));
        }
    }

    /// Combines what shares there are: any number of those of one guard and epoch, with a guessed
    /// one among them or not, and any two whatever they are of.
    fn combine_everything(&mut self) {
        let mut groups: BTreeMap<&[u8], Vec<Point>> = BTreeMap::new();
        for (group, share) in &self.shares {
            groups.entry(group).or_default().push(*share);
        }
        let mut sets: Vec<Vec<Point>> = Vec::new();
        for group in groups.values() {
            for choice in 1..1_usize << group.len() {
                let chosen = group
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| choice >> at & 1 == 1);
                let chosen: Vec<Point> = chosen.map(|(_, share)| *share).collect();
                let guesses = [(1, [0; 32]), (5, [0; 32]), (5, chosen[0].1)];
                sets.extend(guesses.map(|guess| [&chosen[..], &[guess]].concat()));
                sets.push(chosen);
            }
        }
        let all: Vec<Point> = self.shares.iter().map(|(_, share)| *share).collect();
        for (at, one) in all.iter().enumerate() {
            sets.extend(all[at + 1..].iter().map(|other| vec![*one, *other]));
        }
        self.candidates
            .extend(sets.iter().filter_map(|set| combined(set)));
    }
}

fn combined(set: &[Point]) -> Option<[u8; 32]> {
    let share = |(x, y): &Point| Share {
        x: NonZeroU8::new(*x).unwrap(),
        y: Key::from_bytes(*y),
    };
    let shares: Vec<Share> = set.iter().map(share).collect();
    let number = u8::try_from(shares.len()).unwrap();
    combine(&shares, number).ok().map(|key| *key.expose())
}

/// A private key with its label, as it is sealed.
#[derive(Sequence)]
struct KeyDer {
    version: u8,
    algorithm: Any,
    key: OctetString,
    #[asn1(
        context_specific = "0",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    attributes: Option<SetOfVec<Any>>,
}

/// Everything else that is sealed.
#[derive(Sequence)]
struct LabelledDer {
    label: Any,
    content: OctetString,
}

#[derive(Sequence)]
struct ShareDer {
    x: u8,
    y: OctetString,
}
