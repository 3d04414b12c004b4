//! A folder of its own for each test, removed afterwards.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use super::mailbox::Inserted;
use super::{Store, StoreError, Tx, container, mailbox, mailbox_list, site};
use crate::domain::address::MailAddress;
use crate::domain::listing::{Listing, Position, Scope};
use crate::domain::mailbox::{General, MailboxGuid, MailboxId, RecipientKind};
use crate::domain::names::{Alias, ContainerName, DisplayName, Field, SiteName};
use crate::domain::place::ContainerId;

/// A folder that exists as long as this value.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty folder no other test has.
    pub(crate) fn new() -> Self {
        let name = |number| format!("kmadmin-test-{}-{number}", process::id());
        let mut paths = (0_u32..).map(|number| env::temp_dir().join(name(number)));
        Self(
            paths
                .find(|path| fs::create_dir(path).is_ok()) // another test took the others
                .unwrap(),
        )
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Where a database in it would be.
    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("km.db")
    }

    /// A new database in it, with every table and no row.
    pub(crate) fn store(&self) -> Store {
        Store::create(&self.database(), |_tx| Ok::<_, StoreError>(()))
            .unwrap()
            .0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Adds the site and the container every test begins with.
pub(crate) fn container(store: &mut Store) -> ContainerId {
    let made = store.write(|tx| {
        let site = site::insert(tx, &SiteName::parse("Redmond").unwrap())?;
        container::insert(tx, site, None, &ContainerName::parse("Recipients").unwrap())
    });
    made.unwrap_or_else(|error: StoreError| unreachable!("{error}"))
}

/// A person with this name and address.
pub(crate) fn person(name: &str, address: &str) -> General {
    let address = MailAddress::parse(address).unwrap();
    General {
        display_name: DisplayName::parse(name).unwrap(),
        alias: Alias::parse(address.local()).unwrap(),
        address,
        title: Field::default(),
        company: Field::default(),
        department: Field::default(),
        office: Field::default(),
        assistant: Field::default(),
        phone: Field::default(),
    }
}

/// Adds a mailbox whose UUID is made of `number`.
pub(crate) fn insert(
    tx: &Tx<'_>,
    container: ContainerId,
    number: u32,
    general: &General,
) -> Result<Inserted, StoreError> {
    let guid = MailboxGuid::from_bytes(u128::from(number).to_be_bytes());
    mailbox::insert(tx, guid, RecipientKind::Mailbox, container, general)
}

/// The names a listing shows, in its order; its count is checked on the way.
pub(crate) fn found(store: &mut Store, scope: Scope, find: &str) -> Vec<String> {
    let find = find.to_owned();
    let listing = Listing {
        find,
        ..Listing::by_name(scope)
    };
    let start = Position::Start;
    let (page, count) = store
        .read(|reader| {
            let page = mailbox_list::page(reader, &listing, &start, 100)?;
            Ok::<_, StoreError>((page, mailbox_list::count(reader, &listing)?))
        })
        .unwrap();
    assert_eq!(u64::try_from(page.rows.len()).unwrap(), count);
    let names = page.rows.into_iter();
    names
        .map(|row| row.general.display_name.to_string())
        .collect()
}

/// Adds a mailbox whose address is new, and returns its number.
pub(crate) fn add(
    store: &mut Store,
    container: ContainerId,
    number: u32,
    general: &General,
) -> MailboxId {
    match store.write(|tx| insert(tx, container, number, general)) {
        Ok(Inserted::New(id)) => id,
        Ok(Inserted::Present(id)) => unreachable!("{id:?} has the address"),
        Err(error) => unreachable!("{error}"),
    }
}
