//! Messages, questions, progress, and the name of a file.

use egui::{Context, Key, Modifiers};

use crate::app::message::{Message, Tone};
use crate::app::modal::{Answer, Busy, Confirm};
use crate::app::{PathForm, Purpose};
use crate::face::{self, Dialog, Icon};

/// The caption of message boxes.
const TITLE: &str = "KM Administrator";

/// Tells something.
pub(super) fn message_dialog(ctx: &Context, number: u64, message: &Message) -> Option<Answer> {
    let icon = match message.tone {
        Tone::Error => Icon::Error,
        Tone::Information => Icon::Information,
        Tone::Warning => Icon::Warning,
    };
    face::message(
        ctx,
        number,
        icon,
        TITLE,
        &message.text(),
        &[(Answer::Accept, "OK")],
    )
}

/// Asks yes or no.
pub(super) fn confirm_dialog(ctx: &Context, number: u64, confirm: &Confirm) -> Option<Answer> {
    let answers = [(Answer::Accept, confirm.accept), (Answer::Cancel, "Cancel")];
    face::message(
        ctx,
        number,
        Icon::Question,
        TITLE,
        &confirm.question,
        &answers,
    )
}

/// Shows how far work is.
pub(super) fn busy_dialog(ctx: &Context, number: u64, busy: &Busy) -> Option<Answer> {
    let step = busy.watch.latest();
    let fraction = step
        .filter(|step| 0 < step.total)
        .map(|step| part(step.done, step.total));
    let is_stopping = busy.watch.is_cancelled();
    // Enter was meant for the dialog before; only Esc, Space and the pointer stop the work.
    ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    let ((), pressed) = Dialog::new(number, TITLE)
        .icon(Icon::Key)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                if is_stopping {
                    "Stopping…"
                } else {
                    &busy.title
                },
            );
            face::gap(ui);
            face::progress_bar(ui, &busy.title, fraction);
            face::note(ui, step.map_or(" ", |step| step.label));
        });
    pressed
}

/// `done` of `total`, from 0 to 1, in steps of a thousandth.
fn part(done: u64, total: u64) -> f32 {
    let thousandths = done.min(total).saturating_mul(1000) / total.max(1);
    f32::from(u16::try_from(thousandths).unwrap_or(1000)) / 1000.0
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
