//! `visavis`: a website visitor in a terminal, in a pipe, or under a bot's control.

mod args;
mod end;
mod entry;
mod input;
mod interactive;
mod output;
mod output_json;
mod output_text;
mod run;
mod setup;
mod signals;
mod style;
mod tail;
mod wishes;

use std::process::ExitCode;

use crate::args::{Arguments, Command};

/// The runtime is not left waiting for a thread that reads a terminal.
const FAREWELL: std::time::Duration = std::time::Duration::from_millis(200);

fn main() -> ExitCode {
    let Arguments {
        command: Command::Chat(chat),
    } = Arguments::read(std::env::args_os()).unwrap_or_else(|refusal| refusal.exit());
    setup::logging(chat.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let exit = match runtime {
        Ok(runtime) => {
            let exit = runtime.block_on(run::chat(chat));
            runtime.shutdown_timeout(FAREWELL);
            exit
        }
        Err(error) => {
            eprintln!("visavis: {error}");
            end::Exit::Protocol
        }
    };
    exit.code().into()
}
