//! Messages on their way out, one at a time. They carry no id of ours, so one whose fate is not known is looked for before it is sent again.

use std::time::Duration;

use crate::backend::Signal;
use crate::backend::step::{Chore, LineEnd, Outgoing, Step};
use crate::http::{HttpFailure, HttpResponse};
use crate::ids::LocalId;
use crate::secret::Secret;
use crate::time::{Instant, Now};

use super::rest::{self, Kind};
use super::{Line, Mailoo};

/// A message that was given up may still arrive for so long after the call's own limit.
const SETTLING: Duration = Duration::from_secs(5);

/// Texts of messages that the server took without telling their ids, at most.
const MOST_UNNAMED: usize = 20;

/// A call under way.
#[derive(Clone, Debug)]
pub(super) struct Post {
    chore: Chore,
    id: LocalId,
    text: String,
    session: Option<Secret>,
}

/// A message whose fate is not known.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    pub(super) id: LocalId,
    text: String,
    /// What the conversation does not hold from then on was not taken.
    pub(super) settled_at: Instant,
}

#[derive(Clone, Debug)]
pub(super) struct Posts {
    running: Option<Post>,
    /// When the last one left.
    left: Option<(LocalId, Instant)>,
    pub(super) doubt: Option<Doubt>,
    unnamed: Vec<String>,
    /// How long after a message left it can no longer arrive.
    settling: Duration,
}

impl Posts {
    /// With the time within which a call must end.
    pub(super) fn new(call_limit: Duration) -> Self {
        Self {
            running: None,
            left: None,
            doubt: None,
            unnamed: Vec::new(),
            settling: call_limit + SETTLING,
        }
    }

    pub(super) fn take(&mut self, chore: Chore) -> Option<Post> {
        self.running.take_if(|post| post.chore == chore)
    }

    pub(super) fn is_of(&self, chore: Chore) -> bool {
        self.running.as_ref().is_some_and(|post| post.chore == chore)
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub(super) fn forget_doubt(&mut self) {
        self.doubt = None;
    }

    /// Whether a text that nobody signed is the visitor's own, as far as this life knows.
    pub(super) fn is_own(&self, text: &str) -> bool {
        let in_doubt = self.doubt.as_ref().is_some_and(|doubt| doubt.text == text);
        let on_its_way = self.running.as_ref().is_some_and(|post| post.text == text);
        in_doubt || on_its_way || self.unnamed.iter().any(|known| known == text)
    }

    /// The server took it, and did not say under which id.
    fn note_unnamed(&mut self, text: String) {
        if self.unnamed.len() == MOST_UNNAMED {
            self.unnamed.remove(0);
        }
        self.unnamed.push(text);
    }
}

impl Mailoo {
    /// Sends a message, unless one is still on its way.
    pub(crate) fn post(&mut self, id: LocalId, text: &str, now: Now) -> Outgoing {
        self.now = now;
        if self.line != Line::Up || self.posts.is_running() {
            return Outgoing::Nothing;
        }
        let chore = self.next_chore();
        let call = self.routes.submit(text, self.session.as_ref());
        self.call(chore, call);
        self.posts.left = Some((id, now.mono));
        self.posts.doubt = None;
        self.posts.running = Some(Post {
            chore,
            id,
            text: text.to_owned(),
            session: self.session.clone(),
        });
        Outgoing::Called
    }

    /// Its call has ended.
    pub(super) fn posted(&mut self, post: Post, result: Result<HttpResponse, HttpFailure>) {
        let Ok(response) = result else {
            return self.fate_unknown(&post);
        };
        match rest::kind(response.status) {
            Kind::Done => self.taken(post, &response),
            Kind::Broken => self.fate_unknown(&post),
            Kind::Later => {
                self.steps.push_back(Step::Signal(Signal::Throttled {
                    local_id: Some(post.id),
                    message: rest::why(&response),
                    wait: response.wait(self.now.wall),
                }));
                self.steps.push_back(Step::NotTaken(post.id));
            }
            Kind::Forbidden => self.forbidden(&post, &response),
            Kind::Unknown => self.sent_to_nobody(&post, &response),
            Kind::Unchanged | Kind::Never => self.steps.push_back(Step::Signal(Signal::Refused {
                local_id: Some(post.id),
                message: rest::why(&response),
            })),
        }
    }

    fn taken(&mut self, post: Post, response: &HttpResponse) {
        let taken = rest::taken(&response.body);
        self.clock.told(taken.at, self.now.mono);
        let mut senseless = false;
        match (taken.session, &self.session) {
            (Some(told), Some(known)) if told == *known => {}
            // The server went on in another session than the one it was asked to.
            (Some(told), Some(_)) if post.session.is_some() => {
                self.steps.push_back(Step::NotTaken(post.id));
                self.lose_session("the server began another session".to_owned());
                self.adopt(told);
            }
            (Some(told), None) => self.adopt(told),
            (Some(_), Some(_)) | (None, Some(_)) => {}
            (None, None) => senseless = post.session.is_none(),
        }
        if taken.id.is_none() {
            self.posts.note_unnamed(post.text);
        }
        self.steps.push_back(Step::Signal(Signal::Acknowledged {
            local_id: post.id,
            server_id: taken.id,
            at: taken.at,
        }));
        if senseless {
            return self.end(LineEnd::Senseless(self.routes.words(
                "no session id in the answer to the first message; check the site's back end",
                "no session id in the answer to the first message; check apiUrl",
            )));
        }
        self.after_message();
    }

    /// The key or the origin: the site has to be put right before anything is sent again.
    fn forbidden(&mut self, post: &Post, response: &HttpResponse) {
        self.steps.push_back(Step::NotTaken(post.id));
        self.end(LineEnd::Refused(rest::why(response)));
    }

    /// The session it was sent to is gone, and the next one takes it; without a session there is nobody at all.
    fn sent_to_nobody(&mut self, post: &Post, response: &HttpResponse) {
        if post.session.is_none() {
            return self.forbidden(post, response);
        }
        self.steps.push_back(Step::NotTaken(post.id));
        if post.session == self.session {
            self.lose_session(rest::why(response));
        }
    }

    fn fate_unknown(&mut self, post: &Post) {
        self.steps.push_back(Step::Unclear(post.id));
        self.doubt(post.id, &post.text);
    }

    /// A message waits for what became of it; it may have been sent by an earlier life.
    pub(crate) fn settle(&mut self, id: LocalId, text: &str, now: Now) {
        self.now = now;
        let is_known = self.posts.doubt.as_ref().is_some_and(|doubt| doubt.id == id);
        if !is_known && !self.posts.is_running() {
            self.doubt(id, text);
        }
    }

    fn doubt(&mut self, id: LocalId, text: &str) {
        if self.session.is_none() {
            return self.steps.push_back(Step::Undecidable(id));
        }
        // What an earlier life sent may have left a moment ago: nobody remembers.
        let left = self.posts.left.filter(|(last, _)| *last == id);
        let left = left.map_or(self.now.mono, |(_, at)| at);
        self.posts.doubt = Some(Doubt {
            id,
            text: text.to_owned(),
            settled_at: left + self.posts.settling,
        });
        // It may be there already.
        if self.line == Line::Up {
            self.poll_soon(self.now);
        }
    }
}
