//! The content security policy of each page.

/// The page that shows the widget under the strictest policy it supports.
const STRICT_PAGE: &str = "strict-csp.html";

/// The policy for the page at `path`, which talks to the relay and the gateway, both `http://…` origins. The gateway's
/// files are shown, too; the strict page's chat is the relay's.
pub(crate) fn content_security(path: &str, relay: &str, gateway: &str) -> String {
    let [relay_socket, gateway_socket] = [relay, gateway].map(|origin| origin.replacen("http", "ws", 1));
    let connect = format!("connect-src 'self' {relay} {relay_socket}");
    if path == STRICT_PAGE {
        return format!(
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; {connect}; \
             require-trusted-types-for 'script'"
        );
    }
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: {gateway}; \
         {connect} {gateway} {gateway_socket}; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strict_page_states_exactly_what_is_needed() {
        assert_eq!(
            content_security("strict-csp.html", "http://127.0.0.1:7471", "http://127.0.0.1:7472"),
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             connect-src 'self' http://127.0.0.1:7471 ws://127.0.0.1:7471; require-trusted-types-for 'script'"
        );
    }

    #[test]
    fn no_page_allows_inline_code() {
        for page in ["index.html", "operator.html", "guide/index.html"] {
            let policy = content_security(page, "http://127.0.0.1:1", "http://127.0.0.1:2");
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
                "{page}"
            );
            assert!(
                policy.contains(
                    "connect-src 'self' http://127.0.0.1:1 ws://127.0.0.1:1 http://127.0.0.1:2 ws://127.0.0.1:2;"
                ),
                "{page}"
            );
        }
    }
}
