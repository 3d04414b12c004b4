//! The words of the status bar.

use crate::app::App;

/// What each pane of the status bar says.
pub(super) fn words(app: &App) -> Vec<String> {
    let Some(console) = app.console() else {
        return Vec::new();
    };
    let found = if console.is_finding() { " found" } else { "" };
    let mut words = vec![format!("{}{found}", console.count())];
    if app.is_asking_for_file() {
        words.push("Waiting for the file dialog".to_owned());
    }
    words.extend(app.remembered_words());
    words.push(format!("KM server {}", console.names.server));
    words
}
