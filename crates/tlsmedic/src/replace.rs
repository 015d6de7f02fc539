//! A file replaced so that at every moment either the old one or the new one stands there.

use crate::fault::Fault;
use crate::files::reason;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Older copies beside a file, beyond which it is not replaced.
const MOST_BACKUPS: usize = 1000;

/// What became of the files.
#[derive(Debug)]
pub(crate) struct Replaced {
    /// The file that was replaced: where the path is a symbolic link, what it leads to in the end.
    pub(crate) file: PathBuf,
    /// Whether the path is a symbolic link. It stays as it is.
    pub(crate) is_link: bool,
    /// Where the old file is now.
    pub(crate) backup: PathBuf,
}

/// Puts `new` in the place of the file at `path`, which must still be `old`. Mode and owner stay, and the old file is kept
/// beside it under a name that was free.
///
/// # Errors
///
/// A fault; the file is then as it was.
pub(crate) fn replace(path: &str, old: &[u8], new: &[u8]) -> Result<Replaced, Fault> {
    let told = |error: io::Error| unwritable(path, &error);
    let is_link = fs::symlink_metadata(path).map_err(told)?.is_symlink();
    let file = fs::canonicalize(path).map_err(told)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let metadata = fs::metadata(&file).map_err(told)?;
    if !metadata.is_file() {
        return Err(Fault::new("ui-fault-not-a-file", [("path", path)]));
    }
    let mut fresh = tempfile::Builder::new()
        .prefix(".tlsmedic-")
        .tempfile_in(folder)
        .map_err(told)?;
    fresh.write_all(new).map_err(told)?;
    give(fresh.as_file(), &file, &metadata).map_err(told)?;
    fresh.as_file().sync_all().map_err(told)?;
    if fs::read(&file).map_err(told)? != old {
        return Err(Fault::new("ui-fault-file-changed", [("path", path)]));
    }
    let backup = keep(&file, &metadata).map_err(told)?;
    if let Err(error) = rename(fresh, &file) {
        // Nothing happened, so nothing should be left behind; where it cannot be removed, it does no harm.
        let _ = fs::remove_file(&backup);
        return Err(told(error));
    }
    // The file is replaced already; a folder that cannot be synced only makes a crash right now less harmless.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(Replaced {
        file,
        is_link,
        backup,
    })
}

fn rename(fresh: NamedTempFile, file: &Path) -> io::Result<()> {
    fresh.persist(file).map(drop).map_err(|error| error.error)
}

/// A second name for the old file, `FILE.bak`, `FILE.bak.1` …, and where there are no second names, a copy.
fn keep(file: &Path, metadata: &Metadata) -> io::Result<PathBuf> {
    for number in 0..MOST_BACKUPS {
        let mut name = file.as_os_str().to_owned();
        name.push(".bak");
        if number > 0 {
            name.push(format!(".{number}"));
        }
        let backup = PathBuf::from(name);
        match fs::hard_link(file, &backup) {
            Ok(()) => return Ok(backup),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(_) => match copy(file, &backup, metadata) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                done => return done.map(|()| backup),
            },
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn copy(file: &Path, backup: &Path, metadata: &Metadata) -> io::Result<()> {
    let octets = fs::read(file)?;
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // It may hold a private key: nobody else's until it has the old file's mode.
        options.mode(0o600);
    }
    let mut copy = options.open(backup)?;
    let written = copy
        .write_all(&octets)
        .and_then(|()| give(&copy, file, metadata))
        .and_then(|()| copy.sync_all());
    if written.is_err() {
        // A copy that is not whole is none; where it cannot be removed, the error is told all the same.
        let _ = fs::remove_file(backup);
    }
    written
}

/// Gives a file the owner, the mode, the access list and the labels of another.
fn give(file: &File, other: &Path, metadata: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (metadata.uid(), metadata.gid()) {
            fchown(file, Some(metadata.uid()), Some(metadata.gid()))?;
        }
    }
    file.set_permissions(metadata.permissions())?;
    #[cfg(unix)]
    attributes(file, other)?;
    Ok(())
}

/// Copies the extended attributes. With an access list (acl(5)) the mode's group is the list's mask: without the list it
/// would let in whom the list keeps out.
#[cfg(unix)]
fn attributes(file: &File, other: &Path) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt as _;
    use xattr::FileExt as _;
    const ACCESS: &[u8] = b"system.posix_acl_access";
    let Ok(names) = xattr::list(other) else {
        // Where a file system has none, there are none to lose.
        return Ok(());
    };
    for name in names {
        let Some(value) = xattr::get(other, &name)? else {
            continue;
        };
        match file.set_xattr(&name, &value) {
            // A label that only the system may give is given by it.
            Err(error)
                if name.as_bytes() != ACCESS && error.kind() == ErrorKind::PermissionDenied => {}
            done => done?,
        }
    }
    Ok(())
}

fn unwritable(path: &str, error: &io::Error) -> Fault {
    let fault = match error.kind() {
        ErrorKind::PermissionDenied => Fault::new("ui-fault-replace-denied", [("path", path)]),
        ErrorKind::ReadOnlyFilesystem => Fault::new("ui-fault-read-only", [("path", path)]),
        _ => Fault::new(
            "ui-fault-not-written",
            [("path", path), ("detail", &reason(error))],
        ),
    };
    fault.hint("ui-hint-not-written", [("path", path)])
}

#[cfg(test)]
mod tests {
    use super::{copy, replace};
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    /// An access list is what keeps a group out that the mode seems to let in.
    #[test]
    fn extended_attributes_stay() {
        // Owner rw, one user r, group nothing, mask r, others nothing: version 2, then tag, permissions and id of each.
        const LIST: [(u16, u16, u32); 5] = [
            (0x01, 6, u32::MAX),
            (0x02, 4, 1234),
            (0x04, 0, u32::MAX),
            (0x10, 4, u32::MAX),
            (0x20, 0, u32::MAX),
        ];
        let mut acl = 2u32.to_le_bytes().to_vec();
        for (tag, permissions, id) in LIST {
            acl.extend(tag.to_le_bytes());
            acl.extend(permissions.to_le_bytes());
            acl.extend(id.to_le_bytes());
        }
        // Not in /tmp, which may be without them.
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).expect("a folder");
        let path = folder.path().join("key.pem");
        fs::write(&path, "old").expect("a file");
        xattr::set(&path, "user.note", b"mine").expect("this file system has attributes");
        xattr::set(&path, "system.posix_acl_access", &acl)
            .expect("this file system has access lists");
        let shown = path.display().to_string();
        replace(&shown, b"old", b"new").expect("replaced");
        assert_eq!(fs::read(&path).expect("a file"), b"new");
        let get = |name: &str| xattr::get(&path, name).expect("readable");
        assert_eq!(get("user.note").as_deref(), Some(&b"mine"[..]));
        assert_eq!(get("system.posix_acl_access"), Some(acl));
    }

    fn names(folder: &std::path::Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            let name = entry.expect("an entry").file_name();
            name.into_string().expect("UTF-8")
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn the_new_file_is_like_the_old_one_which_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.pem");
        let path = file.to_str().expect("UTF-8");
        fs::write(&file, "one").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("a mode");
        let owner = fs::metadata(&file).expect("there").uid();
        replace(path, b"one", b"two").expect("replaced");
        let replaced = replace(path, b"two", b"three").expect("replaced");
        assert!(!replaced.is_link);
        assert_eq!(names(folder.path()), ["a.pem", "a.pem.bak", "a.pem.bak.1"]);
        for (name, content) in [
            ("a.pem", "three"),
            ("a.pem.bak", "one"),
            ("a.pem.bak.1", "two"),
        ] {
            let file = folder.path().join(name);
            assert_eq!(fs::read_to_string(&file).expect("text"), content);
            let metadata = fs::metadata(&file).expect("there");
            assert_eq!(
                (metadata.mode() & 0o7777, metadata.uid()),
                (0o640, owner),
                "{name}"
            );
        }
    }

    #[test]
    fn a_link_stays_and_what_it_leads_to_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("archive");
        fs::create_dir(&archive).expect("a folder");
        fs::write(archive.join("chain1.pem"), "one").expect("written");
        let link = folder.path().join("chain.pem");
        symlink("archive/chain1.pem", &link).expect("a link");
        let replaced = replace(link.to_str().expect("UTF-8"), b"one", b"two").expect("replaced");
        assert!(replaced.is_link && fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&link).expect("text"), "two");
        assert_eq!(names(&archive), ["chain1.pem", "chain1.pem.bak"]);
    }

    #[test]
    fn what_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.pem");
        fs::write(&file, "renewed").expect("written");
        let fault = replace(file.to_str().expect("UTF-8"), b"one", b"two").expect_err("a fault");
        assert_eq!(fault.text.id, "ui-fault-file-changed");
        assert_eq!(names(folder.path()), ["a.pem"]);
        assert_eq!(fs::read_to_string(&file).expect("text"), "renewed");
    }

    #[test]
    fn a_copy_is_like_the_original_and_replaces_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.pem");
        let other = folder.path().join("b.pem");
        fs::write(&file, "one").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("a mode");
        let metadata = fs::metadata(&file).expect("there");
        copy(&file, &other, &metadata).expect("copied");
        assert_eq!(fs::metadata(&other).expect("there").mode() & 0o7777, 0o644);
        assert!(copy(&file, &other, &metadata).is_err());
    }
}
