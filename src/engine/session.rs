//! One *KM Server password*: who sits at the desk, for the acts that need no quorum.

use std::sync::Arc;

use crate::crypto::kdf::{self, Argon2Params, Salt};
use crate::crypto::keypair::PrivateKey;
use crate::domain::credential::Credential;
use crate::domain::guard::Guard;
use crate::domain::names::AdministratorName;
use crate::domain::secret::Password;
use crate::domain::time::UnixTime;
use crate::engine::act::{Act, Charter};
use crate::engine::audit::{Approved, Outcome, Report, approval_of};
use crate::engine::error::Error;
use crate::engine::manifest::{Pins, Seat};
use crate::engine::request::{Description, Request};
use crate::engine::seats::{self, NewSeat, OpenSeat};
use crate::engine::strength::refuse_weak;
use crate::engine::{Engine, attempts};
use crate::store::{Reader, seat as seat_table};

/// Fifteen minutes without an act: long enough for a telephone call, short enough for a desk that
/// was left.
pub const IDLE_SECS: i64 = 15 * 60;

/// The original's "Remember this password for up to 5 minutes".
const REMEMBER_SECS: i64 = 5 * 60;

/// Whether the opened seat is kept to answer prompts that ask for one password.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Remember {
    /// For five minutes, in memory only.
    FiveMinutes,
    /// Every prompt asks again.
    No,
}

/// Proof that an administrator has given the password: what the acts without a quorum take, and
/// sign. Only while the password is remembered does it hold more than the key that signs.
pub struct Session {
    seat: Seat,
    pins: Pins,
    signing: Arc<PrivateKey>,
    ends: UnixTime,
    remembered: Option<(UnixTime, Arc<OpenSeat>)>,
}

impl Session {
    /// Who it is.
    pub fn administrator(&self) -> &AdministratorName {
        &self.seat.name
    }

    /// When it ends, if nothing is done before.
    pub fn ends(&self) -> UnixTime {
        self.ends
    }

    /// Until when the password is remembered.
    pub fn remembered_until(&self) -> Option<UnixTime> {
        self.remembered.as_ref().map(|(until, _seat)| *until)
    }

    /// Whether it is over.
    pub fn has_ended(&self, now: UnixTime) -> bool {
        self.ends <= now
    }

    /// *Forget Remembered Password*.
    pub fn forget(&mut self) {
        self.remembered = None;
    }

    /// The opened seat, while it is remembered; it is forgotten as soon as that is over.
    pub(super) fn remembered(&mut self, now: UnixTime) -> Option<Arc<OpenSeat>> {
        if self.has_ended(now) || self.remembered_until().is_some_and(|until| until <= now) {
            self.remembered = None;
        }
        self.remembered
            .as_ref()
            .map(|(_until, seat)| Arc::clone(seat))
    }

    /// Refuses if the administrator was removed, or has other keys, since the session began.
    fn is_present(&self, reader: &Reader<'_>, charter: &Charter) -> Result<(), Error> {
        charter.manifest.follows(reader, &self.pins)?;
        match seats::by_name(&charter.seats, &self.seat.name) {
            Some(seat) if seat.keys.signing == self.seat.keys.signing => Ok(()),
            Some(_) | None => Err(Error::SessionEnded),
        }
    }
}

impl Engine {
    /// Opens a session with one administrator's password. A pending seat is accepted by it.
    pub fn open_session(
        &mut self,
        credential: &Credential,
        remember: Remember,
    ) -> Result<Session, Error> {
        let seat = self.unlock(credential, "open the KM server's pages")?;
        let now = self.room.now();
        let report = own_seat("Open a session", &seat.seat);
        let (seat, pins) = self.act(&report, None, |act| {
            let mut seat = seat;
            if !seat.seat.is_accepted() {
                let keys = seat.accepted_keys();
                seat.hand_over(act.tx, act.keys.installation, &keys)?;
                act.seats_have_spoken()?;
                seat.seat.keys = keys;
            }
            seat.raise_pins(act.tx, &act.charter.manifest, act.rng)?;
            Ok((seat, act.charter.manifest.pins()?))
        })?;
        let seat = Arc::new(seat);
        Ok(Session {
            seat: seat.seat.clone(),
            pins,
            signing: Arc::clone(&seat.signing),
            ends: now.plus_secs(IDLE_SECS),
            remembered: match remember {
                Remember::FiveMinutes => Some((now.plus_secs(REMEMBER_SECS), seat)),
                Remember::No => None,
            },
        })
    }

    /// Does an act that one administrator may do alone, signed by that seat.
    pub(super) fn act_in_session<T>(
        &mut self,
        session: &mut Session,
        description: &Description,
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let now = self.room.now();
        let mut report = Report {
            who: session.seat.name.as_str().to_owned(),
            act: description.act.to_owned(),
            subject: description.subject.clone(),
            outcome: Outcome::Done,
            detail: description.output.detail(),
        };
        let begun = self.store.read(|reader| {
            let (root, charter) = Charter::load(reader, &self.room.keys)?;
            session.is_present(reader, &charter)?;
            Ok::<_, Error>((root.audit, charter.manifest))
        });
        let (audit, manifest) = match begun {
            Ok(begun) if !session.has_ended(now) => begun,
            Ok(_) | Err(Error::SessionEnded) => {
                report.outcome = Outcome::Refused;
                report.detail = Error::SessionEnded.to_string();
                self.note(&report)?;
                return Err(Error::SessionEnded);
            }
            Err(other) => return Err(other),
        };
        session.ends = now.plus_secs(IDLE_SECS);
        let request = Request::new(description, &manifest, now, &audit, &mut *self.room.rng)?;
        let signature = session.signing.sign(request.der())?;
        let approved = Approved {
            request: request.der().to_vec(),
            approvals: vec![approval_of(&session.seat, signature)],
        };
        self.act(&report, Some(approved), |act| {
            session.is_present(act.tx, &act.charter)?;
            request.still_fits(&act.charter.manifest)?;
            work(act)
        })
    }

    /// *Change My KM Server Password*: new keys for the seat, under the new password. A pending
    /// seat is accepted by it.
    pub fn change_password(
        &mut self,
        name: AdministratorName,
        current: Password,
        new: &Password,
    ) -> Result<(), Error> {
        refuse_weak(new, &[name.as_str()])?;
        let credential = Credential {
            administrator: name,
            password: current,
        };
        let seat = self.unlock(&credential, "change a password")?;
        let version = seat.seat.keys.version + 1;
        let costs = self.room.costs;
        let made = NewSeat::make(new, version, &costs, &mut *self.room.rng)?;
        let report = own_seat("Change a KM server password", &seat.seat);
        self.act(&report, None, |act| {
            seat.is_present(act.tx, &act.charter)?;
            replace_seat(act, &seat, &made)
        })?;
        self.after_secrets();
        Ok(())
    }

    /// Opens the seat of `credential`, or counts and records why not. An unknown name takes as long
    /// as a wrong password, and the same is said; a removed administrator and a pause are told.
    pub(super) fn unlock(
        &mut self,
        credential: &Credential,
        asked_for: &str,
    ) -> Result<OpenSeat, Error> {
        let Refusal { why, wrong_at } = match self.try_seat(credential) {
            Ok(seat) => return Ok(seat),
            Err(refusal) => refusal,
        };
        // A name that nobody has may be a password in the wrong field.
        let is_known = wrong_at.is_some() || !matches!(why, Error::WrongPassword);
        let who = if is_known {
            credential.administrator.as_str()
        } else {
            "an unknown name"
        };
        let report = Report {
            who: who.to_owned(),
            act: "Password".to_owned(),
            subject: asked_for.to_owned(),
            outcome: Outcome::Refused,
            detail: why.to_string(),
        };
        self.transact(&report, None, |act| match wrong_at {
            Some(place) => attempts::was_wrong(act.tx, &place, act.now),
            None => Ok(()),
        })?;
        Err(why)
    }

    fn try_seat(&mut self, credential: &Credential) -> Result<OpenSeat, Refusal> {
        let seat = self.seat_of(credential)?;
        if !seat.keys.argon2.is_at_least(self.room.costs.argon2_floor) {
            return Err(Error::Tampered("a password's hash was made too cheap").into());
        }
        let salt = &seat.keys.salt;
        let key = kdf::derive(&credential.password, salt, seat.keys.argon2).map_err(Error::from)?;
        let place = attempts::seat_place(seat.id);
        let opened = self.store.read(|reader| {
            let (_root, charter) = Charter::load(reader, &self.room.keys)?;
            OpenSeat::open(reader, &charter.manifest, &seat, key)
        });
        match opened {
            Err(Error::WrongPassword) => Err(Refusal {
                why: Error::WrongPassword,
                wrong_at: Some(place),
            }),
            Ok(seat) => {
                self.forget_attempts(&place)?;
                Ok(seat)
            }
            Err(other) => Err(other.into()),
        }
    }

    /// The seat of this name, unless it is paused or gone.
    fn seat_of(&mut self, credential: &Credential) -> Result<Seat, Error> {
        let now = self.room.now();
        let name = &credential.administrator;
        let found = self.store.read(|reader| {
            let (_root, charter) = Charter::load(reader, &self.room.keys)?;
            if let Some(seat) = seats::by_name(&charter.seats, name) {
                attempts::may_try(reader, &attempts::seat_place(seat.id), now)?;
                return Ok(Some(seat.clone()));
            }
            if seat_table::was_removed(reader, name.as_str())? {
                return Err(Error::NoLongerAdministrator(name.clone()));
            }
            Ok(None)
        })?;
        found.ok_or_else(|| self.unknown_name(&credential.password))
    }

    /// Takes as long as a wrong password does.
    fn unknown_name(&mut self, password: &Password) -> Error {
        let params: Argon2Params = self.room.costs.argon2;
        let salt = Salt::random(&mut *self.room.rng);
        match kdf::derive(password, &salt, params) {
            Ok(_) => Error::WrongPassword,
            Err(failure) => failure.into(),
        }
    }

    /// A right password ends the count of wrong ones; without any, nothing is written.
    fn forget_attempts(&mut self, place: &str) -> Result<(), Error> {
        let wrong = self.store.read(|reader| attempts::count(reader, place))?;
        if 0 < wrong {
            self.store.write(|tx| attempts::was_right(tx, place))?;
        }
        Ok(())
    }
}

/// Why a seat was not opened.
struct Refusal {
    why: Error,
    /// Where a wrong password is to be counted.
    wrong_at: Option<String>,
}

impl From<Error> for Refusal {
    fn from(why: Error) -> Self {
        Self {
            why,
            wrong_at: None,
        }
    }
}

/// What an administrator does to the own seat.
fn own_seat(act: &str, seat: &Seat) -> Report {
    Report {
        who: seat.name.as_str().to_owned(),
        act: act.to_owned(),
        subject: seat.name.as_str().to_owned(),
        outcome: Outcome::Done,
        detail: if seat.is_accepted() {
            String::new()
        } else {
            "accepted the seat".to_owned()
        },
    }
}

/// Puts new keys in the place of an opened seat's, with its shares sealed to them.
fn replace_seat(act: &mut Act<'_>, seat: &OpenSeat, made: &NewSeat) -> Result<(), Error> {
    let installation = act.keys.installation;
    let renewed = Seat {
        keys: made.keys.clone(),
        ..seat.seat.clone()
    };
    for guard in Guard::ALL {
        let epoch = act.charter.manifest.guard(guard)?.epoch;
        let share = seat.share(act.tx, &act.charter.manifest, guard)?;
        seats::deal(
            act.tx,
            installation,
            (guard, epoch),
            &renewed,
            &share,
            act.rng,
        )?;
    }
    let pins = act.charter.manifest.pins()?;
    made.store(act.tx, installation, seat.seat.id, &pins, act.rng)?;
    seat.hand_over(act.tx, installation, &made.keys)?;
    act.seats_have_spoken()
}
