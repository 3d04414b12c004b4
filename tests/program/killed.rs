//! Killed (SIGKILL) at random moments of each act, the folder opens again and is wholly before the
//! act or wholly after it. 20 times, or as often as `KMADMIN_KILLS` says.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;

use super::world::{ANN, BOB, World, password_of, setup_arguments};

const FIRST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/tour/first-authority.pem"
);
const SECOND: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/tour/second-authority.pem"
);
const NEW: &str = "new@example.com";
const OLD: &str = "old@example.com";

/// An act to be killed.
#[derive(Clone, Copy, Debug)]
enum Act {
    SetUp,
    Import,
    ShareAnew,
    Enable,
    Recover,
}

const ACTS: [Act; 5] = [
    Act::SetUp,
    Act::Import,
    Act::ShareAnew,
    Act::Enable,
    Act::Recover,
];

/// How often in `cargo test`; the long series runs before a release.
const KILLS: usize = 20;

#[test]
fn killed_at_any_moment_an_act_is_wholly_done_or_not_at_all() {
    let kills = std::env::var("KMADMIN_KILLS")
        .ok()
        .and_then(|number| number.parse().ok());
    let world = prepared();
    // The moments differ from run to run; the seed is printed, so that a run can be repeated.
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut interrupted = 0;
    for round in 0..kills.unwrap_or(KILLS) {
        let act = ACTS[round % ACTS.len()];
        let share = rng.random_range(0..1000);
        interrupted += usize::from(match act {
            Act::SetUp => kill_set_up(share),
            Act::Import | Act::ShareAnew | Act::Enable | Act::Recover => {
                kill_act(&world, act, share)
            }
        });
    }
    println!("{interrupted} acts were interrupted before their end");
    assert!(0 < interrupted);
}

/// A KM server with a mailbox to enable and one to recover.
fn prepared() -> World {
    let world = World::with_two_passwords();
    world.file("ann", ANN);
    world.file("both", &format!("{ANN}\n{BOB}\n"));
    for (alias, address) in [("new", NEW), ("old", OLD)] {
        let new = [
            "mailbox",
            "new",
            "--name",
            alias,
            "--alias",
            alias,
            "--address",
            address,
        ];
        world.done(&new);
    }
    let (ann, file) = (world.path("ann"), world.path("old.p12"));
    let enable = [
        "mailbox",
        "enable",
        OLD,
        "--server",
        "KM1",
        "--answers",
        &ann,
    ];
    world.done(&[&enable[..], &["--save-p12", &file]].concat());
    world
}

/// Kills one act in this thousandth of the time it takes; whether it had not ended.
fn kill_act(world: &World, act: Act, share: u32) -> bool {
    let (ann, both) = (world.path("ann"), world.path("both"));
    let arguments = match act {
        Act::Import => vec!["trust", "import", FIRST, SECOND, "--answers", &both],
        Act::ShareAnew => vec!["passwords", "share-anew", "--answers", &both],
        Act::Enable => vec![
            "mailbox",
            "enable",
            NEW,
            "--server",
            "KM1",
            "--answers",
            &ann,
        ],
        Act::Recover | Act::SetUp => {
            let recover = [
                "mailbox",
                "recover",
                OLD,
                "--server",
                "KM1",
                "--reason",
                "lost-device",
            ];
            [&recover[..], &["--ticket", "HD-9", "--answers", &both]].concat()
        }
    };
    let was_interrupted = kill(world.start(&arguments), typical(act) * share / 1000);
    world.done(&["audit", "verify"]);
    match act {
        Act::Import => {
            let trusted = world.json(&["trust", "list"])["items"].clone();
            let fingerprints: Vec<&Value> = trusted
                .as_array()
                .unwrap()
                .iter()
                .map(|one| &one["fingerprint"])
                .collect();
            assert!(matches!(fingerprints.len(), 0 | 2), "{trusted}");
            for fingerprint in fingerprints {
                let fingerprint = fingerprint.as_str().unwrap();
                world.done(&["trust", "untrust", fingerprint, "--answers", &both]);
            }
        }
        // The passwords still open what is shared, whichever it is.
        Act::ShareAnew => drop(world.done(&["passwords", "share-anew", "--answers", &both])),
        Act::Enable => check_mailbox(world, NEW, ["undefined", "new"]),
        Act::Recover | Act::SetUp => check_mailbox(world, OLD, ["active", "recover"]),
    }
    was_interrupted
}

/// The state is one of these, and a temporary key is there in the second one only.
fn check_mailbox(world: &World, address: &str, states: [&str; 2]) {
    let shown = world.json(&["mailbox", "show", address]);
    let state = shown["state"].as_str().unwrap();
    assert!(states.contains(&state), "{shown}");
    assert_eq!(
        shown["temporary_key"].is_object(),
        state == states[1],
        "{shown}"
    );
}

fn kill_set_up(share: u32) -> bool {
    let world = World::empty();
    let password = world.file("password", password_of(ANN));
    let startup = world.path("startup");
    let was_interrupted = kill(
        world.start(&setup_arguments(&password, &startup)),
        typical(Act::SetUp) * share / 1000,
    );
    let is_open = fs::exists(&startup).unwrap() && world.call(&["mailbox", "list"]).status == 0;
    if !is_open {
        // Not set up: what lies there does not stand in the way of a new one.
        fs::remove_file(&startup).unwrap_or(());
        world.done(&setup_arguments(&password, &startup));
    }
    world.done(&["audit", "verify"]);
    was_interrupted
}

/// Waits for this time, then sends SIGKILL; whether the program was still running.
fn kill(mut child: Child, after: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < after {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
    child.kill().unwrap();
    let ended = child.wait().unwrap();
    ended.code().is_none()
}

/// About what an act takes, opening included: the moments are spread over it.
const fn typical(act: Act) -> Duration {
    Duration::from_millis(match act {
        Act::SetUp | Act::ShareAnew => 2500, // an RSA key of 4096 bits is made
        Act::Import | Act::Recover => 1200,
        Act::Enable => 800,
    })
}
