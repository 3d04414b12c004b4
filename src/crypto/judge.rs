//! For the tests of this layer: other programs that judge what we wrote.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{self, Command, Stdio};

/// What a program answered.
pub(super) struct Judgement {
    /// Whether it ended with exit code 0.
    pub(super) accepted: bool,
    /// Its standard output.
    pub(super) output: Vec<u8>,
    /// Its standard output and standard error as text.
    pub(super) said: String,
}

impl Judgement {
    /// Its standard output as text, without white space around it.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).trim().to_owned()
    }
}

/// Runs `program`; `None`, with a printed line, where it is not installed.
#[expect(clippy::print_stdout, reason = "a judge must not be absent silently")]
pub(super) fn judge(program: &str, arguments: &[&str], input: &[u8]) -> Option<Judgement> {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        println!("not judged: the program {program} is not installed");
        return None;
    };
    let mut pipe = child.stdin.take().unwrap();
    // A program that needs no input may have closed the pipe: its answer says how it went.
    pipe.write_all(input).unwrap_or(());
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    Some(Judgement {
        accepted: output.status.success(),
        said: String::from_utf8_lossy(&said).into_owned(),
        output: output.stdout,
    })
}

/// Lower-case hexadecimal digits, as the programs take keys.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut digits, octet| {
        write!(digits, "{octet:02x}").unwrap();
        digits
    })
}

/// A folder for the files a program reads; it is removed at the end of the test.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// A folder of its own for the test of this name.
    pub(super) fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kmadmin-{test}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// The path of a file, whether it is there or not.
    pub(super) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// Writes a file and gives its path.
    pub(super) fn file(&self, name: &str, contents: &[u8]) -> String {
        let path = self.0.join(name);
        fs::write(&path, contents).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}
