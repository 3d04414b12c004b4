//! Where things lie: what others must reach stands beside the data folder, never in it.

use std::io;
use std::path::{self, Path, PathBuf};

/// What the post office's name adds to the data folder's.
pub const POST_OFFICE: &str = "-post-office";

/// What the publish folder's name adds to the data folder's.
pub const PUBLISH_FOLDER: &str = "-publish";

/// The folder beside the data folder that has its name and this ending, from the root on: it is
/// stored, and must mean the same wherever the program is started.
pub fn beside(data: &Path, ending: &str) -> io::Result<PathBuf> {
    let data = path::absolute(data)?;
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    Ok(data.with_file_name(name))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn a_relative_data_folder_gives_a_place_from_the_root_on() {
        let place = beside(Path::new("km"), PUBLISH_FOLDER).unwrap();
        assert!(place.is_absolute());
        assert!(place.ends_with("km-publish"));
        assert_eq!(
            beside(Path::new("/srv/km/"), POST_OFFICE).unwrap(),
            Path::new("/srv/km-post-office")
        );
    }
}
