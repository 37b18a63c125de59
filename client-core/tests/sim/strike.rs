//! Faults carried out in the world, and what ends them.

use visavis_client_core::Environment;

use crate::dialect::Speech;
use crate::driver::Wakefulness;
use crate::faults::{AtExpiry, Day, Farewell, Fault, LineInSleep, Mono, Relief, Word};
use crate::net::{Flow, Power, Reach, Weather};
use crate::server::Throttle;
use crate::storage::{Crash, Health, Pace};
use crate::trace::tell;
use crate::world::{Happening, World};

impl World {
    /// Puts a day's plan on the heap.
    pub(crate) fn plan(&mut self, day: Day) {
        for (index, (at, fault)) in day.faults.into_iter().enumerate() {
            self.faults.push(fault);
            self.at(at, Happening::Fault(index));
        }
        for (index, at) in day.sends.into_iter().enumerate() {
            self.at(at, Happening::UserSends(index));
        }
        for at in day.says {
            self.at(at, Happening::DeskSays);
        }
        self.at(day.rest, Happening::Rest);
    }

    pub(crate) fn strike(&mut self, index: usize) {
        let fault = self.faults[index];
        self.figures.faults += 1;
        tell!(self, "*** {fault:?}");
        self.suffer(fault);
    }

    /// A fault strikes now.
    pub(crate) fn suffer(&mut self, fault: Fault) {
        match fault {
            Fault::Cut => self.every_open_line(Self::cut),
            Fault::HalfOpen { up, down } => {
                let now = self.clock.now;
                self.every_open_line(|world, conn| world.silence(conn, up.flow(now), down.flow(now)));
            }
            Fault::LateHandshake { by } => {
                self.net.late_handshake = Some(by);
                self.every_open_line(Self::cut);
            }
            Fault::Restart { farewell, down } => self.restart_server(farewell, down),
            Fault::LostAck(loss) => self.server.ack_loss = Some(loss),
            Fault::LostCalls { loss, times } => self.net.lost_calls = Some((loss, times)),
            Fault::TokensExpire(_) | Fault::TokenRefused if self.server.is_site() => self.every_open_line(Self::cut),
            Fault::TokensExpire(_) | Fault::TokenRefused if self.server.has_just_refused(self.clock.now) => {}
            Fault::TokensExpire(sockets) => {
                let now = self.clock.now;
                self.server.expire_tokens(now);
                if sockets == AtExpiry::Close {
                    self.refuse_tokens();
                }
            }
            Fault::TokenRefused => self.refuse_tokens(),
            // A guest's conversation goes by the address: there is no session to lose.
            Fault::SessionLost if matches!(self.server.dialect.speech, Speech::Gateway | Speech::Older) => {
                self.every_open_line(Self::cut)
            }
            Fault::SessionLost => self.with_server(|server, _, acts| {
                server.lose_sessions();
                server.close_all(4404, acts);
            }),
            Fault::CallsThrottled { times, retry_after } => {
                self.server.calls = Throttle {
                    times,
                    retry_after: Some(retry_after),
                }
            }
            Fault::MessagesThrottled { times, retry_after } => self.server.messages = Throttle { times, retry_after },
            Fault::Sleep { length, mono, line } => self.fall_asleep(length, mono, line),
            Fault::WallJump { by } => self.clock.wall_offset += by,
            Fault::Reload {
                in_writes,
                point,
                pause,
            } => {
                self.storage.crash = Some(Crash {
                    at: self.storage.writes + in_writes,
                    point,
                    pause,
                });
            }
            Fault::Offline { length, word } => self.go_offline(length, word),
            Fault::Hidden { length, lateness } => {
                self.driver.lateness = lateness;
                self.surround(Environment::Hidden);
                self.after(length, Happening::Relief(Relief::Visible));
            }
            Fault::BackForward { length } => {
                self.surround(Environment::PageHidden);
                self.after(length, Happening::Relief(Relief::PageShown));
            }
            Fault::StoreRefuses { length } => {
                self.storage.health = Health::Refusing;
                self.after(length, Happening::Relief(Relief::StoreWrites));
            }
            Fault::Exchange(mishap) => self.net.exchanges.mishap = Some(mishap),
            Fault::SlowStore => {
                self.storage.pace = Pace::Slow;
                self.after(fault.length(), Happening::Relief(Relief::QuickStore));
            }
        }
    }

    fn refuse_tokens(&mut self) {
        let speech = self.server.dialect.speech;
        self.with_server(|server, now, acts| match speech {
            Speech::Relay => server.close_all(4401, acts),
            Speech::Gateway | Speech::Older | Speech::Site => server.refuse_all(now, acts),
        });
    }

    fn restart_server(&mut self, farewell: Farewell, down: u64) {
        if self.net.power == Power::Down {
            return;
        }
        let code = match farewell {
            Farewell::Announced => 1012,
            Farewell::Crash => 1006,
        };
        self.with_server(|server, _, acts| {
            server.close_all(code, acts);
            server.restart();
        });
        self.net.power = Power::Down;
        self.after(down, Happening::Relief(Relief::PowerUp));
    }

    fn fall_asleep(&mut self, length: u64, mono: Mono, line: LineInSleep) {
        if self.driver.wakefulness == Wakefulness::Asleep {
            return;
        }
        self.driver.wakefulness = Wakefulness::Asleep;
        let until = self.clock.now + length;
        self.every_open_line(|world, conn| match line {
            LineInSleep::Survives => world.silence(conn, Flow::Stalled(until), Flow::Stalled(until)),
            LineInSleep::Dies => world.silence(conn, Flow::Lost, Flow::Lost),
        });
        self.after(length, Happening::Relief(Relief::Wake { slept: length, mono }));
    }

    fn go_offline(&mut self, length: u64, word: Word) {
        if word == Word::True {
            self.net.reach = Reach::Cut;
            let until = self.clock.now + length;
            let flow = if length < 10_000 {
                Flow::Stalled(until)
            } else {
                Flow::Lost
            };
            self.every_open_line(|world, conn| world.silence(conn, flow, flow));
        }
        self.surround(Environment::Offline);
        self.after(length, Happening::Relief(Relief::Online));
    }

    pub(crate) fn relieve(&mut self, relief: Relief) {
        tell!(self, "*** ends: {relief:?}");
        match relief {
            Relief::PowerUp => self.net.power = Power::Up,
            Relief::Wake { slept, mono } => {
                if mono == Mono::StandsStill && self.driver.client.is_some() {
                    self.clock.mono_lag += slept;
                }
                self.forget_timer();
                self.wake();
            }
            Relief::Online => {
                self.net.reach = Reach::Connected;
                self.surround(Environment::Online);
            }
            Relief::Visible => {
                // Timers are no longer held back, the armed one included.
                self.driver.lateness = 3;
                self.forget_timer();
                self.surround(Environment::Visible);
            }
            Relief::PageShown => self.surround(Environment::PageShown),
            Relief::StoreWrites => self.storage.health = Health::Recovering,
            Relief::QuickStore => self.storage.pace = Pace::Quick,
        }
    }

    /// No more faults: what was prepared and did not strike is taken back.
    pub(crate) fn rest(&mut self) {
        tell!(self, "*** the day's faults are over");
        self.net.weather = Weather::Calm;
        self.net.late_handshake = None;
        self.net.lost_calls = None;
        self.net.exchanges.mishap = None;
        self.server.ack_loss = None;
        self.server.calls = Throttle::default();
        self.server.messages = Throttle::default();
        self.storage.crash = None;
        self.resting_since = Some(self.clock.now);
    }
}
