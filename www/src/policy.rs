//! The content security policy of each page.

/// The page that shows the widget under the strictest policy it supports.
const STRICT_PAGE: &str = "strict-csp.html";

/// The operators' console.
const OPERATOR_PAGE: &str = "operator.html";

/// Origins beside the site's own that its pages reach.
#[derive(Debug)]
pub(crate) struct Reached {
    /// `http://…` of the relay.
    pub(crate) relay: String,
    /// `http://…` of the gateway, whose files are shown, too.
    pub(crate) gateway: String,
    /// `http://…` of the Mailoo API, which only operators' pages call: visitors' ones ask the site.
    pub(crate) mailoo: String,
    /// `ws://…` of the socket of the site's own chat, if it has one.
    pub(crate) chat_socket: Option<String>,
}

/// The policy for the page at `path`. The strict page's chat is the relay's; the others show broadcasts, wherever those are.
pub(crate) fn content_security(path: &str, reached: &Reached) -> String {
    let Reached { relay, gateway, .. } = reached;
    let [relay_socket, gateway_socket] = [relay, gateway].map(|origin| origin.replacen("http", "ws", 1));
    let connect = format!("connect-src 'self' {relay} {relay_socket}");
    if path == STRICT_PAGE {
        return format!(
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; {connect}; \
             require-trusted-types-for 'script'"
        );
    }
    let mut chat = reached
        .chat_socket
        .as_ref()
        .map_or_else(String::new, |origin| format!(" {origin}"));
    if path == OPERATOR_PAGE {
        let mailoo = &reached.mailoo;
        chat = format!("{chat} {mailoo} {}", mailoo.replacen("http", "ws", 1));
    }
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: {gateway}; \
         frame-src 'self' https:; media-src 'self' https:; \
         {connect} {gateway} {gateway_socket}{chat}; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached() -> Reached {
        Reached {
            relay: "http://127.0.0.1:7471".to_owned(),
            gateway: "http://127.0.0.1:7472".to_owned(),
            mailoo: "http://127.0.0.1:7473".to_owned(),
            chat_socket: Some("wss://api.mailoo.example".to_owned()),
        }
    }

    #[test]
    fn the_strict_page_states_exactly_what_is_needed() {
        assert_eq!(
            content_security("strict-csp.html", &reached()),
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             connect-src 'self' http://127.0.0.1:7471 ws://127.0.0.1:7471; require-trusted-types-for 'script'"
        );
    }

    #[test]
    fn only_operators_call_the_api_behind_the_site() {
        let calls = |page| content_security(page, &reached()).contains("http://127.0.0.1:7473");
        assert!(calls("operator.html") && !calls("index.html"));
    }

    #[test]
    fn no_page_allows_inline_code() {
        for page in ["index.html", "operator.html", "guide/index.html"] {
            let policy = content_security(page, &reached());
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
                "{page}"
            );
            assert!(
                policy.contains(
                    "connect-src 'self' http://127.0.0.1:7471 ws://127.0.0.1:7471 http://127.0.0.1:7472 \
                     ws://127.0.0.1:7472 wss://api.mailoo.example"
                ),
                "{page}"
            );
        }
    }
}
