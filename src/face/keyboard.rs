//! Who has the keyboard: dialogs and sheets take it when they appear and give it back.

use std::fmt::Debug;
use std::hash::Hash;

use egui::Context;
use egui::FocusDirection;
use egui::Id;
use egui::Key;
use egui::Modifiers;
use egui::Order;
use egui::Response;
use egui::Ui;

use super::window;

/// What a dialog or sheet remembers about the keyboard.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    last_pass: u64,
    /// Passes since the window appeared.
    age: u64,
    /// What had the keyboard before.
    before: Option<Id>,
}

/// The keyboard is on its way back from a window that was answered.
#[derive(Clone, Copy, Debug)]
struct Return {
    from: Id,
    to: Id,
    since_pass: u64,
}

/// Gives the keyboard to the first field or button that is painted after this, if the contents
/// that `id` stands for have just appeared.
pub fn take_keyboard(ui: &Ui, id: impl Hash + Debug) {
    take_when_new(ui, Id::unique(("contents", id)));
}

/// Gives the keyboard to what `response` is of while nothing else has it.
pub fn rest_keyboard(response: &Response) {
    if response.ctx.memory(|memory| memory.focused().is_none()) {
        response.request_focus();
    }
}

/// Gives the keyboard to the first field or button that is painted after this, if the window `id`
/// has just appeared.
pub(super) fn take_when_new(ui: &Ui, id: Id) {
    let ctx = ui.ctx();
    let pass = ctx.cumulative_pass_nr();
    let mut held: Held = ctx.data(|data| data.get_temp(id)).unwrap_or_default();
    let is_new = held.last_pass == 0 || held.last_pass + 1 < pass;
    held.age = if is_new { 0 } else { held.age + 1 };
    held.last_pass = pass;
    if is_new {
        let returning = take_return(ctx).map(|returning| returning.to);
        held.before = returning.or_else(|| focused_until_now(ctx));
        ctx.request_repaint(); // the widgets are known to egui from the second pass on
    } else {
        arrive(ui, Some(id));
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

/// Sends the keyboard back to what had it before the window `id` appeared: the person answered.
/// If the window stays open nevertheless, it keeps the keyboard.
pub(super) fn give_back(ctx: &Context, id: Id) {
    let held: Option<Held> = ctx.data(|data| data.get_temp(id));
    if let Some(to) = held.and_then(|held| held.before) {
        let returning = Return {
            from: id,
            to,
            since_pass: ctx.cumulative_pass_nr(),
        };
        ctx.data_mut(|data| data.insert_temp(return_id(), returning));
        ctx.request_repaint();
    }
}

/// Lets a keyboard that is on its way back arrive in the window of `ui`; `id` if it is a dialog or sheet.
pub(super) fn arrive(ui: &Ui, id: Option<Id>) {
    let ctx = ui.ctx();
    note_focused(ctx);
    let Some(returning) = ctx.data(|data| data.get_temp::<Return>(return_id())) else {
        return;
    };
    if id == Some(returning.from) {
        take_return(ctx);
        return;
    }
    // egui forgets a dialog one pass after it was painted last; until then nothing behind it can
    // have the keyboard.
    if ctx.cumulative_pass_nr() < returning.since_pass + 2 {
        ctx.request_repaint();
    } else if ctx.memory(|memory| memory.allows_interaction(ui.layer_id())) {
        take_return(ctx);
        ctx.memory_mut(|memory| memory.request_focus(returning.to));
    }
}

/// Remembers what has the keyboard: Esc takes it away before the box that Esc brings up can ask.
fn note_focused(ctx: &Context) {
    if let Some(focused) = ctx.memory(egui::Memory::focused) {
        let noted = (focused, ctx.cumulative_pass_nr());
        ctx.data_mut(|data| data.insert_temp(noted_id(), noted));
    }
}

/// What has the keyboard, or had it until Esc took it just now.
fn focused_until_now(ctx: &Context) -> Option<Id> {
    let focused = ctx.memory(egui::Memory::focused);
    let noted: Option<(Id, u64)> = ctx.data(|data| data.get_temp(noted_id()));
    // Noted in one pass, taken away by Esc in the next, asked for in the one after that.
    let is_fresh = |(_id, pass): &(Id, u64)| ctx.cumulative_pass_nr() <= pass + 2;
    focused.or_else(|| noted.filter(is_fresh).map(|(id, _pass)| id))
}

fn noted_id() -> Id {
    Id::unique("face keyboard noted")
}

fn take_return(ctx: &Context) -> Option<Return> {
    ctx.data_mut(|data| {
        let returning = data.get_temp(return_id());
        data.remove::<Return>(return_id());
        returning
    })
}

fn return_id() -> Id {
    Id::unique("face keyboard return")
}

/// Whether keys that no widget took are meant for the window that `ui` belongs to: no dialog is in
/// front of it, no menu is open, and of several sheets it is the one in front.
pub(super) fn hears_keys(ui: &Ui) -> bool {
    let ctx = ui.ctx();
    let layer = ui.layer_id();
    ctx.memory(|memory| memory.allows_interaction(layer))
        && !egui::Popup::is_any_open(ctx)
        && (layer.order != Order::Middle || window::front(ctx) == Some(layer))
}

/// Whether Ctrl and `key` were pressed for the window that `ui` belongs to.
pub fn ctrl_pressed(ui: &Ui, key: Key) -> bool {
    hears_keys(ui) && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, key))
}

/// A focused button takes Enter for itself, so that the default button does not hear it too.
pub(super) fn take_enter(ui: &Ui, response: &Response) {
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(enter_taker(), response.id));
        ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    }
}

/// The focused widget `id`, painted next, leaves Enter to the default button: egui would click it.
pub(super) fn leave_enter(ui: &Ui, id: Id) {
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    if has_focus
        && hears_keys(ui)
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
    {
        let pass = ui.ctx().cumulative_pass_nr();
        ui.data_mut(|data| data.insert_temp(enter_left(), pass));
    }
}

/// Whether Enter was pressed and no focused button has taken it or, painted later, will.
pub(super) fn enter_is_free(ui: &Ui) -> bool {
    let taker: Option<Id> = ui.data(|data| data.get_temp(enter_taker()));
    let focused = ui.memory(egui::Memory::focused);
    let is_taken = focused.is_some() && focused == taker;
    !is_taken
        && hears_keys(ui)
        && (take_left_enter(ui)
            || ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)))
}

fn take_left_enter(ui: &Ui) -> bool {
    let left: Option<u64> = ui.data(|data| data.get_temp(enter_left()));
    ui.data_mut(|data| data.remove::<u64>(enter_left()));
    left == Some(ui.ctx().cumulative_pass_nr())
}

fn enter_left() -> Id {
    Id::unique("face enter left")
}

fn enter_taker() -> Id {
    Id::unique("face enter taker")
}
