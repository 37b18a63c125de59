//! A line's life: heartbeat by the clock, held events, recovery, acks, attachments in step.

use std::time::Duration;

use visavis_client_core::Secret;
use visavis_client_core::socketio::{Fault, Line, LineEvent, MOST_HELD, Malformed, Recovery, Unsent};
use visavis_client_core::time::{Now, UnixMillis};

use crate::{OPEN, at, events, joined, transmits};

fn names(line: &mut Line) -> Vec<String> {
    events(line)
        .into_iter()
        .map(|event| match event {
            LineEvent::Opened(_) => "opened".to_owned(),
            LineEvent::Connected { recovered, .. } => if recovered { "recovered" } else { "connected" }.to_owned(),
            LineEvent::Event(event) => event.name,
            other => format!("{other:?}"),
        })
        .collect()
}

fn broken(line: &mut Line) -> Fault {
    match events(line).as_slice() {
        [LineEvent::Broken(fault)] => *fault,
        other => panic!("{other:?}"),
    }
}

// --- heartbeat ----------------------------------------------------------------------------------------------------------------

#[test]
fn a_line_that_is_not_open_has_no_deadline() {
    let line = Line::new("/", "", None);
    assert_eq!(line.deadline(), None);
    assert!(!line.is_expired(at(1_000_000)));
}

#[test]
fn the_deadline_counts_from_the_opening_and_from_every_ping() {
    let mut line = Line::new("/", "", None);
    line.receive_text(OPEN, at(0));
    assert_eq!(line.deadline(), Some(at(500).mono));
    line.receive_text(r#"40{"sid":"c1"}"#, at(100));
    line.receive_text(r#"42["busy"]"#, at(400));
    assert_eq!(line.deadline(), Some(at(500).mono), "only a ping is a sign of life");
    line.receive_text("2", at(450));
    assert_eq!(line.deadline(), Some(at(950).mono));
    assert!(!line.is_expired(at(949)) && line.is_expired(at(950)));
}

#[test]
fn nothing_is_sent_on_a_line_that_expired_unnoticed() {
    let mut line = joined("/");
    assert!(line.emit("message", "1", at(499)).is_ok());
    assert_eq!(line.emit("message", "1", at(500)), Err(Unsent::Expired));
    assert_eq!(line.emit_with_ack("message", "1", at(500)), Err(Unsent::Expired));
    assert_eq!(line.awaited(), [] as [u64; 0]);
}

#[test]
fn a_sleep_that_only_the_wall_clock_saw_expires_the_line() {
    let line = joined("/");
    let asleep = Now {
        mono: at(10).mono,
        wall: UnixMillis(at(0).wall.0 + 3_600_000),
    };
    assert!(line.is_expired(asleep));
    let set_back = Now {
        mono: at(10).mono,
        wall: UnixMillis(0),
    };
    assert!(!line.is_expired(set_back));
}

#[test]
fn a_ping_that_comes_late_after_all_keeps_the_line() {
    let mut line = joined("/");
    line.receive_text("2", at(700));
    assert_eq!(transmits(&mut line), ["3"]);
    assert!(line.emit("message", "1", at(701)).is_ok());
}

#[test]
fn the_servers_own_times_are_used() {
    let mut line = Line::new("/", "", None);
    line.receive_text(r#"0{"sid":"e1","pingInterval":25000,"pingTimeout":20000}"#, at(0));
    assert_eq!(line.deadline(), Some(at(0).mono + Duration::from_secs(45)));
}

// --- joining ------------------------------------------------------------------------------------------------------------------

#[test]
fn nothing_may_come_before_the_handshake() {
    for early in ["2", r#"42["x"]"#, r#"40{"sid":"c1"}"#, "6"] {
        let mut line = Line::new("/", "", None);
        line.receive_text(early, at(0));
        assert_eq!(broken(&mut line), Fault::Malformed(Malformed::Handshake), "{early}");
    }
    let mut line = Line::new("/", "", None);
    line.receive_binary(&[1], at(0));
    assert_eq!(broken(&mut line), Fault::Malformed(Malformed::OutOfStep));
}

#[test]
fn nothing_is_sent_before_the_namespace_is_joined() {
    let mut line = Line::new("/", "", None);
    assert_eq!(line.emit("message", "", at(0)), Err(Unsent::NotConnected));
    line.receive_text(OPEN, at(0));
    assert_eq!(line.emit_with_ack("message", "", at(0)), Err(Unsent::NotConnected));
    line.receive_text(r#"40{"sid":"c1"}"#, at(0));
    assert!(line.emit("message", "", at(0)).is_ok());
    assert_eq!(line.emit("disconnect", "", at(0)), Err(Unsent::ReservedName));
}

#[test]
fn events_before_the_answer_to_connect_come_right_after_it_in_order() {
    let mut line = Line::new("/chat", "", None);
    line.receive_text(OPEN, at(0));
    line.receive_text(r#"42/chat,["first"]"#, at(1));
    line.receive_text(r#"451-/chat,["second",{"_placeholder":true,"num":0}]"#, at(1));
    line.receive_binary(&[7], at(1));
    assert_eq!(names(&mut line), ["opened"]);
    line.receive_text(r#"40/chat,{"sid":"c1"}"#, at(2));
    line.receive_text(r#"42/chat,["third"]"#, at(2));
    assert_eq!(names(&mut line), ["connected", "first", "second", "third"]);
}

#[test]
fn a_flood_before_the_answer_to_connect_breaks_the_line() {
    let mut line = Line::new("/", "", None);
    line.receive_text(OPEN, at(0));
    events(&mut line);
    for _ in 0..MOST_HELD {
        line.receive_text(r#"42["x"]"#, at(1));
    }
    assert_eq!(events(&mut line), []);
    line.receive_text(r#"42["x"]"#, at(1));
    assert_eq!(broken(&mut line), Fault::Flooded);
}

#[test]
fn an_answer_to_connect_without_an_id_is_none() {
    let mut line = Line::new("/", "", None);
    line.receive_text(OPEN, at(0));
    events(&mut line);
    line.receive_text("40", at(1));
    assert_eq!(broken(&mut line), Fault::Malformed(Malformed::Payload));
}

#[test]
fn packets_of_other_namespaces_are_ignored() {
    let mut line = joined("/chat");
    for foreign in [
        r#"42["x"]"#,
        r#"42/other,["x"]"#,
        "41",
        "41/other,",
        r#"44/other,{"message":"no"}"#,
        r#"40{"sid":"z"}"#,
    ] {
        line.receive_text(foreign, at(1));
    }
    line.receive_text(r#"451-/other,["x",{"_placeholder":true,"num":0}]"#, at(1));
    line.receive_binary(&[1], at(1));
    line.receive_text(r#"42/chat,["mine"]"#, at(1));
    assert_eq!(names(&mut line), ["mine"]);
}

#[test]
fn the_servers_disconnect_is_the_end() {
    let mut line = joined("/chat");
    line.receive_text("41/chat,", at(1));
    assert_eq!(events(&mut line), [LineEvent::Disconnected]);
    assert_eq!(line.emit("x", "", at(1)), Err(Unsent::NotConnected));
    assert_eq!(line.deadline(), None);
}

#[test]
fn packets_that_mean_nothing_to_a_joined_line_are_ignored() {
    let mut line = joined("/");
    for text in ["3", "3probe", "5", "6", r#"40{"sid":"again"}"#] {
        line.receive_text(text, at(1));
    }
    assert_eq!(events(&mut line), []);
    assert!(line.is_connected());
}

// --- acks ---------------------------------------------------------------------------------------------------------------------

#[test]
fn ids_count_from_zero_and_what_is_unanswered_is_known() {
    let mut line = joined("/chat");
    let frames: Vec<_> = (0..3).map(|_| line.emit_with_ack("m", "{}", at(1)).unwrap()).collect();
    assert_eq!(frames[2], (2, r#"42/chat,2["m",{}]"#.to_owned()));
    line.receive_text("43/chat,1[]", at(2));
    assert_eq!(events(&mut line).len(), 1);
    line.receive_text("43/chat,1[]", at(2));
    line.receive_text("43/chat,77[]", at(2));
    assert_eq!(events(&mut line), [], "unknown ids are ignored");
    line.forget(0);
    line.receive_text("43/chat,0[]", at(2));
    assert_eq!(events(&mut line), []);
    line.receive_text("1", at(3));
    assert_eq!(line.awaited(), [2]);
}

#[test]
fn an_event_that_wants_an_answer_gets_one() {
    let mut line = joined("/chat");
    line.receive_text(r#"42/chat,12["question",1]"#, at(1));
    let told = events(&mut line);
    let [LineEvent::Event(event)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(event.wants_ack, Some(12));
    line.acknowledge(12, "");
    line.acknowledge(13, r#"1,"two""#);
    assert_eq!(transmits(&mut line), ["43/chat,12[]", r#"43/chat,13[1,"two"]"#]);
    line.receive_text("1", at(2));
    line.acknowledge(14, "");
    assert_eq!(transmits(&mut line), [] as [&str; 0]);
}

// --- attachments --------------------------------------------------------------------------------------------------------------

#[test]
fn attachments_out_of_step_break_the_line() {
    let due = r#"451-["e",{"_placeholder":true,"num":0}]"#;
    let mut line = joined("/");
    line.receive_text(due, at(1));
    line.receive_text(r#"42["x"]"#, at(1));
    assert_eq!(broken(&mut line), Fault::Malformed(Malformed::OutOfStep));
    let mut line = joined("/");
    line.receive_binary(&[1], at(1));
    assert_eq!(broken(&mut line), Fault::Malformed(Malformed::OutOfStep));
    let mut line = joined("/");
    line.receive_text(r#"451-["e",[{"a":{"_placeholder":true,"num":1}}]]"#, at(1));
    line.receive_binary(&[1], at(1));
    assert_eq!(broken(&mut line), Fault::Malformed(Malformed::Placeholder));
}

#[test]
fn a_ping_between_attachments_is_answered() {
    let mut line = joined("/");
    line.receive_text(r#"451-["e",{"_placeholder":true,"num":0}]"#, at(1));
    line.receive_text("2", at(2));
    line.receive_binary(&[1], at(3));
    assert_eq!(transmits(&mut line), ["3"]);
    assert_eq!(names(&mut line), ["e"]);
}

// --- recovery -----------------------------------------------------------------------------------------------------------------

fn joined_with_pid() -> Line {
    let mut line = Line::new("/chat", r#"{"token":"t"}"#, None);
    line.receive_text(OPEN, at(0));
    line.receive_text(r#"40/chat,{"sid":"c1","pid":"p1"}"#, at(0));
    line
}

fn recovery(pid: &str, offset: &str) -> Recovery {
    Recovery {
        pid: Secret::new(pid),
        offset: offset.to_owned(),
    }
}

#[test]
fn the_last_text_of_an_event_without_an_ack_id_is_the_position() {
    let mut line = joined_with_pid();
    assert_eq!(line.recovery(), None, "without a position nothing is restored");
    line.receive_text(r#"42/chat,["a",{},"o1"]"#, at(1));
    assert_eq!(line.recovery(), Some(recovery("p1", "o1")));
    line.receive_text(r#"42/chat,["b",{}]"#, at(1));
    line.receive_text(r#"42/chat,3["c","not one"]"#, at(1));
    line.receive_text(r#"42/chat,["bare"]"#, at(1));
    line.receive_text(r#"42/other,["d","not one"]"#, at(1));
    assert_eq!(line.recovery(), Some(recovery("p1", "o1")));
    line.receive_text(r#"42/chat,["e","o2"]"#, at(1));
    line.receive_text("1", at(2));
    assert_eq!(line.recovery(), Some(recovery("p1", "o2")), "it outlives the line");
}

#[test]
fn without_a_pid_nothing_is_remembered() {
    let mut line = joined("/");
    line.receive_text(r#"42["a","o1"]"#, at(1));
    assert_eq!(line.recovery(), None);
}

#[test]
fn a_state_is_recovered_when_the_pid_is_ours() {
    for (auth, connect) in [
        (r#"{"token":"t"}"#, r#"40/chat,{"pid":"p1","offset":"o1","token":"t"}"#),
        ("{ }", r#"40/chat,{"pid":"p1","offset":"o1"}"#),
        ("", r#"40/chat,{"pid":"p1","offset":"o1"}"#),
    ] {
        let mut line = Line::new("/chat", auth, Some(recovery("p1", "o1")));
        line.receive_text(OPEN, at(0));
        assert_eq!(transmits(&mut line), [connect]);
        line.receive_text(r#"42/chat,["missed",1,"o2"]"#, at(1));
        line.receive_text(r#"40/chat,{"sid":"c1","pid":"p1"}"#, at(1));
        assert_eq!(names(&mut line), ["opened", "recovered", "missed"]);
        assert_eq!(line.recovery(), Some(recovery("p1", "o2")));
    }
}

#[test]
fn a_new_pid_starts_clean() {
    let mut line = Line::new("/chat", "", Some(recovery("p1", "o1")));
    line.receive_text(OPEN, at(0));
    line.receive_text(r#"40/chat,{"sid":"c2","pid":"p2"}"#, at(1));
    assert_eq!(names(&mut line), ["opened", "connected"]);
    assert_eq!(line.recovery(), None);
    line.receive_text(r#"42/chat,["a","o9"]"#, at(1));
    assert_eq!(line.recovery(), Some(recovery("p2", "o9")));
}

#[test]
fn an_attempt_that_fails_before_the_answer_keeps_what_was_offered() {
    let mut line = Line::new("/chat", "", Some(recovery("p1", "o1")));
    line.receive_text(OPEN, at(0));
    line.receive_text("abc", at(1));
    assert_eq!(line.recovery(), Some(recovery("p1", "o1")));
}

#[test]
fn only_what_broke_unplanned_is_recovered() {
    for end in ["41/chat,", r#"44/chat,{"message":"no"}"#] {
        let mut line = joined_with_pid();
        line.receive_text(r#"42/chat,["a","o1"]"#, at(1));
        line.receive_text(end, at(2));
        assert_eq!(line.recovery(), None, "{end}");
    }
    let mut line = joined_with_pid();
    line.receive_text(r#"42/chat,["a","o1"]"#, at(1));
    line.leave();
    assert_eq!(line.recovery(), None);
}

#[test]
fn no_secret_is_printed() {
    let mut line = joined_with_pid();
    line.receive_text(r#"42/chat,["a","o1"]"#, at(1));
    let printed = format!("{line:?} {:?} {:?}", line.recovery(), events(&mut line));
    assert!(
        !printed.contains("p1") && !printed.contains("\"t\"") && !printed.contains("e1"),
        "{printed}"
    );
}
