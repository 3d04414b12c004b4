//! Other programs that judge what we wrote and read.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

/// Runs a program; its standard output, or nothing, with a printed line, where it is not
/// installed. A program that is not content fails the test.
#[expect(clippy::print_stdout, reason = "a judge must not be absent silently")]
pub(super) fn ask(program: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
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
    pipe.write_all(input).unwrap_or(()); // its answer says how it went
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    Some(output.stdout)
}

/// What Python's email package finds in a message: each field and each part in a line.
pub(super) fn python(message: &[u8]) -> Option<String> {
    let answer = ask("python3", &["-c", LIST], message)?;
    Some(String::from_utf8(answer).unwrap())
}

const LIST: &str = r#"
import email, email.policy, sys
text = sys.stdin.buffer.read().decode()
message = email.message_from_string(text, policy=email.policy.SMTPUTF8)
out = []
for name in ("From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To"):
    if message[name] is not None:
        out.append(f"{name}: {message[name]}")
        defects = [type(defect).__name__ for defect in message[name].defects]
        assert set(defects) <= {"NonASCIILocalPartDefect"}, defects  # allowed since RFC 6532
if message["Date"] is not None:
    out.append(f"Date: {message['Date'].datetime.isoformat()}")
for part in message.walk():
    assert not part.defects, part.defects
    line = part.get_content_type()
    for name in ("smime-type", "protocol", "micalg"):
        if part.get_param(name):
            line += f" {name}={part.get_param(name)}"
    if part.get_filename():
        line += f" {part.get_filename()!r}"
    if not part.is_multipart():
        octets = part.get_payload(decode=True)
        is_text = part.get_content_maintype() == "text"
        line += f" {octets.decode(part.get_content_charset())!r}" if is_text else f" {octets.hex()}"
    out.append(line)
sys.stdout.buffer.write("\n".join(out).encode("utf-8", "surrogateescape"))
"#;

/// A certificate and key that `openssl` made for one test, in a folder that is removed at its end.
pub(super) struct Openssl(PathBuf);

impl Openssl {
    pub(super) fn new(test: &str) -> Option<Self> {
        let folder = env::temp_dir().join(format!("kmadmin-mail-{test}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let made = Self(folder);
        let (key, certificate) = (made.path("key.pem"), made.path("certificate.pem"));
        let arguments = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                         -subj /CN=Ada -addext keyUsage=digitalSignature";
        let mut arguments: Vec<&str> = arguments.split_ascii_whitespace().collect();
        arguments.extend(["-keyout", &key, "-out", &certificate]);
        ask("openssl", &arguments, b"").map(|_| made)
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(super) fn file(&self, name: &str, contents: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, contents).unwrap();
        path
    }

    /// Signs; `how` are further arguments of `openssl cms -sign`.
    pub(super) fn sign(&self, content: &[u8], how: &[&str]) -> Vec<u8> {
        let (key, certificate) = (self.path("key.pem"), self.path("certificate.pem"));
        let mut arguments = vec!["cms", "-sign", "-signer", &certificate, "-inkey", &key];
        arguments.extend(how);
        ask("openssl", &arguments, content).unwrap()
    }

    /// The content that `openssl` verified, or a failed test.
    pub(super) fn verify(&self, message: &[u8], how: &[&str]) -> Vec<u8> {
        let certificate = self.path("certificate.pem");
        let mut arguments = vec!["cms", "-verify", "-CAfile", &certificate, "-purpose", "any"];
        arguments.extend(how);
        ask("openssl", &arguments, message).unwrap()
    }
}

impl Drop for Openssl {
    fn drop(&mut self) {
        fs::remove_dir_all(Path::new(&self.0)).unwrap();
    }
}
