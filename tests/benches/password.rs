//! From a password typed at a prompt to the verdict. The bar: no more than 1.3 times the bare hash.

use std::cell::RefCell;

use divan::{Bencher, black_box};
use kmadmin::crypto::costs::Costs;
use kmadmin::crypto::kdf::{self, Argon2Params, Salt};
use kmadmin::domain::credential::Credential;
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::reason::RecoverReason;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::authorize::Approval;
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::recover::{RecoverKey, Ticket};
use kmadmin::engine::session::Remember;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::stage::{csv, real_world};
use crate::support::{NAMES, SERVER, World, cheap, credential, name, password};

/// What everything here is held against.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn bare_hash(bencher: Bencher<'_, '_>) {
    let salt = Salt::random(&mut StdRng::seed_from_u64(1));
    let password = password(NAMES[0]);
    bencher.bench_local(|| kdf::derive(black_box(&password), &salt, Argon2Params::STANDARD).ok());
}

/// The answer that completes a quorum of one, with so many administrators.
#[divan::bench(args = [1, 5], sample_count = 30, sample_size = 1)]
fn right(bencher: Bencher<'_, '_>, administrators: usize) {
    answer_rightly(bencher, real_world(Costs::STANDARD, administrators));
}

/// The same where it opens the archive.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn right_for_recovery(bencher: Bencher<'_, '_>) {
    answer_for_recovery(bencher, real_world(Costs::STANDARD, 1));
}

/// A wrong one, which is counted and recorded.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn wrong(bencher: Bencher<'_, '_>) {
    answer_wrongly(bencher, real_world(Costs::STANDARD, 1));
}

/// The same with real keys and a hash of next to nothing: what comes on top of it, which a busy
/// machine does not hide.
mod beside_the_hash {
    use super::{
        Bencher, Costs, answer_for_recovery, answer_rightly, answer_wrongly, cheap, real_world,
    };

    /// Real keys, and passwords that cost nothing.
    fn costs() -> Costs {
        Costs {
            argon2: cheap().argon2,
            argon2_floor: cheap().argon2_floor, // else a hash of so little is refused
            ..Costs::STANDARD
        }
    }

    #[divan::bench(args = [1, 5], sample_size = 1)]
    fn right(bencher: Bencher<'_, '_>, administrators: usize) {
        answer_rightly(bencher, real_world(costs(), administrators));
    }

    #[divan::bench(sample_size = 1)]
    fn right_for_recovery(bencher: Bencher<'_, '_>) {
        answer_for_recovery(bencher, real_world(costs(), 1));
    }

    #[divan::bench(sample_size = 1)]
    fn wrong(bencher: Bencher<'_, '_>) {
        answer_wrongly(bencher, real_world(costs(), 1));
    }
}

fn answer_rightly(bencher: Bencher<'_, '_>, world: World) {
    let world = RefCell::new(world);
    let ada = credential(NAMES[0]);
    bencher
        .with_inputs(|| world.borrow_mut().engine.begin(ShareAnew).unwrap())
        .bench_local_values(|quorum| {
            let approval = world.borrow_mut().engine.present(quorum, &ada);
            assert!(matches!(approval, Approval::Granted(_)));
            approval
        });
}

fn answer_for_recovery(bencher: Bencher<'_, '_>, mut world: World) {
    let engine = &mut world.engine;
    let plan = engine.plan_import(&csv(1)).unwrap();
    engine.import(&plan, &Unwatched).unwrap();
    let ada = credential(NAMES[0]);
    let mut session = engine.open_session(&ada, Remember::No).unwrap();
    let mailbox = MailboxId(1);
    engine
        .enable(&mut session, mailbox, SERVER, HandOver::File, &Unwatched)
        .unwrap();
    let recover = || RecoverKey {
        mailbox,
        server: SERVER.to_owned(),
        reason: RecoverReason::ForgottenPassword,
        ticket: Ticket::parse("INC0000001").unwrap(),
        hand_over: HandOver::Both,
    };
    let world = RefCell::new(world);
    bencher
        .with_inputs(|| world.borrow_mut().engine.begin(recover()).unwrap())
        .bench_local_values(|quorum| {
            let approval = world.borrow_mut().engine.present(quorum, &ada);
            assert!(matches!(approval, Approval::Granted(_)));
            approval
        });
}

/// Before each wrong answer the right one is given, or pauses grow.
fn answer_wrongly(bencher: Bencher<'_, '_>, world: World) {
    let world = RefCell::new(world);
    let ada = credential(NAMES[0]);
    let mistaken = Credential {
        administrator: name(NAMES[0]),
        password: password("Mallory"),
    };
    bencher
        .with_inputs(|| {
            let engine = &mut world.borrow_mut().engine;
            engine.open_session(&ada, Remember::No).unwrap();
            engine.begin(ShareAnew).unwrap()
        })
        .bench_local_values(|quorum| {
            let approval = world.borrow_mut().engine.present(quorum, &mistaken);
            assert!(matches!(
                approval,
                Approval::Pending(_, Some(Error::WrongPassword))
            ));
            approval
        });
}
