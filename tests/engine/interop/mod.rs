//! Program by act: what other mail programs make of our messages, and we of theirs.

mod people;
mod programs;

use kmadmin::crypto::smime::enveloped::Cipher;

use people::{Mail, People};
use programs::{Gnutls, Gpgsm, Nss, Openssl, Program, Said, Thunderbird};

use Said::{CanNot, Changed, Right};

/// The acts, in the order of a row.
const ACTS: [&str; 8] = [
    "verify detached",
    "verify opaque",
    "detached, changed",
    "opaque, changed",
    "decrypt CBC, RSA",
    "decrypt GCM, RSA",
    "decrypt CBC, P-256",
    "signed, encrypted",
];

/// What each program is expected to say, with the versions in Debian 12. A row that changes is worth
/// a look: either a program has learnt something, or we write something else.
const EXPECTED: [(&str, [Said; 8]); 5] = [
    (
        "openssl cms",
        [Right, Right, Changed, Changed, Right, Right, Right, Right],
    ),
    (
        "NSS cmsutil",
        [Right, Right, Changed, Changed, Right, CanNot, CanNot, Right],
    ),
    (
        "GnuTLS certtool",
        [
            Right, Right, Changed, Changed, CanNot, CanNot, CanNot, CanNot,
        ],
    ),
    (
        "gpgsm",
        [Right, Right, Changed, Changed, Right, CanNot, CanNot, Right],
    ),
    (
        "Thunderbird",
        [Right, Right, Changed, Changed, Right, CanNot, Right, Right],
    ),
];

#[test]
#[expect(clippy::print_stdout, reason = "the table is what the reader wants")]
fn other_programs_verify_and_decrypt_what_they_can_and_call_changed_messages_changed() {
    let people = People::new();
    let detached = people.detached();
    let opaque = people.opaque();
    let [changed, changed_opaque] = people.tampered();
    let cbc = people.encrypted("cbc-rsa", &people.rsa, Cipher::Aes256Cbc);
    let gcm = people.encrypted("gcm-rsa", &people.rsa, Cipher::Aes256Gcm);
    let curve = people.encrypted("cbc-curve", &people.curve, Cipher::Aes256Cbc);
    let both = people.signed_and_encrypted(&people.rsa);
    let mails = [
        &detached,
        &opaque,
        &changed,
        &changed_opaque,
        &cbc,
        &gcm,
        &curve,
        &both,
    ];
    let Some(programs) = programs(&people, &mails) else {
        return;
    };
    println!("{:16} {}", "", ACTS.join(" | "));
    let rows = programs.iter().map(|program| {
        let row = [
            program.verify(&people, &detached),
            program.verify(&people, &opaque),
            program.verify(&people, &changed),
            program.verify(&people, &changed_opaque),
            program.decrypt(&people, &cbc, &people.rsa).0,
            program.decrypt(&people, &gcm, &people.rsa).0,
            program.decrypt(&people, &curve, &people.curve).0,
            opens(&**program, &people, &both),
        ];
        println!("{:16} {row:?}", program.name());
        (program.name(), row)
    });
    assert_eq!(rows.collect::<Vec<_>>(), EXPECTED);
}

/// What a program says of a message that is signed and then encrypted: both.
fn opens(program: &dyn Program, people: &People, mail: &Mail) -> Said {
    match program.decrypt(people, mail, &people.rsa) {
        (Right, content) if content.is_empty() => program.verify(people, mail),
        (Right, content) => program.verify(people, &Mail::inside(&content)),
        (other, _content) => other,
    }
}

/// The programs, in the order of the table; `None` if one is not installed.
fn programs(people: &People, mails: &[&Mail]) -> Option<Vec<Box<dyn Program>>> {
    crate::support::judge("openssl", &["version"], b"")?;
    crate::support::judge("certtool", &["--version"], b"")?;
    Some(vec![
        Box::new(Openssl),
        Box::new(Nss::new(people)?),
        Box::new(Gnutls),
        Box::new(Gpgsm::new(people)?),
        Box::new(Thunderbird::new(people, mails)?),
    ])
}
