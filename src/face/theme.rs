//! The only file with colours and pixel sizes: what a theme is, and the classic one.
//!
//! A theme is one [`Palette`]. Another look is another constant of that type handed to [`install`].

use std::time::Duration;

use egui::Color32;
use egui::CornerRadius;
use egui::FontFamily;
use egui::FontId;
use egui::Margin;
use egui::Stroke;
use egui::TextStyle;
use egui::Vec2;

/// The colours of a theme, by what they are for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Ground of windows, buttons and bars.
    pub face: Color32,
    /// Inner lit edge of a raised part.
    pub light: Color32,
    /// Outer lit edge of a raised part.
    pub highlight: Color32,
    /// Inner shaded edge of a raised part.
    pub shadow: Color32,
    /// Outer shaded edge of a raised part.
    pub dark_shadow: Color32,
    /// Ground of fields, lists and trees.
    pub field: Color32,
    /// Ordinary text.
    pub text: Color32,
    /// Text that explains or is secondary.
    pub weak_text: Color32,
    /// Text of what can not be used now.
    pub disabled_text: Color32,
    /// Text of what went wrong.
    pub error_text: Color32,
    /// Ground of what is selected.
    pub selection: Color32,
    /// Text on [`Self::selection`].
    pub selection_text: Color32,
    /// Ground of what is selected in a list that does not have the keyboard.
    pub idle_selection: Color32,
    /// Left end of the caption bar of the window in front.
    pub caption: Color32,
    /// Right end of the caption bar of the window in front.
    pub caption_end: Color32,
    /// Text on caption bars.
    pub caption_text: Color32,
    /// Left end of the caption bar of a window behind.
    pub idle_caption: Color32,
    /// Right end of the caption bar of a window behind.
    pub idle_caption_end: Color32,
    /// Text on caption bars of windows behind.
    pub idle_caption_text: Color32,
    /// Track of scroll bars.
    pub track: Color32,
    /// Ground behind sheets, where no pane is.
    pub workspace: Color32,
    /// Ground of tooltips.
    pub tip: Color32,
    /// Filled part of progress bars.
    pub progress: Color32,
}

/// The look of the dialogs of Windows 95 and NT 4.
pub const CLASSIC: Palette = Palette {
    face: Color32::from_rgb(0xc0, 0xc0, 0xc0),
    light: Color32::from_rgb(0xdf, 0xdf, 0xdf),
    highlight: Color32::WHITE,
    shadow: Color32::from_rgb(0x80, 0x80, 0x80),
    dark_shadow: Color32::BLACK,
    field: Color32::WHITE,
    text: Color32::BLACK,
    weak_text: Color32::from_rgb(0x40, 0x40, 0x40), // 5.7:1 on the face
    disabled_text: Color32::from_rgb(0x78, 0x78, 0x78),
    error_text: Color32::from_rgb(0x90, 0x00, 0x00), // 5.4:1 on the face
    selection: Color32::from_rgb(0x00, 0x00, 0x80),
    selection_text: Color32::WHITE,
    idle_selection: Color32::from_rgb(0xd4, 0xd4, 0xd4),
    caption: Color32::from_rgb(0x00, 0x00, 0x80),
    caption_end: Color32::from_rgb(0x10, 0x58, 0xa8),
    caption_text: Color32::WHITE,
    idle_caption: Color32::from_rgb(0x68, 0x68, 0x68),
    idle_caption_end: Color32::from_rgb(0x80, 0x80, 0x80),
    idle_caption_text: Color32::from_rgb(0xf0, 0xf0, 0xf0),
    track: Color32::from_rgb(0xe0, 0xe0, 0xe0),
    workspace: Color32::from_rgb(0x80, 0x80, 0x80),
    tip: Color32::from_rgb(0xff, 0xff, 0xe1),
    progress: Color32::from_rgb(0x00, 0x00, 0x80),
};

/// No colour at all: what is behind shows.
pub const CLEAR: Color32 = Color32::TRANSPARENT;

/// A picture in its own colours.
pub const UNTINTED: Color32 = Color32::WHITE;

/// Thickness of one edge of a bevel.
pub const LINE: f32 = 1.0;
/// Height of buttons and fields.
pub const CONTROL_HEIGHT: f32 = 24.0;
/// Width that every push button has at least.
pub const BUTTON_WIDTH: f32 = 80.0;
/// Room between the text of a button and its sides.
pub const BUTTON_PADDING: f32 = 12.0;
/// Room between a field's edge and its text.
pub const FIELD_PADDING: Margin = Margin {
    left: 5,
    right: 5,
    top: 4,
    bottom: 3,
};
/// Width of a field where nothing else is said.
pub const FIELD_WIDTH: f32 = 240.0;
/// Width of a number box.
pub const SPIN_WIDTH: f32 = 64.0;
/// Width of the two arrows of a number box and of the arrow of a drop-down list.
pub const ARROW_WIDTH: f32 = 17.0;
/// Half the width of the triangle on an arrow button.
pub const ARROW: f32 = 3.5;
/// Side of the square of a check box and of the circle of a radio button.
pub const MARK: f32 = 13.0;
/// Height of a row of a list, tree or drop-down list.
pub const ROW_HEIGHT: f32 = 20.0;
/// Height of a row of a menu.
pub const MENU_ROW_HEIGHT: f32 = 22.0;
/// Room left of the text of a menu row, for its icon or tick.
pub const MENU_MARGIN: f32 = 28.0;
/// Width that every menu has at least.
pub const MENU_WIDTH: f32 = 180.0;
/// Height of the column heads of a list.
pub const HEAD_HEIGHT: f32 = 22.0;
/// Room between the sides of a cell and its text.
pub const CELL_PADDING: f32 = 5.0;
/// The narrowest column.
pub const COLUMN_MIN: f32 = 24.0;
/// Width of the strip between two column heads that can be dragged.
pub const GRIP: f32 = 6.0;
/// Step of a tree from parent to child.
pub const INDENT: f32 = 19.0;
/// Side of the square with plus or minus in a tree.
pub const EXPANDER: f32 = 9.0;
/// Side of a small icon.
pub const ICON: f32 = 16.0;
/// Side of the icon of a message box.
pub const LARGE_ICON: f32 = 32.0;
/// Side of a button of the toolbar.
pub const TOOL: f32 = 26.0;
/// Thickness of scroll bars.
pub const SCROLL_BAR: f32 = 16.0;
/// The shortest handle of a scroll bar.
pub const HANDLE_MIN: f32 = 16.0;
/// Height of caption bars.
pub const CAPTION_HEIGHT: f32 = 22.0;
/// Thickness of the frame of windows and menus.
pub const FRAME: f32 = 3.0;
/// Side of the close button in a caption bar.
pub const CLOSE: f32 = 16.0;
/// Height of the tabs of a sheet.
pub const TAB_HEIGHT: f32 = 24.0;
/// How far the selected tab stands out.
pub const TAB_RISE: f32 = 2.0;
/// Height of the status bar.
pub const STATUS_HEIGHT: f32 = 24.0;
/// Thickness of the splitter between two panes.
pub const SPLITTER: f32 = 5.0;
/// The narrowest pane beside a splitter.
pub const PANE_MIN: f32 = 120.0;
/// Height of a progress bar.
pub const PROGRESS_HEIGHT: f32 = 18.0;
/// One block of a progress bar, with the gap after it.
pub const PROGRESS_BLOCK: f32 = 10.0;
/// Room between parts that belong together.
pub const GAP: f32 = 6.0;
/// Room between parts that do not, and round the contents of dialogs and group boxes.
pub const MARGIN: f32 = 12.0;
/// Width of a message box's text.
pub const MESSAGE_WIDTH: f32 = 380.0;
/// Width of the labels of a form where nothing else is said.
pub const LABEL_WIDTH: f32 = 150.0;
/// How far each new sheet is placed from the one before.
pub const CASCADE: f32 = 26.0;
/// Size of the letters of a secret that is to be copied by hand.
pub const SECRET_SIZE: f32 = 22.0;
/// Room round such a secret.
pub const SECRET_PADDING: f32 = 14.0;

/// How many sheets are placed before the first place is used again.
pub const CASCADE_STEPS: u8 = 6;
/// Width and height of a property sheet where nothing else is said.
pub const SHEET_SIZE: Vec2 = Vec2::new(520.0, 480.0);
/// Room round the contents of dialogs.
pub const CONTENT_MARGIN: Margin = Margin::same(12); // `MARGIN`, as egui counts margins

pub(super) const FRAME_MARGIN: i8 = 3; // `FRAME`, as egui counts margins
const TEXT_SIZE: f32 = 13.5;
const HEADING_SIZE: f32 = 17.0;

/// Makes `palette` the look of everything that `face` paints, and of egui's own text fields and
/// scroll areas. Called once at the start, and whenever the person chooses another theme.
pub fn install(ctx: &egui::Context, palette: Palette) {
    ctx.data_mut(|data| data.insert_temp(palette_id(), palette));
    ctx.all_styles_mut(|style| {
        fonts(style);
        spacing(style);
        visuals(&mut style.visuals, &palette);
        style.animation_time = 0.0; // nothing slid or faded in 1998, and tests need no waiting
        style.interaction.selectable_labels = false; // labels; read-only boxes are for copying from
        style.interaction.tooltip_delay = Duration::from_millis(400).as_secs_f32();
        style.scroll_animation = egui::style::ScrollAnimation::none();
    });
}

/// The palette in force.
pub fn palette(ctx: &egui::Context) -> Palette {
    ctx.data(|data| data.get_temp(palette_id()))
        .unwrap_or(CLASSIC)
}

/// The ink of one letter of an icon's grid; `None` for a letter that is none. Space and `.` are clear.
pub fn ink(letter: char) -> Option<Color32> {
    let ink = match letter {
        '.' | ' ' => CLEAR,
        '#' => Color32::BLACK,
        'w' => Color32::WHITE,
        'l' => Color32::from_rgb(0xdc, 0xdc, 0xdc),
        'g' => Color32::from_rgb(0x80, 0x80, 0x80),
        'd' => Color32::from_rgb(0x50, 0x50, 0x50),
        'y' => Color32::from_rgb(0xff, 0xe0, 0x60),
        'o' => Color32::from_rgb(0xa0, 0x78, 0x10),
        'b' => Color32::from_rgb(0x40, 0x80, 0xf0),
        'n' => Color32::from_rgb(0x00, 0x00, 0x80),
        'c' => Color32::from_rgb(0x90, 0xd0, 0xf0),
        't' => Color32::from_rgb(0x00, 0x80, 0x80),
        'r' => Color32::from_rgb(0xe0, 0x20, 0x20),
        'm' => Color32::from_rgb(0x90, 0x00, 0x00),
        'v' => Color32::from_rgb(0x00, 0x80, 0x00),
        'e' => Color32::from_rgb(0x50, 0xc0, 0x50),
        's' => Color32::from_rgb(0xf0, 0xc0, 0x98),
        _ => return None,
    };
    Some(ink)
}

fn palette_id() -> egui::Id {
    egui::Id::unique("face palette")
}

fn fonts(style: &mut egui::Style) {
    let proportional = |size| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Small, proportional(TEXT_SIZE)),
        (TextStyle::Body, proportional(TEXT_SIZE)),
        (TextStyle::Button, proportional(TEXT_SIZE)),
        (TextStyle::Heading, proportional(HEADING_SIZE)),
        (
            TextStyle::Monospace,
            FontId::new(TEXT_SIZE, FontFamily::Monospace),
        ),
    ]
    .into();
}

fn spacing(style: &mut egui::Style) {
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::splat(GAP);
    spacing.interact_size = Vec2::new(CONTROL_HEIGHT, CONTROL_HEIGHT);
    spacing.menu_margin = Margin::same(FRAME_MARGIN);
    spacing.window_margin = Margin::same(FRAME_MARGIN);
    spacing.text_edit_width = FIELD_WIDTH;
    spacing.menu_spacing = 0.0;
    spacing.tooltip_width = MESSAGE_WIDTH;
    spacing.scroll = egui::style::ScrollStyle {
        bar_width: SCROLL_BAR,
        handle_min_length: HANDLE_MIN,
        bar_inner_margin: 0.0,
        dormant_background_opacity: 1.0,
        active_background_opacity: 1.0,
        interact_background_opacity: 1.0,
        dormant_handle_opacity: 1.0,
        active_handle_opacity: 1.0,
        ..egui::style::ScrollStyle::solid()
    };
    // Fading edges over a sunken white field look like a fault.
    spacing.scroll.fade.strength = 0.0;
}

fn visuals(visuals: &mut egui::Visuals, palette: &Palette) {
    let square = CornerRadius::ZERO;
    let part = |fill: Color32, text: Color32| egui::style::WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(LINE, palette.shadow),
        corner_radius: square,
        fg_stroke: Stroke::new(LINE, text),
        expansion: 0.0,
    };
    visuals.override_text_color = None;
    visuals.widgets.noninteractive = part(palette.face, palette.text);
    visuals.widgets.inactive = part(palette.face, palette.text);
    visuals.widgets.hovered = part(palette.face, palette.text);
    visuals.widgets.active = part(palette.face, palette.text);
    visuals.widgets.open = part(palette.face, palette.text);
    visuals.selection.bg_fill = palette.selection;
    visuals.selection.stroke = Stroke::new(LINE, palette.selection_text);
    visuals.weak_text_color = Some(palette.weak_text);
    visuals.error_fg_color = palette.error_text;
    visuals.extreme_bg_color = palette.track;
    visuals.text_edit_bg_color = Some(palette.field);
    visuals.panel_fill = palette.face;
    visuals.window_fill = palette.face;
    visuals.window_corner_radius = square;
    visuals.menu_corner_radius = square;
    visuals.window_shadow = egui::Shadow::NONE;
    visuals.popup_shadow = egui::Shadow::NONE;
    visuals.window_stroke = Stroke::new(LINE, palette.dark_shadow);
    visuals.text_cursor.stroke = Stroke::new(LINE, palette.text);
    visuals.text_cursor.blink = false; // a blinking cursor repaints the window for ever
    visuals.disabled_alpha = 1.0; // what is disabled is painted etched, not faded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, "contrast ratio".
    fn contrast(one: Color32, other: Color32) -> f32 {
        let luminance = |color: Color32| {
            let linear = egui::Rgba::from(color);
            0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_stands_out_from_its_ground() {
        let p = CLASSIC;
        let pairs = [
            (p.text, p.face),
            (p.text, p.field),
            (p.text, p.idle_selection),
            (p.text, p.tip),
            (p.weak_text, p.face),
            (p.error_text, p.face),
            (p.selection_text, p.selection),
            (p.caption_text, p.caption),
            (p.caption_text, p.caption_end),
            (p.idle_caption_text, p.idle_caption),
        ];
        for (text, ground) in pairs {
            // WCAG 2.2 section 1.4.3 (AA) for text of this size.
            assert!(4.5 <= contrast(text, ground), "{text:?} on {ground:?}");
        }
    }
}
