//! Calls of the back end's own, and what their answers mean.

use crate::backend::socketio::Exchange;
use crate::backend::step::{self, Step};
use crate::error::Error;
use crate::event::Event;
use crate::http::{HttpFailure, HttpRequest, HttpResponse};
use crate::ids::{FileId, LocalId};
use crate::json::{self, Value};
use crate::time::{Now, UnixMillis};

use super::link::MOST_FAILED_CALLS;
use super::receipts::Seen;
use super::routes::Route;
use super::upload::FileTask;
use super::{AppEngine, answer, received};

/// What a call is for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Chore {
    History(String),
    /// What came since the newest known message.
    News,
    /// Tells that a message was seen, where no line can.
    MarkRead(Seen),
    /// Whether a message is in the history.
    LookUp(LocalId),
    Queue,
    JoinQueue,
    Contact,
    Upload(FileTask),
    /// Brings the line's packets.
    Carry(Exchange),
    /// Tells the server that a line by calls is over.
    Farewell,
}

impl Chore {
    /// Whether a new token, and with it a new line, is worth having for it.
    const fn may_renew(&self) -> bool {
        match self {
            Self::History(_) | Self::News | Self::LookUp(_) | Self::JoinQueue | Self::Upload(_) => true,
            Self::MarkRead(_) | Self::Queue | Self::Contact | Self::Carry(_) | Self::Farewell => false,
        }
    }
}

#[derive(Clone, Debug)]
struct Running {
    id: step::Chore,
    chore: Chore,
    call: Option<HttpRequest>,
    /// It waits for a newer token; found too old again, it fails.
    renewed: Renewed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Renewed {
    No,
    Waiting,
    Once,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Chores {
    running: Vec<Running>,
    last: u32,
}

impl AppEngine {
    /// Makes a call. One of a kind at a time: the older one of the queue's is not interesting any more.
    pub(super) fn run(&mut self, chore: Chore, call: HttpRequest) {
        let already = chore == Chore::Queue && self.chores.running.iter().any(|running| running.chore == chore);
        if already {
            return;
        }
        let id = self.note_chore(chore, Some(call.clone()));
        self.steps.push_back(Step::Call(id, call));
    }

    pub(super) fn note_chore(&mut self, chore: Chore, call: Option<HttpRequest>) -> step::Chore {
        self.chores.last += 1;
        let id = step::Chore(self.chores.last);
        self.chores.running.push(Running {
            id,
            chore,
            call,
            renewed: Renewed::No,
        });
        id
    }

    /// What a chore's upload is of, for telling how far it is.
    pub(crate) fn uploading(&self, id: step::Chore) -> Option<(LocalId, FileId)> {
        self.chores.running.iter().find_map(|running| match &running.chore {
            Chore::Upload(task) if running.id == id => Some((task.message, task.info.file)),
            _ => None,
        })
    }

    pub(super) fn fetch_history(&mut self, chat_id: &str) {
        let call = self.calls().history(&self.routes, chat_id);
        self.run(Chore::History(chat_id.to_owned()), call);
    }

    pub(super) fn fetch_news(&mut self, since: UnixMillis) {
        let email = self.memory.email().unwrap_or_default();
        let call = self.calls().messages_since(email, since);
        self.run(Chore::News, call);
    }

    fn news_answered(&mut self, result: Result<HttpResponse, HttpFailure>) {
        match result {
            Ok(response) if response.is_success() => {
                let told = json::parse(&response.body).ok();
                self.news_told(told.and_then(|body| received::history(&body, self.memory.email())));
            }
            Ok(_) => self.news_told(None),
            Err(_) => self.history_failed(MOST_FAILED_CALLS),
        }
    }

    pub(super) fn is_marking(&self) -> bool {
        let mut running = self.chores.running.iter();
        running.any(|running| matches!(running.chore, Chore::MarkRead(_)))
    }

    pub(super) fn look_up(&mut self, id: LocalId, chat_id: &str) {
        let call = self.calls().history(&self.routes, chat_id);
        self.run(Chore::LookUp(id), call);
    }

    fn look_up_answered(&mut self, id: LocalId, result: Result<HttpResponse, HttpFailure>) {
        match result {
            Ok(response) if response.is_success() => {
                let told = json::parse(&response.body).ok();
                self.looked_up(id, told.and_then(|body| received::history(&body, self.memory.email())));
            }
            Ok(response) if matches!(response.status, 403..=405) => self.looked_up(id, None),
            _ => {}
        }
    }

    /// A call of the back end's own has ended.
    pub(crate) fn chore_done(&mut self, id: step::Chore, result: Result<HttpResponse, HttpFailure>, now: Now) {
        self.now = now;
        let Some(at) = self.chores.running.iter().position(|running| running.id == id) else {
            return;
        };
        let is_old_token = matches!(&result, Ok(response) if response.status == 401);
        if let Some(running) = self.chores.running.get_mut(at)
            && is_old_token
            && running.renewed == Renewed::No
            && running.chore.may_renew()
        {
            running.renewed = Renewed::Waiting;
            return self.token_is_old();
        }
        let running = self.chores.running.swap_remove(at);
        self.chore_ended(running.chore, result);
    }

    fn chore_ended(&mut self, chore: Chore, result: Result<HttpResponse, HttpFailure>) {
        match chore {
            Chore::History(chat_id) => self.history_answered(&chat_id, result),
            Chore::News => self.news_answered(result),
            Chore::MarkRead(_) if matches!(&result, Ok(response) if response.is_success()) => self.tell_seen(),
            Chore::MarkRead(seen) => self.not_marked(seen),
            Chore::LookUp(id) => self.look_up_answered(id, result),
            Chore::Queue => self.queue_answered(result),
            Chore::JoinQueue => self.told_or_error(result, None),
            Chore::Contact => self.told_or_error(result, Some("contact")),
            Chore::Upload(task) => self.upload_answered(task, result),
            Chore::Carry(exchange) => self.carried(exchange, result),
            Chore::Farewell => {}
        }
    }

    /// What an earlier line wanted to know is answered too late for the next one.
    pub(super) fn forget_histories(&mut self) {
        let is_history = |chore: &Chore| matches!(chore, Chore::History(_) | Chore::News | Chore::LookUp(_));
        self.chores.running.retain(|running| !is_history(&running.chore));
    }

    /// The calls that carried a line end with it.
    pub(super) fn give_up_calls(&mut self) {
        let carries = |running: &Running| matches!(running.chore, Chore::Carry(_));
        for Running { id, .. } in self.chores.running.extract_if(.., |running| carries(running)) {
            let made = self.steps.len();
            self.steps
                .retain(|step| !matches!(step, Step::Call(call, _) if *call == id));
            if self.steps.len() == made {
                self.steps.push_back(Step::Cancel(id));
            }
        }
    }

    /// There is a newer token: what waited for it is asked again.
    pub(super) fn call_again(&mut self) {
        let token = self.token.clone();
        let mut uploads = Vec::new();
        for running in &mut self.chores.running {
            if running.renewed != Renewed::Waiting {
                continue;
            }
            running.renewed = Renewed::Once;
            match (&running.chore, &mut running.call) {
                (Chore::Upload(task), _) => uploads.push((running.id, task.clone())),
                (_, Some(call)) => {
                    call.bearer.clone_from(&token);
                    self.steps.push_back(Step::Call(running.id, call.clone()));
                }
                (_, None) => {}
            }
        }
        for (id, task) in uploads {
            self.upload_again(id, &task);
        }
    }

    fn history_answered(&mut self, chat_id: &str, result: Result<HttpResponse, HttpFailure>) {
        let Ok(response) = result else {
            return self.history_failed(MOST_FAILED_CALLS);
        };
        if response.is_success() {
            let told = json::parse(&response.body).ok();
            let told = told.and_then(|body| received::history(&body, self.memory.email()));
            self.history_told(told);
        } else if self.routes.go_on(Route::History, response.status) {
            self.fetch_history(chat_id);
        } else {
            match response.status {
                // There is no such conversation, so nothing was said in it.
                404 => self.history_told(Some(Vec::new())),
                429 | 503 if response.wait(self.now.wall).is_some() => {
                    let wait = response.wait(self.now.wall).unwrap_or_default();
                    self.history_throttled(wait);
                }
                408 | 425 | 429 | 500.. => self.history_failed(MOST_FAILED_CALLS),
                _ => self.history_told(None),
            }
        }
    }

    /// Without a place to be had there is nothing to wait for.
    fn queue_answered(&mut self, result: Result<HttpResponse, HttpFailure>) {
        let Ok(response) = result else {
            return;
        };
        if matches!(response.status, 401 | 404) {
            return self.desk.stop_waiting();
        }
        let body = json::parse(&response.body).ok();
        let body = body.as_ref().filter(|_| response.is_success());
        if let Some(body) = body.and_then(Value::as_object) {
            let place = received::place(super::record::payload(body));
            self.event(Event::Queue {
                position: place.position,
                ahead: place.ahead,
                wait: place.wait,
            });
        }
    }

    fn told_or_error(&mut self, result: Result<HttpResponse, HttpFailure>, name: Option<&'static str>) {
        let error = match result {
            Ok(response) if response.is_success() => None,
            Ok(response) => Some(Error::Refused {
                message: answer::words(&response),
                status: Some(response.status),
                retry_after: response.wait(self.now.wall),
            }),
            Err(failure) => Some(Error::Network {
                message: failure.to_string(),
            }),
        };
        let ok = error.is_none();
        self.steps.extend(error.map(|error| Step::Event(Event::Error(error))));
        self.steps
            .extend(name.map(|name| Step::Event(Event::Command { name, ok })));
    }
}
