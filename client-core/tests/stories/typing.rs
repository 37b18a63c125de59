//! The visitor's typing signal.

use std::time::Duration;

use visavis_client_core::{Command, Typing};

use crate::harness::{MINUTE, Story, bloonio, ms, secs};
use crate::relay::welcome;

fn press(story: &mut Story) {
    story.command(Command::Typing(Typing::Start));
}

fn leave(story: &mut Story) {
    story.command(Command::Typing(Typing::Stop));
}

/// What was signalled, and how long after `begun`.
fn signals(story: &Story, begun: Duration) -> Vec<(Duration, String)> {
    let frames = story.sent("typing").into_iter();
    frames
        .map(|frame| (frame.at - begun, frame.what["state"].as_str().unwrap().to_owned()))
        .collect()
}

fn start(at: u64) -> (Duration, String) {
    (secs(at), "start".to_owned())
}

fn stop(at: u64) -> (Duration, String) {
    (secs(at), "stop".to_owned())
}

#[test]
fn one_key_is_signalled_at_once_and_ends_after_five_seconds() {
    let mut story = Story::live();
    let begun = story.clock();
    press(&mut story);
    assert_eq!(signals(&story, begun), [start(0)]);
    story.advance(MINUTE);
    let all = signals(&story, begun);
    assert_eq!(all.first(), Some(&start(0)));
    assert_eq!(all.last(), Some(&stop(5)));
}

#[test]
fn it_is_repeated_each_four_seconds_while_keys_are_pressed() {
    let mut story = Story::live();
    let begun = story.clock();
    for _ in 0..100 {
        press(&mut story);
        story.advance(ms(200));
    }
    let expected: Vec<_> = (0..=5).map(|number| start(number * 4)).collect();
    assert_eq!(signals(&story, begun), expected);
    story.advance(MINUTE);
    let last = signals(&story, begun).pop().unwrap();
    assert_eq!(last, (ms(19_800 + 5_000), "stop".to_owned()));
}

#[test]
fn it_ends_when_the_composer_is_left() {
    let mut story = Story::live();
    let begun = story.clock();
    press(&mut story);
    story.advance(secs(1));
    leave(&mut story);
    leave(&mut story);
    story.advance(MINUTE);
    assert_eq!(signals(&story, begun), [start(0), stop(1)]);
}

#[test]
fn it_ends_with_the_message() {
    let mut story = Story::live();
    press(&mut story);
    story.send("done");
    let kinds: Vec<_> = story
        .frames
        .iter()
        .map(|frame| frame.what.1["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["typing", "typing", "msg"], "the stop goes first");
    assert_eq!(story.sent("typing")[1].what["state"], "stop");
    story.forget();
    story.advance(secs(9));
    assert!(story.sent("typing").is_empty());
}

#[test]
fn starts_are_three_seconds_apart() {
    let mut story = Story::live();
    for _ in 0..300 {
        press(&mut story);
        story.advance(ms(50));
        leave(&mut story);
        story.advance(ms(50));
    }
    let starts: Vec<Duration> = story
        .sent("typing")
        .iter()
        .filter(|frame| frame.what["state"] == "start")
        .map(|frame| frame.at)
        .collect();
    assert!(starts.len() >= 5, "{}", starts.len());
    for (one, next) in starts.iter().zip(starts.iter().skip(1)) {
        assert!(*next - *one >= secs(3), "{:?}", *next - *one);
    }
}

#[test]
fn one_that_comes_too_early_is_signalled_late() {
    let mut story = Story::live();
    let begun = story.clock();
    press(&mut story);
    leave(&mut story);
    story.advance(secs(1));
    press(&mut story);
    story.advance(secs(1));
    press(&mut story);
    story.advance(secs(1));
    assert_eq!(signals(&story, begun), [start(0), stop(0), start(3)]);
}

#[test]
fn nothing_is_signalled_when_nobody_listens() {
    let mut story = Story::new(bloonio());
    press(&mut story);
    assert!(story.is_quiet(), "typing alone does not connect");
    story.start();
    press(&mut story);
    story.go_live();
    story.advance(MINUTE);
    assert!(story.sent("typing").is_empty(), "and is not kept for later");

    let mut story = Story::live();
    press(&mut story);
    story.close(1006);
    story.forget();
    press(&mut story);
    leave(&mut story);
    story.advance(ms(200));
    press(&mut story);
    story.reconnect(&welcome());
    story.advance(secs(4));
    assert!(story.sent("typing").is_empty(), "dropped when not live");
    press(&mut story);
    assert_eq!(story.sent("typing").len(), 1);
}
