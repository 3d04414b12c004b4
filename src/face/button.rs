//! Push buttons, check boxes and radio buttons.

use egui::Pos2;
use egui::Rect;
use egui::Response;
use egui::Shape;
use egui::Stroke;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::icons;
use super::icons::Icon;
use super::keyboard;
use super::paint;
use super::theme;
use super::theme::Palette;

/// A push button. What is said about it comes before [`Button::show`].
#[must_use = "a button is painted by `show`"]
pub struct Button<'a> {
    text: &'a str,
    icon: Option<Icon>,
    refused: Option<&'a str>,
    tip: &'a str,
    enter: Enter,
    width: f32,
}

/// Whether a button answers to Enter from anywhere in its dialog.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Enter {
    WhenFocused,
    Always,
}

impl<'a> Button<'a> {
    /// A button with this text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            icon: None,
            refused: None,
            tip: "",
            enter: Enter::WhenFocused,
            width: theme::BUTTON_WIDTH,
        }
    }

    /// With a small icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With a tooltip.
    pub fn tip(mut self, tip: &'a str) -> Self {
        self.tip = tip;
        self
    }

    /// Not to be used now, for this reason, which is its tooltip; `None` for a button that works.
    pub fn refused(mut self, reason: Option<&'a str>) -> Self {
        self.refused = reason;
        self
    }

    /// The button that Enter presses. Show it after the fields, which may want the key themselves.
    pub fn default_of_dialog(mut self) -> Self {
        self.enter = Enter::Always;
        self
    }

    /// At least this many points wide.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Paints the button; [`Pressed::yes`] says whether it was pressed.
    pub fn show(self, ui: &mut Ui) -> Pressed {
        let icon_room = self.icon.map_or(0.0, |_icon| theme::ICON + theme::GAP);
        let text = paint::text_size(ui, self.text);
        let wanted = text.x + icon_room + 2.0 * theme::BUTTON_PADDING;
        let size = Vec2::new(wanted.max(self.width), theme::CONTROL_HEIGHT);
        let response = paint::pressable(ui, size, self.refused);
        let role = match self.enter {
            Enter::Always => Role::DefaultButton,
            Enter::WhenFocused => Role::Button,
        };
        paint::describe(ui, &response, role, self.text, self.refused);
        self.paint(ui, &response, text.x + icon_room, icon_room);
        let by_enter =
            self.enter == Enter::Always && response.enabled() && keyboard::enter_is_free(ui);
        if self.refused.is_none() {
            paint::tip(&response, self.tip);
        }
        Pressed {
            yes: response.clicked() || by_enter,
            response,
        }
    }

    fn paint(&self, ui: &Ui, response: &Response, content: f32, icon_room: f32) {
        let palette = theme::palette(ui.ctx());
        let mut rect = response.rect;
        let is_down = response.is_pointer_button_down_on() && response.hovered();
        if self.enter == Enter::Always || response.has_focus() {
            bevel::edge(ui.painter(), rect, palette.dark_shadow, palette.dark_shadow);
            rect = rect.shrink(theme::LINE);
        }
        if is_down {
            bevel::pressed(ui.painter(), rect, &palette);
        } else {
            bevel::raised(ui.painter(), rect, &palette);
        }
        let shift = if is_down { theme::LINE } else { 0.0 };
        let left = (rect.center().x - content / 2.0).round();
        let inner = Rect::from_min_max(
            Pos2::new(left, rect.top()),
            Pos2::new(rect.right(), rect.bottom()),
        )
        .translate(Vec2::splat(shift));
        if let Some(icon) = self.icon {
            let corner = Pos2::new(inner.left(), inner.center().y - theme::ICON / 2.0).round();
            let place = Rect::from_min_size(corner, Vec2::splat(theme::ICON));
            icons::paint(ui, place, icon, response.enabled());
        }
        let text = inner.with_min_x(inner.left() + icon_room);
        paint_text(ui, text, self.text, response, &palette);
        if response.has_focus() {
            bevel::focus(ui.painter(), rect.shrink(4.0 * theme::LINE), palette.text);
        }
    }
}

/// What came of showing a button.
#[must_use = "a button that is not asked does nothing"]
pub struct Pressed {
    yes: bool,
    response: Response,
}

impl Pressed {
    /// Whether it was pressed, by pointer, key or assistive technology.
    pub fn yes(&self) -> bool {
        self.yes
    }

    /// The widget itself, for example to give it the keyboard.
    pub fn response(&self) -> &Response {
        &self.response
    }
}

/// A plain push button; whether it was pressed.
#[must_use = "a button that is not asked does nothing"]
pub fn button(ui: &mut Ui, text: &str) -> bool {
    Button::new(text).show(ui).yes()
}

/// A push button that can not be used where `refused` gives a reason; whether it was pressed.
#[must_use = "a button that is not asked does nothing"]
pub fn button_unless(ui: &mut Ui, text: &str, refused: Option<&str>) -> bool {
    Button::new(text).refused(refused).show(ui).yes()
}

/// A box that is ticked or not.
pub fn check_box(ui: &mut Ui, text: &str, ticked: &mut bool, refused: Option<&str>) -> Response {
    let mut response = paint::markable(ui, marked_size(ui, text), refused);
    if response.clicked() {
        *ticked = !*ticked;
        response.mark_changed();
    }
    let (now, enabled) = (*ticked, response.enabled());
    paint::describe(ui, &response, Role::CheckBox, text, refused);
    response.widget_info(|| egui::WidgetInfo::selected(Role::CheckBox, enabled, now, text));
    let palette = theme::palette(ui.ctx());
    let mark = mark_rect(response.rect);
    bevel::field(ui.painter(), mark, &palette);
    if !enabled {
        let ground = mark.shrink(2.0 * theme::LINE);
        ui.painter().rect_filled(ground, 0.0, palette.face);
    }
    if now {
        tick(
            ui,
            mark,
            if enabled {
                palette.text
            } else {
                palette.shadow
            },
        );
    }
    marked_text(ui, &response, text, &palette);
    response
}

/// One of several choices of which one holds; `choice` becomes `value` when it is chosen.
pub fn radio<T: PartialEq>(
    ui: &mut Ui,
    text: &str,
    choice: &mut T,
    value: T,
    refused: Option<&str>,
) -> Response {
    let mut response = paint::markable(ui, marked_size(ui, text), refused);
    if response.clicked() && *choice != value {
        *choice = value;
        response.mark_changed();
        return radio_painted(ui, response, text, true, refused);
    }
    let is_chosen = *choice == value;
    radio_painted(ui, response, text, is_chosen, refused)
}

fn radio_painted(
    ui: &Ui,
    response: Response,
    text: &str,
    is_chosen: bool,
    refused: Option<&str>,
) -> Response {
    let enabled = response.enabled();
    paint::describe(ui, &response, Role::RadioButton, text, refused);
    response
        .widget_info(|| egui::WidgetInfo::selected(Role::RadioButton, enabled, is_chosen, text));
    let palette = theme::palette(ui.ctx());
    let mark = mark_rect(response.rect);
    let (centre, radius) = (mark.center(), mark.width() / 2.0);
    let painter = ui.painter();
    painter.circle_filled(centre, radius, palette.highlight);
    painter.circle_filled(
        centre - Vec2::splat(theme::LINE / 2.0),
        radius - theme::LINE / 2.0,
        palette.dark_shadow,
    );
    let ground = if enabled { palette.field } else { palette.face };
    painter.circle_filled(centre, radius - 1.5 * theme::LINE, ground);
    if is_chosen {
        let ink = if enabled {
            palette.text
        } else {
            palette.shadow
        };
        painter.circle_filled(centre, radius - 4.0 * theme::LINE, ink);
    }
    marked_text(ui, &response, text, &palette);
    response
}

fn marked_size(ui: &Ui, text: &str) -> Vec2 {
    let width = theme::MARK + theme::GAP + paint::text_size(ui, text).x + 2.0 * theme::LINE;
    Vec2::new(width, theme::ROW_HEIGHT)
}

fn mark_rect(rect: Rect) -> Rect {
    let corner = Pos2::new(rect.left(), rect.center().y - theme::MARK / 2.0).round();
    Rect::from_min_size(corner, Vec2::splat(theme::MARK))
}

fn marked_text(ui: &Ui, response: &Response, text: &str, palette: &Palette) {
    let left = response.rect.left() + theme::MARK + theme::GAP;
    let place = response.rect.with_min_x(left);
    paint_text(ui, place, text, response, palette);
    if response.has_focus() {
        let frame = place.expand2(Vec2::new(2.0 * theme::LINE, 0.0));
        bevel::focus(ui.painter(), frame, palette.text);
    }
}

fn paint_text(ui: &Ui, place: Rect, text: &str, response: &Response, palette: &Palette) {
    if response.enabled() {
        paint::text_left(ui, place, text, palette.text);
    } else {
        paint::text_etched(ui, place, text, palette);
    }
}

/// A tick in the square `mark`.
pub(super) fn tick(ui: &Ui, mark: Rect, ink: egui::Color32) {
    let at = |x: f32, y: f32| mark.min + Vec2::new(x, y) * mark.width();
    let stroke = Stroke::new(2.0 * theme::LINE, ink);
    // The three corners of the tick, in parts of the square's side.
    ui.painter().add(Shape::line(
        vec![at(0.26, 0.5), at(0.43, 0.68), at(0.76, 0.3)],
        stroke,
    ));
}
