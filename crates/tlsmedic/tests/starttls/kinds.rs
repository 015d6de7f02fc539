//! How each kind of server is set up: one protocol on one loopback port.

use crate::authority::{Authority, Files};
use crate::server::{Server, free_port};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::PathBuf;
use std::process::Command;

/// The servers the tests know, with the protocol each speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Postfix,
    DovecotImap,
    DovecotPop3,
    DovecotLmtp,
    DovecotSieve,
    Vsftpd,
    Prosody,
    ProsodyServer,
    Slapd,
    Inspircd,
    Nnrpd,
    Postgres,
    Mariadb,
}

/// Whether and how a server speaks TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// After a plaintext dialogue.
    After,
    /// From the first octet.
    AtOnce,
    /// Not at all.
    Never,
}

/// What is asked of a server, in no server's words.
pub(crate) struct Setup {
    pub(crate) files: Files,
    pub(crate) tls: Tls,
    pub(crate) client_ca: bool,
    /// Seconds before Postfix greets.
    pub(crate) pause: u32,
}

impl Setup {
    pub(crate) fn new(files: Files) -> Self {
        Self {
            files,
            tls: Tls::After,
            client_ca: false,
            pause: 0,
        }
    }
}

/// A server's own folder, and what its configuration names.
struct Place<'a> {
    folder: PathBuf,
    port: u16,
    setup: &'a Setup,
    ca: String,
}

impl Kind {
    /// What `--starttls` calls its protocol.
    pub(crate) fn protocol(self) -> &'static str {
        match self {
            Self::Postfix => "smtp",
            Self::DovecotImap => "imap",
            Self::DovecotPop3 => "pop3",
            Self::DovecotLmtp => "lmtp",
            Self::DovecotSieve => "sieve",
            Self::Vsftpd => "ftp",
            Self::Prosody => "xmpp",
            Self::ProsodyServer => "xmpp-server",
            Self::Slapd => "ldap",
            Self::Inspircd => "irc",
            Self::Nnrpd => "nntp",
            Self::Postgres => "postgres",
            Self::Mariadb => "mysql",
        }
    }

    /// Starts a server of this kind on a free loopback port, with its files in the authority's folder.
    pub(crate) fn start(self, setup: &Setup, authority: &Authority) -> Server {
        let port = free_port();
        open(&authority.path(""));
        let folder = authority.path(&format!("{port}-{self:?}"));
        std::fs::create_dir(&folder).expect("a folder");
        let place = Place {
            folder,
            port,
            setup,
            ca: authority.ca_file(),
        };
        let command = match self {
            Self::Postfix => place.postfix(),
            Self::DovecotImap => place.dovecot("imap", "imap-login", "imap"),
            Self::DovecotPop3 => place.dovecot("pop3", "pop3-login", "pop3"),
            Self::DovecotLmtp => place.dovecot("lmtp", "lmtp", "lmtp"),
            Self::DovecotSieve => place.dovecot("sieve", "managesieve-login", "sieve"),
            Self::Vsftpd => place.vsftpd(),
            Self::Prosody => place.prosody("c2s"),
            Self::ProsodyServer => place.prosody("s2s"),
            Self::Slapd => place.slapd(),
            Self::Inspircd => place.inspircd(),
            Self::Nnrpd => place.nnrpd(),
            Self::Postgres => place.postgres(),
            Self::Mariadb => place.mariadb(),
        };
        Server::start(command, port)
    }
}

/// Lets servers that give up root's rights read what is in a folder.
fn open(folder: &std::path::Path) {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
        .expect("a folder of our own");
}

/// A user's number.
fn user(name: &str) -> u32 {
    let output = Command::new("id").args(["-u", name]).output();
    let number = output.ok().and_then(|output| {
        let text = String::from_utf8(output.stdout).ok()?;
        text.trim().parse().ok()
    });
    number.unwrap_or_else(|| panic!("no user {name}\nhint: cargo xtask test installs the package"))
}

/// `program`, run as `name`.
fn as_user(name: &str, program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid",
        name,
        "--regid",
        name,
        "--clear-groups",
        "--",
        program,
    ]);
    command
}

impl Place<'_> {
    fn write(&self, name: &str, content: &str) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, content).expect("a file");
        path.display().to_string()
    }

    fn folder(&self, name: &str) -> String {
        let path = self.folder.join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        path.display().to_string()
    }

    /// A copy of a file that belongs to `name` and is read by nobody else.
    fn owned(&self, file: &str, from: &str, name: &str) -> String {
        let path = self.folder.join(file);
        std::fs::copy(from, &path).expect("a copy");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("its mode");
        chown(&path, Some(user(name)), None)
            .unwrap_or_else(|error| panic!("chown: {error}: run the tests as root"));
        path.display().to_string()
    }

    /// Gives a folder to `name`.
    fn give(&self, folder: &str, name: &str) {
        chown(folder, Some(user(name)), None)
            .unwrap_or_else(|error| panic!("chown: {error}: run the tests as root"));
    }

    fn postfix(&self) -> Command {
        let (port, files) = (self.port, &self.setup.files);
        let queue = self.folder("queue");
        for name in [
            "pid", "private", "public", "active", "incoming", "deferred", "defer", "bounce",
            "maildrop", "hold", "corrupt", "flush", "saved", "trace",
        ] {
            let folder = self.folder(&format!("queue/{name}"));
            if name != "pid" {
                self.give(&folder, "postfix");
            }
        }
        let data = self.folder("data");
        self.give(&data, "postfix");
        let level = match self.setup.tls {
            Tls::Never => "none",
            _ => "may",
        };
        let mut main = format!(
            "compatibility_level = 3.6\nqueue_directory = {queue}\ndata_directory = {data}\n\
             command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmail_owner = postfix\n\
             setgid_group = postdrop\nmyhostname = www.shop.test\nmydestination =\ninet_interfaces = 127.0.0.1\n\
             inet_protocols = ipv4\nalias_maps =\nalias_database =\nlocal_recipient_maps =\n\
             smtpd_tls_security_level = {level}\nsmtpd_tls_chain_files = {}, {}\nsmtpd_delay_reject = no\n",
            files.key, files.chain
        );
        if self.setup.pause > 0 {
            main.push_str(&format!(
                "smtpd_client_restrictions = sleep {}\n",
                self.setup.pause
            ));
        }
        if self.setup.client_ca {
            main.push_str(&format!(
                "smtpd_tls_CAfile = {}\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_req_ccert = yes\n",
                self.ca
            ));
        }
        let wrapper = match self.setup.tls {
            Tls::AtOnce => " -o smtpd_tls_wrappermode=yes",
            _ => "",
        };
        let master = format!(
            "127.0.0.1:{port} inet n - n - - smtpd{wrapper}\nrewrite unix - - n - - trivial-rewrite\n\
             tlsmgr unix - - n 1000? 1 tlsmgr\nanvil unix - - n - 1 anvil\nproxymap unix - - n - - proxymap\n"
        );
        let etc = self.folder("etc");
        self.write("etc/main.cf", &main);
        self.write("etc/master.cf", &master);
        let mut command = Command::new("/usr/lib/postfix/sbin/master");
        command.args(["-c", &etc, "-d"]);
        command
    }

    fn dovecot(&self, protocol: &str, service: &str, listener: &str) -> Command {
        let (port, files) = (self.port, &self.setup.files);
        let (ssl, at_once) = match self.setup.tls {
            Tls::After => ("yes", "no"),
            Tls::AtOnce => ("yes", "yes"),
            Tls::Never => ("no", "no"),
        };
        let run = self.folder("run");
        // Listeners of the protocol that the package configures by default are closed by their port 0.
        let others = match protocol {
            "imap" => "inet_listener imaps {\n port = 0\n}\n",
            "pop3" => "inet_listener pop3s {\n port = 0\n}\n",
            _ => "",
        };
        // Dovecot asks for a certificate in the handshake, and misses it at login.
        let client = if self.setup.client_ca {
            format!(
                "ssl_ca = <{}\nssl_verify_client_cert = yes\nauth_ssl_require_client_cert = yes\n",
                self.ca
            )
        } else {
            String::new()
        };
        let configuration = format!(
            "{client}base_dir = {run}\nstate_dir = {run}\nlog_path = /dev/stderr\nprotocols = {protocol}\nlisten = 127.0.0.1\n\
             ssl = {ssl}\nssl_cert = <{}\nssl_key = <{}\npassdb {{\n driver = static\n args = nopassword=y\n}}\n\
             userdb {{\n driver = static\n args = uid=nobody gid=nogroup home={run}\n}}\n\
             service {service} {{\n inet_listener {listener} {{\n  port = {port}\n  ssl = {at_once}\n }}\n{others}}}\n",
            files.chain, files.key
        );
        let path = self.write("dovecot.conf", &configuration);
        let mut command = Command::new("/usr/sbin/dovecot");
        command.args(["-F", "-c", &path]);
        command
    }

    fn vsftpd(&self) -> Command {
        let (port, files) = (self.port, &self.setup.files);
        let empty = self.folder("empty");
        let yes = |is: bool| if is { "YES" } else { "NO" };
        let mut configuration = format!(
            "listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\nanonymous_enable=YES\n\
             secure_chroot_dir={empty}\nallow_anon_ssl=YES\nssl_enable={}\nimplicit_ssl={}\nssl_tlsv1=YES\n\
             ssl_ciphers=HIGH\nrsa_cert_file={}\nrsa_private_key_file={}\n",
            yes(self.setup.tls != Tls::Never),
            yes(self.setup.tls == Tls::AtOnce),
            files.chain,
            files.key
        );
        if self.setup.client_ca {
            configuration.push_str(&format!(
                "ssl_request_cert=YES\nrequire_cert=YES\nvalidate_cert=YES\nca_certs_file={}\n",
                self.ca
            ));
        }
        let path = self.write("vsftpd.conf", &configuration);
        let mut command = Command::new("/usr/sbin/vsftpd");
        command.arg(path);
        command
    }

    fn prosody(&self, side: &str) -> Command {
        let (port, files) = (self.port, &self.setup.files);
        let data = self.folder("data");
        let tls = if self.setup.tls == Tls::Never {
            ""
        } else {
            "\"tls\"; "
        };
        let ports = match self.setup.tls {
            Tls::AtOnce => format!("{side}_direct_tls_ports"),
            _ => format!("{side}_ports"),
        };
        let (none, other) = if side == "c2s" {
            ("s2s_ports", "c2s_ports")
        } else {
            ("c2s_ports", "s2s_ports")
        };
        let closed = if self.setup.tls == Tls::AtOnce {
            format!("{other} = {{}}\n")
        } else {
            String::new()
        };
        let pair = format!(
            "{{ certificate = \"{}\"; key = \"{}\" }}",
            files.chain, files.key
        );
        let configuration = format!(
            "run_as_root = true\npidfile = \"{data}/pid\"\ndata_path = \"{data}\"\ninterfaces = {{ \"127.0.0.1\" }}\n\
             {none} = {{}}\n{closed}{ports} = {{ {port} }}\n{side}_direct_tls_ssl = {pair}\nmodules_enabled = {{ {tls}\"saslauth\"; \"dialback\" }}\n\
             authentication = \"internal_hashed\"\nlog = {{ info = \"*console\" }}\n\
             c2s_require_encryption = false\ns2s_require_encryption = false\nVirtualHost \"www.shop.test\"\n  ssl = {pair}\n"
        );
        let path = self.write("prosody.cfg.lua", &configuration);
        let mut command = Command::new("/usr/bin/prosody");
        command.args(["--config", &path, "-F"]);
        command
    }

    fn slapd(&self) -> Command {
        let (port, files) = (self.port, &self.setup.files);
        let data = self.folder("data");
        let mut configuration =
            "include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_ldif\n"
                .to_owned();
        if self.setup.tls != Tls::Never {
            configuration.push_str(&format!(
                "TLSCertificateFile {}\nTLSCertificateKeyFile {}\nTLSCACertificateFile {}\n",
                files.chain, files.key, self.ca
            ));
        }
        if self.setup.client_ca {
            configuration.push_str("TLSVerifyClient demand\n");
        }
        configuration.push_str(&format!(
            "database ldif\nsuffix \"dc=shop,dc=test\"\ndirectory {data}\n"
        ));
        let path = self.write("slapd.conf", &configuration);
        let scheme = match self.setup.tls {
            Tls::AtOnce => "ldaps",
            _ => "ldap",
        };
        let url = format!("{scheme}://127.0.0.1:{port}");
        let mut command = Command::new("/usr/sbin/slapd");
        command.args(["-d", "0", "-f", &path, "-h", &url]);
        command
    }

    fn inspircd(&self) -> Command {
        let (port, files) = (self.port, &self.setup.files);
        let folder = self.folder.display().to_string();
        let (bound, modules) = match self.setup.tls {
            Tls::After => ("", "<module name=\"ssl_gnutls\"><module name=\"starttls\">"),
            Tls::AtOnce => (" ssl=\"tls\"", "<module name=\"ssl_gnutls\">"),
            Tls::Never => ("", ""),
        };
        let profile = if self.setup.tls == Tls::Never {
            String::new()
        } else {
            format!(
                "<sslprofile name=\"tls\" provider=\"gnutls\" certfile=\"{}\" keyfile=\"{}\">",
                files.chain, files.key
            )
        };
        let configuration = format!(
            "<server name=\"www.shop.test\" description=\"test\" network=\"test\">\n\
             <admin name=\"test\" nick=\"test\" email=\"test@shop.test\">\n\
             <bind address=\"127.0.0.1\" port=\"{port}\" type=\"clients\"{bound}>\n<module name=\"cap\">\n{modules}\n{profile}\n\
             <connect allow=\"*\" timeout=\"60\">\n<pid file=\"{folder}/pid\">\n\
             <path configdir=\"{folder}\" datadir=\"{folder}\" logdir=\"{folder}\" moduledir=\"/usr/lib/inspircd/modules\">\n"
        );
        let path = self.write("inspircd.conf", &configuration);
        let mut command = Command::new("/usr/sbin/inspircd");
        command
            .args(["--nofork", "--runasroot", "--config", &path])
            // It may leave a core where it is ended.
            .current_dir(&folder);
        command
    }

    /// INN's server for readers, from its package's files.
    fn nnrpd(&self) -> Command {
        const LIBRARY: &str = "/usr/local/lib/tlsmedic-tests/inn2/usr/lib/news";
        let port = self.port;
        let folder = self.folder.display().to_string();
        let mut configuration = format!(
            "domain: shop.test\nmta: \"/bin/true\"\nhismethod: hisv6\novmethod: tradindexed\npathhost: www.shop.test\n\
             pathnews: {folder}\npathetc: {folder}\npathrun: {folder}\npathtmp: {folder}\npathlog: {folder}\n\
             pathdb: {folder}\npathspool: {folder}\npathoverview: {folder}\npathbin: {LIBRARY}/bin\n\
             nnrpdloadlimit: 0\n"
        );
        if self.setup.tls != Tls::Never {
            let key = self.owned("key.pem", &self.setup.files.key, "news");
            configuration.push_str(&format!(
                "tlscertfile: {}\ntlskeyfile: {key}\n",
                self.setup.files.chain
            ));
        }
        let path = self.write("inn.conf", &configuration);
        self.write(
            "readers.conf",
            "auth all {\n hosts: \"*\"\n default: \"<anonymous>\"\n}\naccess all {\n users: \"*\"\n newsgroups: \"*\"\n access: R\n}\n",
        );
        self.write(
            "storage.conf",
            "method tradspool {\n newsgroups: *\n class: 0\n}\n",
        );
        for empty in [
            "tradspool.map",
            "group.index",
            "history",
            "active",
            "newsgroups",
        ] {
            self.write(empty, "");
        }
        self.give(&folder, "news");
        let program = format!("{LIBRARY}/bin/nnrpd");
        let mut command = as_user("news", &program);
        command.args(["-D", "-f", "-p", &port.to_string(), "-b", "127.0.0.1"]);
        if self.setup.tls == Tls::AtOnce {
            command.arg("-S");
        }
        command.env("INNCONF", path).env("LD_LIBRARY_PATH", LIBRARY);
        command
    }

    fn postgres(&self) -> Command {
        const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
        let folder = self.folder.display().to_string();
        self.give(&folder, "postgres");
        let data = format!("{folder}/data");
        let made = as_user("postgres", &format!("{PROGRAMS}/initdb"))
            .args(["--no-sync", "-A", "trust", "-U", "postgres", "-D", &data])
            .current_dir("/")
            .output()
            .expect("initdb runs: cargo xtask test installs it");
        assert!(made.status.success(), "{made:?}");
        let mut command = as_user("postgres", &format!("{PROGRAMS}/postgres"));
        let port = self.port.to_string();
        command.args(["-D", &data, "-h", "127.0.0.1", "-k", "", "-p", &port]);
        let mut set = |name: &str, value: &str| {
            command.args(["-c", &format!("{name}={value}")]);
        };
        set("fsync", "off");
        let mut access = "host all all 127.0.0.1/32 trust\n";
        if self.setup.tls != Tls::Never {
            let key = self.owned("key.pem", &self.setup.files.key, "postgres");
            set("ssl", "on");
            set("ssl_cert_file", &self.setup.files.chain);
            set("ssl_key_file", &key);
        }
        if self.setup.client_ca {
            set("ssl_ca_file", &self.ca);
            access = "hostssl all all 127.0.0.1/32 trust clientcert=verify-ca\n";
        }
        set("hba_file", &self.write("hba.conf", access));
        command.current_dir("/");
        command
    }

    fn mariadb(&self) -> Command {
        let folder = self.folder.display().to_string();
        self.give(&folder, "mysql");
        let data = format!("--datadir={folder}/data");
        let made = Command::new("/usr/bin/mariadb-install-db")
            .args(["--no-defaults", &data, "--user=mysql", "--skip-test-db"])
            .arg("--auth-root-authentication-method=normal")
            // One that starts removes all temporary tables in its folder, those of others too.
            .env("TMPDIR", &self.folder)
            .current_dir(&self.folder)
            .output()
            .expect("mariadb-install-db runs: cargo xtask test installs it");
        assert!(made.status.success(), "{made:?}");
        let mut command = Command::new("/usr/sbin/mariadbd");
        command
            .args(["--no-defaults", "--user=mysql", &data])
            .args(["--bind-address=127.0.0.1", &format!("--port={}", self.port)])
            .args([
                format!("--socket={folder}/socket"),
                format!("--pid-file={folder}/pid"),
            ])
            .arg("--innodb-buffer-pool-size=8M")
            .env("TMPDIR", &self.folder)
            .current_dir(&self.folder);
        if self.setup.tls == Tls::Never {
            command.arg("--skip-ssl");
        } else {
            let key = self.owned("key.pem", &self.setup.files.key, "mysql");
            let files = &self.setup.files;
            command.args([
                format!("--ssl-cert={}", files.chain),
                format!("--ssl-key={key}"),
            ]);
        }
        if self.setup.client_ca {
            command.arg(format!("--ssl-ca={}", self.ca));
        }
        command
    }
}
