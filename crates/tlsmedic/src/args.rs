//! The command line. Help texts are messages `ui-help-…` and `ui-about-…`, put in by [`crate::usage`].

use clap::{Args, Parser, Subcommand, ValueEnum};

#[derive(Debug, Parser)]
#[command(name = "tlsmedic", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[arg(
        long,
        global = true,
        display_order = 900,
        value_name = "en|it",
        hide_possible_values = true
    )]
    pub(crate) lang: Option<Lang>,
    #[arg(
        long,
        global = true,
        display_order = 900,
        value_name = "text|json",
        hide_possible_values = true
    )]
    pub(crate) format: Option<Format>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Read by [`crate::locale`] already; here so that anything else is refused.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Lang {
    En,
    It,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Diagnose(Box<DiagnoseArguments>),
    Replay(ReplayArguments),
    #[command(subcommand)]
    Fix(FixCommand),
    #[command(subcommand)]
    Lab(LabCommand),
}

#[derive(Debug, Args)]
pub(crate) struct DiagnoseArguments {
    #[arg(required = true, value_name = "TARGET")]
    pub(crate) targets: Vec<String>,
    #[command(flatten)]
    pub(crate) options: Options,
    #[arg(long)]
    pub(crate) redact: bool,
}

/// What a target is examined with.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Options {
    #[arg(long, value_name = "ADDR[:PORT]")]
    pub(crate) connect: Option<String>,
    #[arg(long, value_name = "NAME|none")]
    pub(crate) server_name: Option<String>,
    #[arg(long, value_name = "PROTO")]
    pub(crate) starttls: Option<String>,
    #[arg(long, value_name = "PEM")]
    pub(crate) ca_file: Option<String>,
    #[arg(long, value_name = "PEM")]
    pub(crate) former_ca_file: Option<String>,
    #[arg(long, value_name = "TOML")]
    pub(crate) distrusted: Option<String>,
    #[arg(long, value_name = "PEM")]
    pub(crate) client_cert: Option<String>,
    #[arg(long, value_name = "PEM")]
    pub(crate) client_key: Option<String>,
    #[arg(long = "as", value_name = "PROFILE")]
    pub(crate) client: Option<String>,
    #[arg(long, value_name = "URL|none")]
    pub(crate) proxy: Option<String>,
    #[arg(long, value_name = "ADDR[:PORT]")]
    pub(crate) resolver: Vec<String>,
    #[arg(long, value_name = "V")]
    pub(crate) tls_min: Option<String>,
    #[arg(long, value_name = "V")]
    pub(crate) tls_max: Option<String>,
    #[arg(long, value_name = "A:B…")]
    pub(crate) ciphers: Option<String>,
    #[arg(long, value_name = "A:B…")]
    pub(crate) groups: Option<String>,
    #[arg(long, value_name = "A:B…")]
    pub(crate) sigalgs: Option<String>,
    #[arg(long, value_name = "A,B…|none")]
    pub(crate) alpn: Option<String>,
    #[arg(short = '4', conflicts_with = "ipv6")]
    pub(crate) ipv4: bool,
    #[arg(short = '6')]
    pub(crate) ipv6: bool,
    #[arg(long)]
    pub(crate) all_addresses: bool,
    #[arg(long, value_name = "PEM")]
    pub(crate) deployed: Option<String>,
    #[arg(long, value_name = "SECS")]
    pub(crate) timeout: Option<String>,
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) time_source: Vec<String>,
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) control: Vec<String>,
    #[arg(long)]
    pub(crate) offline: bool,
    #[arg(long)]
    pub(crate) load: bool,
    #[arg(long, value_name = "N", requires = "load")]
    pub(crate) load_max: Option<String>,
    /// As on a system whose kernel tells nothing about a connection; for tests.
    #[arg(long, hide = true)]
    pub(crate) no_kernel_facts: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    #[arg(long = "redact")]
    pub(crate) redact: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FixCommand {
    Chain(FixChainArguments),
}

#[derive(Debug, Args)]
pub(crate) struct FixChainArguments {
    #[arg(value_name = "FILE")]
    pub(crate) chain: String,
    #[arg(long)]
    pub(crate) write: bool,
    #[arg(long, value_name = "PEM")]
    pub(crate) ca_file: Option<String>,
    #[arg(long = "offline")]
    pub(crate) alone: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LabCommand {
    List,
    Run(LabRunArguments),
}

#[derive(Debug, Args)]
pub(crate) struct LabRunArguments {
    #[arg(value_name = "ID[/healthy]")]
    pub(crate) id: String,
    #[arg(long)]
    pub(crate) show_arguments: bool,
    #[arg(long)]
    pub(crate) net: bool,
    #[arg(long)]
    pub(crate) healthy: bool,
    #[arg(last = true, value_name = "COMMAND", requires = "net")]
    pub(crate) program: Vec<String>,
}

impl Options {
    /// These, and where they say nothing, `behind`.
    pub(crate) fn over(self, behind: Self) -> Self {
        fn first<T>(own: Vec<T>, behind: Vec<T>) -> Vec<T> {
            if own.is_empty() { behind } else { own }
        }
        let family = self.ipv4 || self.ipv6;
        // A certificate and its key belong together.
        let (client_cert, client_key) = match (self.client_cert, self.client_key) {
            (None, None) => (behind.client_cert, behind.client_key),
            own => own,
        };
        Self {
            connect: self.connect.or(behind.connect),
            server_name: self.server_name.or(behind.server_name),
            starttls: self.starttls.or(behind.starttls),
            ca_file: self.ca_file.or(behind.ca_file),
            former_ca_file: self.former_ca_file.or(behind.former_ca_file),
            distrusted: self.distrusted.or(behind.distrusted),
            client_cert,
            client_key,
            client: self.client.or(behind.client),
            proxy: self.proxy.or(behind.proxy),
            resolver: first(self.resolver, behind.resolver),
            tls_min: self.tls_min.or(behind.tls_min),
            tls_max: self.tls_max.or(behind.tls_max),
            ciphers: self.ciphers.or(behind.ciphers),
            groups: self.groups.or(behind.groups),
            sigalgs: self.sigalgs.or(behind.sigalgs),
            alpn: self.alpn.or(behind.alpn),
            ipv4: self.ipv4 || (!family && behind.ipv4),
            ipv6: self.ipv6 || (!family && behind.ipv6),
            all_addresses: self.all_addresses || behind.all_addresses,
            deployed: self.deployed.or(behind.deployed),
            timeout: self.timeout.or(behind.timeout),
            time_source: first(self.time_source, behind.time_source),
            control: first(self.control, behind.control),
            offline: self.offline || behind.offline,
            load: self.load || behind.load,
            load_max: self.load_max.or(behind.load_max),
            no_kernel_facts: self.no_kernel_facts || behind.no_kernel_facts,
        }
    }
}
