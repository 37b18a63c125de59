//! What goes wrong in a day: its vocabulary, and how a day is drawn from the seed.

use crate::chance::Chance;
use crate::net::{CallLoss, Flow};
use crate::polling::Mishap;
use crate::server::AckLoss;
use crate::storage::CrashPoint;

/// What the monotonic clock does while the machine sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mono {
    StandsStill,
    GoesOn,
}

/// What the line does while the machine sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineInSleep {
    Survives,
    Dies,
}

/// Whether the system's word about the network is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    True,
    Lie,
}

/// How a server goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Farewell {
    Announced,
    Crash,
}

/// Whether sockets are closed when their token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtExpiry {
    Close,
    Keep,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    Cut,
    /// Nothing passes, nobody is told.
    HalfOpen {
        up: Silence,
        down: Silence,
    },
    /// The line breaks and the next handshake takes this much longer.
    LateHandshake {
        by: u64,
    },
    Restart {
        farewell: Farewell,
        down: u64,
    },
    LostAck(AckLoss),
    LostCalls {
        loss: CallLoss,
        times: u64,
    },
    TokensExpire(AtExpiry),
    TokenRefused,
    SessionLost,
    CallsThrottled {
        times: u64,
        retry_after: u64,
    },
    MessagesThrottled {
        times: u64,
        retry_after: Option<u64>,
    },
    Sleep {
        length: u64,
        mono: Mono,
        line: LineInSleep,
    },
    WallJump {
        by: i64,
    },
    Reload {
        in_writes: u64,
        point: CrashPoint,
        pause: u64,
    },
    Offline {
        length: u64,
        word: Word,
    },
    Hidden {
        length: u64,
        lateness: u64,
    },
    BackForward {
        length: u64,
    },
    SlowStore,
    StoreRefuses {
        length: u64,
    },
    /// To the next call that carries a line's packets.
    Exchange(Mishap),
}

/// One direction of a half-open line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    Passes,
    /// What was sent arrives after this long.
    Stalls(u64),
    Swallows,
}

/// The end of a fault that lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Relief {
    PowerUp,
    Wake { slept: u64, mono: Mono },
    Online,
    Visible,
    PageShown,
    QuickStore,
    StoreWrites,
}

/// A day's plan.
pub(crate) struct Day {
    pub(crate) faults: Vec<(u64, Fault)>,
    pub(crate) sends: Vec<u64>,
    pub(crate) says: Vec<u64>,
    /// When the last fault has ended.
    pub(crate) rest: u64,
}

/// The visitor and the desk write within this long.
const DAY: u64 = 150_000;
/// Messages each way.
pub(crate) const MESSAGES: usize = 30;
/// A third refusal of tokens within a minute ends in `Failed`, rightly; so a day has one such fault in this time, or two at once.
pub(crate) const REFUSALS_APART: u64 = 75_000;

impl Day {
    pub(crate) fn draw(chance: &mut Chance) -> Self {
        let count = chance.between(3, 11);
        let mut faults: Vec<(u64, Fault)> = (0..count).map(|_| (chance.up_to(DAY), draw_fault(chance))).collect();
        faults.sort_by_key(|(at, _)| *at);
        let mut last_refusal = None;
        faults.retain(|(at, fault)| {
            let refuses = matches!(fault, Fault::TokenRefused | Fault::TokensExpire(_));
            let too_soon = refuses && last_refusal.is_some_and(|last| *at < last + REFUSALS_APART);
            if refuses && !too_soon {
                last_refusal = Some(*at);
            }
            !too_soon
        });
        let end = |(at, fault): &(u64, Fault)| at + fault.length();
        let rest = faults.iter().map(end).max().unwrap_or(0).max(DAY) + 100;
        Self {
            sends: times(chance),
            says: times(chance),
            rest,
            faults,
        }
    }
}

impl Day {
    /// What befalls calls that carry packets, beside everything else.
    pub(crate) fn trouble_exchanges(&mut self, chance: &mut Chance) {
        for _ in 0..chance.between(1, 5) {
            let mishap = match chance.up_to(4) {
                0 => Mishap::RequestCut,
                1 => Mishap::AnswerCut,
                2 => Mishap::SessionForgotten,
                3 => Mishap::AnswerRepeated,
                _ => Mishap::AnswerHeld(chance.between(200, 20_000)),
            };
            self.faults.push((chance.up_to(DAY), Fault::Exchange(mishap)));
        }
        self.faults.sort_by_key(|(at, _)| *at);
    }
}

/// Moments of messages: single ones, and bursts.
fn times(chance: &mut Chance) -> Vec<u64> {
    let mut at = 0;
    let mut times = Vec::with_capacity(MESSAGES);
    for _ in 0..MESSAGES {
        at += if chance.one_in(3) {
            chance.up_to(60)
        } else {
            chance.up_to(2 * DAY * 3 / 2 / MESSAGES as u64)
        };
        times.push(at.min(DAY));
    }
    times
}

fn draw_fault(chance: &mut Chance) -> Fault {
    match chance.up_to(28) {
        0..=2 => Fault::Cut,
        3 | 4 => half_open(chance),
        5 | 6 => Fault::LateHandshake {
            by: chance.between(500, 20_000),
        },
        7 | 8 => Fault::Restart {
            farewell: chance.pick(&[Farewell::Announced, Farewell::Crash]),
            down: chance.pick(&[50, 1_000, 8_000, 40_000]),
        },
        9 | 10 => Fault::LostAck(chance.pick(&[AckLoss::LineBreaks, AckLoss::LineBreaks, AckLoss::Swallowed])),
        11 => Fault::LostCalls {
            loss: chance.pick(&[CallLoss::Request, CallLoss::Answer]),
            times: chance.between(1, 2),
        },
        12 => Fault::TokensExpire(chance.pick(&[AtExpiry::Close, AtExpiry::Keep])),
        13 => Fault::TokenRefused,
        14 => Fault::SessionLost,
        15 => Fault::CallsThrottled {
            times: chance.between(1, 3),
            retry_after: chance.between(1, 20),
        },
        16 | 17 => Fault::MessagesThrottled {
            times: chance.between(1, 4),
            retry_after: chance.pick(&[None, Some(1), Some(6)]),
        },
        18 | 19 => Fault::Sleep {
            length: chance.pick(&[7_000, 40_000, 600_000]),
            mono: chance.pick(&[Mono::StandsStill, Mono::GoesOn]),
            line: chance.pick(&[LineInSleep::Survives, LineInSleep::Dies]),
        },
        20 => Fault::WallJump {
            by: chance.pick(&[86_400_000, -86_400_000, 3_700_000, -30_000]),
        },
        21..=23 => Fault::Reload {
            in_writes: chance.between(1, 6),
            point: chance.pick(&[
                CrashPoint::BeforeWrite,
                CrashPoint::WriteLost,
                CrashPoint::WriteUntold,
                CrashPoint::AfterTold,
            ]),
            pause: chance.between(20, 4_000),
        },
        24 => Fault::Offline {
            length: chance.pick(&[500, 6_000, 70_000]),
            word: chance.pick(&[Word::True, Word::True, Word::Lie]),
        },
        25 => Fault::Hidden {
            length: chance.pick(&[3_000, 30_000, 100_000]),
            lateness: chance.pick(&[3, 1_000, 60_000]),
        },
        26 => Fault::BackForward {
            length: chance.between(100, 30_000),
        },
        27 => Fault::StoreRefuses {
            length: chance.between(100, 20_000),
        },
        _ => Fault::SlowStore,
    }
}

fn half_open(chance: &mut Chance) -> Fault {
    let mut silence = || match chance.up_to(4) {
        0 => Silence::Passes,
        1 | 2 => Silence::Stalls(chance.between(200, 45_000)),
        _ => Silence::Swallows,
    };
    let (up, down) = (silence(), silence());
    Fault::HalfOpen { up, down }
}

impl Fault {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Restart { down, .. } => *down,
            Self::Sleep { length, .. }
            | Self::Offline { length, .. }
            | Self::Hidden { length, .. }
            | Self::BackForward { length }
            | Self::StoreRefuses { length } => *length,
            Self::SlowStore => 20_000,
            _ => 0,
        }
    }
}

impl Silence {
    pub(crate) fn flow(self, now: u64) -> Flow {
        match self {
            Self::Passes => Flow::Runs,
            Self::Stalls(length) => Flow::Stalled(now + length),
            Self::Swallows => Flow::Lost,
        }
    }
}
