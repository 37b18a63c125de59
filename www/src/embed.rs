//! The one page whose script tag is complete as the server sends it.

use crate::places::Places;

/// The page with placeholders.
pub(crate) const PAGE: &str = "script-tag.html";

/// Fills `{{base_url}}`, `{{tenant_id}}` and `{{public_key}}`, escaped for text and for attributes in double quotes.
pub(crate) fn fill(page: &str, places: &Places, host: Option<&str>) -> String {
    [
        ("{{base_url}}", places.relay_url(host)),
        ("{{tenant_id}}", places.tenant_id.clone()),
        ("{{public_key}}", places.public_key.clone()),
    ]
    .into_iter()
    .fold(page.to_owned(), |page, (placeholder, value)| {
        page.replace(placeholder, &escaped(&value))
    })
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_attribute() {
        let local = |port| ([127, 0, 0, 1], port).into();
        let places = Places {
            tenant_id: "t\"><script>".into(),
            public_key: "a&b".into(),
            ..Places::of_demo([1, 2, 3, 4].map(local))
        };
        let page = fill(
            r#"<script data-base-url="{{base_url}}" data-tenant-id="{{tenant_id}}" k="{{public_key}}">"#,
            &places,
            None,
        );
        assert_eq!(
            page,
            r#"<script data-base-url="http://127.0.0.1:2" data-tenant-id="t&quot;&gt;&lt;script&gt;" k="a&amp;b">"#
        );
    }
}
