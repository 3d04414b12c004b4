//! A file's name, typed.

use egui::Context;

use super::dialog::Dialog;
use super::form::form;
use super::icons::Icon;
use super::text;

/// Asks for the whole name of a file, on a desktop that has no dialog for it: its number and title,
/// the name with what is wrong with it, and what its two buttons mean and say.
pub fn path_dialog<T: Copy>(
    ctx: &Context,
    (number, title): (u64, &str),
    (path, problem): (&mut String, Option<&str>),
    [(accept, accept_text), (cancel, cancel_text)]: [(T, &str); 2],
) -> Option<T> {
    let is_empty = path.trim().is_empty();
    let missing = is_empty.then_some("Type the name of a file.");
    let ((), pressed) = Dialog::new(number, title)
        .icon(Icon::Folder)
        .default_button(accept, accept_text, missing)
        .cancel_button(cancel, cancel_text)
        .show(ctx, |ui| {
            text::paragraph(
                ui,
                "No file chooser is installed on this desktop. Type the whole name of the file.",
            );
            text::gap(ui);
            form(ui, &["File:"], |rows| rows.text("File:", path));
            if let Some(problem) = problem {
                text::error(ui, problem);
            }
        });
    pressed
}
