//! The menu bar, its menus, and context menus.

use egui::Button;
use egui::Popup;
use egui::Pos2;
use egui::Rect;
use egui::Response;
use egui::RichText;
use egui::Sense;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;
use egui::accesskit::Toggled;
use egui::containers::menu::MenuBar as EguiMenuBar;
use egui::containers::menu::MenuButton;
use egui::containers::menu::MenuConfig;

use super::bevel;
use super::button;
use super::icons;
use super::icons::Icon;
use super::paint;
use super::theme;

/// The row of menus at the head of the window.
pub fn menu_bar<R>(ui: &mut Ui, menus: impl FnOnce(&mut MenuBar<'_>) -> R) -> R {
    let palette = theme::palette(ui.ctx());
    EguiMenuBar::new()
        .config(MenuConfig::new().style(egui::style::StyleModifier::default()))
        .style(move |style: &mut egui::Style| {
            let visuals = &mut style.visuals.widgets;
            for part in [
                &mut visuals.inactive,
                &mut visuals.hovered,
                &mut visuals.active,
                &mut visuals.open,
            ] {
                part.bg_stroke = egui::Stroke::NONE;
                part.weak_bg_fill = theme::CLEAR;
            }
            for part in [&mut visuals.hovered, &mut visuals.active, &mut visuals.open] {
                part.weak_bg_fill = palette.selection;
                part.fg_stroke.color = palette.selection_text;
            }
            style.spacing.button_padding = Vec2::new(theme::CELL_PADDING + theme::LINE, 0.0);
            style.spacing.item_spacing.x = 0.0;
        })
        .ui(ui, |ui| menus(&mut MenuBar { ui }))
        .inner
}

/// What [`menu_bar`] hands to the one who fills it.
pub struct MenuBar<'u> {
    ui: &'u mut Ui,
}

impl MenuBar<'_> {
    /// A menu; `entries` runs while it is open.
    pub fn menu(&mut self, title: &str, entries: impl FnOnce(&mut Menu<'_>)) {
        let button =
            Button::new(RichText::new(title)).min_size(Vec2::new(0.0, theme::MENU_ROW_HEIGHT));
        // The frame is our own, painted behind the entries by `in_frame`.
        let config = MenuConfig::new().style(|style: &mut egui::Style| {
            style.visuals.window_stroke = egui::Stroke::NONE;
            style.spacing.item_spacing = Vec2::ZERO;
        });
        MenuButton::from_button(button)
            .config(config)
            .ui(self.ui, |ui| in_frame(ui, entries));
    }
}

/// A menu under the pointer when `target` is clicked with the secondary button.
pub fn context_menu(target: &Response, entries: impl FnOnce(&mut Menu<'_>)) {
    Popup::context_menu(target)
        .style(|style: &mut egui::Style| {
            style.visuals.window_stroke = egui::Stroke::NONE;
            style.spacing.item_spacing = Vec2::ZERO;
        })
        .show(|ui| in_frame(ui, entries));
}

fn in_frame(ui: &mut Ui, entries: impl FnOnce(&mut Menu<'_>)) {
    ui.set_min_width(theme::MENU_WIDTH);
    entries(&mut Menu { ui });
    let palette = theme::palette(ui.ctx());
    let frame = ui.min_rect().expand(theme::FRAME);
    bevel::window_edge(ui.painter(), frame, &palette);
}

/// An open menu, to be filled.
pub struct Menu<'u> {
    ui: &'u mut Ui,
}

impl Menu<'_> {
    /// An entry; whether it was chosen.
    #[must_use = "an entry that is not asked does nothing"]
    pub fn item(&mut self, item: MenuItem<'_>) -> bool {
        item.show(self.ui)
    }

    /// A groove between entries of different kinds.
    pub fn separator(&mut self) {
        let size = Vec2::new(width(self.ui), theme::GAP + 2.0 * theme::LINE);
        let (rect, _response) = self.ui.allocate_exact_size(size, Sense::hover());
        let palette = theme::palette(self.ui.ctx());
        let left = Pos2::new(rect.left(), rect.center().y.round() - theme::LINE);
        bevel::groove(self.ui.painter(), left, rect.right(), &palette);
    }
}

/// An entry of a menu.
#[must_use = "an entry is painted by `Menu::item`"]
pub struct MenuItem<'a> {
    title: &'a str,
    shortcut: &'a str,
    hint: &'a str,
    icon: Option<Icon>,
    ticked: Option<bool>,
    refused: Option<&'a str>,
}

impl<'a> MenuItem<'a> {
    /// An entry with this title.
    pub fn new(title: &'a str) -> Self {
        Self {
            title,
            shortcut: "",
            hint: "",
            icon: None,
            ticked: None,
            refused: None,
        }
    }

    /// With the keys that do the same, as text at the right. The keys are the caller's to watch.
    pub fn shortcut(mut self, keys: &'a str) -> Self {
        self.shortcut = keys;
        self
    }

    /// With a tooltip.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// With an icon at the left.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With a tick at the left or the room for one: a setting that is on or off.
    pub fn ticked(mut self, ticked: bool) -> Self {
        self.ticked = Some(ticked);
        self
    }

    /// Not to be chosen now, for this reason; `None` for one that can be.
    pub fn refused(mut self, reason: Option<&'a str>) -> Self {
        self.refused = reason;
        self
    }

    fn show(self, ui: &mut Ui) -> bool {
        let text = paint::text_size(ui, self.title).x;
        let keys = paint::text_size(ui, self.shortcut).x;
        let wanted = theme::MENU_MARGIN + text + theme::MENU_MARGIN + keys + theme::MARGIN;
        let size = Vec2::new(wanted.max(width(ui)), theme::MENU_ROW_HEIGHT);
        let response = paint::pressable(ui, size, self.refused);
        let role = match self.ticked {
            None => Role::MenuItem,
            Some(_state) => Role::MenuItemCheckBox,
        };
        paint::describe(ui, &response, role, self.title, self.refused);
        ui.ctx().accesskit_node_builder(response.id, |node| {
            if let Some(ticked) = self.ticked {
                node.set_toggled(Toggled::from(ticked));
            }
            if !self.shortcut.is_empty() {
                node.set_keyboard_shortcut(self.shortcut);
            }
        });
        self.paint(ui, &response, keys);
        if response.clicked() {
            ui.close();
        }
        let chosen = response.clicked();
        if self.refused.is_none() {
            paint::tip(&response, self.hint);
        }
        chosen
    }

    fn paint(&self, ui: &Ui, response: &Response, keys: f32) {
        let palette = theme::palette(ui.ctx());
        let rect = response.rect;
        let is_lit = response.enabled() && (response.hovered() || response.has_focus());
        let ink = if is_lit {
            ui.painter().rect_filled(rect, 0.0, palette.selection);
            palette.selection_text
        } else {
            palette.text
        };
        let mark = icons::place_left(rect, theme::GAP);
        if self.ticked == Some(true) {
            button::tick(ui, mark.shrink(theme::LINE), ink);
        } else if let Some(icon) = self.icon {
            icons::paint(ui, mark, icon, response.enabled());
        }
        let title = rect.with_min_x(rect.left() + theme::MENU_MARGIN);
        let shortcut = Rect::from_min_max(
            Pos2::new(rect.right() - keys - theme::MARGIN, rect.top()),
            rect.max,
        );
        for (place, text) in [(title, self.title), (shortcut, self.shortcut)] {
            if response.enabled() {
                paint::text_left(ui, place, text, ink);
            } else {
                paint::text_etched(ui, place, text, &palette);
            }
        }
    }
}

/// How wide an entry is made. While egui measures the menu, the room there is says nothing yet.
fn width(ui: &Ui) -> f32 {
    if ui.is_sizing_pass() {
        return theme::MENU_WIDTH;
    }
    ui.available_width()
}
