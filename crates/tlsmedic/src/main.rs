//! `tlsmedic`: finds out why a TLS handshake fails, proves it, and says what to do.

mod args;
mod commands;
mod exit;
mod fault;
mod files;
mod interrupt;
mod locale;
mod nearest;
mod progress;
mod proxy;
mod question;
mod render;
mod replace;
mod target;
mod terminal;
mod usage;

fn main() -> std::process::ExitCode {
    exit::code(commands::run(std::env::args_os().collect()))
}
