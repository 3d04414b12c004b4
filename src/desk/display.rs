//! Whether there is a display that a window can open on.

use std::env;

/// Whether a Wayland or X11 display is named. Without this question the toolkit would ask both and
/// print what each of them says.
pub fn is_named() -> bool {
    let is_named = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    ["WAYLAND_DISPLAY", "DISPLAY"].into_iter().any(is_named)
}
