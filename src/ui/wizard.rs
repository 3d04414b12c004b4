//! The set-up wizard.

use egui::Ui;

use crate::app::CA_KEYS;
use crate::app::command::Command;
use crate::app::wizard::{StartupPassword, Step, Wizard, WizardAct};
use crate::face::{self, Choice, ChosenDid, Dialog, Icon};

/// Width of the wizard's pages.
const WIDTH: f32 = 520.0;

/// Paints the page that is on.
pub(super) fn wizard_ui(ui: &mut Ui, wizard: &mut Wizard, commands: &mut Vec<Command>) {
    face::ground(ui, |_ui| ());
    let next = match wizard.step {
        Step::Names | Step::Administrator | Step::Authority => "Next >",
        Step::Startup => "Make Keys",
        Step::Finish => "Finish",
    };
    let mut dialog = Dialog::new(
        format!("wizard {:?}", wizard.step),
        "Key Management Server Setup",
    )
    .icon(Icon::Server)
    .width(WIDTH);
    if !matches!(wizard.step, Step::Names | Step::Finish) {
        dialog = dialog.button(WizardAct::Back, "< Back", None);
    }
    let mut typed = None;
    let ((), pressed) = dialog
        .default_button(WizardAct::Next, next, None)
        .cancel_button(WizardAct::Cancel, "Cancel")
        .show(ui.ctx(), |ui| {
            match wizard.step {
                Step::Names => names_page(ui, wizard),
                Step::Administrator => typed = administrator_page(ui, wizard),
                Step::Authority => authority_page(ui, wizard),
                Step::Startup => startup_page(ui, wizard),
                Step::Finish => finish_page(ui, wizard),
            }
            if let Some(problem) = &wizard.problem {
                face::gap(ui);
                face::error(ui, problem);
            }
        });
    commands.extend(typed.or(pressed).map(Command::Wizard));
}

fn names_page(ui: &mut Ui, wizard: &mut Wizard) {
    face::heading(ui, "Names");
    face::paragraph(
        ui,
        "The organization stands in the CA's certificate. The site is where the mailboxes are. The KM server's name is \
         what administrators type on a mailbox's Security page.",
    );
    face::gap(ui);
    face::form(ui, &["Organization:", "KM server name:"], |form| {
        form.text("Organization:", &mut wizard.answers.organization);
        form.text("Site:", &mut wizard.answers.site);
        form.text("KM server name:", &mut wizard.answers.server);
    });
}

fn administrator_page(ui: &mut Ui, wizard: &mut Wizard) -> Option<WizardAct> {
    face::heading(ui, "First administrator");
    face::paragraph(
        ui,
        "This password approves acts, such as recovering somebody's keys. It is not the startup password. \
         Nobody can read it out of the KM server.",
    );
    face::gap(ui);
    face::form(ui, &[], |form| {
        form.text("Administrator:", &mut wizard.answers.administrator)
    });
    let did = face::chosen_password(ui, ["Password:", "Verify:"], &mut wizard.answers.chosen);
    face::gap(ui);
    face::check_box(
        ui,
        "Make a sealed-envelope seat as well",
        &mut wizard.answers.envelope,
        None,
    );
    face::note(
        ui,
        "A second administrator whose password is printed once and locked away. Without it, one forgotten password \
         loses every archived key. Real control by two people needs three administrators.",
    );
    match did {
        ChosenDid::Nothing => None,
        ChosenDid::Suggest => Some(WizardAct::Suggest),
        ChosenDid::Typed => Some(WizardAct::Typed),
    }
}

fn authority_page(ui: &mut Ui, wizard: &mut Wizard) {
    face::heading(ui, "Certification authority");
    face::form(ui, &["Publish address:"], |form| {
        let choices = CA_KEYS.map(|(kind, words)| Choice::new(kind, words));
        form.combo("Key:", &mut wizard.answers.ca_key, &choices);
        form.text("Publish address:", &mut wizard.answers.publish_url);
    });
    face::gap(ui);
    face::note(
        ui,
        "The http address from which a web server will hand out the publish folder, for example \
         http://pki.example.com/km. It stands in every certificate, so that others find the revocation list and the \
         CA's certificate.",
    );
    face::note(
        ui,
        "Left empty, certificates carry no such address: mail programs outside can not find out whether one was revoked. \
         It can not be added to certificates that were issued before.",
    );
}

fn startup_page(ui: &mut Ui, wizard: &mut Wizard) {
    face::heading(ui, "Startup password");
    face::paragraph(
        ui,
        "The KM server makes a startup password. It is asked for at every start, and without it nothing opens.",
    );
    face::gap(ui);
    face::radio(
        ui,
        "Display this password once. I will write it down and enter it manually on startup.",
        &mut wizard.startup,
        StartupPassword::Display,
        None,
    );
    face::radio(
        ui,
        "Save this password to a file that I alone can read.",
        &mut wizard.startup,
        StartupPassword::Save,
        None,
    );
    face::gap(ui);
    face::note(
        ui,
        "The keys are made next. This takes up to a minute, and can be cancelled.",
    );
}

fn finish_page(ui: &mut Ui, wizard: &mut Wizard) {
    face::heading(ui, "The keys are made");
    let Some(prepared) = &wizard.prepared else {
        return;
    };
    match wizard.startup {
        StartupPassword::Display => {
            face::paragraph(
                ui,
                "This is the startup password, made of capital letters alone. Write it down now; it is never shown again.",
            );
            face::secret_text(ui, "Startup password", prepared.startup_password().expose());
        }
        StartupPassword::Save => {
            face::paragraph(ui, "Choose Finish to save the startup password to a file.");
        }
    }
    if let Some(envelope) = prepared.envelope_password() {
        face::gap(ui);
        face::paragraph(
            ui,
            "This is the password of the sealed-envelope seat. Write it on paper, seal it in an envelope, and lock it away.",
        );
        face::secret_text(ui, "Sealed-envelope password", envelope.expose());
    }
    if wizard.shows_secrets() {
        face::gap(ui);
        let words = "I have written it down";
        if face::check_box(ui, words, &mut wizard.is_written_down, None).changed() {
            wizard.problem = None;
        }
    }
    face::note(ui, "Nothing is kept until you choose Finish.");
}
