//! How the program looks: the theme, the icons, and every widget it uses.
//!
//! Nothing outside this module names a widget of egui, so a theme reaches everything. A widget is a
//! function or a small builder that ends in `show`; it returns a [`egui::Response`], whether it was
//! pressed, or a small value that says what the person did. Every widget has a role and a name in
//! the accessibility tree. [`theme::install`] comes before the first frame.

mod bevel;
mod button;
mod child;
mod choice;
mod dialog;
mod field;
mod form;
#[cfg(test)]
mod gallery;
mod group;
mod icons;
mod keyboard;
mod list;
mod menu;
mod paint;
mod progress;
mod scroll;
mod sheet;
mod spin;
mod split;
mod status;
mod tabs;
mod text;
pub mod theme;
mod toolbar;
mod tree;
mod window;

pub use button::Button;
pub use button::Pressed;
pub use button::button;
pub use button::button_unless;
pub use button::check_box;
pub use button::radio;
pub use child::ChildWindow;
pub use child::window_is_gone;
pub use choice::Choice;
pub use choice::combo;
pub use dialog::Dialog;
pub use dialog::dialog_is_gone;
pub use dialog::message;
pub use field::TextField;
pub use field::password_field;
pub use field::text_area;
pub use field::text_box;
pub use field::text_field;
pub use field::text_view;
pub use form::Form;
pub use form::form;
pub use group::group;
pub use icons::Icon;
pub use keyboard::take_keyboard;
pub use list::Column;
pub use list::List;
pub use list::ListEvents;
pub use list::ListState;
pub use list::Row;
pub use list::Sort;
pub use menu::Menu;
pub use menu::MenuBar;
pub use menu::MenuItem;
pub use menu::context_menu;
pub use menu::menu_bar;
pub use progress::progress_bar;
pub use scroll::scroll_area;
pub use sheet::Footer;
pub use sheet::Sheet;
pub use sheet::sheet_is_gone;
pub use spin::spin;
pub use split::split;
pub use status::status_bar;
pub use tabs::tabs;
pub use text::caption;
pub use text::error;
pub use text::gap;
pub use text::heading;
pub use text::icon;
pub use text::label;
pub use text::note;
pub use text::paragraph;
pub use text::secret_text;
pub use text::separator;
pub use toolbar::Toolbar;
pub use toolbar::toolbar;
pub use tree::Node;
pub use tree::TreeEvents;
pub use tree::tree;
pub use window::ground;
pub use window::padded;
