//! Ending a process together with everything it started.

use std::process::Command;

/// Ends every descendant of the process at once; where the system cannot list them, none.
pub(crate) fn end_all(ancestor: u32) {
    let family = descendants(ancestor, &parents());
    if family.is_empty() {
        return;
    }
    let ids: Vec<String> = family.iter().map(u32::to_string).collect();
    // `kill` is built into every shell, while the program of that name is not always installed.
    // Those that ended by themselves in the meantime make it fail, which is fine.
    let _ = Command::new("sh")
        .arg("-c")
        .arg(format!("kill -9 {} 2>/dev/null", ids.join(" ")))
        .status();
}

fn descendants(ancestor: u32, parents: &[(u32, u32)]) -> Vec<u32> {
    let mut family = vec![ancestor];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        next += 1;
    }
    family.split_off(1)
}

/// Each process with its parent.
#[cfg(target_os = "linux")]
fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            Some((id, parent_in_stat(&stat)?))
        })
        .collect()
}

#[cfg(not(target_os = "linux"))]
fn parents() -> Vec<(u32, u32)> {
    Vec::new()
}

/// The fourth field; the second is a name in brackets that may itself hold brackets and spaces.
#[cfg(target_os = "linux")]
fn parent_in_stat(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_is_found_over_generations_and_nobody_else() {
        let parents = [(2, 1), (3, 2), (4, 3), (9, 1), (5, 3)];
        assert_eq!(descendants(2, &parents), vec![3, 4, 5]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        assert_eq!(parent_in_stat("42 (a) b (c)) S 7 42 42 0"), Some(7));
    }
}
