//! The driver's sockets: one at a time, each event stamped with its generation.

use visavis_client_core::Input;
use visavis_client_core::ids::Generation;

use crate::frames::message_id;
use crate::mutants::Mutant;
use crate::net::{Carried, End, Reach};
use crate::server::Conn;
use crate::world::{Happening, World};

impl World {
    pub(crate) fn open_socket(&mut self, generation: Generation, url: &str) {
        if self.driver.line.is_some() {
            self.oracle.fail("a second socket while one is open".to_owned());
        }
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let token = query.strip_prefix("token=").unwrap_or(query).to_owned();
        let conn = self.dial(generation, token);
        self.driver.line = Some(conn);
    }

    pub(crate) fn transmit_frame(&mut self, generation: Generation, frame: String) {
        let mine = |conn: &Conn| {
            let line = &self.net.lines[conn.0];
            line.generation == generation && line.client != End::Opening
        };
        let Some(conn) = self.driver.line.filter(mine) else {
            if self.driver.ending != Some(generation) {
                self.oracle.fail("a frame for a socket that is not open".to_owned());
            }
            return;
        };
        if self.has(Mutant::NoResend)
            && let Some(id) = message_id(&frame)
            && !self.driver.transmitted.insert(id)
        {
            return;
        }
        if self.net.lines[conn.0].client == End::Open {
            self.transmit(conn, frame);
            if self.chance.one_in(40) {
                self.after(1, Happening::Buffered(generation, 100_000));
                self.after(150, Happening::Buffered(generation, 0));
            }
        }
    }

    pub(crate) fn close_socket(&mut self, generation: Generation, code: u16) {
        if code != 1000 && !(3000..=4999).contains(&code) {
            self.oracle.fail(format!("a close code that no browser sends: {code}"));
        }
        let mine = |conn: &Conn| self.net.lines[conn.0].generation == generation;
        match self.driver.line.filter(mine) {
            Some(_) if self.has(Mutant::LeakedSocket) => {}
            Some(conn) => {
                self.driver.line = None;
                self.hang_up(conn);
            }
            None if self.driver.ending == Some(generation) => {}
            None => self.oracle.fail("a socket is closed that is not open".to_owned()),
        }
    }

    /// The generation that the client is told for something that came on a line.
    fn stamp(&self, conn: Conn) -> Option<Generation> {
        let line = &self.net.lines[conn.0];
        if self.driver.line == Some(conn) {
            return Some(line.generation);
        }
        let current = self.driver.line.map(|conn| self.net.lines[conn.0].generation);
        current.filter(|_| self.has(Mutant::StaleGeneration))
    }

    pub(crate) fn socket_opened(&mut self, conn: Conn) {
        if let Some(generation) = self.stamp(conn) {
            self.deliver(Input::SocketOpened { generation });
        }
    }

    pub(crate) fn socket_frame(&mut self, conn: Conn, text: String) {
        let Some(generation) = self.stamp(conn) else {
            return;
        };
        let text = match (self.has(Mutant::WrongAck), self.driver.newest) {
            (true, Some(newest)) if text.starts_with(r#"{"type":"ack""#) => {
                format!(r#"{{"type":"ack","client_msg_id":"{newest}"}}"#)
            }
            _ => text,
        };
        self.deliver(Input::SocketFrame { generation, text });
    }

    /// The line is closed at the client's end, for whatever reason.
    pub(crate) fn socket_ended(&mut self, conn: Conn, code: u16, reason: &str) {
        if self.net.lines[conn.0].carried == Carried::ByCalls {
            return self.calls_broken(conn);
        }
        let ended_before = self.net.lines[conn.0].client == End::Closed;
        if ended_before && !self.has(Mutant::StaleGeneration) {
            return;
        }
        let generation = self.stamp(conn);
        self.net.lines[conn.0].client = End::Closed;
        let Some(generation) = generation else {
            return;
        };
        if code == 4401 {
            let mono = self.clock.mono().as_millis();
            self.oracle.token_refused(mono);
        }
        self.deliver(Input::SocketClosed {
            generation,
            code,
            reason: reason.to_owned(),
        });
    }

    /// Whether the client's socket is a living line.
    pub(crate) fn is_served(&self) -> bool {
        if self.server.is_site() {
            return self.net.reach == Reach::Connected;
        }
        let by_socket = || self.driver.line.is_some_and(|conn| self.net.lines[conn.0].serves());
        self.net.reach == Reach::Connected && (by_socket() || self.is_served_by_calls())
    }
}
