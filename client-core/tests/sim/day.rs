//! One seed, one day: drawn, lived and judged.

use visavis_client_core::Command;
use visavis_client_core::{ConnectionState, Input, Tuning};

use crate::chance::Chance;
use crate::dialect::{Carriage, Dialect, Speech};
use crate::faults::Day;
use crate::gateway::PING_INTERVAL;
use crate::mutants::Mutant;
use crate::trace::{Trace, tell};
use crate::world::{Figures, Happening, World, config};

/// After the faults the connection must be live again within the longest backoff (30 s) and ten seconds, in which an attempt that
/// hangs is given up; the dial itself takes a moment more.
const LIVE_AGAIN: u64 = 42_000;
/// A line that is dead without anybody's knowing is found within this.
const FOUND_DEAD: u64 = 36_000;
/// The same where the server leads the heartbeat.
const SERVER_SILENT: u64 = 46_000;
/// A gateway has 20 s for its greeting instead of ten.
const GREETED_LATE: u64 = 12_000;
/// Where no socket gets through, two attempts may fail before calls are made, each after the longest backoff, each hanging.
const CALLS_AT_LAST: u64 = 100_000;
/// After three renewals within a minute, the next one waits until the first of them is a minute old.
const RENEWALS_ARE_BACK: u64 = 60_000;
/// Everything must have arrived this long after the faults.
const ALL_DONE: u64 = 240_000;
/// What is doubled may come late: the world goes on for a while when all is done.
const AFTERMATH: u64 = 3_000;
/// More happenings than this in a day mean that something never comes to rest.
const MOST_HAPPENINGS: u64 = 60_000;

/// Why a day was bad.
#[derive(Debug)]
pub(crate) struct Bad {
    pub(crate) seed: u64,
    pub(crate) violation: String,
}

/// Lives the day of a seed.
pub(crate) fn live(speech: Speech, seed: u64, mutant: Option<Mutant>) -> Result<Figures, Bad> {
    let mut world = prepare(speech, seed, mutant);
    pass(&mut world);
    match world.oracle.violation() {
        None => Ok(world.figures),
        Some(violation) => Err(Bad {
            seed,
            violation: violation.to_owned(),
        }),
    }
}

/// The same day again, written down.
pub(crate) fn trace(speech: Speech, seed: u64, mutant: Option<Mutant>) -> String {
    let mut world = prepare(speech, seed, mutant);
    world.trace = Trace::recording();
    pass(&mut world);
    let verdict = world.oracle.violation().unwrap_or("fine").to_owned();
    format!("{}\nseed {seed}: {verdict}", world.trace.into_text())
}

fn prepare(speech: Speech, seed: u64, mutant: Option<Mutant>) -> World {
    let mut chance = Chance::new(seed.wrapping_mul(0x9e37_79b9));
    let mut dialect = Dialect::any(speech, &mut chance);
    let mut tuning = Tuning::default();
    if let Some(mutant) = mutant {
        mutant.plant(&mut dialect, &mut tuning);
    }
    let mut day = Day::draw(&mut chance);
    if dialect.carriage != Carriage::Sockets {
        day.trouble_exchanges(&mut chance);
    }
    let config = config(&dialect, tuning);
    let mut world = World::new(seed, dialect, config);
    world.mutant = mutant;
    if !matches!(speech, Speech::Relay | Speech::Site) {
        world.after(PING_INTERVAL, Happening::Beat);
    }
    world.plan(day);
    world
}

/// Lives the planned day to its end and judges it.
pub(crate) fn pass(world: &mut World) {
    tell!(world, "{:?}", world.server.dialect);
    world.start();
    let fine = |world: &World| world.oracle.violation().is_none();
    while world.resting_since.is_none() && fine(world) {
        world.step(u64::MAX);
        bound(world);
    }
    recover(world);
    let until = world.clock.now + AFTERMATH;
    while fine(world) && world.step(until) {
        bound(world);
    }
    if fine(world) && world.is_settled() {
        conclude(world);
    }
}

fn bound(world: &mut World) {
    if world.figures.happenings > MOST_HAPPENINGS {
        world.oracle.fail("it never comes to rest".to_owned());
    }
}

/// From the end of the faults until everything has arrived, each in its time.
fn recover(world: &mut World) {
    let Some(rest) = world.resting_since else {
        return;
    };
    let is_gateway = world.server.dialect.speech != Speech::Relay;
    let mut live_by = rest.max(world.oracle.obstruction()) + LIVE_AGAIN;
    if is_gateway {
        live_by += GREETED_LATE;
    }
    if world.server.dialect.carriage == Carriage::NoSockets {
        live_by += CALLS_AT_LAST;
    }
    if world.state() == ConnectionState::Live && !world.is_served() {
        live_by += if is_gateway { SERVER_SILENT } else { FOUND_DEAD };
    }
    let live_by_renewals = live_by + RENEWALS_ARE_BACK;
    let all_by = rest.max(world.oracle.obstruction()) + ALL_DONE;
    let mut live = false;
    while world.oracle.violation().is_none() && !world.is_settled() {
        live = live || (world.state() == ConnectionState::Live && world.is_served());
        if world.oracle.renewals_are_used_up(world.clock.mono().as_millis()) {
            live_by = live_by_renewals;
        }
        if !live && world.clock.now > live_by {
            let (state, late) = (world.state(), world.clock.now - rest);
            world
                .oracle
                .fail(format!("{late} ms after the last fault it is still {state:?}"));
        }
        if world.clock.now > all_by {
            let client = world.driver.client.as_ref();
            if let Some(client) = client {
                world.oracle.judge(client, &world.server);
            }
            world.oracle.fail("the queue was not drained in time".to_owned());
        }
        world.step(all_by + 1);
        bound(world);
    }
}

/// Everything arrived: judge, then stop and see that nothing is left.
fn conclude(world: &mut World) {
    if let Some(client) = &world.driver.client {
        world.oracle.judge(client, &world.server);
    }
    world.deliver(Input::Command(Command::Stop));
    let Some(client) = &world.driver.client else {
        return;
    };
    if client.connection().state != ConnectionState::Closed {
        world.oracle.fail("stopped, but not closed".to_owned());
    }
    if let Some((_, deadline)) = client.poll_timeout() {
        world.oracle.fail(format!("stopped, but {deadline:?} is still to come"));
    }
    // One that tells the server that the line is over may be under way.
    if world.driver.line.is_some() || world.driver.calls.iter().any(|call| !call.is_farewell()) {
        world
            .oracle
            .fail("stopped, but a socket or a call is left open".to_owned());
    }
}
