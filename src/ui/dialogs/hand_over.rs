//! Enabling, recovering, and the box that shows a secret once.

use egui::{Context, Ui};

use crate::app::message::Tone;
use crate::app::modal::Answer;
use crate::app::words;
use crate::app::{EnableForm, HandOver, OneTime, RecoverForm};
use crate::face::{self, Choice, Dialog, Icon};

/// Width of these boxes.
const WIDTH: f32 = 560.0;

/// How advanced security is to be enabled.
pub(super) fn enable_dialog(ctx: &Context, number: u64, form: &mut EnableForm) -> Option<Answer> {
    let title = format!("Enable Advanced Security for {}", form.name);
    let ((), pressed) = Dialog::new(number, &title)
        .icon(Icon::Key)
        .width(WIDTH)
        .default_button(Answer::Accept, "Enable", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            let words = "Make a temporary key, with which the user gets a Digital ID";
            face::radio(ui, words, &mut form.hand_over, HandOver::TemporaryKey, None);
            face::note(
                ui,
                "For users of kmclient. Hand it over in person, after checking who it is.",
            );
            face::gap(ui);
            let words = "Make the encryption key now, and save it as a PKCS #12 file";
            face::radio(ui, words, &mut form.hand_over, HandOver::File, None);
            face::note(
                ui,
                "For users of other mail programs. The key is archived as well.",
            );
        });
    pressed
}

/// Why and how keys are recovered.
pub(super) fn recover_dialog(ctx: &Context, number: u64, form: &mut RecoverForm) -> Option<Answer> {
    let title = format!("Recover Security Key of {}", form.name);
    let ((), pressed) = Dialog::new(number, &title)
        .icon(Icon::RecoverKey)
        .width(WIDTH)
        .default_button(Answer::Accept, "Recover…", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::form(ui, &["Ticket number:"], |rows| {
                let reasons = RecoverForm::REASONS.iter().enumerate();
                let choices: Vec<_> = reasons
                    .map(|(place, words)| Choice::new(place, words))
                    .collect();
                rows.combo("Reason:", &mut form.reason, &choices);
                if form.is_other() {
                    rows.text("In your words:", &mut form.other);
                }
                rows.text("Ticket number:", &mut form.ticket);
            });
            face::gap(ui);
            face::group(ui, "Hand over", |ui| hand_over_choice(ui, form));
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
        });
    pressed
}

fn hand_over_choice(ui: &mut Ui, form: &mut RecoverForm) {
    let choices = [
        (
            HandOver::TemporaryKey,
            "A new temporary key, with which the user fetches the keys",
        ),
        (
            HandOver::File,
            "All keys of the mailbox as one PKCS #12 file",
        ),
        (HandOver::Both, "Both"),
    ];
    for (hand_over, words) in choices {
        let refused = form.refusal(hand_over);
        face::radio(ui, words, &mut form.hand_over, hand_over, refused);
    }
}

/// Shows what was made, once.
pub(super) fn one_time_dialog(ctx: &Context, number: u64, once: &OneTime) -> Option<Answer> {
    let mut dialog = Dialog::new(number, &once.name).icon(Icon::Key).width(WIDTH);
    if once.secrets().count() == 1 {
        dialog = dialog.button(Answer::Copy(0), "Copy", None);
    } else {
        dialog = dialog.button(Answer::Copy(0), "Copy Key", None).button(
            Answer::Copy(1),
            "Copy Password",
            None,
        );
    }
    dialog = dialog.button(Answer::Save, "Save to File…", None);
    if once.temporary_key.is_some() {
        dialog = dialog.button(Answer::Send, "Send by E-Mail…", None);
    }
    if once.file.is_some() {
        dialog = dialog.button(Answer::SaveKeys, "Save Keys…", None);
    }
    let ((), pressed) = dialog
        .cancel_button(Answer::Cancel, "Close")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                "This is shown once. Hand it over to nobody but the user.",
            );
            face::gap(ui);
            for (what, secret) in once.secrets() {
                face::label(ui, &format!("{what}:"));
                face::secret_text(ui, what, secret.expose());
            }
            if let Some(expires) = once.expires {
                face::note(
                    ui,
                    &format!(
                        "The temporary key can be used until {}.",
                        words::local(expires)
                    ),
                );
            }
            if let Some(words) = once.file_words() {
                face::note(ui, &words);
            }
            if let Some(remark) = &once.remark {
                face::gap(ui);
                match remark.tone {
                    Tone::Information => face::paragraph(ui, &remark.text()),
                    Tone::Error | Tone::Warning => face::error(ui, &remark.text()),
                };
            }
        });
    pressed
}
