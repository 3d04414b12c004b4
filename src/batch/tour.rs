//! `kmadmin tour`: the main job on a throw-away folder, told step by step.

use std::collections::VecDeque;
use std::num::NonZeroU8;

use serde_json::json;

use super::answers::{Answer, Answers};
use super::approve::{approve, session};
use super::call::{Call, Opened};
use super::throw_away::ThrowAway;
use crate::domain::address::MailAddress;
use crate::domain::guard::Guard;
use crate::domain::key_kind::KeyKind;
use crate::domain::mailbox::{General, MailboxId};
use crate::domain::names::{
    AdministratorName, Alias, DisplayName, Field, OrganizationName, ServerName, SiteName,
};
use crate::domain::progress::Unwatched;
use crate::domain::reason::RecoverReason;
use crate::domain::secret::{Password, SecretText};
use crate::engine::administer::{AddAdministrator, SetNumbers};
use crate::engine::audit::AuditVerdict;
use crate::engine::authorize::Operation;
use crate::engine::hand_over::{HandOver, HandedOver};
use crate::engine::recover::{RecoverKey, Ticket};
use crate::engine::setup::{SetupPlan, prepare};
use crate::engine::strength::suggest;
use crate::engine::trust::ImportCertificates;
use crate::engine::views::judge_file;
use crate::terminal::console::Console;
use crate::terminal::failure::Failure;

/// Sets up, shares, imports, cancels, enables, recovers, verifies, and removes the folder.
pub(super) fn run(mut call: Call<'_>) -> Result<(), Failure> {
    let folder = ThrowAway::make()?;
    let mut password = || suggest(&mut *call.around.rng);
    let people = ["Ann", "Bob", "Cleo"].map(|name| Administrator {
        name,
        first: password(),
        own: password(),
    });
    let mut tour = Tour {
        opened: set_up(call, &folder, &people)?,
        people,
        step: 1,
    };
    tour.tell(
        "Set up a KM server with its certification authority. Ann is its first administrator.",
    )?;
    tour.add_administrators()?;
    tour.ask_for_two_passwords()?;
    tour.import_under_two_passwords()?;
    tour.cancel_at_the_second_password()?;
    let mailbox = tour.enable_a_mailbox()?;
    tour.recover_its_key(mailbox)?;
    tour.verify_the_audit()?;
    let Tour {
        opened: Opened { console, engine },
        step,
        ..
    } = tour;
    drop(engine);
    folder.remove()?;
    tell(
        console,
        step,
        "Removed the folder. Nothing of this is left.",
    )
}

/// One of the three, with passwords made for this tour.
struct Administrator {
    name: &'static str,
    /// What Ann types when she adds the others; nobody uses it afterwards.
    first: SecretText,
    own: SecretText,
}

struct Tour<'a> {
    opened: Opened<'a>,
    people: [Administrator; 3],
    step: u32,
}

impl Tour<'_> {
    fn add_administrators(&mut self) -> Result<(), Failure> {
        let [_ann, bob, cleo] = &self.people;
        for person in [bob, cleo] {
            let name = AdministratorName::parse(person.name)?;
            let (first, own) = (person.first.expose(), person.own.expose());
            let operation = AddAdministrator {
                name: name.clone(),
                password: Password::parse(first)?,
            };
            let mut answers = self.answers(&["Ann"]);
            approve(&mut self.opened, &mut answers, operation)?;
            let (first, own) = (Password::parse(first)?, Password::parse(own)?);
            self.opened.engine.change_password(name, first, &own)?;
        }
        self.tell(
            "Added Bob and Cleo. Each accepted by choosing a password that nobody else knows.",
        )
    }

    fn ask_for_two_passwords(&mut self) -> Result<(), Failure> {
        let two = NonZeroU8::MIN.saturating_add(1);
        let mut numbers = self.opened.engine.numbers()?;
        for guard in [Guard::Administer, Guard::Recover, Guard::Import] {
            numbers = numbers.with(guard, two);
        }
        self.approve(&["Ann"], SetNumbers { numbers })?;
        self.tell("From now on administering, recovering and importing ask for two passwords.")
    }

    fn import_under_two_passwords(&mut self) -> Result<(), Failure> {
        let operation = self.authority("first-authority.pem", FIRST_AUTHORITY)?;
        self.approve(&["Ann", "Bob"], operation)?;
        let trusted = self.opened.engine.trust_list()?.len();
        self.tell(&format!(
            "Imported the certificate of another authority under Ann's and Bob's passwords. Trusted: {trusted}."
        ))
    }

    fn cancel_at_the_second_password(&mut self) -> Result<(), Failure> {
        let before = (
            self.opened.engine.trust_list()?.len(),
            self.opened.engine.audit_count()?,
        );
        let operation = self.authority("second-authority.pem", SECOND_AUTHORITY)?;
        // The answers end after Ann's: that is Cancel.
        let ended = self.approve(&["Ann"], operation);
        let after = (
            self.opened.engine.trust_list()?.len(),
            self.opened.engine.audit_count()?,
        );
        let is_unchanged = before.0 == after.0 && before.1 + 1 == after.1;
        if !matches!(ended, Err(Failure::Cancelled)) || !is_unchanged {
            return Err(Failure::refused("A cancelled import changed something."));
        }
        self.tell(&format!(
            "Cancelled a second import at the second password. Trusted: {}, as before; one row more in the audit, which says so.",
            after.0
        ))
    }

    fn enable_a_mailbox(&mut self) -> Result<MailboxId, Failure> {
        let general = General {
            display_name: DisplayName::parse("Dora Lang")?,
            alias: Alias::parse("dora")?,
            address: MailAddress::parse("dora@example.com")?,
            title: Field::default(),
            company: Field::default(),
            department: Field::default(),
            office: Field::default(),
            assistant: Field::default(),
            phone: Field::default(),
        };
        let mailbox = self.opened.engine.new_mailbox(&general)?;
        let mut answers = self.answers(&["Cleo"]);
        let mut session = session(&mut self.opened, &mut answers)?;
        let engine = &mut self.opened.engine;
        let handed_over =
            engine.enable(&mut session, mailbox, SERVER, HandOver::File, &Unwatched)?;
        let archived = engine.security(mailbox)?.archived_keys;
        self.tell(&format!(
            "Made the mailbox dora@example.com and enabled it: {} of PKCS#12 for her mail program, and {archived} key in the archive.",
            size(&handed_over)
        ))?;
        Ok(mailbox)
    }

    fn recover_its_key(&mut self, mailbox: MailboxId) -> Result<(), Failure> {
        let operation = RecoverKey {
            mailbox,
            server: SERVER.to_owned(),
            reason: RecoverReason::ForgottenPassword,
            ticket: Ticket::parse("HD-1")
                .ok_or_else(|| Failure::refused("The ticket is not one."))?,
            hand_over: HandOver::File,
        };
        let recovered = self.approve(&["Bob", "Cleo"], operation)?;
        self.tell(&format!(
            "Dora forgot her password: recovered her key under Bob's and Cleo's, reason and ticket kept: {} of PKCS#12.",
            size(&recovered)
        ))
    }

    fn verify_the_audit(&mut self) -> Result<(), Failure> {
        match self.opened.engine.verify_audit(None, &Unwatched)? {
            AuditVerdict::Intact { rows, .. } => {
                self.tell(&format!("Verified the audit: all {rows} rows are intact."))
            }
            AuditVerdict::Broken { seq, why } => Err(Failure::Refused(format!(
                "The audit is not intact at row {seq}: {why}."
            ))),
        }
    }

    fn authority(&self, file: &str, pem: &[u8]) -> Result<ImportCertificates, Failure> {
        let judged = judge_file(pem, self.opened.engine.now())?;
        Ok(ImportCertificates {
            file: file.to_owned(),
            certificates: judged
                .into_iter()
                .filter_map(|one| one.certificate)
                .collect(),
        })
    }

    fn approve<Op: Operation>(
        &mut self,
        names: &[&str],
        operation: Op,
    ) -> Result<Op::Outcome, Failure> {
        let mut answers = self.answers(names);
        approve(&mut self.opened, &mut answers, operation)
    }

    /// These administrators' right passwords, then the end of the answers.
    fn answers(&self, names: &[&str]) -> Answers {
        let given = names.iter().filter_map(|name| {
            let person = self.people.iter().find(|person| person.name == *name)?;
            Some(Answer::Given {
                administrator: person.name.to_owned(),
                password: SecretText::new(person.own.expose().to_owned()),
            })
        });
        Answers::Files(given.collect::<VecDeque<_>>())
    }

    fn tell(&mut self, sentence: &str) -> Result<(), Failure> {
        tell(self.opened.console, self.step, sentence)?;
        self.step += 1;
        Ok(())
    }
}

/// Opens a KM server that is set up in the folder, its first administrator Ann.
fn set_up<'a>(
    call: Call<'a>,
    folder: &ThrowAway,
    people: &[Administrator; 3],
) -> Result<Opened<'a>, Failure> {
    let [ann, _bob, _cleo] = people;
    let plan = SetupPlan {
        organization: OrganizationName::parse("Example")?,
        site: SiteName::parse("Headquarters")?,
        server: ServerName::parse(SERVER)?,
        administrator: AdministratorName::parse(ann.name)?,
        password: Password::parse(ann.own.expose())?,
        envelope: false,
        ca_key: KeyKind::Rsa3072,
        publish_url: None,
        post_office: folder.path().join("post-office"),
        publish_folder: folder.path().join("publish"),
    };
    let prepared = prepare(&folder.path().join("km"), call.around, &plan, &Unwatched)?;
    Ok(Opened {
        console: call.console,
        engine: prepared.commit()?,
    })
}

fn tell(console: &mut Console, step: u32, sentence: &str) -> Result<(), Failure> {
    let item = json!({ "step": step, "told": sentence });
    console.item(&format!("{step}. {sentence}"), &item)?;
    Ok(console.flush()?)
}

fn size(handed_over: &HandedOver) -> String {
    let file = handed_over.file.as_ref();
    format!("{} octets", file.map_or(0, |file| file.pkcs12.len()))
}

/// The name of the tour's KM server.
const SERVER: &str = "KM1";

/// Two authorities elsewhere, made for this tour and valid until 2119; their keys are destroyed.
const FIRST_AUTHORITY: &[u8] = include_bytes!("../../assets/tour/first-authority.pem");
const SECOND_AUTHORITY: &[u8] = include_bytes!("../../assets/tour/second-authority.pem");
