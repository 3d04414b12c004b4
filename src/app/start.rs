//! The start screen: the startup password opens the KM server.

use crate::domain::secret::Password;
use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::error::Error;
use crate::engine::startup;
use crate::forms::typed::Typed;
use crate::forms::words;
use crate::work::Watch;

use super::console::Console;
use super::km_server::KmServer;
use super::message::Message;
use super::{App, Stage};

/// The question for the startup password.
#[derive(Default)]
pub struct StartScreen {
    /// What is typed.
    pub password: Typed,
    /// Why the KM server did not open.
    pub refusal: Option<Message>,
    /// Until when no answer is taken.
    pub paused_until: Option<UnixTime>,
}

impl StartScreen {
    /// Why no answer is taken now, with the seconds left.
    pub fn pause(&self, now: UnixTime) -> Option<String> {
        let left = self.paused_until?.secs_since(now);
        let seconds = u64::try_from(left).ok().filter(|left| 0 < *left)?;
        Some(format!(
            "Wait {} before the next try.",
            words::count(seconds, "second", "seconds")
        ))
    }
}

/// What the person does on the start screen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StartAct {
    /// Leaves the program.
    Exit,
    /// Opens the KM server with what is typed.
    Open,
}

impl App {
    pub(super) fn start_act(&mut self, act: StartAct) {
        let now = self.now();
        let Stage::Start(screen) = &mut self.stage else {
            return;
        };
        match act {
            StartAct::Exit => self.wants_exit = true,
            StartAct::Open if screen.pause(now).is_some() => (), // the button is greyed; Enter is not
            StartAct::Open => match screen.password.take() {
                Ok(password) => self.open(password),
                Err(error) => screen.refusal = Some(Message::error(words::sentence(&error), "")),
            },
        }
    }

    /// Opens the KM server.
    pub(super) fn open(&mut self, startup: Password) {
        let now = self.now();
        let opening = move |server: &mut KmServer, _: &Watch| {
            let around = (server.around)();
            let opened = startup::open(&server.data, around, &startup).and_then(show);
            let (engine, console) = opened.map_err(|error| {
                // A folder that can not be read has said so in `error`.
                let pause = startup::pause(&server.data, now).ok().flatten();
                (Message::of(&error), pause)
            })?;
            server.engine = Some(engine);
            Ok(console)
        };
        self.busy(
            None,
            "Opening the KM server…",
            opening,
            |app, opened| match opened {
                Ok(console) => app.enter(console),
                Err((refusal, pause)) => app.refuse_start(refusal, pause),
            },
        );
    }

    /// Shows the main window.
    pub(super) fn enter(&mut self, console: Console) {
        let findings = console.findings.join("\n");
        self.stage = Stage::Open(Box::new(console));
        if !findings.is_empty() {
            self.tell(None, Message::warning(findings, ""));
        }
    }

    fn refuse_start(&mut self, refusal: Message, pause: Option<UnixTime>) {
        if let Stage::Start(screen) = &mut self.stage {
            screen.refusal = Some(refusal);
            screen.paused_until = pause;
        }
    }
}

/// What the main window shows of an engine that was just opened.
fn show(mut engine: Engine) -> Result<(Engine, Console), Error> {
    engine.tick()?;
    let names = engine.settings()?;
    let checks = [engine.records(), engine.trust_list().map(drop)];
    let findings = checks.into_iter().filter_map(Result::err);
    let findings = findings.map(|fault| Message::of(&fault).text()).collect();
    Ok((engine, Console::new(names, findings)))
}
