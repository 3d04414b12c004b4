//! Messages, questions, and small forms.

use egui::{Context, Key, Modifiers};

use crate::client::app::PathForm;
use crate::client::app::account::AccountForm;
use crate::client::app::compose::MissingForm;
use crate::client::app::modal::{Answer, Busy, Confirm};
use crate::client::app::options::LostForm;
use crate::client::message::view::RecipientCheck;
use crate::client::ui::options::account_fields;
use crate::client::view::LostReason;
use crate::desk::Purpose;
use crate::face::{self, Dialog, Icon};
use crate::forms::message::{Message, Tone};
use crate::forms::words;

/// The caption of message boxes.
const TITLE: &str = "KM Client";

/// Width of boxes with forms.
const WIDTH: f32 = 520.0;

/// Tells something.
pub(super) fn message_dialog(ctx: &Context, number: u64, message: &Message) -> Option<Answer> {
    let icon = match message.tone {
        Tone::Error => Icon::Error,
        Tone::Information => Icon::Information,
        Tone::Warning => Icon::Warning,
    };
    let text = message.text();
    face::message(ctx, number, icon, TITLE, &text, &[(Answer::Accept, "OK")])
}

/// Asks yes or no.
pub(super) fn confirm_dialog(ctx: &Context, number: u64, confirm: &Confirm) -> Option<Answer> {
    let answers = [
        (Answer::Accept, confirm.accept),
        (Answer::Cancel, confirm.decline),
    ];
    if confirm.is_loss {
        return face::loss(ctx, (number, TITLE), &confirm.question, answers);
    }
    face::message(
        ctx,
        number,
        Icon::Question,
        TITLE,
        &confirm.question,
        &answers,
    )
}

/// Says what is being done.
pub(super) fn busy_dialog(ctx: &Context, number: u64, busy: &Busy) -> Option<Answer> {
    // Enter was meant for the dialog before.
    ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    if !face::lasts(ctx, number) {
        return None;
    }
    let ((), pressed) = Dialog::new(number, TITLE).icon(Icon::Key).show(ctx, |ui| {
        face::paragraph(ui, &busy.title);
        face::gap(ui);
        face::progress_bar(ui, &busy.title, None);
    });
    pressed
}

/// Asks for the mail account at the first start.
pub(super) fn account_dialog(ctx: &Context, number: u64, form: &mut AccountForm) -> Option<Answer> {
    let ((), pressed) = Dialog::new(number, "Mail Account")
        .icon(Icon::Mailbox)
        .width(WIDTH)
        .default_button(Answer::Accept, "OK", None)
        .cancel_button(Answer::Cancel, "Later")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                "Who are you, and where is the Key Management server? Your administrator knows its address. \
                 It can be changed later, in Tools > Options.",
            );
            face::gap(ui);
            account_fields(ui, &mut form.account);
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
        });
    pressed
}

/// Asks why a key is reported.
pub(super) fn lost_dialog(ctx: &Context, number: u64, form: &mut LostForm) -> Option<Answer> {
    let ((), pressed) = Dialog::new(number, "Report Lost Key")
        .icon(Icon::Warning)
        .width(WIDTH)
        .default_button(Answer::Accept, "Report…", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                &format!(
                    "The Key Management server will revoke the certificates of the keyset {}. Nobody can \
                     encrypt to you and nothing that you sign is good until you get a new Digital ID. Old mail \
                     can still be read. This can not be undone.",
                    form.keyset
                ),
            );
            face::gap(ui);
            for reason in LostReason::ALL {
                face::radio(ui, reason.words(), &mut form.reason, reason, None);
            }
        });
    pressed
}

/// Some recipients have no certificate: three choices.
pub(super) fn missing_dialog(ctx: &Context, number: u64, form: &MissingForm) -> Option<Answer> {
    let mut dialog = Dialog::new(number, TITLE).icon(Icon::Warning).width(WIDTH);
    if !form.is_everybody {
        dialog = dialog.default_button(Answer::Accept, "Remove Them and Send", None);
    }
    let ((), pressed) = dialog
        .button(Answer::Other, "Send Unencrypted", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(ui, form.question());
            face::gap(ui);
            for check in &form.missing {
                face::paragraph(ui, &why_not(check));
            }
        });
    pressed
}

/// Why nothing can be encrypted to somebody, who is named once.
fn why_not(check: &RecipientCheck) -> String {
    let why = check
        .problem
        .as_deref()
        .unwrap_or("there is no certificate");
    let (address, why) = (check.address.to_string(), words::sentence(&why));
    if why.contains(&address) {
        return why;
    }
    format!("{address}: {why}")
}

/// Asks for a file's name, where the desktop has no dialog for it.
pub(super) fn path_dialog(ctx: &Context, number: u64, form: &mut PathForm) -> Option<Answer> {
    let accept = match form.question.purpose {
        Purpose::Open => "Open",
        Purpose::Save(_) => "Save",
    };
    face::path_dialog(
        ctx,
        (number, form.question.title),
        (&mut form.path, form.problem.as_deref()),
        [(Answer::Accept, accept), (Answer::Cancel, "Cancel")],
    )
}
