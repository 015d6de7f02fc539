//! What the tests need beside Rust: peers from Debian's packages.

use crate::run::{exists, run_with, say};
use anyhow::{Result, bail};

/// A program the tests start, and the Debian package that brings it.
struct Need {
    program: &'static str,
    package: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        program: "openssl",
        package: "openssl",
    },
    Need {
        program: "python3",
        package: "python3",
    },
    Need {
        program: "pip3",
        package: "python3-pip",
    },
    Need {
        program: "named",
        package: "bind9",
    },
    Need {
        program: "dnssec-signzone",
        package: "bind9-utils",
    },
    Need {
        program: "unbound",
        package: "unbound",
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
        program: "/usr/lib/nginx/modules/ngx_mail_module.so",
        package: "libnginx-mod-mail",
    },
    Need {
        program: "/usr/lib/nginx/modules/ngx_stream_module.so",
        package: "libnginx-mod-stream",
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
        program: "caddy",
        package: "caddy",
    },
    Need {
        program: "keytool",
        package: "openjdk-17-jre-headless",
    },
    Need {
        program: "ip",
        package: "iproute2",
    },
    Need {
        program: "nft",
        package: "nftables",
    },
    Need {
        program: "setpriv",
        package: "util-linux",
    },
    Need {
        program: "gnutls-serv",
        package: "gnutls-bin",
    },
    Need {
        program: "selfserv",
        package: "libnss3-tools",
    },
    Need {
        program: "tshark",
        package: "tshark",
    },
    Need {
        program: "faketime",
        package: "faketime",
    },
    Need {
        program: "javac",
        package: "openjdk-17-jdk-headless",
    },
    Need {
        program: "ip",
        package: "iproute2",
    },
    Need {
        program: "/usr/lib/postfix/sbin/smtpd",
        package: "postfix",
    },
    Need {
        program: "/usr/lib/dovecot/imap",
        package: "dovecot-imapd",
    },
    Need {
        program: "/usr/lib/dovecot/pop3",
        package: "dovecot-pop3d",
    },
    Need {
        program: "/usr/lib/dovecot/lmtp",
        package: "dovecot-lmtpd",
    },
    Need {
        program: "/usr/lib/dovecot/managesieve",
        package: "dovecot-managesieved",
    },
    Need {
        program: "vsftpd",
        package: "vsftpd",
    },
    Need {
        program: "prosody",
        package: "prosody",
    },
    Need {
        program: "slapd",
        package: "slapd",
    },
    Need {
        program: "/usr/lib/postgresql/15/bin/postgres",
        package: "postgresql-15",
    },
    Need {
        program: "mariadbd",
        package: "mariadb-server",
    },
    Need {
        program: "inspircd",
        package: "inspircd",
    },
    Need {
        program: "tinyproxy",
        package: "tinyproxy",
    },
    Need {
        program: "squid",
        package: "squid",
    },
    Need {
        program: "danted",
        package: "dante-server",
    },
    Need {
        program: "microsocks",
        package: "microsocks",
    },
];

/// INN, whose package cannot be configured on a machine without a domain name: its files are unpacked, nothing is installed
/// but the libraries it needs.
const INN_FOLDER: &str = "/usr/local/lib/tlsmedic-tests/inn2";
const INN_PROGRAM: &str = "/usr/local/lib/tlsmedic-tests/inn2/usr/lib/news/bin/nnrpd";
const INN_LIBRARIES: [&str; 6] = [
    "inn2-inews",
    "libcanlock3",
    "libdb5.3",
    "libperl5.36",
    "libpython3.11",
    "libsasl2-2",
];

/// Folders that hold server programs and are not on every user's PATH.
const SYSTEM: [&str; 2] = ["/usr/sbin", "/sbin"];

/// Installs what is missing with apt-get, when root; otherwise says what to install. Where services are started by nobody,
/// as in containers, those of the packages are not either; the tests start servers of their own and need none of them.
pub(crate) fn install() -> Result<()> {
    let here = |need: &&Need| {
        exists(need.program)
            || SYSTEM
                .iter()
                .any(|folder| std::path::Path::new(folder).join(need.program).is_file())
    };
    let mut missing: Vec<&str> = NEEDS
        .iter()
        .filter(|need| !here(need))
        .map(|need| need.package)
        .collect();
    let inn = !std::path::Path::new(INN_PROGRAM).is_file();
    if inn {
        missing.extend(INN_LIBRARIES);
    }
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
    let mut arguments = vec![
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "--no-upgrade",
    ];
    arguments.extend(missing);
    run_with("apt-get", &arguments, &environment)?;
    if inn {
        unpack_inn()?;
    }
    Ok(())
}

fn unpack_inn() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let status = std::process::Command::new("apt-get")
        .args(["download", "-qq", "inn2"])
        .current_dir(folder.path())
        .status()?;
    if !status.success() {
        bail!("apt-get download inn2: {status}");
    }
    for package in std::fs::read_dir(folder.path())? {
        let package = package?.path().display().to_string();
        std::fs::create_dir_all(INN_FOLDER)?;
        run_with("dpkg-deb", &["-x", &package, INN_FOLDER], &[])?;
    }
    Ok(())
}
