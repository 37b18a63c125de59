//! The core's driver in a browser: carries out what the core says and reports what happened, one input at a time.

#[cfg(feature = "rich")]
mod burst;
mod clock;
pub(crate) mod draft;
pub(crate) mod fetch;
#[cfg(feature = "rich")]
mod files;
pub(crate) mod lifecycle;
pub(crate) mod listener;
#[cfg(feature = "rich")]
mod place;
mod provider;
pub(crate) mod socket;
pub(crate) mod tabs;
mod timer;
#[cfg(feature = "rich")]
mod upload;
mod wishes;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::time::Duration;

use js_sys::{Array, Function};
use visavis_client_core::http::HttpRequest;
use visavis_client_core::ids::{Generation, LocalId, RequestId};
use visavis_client_core::time::Instant;
use visavis_client_core::{Client, Command, Config, Error, Event, Input, Output};

use wasm_bindgen::{JsCast, JsValue};

pub(crate) use self::clock::now;
use self::fetch::Call;
use self::listener::Listener;
#[cfg(feature = "rich")]
pub(crate) use self::place::{Place, here};
pub(crate) use self::provider::Providers;
use self::socket::{Report, Socket};
use self::tabs::Tabs;
pub(crate) use self::timer::Timer;
#[cfg(feature = "rich")]
pub(crate) use self::timer::soon;

/// How often a socket is asked again how much it still has to write.
const BUFFER_CHECK: Duration = Duration::from_millis(100);

/// How long nobody may look at the clocks. They alone tell that the machine slept: no timer runs meanwhile, and the next may be a minute away.
const LOOK: Duration = Duration::from_secs(4);

/// Who hears of what happens.
pub(crate) trait Audience {
    /// Something happened. The client may be used from here. Answers how the page is told, if it is.
    fn hear(&self, event: Event) -> Option<(&'static str, JsValue)>;

    /// Something happened in the tab that leads: how the page is told, and the event where it changes what is shown beyond the client.
    fn overhear(&self, name: &str, detail: &JsValue, event: Option<Event>);

    /// Everything that happened together was told; the client is at rest.
    fn settled(&self, client: &Client);
}

/// A running client.
pub(crate) struct Driver {
    client: RefCell<Client>,
    audience: Rc<dyn Audience>,
    providers: Providers,
    tabs: Tabs,
    hear: RefCell<Option<tabs::Hear>>,
    /// What the tabs that follow are still to be told.
    news: RefCell<Array>,
    inputs: RefCell<VecDeque<Input>>,
    outputs: RefCell<VecDeque<Output>>,
    pumping: Cell<bool>,
    #[cfg(feature = "rich")]
    burst: burst::Burst,
    #[cfg(feature = "rich")]
    pieces: burst::Pieces,
    socket: RefCell<Option<Socket>>,
    calls: RefCell<Vec<(RequestId, Call)>>,
    #[cfg(feature = "rich")]
    files: files::Files,
    report: Report,
    deadline: Timer,
    armed_for: Cell<Option<Instant>>,
    buffer_check: Timer,
    page: RefCell<Vec<Listener>>,
}

impl Driver {
    /// Makes a client that follows until it turns out to lead, and takes up what the store holds. A stored session goes on at once;
    /// without one only the public settings are fetched.
    pub(crate) fn launch(
        config: Config,
        providers: Providers,
        audience: Rc<dyn Audience>,
        among: &Function,
    ) -> Result<Rc<Self>, Error> {
        let mut client = Client::new(config, seed(), now())?;
        let name = ["visavis:", &client.scope()].concat();
        let tabs = tabs::part(among, &name.into());
        let following: VecDeque<Output> = client.handle(Input::LeadLost, now()).collect();
        if let Some(text) = tabs.read()
            && client.restore(&text, now()).is_err()
        {
            tabs.set_aside(&text);
        }
        let is_new = !client.has_session();
        let driver = Rc::new_cyclic(|weak| Self::new(weak, client, providers, audience, tabs));
        driver.outputs.replace(following);
        #[cfg_attr(not(feature = "rich"), allow(unused_mut))]
        let mut listeners = lifecycle::watch(&driver.report);
        #[cfg(feature = "rich")]
        listeners.extend(place::watch(&driver.report));
        driver.page.replace(listeners);
        driver.take_part();
        if is_new {
            driver.command(Command::FetchConfig);
        }
        Ok(driver)
    }

    /// Makes a client that begins at once and leaves nothing behind.
    #[cfg(feature = "rich")]
    pub(crate) fn view(config: Config, audience: Rc<dyn Audience>, among: &Function) -> Result<Rc<Self>, Error> {
        let client = Client::new(config, seed(), now())?;
        let tabs = tabs::part(among, &JsValue::UNDEFINED);
        let driver = Rc::new_cyclic(|weak| Self::new(weak, client, Providers::default(), audience, tabs));
        driver.page.replace(lifecycle::watch(&driver.report));
        driver.command(Command::Start);
        Ok(driver)
    }

    fn take_part(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let hear = tabs::Hear::new(move |kind, subject, events| {
            if let Some(driver) = weak.upgrade() {
                driver.heard(kind, &subject, &events);
            }
        });
        self.tabs.join(hear.as_ref().unchecked_ref());
        self.hear.replace(Some(hear));
    }

    fn new(weak: &Weak<Self>, client: Client, providers: Providers, audience: Rc<dyn Audience>, tabs: Tabs) -> Self {
        let report: Report = Rc::new({
            let weak = weak.clone();
            move |input| {
                if let Some(driver) = weak.upgrade() {
                    driver.input(input);
                }
            }
        });
        let deadline = Timer::new({
            let weak = weak.clone();
            move || {
                if let Some(driver) = weak.upgrade() {
                    driver.armed_for.set(None);
                    driver.input(Input::Timeout);
                }
            }
        });
        let buffer_check = Timer::new({
            let weak = weak.clone();
            move || {
                if let Some(driver) = weak.upgrade() {
                    driver.report_buffer();
                }
            }
        });
        Self {
            client: RefCell::new(client),
            audience,
            providers,
            tabs,
            hear: RefCell::default(),
            news: RefCell::default(),
            inputs: RefCell::default(),
            outputs: RefCell::default(),
            pumping: Cell::new(false),
            #[cfg(feature = "rich")]
            burst: burst::Burst::new({
                let weak = weak.clone();
                move || {
                    if let Some(driver) = weak.upgrade() {
                        driver.window_over();
                    }
                }
            }),
            #[cfg(feature = "rich")]
            pieces: burst::Pieces::default(),
            socket: RefCell::default(),
            calls: RefCell::default(),
            #[cfg(feature = "rich")]
            files: files::Files::default(),
            report,
            deadline,
            armed_for: Cell::new(None),
            buffer_check,
            page: RefCell::default(),
        }
    }

    /// Gives the client a command.
    pub(crate) fn command(&self, command: Command) {
        self.input(Input::Command(command));
    }

    /// Queues a message; it is safe once its event with the status `pending` was told.
    pub(crate) fn send(&self, text: &str) -> Result<LocalId, Error> {
        let sent = {
            let mut client = self.client.borrow_mut();
            let sent = client.send(text, now());
            self.outputs.borrow_mut().extend(client.drain());
            sent
        };
        self.pump();
        sent
    }

    /// Queues a message with files.
    #[cfg(feature = "rich")]
    pub(crate) fn send_files(&self, text: &str, files: &[web_sys::File]) -> Result<LocalId, Error> {
        let kept = self.files.keep(files);
        let sent = {
            let mut client = self.client.borrow_mut();
            let sent = client.send_files(text, kept.clone(), now());
            self.outputs.borrow_mut().extend(client.drain());
            sent
        };
        if sent.is_err() {
            for info in kept {
                self.files.release(info.file);
            }
        }
        self.pump();
        sent
    }

    /// Looks at the client.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&Client) -> T) -> T {
        at(&self.client.borrow())
    }

    /// Disconnects for good. The queue stays in the store.
    pub(crate) fn stop(&self) {
        self.page.take();
        self.command(Command::Stop);
        self.tabs.leave();
        self.deadline.disarm();
        self.buffer_check.disarm();
        self.calls.take();
        #[cfg(feature = "rich")]
        self.files.give_up();
        self.socket.take();
    }

    /// Whether a sound is this tab's. Of several tabs one makes it.
    pub(crate) fn rings(&self) -> bool {
        self.tabs.rings()
    }

    /// Takes an input in and tells nobody yet what comes of it.
    fn absorb(&self, input: Input) {
        let mut client = self.client.borrow_mut();
        self.outputs.borrow_mut().extend(client.handle(input, now()));
    }

    fn input(&self, input: Input) {
        #[cfg(feature = "rich")]
        self.precede(&input);
        self.inputs.borrow_mut().push_back(input);
        self.pump();
    }

    /// Carries everything out, in order. Whatever is reported meanwhile waits its turn: this is never entered twice.
    fn pump(&self) {
        if self.pumping.replace(true) {
            return;
        }
        loop {
            let output = self.outputs.borrow_mut().pop_front();
            if let Some(output) = output {
                self.carry_out(output);
                continue;
            }
            let input = self.inputs.borrow_mut().pop_front();
            #[cfg(feature = "rich")]
            if input.is_none() && self.tell_pieces() {
                continue;
            }
            let Some(input) = input else { break };
            self.absorb(input);
        }
        self.pumping.set(false);
        self.tabs.tell(self.news.take());
        let client = self.client.borrow();
        self.arm(&client);
        self.audience.settled(&client);
    }

    fn arm(&self, client: &Client) {
        let due = client.poll_timeout().map(|(instant, _)| instant);
        match (due, self.armed_for.get()) {
            // Every frame moves a deadline on. A timer that fires too early does no harm; setting it anew costs more than the frame.
            (Some(due), Some(armed)) if armed <= due => return,
            (Some(due), _) => self.deadline.arm(due.since(now().mono).min(LOOK)),
            (None, _) => self.deadline.disarm(),
        }
        self.armed_for.set(due);
    }

    fn carry_out(&self, output: Output) {
        match output {
            Output::Http { request, call } => self.call(request, call),
            Output::CancelHttp { request } => {
                self.calls.borrow_mut().retain(|(running, _)| *running != request);
                #[cfg(feature = "rich")]
                self.files.cancel(request);
            }
            #[cfg(feature = "rich")]
            Output::Upload { request, call } => self.files.upload(request, &call, &self.report),
            #[cfg(feature = "rich")]
            Output::Release { file } => self.files.release(file),
            Output::Provide { request, what } => self.providers.ask(request, what, &self.report),
            Output::OpenSocket { generation, url } => {
                self.socket.take();
                let opened = Socket::open(generation, url.expose(), &self.report);
                self.socket.replace(opened);
            }
            Output::Transmit { generation, frame } => self.transmit(generation, &frame),
            Output::CloseSocket { generation, code } => {
                if let Some(socket) = self
                    .socket
                    .borrow_mut()
                    .take_if(|socket| socket.generation() == generation)
                {
                    socket.close(code);
                }
            }
            Output::Store { write, snapshot } => {
                let result = match self.tabs.keep(&snapshot.0) {
                    Ok(true) => Ok(()),
                    // This tab does not lead any more, which it hears in another way.
                    Ok(false) => return,
                    Err(_) => Err(String::from("the browser's storage is full or closed to this page")),
                };
                self.inputs.borrow_mut().push_back(Input::Stored { write, result });
            }
            #[cfg(feature = "rich")]
            Output::Event(event) => {
                if let Some(event) = self.pieces.join(event) {
                    self.tell_pieces();
                    self.tell(event);
                }
            }
            #[cfg(not(feature = "rich"))]
            Output::Event(event) => self.tell(event),
            Output::HandOver { number, command } => {
                // JavaScript's numbers are exact up to 2^53.
                #[allow(clippy::cast_precision_loss)]
                self.tabs.hand_over(number as f64, &wishes::write(self, &command));
            }
            Output::TakeLead => self.tabs.take_lead(),
            // The core's list is open to later back ends; what this driver does not know it cannot do.
            _ => {}
        }
    }

    #[cfg(feature = "rich")]
    fn tell_pieces(&self) -> bool {
        let pieces = self.pieces.take();
        let were_some = pieces.is_some();
        if let Some(event) = pieces {
            self.tell(event);
        }
        were_some
    }

    /// Tells the page, and in time the tabs that follow.
    fn tell(&self, event: Event) {
        if let Some((name, detail)) = self.audience.hear(event) {
            self.news.borrow().push(&Array::of2(&name.into(), &detail));
        }
    }

    fn call(&self, request: RequestId, call: HttpRequest) {
        let report = Rc::clone(&self.report);
        let begun = fetch::begin(call, move |result| report(Input::HttpFinished { request, result }));
        if let Some(call) = begun {
            let mut calls = self.calls.borrow_mut();
            calls.retain(|(_, call)| !call.ended());
            calls.push((request, call));
        }
    }

    fn transmit(&self, generation: Generation, frame: &str) {
        if let Some(socket) = self
            .socket
            .borrow()
            .as_ref()
            .filter(|socket| socket.generation() == generation)
        {
            socket.transmit(frame);
        }
        self.report_buffer();
    }

    /// Tells how much the socket still has to write, again and again until it is nothing.
    fn report_buffer(&self) {
        let reading = self
            .socket
            .borrow()
            .as_ref()
            .map(|socket| (socket.generation(), socket.buffered()));
        let Some((generation, bytes)) = reading else { return };
        if bytes > 0 {
            self.buffer_check.arm(BUFFER_CHECK);
        }
        self.input(Input::SocketBuffered { generation, bytes });
    }
}

/// 64 random bits from the browser.
pub(crate) fn seed() -> u64 {
    let mut bytes = [0_u8; 8];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // It fails only for more than 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    u64::from_le_bytes(bytes)
}
