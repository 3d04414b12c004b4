//! Who runs the program, as the audit names whoever does what needs no administrator.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

/// The system's user: whose process this is, not what the environment says. The number, where the
/// system has no name for it.
pub fn operator() -> String {
    let Ok(process) = fs::metadata("/proc/self") else {
        return "unknown user".to_owned();
    };
    let number = process.uid();
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| name_of(line, number));
    name.unwrap_or_else(|| format!("user {number}"))
}

/// The name in a line of the user database, `name:password:number:…` (`passwd` manual page,
/// section 5), if it has this number.
fn name_of(line: &str, number: u32) -> Option<String> {
    let mut fields = line.split(':');
    let name = fields.next()?;
    let listed: u32 = fields.nth(1)?.parse().ok()?;
    (listed == number).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_number() {
        let line = "anna:x:1000:1000:Anna:/home/anna:/bin/sh";
        assert_eq!(name_of(line, 1000), Some("anna".to_owned()));
        assert_eq!(name_of(line, 100), None);
        assert_eq!(name_of("nobody", 1000), None);
        assert!(!operator().is_empty());
    }
}
