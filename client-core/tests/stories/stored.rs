//! What outlives a crash, wherever it comes.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use visavis_client_core::{Delivery, Event};

use crate::harness::{Keeping, MINUTE, Story, bloonio};
use crate::relay::{bot, welcome, welcome_with};

const T: u64 = 1_782_036_000;

/// The relay's side of one session: what it took, each client id once, and what it said.
#[derive(Clone, Default)]
struct Relay {
    transcript: Vec<Value>,
    seen: BTreeSet<String>,
    /// Frames of the present line that it has read.
    read: usize,
}

impl Relay {
    fn record(&mut self, mut message: Value) -> Value {
        let number = self.transcript.len() as u64;
        message["id"] = format!("m{number}").into();
        message["created_at"] = (T + number).into();
        self.transcript.push(message.clone());
        message
    }

    /// Reads what was sent and acknowledges it.
    fn serve(&mut self, story: &mut Story) {
        loop {
            let frames = story.sent("msg");
            let Some(frame) = frames.get(self.read).filter(|_| story.socket().is_some()) else {
                return;
            };
            self.read += 1;
            let (id, text) = (frame.what["client_msg_id"].clone(), frame.what["content"].clone());
            if self.seen.insert(id.to_string()) {
                self.record(json!({ "type": "msg", "role": "visitor", "client_msg_id": id, "content": text }));
            }
            let own = self
                .transcript
                .iter()
                .find(|message| message["client_msg_id"] == id)
                .unwrap();
            story.frame(&json!({ "type": "ack", "client_msg_id": id, "message_id": own["id"] }));
        }
    }

    fn say(&mut self, story: &mut Story, text: &str) {
        let message = self.record(bot("", text, T));
        if story.socket().is_some() {
            story.frame(&message);
        }
    }

    /// The texts that it took of the visitor, in order.
    fn taken(&self) -> Vec<String> {
        let own = self.transcript.iter().filter(|message| message["role"] == "visitor");
        own.map(|message| message["content"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// A conversation with a bit of everything: writing before there is a line, a cut, an answer while away.
fn converse(story: &mut Story, relay: &mut Relay) {
    story.send("v0");
    story.start();
    if story.is_dead() {
        return;
    }
    story.go_live();
    relay.serve(story);
    relay.say(story, "b0");
    story.send("v1");
    story.send("v2");
    relay.serve(story);
    story.send("v3");
    if story.is_dead() {
        return;
    }
    story.close(1006);
    story.send("v4");
    relay.record(bot("", "b1", T));
    story.reconnect(&welcome_with(&relay.transcript));
    relay.serve(story);
    relay.say(story, "b2");
}

/// What was told of one life: own messages that are safe, and those of the bot.
fn told(story: &Story) -> (Vec<String>, Vec<String>) {
    let of = |author: &str| {
        story.heard(|event| match event {
            Event::Message { message, .. } if message.author.kind() == author => Some(message.text.clone()),
            _ => None,
        })
    };
    (of("visitor"), of("bot"))
}

/// How the process dies around its `writes`th write.
#[derive(Clone, Copy, Debug)]
enum Death {
    /// At once: nothing that followed from it in the same breath was carried out.
    Sudden,
    /// Just before the next write is done: everything else was carried out.
    Late,
}

fn reborn_after(writes: usize, death: Death) -> Option<()> {
    let mut story = Story::new(bloonio());
    story.keeping = match death {
        Death::Sudden => Keeping::DiesAfter(writes),
        Death::Late => Keeping::DiesBefore(writes + 1),
    };
    let mut relay = Relay::default();
    converse(&mut story, &mut relay);
    if !story.is_dead() {
        return None;
    }
    let what = format!("{death:?} after write {writes}");
    let (own, bots) = told(&story);
    let Some(kept) = story.kept.clone() else {
        assert!(
            own.is_empty() && story.sent("msg").is_empty(),
            "{what}: nothing was safe"
        );
        return Some(());
    };
    relay.read = 0;
    let mut story = Story::reborn(99, bloonio(), &kept, story.wall() + 2_000);
    story.start();
    story.go_live_with(&welcome_with(&relay.transcript));
    relay.serve(&mut story);
    story.send("last");
    relay.serve(&mut story);
    relay.say(&mut story, "goodbye");
    check(&what, &own, &bots, &story, &relay);
    Some(())
}

fn check(what: &str, own: &[String], bots: &[String], story: &Story, relay: &Relay) {
    let taken = relay.taken();
    let mut expected = taken.clone();
    expected.sort_unstable();
    expected.dedup();
    assert_eq!(taken.len(), expected.len(), "{what}: doubled at the relay: {taken:?}");
    let mut in_order = taken.iter();
    assert!(
        own.iter().all(|text| in_order.any(|known| known == text)),
        "{what}: {own:?} are safe, the relay has {taken:?}"
    );
    assert_eq!(taken.last().map(String::as_str), Some("last"), "{what}");

    let shown = story.texts();
    let said: Vec<&str> = relay
        .transcript
        .iter()
        .map(|message| message["content"].as_str().unwrap())
        .collect();
    let mut sorted = (shown.clone(), said.clone());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    assert_eq!(sorted.0, sorted.1, "{what}: the log shows each message once");
    let of_bot = |texts: &[&str]| {
        texts
            .iter()
            .filter(|text| !text.starts_with(['v', 'l']))
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    assert_eq!(of_bot(&shown), of_bot(&said), "{what}: in order");
    let (_, told_later) = told(story);
    for text in of_bot(&said) {
        assert!(
            bots.contains(&text) || told_later.contains(&text),
            "{what}: {text} was never told"
        );
    }
    let settled = story.client.messages().all(|message| message.status == Delivery::Sent);
    assert!(settled && story.client.queued() == 0, "{what}: nothing is left over");
}

#[test]
fn a_crash_after_any_write_loses_and_doubles_nothing() {
    for (death, first) in [(Death::Sudden, 1), (Death::Late, 0)] {
        let deaths = (first..200)
            .take_while(|writes| reborn_after(*writes, death).is_some())
            .count();
        assert!(deaths > 10 && deaths < 150, "{death:?}: died {deaths} times");
    }
}

#[test]
fn without_history_what_the_visitor_wrote_is_safe_all_the_same() {
    for writes in 1..100 {
        let mut story = Story::new(bloonio());
        story.keeping = Keeping::DiesBefore(writes + 1);
        let mut relay = Relay::default();
        converse(&mut story, &mut relay);
        if !story.is_dead() {
            assert!(writes > 10);
            return;
        }
        let (own, _) = told(&story);
        relay.read = 0;
        let mut story = Story::reborn(99, bloonio(), &story.kept.clone().unwrap(), story.wall() + 2_000);
        story.start();
        story.go_live_with(&welcome());
        relay.serve(&mut story);
        let taken = relay.taken();
        let mut in_order = taken.iter();
        assert!(
            own.iter().all(|text| in_order.any(|known| known == text)),
            "{writes}: {own:?}, {taken:?}"
        );
        let mut once = taken.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), taken.len(), "{writes}: {taken:?}");
    }
    panic!("the conversation never ends");
}

#[test]
fn what_was_told_before_is_not_told_again() {
    let mut story = Story::new(bloonio());
    let mut relay = Relay::default();
    converse(&mut story, &mut relay);
    let mut story = Story::reborn(99, bloonio(), &story.kept.clone().unwrap(), story.wall() + 2_000);
    story.start();
    story.go_live_with(&welcome_with(&relay.transcript));
    assert_eq!(told(&story), (Vec::new(), Vec::new()));
    assert_eq!(story.texts().len(), relay.transcript.len());
}

#[test]
fn a_restore_writes_nothing_by_itself() {
    let mut story = Story::new(bloonio());
    let mut relay = Relay::default();
    converse(&mut story, &mut relay);
    let mut story = Story::reborn(99, bloonio(), &story.kept.clone().unwrap(), story.wall());
    story.advance(MINUTE);
    assert!(story.is_quiet(), "before the visitor acts nothing happens");
}

#[test]
fn a_crash_between_two_sessions_does_not_mix_them() {
    let mut story = Story::live();
    story.frame(&bot("m1", "welcome", T));
    let ids = ["in flight", "unsent"].map(|text| story.send(text));
    story.close(4404);
    let kept = story.kept.clone().unwrap();
    let mut story = Story::reborn(8, bloonio(), &kept, story.wall() + 1_000);
    story.start();
    assert_eq!(
        story.verbs(),
        ["visitor-session"],
        "the lost session is not tried again"
    );
    story.go_live();
    story.frame(&bot("n1", "hello", T + 100));
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Uncertain));
    let conversations: Vec<(String, u32)> = story
        .client
        .messages()
        .map(|message| (message.text.clone(), message.conversation))
        .collect();
    let expected = [("welcome", 0), ("in flight", 0), ("unsent", 1), ("hello", 1)];
    assert_eq!(
        conversations,
        expected.map(|(text, conversation)| (text.to_owned(), conversation))
    );
}
