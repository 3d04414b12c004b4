//! Hostile octets: each reader of what strangers send, under octets that are nearly right.
//!
//! `cargo test --test fuzz` hands every reader a few hundred inputs, always the same ones;
//! `KMADMIN_FUZZ_SECONDS=60` so many seconds of new ones, and then no input may take more than a
//! second either, for which the program is to be built with `--release`. `cargo test --test fuzz cms`
//! takes the readers with *cms* in their name. Each reader runs in a process of its own that may use
//! 64 MiB more than it had before. The input that stopped one stays in a file, whose name is said,
//! and `KMADMIN_FUZZ_INPUT=FILE cargo test --test fuzz NAME` reads it again.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a failed unwrap is a failed test, and tests document themselves by their names"
)]

use std::env;
use std::fs;
use std::num::NonZero;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::{self, Child, Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

#[path = "../engine/answer_program.rs"]
#[expect(dead_code, reason = "the tests through the engine use the rest")]
mod answer_program;
mod mutation;
mod seeds;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the other test programs use the rest")]
mod support;
mod targets;
mod tree;

use targets::Target;

/// Says to a process of ours which reader it is for.
const TARGET: &str = "KMADMIN_FUZZ_TARGET";
/// For how long each reader is tried.
const SECONDS: &str = "KMADMIN_FUZZ_SECONDS";
/// A file to be read once, instead of all that is made up here.
const INPUT: &str = "KMADMIN_FUZZ_INPUT";

/// How many inputs each reader gets in `cargo test`: some seconds.
const INPUTS: u64 = 200;

/// What a reader may need for a message of at most [`mutation::MAX_INPUT`] octets.
const MEMORY: u64 = 64 << 20;

/// How many inputs are made up at once, before the memory is limited: making one up may need more
/// than reading it.
const ROUND: usize = 50;

/// What a reader may need for such a message.
const TIME: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    if let Ok(name) = env::var(TARGET) {
        let target = Target::ALL.into_iter().find(|one| one.name() == name);
        return child(target.unwrap());
    }
    let filters: Vec<String> = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let is_wanted = |target: &Target| {
        let mut filters = filters.iter();
        filters.len() == 0 || filters.any(|filter| target.name().contains(filter))
    };
    let wanted: Vec<Target> = Target::ALL.into_iter().filter(is_wanted).collect();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut failed = 0;
    for some in wanted.chunks(cores) {
        let children: Vec<(Target, Child)> = some.iter().map(|one| (*one, start(*one))).collect();
        for (target, mut child) in children {
            let status = child.wait().unwrap();
            if !status.success() {
                failed += 1;
                let input = input_file(target, child.id());
                println!("{}: {status}, by {}", target.name(), input.display());
            }
        }
    }
    println!("{} readers, {failed} failed", wanted.len());
    ExitCode::from(u8::from(0 < failed))
}

/// Starts a process for one reader.
fn start(target: Target) -> Child {
    Command::new(env::current_exe().unwrap())
        .env(TARGET, target.name())
        // Otherwise each thread reserves 64 MiB of addresses, which count as used.
        .env("MALLOC_ARENA_MAX", "1")
        .spawn()
        .unwrap()
}

/// Where the input stands that is being read.
fn input_file(target: Target, process: u32) -> PathBuf {
    let name = format!("fuzz-{}-{process}", target.name());
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Tries one reader, up to the first input that it fails at.
fn child(target: Target) -> ExitCode {
    let seeds = seeds::of(target);
    for seed in &seeds {
        target.read(seed); // what is made once is made before the memory is limited
    }
    if let Ok(file) = env::var(INPUT) {
        limit_memory();
        target.read(&fs::read(file).unwrap());
        return ExitCode::SUCCESS;
    }
    let seconds: Option<u64> = env::var(SECONDS).ok().map(|text| text.parse().unwrap());
    let number: u64 = seconds.map_or(0, |_seconds| rand::rng().random());
    let mut rng = StdRng::seed_from_u64(number);
    let file = input_file(target, process::id());
    let (start, mut slowest, mut count) = (Instant::now(), Duration::ZERO, 0_u64);
    let is_over = |count| match seconds {
        None => count == INPUTS,
        Some(seconds) => seconds <= start.elapsed().as_secs(),
    };
    let mut round = Vec::new();
    while !is_over(count) {
        let Some(input) = round.pop() else {
            set_limit("unlimited");
            round.extend((0..ROUND).map(|_| mutation::of(&seeds, &mut rng)));
            limit_memory();
            continue;
        };
        fs::write(&file, &input).unwrap();
        let (mut is_read, mut took) = timed(target, &input);
        if TIME < took {
            (is_read, took) = timed(target, &input); // the machine may have been busy
        }
        slowest = slowest.max(took);
        count += 1;
        let is_slow = seconds.is_some() && TIME < took;
        if !is_read || is_slow {
            println!(
                "{}: input {count} of seed {number} took {took:?}",
                target.name()
            );
            return ExitCode::FAILURE;
        }
    }
    fs::remove_file(file).unwrap();
    println!(
        "{}: {count} inputs, the slowest took {slowest:?}",
        target.name()
    );
    ExitCode::SUCCESS
}

/// Whether an input is read without a panic, and how long that takes.
fn timed(target: Target, input: &[u8]) -> (bool, Duration) {
    let before = Instant::now();
    let read = panic::catch_unwind(AssertUnwindSafe(|| target.read(input)));
    (read.is_ok(), before.elapsed())
}

/// Lets this process have [`MEMORY`] more than it has now.
fn limit_memory() {
    let sizes = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = sizes.split(' ').next().unwrap().parse().unwrap();
    set_limit(&(pages * PAGE + MEMORY).to_string());
}

/// The soft limit alone, which may be raised again.
fn set_limit(limit: &str) {
    let status = Command::new("prlimit")
        .arg(format!("--pid={}", process::id()))
        .arg(format!("--as={limit}:"))
        .status();
    assert!(status.unwrap().success(), "prlimit limits the memory");
}

/// The octets of a page of memory, on every processor that Debian's `amd64` and `arm64` run on.
const PAGE: u64 = 4_096;
