//! How each program is asked whether it accepts some lines of configuration.

use crate::snippet::Snippet;
use crate::stage::{Ending, Stage};

/// Puts the lines where the heading says into a configuration that is good without them, and has the program read it.
/// `None` where the heading names a place that the program does not have.
pub(crate) fn check(stage: &Stage, snippet: &Snippet) -> Option<Ending> {
    let lines = snippet.configuration();
    let place = snippet.place.as_deref();
    match snippet.program.as_str() {
        "nginx" => nginx(stage, place, &lines),
        "Apache" => apache(stage, place, &lines),
        "HAProxy" => haproxy(stage, place, &lines),
        "Caddy" => caddy(stage, place, &lines),
        "Postfix" => postfix(stage, place, &lines),
        "Java" if place == Some("option") => {
            Some(stage.run(&format!("java {} -version", lines.join(" "))))
        }
        _ => None,
    }
}

/// Whether one of the lines begins with this word.
fn sets(lines: &[&str], word: &str) -> bool {
    lines
        .iter()
        .any(|line| line.split(' ').next() == Some(word))
}

/// Those of `usual` whose first word no line begins with.
fn unless_set(lines: &[&str], usual: &[&str]) -> String {
    let missing = usual.iter().filter(|usual| {
        let word = usual.split(' ').next().unwrap_or_default();
        !sets(lines, word)
    });
    missing.map(|line| format!("{line}\n")).collect()
}

const NGINX_PAIR: &str = "ssl_certificate /etc/ssl/example.com/fullchain.pem;\n\
    ssl_certificate_key /etc/ssl/example.com/privkey.pem;\n";

fn nginx(stage: &Stage, place: Option<&str>, lines: &[&str]) -> Option<Ending> {
    let own = lines.join("\n");
    let at = |wanted: Option<&str>| if place == wanted { own.as_str() } else { "" };
    let listen = unless_set(lines, &["listen 443 ssl;"]);
    let more = match place {
        Some("stream") => format!(
            "stream {{ server {{ listen 9443; proxy_pass 127.0.0.1:9; {} }} }}",
            at(Some("stream"))
        ),
        Some("mail server") => format!(
            "mail {{ auth_http 127.0.0.1:9/; {NGINX_PAIR} server {{ protocol imap; {} }} }}",
            at(Some("mail server"))
        ),
        Some("main" | "http") | None => String::new(),
        Some(_) => return None,
    };
    let content = format!(
        "include /etc/nginx/modules-enabled/*.conf;\n{}\nevents {{}}\n{more}\nhttp {{\n{NGINX_PAIR}\
         ssl_client_certificate /etc/nginx/client-ca.pem;\n{}\nserver {{\n{}{}\n}}\n}}\n",
        at(Some("main")),
        at(Some("http")),
        if place.is_none() {
            listen
        } else {
            "listen 443 ssl;\n".to_owned()
        },
        at(None),
    );
    stage.write("/etc/nginx/nginx.conf", &content);
    Some(stage.run("nginx -t"))
}

const APACHE_MODULES: [&str; 14] = [
    "mpm_event",
    "alias",
    "authn_core",
    "authz_core",
    "env",
    "headers",
    "http2",
    "proxy",
    "proxy_http",
    "remoteip",
    "setenvif",
    "socache_shmcb",
    "ssl",
    "unique_id",
];

fn apache(stage: &Stage, place: Option<&str>, lines: &[&str]) -> Option<Ending> {
    let modules = APACHE_MODULES
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
    let (outside, inside) = match place {
        None => (String::new(), lines.join("\n")),
        Some("outside every VirtualHost") => (lines.join("\n"), String::new()),
        Some(_) => return None,
    };
    let usual = unless_set(
        lines,
        &[
            "SSLEngine on",
            "SSLCertificateFile /etc/ssl/example.com/fullchain.pem",
            "SSLCertificateKeyFile /etc/ssl/example.com/privkey.pem",
        ],
    );
    let content = format!(
        "{modules}ServerName localhost\nPidFile ${{APACHE_PID_FILE}}\nErrorLog ${{APACHE_LOG_DIR}}/error.log\n\
         Listen 443\n{outside}\n<VirtualHost *:443>\n{usual}{inside}\n</VirtualHost>\n"
    );
    stage.write("/etc/apache2/apache2.conf", &content);
    Some(stage.run("apachectl configtest"))
}

fn haproxy(stage: &Stage, place: Option<&str>, lines: &[&str]) -> Option<Ending> {
    let places = [Some("global"), Some("defaults"), None, Some("backend")];
    if !places.contains(&place) {
        return None;
    }
    let [global, defaults, frontend, backend] = places.map(|wanted| {
        let lines = lines.iter().filter(|_| place == wanted);
        lines.map(|line| format!("  {line}\n")).collect::<String>()
    });
    let bind = if place.is_none() && sets(lines, "bind") {
        ""
    } else {
        "  bind :443\n"
    };
    let content = format!(
        "global\n{global}defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n{defaults}\
         frontend entry\n{bind}{frontend}  default_backend exit\nbackend exit\n  server one 127.0.0.1:9\n{backend}"
    );
    stage.write("/etc/haproxy/haproxy.cfg", &content);
    Some(stage.run("haproxy -c -f /etc/haproxy/haproxy.cfg"))
}

fn caddy(stage: &Stage, place: Option<&str>, lines: &[&str]) -> Option<Ending> {
    let own = lines.join("\n");
    let content = match place {
        None => format!("https://example.com {{\n{own}\n}}\n"),
        Some("global options") => format!("{{\n{own}\n}}\nhttps://example.com {{\n}}\n"),
        Some("Caddyfile") => own + "\n",
        Some(_) => return None,
    };
    stage.write("/etc/caddy/Caddyfile", &content);
    Some(stage.run("caddy validate --config /etc/caddy/Caddyfile"))
}

fn postfix(stage: &Stage, place: Option<&str>, lines: &[&str]) -> Option<Ending> {
    let own: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let (main, master) = match place {
        None | Some("as client") => (own, String::new()),
        Some("master.cf") => (String::new(), own),
        Some(_) => return None,
    };
    let usual = "compatibility_level = 3.6\nmyhostname = mail.example.com\n";
    stage.write("/etc/postfix/main.cf", &format!("{usual}{main}"));
    let services = stage.read("/etc/postfix/master.cf.own");
    stage.write("/etc/postfix/master.cf", &format!("{services}{master}"));
    // It says what it thinks to a terminal only, and unknown parameters only when asked for all.
    let mut ending = stage
        .run("script -qec 'postfix check' /dev/null && postconf -n && postconf -M && postconf -P");
    ending.is_good &= !ending.said.contains("warning:");
    Some(ending)
}
