//! For the tests of this layer and of those above: other programs that judge what we wrote.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{self, Command, Stdio};

/// What a program answered.
pub(crate) struct Judgement {
    /// Whether it ended with exit code 0.
    pub(crate) accepted: bool,
    /// Its standard output.
    pub(crate) output: Vec<u8>,
    /// Its standard output and standard error as text.
    pub(crate) said: String,
}

impl Judgement {
    /// Its standard output as text, without white space around it.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).trim().to_owned()
    }
}

/// Runs `program`; `None`, with a printed line, where it is not installed.
#[expect(clippy::print_stdout, reason = "a judge must not be absent silently")]
pub(crate) fn judge(program: &str, arguments: &[&str], input: &[u8]) -> Option<Judgement> {
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
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut digits, octet| {
        write!(digits, "{octet:02x}").unwrap();
        digits
    })
}

/// A folder for the files a program reads; it is removed at the end of the test.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// A folder of its own for the test of this name.
    pub(crate) fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kmadmin-{test}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, contents: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, contents).unwrap();
        path
    }

    /// Where a file of this name is, or would be.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}
