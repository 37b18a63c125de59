//! Running other programs: shown before they start, limited in time, told apart by how they ended.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::offspring;

const POLL: Duration = Duration::from_millis(50);

/// How long output may keep coming from what a program left behind.
const STRAGGLERS: Duration = Duration::from_secs(5);

/// A program about to run.
pub(crate) struct Program {
    command: Command,
    shown: Vec<String>,
    limit: Option<Duration>,
}

/// What a program wrote to standard output, and how it ended.
pub(crate) struct Transcript {
    /// Standard output without colour codes.
    pub(crate) text: String,
    /// `Ok` when the program ended with code 0.
    pub(crate) ending: Result<(), Failure>,
}

impl Program {
    /// Any program, without the variables that `cargo run` adds: some build scripts rebuild when those change.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program.as_ref());
        for (name, _) in env::vars_os() {
            let ours = name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_PRIMARY_PACKAGE"
            });
            if ours {
                command.env_remove(name);
            }
        }
        let shown = Path::new(program.as_ref()).file_name().unwrap_or(program.as_ref());
        Self {
            command,
            shown: vec![shown.to_string_lossy().into_owned()],
            limit: None,
        }
    }

    /// Cargo as found on `PATH`, so that rustup's `+toolchain` argument works.
    pub(crate) fn cargo() -> Self {
        let program = Self::new("cargo");
        if io::stdout().is_terminal() {
            program.env("CARGO_TERM_COLOR", "always")
        } else {
            program
        }
    }

    /// One more argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(arg.as_ref().to_string_lossy().into_owned());
        self.command.arg(arg);
        self
    }

    /// More arguments.
    pub(crate) fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(self, args: I) -> Self {
        args.into_iter().fold(self, Program::arg)
    }

    /// An environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// An environment variable the program must not see.
    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Folders searched before those of `PATH`.
    pub(crate) fn path_first(self, folders: &[PathBuf]) -> Self {
        let known = env::var_os("PATH").unwrap_or_default();
        let all = folders.iter().cloned().chain(env::split_paths(&known));
        match env::join_paths(all) {
            Ok(path) => self.env("PATH", path),
            Err(_) => self,
        }
    }

    /// The folder to run in.
    pub(crate) fn directory(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The longest this program may take; afterwards it and all it started are ended.
    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Runs, writing to the terminal itself.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        self.announce();
        self.command.stdin(Stdio::null());
        let mut child = self.spawn()?;
        let status = self.wait(&mut child)?;
        self.judge(status)
    }

    /// Runs, passing standard output on line by line and keeping it.
    pub(crate) fn tee(mut self) -> Result<Transcript, Failure> {
        self.announce();
        self.command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = self.spawn()?;
        let (lines, overran) = self.relay(&mut child);
        let ending = match overran {
            Some(failure) => Err(failure),
            None => self.wait(&mut child).and_then(|status| self.judge(status)),
        };
        Ok(Transcript { text: lines, ending })
    }

    /// Runs, announced, and returns standard output unseen; standard error goes to the terminal.
    pub(crate) fn collect(self) -> Result<String, Failure> {
        self.announce();
        self.capture()
    }

    /// Like `collect`, without announcing.
    pub(crate) fn capture(mut self) -> Result<String, Failure> {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = self.spawn()?;
        let mut text = String::new();
        if let Some(mut out) = child.stdout.take() {
            let mut bytes = Vec::new();
            out.read_to_end(&mut bytes).map_err(|source| Failure::Spawn {
                shown: self.line(),
                source,
            })?;
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
        let status = self.wait(&mut child)?;
        self.judge(status).map(|()| text)
    }

    /// Runs unseen; `None` when it is not there or fails.
    pub(crate) fn probe(mut self) -> Option<String> {
        self.command.stderr(Stdio::null());
        self.capture().ok()
    }

    /// Runs with all output in a file.
    pub(crate) fn run_into(mut self, log: &Path) -> Result<(), Failure> {
        let file = std::fs::File::create(log).map_err(Failure::file(log))?;
        let twin = file.try_clone().map_err(Failure::file(log))?;
        self.command.stdin(Stdio::null()).stdout(file).stderr(twin);
        let mut child = self.spawn()?;
        let status = self.wait(&mut child)?;
        self.judge(status)
    }

    /// Becomes the program, so that every signal reaches it; returns only when that fails.
    #[cfg(unix)]
    pub(crate) fn become_it(mut self) -> Result<std::process::ExitCode, Failure> {
        use std::os::unix::process::CommandExt;
        self.announce();
        let source = self.command.exec();
        Err(Failure::Spawn {
            shown: self.line(),
            source,
        })
    }

    /// Runs to the end; a console's Ctrl-C reaches both processes.
    #[cfg(not(unix))]
    pub(crate) fn become_it(self) -> Result<std::process::ExitCode, Failure> {
        self.run().map(|()| std::process::ExitCode::SUCCESS)
    }

    fn announce(&self) {
        let mut out = io::stdout().lock();
        // A closed terminal must not stop the work.
        let _ = writeln!(out, "   $ {}", self.line()).and_then(|()| out.flush());
    }

    fn line(&self) -> String {
        self.shown.join(" ")
    }

    fn spawn(&mut self) -> Result<Child, Failure> {
        self.command.spawn().map_err(|source| Failure::Spawn {
            shown: self.line(),
            source,
        })
    }

    fn judge(&self, status: ExitStatus) -> Result<(), Failure> {
        if status.success() {
            Ok(())
        } else {
            Err(Failure::Exit {
                shown: self.line(),
                status,
            })
        }
    }

    fn wait(&self, child: &mut Child) -> Result<ExitStatus, Failure> {
        let spawn = |source| Failure::Spawn {
            shown: self.line(),
            source,
        };
        let Some(limit) = self.limit else {
            return child.wait().map_err(spawn);
        };
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait().map_err(spawn)? {
                return Ok(status);
            }
            if started.elapsed() > limit {
                return Err(self.end(child, limit));
            }
            thread::sleep(POLL);
        }
    }

    fn relay(&self, child: &mut Child) -> (String, Option<Failure>) {
        let lines = read_lines(child.stdout.take());
        let started = Instant::now();
        let mut text = String::new();
        let mut ended: Option<Instant> = None;
        loop {
            match lines.recv_timeout(POLL) {
                Ok(line) => {
                    show(&line);
                    text.push_str(&without_colour(&String::from_utf8_lossy(&line)));
                }
                Err(RecvTimeoutError::Disconnected) => return (text, None),
                Err(RecvTimeoutError::Timeout) => {
                    if ended.is_none() && matches!(child.try_wait(), Ok(Some(_))) {
                        ended = Some(Instant::now());
                    }
                    if ended.is_some_and(|end| end.elapsed() > STRAGGLERS) {
                        return (text, None);
                    }
                }
            }
            if let Some(limit) = self.limit.filter(|limit| started.elapsed() > *limit) {
                return (text, Some(self.end(child, limit)));
            }
        }
    }

    fn end(&self, child: &mut Child, limit: Duration) -> Failure {
        offspring::end_all(child.id());
        // Both fail only when the process is already gone, which is what is wanted.
        let _ = child.kill();
        let _ = child.wait();
        Failure::Overran {
            shown: self.line(),
            limit,
        }
    }
}

fn read_lines(out: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(out) = out {
        thread::spawn(move || {
            let mut reader = BufReader::new(out);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

fn show(line: &[u8]) {
    let mut out = io::stdout().lock();
    // A closed terminal must not stop the work.
    let _ = out.write_all(line).and_then(|()| out.flush());
}

/// The text without terminal escape sequences of the form `ESC [ … letter`.
fn without_colour(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        if next == '\u{1b}' {
            rest.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            plain.push(next);
        }
    }
    plain
}

/// Whether a program of this name is on `PATH`, and where.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let file: OsString = format!("{name}{}", env::consts::EXE_SUFFIX).into();
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn colours_are_removed_and_nothing_else() {
        assert_eq!(
            without_colour("test result: \u{1b}[32mok\u{1b}[m. [3]"),
            "test result: ok. [3]"
        );
    }

    #[cfg(unix)]
    #[test]
    fn output_is_kept_and_a_failure_is_told() {
        let transcript = Program::new("sh")
            .args(["-c", "echo one; echo two; exit 3"])
            .tee()
            .unwrap();
        assert_eq!(transcript.text, "one\ntwo\n");
        assert!(matches!(transcript.ending, Err(Failure::Exit { status, .. }) if status.code() == Some(3)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_past_its_limit_ends_with_all_it_started() {
        let started = Instant::now();
        let program = Program::new("sh")
            .args(["-c", "sleep 61 & echo $!; wait"])
            .limit(Duration::from_millis(400));
        let transcript = program.tee().unwrap();
        assert!(matches!(transcript.ending, Err(Failure::Overran { .. })));
        assert!(started.elapsed() < Duration::from_secs(20));
        let stat = format!("/proc/{}/stat", transcript.text.trim());
        let runs = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z"));
        // The system carries out a kill in its own time.
        while runs() {
            assert!(started.elapsed() < Duration::from_secs(20), "the grandchild still runs");
            thread::sleep(POLL);
        }
    }

    #[test]
    fn a_missing_program_is_a_failure_with_its_name() {
        let failure = Program::new("no-such-program-here").capture().unwrap_err();
        assert!(failure.to_string().contains("no-such-program-here"));
    }
}
