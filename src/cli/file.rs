//! Writing files. Each is written beside its place, flushed and renamed, so that whatever happens meanwhile, its name has what it
//! had before or the whole new text. A link at the name is replaced and not followed. What is no file, such as a pipe or
//! `/dev/stdout`, is written to as it is.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Replaces the file, or creates it.
pub fn save(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    if is_no_file(path) {
        return open(path)?.write_all(content.as_ref());
    }
    let mut unfinished = beside(path)?;
    unfinished.write_all(content.as_ref())?;
    unfinished.as_file().sync_all()?;
    unfinished.persist(path)?;
    Ok(())
}

/// Creates the file, which must not exist.
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut unfinished = beside(path)?;
    unfinished.write_all(text.as_bytes())?;
    unfinished.as_file().sync_all()?;
    unfinished.persist_noclobber(path)?;
    Ok(())
}

/// Replaces the file by one that starts with what `start` writes and that stays open.
pub fn stream(path: &Path, start: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<File> {
    if is_no_file(path) {
        let mut file = open(path)?;
        start(&mut file)?;
        return Ok(file);
    }
    let mut unfinished = beside(path)?;
    start(unfinished.as_file_mut())?;
    Ok(unfinished.persist(path)?)
}

/// Finds out whether the file can be written, and leaves it as it is.
pub fn probe(path: &Path) -> io::Result<()> {
    if is_no_file(path) { open(path).map(drop) } else { beside(path).map(drop) }
}

/// Are the two the same file, by whatever names?
pub fn is_same(one: &Path, other: &Path) -> bool {
    let number = |path: &Path| fs::metadata(path).map(|data| (data.dev(), data.ino())).ok();
    number(one).is_some_and(|one| number(other) == Some(one))
}

/// Is there something that cannot be replaced by a file? `/dev/stdout` may stand for a file, but not by its own name.
fn is_no_file(path: &Path) -> bool {
    ["/dev", "/proc"].iter().any(|system| path.starts_with(system))
        || fs::metadata(path).is_ok_and(|found| !found.is_file())
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

/// An empty file in the same directory, with the permissions of the file that it is to replace.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let before = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
    // The system takes what the user's mask forbids.
    let mut builder = Builder::new();
    builder.prefix(".spontan-").suffix(".unfinished").permissions(Permissions::from_mode(0o666));
    let file = builder.tempfile_in(directory).map_err(|error| {
        // The temporary name would only confuse.
        error.raw_os_error().map_or(error, io::Error::from_raw_os_error)
    })?;
    if let Some(before) = before {
        file.as_file().set_permissions(Permissions::from_mode(before.mode() & 0o7777))?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_link_is_replaced_and_permissions_stay() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("victim"), "precious").unwrap();
        symlink(at("victim"), at("link")).unwrap();
        save(&at("link"), "new").unwrap();
        assert_eq!(fs::read_to_string(at("victim")).unwrap(), "precious");
        assert!(fs::symlink_metadata(at("link")).unwrap().is_file());
        fs::set_permissions(at("victim"), Permissions::from_mode(0o640)).unwrap();
        save(&at("victim"), "new").unwrap();
        assert_eq!(fs::metadata(at("victim")).unwrap().mode() & 0o777, 0o640);
        assert!(create(&at("victim"), "newer").is_err());
        assert_eq!(fs::read_to_string(at("victim")).unwrap(), "new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_no_file_is_written_to() {
        save(Path::new("/dev/null"), "text").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let directory = tempfile::tempdir().unwrap();
        assert!(save(directory.path(), "text").is_err());
        assert!(probe(&directory.path().join("missing/file")).is_err());
    }

    #[test]
    fn a_file_that_cannot_be_finished_is_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "before").unwrap();
        let full = || Err(io::Error::from(io::ErrorKind::StorageFull));
        assert!(stream(&path, |file| file.write_all(b"half").and_then(|()| full())).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        stream(&path, |file| file.write_all(b"a\n")).unwrap().write_all(b"b\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\nb\n");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
