//! The strip of tabs of a property sheet, with the page under it.

use egui::EventFilter;
use egui::Key;
use egui::Modifiers;
use egui::Pos2;
use egui::Rect;
use egui::Response;
use egui::Sense;
use egui::Ui;
use egui::UiBuilder;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::keyboard;
use super::paint;
use super::theme;
use super::theme::Palette;

/// Paints the strip and, in what room is left, the page of the selected tab. The strip is one stop
/// of the Tab key; Left and Right go from tab to tab, Ctrl+Tab does from anywhere in the window.
pub fn tabs<R>(
    ui: &mut Ui,
    titles: &[&str],
    selected: &mut usize,
    page: impl FnOnce(&mut Ui, usize) -> R,
) -> R {
    *selected = (*selected).min(titles.len().saturating_sub(1));
    let whole = ui.available_rect_before_wrap();
    let body = whole.with_min_y(whole.top() + theme::TAB_HEIGHT + theme::TAB_RISE);
    let palette = theme::palette(ui.ctx());
    bevel::raised(ui.painter(), body, &palette);
    strip(ui, whole, titles, selected, &palette);
    let inner = body.shrink(theme::MARGIN);
    let title = titles.get(*selected).copied().unwrap_or_default();
    let about = UiBuilder::new()
        .id_salt(("page", *selected))
        .max_rect(inner)
        .accessibility_label(title)
        .accessibility_role(Role::TabPanel);
    let result = page(&mut ui.new_child(about), *selected);
    ui.advance_cursor_after_rect(whole);
    result
}

fn strip(ui: &mut Ui, whole: Rect, titles: &[&str], selected: &mut usize, palette: &Palette) {
    let widths: Vec<f32> = titles
        .iter()
        .map(|title| paint::text_size(ui, title).x + 2.0 * theme::MARGIN)
        .collect();
    let mut left = whole.left() + theme::TAB_RISE;
    let mut responses = Vec::new();
    for (index, width) in widths.iter().enumerate() {
        let corner = Pos2::new(left, whole.top() + theme::TAB_RISE);
        let rect = Rect::from_min_size(corner, Vec2::new(*width, theme::TAB_HEIGHT));
        // Only the selected tab is a stop of the Tab key.
        let sense = if index == *selected {
            Sense::click()
        } else {
            Sense::CLICK
        };
        responses.push(ui.interact(rect, ui.scope_id().with(("tab", index)), sense));
        left += width;
    }
    let before = *selected;
    choose(ui, &responses, selected);
    for (index, (title, response)) in titles.iter().zip(&responses).enumerate() {
        let is_selected = index == *selected;
        describe(ui, response, title, is_selected);
        if !is_selected {
            paint_tab(ui, response.rect, title, palette);
        }
    }
    // The selected one last: it overlaps its neighbours and the edge of the page.
    if let (Some(title), Some(response)) = (titles.get(*selected), responses.get(*selected)) {
        let rise = Vec2::splat(theme::TAB_RISE);
        let rect = Rect::from_min_max(response.rect.min - rise, response.rect.max + rise);
        paint_tab(
            ui,
            rect.with_max_y(response.rect.bottom() + theme::LINE),
            title,
            palette,
        );
        let seam = Rect::from_min_max(
            Pos2::new(
                rect.left() + 2.0 * theme::LINE,
                response.rect.bottom() - theme::LINE,
            ),
            Pos2::new(
                rect.right() - 2.0 * theme::LINE,
                response.rect.bottom() + 2.0 * theme::LINE,
            ),
        );
        ui.painter().rect_filled(seam, 0.0, palette.face);
        let had_focus = responses.get(before).is_some_and(Response::has_focus);
        if had_focus {
            bevel::focus(
                ui.painter(),
                response.rect.shrink(2.0 * theme::LINE),
                palette.text,
            );
        }
        if had_focus && before != *selected {
            response.request_focus();
        }
    }
}

/// A click, or Left and Right on the strip, or Ctrl+Tab anywhere.
fn choose(ui: &Ui, responses: &[Response], selected: &mut usize) {
    let last = responses.len().saturating_sub(1);
    if let Some(clicked) = responses.iter().position(Response::clicked) {
        *selected = clicked;
    }
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    if responses.get(*selected).is_some_and(Response::has_focus) {
        let keys_of_its_own = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        if let Some(response) = responses.get(*selected) {
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, keys_of_its_own));
        }
        if pressed(Modifiers::NONE, Key::ArrowRight) {
            *selected = (*selected + 1).min(last);
        }
        if pressed(Modifiers::NONE, Key::ArrowLeft) {
            *selected = selected.saturating_sub(1);
        }
    }
    let in_front = keyboard::hears_keys(ui);
    if in_front && pressed(Modifiers::CTRL | Modifiers::SHIFT, Key::Tab) {
        *selected = selected.checked_sub(1).unwrap_or(last);
    } else if in_front && pressed(Modifiers::CTRL, Key::Tab) {
        *selected = if *selected == last { 0 } else { *selected + 1 };
    }
}

fn describe(ui: &Ui, response: &Response, title: &str, is_selected: bool) {
    paint::describe(ui, response, Role::Tab, title, None);
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_selected(is_selected));
}

fn paint_tab(ui: &Ui, rect: Rect, title: &str, palette: &Palette) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    // Its lower edge lies outside, so that the tab is open towards the page.
    let open = rect.with_max_y(rect.bottom() + 2.0 * theme::LINE);
    bevel::raised(&painter, open, palette);
    paint::text_centred(ui, rect, title, palette.text);
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    #[test]
    fn tabs_are_chosen_by_click_and_by_arrow_key() {
        let mut harness = Harness::new_ui_state(
            |ui, selected: &mut usize| {
                tabs(ui, &["General", "Security"], selected, |ui, page| {
                    super::super::label(ui, &format!("page {page}"));
                });
            },
            0,
        );
        harness.get_by_role_and_label(Role::Tab, "Security").click();
        harness.run();
        harness.get_by_label("page 1");
        harness.get_by_role_and_label(Role::Tab, "Security").focus();
        harness.run();
        harness.key_press(Key::ArrowLeft);
        harness.run();
        assert_eq!(*harness.state(), 0);
        harness.get_by_label("page 0");
    }
}
