//! The command line as it is typed.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use serde_json::{Map, Value};

/// Chat as a website visitor.
#[derive(Parser, Debug)]
#[command(name = "visavis", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Hold a conversation: each line of standard input is a message.
    ///
    /// On a terminal it is interactive. Lines that start with a slash are commands: /typing start|stop, /identify USER:SIGNATURE and
    /// /quit; a message that starts with a slash is written with two. Exit codes: 0 done, 2 usage or configuration, 3 timed out with messages
    /// still queued, 4 protocol failure, 130 and 143 after SIGINT and SIGTERM.
    Chat(Box<Chat>),
}

#[derive(Args, Debug)]
pub(crate) struct Chat {
    /// The chat service.
    #[arg(long, value_enum, default_value_t = Backend::Bloonio)]
    pub(crate) backend: Backend,

    /// Address of the relay, such as `https://relay.example`.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: String,

    /// The tenant's id.
    #[arg(long, value_name = "ID")]
    pub(crate) tenant_id: String,

    /// The widget's public key, pk_….
    #[arg(long, value_name = "KEY")]
    pub(crate) public_key: String,

    /// The origin to name; the tenant must allow it.
    #[arg(long, default_value = visavis_native_client::bloonio::DEFAULT_APP_ORIGIN)]
    pub(crate) origin: String,

    /// Language of the session [default: the service's].
    #[arg(long)]
    pub(crate) locale: Option<String>,

    /// The queue that the conversation goes to.
    #[arg(long, value_name = "KEY")]
    pub(crate) routing_key: Option<String>,

    /// Who answers first.
    #[arg(long, value_enum)]
    pub(crate) session_mode: Option<Mode>,

    /// Free-form context for whoever answers: a JSON object.
    #[arg(long, value_name = "JSON", value_parser = object)]
    pub(crate) metadata: Option<Map<String, Value>>,

    /// Environment variable that holds the identity, as userId:signature.
    #[arg(long, value_name = "NAME")]
    pub(crate) identity_env: Option<String>,

    /// Environment variable that holds a ready visitor token.
    #[arg(long, value_name = "NAME")]
    pub(crate) visitor_token_env: Option<String>,

    /// File that keeps session, queue and transcript for the next run; without it nothing is written.
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,

    /// One JSON object a line on standard output.
    #[arg(long)]
    pub(crate) json: bool,

    /// How long to wait, from the end of input, for what is queued to be acknowledged.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// How long to listen once nothing is queued any more.
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub(crate) linger: Duration,

    /// How much to log on standard error.
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = Level::Warn)]
    pub(crate) log: Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    Bloonio,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    Bot,
    Human,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// Services that visavis is going to speak.
const NOT_YET: [&str; 2] = ["mailoo", "appengine"];

/// A clear refusal when one of them is asked for: their own options would be refused first.
pub(crate) fn unspoken(arguments: impl IntoIterator<Item = OsString>) -> Option<clap::Error> {
    let arguments: Vec<_> = arguments
        .into_iter()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let after_option = arguments
        .windows(2)
        .filter(|pair| pair[0] == "--backend")
        .map(|pair| pair[1].as_str());
    let in_option = arguments
        .iter()
        .filter_map(|argument| argument.strip_prefix("--backend="));
    let wanted = after_option
        .chain(in_option)
        .find(|backend| NOT_YET.contains(backend))?;
    let words = format!("--backend {wanted}: not in this version, which speaks bloonio");
    Some(Arguments::command().error(ErrorKind::InvalidValue, words))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number of seconds, such as 30 or 0.5".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| format!("expected a JSON object such as {{\"plan\":\"pro\"}} ({error})"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parse(more: &[&str]) -> Result<Chat, clap::Error> {
        let required = [
            "visavis",
            "chat",
            "--base-url",
            "u",
            "--tenant-id",
            "t",
            "--public-key",
            "k",
        ];
        let Arguments {
            command: Command::Chat(chat),
        } = Arguments::try_parse_from(required.iter().chain(more))?;
        Ok(*chat)
    }

    #[test]
    fn the_defaults_are_the_documented_ones() {
        let chat = parse(&[]).unwrap();
        assert_eq!(chat.backend, Backend::Bloonio);
        assert_eq!(chat.origin, "app://visavis");
        assert_eq!(
            (chat.timeout, chat.linger),
            (Duration::from_secs(30), Duration::from_secs(2))
        );
        assert!(!chat.json && chat.store.is_none());
    }

    #[test]
    fn malformed_values_are_refused() {
        for wrong in [
            ["--metadata", "[1]"],
            ["--metadata", "{"],
            ["--session-mode", "robot"],
            ["--timeout", "-1"],
            ["--timeout", "soon"],
            ["--linger", "inf"],
            ["--log", "loud"],
        ] {
            assert!(parse(&wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(
            parse(&["--timeout", "0.5"]).unwrap().timeout,
            Duration::from_millis(500)
        );
    }

    #[test]
    fn services_to_come_are_refused_by_name() {
        for arguments in [
            vec!["--backend", "mailoo", "--bff-url", "x"],
            vec!["--backend=appengine"],
        ] {
            let refusal = unspoken(arguments.into_iter().map(OsString::from)).unwrap();
            assert_eq!(refusal.exit_code(), 2);
            assert!(refusal.to_string().contains("not in this version"));
        }
        assert!(unspoken(["--backend", "bloonio"].map(OsString::from)).is_none());
    }
}
