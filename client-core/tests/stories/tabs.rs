//! Several tabs of one visitor: one leads, the others follow, and whatever becomes of the leader, each message arrives once.

use visavis_client_core::event::SessionChange;
use visavis_client_core::io::StoredText;
use visavis_client_core::{Attention, Command, ConnectionState, Environment, Error, Event, Input, Typing};

use crate::harness::{MINUTE, Story, bloonio, ms, secs};
use crate::relay::{ack, bot, later};

mod browser;
mod days;

/// A tab that found nothing in the store and does not lead, with a chance of its own.
fn follower() -> Story {
    let mut story = Story::seeded(8, bloonio());
    story.give(Input::LeadLost);
    story.handed.clear();
    story
}

fn mirrored(leader: &Story) -> Input {
    Input::Mirrored {
        stored: leader.kept.clone().map(StoredText),
    }
}

fn overheard_live() -> Input {
    let status = Story::live().client.connection();
    Input::Overheard(Box::new(Event::Connection(status)))
}

#[test]
fn a_follower_makes_no_call_and_no_socket_whatever_is_asked_of_it() {
    let mut story = follower();
    story.start();
    story.send("hello");
    story.command(Command::Typing(Typing::Start));
    for change in [
        Environment::Hidden,
        Environment::Offline,
        Environment::Online,
        Environment::PageHidden,
        Environment::PageShown,
        Environment::Visible,
    ] {
        story.environment(change);
    }
    story.advance(MINUTE);
    assert!(story.calls.is_empty() && story.dials.is_empty() && story.writes.is_empty());
    let names: Vec<&str> = story.handed.iter().map(|(_, command)| command.name()).collect();
    assert_eq!(names, ["start", "send", "typing", "attend"]);
}

#[test]
fn a_follower_shows_what_the_leader_keeps_and_how_its_connection_is() {
    let mut leader = Story::live();
    let id = leader.send("hello");
    leader.frame(&ack(id, "m1"));
    leader.frame(&bot("m2", "Good morning", 1_782_036_000));
    let mut story = follower();
    assert_eq!(story.client.connection().state, ConnectionState::Idle);
    story.give(mirrored(&leader));
    story.give(overheard_live());
    assert_eq!(story.texts(), ["hello", "Good morning"]);
    assert_eq!(story.client.unread(), 1);
    assert_eq!(story.client.session_id(), Some("vs_1"));
    assert_eq!(story.client.connection().state, ConnectionState::Live);
    leader.command(Command::Attend(Attention::Watching));
    story.give(mirrored(&leader));
    assert_eq!((story.client.unread(), story.texts().len()), (0, 2));
}

#[test]
fn what_came_late_from_the_leader_does_not_take_anything_back() {
    let mut leader = Story::live();
    leader.frame(&bot("m1", "one", 1_782_036_000));
    let early = mirrored(&leader);
    leader.advance(secs(1));
    leader.frame(&bot("m2", "two", 1_782_036_001));
    let mut story = follower();
    story.give(mirrored(&leader));
    story.give(early);
    assert_eq!(story.texts(), ["one", "two"]);
    // Somebody sets the clock of the leader's machine back: what it writes then is the newest all the same.
    leader.set_wall(-3_600_000);
    leader.frame(&bot("m3", "three", 1_782_036_002));
    story.give(mirrored(&leader));
    assert_eq!(story.texts(), ["one", "two", "three"]);
}

#[test]
fn what_is_older_than_the_store_stays_in_a_follower() {
    let mut leader = Story::live();
    let mut story = follower();
    for number in 0..260 {
        leader.frame(&bot(
            &format!("m{number}"),
            &format!("line {number}"),
            1_782_036_000 + number,
        ));
        story.give(mirrored(&leader));
    }
    assert_eq!(story.texts(), leader.texts());
}

#[test]
fn a_message_of_a_follower_is_refused_there_as_anywhere() {
    let mut story = follower();
    assert!(matches!(story.try_send("  "), Err(Error::Refused { .. })));
    assert!(story.handed.is_empty());
    story.send("hello");
    assert_eq!(story.handed.len(), 1);
}

#[test]
fn a_message_that_is_handed_over_twice_is_sent_once() {
    let mut story = follower();
    let id = story.send("hello");
    let (_, command) = story.handed.pop_front().unwrap();
    let mut leader = Story::live();
    leader.give(Input::Handed(command.clone()));
    leader.give(Input::Handed(command.clone()));
    assert_eq!(leader.sent_texts(), ["hello"]);
    leader.frame(&ack(id, "m1"));
    leader.give(Input::Handed(command));
    assert_eq!(leader.sent_texts(), ["hello"]);
    assert_eq!(leader.texts(), ["hello"]);
}

#[test]
fn a_leader_that_does_not_answer_loses_the_lead() {
    let mut story = follower();
    story.advance(ms(1_400));
    assert!(story.takeovers.is_empty(), "it may be busy");
    story.advance(ms(200));
    assert_eq!(story.takeovers.len(), 1, "nobody has answered the first question");
    story.give(Input::LeadGained);
    story.advance(MINUTE);
    assert_eq!(story.takeovers.len(), 1);
}

#[test]
fn a_tab_that_can_be_seen_asks_every_twenty_seconds_and_a_hidden_one_does_not() {
    let mut story = Story::new(bloonio());
    story.give(Input::LeadLost);
    let answer_all = |story: &mut Story| {
        let asked: Vec<u64> = story.handed.drain(..).map(|(number, _)| number).collect();
        for number in &asked {
            story.give(Input::Taken { number: *number });
        }
        asked.len()
    };
    assert_eq!(answer_all(&mut story), 1);
    for _ in 0..5 {
        story.advance(secs(20));
        assert_eq!(answer_all(&mut story), 1);
    }
    story.environment(Environment::Hidden);
    story.advance(10 * MINUTE);
    assert_eq!(answer_all(&mut story), 0);
    story.environment(Environment::Visible);
    assert_eq!(
        answer_all(&mut story),
        1,
        "whoever comes back must not look at a frozen leader's picture"
    );
    assert!(story.takeovers.is_empty());
}

#[test]
fn who_gains_the_lead_goes_on_where_the_other_was() {
    let mut leader = Story::live();
    let first = leader.send("on its way");
    let mut story = follower();
    story.give(mirrored(&leader));
    story.give(overheard_live());
    let second = story.send("not handed over yet");
    story.give(Input::LeadGained);
    story.go_live();
    assert_eq!(story.sent_texts(), ["on its way"], "in order, one at a time");
    story.frame(&ack(first, "m1"));
    story.frame(&ack(second, "m2"));
    assert_eq!(story.sent_texts(), ["on its way", "not handed over yet"]);
    let resumed = |event: &Event| {
        matches!(
            event,
            Event::Session {
                change: SessionChange::Resumed,
                ..
            }
        )
        .then_some(())
    };
    assert_eq!(story.heard(resumed).len(), 1);
}

#[test]
fn the_lead_alone_connects_nobody_who_did_not_want_it() {
    let mut story = follower();
    story.give(Input::LeadGained);
    story.advance(MINUTE);
    assert!(story.calls.is_empty() && story.dials.is_empty() && story.writes.is_empty());
    let mut asked = follower();
    asked.start();
    asked.give(Input::LeadGained);
    asked.go_live();
}

#[test]
fn who_loses_the_lead_lets_go_of_everything_and_hands_over_what_waits() {
    let mut story = Story::live();
    story.keeping = crate::harness::Keeping::Elsewhere;
    story.send("written while another tab took the lead");
    assert!(story.sent_texts().is_empty(), "what was not stored is not sent");
    assert_eq!(story.closes.len(), 1);
    let (_, command) = story.handed.pop_front().unwrap();
    let mut leader = Story::live();
    leader.give(Input::Handed(command));
    assert_eq!(leader.sent_texts(), ["written while another tab took the lead"]);
    assert!(story.client.poll_timeout().is_some(), "it watches whether it is heard");
}

#[test]
fn a_follower_whose_visitor_looks_makes_messages_read() {
    let mut leader = Story::live();
    let mut story = follower();
    story.command(Command::Attend(Attention::Watching));
    story.handed.clear();
    leader.frame(&bot("m1", "hello", 1_782_036_000));
    assert_eq!(leader.client.unread(), 1);
    story.give(mirrored(&leader));
    assert_eq!(story.client.unread(), 0);
    let (_, command) = story.handed.pop_front().unwrap();
    leader.give(Input::Handed(command));
    assert_eq!(leader.client.unread(), 0);
    leader.frame(&bot("m2", "again", 1_782_036_001));
    assert_eq!(leader.client.unread(), 1, "that tab may be gone: it is asked each time");
}

#[test]
fn another_leader_is_told_again_what_the_last_one_did_not_answer() {
    let mut story = follower();
    story.send("hello");
    let first: Vec<u64> = story.handed.drain(..).map(|(number, _)| number).collect();
    story.give(Input::Led);
    let second: Vec<u64> = story.handed.drain(..).map(|(number, _)| number).collect();
    assert!(second.ends_with(&first));
    for number in second {
        story.give(Input::Taken { number });
    }
    story.give(Input::Led);
    assert!(story.handed.is_empty());
}

#[test]
fn a_typing_sign_does_not_outlive_the_leader_that_told_it() {
    let mut story = follower();
    let author = visavis_client_core::Author::Bot { name: None };
    story.give(Input::Overheard(Box::new(Event::Typing { author, on: true })));
    assert!(story.client.typing().is_some());
    story.give(Input::Led);
    assert!(story.client.typing().is_none());
}

#[test]
fn a_page_that_comes_back_goes_on_and_waits_as_long_as_the_server_asked() {
    let mut story = Story::new(bloonio());
    story.start();
    story.answer(later(429, "30"));
    story.give(Input::LeadLost);
    story.advance(secs(1));
    story.give(Input::LeadGained);
    let asked = story
        .until(MINUTE, |story| story.open_call().is_some())
        .expect("it was wanted before");
    assert!(asked >= secs(28), "asked again after {asked:?}");
}
