//! The start screen.

use egui::Ui;

use crate::app::command::Command;
use crate::app::start::{StartAct, StartScreen};
use crate::domain::time::UnixTime;
use crate::face::{self, Dialog, Icon};

/// Paints the question for the startup password.
pub(super) fn start_ui(
    ui: &mut Ui,
    screen: &mut StartScreen,
    now: UnixTime,
    commands: &mut Vec<Command>,
) {
    face::ground(ui, |_ui| ());
    let pause = screen.pause(now);
    let ((), pressed) = Dialog::new("start", "KM Administrator")
        .icon(Icon::Lock)
        .default_button(StartAct::Open, "OK", pause.as_deref())
        .cancel_button(StartAct::Exit, "Exit")
        .show(ui.ctx(), |ui| {
            face::paragraph(
                ui,
                "Type the startup password, as it was written down when the KM server was set up.",
            );
            face::gap(ui);
            face::form(ui, &["Startup password:"], |form| {
                form.password("Startup password:", screen.password.text());
            });
            if let Some(refusal) = &screen.refusal {
                face::error(ui, &refusal.text());
            }
            if let Some(pause) = &pause {
                face::note(ui, pause);
            }
        });
    commands.extend(pressed.map(Command::Start));
}
