//! One call of the program: what it was given, and how it opens the KM server.

use std::io;
use std::path::{Path, PathBuf};

use super::default_data_folder;
use super::source::{Inputs, Source};
use crate::desk::file::read_bounded;
use crate::engine::startup::{is_set_up, open};
use crate::engine::{Engine, Surroundings};
use crate::terminal::console::Console;
use crate::terminal::failure::Failure;

/// A call before anything is opened.
pub(super) struct Call<'a> {
    pub(super) console: &'a mut Console,
    pub(super) inputs: Inputs,
    pub(super) data: Option<PathBuf>,
    pub(super) startup_from: Option<Source>,
    pub(super) around: Surroundings,
}

/// A call with the KM server open.
pub(super) struct Opened<'a> {
    pub(super) console: &'a mut Console,
    pub(super) engine: Engine,
}

impl<'a> Call<'a> {
    /// The data folder.
    pub(super) fn data_folder(&self) -> Result<PathBuf, Failure> {
        self.data
            .clone()
            .or_else(default_data_folder)
            .ok_or_else(|| {
                Failure::refused("There is no home folder: name the data folder with --data DIR.")
            })
    }

    /// Opens the KM server with the startup password.
    pub(super) fn open(mut self) -> Result<Opened<'a>, Failure> {
        let data = self.data_folder()?;
        if !is_set_up(&data) {
            return Err(Failure::Refused(format!(
                "No KM server is set up in {}. Set one up with kmadmin setup, or name another folder with --data DIR.",
                data.display()
            )));
        }
        let source = self.startup_from.as_ref();
        let startup = self
            .inputs
            .password(source, "--startup-from", "Startup password")?;
        let mut engine = open(&data, self.around, &startup)?;
        engine.tick()?;
        Ok(Opened {
            console: self.console,
            engine,
        })
    }
}

/// The path from the root on: what is stored must mean the same from every folder.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| no_path(path, &error))
}

/// Why a path can not be one from the root on.
pub(super) fn no_path(path: &Path, error: &io::Error) -> Failure {
    Failure::Refused(format!("{} is no path: {error}.", path.display()))
}

/// Reads a file that is no secret, with a bound.
pub(super) fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    read_bounded(path, limit)
        .map_err(|error| Failure::Refused(format!("{} can not be read: {error}.", path.display())))
}
