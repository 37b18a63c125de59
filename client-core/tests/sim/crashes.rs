//! The client is destroyed at each write of a conversation, at each point of that write, alone and with other trouble.

use visavis_client_core::Tuning;

use crate::day;
use crate::dialect::Dialect;
use crate::faults::{Day, Fault};
use crate::server::AckLoss;
use crate::storage::CrashPoint;
use crate::trace::Trace;
use crate::world::{World, config};

const POINTS: [CrashPoint; 4] = [
    CrashPoint::BeforeWrite,
    CrashPoint::WriteLost,
    CrashPoint::WriteUntold,
    CrashPoint::AfterTold,
];
/// Both sides write, first in turns, then at once; the visitor's last three in one go.
const SENDS: [u64; 8] = [500, 3_000, 5_000, 5_010, 9_000, 14_000, 14_001, 14_002];
const SAYS: [u64; 8] = [1_500, 3_010, 4_000, 5_005, 9_000, 9_010, 14_001, 20_000];
const END: u64 = 30_000;

fn day(faults: Vec<(u64, Fault)>) -> World {
    let dialect = Dialect::plain();
    let config = config(&dialect, Tuning::default());
    let mut world = World::new(7, dialect, config);
    world.plan(Day {
        faults,
        sends: SENDS.to_vec(),
        says: SAYS.to_vec(),
        rest: END,
    });
    world
}

/// Lives a day with these faults; the number of writes and lives.
fn live(faults: &[(u64, Fault)]) -> (u64, u64) {
    let mut world = day(faults.to_vec());
    day::pass(&mut world);
    if let Some(violation) = world.oracle.violation() {
        let mut again = day(faults.to_vec());
        again.trace = Trace::recording();
        day::pass(&mut again);
        panic!("{}\n{faults:?}: {violation}", again.trace.into_text());
    }
    (world.storage.writes, world.figures.lives)
}

/// A crash at each of the writes that follow `from`, at each point, beside other faults.
fn crash_everywhere(from: u64, beside: &[(u64, Fault)]) -> u64 {
    let mut crashes = 0;
    for point in POINTS {
        for in_writes in 1.. {
            let crash = Fault::Reload {
                in_writes,
                point,
                pause: 700,
            };
            let faults: Vec<_> = [(from, crash)].into_iter().chain(beside.iter().copied()).collect();
            let (_, lives) = live(&faults);
            if lives == 1 {
                break;
            }
            crashes += 1;
        }
    }
    crashes
}

#[test]
fn a_crash_at_any_write_loses_and_doubles_nothing() {
    let (writes, lives) = live(&[]);
    assert!(writes > 30 && lives == 1, "{writes} writes, {lives} lives");
    let crashes = crash_everywhere(0, &[]);
    println!("crashes at {crashes} points of {writes} writes");
    assert!(crashes >= writes, "{crashes} crashes in {writes} writes");
}

#[test]
fn a_crash_around_a_lost_session_neither_doubles_a_message_nor_joins_two_conversations() {
    for lost_at in [5_030, 9_020, 14_020, 14_060, 14_200] {
        let crashes = crash_everywhere(lost_at - 60, &[(lost_at, Fault::SessionLost)]);
        assert!(crashes > 20, "{crashes}");
    }
}

#[test]
fn a_crash_after_a_lost_acknowledgement_resends_what_the_server_knows() {
    for loss in [AckLoss::LineBreaks, AckLoss::Swallowed] {
        let crashes = crash_everywhere(4_900, &[(4_900, Fault::LostAck(loss))]);
        assert!(crashes > 20, "{crashes}");
    }
}
