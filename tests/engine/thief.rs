//! Who holds the whole data folder: reads and writes every row with SQL, keeps old copies, and
//! with the startup password opens and seals whatever the KM server can.

use std::fs;
use std::path::{Path, PathBuf};

use der::{Decode as _, Sequence};
use kmadmin::crypto::envelope::Opener;
use kmadmin::crypto::kdf::{self, Argon2Params, Salt};
use kmadmin::crypto::keypair::PublicKey;
use kmadmin::crypto::labelled::{self, Label};
use kmadmin::domain::secret::{Key, Password};
use kmadmin::engine::act::{SERVER_KEY_ID, ServerKeys, store_root};
use kmadmin::engine::audit::AuditVerdict;
use kmadmin::engine::error::Error;
use kmadmin::engine::state_root::StateRoot;
use kmadmin::store::Store;
use kmadmin::store::object;
use rand::{SeedableRng as _, rngs::StdRng};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::support::World;

/// The rows of a table, as they once were.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    table: String,
    rows: Vec<Vec<Value>>,
}

impl Rows {
    pub fn into_rows(self) -> Vec<Vec<Value>> {
        self.rows
    }
}

/// A second program on the file.
pub struct Thief {
    sql: Connection,
    path: PathBuf,
}

impl Thief {
    pub fn of(world: &World) -> Self {
        Self::at(&world.file())
    }

    pub fn at(path: &Path) -> Self {
        let sql = Connection::open(path).unwrap();
        sql.pragma_update(None, "foreign_keys", false).unwrap();
        Self {
            sql,
            path: path.to_owned(),
        }
    }

    /// Runs SQL; gives how many rows the last statement changed.
    pub fn edit(&self, sql: &str) -> u64 {
        self.sql.execute_batch(sql).unwrap();
        self.sql.changes()
    }

    pub fn change(&self, sql: &str, values: &[Value]) {
        let changed = self.sql.execute(sql, params_from_iter(values)).unwrap();
        assert!(0 < changed, "{sql}");
    }

    pub fn value(&self, sql: &str) -> Value {
        self.sql.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub fn blob(&self, sql: &str) -> Vec<u8> {
        self.sql.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub fn blobs(&self, sql: &str) -> Vec<Vec<u8>> {
        let mut statement = self.sql.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// The names of all tables that have rows of their own.
    pub fn tables(&self) -> Vec<String> {
        let sql = "SELECT name FROM sqlite_schema
                   WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
        let mut statement = self.sql.prepare(sql).unwrap();
        let names = statement.query_map([], |row| row.get(0)).unwrap();
        names.collect::<Result<_, _>>().unwrap()
    }

    /// Every row of a table.
    pub fn keep(&self, table: &str) -> Rows {
        let mut statement = self.sql.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect());
        Rows {
            table: table.to_owned(),
            rows: rows.unwrap().collect::<Result<_, _>>().unwrap(),
        }
    }

    /// Puts rows that were kept in the place of those there are.
    pub fn put_back(&self, Rows { table, rows }: &Rows) {
        self.edit(&format!("DELETE FROM {table}"));
        for row in rows {
            let places = vec!["?"; row.len()].join(", ");
            let insert = format!("INSERT INTO {table} VALUES ({places})");
            self.sql.execute(&insert, params_from_iter(row)).unwrap();
        }
    }

    /// Puts one object back, as it is in `kept`.
    pub fn put_back_object(&self, kept: &Rows, name: &str) {
        let wanted = Value::Text(name.to_owned());
        let row = kept.rows.iter().find(|row| row.first() == Some(&wanted));
        self.change("REPLACE INTO object VALUES (?, ?, ?)", row.unwrap());
    }

    /// A copy of the file as it is now, with everything that still stands in the log.
    pub fn copy(&self, name: &str) -> PathBuf {
        let to = self.path.with_file_name(name);
        drop(fs::remove_file(&to)); // VACUUM INTO does not overwrite
        let quoted = to.to_str().unwrap().replace('\'', "''");
        self.sql
            .execute_batch(&format!("VACUUM INTO '{quoted}'"))
            .unwrap();
        to
    }

    /// Takes away what keeps honest programs from changing the audit.
    pub fn drop_triggers(&self) {
        self.edit("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_shortened");
    }

    /// What the startup password gives.
    pub fn server_keys(&self, startup: &str) -> ServerKeys {
        let opening = self.blob("SELECT body FROM object WHERE name = 'startup'");
        let opening = OpeningDer::from_der(&opening).unwrap();
        let salt = Salt::parse(&opening.salt).unwrap();
        let argon2 = Argon2Params::new(opening.memory_kib, opening.passes, opening.lanes);
        let startup = Password::parse(startup).ok().unwrap();
        let key = kdf::derive(&startup, &salt, argon2.unwrap()).unwrap();
        let installation = opening.installation.as_bytes().try_into().unwrap();
        let label = |purpose, subject| Label {
            purpose,
            installation,
            subject,
            number: 0,
        };
        let sealed = self.blob("SELECT body FROM object WHERE name = 'server key'");
        let with = Opener::Key {
            id: b"startup password",
            key: &key,
        };
        let server = labelled::open_content(&sealed, with, &label("server key", b"startup"));
        let server = Key::try_from(server.unwrap()).unwrap();
        let sealed = self.blob("SELECT body FROM object WHERE name = 'audit key'");
        let public = self.blob("SELECT body FROM object WHERE name = 'audit public key'");
        let public = PublicKey::from_spki(&public).unwrap();
        let with = Opener::Key {
            id: SERVER_KEY_ID,
            key: &server,
        };
        let audit = labelled::open_key(&sealed, with, &label("audit key", &[]), &public).unwrap();
        ServerKeys {
            installation,
            server,
            audit,
        }
    }

    /// The state root, opened.
    pub fn root(&self, keys: &ServerKeys) -> StateRoot {
        let sealed = self.blob("SELECT body FROM object WHERE name = 'state root'");
        let content = keys.open(&sealed, &keys.label("state root")).unwrap();
        StateRoot::from_der(content.expose()).unwrap()
    }

    /// Seals another state root in its place.
    pub fn seal_root(&self, keys: &ServerKeys, root: &StateRoot) {
        let mut store = Store::open(&self.path).unwrap();
        store
            .write(|tx| store_root(tx, keys, root, &mut StdRng::seed_from_u64(99)))
            .unwrap();
    }

    /// The library's own way into the file.
    pub fn store(&self) -> Store {
        Store::open(&self.path).unwrap()
    }

    pub fn object(&self, name: &str) -> Vec<u8> {
        let found = self
            .store()
            .read(|reader| object::by_name(reader, name))
            .unwrap();
        found.unwrap().body
    }
}

/// The words with which something is refused as changed behind the program's back.
pub fn tampered<T>(result: Result<T, Error>) -> String {
    match result {
        Err(error @ (Error::Tampered(_) | Error::TrustListTampered)) => error.to_string(),
        Err(other) => unreachable!("refused for another reason: {other}"),
        Ok(_) => unreachable!("the attack succeeded"),
    }
}

/// The first row of the audit that `audit verify` finds fault with.
pub fn broken(result: Result<AuditVerdict, Error>) -> (u64, &'static str) {
    match result {
        Ok(AuditVerdict::Broken { seq, why }) => (seq, why),
        Ok(AuditVerdict::Intact { .. }) => unreachable!("the audit is said to be intact"),
        Err(other) => unreachable!("not verified at all: {other}"),
    }
}

#[derive(Sequence)]
struct OpeningDer {
    installation: der::asn1::OctetString,
    salt: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}
