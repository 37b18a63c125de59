//! `cargo xtask demo`: from a fresh clone to a conversation.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Instant;

use crate::failure::Failure;
use crate::house::House;
use crate::process::Program;
use crate::toolchain::{self, Tool};
use crate::{browser, javascript, widget};

const NEARBY_PORTS: u16 = 50;

/// Where the demo listens.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The port to listen on.
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

/// Builds everything and becomes the demo server.
pub(crate) fn run(house: &House, options: &Options) -> Result<ExitCode, Failure> {
    port_is_free(options)?;
    javascript::node()?;
    let started = Instant::now();
    println!("1/3 tools: Rust target, wasm-pack, wasm-bindgen");
    toolchain::wasm_target()?;
    if let Some((_, failure)) = toolchain::ensure(house, &[Tool::WasmPack, Tool::WasmBindgen])
        .into_iter()
        .next()
    {
        return Err(failure);
    }
    println!("2/3 widget");
    let dist = widget::dist(house);
    widget::build(house, &dist, None)?;
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
fn port_is_free(options: &Options) -> Result<(), Failure> {
    let Options { host, port } = options;
    let Err(error) = TcpListener::bind((host.as_str(), *port)) else {
        return Ok(());
    };
    let what = match error.kind() {
        ErrorKind::AddrInUse => format!("port {port} on {host} is already in use"),
        ErrorKind::PermissionDenied => format!("this user may not listen on port {port}"),
        _ => return Err(Failure::Missing(format!("cannot listen on {host}:{port}: {error}"))),
    };
    let how = match free_port_after(host, *port) {
        Some(free) => format!("choose another one, for example `cargo xtask demo --port {free}`"),
        None => "choose another one with `--port`".into(),
    };
    Err(Failure::Missing(format!("{what}; {how}")))
}

fn free_port_after(host: &str, port: u16) -> Option<u16> {
    let first = port.max(1023).saturating_add(1);
    (first..=first.saturating_add(NEARBY_PORTS)).find(|port| TcpListener::bind((host, *port)).is_ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_a_free_one() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let options = Options {
            host: "127.0.0.1".into(),
            port,
        };
        let message = port_is_free(&options).unwrap_err().to_string();
        assert!(
            message.contains(&format!("port {port} on 127.0.0.1 is already in use")),
            "{message}"
        );
        drop(taken);
        assert!(port_is_free(&options).is_ok());
    }

    #[test]
    fn an_address_of_another_machine_is_refused_with_its_name() {
        let options = Options {
            host: "192.0.2.1".into(),
            port: 9,
        };
        assert!(port_is_free(&options).unwrap_err().to_string().contains("192.0.2.1"));
    }
}
