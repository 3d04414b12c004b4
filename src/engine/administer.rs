//! Who the administrators are, and how many of them each act asks for.

use std::num::NonZeroU8;

use crate::crypto::labelled::Label;
use crate::domain::guard::{Guard, Numbers};
use crate::domain::names::AdministratorName;
use crate::domain::progress::{Progress, Step};
use crate::domain::secret::{Key, Password};
use crate::engine::act::{Act, Charter};
use crate::engine::archive;
use crate::engine::audit::acts;
use crate::engine::authorize::sealed::Sealed;
use crate::engine::authorize::{Grant, Operation, View};
use crate::engine::error::Error;
use crate::engine::guards::{self, GuardKeys, OpenGuard, Rotation};
use crate::engine::manifest::{Manifest, Seat};
use crate::engine::publish::{self, What};
use crate::engine::request::{Description, Output};
use crate::engine::seats::{self, NewSeat};
use crate::engine::signed::Signed;
use crate::engine::{strength, trust};
use crate::store::object::{self, Object};
use crate::store::{seat as table, share as share_table};

/// *Add Administrators*: a seat that counts once its administrator has opened it.
pub struct AddAdministrator {
    /// The new administrator.
    pub name: AdministratorName,
    /// Typed by the new administrator, or given out to be changed at acceptance.
    pub password: Password,
}

/// *Remove Administrators*: everything is shared anew, with new keys, among those who stay.
pub struct RemoveAdministrator {
    /// Who leaves.
    pub name: AdministratorName,
}

/// The *Passwords* page: how many passwords each act asks for.
pub struct SetNumbers {
    /// All five numbers.
    pub numbers: Numbers,
}

/// *Share Anew*: new secrets and new keys, after a password may have been seen.
pub struct ShareAnew;

impl Sealed for AddAdministrator {}

impl Operation for AddAdministrator {
    type Outcome = ();
    const GUARD: Guard = Guard::Administer;
    const ACT: &'static str = acts::ADD;

    fn describe(&self, view: &View<'_>) -> Result<Description, Error> {
        strength::refuse_weak(&self.password, &[self.name.as_str()])?;
        if seats::by_name(&view.charter.seats, &self.name).is_some() {
            return Err(Error::AdministratorExists(self.name.clone()));
        }
        if usize::from(u8::MAX) <= view.charter.seats.len() {
            return Err(Error::TooManySeats);
        }
        Ok(Description {
            act: Self::ACT,
            subject: self.name.as_str().to_owned(),
            title: format!("Add {} as an administrator", self.name),
            arguments: self.name.as_str().as_bytes().to_vec(),
            output: Output::Nothing,
        })
    }

    fn run(grant: Grant<Self>, act: &mut Act<'_>, progress: &dyn Progress) -> Result<(), Error> {
        let Self { name, password } = grant.operation();
        progress.step(STEP)?;
        let id = table::insert(act.tx, name.as_str())?;
        let made = NewSeat::make(password, 0, &act.costs, act.rng)?;
        let mut seats = act.charter.seats.clone();
        seats.push(Seat {
            id,
            name: name.clone(),
            keys: made.keys.clone(),
        });
        let numbers = act.charter.numbers();
        renew(
            act,
            grant.guard(),
            (seats, numbers),
            Rotation::Secrets,
            progress,
        )?;
        let pins = act.charter.manifest.pins()?;
        made.store(act.tx, act.keys.installation, id, &pins, act.rng)
    }
}

impl Sealed for RemoveAdministrator {}

impl Operation for RemoveAdministrator {
    type Outcome = ();
    const GUARD: Guard = Guard::Administer;
    const ACT: &'static str = acts::REMOVE;

    fn describe(&self, view: &View<'_>) -> Result<Description, Error> {
        let left = without(view.charter, &self.name)?;
        Ok(Description {
            act: Self::ACT,
            subject: self.name.as_str().to_owned(),
            title: format!("Remove the administrator {}", self.name),
            arguments: left.iter().flat_map(|seat| seat.id.to_be_bytes()).collect(),
            output: Output::Nothing,
        })
    }

    fn run(grant: Grant<Self>, act: &mut Act<'_>, progress: &dyn Progress) -> Result<(), Error> {
        let name = &grant.operation().name;
        let left = without(&act.charter, name)?;
        let gone = seats::by_name(&act.charter.seats, name);
        let gone = gone
            .ok_or_else(|| Error::NoSuchAdministrator(name.clone()))?
            .id;
        table::remove(act.tx, gone, act.now.secs())?;
        let numbers = act.charter.numbers();
        renew(
            act,
            grant.guard(),
            (left, numbers),
            Rotation::SecretsAndKeys,
            progress,
        )
    }
}

impl Sealed for SetNumbers {}

impl Operation for SetNumbers {
    type Outcome = ();
    const GUARD: Guard = Guard::Administer;
    const ACT: &'static str = acts::NUMBERS;

    fn describe(&self, view: &View<'_>) -> Result<Description, Error> {
        within_limits(self.numbers, view.charter)?;
        let listed = Guard::ALL.map(|guard| {
            let number = self.numbers.of(guard);
            format!("{} {number}", guard.word())
        });
        Ok(Description {
            act: Self::ACT,
            subject: listed.join(", "),
            title: changes(view.charter.numbers(), self.numbers),
            arguments: Guard::ALL
                .map(|guard| self.numbers.of(guard).get())
                .to_vec(),
            output: Output::Nothing,
        })
    }

    fn run(grant: Grant<Self>, act: &mut Act<'_>, progress: &dyn Progress) -> Result<(), Error> {
        let wanted = grant.operation().numbers;
        within_limits(wanted, &act.charter)?;
        let present = act.charter.numbers();
        let raises = |guard: Guard| present.of(guard) < wanted.of(guard);
        let rotation = if Guard::ALL.into_iter().any(raises) {
            Rotation::SecretsAndKeys
        } else {
            Rotation::Secrets
        };
        let seats = act.charter.seats.clone();
        renew(act, grant.guard(), (seats, wanted), rotation, progress)
    }
}

impl Sealed for ShareAnew {}

impl Operation for ShareAnew {
    type Outcome = ();
    const GUARD: Guard = Guard::Administer;
    const ACT: &'static str = acts::SHARE_ANEW;

    fn describe(&self, view: &View<'_>) -> Result<Description, Error> {
        Ok(Description {
            act: Self::ACT,
            subject: "all guard secrets and keys".to_owned(),
            title: "Make new secrets and keys, and share them anew".to_owned(),
            arguments: view.charter.manifest.generation.to_be_bytes().to_vec(),
            output: Output::Nothing,
        })
    }

    fn run(grant: Grant<Self>, act: &mut Act<'_>, progress: &dyn Progress) -> Result<(), Error> {
        let seats = act.charter.seats.clone();
        let numbers = act.charter.numbers();
        renew(
            act,
            grant.guard(),
            (seats, numbers),
            Rotation::SecretsAndKeys,
            progress,
        )
    }
}

const STEP: Step = Step {
    label: "Making new keys and sharing them",
    done: 0,
    total: 0,
};

/// Refuses a number that those who have accepted could not give.
fn within_limits(numbers: Numbers, charter: &Charter) -> Result<(), Error> {
    match numbers.first_over_limit(charter.accepted()) {
        None => Ok(()),
        Some((guard, limit)) => Err(Error::NumberOutside {
            guard,
            number: numbers.of(guard).get(),
            limit,
        }),
    }
}

/// The seats without that of `name`, if those who are left can still satisfy every number.
fn without(charter: &Charter, name: &AdministratorName) -> Result<Vec<Seat>, Error> {
    if seats::by_name(&charter.seats, name).is_none() {
        return Err(Error::NoSuchAdministrator(name.clone()));
    }
    let stay = charter.seats.iter().filter(|seat| seat.name != *name);
    let left: Vec<Seat> = stay.cloned().collect();
    let accepted = left.iter().filter(|seat| seat.is_accepted()).count();
    let accepted = u8::try_from(accepted).unwrap_or(u8::MAX);
    let numbers = charter.numbers();
    match numbers.first_over_limit(accepted) {
        Some((guard, _limit)) => Err(Error::SeatNeeded {
            guard,
            number: numbers.of(guard).get(),
            left: accepted,
        }),
        None => Ok(left),
    }
}

/// What the page would change, in words.
fn changes(present: Numbers, wanted: Numbers) -> String {
    let changed = Guard::ALL.into_iter().filter_map(|guard| {
        let (now, then): (NonZeroU8, NonZeroU8) = (present.of(guard), wanted.of(guard));
        (now != then).then(|| format!("“{}” from {now} to {then}", guard.caption()))
    });
    let changed: Vec<String> = changed.collect();
    if changed.is_empty() {
        "Share the secrets anew with the same numbers".to_owned()
    } else {
        format!("Change the number of passwords for {}", changed.join("; "))
    }
}

/// The next generation: new secrets for `seats`, new keys where `rotation` says so, and everything
/// that was sealed or signed with the old ones sealed and signed again, in this transaction.
fn renew(
    act: &mut Act<'_>,
    administer: &OpenGuard,
    (seats, numbers): (Vec<Seat>, Numbers),
    rotation: Rotation,
    progress: &dyn Progress,
) -> Result<(), Error> {
    progress.step(STEP)?;
    let old = act.charter.manifest.clone();
    let installation = old.installation;
    let present = GuardKeys::present(act.tx, &old, administer)?;
    let policy_key = administer.signing_key()?;
    let keys = match rotation {
        Rotation::Secrets => present,
        Rotation::SecretsAndKeys => rotate(act, &old, present, progress)?,
    };
    let wanted = wanted(&old, numbers)?;
    let dealt = guards::share_anew(act.tx, (installation, &seats), &wanted, &keys, act.rng)?;
    let (guards, archive, renewed) = dealt;
    keep_server_key(act, &renewed)?;
    let next = Manifest {
        installation,
        generation: old.generation + 1,
        previous: old.hash()?,
        seats,
        guards,
        archive,
    };
    next.append(act.tx, policy_key)?;
    act.root.manifest = next.hash()?;
    act.charter = Charter {
        seats: next.seats.clone(),
        manifest: next,
    };
    if rotation == Rotation::SecretsAndKeys {
        sign_again(act, &old, &keys)?;
    }
    Ok(())
}

/// Every guard with its number and its next epoch.
fn wanted(old: &Manifest, numbers: Numbers) -> Result<Vec<(Guard, u8, u32)>, Error> {
    let next = |guard: Guard| {
        let epoch = old.guard(guard)?.epoch + 1;
        Ok((guard, numbers.of(guard).get(), epoch))
    };
    Guard::ALL.into_iter().map(next).collect()
}

/// New guard keys; what is in the archive is sealed to the new archive key, and the old ones are
/// destroyed.
fn rotate(
    act: &mut Act<'_>,
    old: &Manifest,
    present: GuardKeys,
    progress: &dyn Progress,
) -> Result<GuardKeys, Error> {
    let newer = GuardKeys::make(&act.costs, act.rng)?;
    let next = newer.signing_key(Guard::Import)?.public();
    trust::hand_on(act.tx, old, present.signing_key(Guard::Import)?, next)?;
    publish::lay_ready(act.tx, &What::TrustList, act.now)?;
    let mut ring = present.followed_by(newer);
    archive::seal_over(act, ring.archive(), progress)?;
    for entry in &old.archive {
        share_table::remove_archive_key(act.tx, &entry.public.key_id())?;
    }
    ring.forget_old_archive();
    Ok(ring)
}

/// Signs the trust list and the settings with the new keys, as new versions. A list that is not
/// the one a quorum signed stays as it is: refused.
fn sign_again(act: &mut Act<'_>, old: &Manifest, keys: &GuardKeys) -> Result<(), Error> {
    let installation = old.installation;
    for (signed, guard) in [
        (Signed::Settings, Guard::Settings),
        (Signed::TrustList, Guard::Import),
    ] {
        let public = old.guard(guard)?.public.as_ref().ok_or(Error::Unexpected)?;
        let head = match signed {
            Signed::Settings => &mut act.root.settings,
            Signed::TrustList => &mut act.root.trust_list,
        };
        let content = match signed.read(act.tx, (installation, public), head) {
            Err(Error::TrustListTampered) => {
                // Nobody may block a rotation by spoiling the list. It begins again, empty.
                act.notes.push(
                    "the trust list was changed by another program; it is empty now".to_owned(),
                );
                trust::empty_list()?
            }
            read => read?,
        };
        let key = keys.signing_key(guard)?;
        signed.write(act.tx, (installation, key), head, &content)?;
    }
    Ok(())
}

/// Seals the server key under the secret of *administer*, so that a lost startup password is not
/// the end.
pub(super) fn keep_server_key(act: &mut Act<'_>, administer: &OpenGuard) -> Result<(), Error> {
    let label = server_key_label(act.keys.installation);
    let key: &Key = &act.keys.server;
    let body = administer.seal(key.expose(), &label, act.rng)?;
    let object = Object {
        body,
        signature: None,
    };
    object::replace(act.tx, "server key under administer", &object)?;
    Ok(())
}

/// What the copy of the server key is labelled with.
pub(super) fn server_key_label(installation: [u8; 16]) -> Label<'static> {
    Label {
        purpose: "server key",
        installation,
        subject: b"administer",
        number: 0,
    }
}
