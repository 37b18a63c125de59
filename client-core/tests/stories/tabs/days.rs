//! Days of a browser whose leading tab dies, hangs and comes back, again and again.

use super::browser::{Ack, Browser};

const DAYS: u64 = 40;
const STEPS: usize = 120;

/// A small generator: the days are the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

#[test]
fn the_leader_dies_and_hangs_all_day_and_every_message_arrives_once_and_in_its_tabs_order() {
    for seed in 0..DAYS {
        a_day(seed);
    }
}

fn a_day(seed: u64) {
    let mut dice = Dice(seed);
    let mut browser = Browser::default();
    let mut said: Vec<(u64, String)> = Vec::new();
    let mut frozen = None;
    for _ in 0..5 {
        browser.open();
    }
    for step in 0..STEPS {
        match dice.below(12) {
            0..=3 => {
                let place = dice.below(browser.tabs.len());
                let (name, text) = (browser.tabs[place].name, format!("{step}"));
                browser.send(place, &text);
                said.push((name, text));
            }
            4 => browser.connect(),
            5 | 6 => browser.relay(Ack::Arrives),
            7 => browser.relay(Ack::Lost),
            8 => {
                // It sends, and is gone before anybody has heard of it.
                let place = dice.below(browser.tabs.len());
                let (name, text) = (browser.tabs[place].name, format!("last words {step}"));
                if place > 0 {
                    browser.tabs[place].story.send(&text);
                    said.push((name, text));
                }
                browser.kill(place);
            }
            9 => browser.kill(0),
            10 if frozen.is_none() && browser.tabs.len() > 1 => frozen = Some(browser.take_from_frozen()),
            11 => {
                if let Some(tab) = frozen.take() {
                    let text = format!("thawed {step}");
                    said.push((tab.name, text.clone()));
                    browser.thaw(tab, Some(&text));
                }
            }
            _ => {}
        }
        while browser.tabs.len() < 3 {
            browser.open();
        }
    }
    if let Some(tab) = frozen.take() {
        browser.thaw(tab, None);
    }
    // Whoever leads next finds what is still in the store.
    browser.open();
    browser.kill(0);
    browser.connect();
    browser.relay(Ack::Arrives);
    judge(seed, &browser, &said);
}

fn judge(seed: u64, browser: &Browser, said: &[(u64, String)]) {
    let heard: Vec<&str> = browser.heard.iter().map(|(_, text)| text.as_str()).collect();
    let mut names: Vec<u64> = said.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let own: Vec<&str> = said
            .iter()
            .filter(|(tab, _)| *tab == name)
            .map(|(_, text)| text.as_str())
            .collect();
        let arrived: Vec<&str> = heard.iter().copied().filter(|text| own.contains(text)).collect();
        assert_eq!(arrived, own, "day {seed}, tab {name}");
    }
    assert_eq!(heard.len(), said.len(), "day {seed}: {heard:?}");
    let leader = &browser.tabs[0].story;
    assert_eq!(leader.client.queued(), 0, "day {seed}");
    for tab in &browser.tabs {
        assert_eq!(tab.story.texts(), leader.texts(), "day {seed}: the tabs are in step");
    }
}
