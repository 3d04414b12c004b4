//! Who has the keyboard: dialogs and sheets take it when they appear and give it back.

use egui::Context;
use egui::FocusDirection;
use egui::Id;
use egui::Key;
use egui::Modifiers;
use egui::Order;
use egui::Response;
use egui::Ui;

/// What a dialog or sheet remembers about the keyboard.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    last_pass: u64,
    /// Passes since the window appeared.
    age: u64,
    /// What had the keyboard before.
    before: Option<Id>,
    /// What had it when the last answer was given.
    at_answer: Option<Id>,
}

/// Gives the keyboard to the first field or button that is painted after this, if the window `id`
/// has just appeared; gives it back to where it was if the window stayed open after an answer.
pub(super) fn take_when_new(ui: &Ui, id: Id) {
    let ctx = ui.ctx();
    let pass = ctx.cumulative_pass_nr();
    let mut held: Held = ctx.data(|data| data.get_temp(id)).unwrap_or_default();
    let is_new = held.last_pass == 0 || held.last_pass + 1 < pass;
    held.age = if is_new { 0 } else { held.age + 1 };
    held.last_pass = pass;
    if is_new {
        held.before = ctx.memory(egui::Memory::focused);
        held.at_answer = None;
        ctx.request_repaint(); // the widgets are known to egui from the second pass on
    }
    if let Some(field) = held.at_answer.take() {
        ctx.memory_mut(|memory| memory.request_focus(field));
    }
    if held.age < 2 {
        ctx.memory_mut(|memory| {
            if let Some(focused) = memory.focused() {
                memory.surrender_focus(focused);
            }
            if held.age == 1 {
                memory.move_focus(FocusDirection::Next);
            }
        });
    }
    ctx.data_mut(|data| data.insert_temp(id, held));
}

/// Gives the keyboard back to what had it before the window `id` appeared: the person answered.
pub(super) fn give_back(ctx: &Context, id: Id) {
    let Some(mut held) = ctx.data(|data| data.get_temp::<Held>(id)) else {
        return;
    };
    held.at_answer = ctx.memory(egui::Memory::focused);
    ctx.data_mut(|data| data.insert_temp(id, held));
    if let Some(before) = held.before {
        ctx.memory_mut(|memory| memory.request_focus(before));
    }
}

/// Whether keys that no widget took are meant for the window that `ui` belongs to: no dialog is in
/// front of it, no menu is open, and of several sheets it is the one in front.
pub(super) fn hears_keys(ui: &Ui) -> bool {
    let ctx = ui.ctx();
    let layer = ui.layer_id();
    ctx.memory(|memory| memory.allows_interaction(layer))
        && !egui::Popup::is_any_open(ctx)
        && (layer.order != Order::Middle || ctx.top_layer_id() == Some(layer))
}

/// A focused button takes Enter for itself, so that the default button does not hear it too.
pub(super) fn take_enter(ui: &Ui, response: &Response) {
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(enter_taker(), response.id));
        ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    }
}

/// Whether Enter was pressed and no focused button has taken it or, painted later, will.
pub(super) fn enter_is_free(ui: &Ui) -> bool {
    let taker: Option<Id> = ui.data(|data| data.get_temp(enter_taker()));
    let focused = ui.memory(egui::Memory::focused);
    let is_taken = focused.is_some() && focused == taker;
    !is_taken
        && hears_keys(ui)
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
}

fn enter_taker() -> Id {
    Id::unique("face enter taker")
}
