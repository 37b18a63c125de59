//! The site's routes: pages, the widget's files and the configuration that pages read.

use std::{path::PathBuf, sync::Arc};

use axum::{
    Json, Router,
    extract::State,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode, Uri,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HOST,
            IF_NONE_MATCH, LOCATION, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    bff::{self, Bff},
    embed,
    file::{self, Coding, Found, SitePath},
    login,
    places::Places,
    policy::{self, Reached},
};

/// For names that change whenever the content does.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// For all others: keep it, but ask each time.
const ASK_FIRST: &str = "no-cache";

/// What the site serves.
pub(crate) struct Site {
    /// Looked through in this order.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) places: Places,
    /// The site's own chat back end.
    pub(crate) bff: Arc<Bff>,
}

/// The site as a service.
pub(crate) fn routes(site: Site) -> Router {
    let chat = bff::routes(Arc::clone(&site.bff)).merge(login::routes(site.bff.logins()));
    Router::new()
        .route("/config.json", get(config))
        .route("/guide", get(|| async { moved("/guide/") }))
        .fallback(get(page))
        .with_state(Arc::new(site))
        .merge(chat)
}

async fn config(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    let mut settings = site.places.config(text(&headers, HOST));
    if let (Some(mut mailoo), Some(settings)) = (site.bff.public(), settings.as_object_mut()) {
        mailoo["operator_url"] = site.places.mailoo_url(text(&headers, HOST)).into();
        settings.insert("mailoo".to_owned(), mailoo);
    }
    let body = Json(settings);
    ([(CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")], body).into_response()
}

fn moved(to: &'static str) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, to)]).into_response()
}

async fn page(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(path) = SitePath::parse(uri.path()) else {
        return missing();
    };
    let coding = match path.as_str() {
        embed::PAGE => Coding::Plain,
        _ => Coding::accepted(text(&headers, ACCEPT_ENCODING)),
    };
    match file::find(&site.folders, &path, coding).await {
        Ok(Some(found)) => answer(&site, &path, found, &headers),
        Ok(None) => missing(),
        Err(error) => {
            tracing::error!(%error, path = path.as_str(), "cannot read a file of the site");
            (StatusCode::INTERNAL_SERVER_ERROR, "The file cannot be read.\n").into_response()
        }
    }
}

fn missing() -> Response {
    (
        StatusCode::NOT_FOUND,
        [(CACHE_CONTROL, "no-store")],
        "There is nothing here.\n",
    )
        .into_response()
}

fn answer(site: &Site, path: &SitePath, found: Found, asked: &HeaderMap) -> Response {
    let host = text(asked, HOST);
    let found = if path.as_str() == embed::PAGE {
        filled(found, &site.places, host)
    } else {
        found
    };
    let etag = found.etag();
    let mut response = if text(asked, IF_NONE_MATCH).is_some_and(|known| matches(known, &etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        found.bytes.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(path.content_type()));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    let lasting = if path.is_content_hashed() { FOR_EVER } else { ASK_FIRST };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(lasting));
    if found.coding == Coding::Brotli {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    insert(headers, ETAG, &etag);
    if path.content_type().starts_with("text/html") {
        let reached = Reached {
            relay: site.places.relay_url(host),
            gateway: site.places.gateway_url(host),
            mailoo: site.places.mailoo_url(host),
            chat_socket: site.bff.socket_origin(),
        };
        let policy = policy::content_security(path.as_str(), &reached);
        insert(headers, CONTENT_SECURITY_POLICY, &policy);
        headers.insert(
            REFERRER_POLICY,
            HeaderValue::from_static("strict-origin-when-cross-origin"),
        );
    }
    response
}

/// The page with its placeholders filled; anything that is not text stays as it is.
fn filled(found: Found, places: &Places, host: Option<&str>) -> Found {
    let bytes = match String::from_utf8(found.bytes) {
        Ok(page) => embed::fill(&page, places, host).into_bytes(),
        Err(other) => other.into_bytes(),
    };
    Found { bytes, ..found }
}

/// Whether an `If-None-Match` header names `etag`.
fn matches(known: &str, etag: &str) -> bool {
    known
        .split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => drop(headers.insert(name, value)),
        Err(error) => tracing::error!(%error, %name, "not a header value"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;

    use axum::{body::Body, http::Request};
    use tempfile::TempDir;
    use tower::ServiceExt as _;

    use super::*;
    use crate::bff::Settings;

    struct Folders {
        pages: TempDir,
        widget: TempDir,
    }

    fn folders() -> Folders {
        let folders = Folders {
            pages: TempDir::new().unwrap(),
            widget: TempDir::new().unwrap(),
        };
        let put = |folder: &TempDir, name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folders.pages.path().join("guide")).unwrap();
        put(&folders.pages, "index.html", "shop");
        put(&folders.pages, "guide/index.html", "guide");
        put(&folders.pages, "strict-csp.html", "strict");
        put(
            &folders.pages,
            "script-tag.html",
            "<script data-base-url=\"{{base_url}}\">",
        );
        put(&folders.widget, "visavis.js", "loader");
        put(&folders.widget, "visavis.js.br", "packed loader");
        put(&folders.widget, "visavis-1f0c9a7e.wasm", "code");
        folders
    }

    async fn ask(folders: &Folders, path: &str, headers: &[(&str, &str)]) -> Response {
        let local = |port| ([127, 0, 0, 1], port).into();
        let places = Places {
            tenant_id: "t".into(),
            public_key: "pk".into(),
            ..Places::of_demo([1, 2, 3, 4].map(local))
        };
        let folders = vec![folders.pages.path().to_owned(), folders.widget.path().to_owned()];
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| {
            request.header(*name, *value)
        });
        let bff = Arc::new(Bff::new(Settings::default(), Arc::default()).unwrap());
        routes(Site { folders, places, bff })
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    async fn body(response: Response) -> String {
        String::from_utf8(
            axum::body::to_bytes(response.into_body(), 1 << 20)
                .await
                .unwrap()
                .to_vec(),
        )
        .unwrap()
    }

    #[tokio::test]
    async fn pages_come_with_type_policy_and_etag() {
        let folders = folders();
        let page = ask(&folders, "/", &[]).await;
        assert_eq!(header(&page, "content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(header(&page, "cache-control"), Some("no-cache"));
        assert!(
            header(&page, "content-security-policy")
                .unwrap()
                .contains("ws://127.0.0.1:2 http://127.0.0.1:3 ws://127.0.0.1:3;")
        );
        let etag = header(&page, "etag").unwrap().to_owned();
        assert_eq!(body(page).await, "shop");
        let again = ask(&folders, "/", &[("if-none-match", &etag)]).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(body(again).await, "");
        let guide = ask(&folders, "/guide/", &[("if-none-match", &etag)]).await;
        assert_eq!((guide.status(), body(guide).await.as_str()), (StatusCode::OK, "guide"));
        assert_eq!(header(&ask(&folders, "/guide", &[]).await, "location"), Some("/guide/"));
    }

    #[tokio::test]
    async fn the_strict_page_has_its_own_policy() {
        let page = ask(&folders(), "/strict-csp.html", &[]).await;
        let policy = header(&page, "content-security-policy").unwrap();
        assert!(policy.ends_with("; require-trusted-types-for 'script'"), "{policy}");
    }

    #[tokio::test]
    async fn packed_twins_go_to_those_who_take_them() {
        let folders = folders();
        let packed = ask(&folders, "/visavis.js", &[("accept-encoding", "gzip, br")]).await;
        assert_eq!(header(&packed, "content-encoding"), Some("br"));
        assert_eq!(header(&packed, "content-type"), Some("text/javascript; charset=utf-8"));
        let etag = header(&packed, "etag").unwrap().to_owned();
        assert_eq!(body(packed).await, "packed loader");
        let plain = ask(&folders, "/visavis.js", &[("if-none-match", &etag)]).await;
        assert_eq!(header(&plain, "content-encoding"), None);
        assert_eq!(header(&plain, "vary"), Some("accept-encoding"));
        assert_eq!(body(plain).await, "loader");
    }

    #[tokio::test]
    async fn hashed_names_are_kept_for_ever() {
        let code = ask(&folders(), "/visavis-1f0c9a7e.wasm", &[("accept-encoding", "br")]).await;
        assert_eq!(header(&code, "content-type"), Some("application/wasm"));
        assert_eq!(header(&code, "cache-control"), Some(FOR_EVER));
        assert_eq!(header(&code, "content-encoding"), None);
    }

    #[tokio::test]
    async fn the_script_tag_is_complete() {
        let page = ask(&folders(), "/script-tag.html", &[("accept-encoding", "br")]).await;
        assert_eq!(body(page).await, "<script data-base-url=\"http://127.0.0.1:2\">");
    }

    #[tokio::test]
    async fn pages_read_their_configuration() {
        let answer = ask(&folders(), "/config.json", &[]).await;
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
        let config: serde_json::Value = serde_json::from_str(&body(answer).await).unwrap();
        assert_eq!(
            config,
            serde_json::json!({ "base_url": "http://127.0.0.1:2", "tenant_id": "t", "public_key": "pk",
                "appengine": { "base_url": "http://127.0.0.1:3", "org_id": "acme", "config_id": "66a0c0de" }, })
        );
    }

    #[tokio::test]
    async fn what_is_not_there_is_404() {
        let folders = folders();
        for path in [
            "/nothing.html",
            "/guide/x",
            "/..%2fsecret",
            "/index.html/x",
            "/visavis.js.map",
        ] {
            assert_eq!(ask(&folders, path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
