//! The executables cargo says it built, wherever the target directory is.

use std::path::{Path, PathBuf};

use crate::counts::Counts;
use crate::failure::Failure;
use crate::lane::Report;
use crate::process::Program;

/// One executable of a build.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Executable {
    /// The cargo target's name.
    pub(crate) name: String,
    /// The folder of its package.
    pub(crate) package: PathBuf,
    /// The file.
    pub(crate) path: PathBuf,
    role: Role,
}

#[derive(Debug, PartialEq, Eq)]
enum Role {
    Tests,
    Program,
}

/// Builds, and lists what can be run.
pub(crate) fn build(cargo: Program) -> Result<Vec<Executable>, Failure> {
    Ok(listed(
        &cargo.arg("--message-format=json-render-diagnostics").collect()?,
    ))
}

/// The program of that name.
pub(crate) fn program(built: &[Executable], name: &str) -> Result<PathBuf, Failure> {
    built
        .iter()
        .find(|executable| executable.role == Role::Program && executable.name == name)
        .map(|executable| executable.path.clone())
        .ok_or_else(|| Failure::Contract(format!("the build made no program called `{name}`")))
}

/// Runs every test binary and adds up their counts; one that breaks off counts as one failed test.
pub(crate) fn run_tests<'a>(
    tests: impl Iterator<Item = &'a Executable>,
    limit: std::time::Duration,
) -> Result<Report, Failure> {
    let mut report = Report::default();
    for executable in tests.filter(|executable| executable.role == Role::Tests) {
        let transcript = Program::new(&executable.path)
            .directory(&executable.package)
            .env("CARGO_MANIFEST_DIR", &executable.package)
            .limit(limit)
            .tee()?;
        let counts = Counts::of_libtest(&transcript.text);
        report.add(counts, transcript, &label(&executable.package, &executable.name));
    }
    Ok(report)
}

fn label(package: &Path, target: &str) -> String {
    let folder = package.file_name().unwrap_or_default().to_string_lossy();
    format!("{folder}/{target}")
}

fn listed(messages: &str) -> Vec<Executable> {
    messages
        .lines()
        .filter_map(|line| executable(&serde_json::from_str(line).ok()?))
        .collect()
}

fn executable(message: &serde_json::Value) -> Option<Executable> {
    let path = message["executable"].as_str()?;
    let kind = message["target"]["kind"][0].as_str()?;
    let tested = message["profile"]["test"].as_bool()?;
    let role = match (tested, kind) {
        (true, "bench") | (false, "custom-build" | "example") => return None,
        (true, _) => Role::Tests,
        (false, _) => Role::Program,
    };
    let package = Path::new(message["manifest_path"].as_str()?).parent()?;
    Some(Executable {
        name: message["target"]["name"].as_str()?.into(),
        package: package.into(),
        path: path.into(),
        role,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn message(kind: &str, test: bool, executable: &str) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","manifest_path":"/p/client-core/Cargo.toml","target":{{"kind":["{kind}"],"name":"n"}},"profile":{{"test":{test}}},"executable":{executable}}}"#
        )
    }

    #[test]
    fn programs_and_tests_are_told_apart_and_the_rest_left_out() {
        let messages = [
            message("lib", false, "null"),
            message("test", true, r#""/t/a""#),
            message("bin", false, r#""/t/b""#),
            message("bench", true, r#""/t/c""#),
            message("example", false, r#""/t/d""#),
            r#"{"reason":"build-finished","success":true}"#.into(),
        ];
        let built = listed(&messages.join("\n"));
        assert_eq!(built.len(), 2);
        assert_eq!(program(&built, "n").unwrap(), PathBuf::from("/t/b"));
        assert_eq!(label(&built[0].package, &built[0].name), "client-core/n");
    }
}
