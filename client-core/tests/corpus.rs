//! Replays the committed fuzz corpus, and what fuzzing once broke, on every test run.

#[path = "../fuzz/src/bodies.rs"]
mod bodies;
#[path = "../fuzz/src/gateway.rs"]
mod gateway;
#[path = "../fuzz/src/mailoo.rs"]
mod mailoo;

use std::path::Path;

fn replay(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut replayed = 0;
    for file in std::fs::read_dir(&folder).expect("the corpus is committed") {
        let path = file.expect("a readable folder").path();
        body(&std::fs::read(&path).expect("a readable file"));
        replayed += 1;
    }
    assert!(replayed > 0, "{} is empty", folder.display());
}

#[test]
fn bloonio_frames() {
    replay("bloonio_frame", bodies::bloonio_frame);
}

#[test]
fn rest_answers() {
    replay("rest_answer", bodies::rest_answer);
}

#[test]
fn snapshots() {
    replay("snapshot", bodies::snapshot);
}

#[test]
fn operations() {
    replay("operations", bodies::operations);
}

#[test]
fn socketio_packets() {
    replay("socketio_packet", bodies::socketio_packet);
}

#[test]
fn conversations_with_the_gateway() {
    replay("gateway_conversation", gateway::gateway_conversation);
}

#[test]
fn conversations_through_mailoo() {
    replay("mailoo", mailoo::conversation);
}
