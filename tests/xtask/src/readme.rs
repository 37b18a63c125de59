//! The README's table of what a visitor downloads, written from the recorded sizes.

use crate::budget;
use crate::sizes::{Builds, Weights};

/// Builds as the README calls them, in its order.
const BUILDS: [(&str, &str); 4] = [
    ("bloonio", "Bloonio"),
    ("mailoo", "Mailoo"),
    ("appengine", "AppEngine"),
    ("all", "all three in one"),
];

/// How the line above the table's rows begins.
const HEADING: &str = "| build | loader |";

/// The README with the table's rows as they should be; `None` where it has no such table.
pub(crate) fn with_sizes(readme: &str, builds: &Builds) -> Option<String> {
    let mut lines: Vec<String> = readme.lines().map(str::to_owned).collect();
    let ruler = lines.iter().position(|line| line.starts_with(HEADING))? + 1;
    let end = (ruler + 1..lines.len()).find(|&at| !lines[at].starts_with('|'))?;
    lines.splice(ruler + 1..end, rows(builds));
    Some(lines.join("\n") + "\n")
}

fn rows(builds: &Builds) -> impl Iterator<Item = String> {
    BUILDS
        .iter()
        .filter_map(|(build, label)| builds.get(*build).map(|weights| row(build, label, weights)))
}

fn row(build: &str, label: &str, weights: &Weights) -> String {
    let of = |role: &str| grouped(weights.roles.get(role).map_or(0, |bytes| bytes.brotli));
    let total = weights.until_panel.brotli;
    let tenths = (total * 10 + 512) / 1024;
    format!(
        "| {label} | {} | {} | {} | **{}** ({}.{} KiB) | {} KiB | {} |",
        of("loader"),
        of("glue"),
        of("wasm"),
        grouped(total),
        tenths / 10,
        tenths % 10,
        budget::aim_until_panel(build) / 1024,
        of("rest"),
    )
}

fn grouped(number: u64) -> String {
    if number < 1_000 {
        return number.to_string();
    }
    format!("{},{:03}", grouped(number / 1_000), number % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sizes::Bytes;

    fn builds() -> Builds {
        let bytes = |brotli| Bytes { raw: 0, brotli };
        let roles = [
            ("loader", 4_050),
            ("glue", 11_002),
            ("wasm", 73_392),
            ("rest", 1_078_683),
        ];
        let weights = Weights {
            roles: roles.map(|(role, size)| (role.to_owned(), bytes(size))).into(),
            until_panel: bytes(88_444),
        };
        [("bloonio".to_owned(), weights)].into()
    }

    #[test]
    fn rows_that_are_stale_are_replaced_and_nothing_else() {
        let page = |row: &str| {
            format!("before\n\n| build | loader | … |\n| --- | --- |\n{row}\n\n| Bloonio | of another table |\n")
        };
        let fresh = "| Bloonio | 4,050 | 11,002 | 73,392 | **88,444** (86.4 KiB) | 90 KiB | 1,078,683 |";
        let stale = page("| Bloonio | 4,051 | stale |");
        assert_eq!(with_sizes(&stale, &builds()).unwrap(), page(fresh));
        assert_eq!(with_sizes(&page(fresh), &builds()).unwrap(), page(fresh));
    }

    #[test]
    fn a_readme_without_the_table_is_noticed() {
        assert_eq!(with_sizes("nothing\n", &builds()), None);
    }
}
