//! What the crate promises beyond behaviour: auto traits, sizes, secrets kept, dependencies in their place.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use visavis_client_core::http::{HttpRequest, HttpResponse};
use visavis_client_core::low::{VisitorSession, WsClient};
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{Client, Command, Config, Error, Event, Input, Output, Secret};

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjAsImV4cCI6MzYwMH0.c2VjcmV0LXNpZ25hdHVyZQ";

fn now(millis: u64) -> Now {
    Now {
        mono: Instant::from_millis(millis),
        wall: UnixMillis(1_782_036_062_000),
    }
}

#[test]
fn values_can_be_moved_and_shared_between_threads() {
    fn is<T: Send + Sync + Unpin + 'static>() {}
    is::<Client>();
    is::<Config>();
    is::<Input>();
    is::<Output>();
    is::<Event>();
    is::<Error>();
    is::<WsClient>();
}

#[test]
fn values_stay_small() {
    let sizes = [
        ("Input", size_of::<Input>()),
        ("Output", size_of::<Output>()),
        ("Event", size_of::<Event>()),
        ("Client", size_of::<Client>()),
    ];
    for ((name, size), most) in sizes.into_iter().zip([160, 320, 320, 3_072]) {
        assert!(size <= most, "{name} has {size} bytes, {most} were planned");
    }
}

/// Everything that can be printed of a client with a token, on its way to live and while storing.
#[test]
fn debug_output_never_shows_a_token() {
    let mut client = Client::new(Config::bloonio("https://relay.example", "t", "pk_1"), 1, now(0)).unwrap();
    let mut printed = String::new();
    let mut inputs = vec![
        Input::Command(Command::Start),
        Input::Command(Command::Send {
            text: "hello".to_owned(),
        }),
    ];
    let mut steps = 0;
    while let Some(input) = inputs.pop() {
        printed.push_str(&format!("{input:?}\n"));
        let outputs: Vec<Output> = client.handle(input, now(steps)).collect();
        steps += 1;
        for output in outputs {
            printed.push_str(&format!("{output:?}\n"));
            match output {
                Output::Http { request, .. } => {
                    let body = format!(r#"{{"data":{{"session_id":"vs_1","visitor_token":"{TOKEN}"}}}}"#);
                    let answer = HttpResponse {
                        status: 201,
                        body,
                        ..HttpResponse::default()
                    };
                    inputs.push(Input::HttpFinished {
                        request,
                        result: Ok(answer),
                    });
                }
                Output::OpenSocket { generation, url } => {
                    assert!(url.expose().contains(TOKEN), "the token does go on the wire");
                    inputs.push(Input::SocketFrame {
                        generation,
                        text: r#"{"type":"welcome"}"#.to_owned(),
                    });
                    inputs.push(Input::SocketOpened { generation });
                }
                Output::Store { write, snapshot } => {
                    assert!(snapshot.0.contains("\"outbox\""));
                    inputs.push(Input::Stored { write, result: Ok(()) });
                }
                _ => {}
            }
        }
    }
    printed.push_str(&format!("{client:?}"));
    assert!(
        printed.contains("OpenSocket"),
        "the run got as far as the socket:\n{printed}"
    );
    let signature = TOKEN.rsplit('.').next().unwrap();
    assert!(!printed.contains(signature), "a token was printed");
    let session = VisitorSession {
        session_id: None,
        visitor_token: Secret::new(TOKEN),
        lifetime: std::time::Duration::from_secs(1),
        widget_config: None,
        data: serde_json::Map::new(),
    };
    assert!(
        !format!(
            "{session:?} {:?}",
            HttpRequest {
                bearer: Some(Secret::new(TOKEN)),
                ..request()
            }
        )
        .contains(signature)
    );
}

fn request() -> HttpRequest {
    let client = visavis_client_core::low::ChatClient::new("https://relay.example").unwrap();
    client.refresh_visitor_token(&Secret::new("a.b.c")).request
}

/// `backoff` is the vocabulary of one file; the rest of the crate must not come to depend on it.
#[test]
fn one_file_names_the_backoff_crate() {
    let mut naming = Vec::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path, text| {
        if text.contains("use backoff::") || text.contains("backoff::backoff") {
            naming.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    });
    assert_eq!(naming, ["backoff.rs"]);
}

/// A page must have no option that takes Mailoo's key, so the widget is never built with what speaks with one.
#[test]
fn no_widget_can_be_given_a_key() {
    let widget = Path::new(env!("CARGO_MANIFEST_DIR")).join("../widget-wasm");
    let manifest = std::fs::read_to_string(widget.join("Cargo.toml")).unwrap();
    let core = manifest
        .lines()
        .find(|line| line.starts_with("visavis-client-core"))
        .unwrap();
    assert!(core.contains("default-features = false"), "{core}");
    assert!(!manifest.contains("mailoo-direct"), "{manifest}");
    visit(&widget.join("src"), &mut |path, text| {
        assert!(!text.to_lowercase().contains("mailoo_direct"), "{}", path.display());
        assert!(
            !text.contains("apiKey") && !text.contains("apiUrl"),
            "{}",
            path.display()
        );
    });
}

/// No clock, no chance, no platform, no `async`: what makes a run a pure function of its inputs.
#[test]
fn the_core_touches_no_platform() {
    let forbidden = [
        "SystemTime::now",
        "Instant::now",
        "rand::",
        "cfg(target",
        "async fn",
        "std::net",
        "std::fs",
        "std::thread",
        "js_sys",
        "web_sys",
    ];
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path, text| {
        for word in forbidden {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    });
}

fn visit(folder: &Path, look: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, look);
        } else {
            look(&path, &std::fs::read_to_string(&path).unwrap());
        }
    }
}
