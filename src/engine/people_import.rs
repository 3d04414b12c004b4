//! People of a file become mailboxes, all in the caller's transaction.

use rand::CryptoRng;

use super::people_file::Person;
use crate::domain::mailbox::{MailboxGuid, RecipientKind};
use crate::domain::place::ContainerId;
use crate::domain::progress::{Cancelled, Progress, Step};
use crate::store::mailbox::{Inserted, by_address, insert};
use crate::store::{Reader, StoreError, Tx};

/// What came of an import.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Imported {
    /// How many mailboxes were made.
    pub added: u64,
    /// The rows whose address a mailbox has already; nothing of it was changed.
    pub present: Vec<u64>,
}

/// Makes a mailbox for everybody whose address is new.
pub fn import<E: From<StoreError> + From<Cancelled>>(
    tx: &Tx<'_>,
    container: ContainerId,
    people: &[Person],
    rng: &mut dyn CryptoRng,
    progress: &dyn Progress,
) -> Result<Imported, E> {
    let total = u64::try_from(people.len()).unwrap_or(u64::MAX);
    let mut imported = Imported::default();
    for (done, person) in (0..).zip(people) {
        progress.step(Step {
            label: "Adding mailboxes",
            done,
            total,
        })?;
        let guid = MailboxGuid::random(rng);
        match insert(tx, guid, RecipientKind::Mailbox, container, &person.general)? {
            Inserted::New(_) => imported.added = imported.added.saturating_add(1),
            Inserted::Present(_) => imported.present.push(person.row),
        }
    }
    Ok(imported)
}

/// What an import would come to, without doing it.
pub fn foresee(reader: &Reader<'_>, people: &[Person]) -> Result<Imported, StoreError> {
    let mut imported = Imported::default();
    for person in people {
        match by_address(reader, &person.general.address)? {
            Some(_) => imported.present.push(person.row),
            None => imported.added = imported.added.saturating_add(1),
        }
    }
    Ok(imported)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::domain::listing::Scope;
    use crate::domain::progress::Unwatched;
    use crate::store::test_folder::{self, Folder, add, found, person};

    #[derive(Debug)]
    enum Failure {
        Cancelled,
        Store,
    }

    impl From<Cancelled> for Failure {
        fn from(Cancelled: Cancelled) -> Self {
            Self::Cancelled
        }
    }

    impl From<StoreError> for Failure {
        fn from(_: StoreError) -> Self {
            Self::Store
        }
    }

    /// Asks to stop before this many people.
    struct StopAt(u64);

    impl Progress for StopAt {
        fn step(&self, step: Step) -> Result<(), Cancelled> {
            if step.done < self.0 {
                Ok(())
            } else {
                Err(Cancelled)
            }
        }
    }

    fn people() -> Vec<Person> {
        let names = [("Anna", "ANNA@example.org"), ("Bert", "bert@example.org")];
        let people = names
            .into_iter()
            .map(|(name, address)| person(name, address));
        let rows = (2..).zip(people);
        rows.map(|(row, general)| Person { row, general }).collect()
    }

    #[test]
    fn those_whose_address_is_new_are_added_and_the_others_named() {
        let folder = Folder::new();
        let mut store = folder.store();
        let container = test_folder::container(&mut store);
        add(
            &mut store,
            container,
            1,
            &person("Anna B", "anna@example.org"),
        );
        let expected = Imported {
            added: 1,
            present: vec![2],
        };
        let foreseen = store.read(|reader| foresee(reader, &people()));
        assert_eq!(foreseen.unwrap(), expected);
        let imported = store
            .write(|tx| import::<Failure>(tx, container, &people(), &mut rand::rng(), &Unwatched));
        assert_eq!(imported.unwrap(), expected);
        assert_eq!(found(&mut store, Scope::All, ""), ["Anna B", "Bert"]);
    }

    #[test]
    fn an_import_that_is_cancelled_adds_nobody() {
        let folder = Folder::new();
        let mut store = folder.store();
        let container = test_folder::container(&mut store);
        let imported = store
            .write(|tx| import::<Failure>(tx, container, &people(), &mut rand::rng(), &StopAt(1)));
        assert!(matches!(imported, Err(Failure::Cancelled)));
        assert_eq!(found(&mut store, Scope::All, ""), [""; 0]);
    }
}
