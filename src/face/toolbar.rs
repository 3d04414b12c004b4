//! The row of icon buttons under the menu bar.

use egui::Pos2;
use egui::Rect;
use egui::Sense;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::icons;
use super::icons::Icon;
use super::paint;
use super::theme;

/// Lays out tools in a row, as wide as the window.
pub fn toolbar<R>(ui: &mut Ui, tools: impl FnOnce(&mut Toolbar<'_>) -> R) -> R {
    let palette = theme::palette(ui.ctx());
    let top = ui.cursor().min;
    bevel::groove(ui.painter(), top, ui.max_rect().right(), &palette);
    ui.add_space(theme::GAP / 2.0);
    let result = ui
        .horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.add_space(theme::GAP / 2.0);
            tools(&mut Toolbar { ui })
        })
        .inner;
    ui.add_space(theme::GAP / 2.0);
    result
}

/// What [`toolbar`] hands to the one who fills it.
pub struct Toolbar<'u> {
    ui: &'u mut Ui,
}

impl Toolbar<'_> {
    /// A tool; whether it was pressed. `title` is its name and the first line of its tooltip, with
    /// `shortcut` in parentheses; `refused` says why it can not be used now.
    #[must_use = "a tool that is not asked does nothing"]
    pub fn tool(&mut self, icon: Icon, title: &str, shortcut: &str, refused: Option<&str>) -> bool {
        let ui = &mut *self.ui;
        let tip = if shortcut.is_empty() {
            title.to_owned()
        } else {
            format!("{title} ({shortcut})")
        };
        let with_title = refused.map(|reason| format!("{tip}\n{reason}"));
        let response = paint::pressable(ui, Vec2::splat(theme::TOOL), with_title.as_deref());
        paint::describe(ui, &response, Role::Button, title, refused);
        let palette = theme::palette(ui.ctx());
        let rect = response.rect;
        let mut shift = 0.0;
        if response.enabled() && response.is_pointer_button_down_on() {
            bevel::thin_sunken(ui.painter(), rect, &palette);
            shift = theme::LINE;
        } else if response.enabled() && (response.hovered() || response.has_focus()) {
            bevel::thin_raised(ui.painter(), rect, &palette);
        }
        let corner = (rect.center() - Vec2::splat(theme::ICON / 2.0)).round();
        let place = Rect::from_min_size(corner, Vec2::splat(theme::ICON));
        icons::paint(
            ui,
            place.translate(Vec2::splat(shift)),
            icon,
            response.enabled(),
        );
        if response.has_focus() {
            bevel::focus(ui.painter(), rect.shrink(2.0 * theme::LINE), palette.text);
        }
        if refused.is_none() {
            paint::tip(&response, &tip);
        }
        response.clicked()
    }

    /// A groove between tools of different kinds.
    pub fn separator(&mut self) {
        let size = Vec2::new(theme::GAP + 2.0 * theme::LINE, theme::TOOL);
        let (rect, _response) = self.ui.allocate_exact_size(size, Sense::hover());
        let palette = theme::palette(self.ui.ctx());
        let left = Pos2::new(rect.center().x.round(), rect.top());
        let line = Rect::from_min_size(left, Vec2::new(theme::LINE, rect.height()));
        let lit = line.translate(Vec2::new(theme::LINE, 0.0));
        self.ui.painter().rect_filled(line, 0.0, palette.shadow);
        self.ui.painter().rect_filled(lit, 0.0, palette.highlight);
    }
}
