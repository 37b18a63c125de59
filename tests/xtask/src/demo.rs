//! `cargo xtask demo`: from a fresh clone to a conversation.

use std::io::{self, ErrorKind};
use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Instant;

use crate::failure::Failure;
use crate::house::House;
use crate::process::Program;
use crate::toolchain;
use crate::{browser, javascript, module, widget};

const NEARBY_PORTS: u16 = 50;

/// Where the demo listens.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The address to listen on; 0.0.0.0 lets other machines in.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The port of the site; the relay and the gateway take the next two.
    #[arg(long, default_value_t = 7470)]
    port: u16,
}

/// Builds everything and becomes the demo server.
pub(crate) fn run(house: &House, options: &Options) -> Result<ExitCode, Failure> {
    ports_are_free(options)?;
    javascript::node()?;
    let started = Instant::now();
    println!("1/3 tools: Rust target, wasm-pack, wasm-bindgen");
    toolchain::target(toolchain::BROWSER_TARGET)?;
    module::tools(house)?;
    println!("2/3 widget");
    let dist = widget::dist(house);
    widget::build(house, &dist)?;
    println!("3/3 server and the `visavis` command");
    let programs = browser::programs(house)?;
    println!(
        "   ready after {} s; the `visavis` command is {}",
        started.elapsed().as_secs(),
        programs.visavis.display()
    );
    Program::new(&programs.www)
        .directory(house.root())
        .args(["--host", &options.host, "--port", &options.port.to_string(), "--widget"])
        .arg(&dist)
        .arg("--site")
        .arg(house.path("www/site"))
        .become_it()
}

/// Asked before anything is built: minutes later is late to learn it.
fn ports_are_free(options: &Options) -> Result<(), Failure> {
    let host = options.host.as_str();
    for (what, port) in needed_ports(options.port) {
        let Err(error) = listen(host, port) else { continue };
        let why = match error.kind() {
            ErrorKind::AddrInUse => format!("port {port} on {host}, for {what}, is already in use"),
            ErrorKind::PermissionDenied => format!("this user may not listen on port {port}"),
            _ => {
                return Err(Failure::Missing(format!(
                    "cannot listen on {host}, port {port}: {error}"
                )));
            }
        };
        let how = match free_ports_after(host, port) {
            Some(free) => format!("choose another one, for example `cargo xtask demo --port {free}`"),
            None => "choose another one with `--port`".into(),
        };
        return Err(Failure::Missing(format!("{why}; {how}")));
    }
    Ok(())
}

/// 0 stands for any free port, and so does what would come after the last one.
fn needed_ports(site: u16) -> Vec<(&'static str, u16)> {
    let after = |steps| {
        if site == 0 {
            0
        } else {
            site.checked_add(steps).unwrap_or(0)
        }
    };
    vec![
        ("the site", site),
        ("the relay", after(1)),
        ("the gateway", after(2)),
        ("the Mailoo API", after(3)),
    ]
}

fn free_ports_after(host: &str, port: u16) -> Option<u16> {
    let first = port.max(1023).saturating_add(1);
    (first..first.saturating_add(NEARBY_PORTS)).find(|site| {
        needed_ports(*site)
            .into_iter()
            .all(|(_, port)| listen(host, port).is_ok())
    })
}

fn listen(host: &str, port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((host, port))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn message(host: &str, port: u16) -> Option<String> {
        let options = Options {
            host: host.into(),
            port,
        };
        ports_are_free(&options).err().map(|failure| failure.to_string())
    }

    #[test]
    fn a_taken_port_is_named_with_a_free_one() {
        let taken = listen("127.0.0.1", 0).unwrap();
        let port = taken.local_addr().unwrap().port();
        let message = message("127.0.0.1", port).unwrap();
        assert!(
            message.contains(&format!("port {port} on 127.0.0.1, for the site, is already in use")),
            "{message}"
        );
        assert!(message.contains("--port "), "{message}");
    }

    #[test]
    fn the_relay_needs_its_port_too() {
        let taken = listen("127.0.0.1", 0).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(message("127.0.0.1", port - 1).is_some());
        assert_eq!(message("127.0.0.1", 0), None);
    }

    #[test]
    fn an_address_of_another_machine_is_refused_with_its_name() {
        assert!(message("192.0.2.1", 9).unwrap().contains("192.0.2.1"));
    }
}
