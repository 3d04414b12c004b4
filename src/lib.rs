//! kmadmin: a desktop certificate authority that enrols mail users for S/MIME, keeps their
//! encryption keys, and gives them back under as many administrators' passwords as the policy asks.
//!
//! # Bird's eye
//!
//! One file, `km.db`, holds everything. What the *startup password* opens lets the KM server issue
//! certificates and keep records; what the *administrators' passwords* open lets it do the five
//! guarded acts, and only as many passwords together as the policy asks open anything at all. A
//! window ([`ui`] over [`app`]) and a command line ([`batch`]) call the same [`engine`], whose every
//! act is one transaction with its audit row.
//!
//! The mail user has a program of his own, `kmclient` ([`client`]). It never sees the database: it
//! speaks CMP ([`protocol`]) with the KM server, by mail or over HTTP, and keeps its keys in a folder
//! of PKCS#12 files.
//!
//! ```text
//!   kmadmin ─┬─ ui ── app ───┐          face (widgets), forms      desk (files, clipboard)
//!            └─ batch ───────┤          terminal (subcommands)     work (a thread of its own)
//!                  service ──┴─ engine ─┬─ store (SQL)
//!                                       ├─ protocol (CMP) ─┐
//!                                       ├─ mail ───────────┼─ domain (values)
//!   kmclient ── client ─────────────────┴─ crypto ─────────┘
//! ```
//!
//! # Code map, in reading order
//!
//! * [`domain`]: the vocabulary. Values that cannot block: addresses, names, moments, states, guards,
//!   secrets' types.
//! * [`crypto`]: mechanism without policy. Octets in, octets out; time and randomness are arguments.
//! * [`protocol`]: the messages between client and KM server (CMP, RFC 9810): read, written, protected.
//! * [`store`]: the only module that speaks SQL, one file per table.
//! * [`mail`]: the post office: Maildirs, and messages read and written (RFC 5322, MIME).
//! * [`engine`]: what the KM server can do. `authorize` is the trusted file: it alone turns passwords
//!   into a `Grant`. `manifest` is the root of trust, `seats` what a password opens, `guards` what a
//!   quorum opens, `act` the transaction, `answer` what users' programs are told.
//! * [`service`]: CMP and certificates over HTTP, and the post office, until it is told to stop.
//! * [`work`]: a thread that owns the engine; closures go over, progress and replies come back.
//! * [`desk`]: what a desktop gives: file dialogs, clipboard, private files.
//! * [`face`]: every widget, and the only place that knows a colour or a pixel.
//! * [`forms`]: what people type and are told, the same in every window.
//! * [`app`]: the Administrator's state and decisions; has never heard of egui.
//! * [`ui`]: paints `app` through `face` and reports clicks.
//! * [`terminal`]: what subcommands read and print, and their exit status.
//! * [`batch`]: the subcommands of the Administrator.
//! * [`client`]: the mail user's side, `kmclient`: keysets, enrolment, renewal, messages.
//!
//! # What does not exist
//!
//! No privileged act without a [`engine::authorize::Grant`], made in one place. No write outside a
//! [`store::Tx`]. No SQL and no engine call while painting. No secret with `Debug`, `Display` or
//! `Clone`, none in an error, an audit row or the accessibility tree. Nothing but `main` reads the
//! system clock or names the real costs of keys. `tests/tidy.rs` holds the code to it.
//!
//! # Three walks
//!
//! *Recover a key.* The Security page dispatches a command; `app` posts `engine.begin(RecoverKey)` and
//! gets a quorum; the prompt presents one password after the other; the last one needed makes a grant;
//! `engine.execute` runs `recover` in one transaction with state, temporary key and audit row; the
//! reply opens the box that shows the temporary key once.
//!
//! *Import, cancelled at the second password.* The file is judged before anybody types. `engine.begin`
//! gives a quorum, the first password is right, and then Cancel, Esc or a closed window calls
//! `engine.abandon`: one audit row, an unchanged trust list, and no message claims success (Q235464).
//!
//! *Get a Digital ID.* The client stores a new signing key and a one-time transport key, then sends an
//! `ir` under the temporary key. `engine::answer` verifies the MAC, binds the temporary key to those
//! keys, makes and archives the encryption key, issues both certificates and stores its answer, in one
//! transaction. The person opens the reply and chooses a level; the keyset is on the disk before
//! `certConf` leaves, and only that message spends the temporary key.
//!
//! # Where to start
//!
//! *A guarded act*: one struct and one `impl Operation` in a file of `engine`, one command in
//! `app::command`, one subcommand in `batch`. *A page*: a sheet page in `app::sheet` and its picture in
//! `ui::sheets`. *A table*: a file in `store` with its `CREATE`, listed in `store::schema`.

pub mod app;
pub mod batch;
pub mod client;
pub mod crypto;
pub mod desk;
pub mod domain;
pub mod engine;
pub mod face;
pub mod forms;
pub mod mail;
pub mod protocol;
pub mod service;
pub mod store;
pub mod terminal;
pub mod ui;
pub mod work;
