//! Socket.IO as a client sees it: the published vectors, a line's life, long-polling, and any bytes at all.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod line;
mod polling;
mod properties;
mod vectors;

use visavis_client_core::socketio::{Line, LineEvent};
use visavis_client_core::time::{Instant, Now, UnixMillis};

/// As the published suites set their server.
const OPEN: &str = r#"0{"sid":"e1","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#;

/// Both clocks, in step.
fn at(millis: u64) -> Now {
    Now {
        mono: Instant::from_millis(1_000 + millis),
        wall: UnixMillis(1_782_036_062_000 + i64::try_from(millis).unwrap()),
    }
}

fn transmits(line: &mut Line) -> Vec<String> {
    std::iter::from_fn(|| line.poll_transmit()).collect()
}

fn events(line: &mut Line) -> Vec<LineEvent> {
    std::iter::from_fn(|| line.poll_event()).collect()
}

/// A line that has joined its namespace at the start of the clock, with nothing left to fetch.
fn joined(namespace: &str) -> Line {
    let mut line = Line::new(namespace, "", None);
    line.receive_text(OPEN, at(0));
    let prefix = if namespace == "/" {
        String::new()
    } else {
        format!("{namespace},")
    };
    line.receive_text(&format!(r#"40{prefix}{{"sid":"c1"}}"#), at(0));
    assert!(line.is_connected());
    transmits(&mut line);
    events(&mut line);
    line
}
