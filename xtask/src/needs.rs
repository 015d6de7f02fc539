//! What the tests need beside Rust: peers from Debian's packages.

use crate::run::{exists, run_with, say};
use anyhow::{Result, bail};

/// A program the tests start, and the Debian package that brings it.
struct Need {
    program: &'static str,
    package: &'static str,
}

const NEEDS: [Need; 9] = [
    Need {
        program: "openssl",
        package: "openssl",
    },
    Need {
        program: "python3",
        package: "python3",
    },
    Need {
        program: "curl",
        package: "curl",
    },
    Need {
        program: "nginx",
        package: "nginx-light",
    },
    Need {
        program: "apache2",
        package: "apache2",
    },
    Need {
        program: "haproxy",
        package: "haproxy",
    },
    Need {
        program: "gnutls-serv",
        package: "gnutls-bin",
    },
    Need {
        program: "tshark",
        package: "tshark",
    },
    Need {
        program: "ip",
        package: "iproute2",
    },
];

/// Folders that hold server programs and are not on every user's PATH.
const SYSTEM: [&str; 2] = ["/usr/sbin", "/sbin"];

/// Installs what is missing with apt-get, when root; otherwise says what to install.
pub(crate) fn install() -> Result<()> {
    let here = |need: &&Need| {
        exists(need.program)
            || SYSTEM
                .iter()
                .any(|folder| std::path::Path::new(folder).join(need.program).is_file())
    };
    let missing: Vec<&str> = NEEDS
        .iter()
        .filter(|need| !here(need))
        .map(|need| need.package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let root = std::process::Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root {
        bail!("the tests need these Debian packages: {list}\nhint: sudo apt-get install {list}");
    }
    say(&format!("installing {list}"));
    let environment = [("DEBIAN_FRONTEND", "noninteractive")];
    // A list of packages may be old or absent; where it cannot be renewed, the install itself says what is wrong.
    if let Err(error) = run_with("apt-get", &["update", "-qq"], &environment) {
        say(&format!("{error:#}"));
    }
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(missing);
    run_with("apt-get", &arguments, &environment)
}
