//! Getting a Digital ID, and letting it be used.

use egui::Context;

use crate::client::app::digital_id::{LevelForm, SetUpForm, SourceForm};
use crate::client::app::modal::Answer;
use crate::client::app::{ConsentForm, PasswordForm};
use crate::client::view::Level;
use crate::face::{self, ChosenDid, Dialog, Icon};

use super::answer_of;

/// Width of these boxes.
const WIDTH: f32 = 520.0;

/// Where a Digital ID comes from.
pub(super) fn source_dialog(ctx: &Context, number: u64, form: &mut SourceForm) -> Option<Answer> {
    let ((), pressed) = Dialog::new(number, "Get a Digital ID")
        .icon(Icon::DigitalId)
        .width(WIDTH)
        .default_button(Answer::Accept, "OK", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                "A Digital ID lets you sign messages, and read messages that others encrypt to you.",
            );
            face::gap(ui);
            let from = &mut form.from_server;
            face::radio(ui, "Set up Security for me on the Exchange Server", from, true, None);
            face::note(ui, "You need the temporary key (token) that your administrator gives you.");
            face::gap(ui);
            face::radio(ui, "Import a Digital ID that I have in a file", from, false, None);
            face::note(ui, "A file with the ending .p12 or .pfx.");
        });
    pressed
}

/// Temporary key and keyset name.
pub(super) fn set_up_dialog(ctx: &Context, number: u64, form: &mut SetUpForm) -> Option<Answer> {
    let missing = form
        .token
        .is_empty()
        .then_some("Type the temporary key first.");
    let (typed, pressed) = Dialog::new(number, "Set Up Advanced Security")
        .icon(Icon::Key)
        .width(WIDTH)
        .default_button(Answer::Accept, "OK", missing)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                "Type the token that your administrator gave you. Small letters and missing hyphens do not matter.",
            );
            face::gap(ui);
            let typed = face::form(ui, &["Keyset Name:"], |rows| {
                let token = rows.text("Token:", form.token.text());
                let keyset = rows.text("Keyset Name:", &mut form.keyset);
                token.changed() || keyset.changed()
            });
            face::note(ui, &form.meaning());
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
            typed
        });
    pressed.or_else(|| typed.then_some(Answer::Typed))
}

/// The security level of a new keyset.
pub(super) fn level_dialog(ctx: &Context, number: u64, form: &mut LevelForm) -> Option<Answer> {
    let (did, pressed) = Dialog::new(number, "Set Up Advanced Security")
        .icon(Icon::DigitalId)
        .width(WIDTH)
        .default_button(Answer::Accept, "Finish", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(ui, &arrived_words(form));
            face::gap(ui);
            face::group(ui, "Security level", |ui| {
                for level in Level::ALL {
                    let words = format!("{}: {}", level.title(), level.meaning());
                    face::radio(ui, &words, &mut form.level, level, None);
                }
            });
            face::gap(ui);
            let mut did = ChosenDid::Nothing;
            if form.level == Level::High {
                face::group(ui, "Create new password for this item", |ui| {
                    face::form(ui, &[], |rows| {
                        rows.value("Password for:", form.reply.keyset.as_str());
                    });
                    did = face::chosen_password(ui, ["Password:", "Confirm:"], &mut form.chosen);
                });
            }
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
            did
        });
    pressed.or_else(|| answer_of(did))
}

fn arrived_words(form: &LevelForm) -> String {
    let older = match form.reply.older {
        0 => String::new(),
        1 => " One older encryption key came with them, so that old mail can be read.".to_owned(),
        older => {
            format!(" {older} older encryption keys came with them, so that old mail can be read.")
        }
    };
    format!(
        "The reply of the Security Authority is good. Certificates for {} have arrived.{older} Choose how \
         the keys are protected on this computer.",
        form.reply.signing.addresses.join(", ")
    )
}

/// Asks for a keyset's password.
pub(super) fn password_dialog(
    ctx: &Context,
    number: u64,
    form: &mut PasswordForm,
) -> Option<Answer> {
    let (typed, pressed) = Dialog::new(number, "Digital ID Password")
        .icon(Icon::Lock)
        .width(WIDTH)
        .default_button(Answer::Accept, "OK", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                &format!(
                    "The password of your Digital ID is needed {}.",
                    form.purpose
                ),
            );
            face::gap(ui);
            let typed = face::form(ui, &["Password for:"], |rows| {
                rows.value("Password for:", form.keyset.as_str());
                rows.password("Password:", form.password.text()).changed()
            });
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
            let words = "Remember this password until I log off";
            face::check_box(ui, words, &mut form.remember, None);
            typed
        });
    pressed.or_else(|| typed.then_some(Answer::Typed))
}

/// Asks for permission to use a keyset.
pub(super) fn consent_dialog(ctx: &Context, number: u64, form: &ConsentForm) -> Option<Answer> {
    let question = format!("Use your Digital ID {} {}?", form.keyset, form.purpose);
    let answers = [(Answer::Accept, "Allow"), (Answer::Cancel, "Do Not Allow")];
    face::message(
        ctx,
        number,
        Icon::Question,
        "Digital ID",
        &question,
        &answers,
    )
}
