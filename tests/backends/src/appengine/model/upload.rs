//! Which files are taken, and what they are called in the store.

/// The MIME types that are taken unless told otherwise.
pub(crate) const MIME_TYPES: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/svg+xml",
    "application/pdf",
    "text/plain",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "audio/mpeg",
    "audio/wav",
    "video/mp4",
    "video/webm",
    "application/zip",
];

/// Bytes of a file that are taken unless told otherwise.
pub(crate) const MAX_BYTES: u64 = 25 * 1_024 * 1_024;

/// Whether files of that type are taken; parameters such as a character set do not count.
pub(crate) fn takes(mime_type: &str) -> bool {
    let essence = mime_type.split(';').next().unwrap_or_default().trim();
    MIME_TYPES.iter().any(|known| known.eq_ignore_ascii_case(essence))
}

/// A name without folders, odd characters or undue length.
pub(crate) fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = last
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() || "._-".contains(letter) {
                letter
            } else {
                '_'
            }
        })
        .take(80)
        .collect();
    match safe.trim_matches('.') {
        "" => "file".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_by_their_essence() {
        assert!(takes("text/plain; charset=utf-8") && takes("IMAGE/PNG"));
        assert!(!takes("application/x-msdownload") && !takes(""));
    }

    #[test]
    fn names_lead_nowhere() {
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("C:\\x\\été 1.png"), "été_1.png");
        assert_eq!(safe_name(".."), "file");
        assert_eq!(safe_name(""), "file");
    }
}
