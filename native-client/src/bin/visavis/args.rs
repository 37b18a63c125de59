//! The command line as it is typed.

mod appengine;
mod bloonio;
mod mailoo;
mod secret;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use visavis_native_client::{Config, Error};

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
    /// On a terminal it is interactive. Lines that start with a slash are commands: /typing start|stop, /read ID, /agent SKILL,
    /// /context URL TITLE, /upload FILE, /identify USER:SIGNATURE and /quit; a message that starts with a slash is written with two.
    /// Exit codes: 0 done, 2 usage or configuration, 3 timed out with messages still queued, 4 protocol failure, 130 and 143 after
    /// SIGINT and SIGTERM.
    Chat(Box<Chat>),
}

#[derive(Args, Debug)]
pub(crate) struct Chat {
    /// The chat service.
    #[arg(long, value_enum, default_value_t = Backend::Bloonio)]
    pub(crate) backend: Backend,

    #[command(flatten)]
    site: Site,

    #[command(flatten, next_help_heading = "Bloonio")]
    bloonio: bloonio::Options,

    #[command(flatten, next_help_heading = "AppEngine")]
    appengine: appengine::Options,

    #[command(flatten, next_help_heading = "Mailoo")]
    mailoo: mailoo::Options,

    /// File that keeps session, queue and transcript for the next run; without it nothing is written.
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub(crate) store: Option<PathBuf>,

    /// One JSON object a line on standard output.
    #[arg(long, help_heading = "Run")]
    pub(crate) json: bool,

    /// How long to wait, from the end of input, for what is queued to be acknowledged.
    #[arg(long, value_name = "SECONDS", help_heading = "Run", default_value = "30", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// How long to listen once nothing is queued any more.
    #[arg(long, value_name = "SECONDS", help_heading = "Run", default_value = "2", value_parser = seconds)]
    pub(crate) linger: Duration,

    /// How much to log on standard error.
    #[arg(long, value_name = "LEVEL", help_heading = "Run", value_enum, default_value_t = Level::Warn)]
    pub(crate) log: Level,
}

/// What more than one service wants to know.
#[derive(Args, Debug)]
struct Site {
    /// Address of the service, such as `https://relay.example`.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// The origin to name; the service must allow it [default: app://visavis for bloonio].
    #[arg(long)]
    origin: Option<String>,

    /// Language of the session [default: the service's].
    #[arg(long)]
    locale: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    Bloonio,
    #[value(name = "appengine")]
    AppEngine,
    Mailoo,
}

/// What a service's options are called on the command line.
struct Service {
    backend: Backend,
    /// The group that its own options form.
    group: &'static str,
    /// Options that it cannot do without.
    required: fn(&ArgMatches) -> &'static [&'static str],
}

const SERVICES: [Service; 3] = [
    Service {
        backend: Backend::Bloonio,
        group: bloonio::GROUP,
        required: |_| &["base_url", "tenant_id", "public_key"],
    },
    Service {
        backend: Backend::AppEngine,
        group: appengine::GROUP,
        required: |_| &["base_url", "org_id", "config_id", "email"],
    },
    Service {
        backend: Backend::Mailoo,
        group: mailoo::GROUP,
        required: mailoo::required,
    },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Arguments {
    /// Reads a command line and checks that its options are those of the service it names.
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut command = Self::command();
        let matches = command.try_get_matches_from_mut(arguments)?;
        let read = Self::from_arg_matches(&matches)?;
        let Command::Chat(chat) = &read.command;
        match matches.subcommand() {
            Some((name, matches)) => check(chat.backend, matches, command.find_subcommand_mut(name))?,
            None => check(chat.backend, &matches, None)?,
        }
        Ok(read)
    }
}

impl Chat {
    /// What the options come to. Secrets are read from the environment here.
    pub(crate) fn config(&self) -> Result<Config, Error> {
        match self.backend {
            Backend::Bloonio => Ok(self.bloonio.read(&self.site)?.into()),
            Backend::AppEngine => Ok(self.appengine.read(&self.site)?.into()),
            Backend::Mailoo => self.mailoo.read(&self.site),
        }
    }
}

/// No option of another service, none that contradicts another, and none that is missing.
fn check(backend: Backend, given: &ArgMatches, command: Option<&mut clap::Command>) -> Result<(), clap::Error> {
    let Some(command) = command else { return Ok(()) };
    if let (Backend::Mailoo, Some((pair, cure))) = (backend, mailoo::ambiguity(given)) {
        let [first, second] = pair.map(|id| written(command, id).unwrap_or_default());
        let words = format!("{first} and {second} do not go together: {cure}");
        return Err(command.error(ErrorKind::ArgumentConflict, words));
    }
    for service in SERVICES {
        if service.backend == backend {
            let missing = (service.required)(given).iter().filter(|id| !given.contains_id(id));
            let missing: Vec<_> = missing.filter_map(|id| written(command, id)).collect();
            if !missing.is_empty() {
                return Err(incomplete(command, missing));
            }
        } else if let Some(id) = given.get_many::<clap::Id>(service.group).and_then(|mut ids| ids.next()) {
            let option = written(command, id.as_str()).unwrap_or_default();
            let words = format!(
                "{option} is for --backend {}, not for {}",
                name(service.backend),
                name(backend)
            );
            return Err(command.error(ErrorKind::ArgumentConflict, words));
        }
    }
    Ok(())
}

fn incomplete(command: &clap::Command, missing: Vec<String>) -> clap::Error {
    let mut error = clap::Error::new(ErrorKind::MissingRequiredArgument).with_cmd(command);
    error.insert(ContextKind::InvalidArg, ContextValue::Strings(missing));
    let usage: StyledStr = command.clone().render_usage();
    error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
    error
}

/// An option as it is typed, with what belongs behind it.
fn written(command: &clap::Command, id: &str) -> Option<String> {
    let argument = command.get_arguments().find(|argument| argument.get_id() == id)?;
    Some(argument.to_string())
}

fn name(backend: Backend) -> String {
    let value = backend.to_possible_value();
    value.map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number of seconds, such as 30 or 0.5".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const BLOONIO: [&str; 6] = ["--base-url", "u", "--tenant-id", "t", "--public-key", "k"];
    const APPENGINE: [&str; 10] = [
        "--backend",
        "appengine",
        "--base-url",
        "https://gateway.example",
        "--org-id",
        "acme",
        "--config-id",
        "c",
        "--email",
        "a@b.c",
    ];

    fn read(arguments: &[&str]) -> Result<Chat, clap::Error> {
        let all = ["visavis", "chat"].iter().chain(arguments).map(OsString::from);
        let Arguments {
            command: Command::Chat(chat),
        } = Arguments::read(all)?;
        Ok(*chat)
    }

    fn with(service: &[&str], more: &[&str]) -> Result<Chat, clap::Error> {
        read(&[service, more].concat())
    }

    fn refusal(arguments: &[&str]) -> String {
        let refusal = read(arguments).unwrap_err();
        assert_eq!(refusal.exit_code(), 2);
        refusal.to_string()
    }

    #[test]
    fn the_defaults_are_the_documented_ones() {
        let chat = with(&BLOONIO, &[]).unwrap();
        assert_eq!(chat.backend, Backend::Bloonio);
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
            assert!(with(&BLOONIO, &wrong).is_err(), "{wrong:?}");
        }
        assert!(with(&APPENGINE, &["--dialect", "esperanto"]).is_err());
        assert_eq!(
            with(&BLOONIO, &["--timeout", "0.5"]).unwrap().timeout,
            Duration::from_millis(500)
        );
    }

    #[test]
    fn each_service_has_its_own_options() {
        assert!(
            with(
                &APPENGINE,
                &["--name", "Alice", "--dialect", "seed", "--namespace", "/c"]
            )
            .is_ok()
        );
        let words = with(&APPENGINE, &["--tenant-id", "t"]).unwrap_err().to_string();
        assert!(words.contains("--tenant-id <ID> is for --backend bloonio"), "{words}");
        let words = with(&BLOONIO, &["--email", "a@b.c"]).unwrap_err().to_string();
        assert!(
            words.contains("--email <ADDRESS> is for --backend appengine"),
            "{words}"
        );
        let words = with(&APPENGINE, &["--token-env", "T", "--name", "Alice"]).unwrap_err();
        assert_eq!(words.kind(), ErrorKind::ArgumentConflict);
    }

    #[test]
    fn what_is_missing_is_named() {
        let words = refusal(&["--base-url", "u", "--tenant-id", "t"]);
        assert!(
            words.contains("--public-key <KEY>") && !words.contains("--tenant-id <ID>\n"),
            "{words}"
        );
        let words = refusal(&["--backend", "appengine", "--org-id", "acme"]);
        for option in ["--base-url <URL>", "--config-id <ID>", "--email <ADDRESS>"] {
            assert!(words.contains(option), "{words}");
        }
        assert!(refusal(&[]).contains("--base-url <URL>"));
    }

    #[test]
    fn a_site_is_all_that_mailoo_needs() {
        let mailoo = ["--backend", "mailoo", "--bff-url", "https://site.example"];
        assert!(
            with(
                &mailoo,
                &["--project-uid", "p", "--integration-id", "i", "--ws-origin", "/ws"]
            )
            .is_ok()
        );
        assert!(refusal(&["--backend", "mailoo"]).contains("--bff-url <URL>"));
        let words = with(&mailoo, &["--email", "a@b.c"]).unwrap_err().to_string();
        assert!(words.contains("is for --backend appengine, not for mailoo"), "{words}");
    }

    #[test]
    fn with_a_key_mailoo_needs_the_service_and_both_ids() {
        let direct = ["--backend", "mailoo", "--api-url", "https://api.mailoo.app"];
        let ids = ["--api-key-env", "KEY", "--project-uid", "p", "--integration-id", "i"];
        assert!(with(&direct, &ids).is_ok());
        let all = [
            "--origin",
            "https://site.example",
            "--sender-name",
            "N",
            "--sender-email",
            "E",
        ];
        assert!(with(&direct, &[&ids[..], &all].concat()).is_ok());
        let words = refusal(&direct);
        for option in ["--api-key-env <NAME>", "--project-uid <ID>", "--integration-id <ID>"] {
            assert!(words.contains(option), "{words}");
        }
        let words = refusal(&["--backend", "mailoo", "--api-key-env", "KEY"]);
        assert!(
            words.contains("--api-url <URL>") && !words.contains("--bff-url <URL>\n"),
            "{words}"
        );
    }

    #[test]
    fn the_two_ways_to_mailoo_do_not_mix() {
        let mailoo = ["--backend", "mailoo"];
        for (site, direct) in [
            (["--bff-url", "u"], ["--api-url", "u"]),
            (["--bff-url", "u"], ["--api-key-env", "KEY"]),
            (["--bff-url", "u"], ["--sender-name", "N"]),
            (["--bff-url", "u"], ["--sender-email", "E"]),
            (["--submit-path", "/s"], ["--api-url", "u"]),
            (["--messages-path", "/m"], ["--api-url", "u"]),
            (["--ws-origin", "u"], ["--api-url", "u"]),
        ] {
            let words = refusal(&[&mailoo[..], &site, &direct].concat());
            assert!(
                words.contains(site[0]) && words.contains(direct[0]) && words.contains("leave out"),
                "{words}"
            );
        }
    }
}
