//! One kind of fault after the other, and then all kinds by chance.

use std::time::Duration;

use tokio::task::JoinSet;
use visavis_backends::faults::{AckFault, HttpFault, Times};
use visavis_backends::model::Dedupe;
use visavis_backends::{Manner, Scope, Settings};

use crate::chance::Chance;
use crate::talk::Talk;

#[tokio::test]
async fn repeated_cuts() {
    let mut talk = Talk::begin(Settings::test()).await;
    for _ in 0..6 {
        talk.visitor_says().await;
        talk.bot_says();
        talk.relay.close_sockets(Scope::All, 1006);
        talk.visitor_says().await;
        talk.bot_says();
    }
    talk.agree("repeated cuts").await;
}

#[tokio::test]
async fn every_acknowledgement_is_swallowed_for_a_while() {
    let mut talk = Talk::begin(Settings::test()).await;
    talk.relay.swallow_acks(AckFault::Cut, Times::Next(2));
    for _ in 0..6 {
        talk.visitor_says().await;
        talk.bot_says();
    }
    talk.until_relay(|counts| counts.connects >= 3).await;
    talk.relay.swallow_acks(AckFault::Never, Times::Next(2));
    for _ in 0..4 {
        talk.visitor_says().await;
    }
    talk.until_relay(|counts| counts.messages >= 8).await;
    talk.agree("swallowed acknowledgements").await;
}

#[tokio::test]
async fn pushes_that_were_lost_come_with_the_next_connection() {
    let mut talk = Talk::begin(Settings::test()).await;
    talk.bot_says();
    talk.relay.lose_pushes(Times::Next(3));
    for _ in 0..3 {
        talk.bot_says();
    }
    talk.relay.close_sockets(Scope::All, 1006);
    talk.agree("lost pushes").await;
}

#[tokio::test]
async fn silent_lines_and_slow_frames() {
    let mut talk = Talk::begin(Settings::test()).await;
    talk.relay.delay_frames(150);
    for _ in 0..3 {
        talk.visitor_says().await;
        talk.bot_says();
    }
    talk.relay.black_hole(Scope::All);
    for _ in 0..3 {
        talk.visitor_says().await;
        talk.bot_says();
    }
    talk.agree("silent lines").await;
}

#[tokio::test]
async fn tokens_that_last_two_seconds() {
    let mut talk = Talk::begin(Settings::test().token_lifetime_s(2)).await;
    for _ in 0..12 {
        talk.visitor_says().await;
        talk.bot_says();
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(talk.relay.counts().creates, 1);
    talk.agree("short tokens").await;
}

#[tokio::test]
async fn restarts_of_the_visitor_at_any_moment() {
    let mut talk = Talk::begin(Settings::test()).await;
    for round in 0..8 {
        talk.visitor_says().await;
        talk.bot_says();
        if round % 3 == 0 {
            talk.relay.swallow_acks(AckFault::Never, Times::Next(1));
            talk.visitor_says().await;
        }
        talk.visitor_restarts().await;
        talk.bot_says();
    }
    assert_eq!(talk.relay.counts().creates, 1);
    talk.agree("restarts").await;
}

#[tokio::test]
#[should_panic(expected = "what the relay took")]
async fn the_oracle_sees_a_doubled_message() {
    // Neither remembers what it took nor says so: then nobody can avoid it.
    let forgetful = Settings::test().dedupe(Dedupe::Off).history_limit(0);
    let mut talk = Talk::begin(forgetful).await;
    talk.relay.swallow_acks(AckFault::Cut, Times::Next(1));
    talk.visitor_says().await;
    talk.until_relay(|counts| counts.connects == 2).await;
    talk.agree("a forgetful relay").await;
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    Cut,
    Announced,
    Expired,
    Silent,
    DeadOnArrival,
    LostAck,
    CutAck,
    LostPush,
    LostAnswer,
    Busy,
    Away,
    Restart,
}

const FAULTS: [Fault; 12] = [
    Fault::Cut,
    Fault::Announced,
    Fault::Expired,
    Fault::Silent,
    Fault::DeadOnArrival,
    Fault::LostAck,
    Fault::CutAck,
    Fault::LostPush,
    Fault::LostAnswer,
    Fault::Busy,
    Fault::Away,
    Fault::Restart,
];

impl Fault {
    /// The relay refuses the token. Twice within a minute means a new session, which is another story.
    const fn refuses_token(self) -> bool {
        matches!(self, Self::Expired | Self::LostAnswer | Self::Busy)
    }
}

async fn strike(talk: &mut Talk, fault: Fault, chance: &mut Chance) {
    let relay = &talk.relay;
    match fault {
        Fault::Cut => relay.close_sockets(Scope::All, 1006),
        Fault::Announced => relay.close_sockets(Scope::All, 1012),
        Fault::Expired => relay.close_sockets(Scope::All, 4401),
        Fault::Silent => relay.black_hole(Scope::All),
        Fault::DeadOnArrival => {
            relay.black_hole_new_sockets(Times::Next(1));
            relay.close_sockets(Scope::All, 1006);
        }
        Fault::LostAck => relay.swallow_acks(AckFault::Never, Times::Next(1)),
        Fault::CutAck => relay.swallow_acks(AckFault::Cut, Times::Next(1)),
        Fault::LostPush => {
            relay.lose_pushes(Times::Next(1));
            talk.bot_says();
            talk.relay.close_sockets(Scope::All, 1006);
        }
        Fault::LostAnswer => {
            relay.fail_http(None, HttpFault::LoseAnswer, Times::Next(1));
            relay.close_sockets(Scope::All, 4401);
        }
        Fault::Busy => {
            let busy = HttpFault::Status {
                status: 503,
                retry_after: Some(1),
            };
            relay.fail_http(None, busy, Times::Next(1));
            relay.close_sockets(Scope::All, 4401);
        }
        Fault::Away => {
            let manner = if chance.below(2) == 0 {
                Manner::Abrupt
            } else {
                Manner::Announced
            };
            relay.stop(manner).await;
            tokio::time::sleep(Duration::from_millis(chance.below(1_500))).await;
            relay.resume().unwrap();
        }
        Fault::Restart => talk.visitor_restarts().await,
    }
}

/// Thirty words each way, and three to eight faults at moments that follow from the seed.
async fn by_chance(seed: u64) {
    let mut chance = Chance::new(seed);
    let mut talk = Talk::begin(Settings::test()).await;
    let faults = 3 + chance.below(6);
    let mut moments: Vec<u64> = (0..faults).map(|_| chance.below(60)).collect();
    moments.sort_unstable();
    let mut told = Vec::new();
    for step in 0..60 {
        while moments.first() == Some(&step) {
            moments.remove(0);
            let mut fault = FAULTS[usize::try_from(chance.below(FAULTS.len() as u64)).unwrap()];
            if fault.refuses_token() && told.iter().any(|(_, earlier): &(u64, Fault)| earlier.refuses_token()) {
                fault = Fault::Cut;
            }
            told.push((step, fault));
            strike(&mut talk, fault, &mut chance).await;
        }
        match step % 2 {
            0 => talk.visitor_says().await,
            _ => talk.bot_says(),
        }
        tokio::time::sleep(Duration::from_millis(chance.below(40))).await;
    }
    talk.agree(&format!("seed {seed}, faults {told:?}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_days_of_all_faults_by_chance() {
    let mut days: JoinSet<()> = (0..16).map(by_chance).collect();
    while let Some(day) = days.join_next().await {
        if let Err(failure) = day {
            std::panic::resume_unwind(failure.into_panic());
        }
    }
}
