//! The house rules that a reader of one file cannot see, checked by reading all of them: layers and
//! crate homes, sizes, first lines, banned words, secrets without derives, reasons beside dependencies.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a failed unwrap is a failed test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Which of our layers a layer may name, from the bottom up. A layer may always name itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("crypto", &["domain"]),
    ("protocol", &["domain", "crypto"]),
    ("mail", &["domain"]),
    ("store", &["domain"]),
    ("engine", &["domain", "crypto", "protocol", "mail", "store"]),
    ("service", &["domain", "engine", "protocol", "mail"]),
    ("work", &["domain"]),
    ("desk", &["domain"]),
    ("forms", &["domain", "crypto", "desk"]),
    ("terminal", &["domain"]),
    ("face", &["domain", "forms"]),
    ("app", &["domain", "engine", "work", "desk", "forms"]),
    ("ui", &["domain", "app", "forms", "face"]),
    (
        "client",
        &[
            "domain", "crypto", "protocol", "mail", "work", "desk", "forms", "terminal", "face",
        ],
    ),
    (
        "batch",
        &["domain", "engine", "service", "desk", "terminal"],
    ),
];

/// Crates that only these layers may name (the programs' own files may name what they start).
const HOMES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("icu_collator", &["store"]),
    ("eframe", &["face", "ui", "client"]),
    ("egui", &["face", "ui", "client"]),
    ("rfd", &["desk"]),
    ("arboard", &["desk"]),
    ("clap", &["batch", "client"]),
    ("rpassword", &["terminal"]),
    ("serde_json", &["batch", "client", "terminal"]),
    ("ureq", &["client"]),
    ("rcgen", &["crypto"]),
    ("x509_cert", &["crypto"]),
    ("der", &["crypto", "protocol", "engine"]),
    ("cms", &["crypto"]),
    ("aws_lc_rs", &["crypto"]),
    ("rsa", &["crypto"]),
    ("argon2", &["crypto"]),
    ("mail_builder", &["mail"]),
    ("mail_parser", &["mail"]),
    ("base64", &["mail"]),
    ("des", &["crypto"]),
    ("cbc", &["crypto"]),
    ("sha1", &["crypto"]),
    ("sha2", &["crypto"]),
    ("time", &["crypto"]),
];

/// The programs' own files.
const MAINS: &[&str] = &["src/main.rs", "src/bin/"];

/// Words that stand in these places only: the word, where (a path's beginning; none: nowhere), and
/// what to use elsewhere. They hold for the programs, not for what tests need.
const BANNED: &[(&str, &[&str], &str)] = &[
    ("SystemTime::now", MAINS, "the Clock that is passed in"),
    ("Utc::now", MAINS, "the Clock that is passed in"),
    ("Local::now", MAINS, "the Clock that is passed in"),
    (
        "Instant::now",
        &["src/main.rs", "src/bin/", "src/desk/real.rs"], // how long a file dialog took tells if there is one
        "the Clock that is passed in",
    ),
    ("Costs::STANDARD", MAINS, "the Costs that are passed in"),
    ("thread::spawn", &[], "thread::Builder with a name"),
    ("Grant {", &["src/engine/authorize.rs"], "Quorum::present"),
    ("ui.button(", &["src/face/"], "face::button"),
    ("TextEdit", &["src/face/"], "face::field"),
    ("DragValue", &["src/face/"], "face's number box"),
    ("ScrollArea", &["src/face/"], "face's scroll area"),
    (
        "Color32::from_",
        &["src/face/theme.rs"],
        "a colour of the theme",
    ),
    (
        "use crate::{",
        &[],
        "one use a module: a list hides a layer",
    ),
    ("todo!", &[], "the code"),
    ("unimplemented!", &[], "the code"),
    ("FIXME", &[], "the code"),
    ("#[ignore", &[], "a test that runs"),
];

/// A file is read in one sitting, a function on one screen.
const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;

/// One source file: its path from the package's folder, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The layer it belongs to; nothing for `lib.rs`, the programs and the tests.
    fn layer(&self) -> Option<&str> {
        let (layer, _file) = self.path.strip_prefix("src/")?.split_once('/')?;
        (layer != "bin").then_some(layer)
    }

    /// The lines before the file's own tests, numbered, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let product = self.text.split("\n#[cfg(test)]").next().unwrap();
        numbered(product)
    }

    /// All lines, numbered, without comments.
    fn all_code(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.text)
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(text.lines())
        .map(|(number, line)| (number, line.split("//").next().unwrap()))
}

/// Every Rust file below these folders of the package, in order of its path.
fn sources(folders: &[&str]) -> Vec<Source> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folders {
        collect(package, &package.join(folder), &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(package: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(package, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(package).unwrap();
            let path = path.to_str().unwrap().to_owned();
            found.push(Source { path, text });
        }
    }
}

/// Fails with all complaints at once.
fn check(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Whether `line` names `word` as a path's first part: `word::`, not `other_word::`, not `::word::`.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let is_start = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':');
        is_start && line[at + word.len()..].starts_with("::")
    })
}

/// The layers that a line names through `crate::`, `super::` chains that leave the layer, or our
/// package's name.
fn named_layers<'a>(line: &'a str, layers: &[&'a str]) -> Vec<&'a str> {
    let named = |layer: &&&str| {
        ["crate::", "kmadmin::"].iter().any(|root| {
            let path = format!("{root}{layer}");
            line.match_indices(&path).any(|(at, _)| {
                let after = line[at + path.len()..].chars().next();
                after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
            })
        })
    };
    layers.iter().filter(named).copied().collect()
}

#[test]
fn layers_name_only_the_layers_below_them() {
    let all: Vec<&str> = LAYERS.iter().map(|(layer, _)| *layer).collect();
    let mut complaints = Vec::new();
    for source in sources(&["src"]) {
        let Some(layer) = source.layer() else {
            continue;
        };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            complaints.push(format!("{}: no layer of that name", source.path));
            continue;
        };
        for (number, line) in source.code() {
            for named in named_layers(line, &all) {
                if named != layer && !allowed.contains(&named) {
                    complaints.push(format!("{}:{number}: {layer} names {named}", source.path));
                }
            }
        }
    }
    check(&complaints);
}

#[test]
fn face_and_egui_are_named_by_the_windows_of_the_client_only() {
    let complaints: Vec<String> = sources(&["src"])
        .iter()
        .filter(|source| source.path.starts_with("src/client/"))
        .filter(|source| !source.path.starts_with("src/client/ui/"))
        .filter(|source| {
            let paints = |(_, line)| names(line, "crate::face") || names(line, "egui");
            source.code().any(paints) || source.text.contains("eframe")
        })
        .map(|source| format!("{}: paints", source.path))
        .collect();
    check(&complaints);
}

#[test]
fn crates_are_named_in_their_homes_only() {
    let mut complaints = Vec::new();
    for source in sources(&["src"]) {
        let Some(layer) = source.layer() else {
            continue;
        };
        for (number, line) in source.code() {
            for (krate, homes) in HOMES {
                if names(line, krate) && !homes.contains(&layer) {
                    complaints.push(format!("{}:{number}: {layer} names {krate}", source.path));
                }
            }
            if matches!(layer, "ui" | "face" | "app") && line.contains("std::fs") {
                complaints.push(format!("{}:{number}: {layer} names std::fs", source.path));
            }
        }
    }
    check(&complaints);
}

#[test]
fn banned_words_stand_in_their_places_only() {
    let mut complaints = Vec::new();
    for source in sources(&["src"]) {
        for (number, line) in source.code() {
            for (word, places, instead) in BANNED {
                let is_home = places.iter().any(|place| source.path.starts_with(place));
                if line.contains(word) && !is_home && !is_quoted(line, word) {
                    complaints.push(format!("{}:{number}: {word}: use {instead}", source.path));
                }
            }
        }
    }
    check(&complaints);
}

/// Whether the word stands only inside a string.
fn is_quoted(line: &str, word: &str) -> bool {
    let at = line.find(word).unwrap();
    line[..at].matches('"').count() % 2 == 1
}

#[test]
fn no_test_is_left_out() {
    let mut complaints = Vec::new();
    for source in sources(&["src", "tests"]) {
        for (number, line) in source.all_code() {
            for word in ["#[ignore", "#[should_panic", "thread::spawn("] {
                if line.contains(word) && !is_quoted(line, word) {
                    complaints.push(format!("{}:{number}: {word}", source.path));
                }
            }
        }
    }
    check(&complaints);
}

#[test]
fn files_say_what_they_are_for_and_stay_short() {
    let mut complaints = Vec::new();
    for source in sources(&["src", "tests"]) {
        let lines = source.text.lines().count();
        if !source.text.starts_with("//! ") {
            complaints.push(format!(
                "{}:1: the first line is not its purpose",
                source.path
            ));
        }
        if FILE_LINES < lines {
            complaints.push(format!(
                "{}: {lines} lines, allowed are {FILE_LINES}",
                source.path
            ));
        }
    }
    check(&complaints);
}

#[test]
fn functions_fit_on_a_screen() {
    let mut complaints = Vec::new();
    let mut lengths = Vec::new();
    for source in sources(&["src", "tests"]) {
        for (name, at, length) in functions(&source.text) {
            if source.path.starts_with("src/") {
                lengths.push(length);
            }
            if FUNCTION_LINES < length {
                complaints.push(format!("{}:{at}: {name} has {length} lines", source.path));
            }
        }
    }
    lengths.sort_unstable();
    let share = |percent: usize| lengths[(lengths.len() - 1) * percent / 100];
    println!(
        "{} functions in src: median {} lines, 90th percentile {}, longest {}",
        lengths.len(),
        share(50),
        share(90),
        share(100)
    );
    check(&complaints);
}

/// The functions of a text formatted by rustfmt: name, line, and lines from `fn` to the closing
/// brace at the same indent.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        let indent = &line[..line.len() - line.trim_start().len()];
        let end = format!("{indent}}}");
        let is_end = |line: &&str| **line == end || line.starts_with(&format!("{indent}}} "));
        let opens = lines[at..]
            .iter()
            .position(|line| line.ends_with('{') || line.ends_with(';'));
        let opens = at + opens.unwrap_or(0);
        if lines[opens].ends_with(';') || lines[opens].ends_with("{}") {
            continue;
        }
        if let Some(length) = lines[opens..].iter().position(is_end) {
            found.push((name.to_owned(), at + 1, opens - at + length + 1));
        }
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    if let Some(visible) = rest.strip_prefix("pub") {
        rest = match visible.split_once(") ") {
            Some((_, rest)) if visible.starts_with('(') => rest,
            _ => visible.trim_start(),
        };
    }
    for word in ["const ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?;
    name.split(['(', '<']).next()
}

#[test]
fn secrets_derive_nothing_that_shows_or_copies_them() {
    let mut complaints = Vec::new();
    for source in sources(&["src/domain"]) {
        if !matches!(
            source.path.as_str(),
            "src/domain/secret.rs" | "src/domain/temporary_key.rs"
        ) {
            continue;
        }
        let lines: Vec<&str> = source.text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let is_secret = line.starts_with("pub struct ") && line.contains('(');
            let derives = lines[..at]
                .last()
                .is_some_and(|above| above.starts_with("#[derive("));
            let above = if derives { lines[at - 1] } else { "" };
            for shown in ["Debug", "Clone", "Copy", "Display", "Serialize"] {
                if is_secret && above.contains(shown) {
                    complaints.push(format!("{}:{}: derives {shown}", source.path, at + 1));
                }
            }
        }
        for secret in [
            "Key",
            "SecretBytes",
            "SecretText",
            "Password",
            "TemporaryKey",
        ] {
            for shown in ["Debug", "Clone", "Display"] {
                for path in ["", "fmt::"] {
                    let implemented = format!("impl {path}{shown} for {secret} ");
                    if source.text.contains(&implemented) {
                        complaints.push(format!("{}: {implemented}", source.path));
                    }
                }
            }
        }
    }
    check(&complaints);
}

#[test]
fn every_dependency_has_a_reason() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let manifest = manifest.unwrap();
    let mut section = "";
    let mut complaints = Vec::new();
    for (number, line) in (1..).zip(manifest.lines()) {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]")
            && line.contains(" = ")
            && !line.starts_with('#')
            && !line.contains(" # ")
        {
            complaints.push(format!("Cargo.toml:{number}: no reason beside it"));
        }
    }
    check(&complaints);
}

#[test]
fn every_file_belongs_to_a_module() {
    let all = sources(&["src"]);
    let texts: BTreeMap<&str, &str> = all
        .iter()
        .map(|source| (source.path.as_str(), source.text.as_str()))
        .collect();
    let mut complaints = Vec::new();
    for path in texts.keys() {
        let stem = path.strip_suffix(".rs").unwrap().trim_end_matches("/mod");
        let Some((folder, module)) = stem.rsplit_once('/') else {
            continue;
        };
        if matches!(stem, "src/lib" | "src/main") || folder == "src/bin" {
            continue;
        }
        let parents = [
            format!("{folder}/mod.rs"),
            format!("{folder}.rs"),
            "src/lib.rs".to_owned(),
        ];
        let declared = format!("mod {module};");
        let is_declared = |parent: &String| {
            texts
                .get(parent.as_str())
                .is_some_and(|text| text.contains(&declared))
        };
        if !parents.iter().any(is_declared) {
            complaints.push(format!("{path}: no module declares it"));
        }
    }
    check(&complaints);
}

#[test]
fn the_readme_names_every_system_package_that_the_check_installs() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = fs::read_to_string(package.join(".ci/run")).unwrap();
    let readme = fs::read_to_string(package.join("README.md")).unwrap();
    let lists = script
        .lines()
        .filter_map(|line| line.split_once("=(")?.1.strip_suffix(')'));
    let installed: Vec<&str> = lists.flat_map(str::split_whitespace).collect();
    assert!(10 < installed.len(), "{installed:?}");
    let absent = installed.iter().filter(|name| !readme.contains(**name));
    let complaints: Vec<String> = absent.map(|name| format!("README.md: {name}")).collect();
    check(&complaints);
}
