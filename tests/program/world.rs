//! A set-up folder for each test, copied from one that is made once, and calls of the program on it.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// The three administrators of the template and their passwords, for tests only.
pub(crate) const ANN: &str = "ann\tplum ferry oxide tundra 41";
pub(crate) const BOB: &str = "bob\tviolet anchor siphon maple 7";
pub(crate) const CLEO: &str = "cleo\tgranite otter pollen zephyr 93";

/// A folder of its own with a data folder `km` in it; removed at the end.
pub(crate) struct World {
    folder: PathBuf,
}

/// What came of a call.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    /// A KM server named KM1 with the administrators ann, bob and cleo; each act asks for one.
    pub(crate) fn new() -> Self {
        static TEMPLATE: OnceLock<World> = OnceLock::new();
        TEMPLATE.get_or_init(Self::with_three_seats).copied()
    }

    /// The same, but importing, recovering and administering ask for two passwords.
    pub(crate) fn with_two_passwords() -> Self {
        static TEMPLATE: OnceLock<World> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let world = Self::new();
            let ann = world.file("ann", ANN);
            for act in ["import", "recover", "administer"] {
                world.done(&["passwords", "set", act, "2", "--answers", &ann]);
            }
            world
        });
        template.copied()
    }

    /// Set up with ann alone, with folders that no other world uses.
    pub(crate) fn with_one_seat() -> Self {
        let world = Self::empty();
        let password = world.file("password", password_of(ANN));
        world.done(&setup_arguments(&password, &world.path("startup")));
        world
    }

    fn with_three_seats() -> Self {
        let world = Self::with_one_seat();
        let ann = world.file("ann", ANN);
        for (name, line) in [("bob", BOB), ("cleo", CLEO)] {
            let first = world.file("first", "jasmine quarry lantern bison 58");
            let own = world.file("own", password_of(line));
            let add = ["administrator", "add", name, "--new-password-from", &first];
            world.done(&[&add[..], &["--answers", &ann]].concat());
            let accept = ["administrator", "accept", name, "--password-from", &first];
            world.done(&[&accept[..], &["--new-password-from", &own]].concat());
        }
        world
    }

    /// Nothing set up yet.
    pub(crate) fn empty() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("program-{}-{number}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir(&folder).unwrap();
        Self { folder }
    }

    /// Another world that is as this one; its notices go to this one's post office.
    fn copied(&self) -> Self {
        let world = Self::empty();
        let from = self.path(".");
        let copied = Command::new("cp")
            .args(["-a", &from, &world.path("")])
            .status();
        assert!(copied.unwrap().success());
        world
    }

    /// The path of `name` in the world's folder.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// Writes a file that only its owner reads, and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        let mut options = File::options();
        options.write(true).create(true).truncate(true).mode(0o600);
        options
            .open(&path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        path
    }

    /// Calls the program on this world's data folder, with the startup password from its file.
    pub(crate) fn call(&self, arguments: &[&str]) -> Ran {
        self.call_with_input(arguments, "")
    }

    /// The same, with this text on standard input.
    pub(crate) fn call_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self.start(arguments);
        let mut pipe = child.stdin.take().unwrap();
        // A call that reads no input may have ended already.
        pipe.write_all(input.as_bytes()).unwrap_or(());
        drop(pipe);
        let output = child.wait_with_output().unwrap();
        Ran {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts a call and does not wait for it.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let (data, startup) = (self.path("km"), self.path("startup"));
        program(&["--data", &data, "--startup-from", &startup])
            .args(arguments)
            .spawn()
            .unwrap()
    }

    /// A call that must be done; its text.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let ran = self.call(arguments);
        assert_eq!(ran.status, 0, "{arguments:?}: {}", ran.err);
        ran.out
    }

    /// A call that must be done; its document.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let out = self.done(&[arguments, &["--json"]].concat());
        serde_json::from_str(&out).unwrap()
    }

    /// A call that must end with this status and say this on standard error.
    pub(crate) fn refused(&self, status: i32, arguments: &[&str], said: &str) {
        let ran = self.call(arguments);
        assert_eq!(ran.status, status, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
    }

    /// What `audit list --json` counts.
    pub(crate) fn audit_rows(&self) -> usize {
        self.json(&["audit", "list"])["items"]
            .as_array()
            .unwrap()
            .len()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

impl Ran {
    /// Standard output as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// The program with these arguments, without a display, its streams as pipes.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmadmin"));
    command
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The arguments of `setup`, with the quickest kind of CA key.
pub(crate) fn setup_arguments<'a>(password: &'a str, startup: &'a str) -> [&'a str; 15] {
    [
        "setup",
        "--organization",
        "Example",
        "--site",
        "Kyōto",
        "--server",
        "KM1",
        "--administrator",
        "ann",
        "--password-from",
        password,
        "--startup-out",
        startup,
        "--key",
        "p256",
    ]
}

/// The password of an answer's line.
pub(crate) fn password_of(line: &str) -> &str {
    line.split_once('\t').unwrap().1
}
