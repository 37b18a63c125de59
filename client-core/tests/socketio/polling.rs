//! Long-polling as a client does it: calls to the letter, batches under the limit, faults by their kind.

use std::collections::VecDeque;
use std::time::Duration;

use proptest::prelude::*;
use visavis_client_core::http::{HttpFailure, HttpRequest, HttpResponse, MediaType, Method};
use visavis_client_core::socketio::{
    Carried, Endpoint, Exchange, Line, LineEvent, Malformed, Polling, PollingFault, PollingOutput, Refusal, SEPARATOR,
    Transport, TransportChoice, Transports,
};
use visavis_client_core::url::BaseUrl;

use crate::{at, events};

fn endpoint() -> Endpoint {
    let base = BaseUrl::parse("baseUrl", "https://gateway.example/base/").unwrap();
    Endpoint::new(base, Some("https://app.acme.com"))
}

fn open(max_payload: usize) -> String {
    format!(
        r#"0{{"sid":"s 1","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":{max_payload}}}"#
    )
}

fn answer(body: &str) -> Result<HttpResponse, HttpFailure> {
    refused(200, body)
}

fn refused(status: u16, body: &str) -> Result<HttpResponse, HttpFailure> {
    Ok(HttpResponse {
        status,
        body: body.to_owned(),
        ..HttpResponse::default()
    })
}

fn text(text: &str) -> Carried {
    Carried::Text(text.to_owned())
}

/// A session and what it asked for and told.
struct Session {
    polling: Polling,
    calls: Vec<(Exchange, HttpRequest)>,
    packets: Vec<Carried>,
    faults: Vec<PollingFault>,
}

impl Session {
    fn new() -> Self {
        let mut session = Self {
            polling: Polling::new(&endpoint(), at(0)),
            calls: Vec::new(),
            packets: Vec::new(),
            faults: Vec::new(),
        };
        session.drain();
        session
    }

    fn opened(max_payload: usize) -> Self {
        let mut session = Self::new();
        session.get(&open(max_payload));
        session.calls.clear();
        session.packets.clear();
        session
    }

    fn drain(&mut self) {
        while let Some(output) = self.polling.poll_output() {
            match output {
                PollingOutput::Call(exchange, call) => {
                    assert!(self.calls.len() < 100, "calls without end");
                    self.calls.push((exchange, call));
                }
                PollingOutput::Packet(packet) => self.packets.push(packet),
                PollingOutput::Failed(fault) => self.faults.push(fault),
                other => panic!("{other:?}"),
            }
        }
    }

    fn finished(&mut self, exchange: Exchange, result: Result<HttpResponse, HttpFailure>) {
        self.polling.finished(exchange, result, at(1));
        self.drain();
    }

    fn get(&mut self, body: &str) {
        self.finished(Exchange::Get, answer(body));
    }

    fn send(&mut self, packets: &[&str]) {
        for packet in packets {
            self.polling.send(text(packet));
        }
        self.drain();
    }

    fn take_calls(&mut self) -> Vec<(Exchange, HttpRequest)> {
        std::mem::take(&mut self.calls)
    }

    fn posted(&mut self) -> Vec<String> {
        let posts = self.take_calls().into_iter();
        posts
            .filter(|(exchange, _)| *exchange == Exchange::Post)
            .map(|(_, call)| call.body.unwrap())
            .collect()
    }
}

#[test]
fn the_calls_leave_to_the_letter() {
    let mut session = Session::new();
    let begun = at(0).wall.0;
    let base = "https://gateway.example/base/socket.io/?EIO=4&transport=polling";
    let calls = session.take_calls();
    let [(Exchange::Get, handshake)] = calls.as_slice() else {
        panic!("not one GET");
    };
    assert_eq!(handshake.url.expose(), format!("{base}&t={begun}-0"));
    assert_eq!((handshake.method, &handshake.body), (Method::Get, &None));
    assert_eq!(handshake.origin.as_deref(), Some("https://app.acme.com"));

    session.polling.send(text("40"));
    session.get(&open(1_000_000));
    assert_eq!(session.packets, [text(&open(1_000_000))]);
    let calls = session.take_calls();
    let [(Exchange::Get, get), (Exchange::Post, post)] = calls.as_slice() else {
        panic!("not a GET and a POST");
    };
    assert_eq!(get.url.expose(), format!("{base}&sid=s%201&t={begun}-1"));
    assert_eq!(
        get.timeout,
        Duration::from_millis(500),
        "as long as the server may be silent"
    );
    assert_eq!(post.url.expose(), format!("{base}&sid=s%201&t={begun}-2"));
    assert_eq!((post.method, post.body.as_deref()), (Method::Post, Some("40")));
    assert_eq!(post.media_type, MediaType::Text);
    assert!(!format!("{get:?}").contains("s%201"), "the session is not printed");
}

#[test]
fn the_websocket_is_found_beside_it() {
    assert_eq!(
        endpoint().websocket().expose(),
        "wss://gateway.example/base/socket.io/?EIO=4&transport=websocket"
    );
}

#[test]
fn packets_of_one_answer_are_told_apart() {
    let mut session = Session::opened(1_000_000);
    session.get("4test1\u{1e}4test2\u{1e}4test3");
    session.get("4hello\u{1e}bAQIDBA==");
    assert_eq!(
        session.packets,
        [
            text("4test1"),
            text("4test2"),
            text("4test3"),
            text("4hello"),
            Carried::Binary(vec![1, 2, 3, 4])
        ]
    );
    assert_eq!(session.take_calls().len(), 2, "each answer is followed by the next GET");
}

#[test]
fn packets_to_send_share_a_body() {
    let mut session = Session::opened(1_000_000);
    session.polling.send(text("4hello"));
    session.polling.send(Carried::Binary(vec![1, 2, 3, 4]));
    session.drain();
    assert_eq!(session.posted(), ["4hello\u{1e}bAQIDBA=="]);
}

#[test]
fn there_is_never_a_second_call_of_a_kind() {
    let mut session = Session::opened(1_000_000);
    session.send(&["4a"]);
    session.send(&["4b"]);
    session.send(&["4c"]);
    assert_eq!(session.posted(), ["4a"]);
    session.finished(Exchange::Post, answer("ok"));
    assert_eq!(session.posted(), ["4b\u{1e}4c"]);
    session.get("2");
    assert_eq!(session.take_calls().len(), 1);
}

#[test]
fn a_body_stays_under_the_limit_and_a_giant_goes_alone() {
    let mut session = Session::opened(9);
    session.send(&["4234", "4678", "4x", "4012345678901", "é", "é", "é", "é"]);
    let mut bodies = session.posted();
    for _ in 0..10 {
        session.finished(Exchange::Post, answer("ok"));
        bodies.extend(session.posted());
    }
    assert_eq!(
        bodies,
        ["4234\u{1e}4678", "4x", "4012345678901", "é\u{1e}é\u{1e}é", "é"]
    );
}

#[test]
fn a_refusal_is_known_by_its_code() {
    for (code, refusal) in [
        (0, Some(Refusal::TransportUnknown)),
        (1, Some(Refusal::SessionUnknown)),
        (2, Some(Refusal::BadHandshakeMethod)),
        (3, Some(Refusal::BadRequest)),
        (4, Some(Refusal::Forbidden)),
        (5, Some(Refusal::UnsupportedVersion)),
        (6, None),
    ] {
        let status = if code == 4 { 403 } else { 400 };
        let mut session = Session::opened(1_000_000);
        session.finished(
            Exchange::Get,
            refused(status, &format!(r#"{{"code":{code},"message":"words"}}"#)),
        );
        let message = "words".to_owned();
        let wait = None;
        assert_eq!(
            session.faults,
            [PollingFault::Refused {
                status,
                refusal,
                message,
                wait
            }]
        );
        assert_eq!(session.take_calls(), [], "a session that is gone is not asked again");
    }
}

#[test]
fn what_stands_between_may_ask_to_wait() {
    let mut session = Session::new();
    let busy = HttpResponse {
        status: 503,
        body: "<html>".to_owned(),
        retry_after: Some("7".to_owned()),
        date: None,
        ..HttpResponse::default()
    };
    session.finished(Exchange::Get, Ok(busy));
    let [
        PollingFault::Refused {
            status: 503,
            refusal: None,
            message,
            wait: Some(wait),
        },
    ] = session.faults.as_slice()
    else {
        panic!("{:?}", session.faults);
    };
    assert_eq!((message.as_str(), *wait), ("", Duration::from_secs(7)));
}

#[test]
fn an_answer_that_no_server_gives_ends_the_session() {
    for first in ["", "4hello", "<html>", "2", "b", r#"0{"no":"sid"}"#] {
        let mut session = Session::new();
        session.get(first);
        assert_eq!(
            session.faults,
            [PollingFault::Malformed(Malformed::Handshake)],
            "{first:?}"
        );
    }
    let mut session = Session::opened(1_000_000);
    session.get("4a\u{1e}b%%%");
    assert_eq!(session.faults, [PollingFault::Malformed(Malformed::Base64)]);
    assert_eq!(session.packets, [text("4a")]);
    let mut session = Session::opened(1_000_000);
    session.send(&["4a"]);
    session.finished(Exchange::Post, answer("<html>"));
    assert_eq!(session.faults, [PollingFault::NotTaken]);
    let mut session = Session::opened(1_000_000);
    session.finished(Exchange::Get, Err(HttpFailure::Timeout));
    assert_eq!(session.faults, [PollingFault::Failed(HttpFailure::Timeout)]);
    session.finished(Exchange::Get, answer("4late"));
    session.send(&["4late"]);
    assert_eq!((session.packets, session.faults.len()), (Vec::new(), 1));
}

#[test]
fn the_servers_close_ends_the_session_without_another_call() {
    let mut session = Session::opened(1_000_000);
    session.get("4a\u{1e}1");
    session.send(&["4b"]);
    assert_eq!(session.packets, [text("4a"), text("1")]);
    assert_eq!((session.take_calls(), session.faults), (Vec::new(), Vec::new()));
}

#[test]
fn closing_says_what_was_left_to_say_and_then_so() {
    let mut session = Session::opened(1_000_000);
    session.send(&["4a"]);
    session.send(&["4b"]);
    session.polling.close();
    session.send(&["4late"]);
    session.finished(Exchange::Post, answer("ok"));
    session.finished(Exchange::Post, answer("ok"));
    session.get("6");
    assert!(!session.polling.is_over());
    session.finished(Exchange::Post, answer("ok"));
    assert!(session.polling.is_over());
    assert_eq!(session.posted(), ["4a", "4b", "1"]);
    assert_eq!((session.packets, session.faults), (vec![text("6")], Vec::new()));
    let mut session = Session::new();
    session.take_calls();
    session.polling.close();
    session.get(&open(9));
    assert_eq!((session.take_calls(), session.packets), (Vec::new(), Vec::new()));
}

#[test]
fn an_answer_to_nothing_is_ignored() {
    let mut session = Session::opened(1_000_000);
    session.finished(Exchange::Post, answer("ok"));
    session.finished(Exchange::Post, refused(400, ""));
    assert_eq!((session.take_calls(), session.faults), (Vec::new(), Vec::new()));
}

#[test]
fn a_line_runs_over_it_as_over_a_websocket() {
    let mut session = Session::new();
    let mut line = Line::new("/chat", r#"{"token":"t"}"#, None);
    let mut posted = Vec::new();
    for (body, sent) in [
        (open(1_000_000), r#"40/chat,{"token":"t"}"#),
        (
            "2\u{1e}40/chat,{\"sid\":\"c1\"}\u{1e}42/chat,[\"hi\",1]".to_owned(),
            "3",
        ),
    ] {
        session.get(&body);
        for packet in std::mem::take(&mut session.packets) {
            line.receive(&packet, at(1));
        }
        while let Some(frame) = line.poll_transmit() {
            session.send(&[&frame]);
        }
        session.finished(Exchange::Post, answer("ok"));
        posted.extend(session.posted());
        assert_eq!(posted.last().map(String::as_str), Some(sent));
    }
    assert!(matches!(events(&mut line).last(), Some(LineEvent::Event(event)) if event.name == "hi"));
}

// --- the choice ---------------------------------------------------------------------------------------------------------------

#[test]
fn polling_comes_after_two_websockets_that_did_not_open() {
    use Transport::{Polling, WebSocket};
    let mut choice = TransportChoice::default();
    assert_eq!(choice.next(), WebSocket);
    choice.failed(WebSocket);
    choice.opened(WebSocket);
    choice.failed(WebSocket);
    assert_eq!(
        choice.next(),
        WebSocket,
        "an opening between them starts the count anew"
    );
    choice.failed(WebSocket);
    assert_eq!(choice.next(), Polling);
    choice.opened(Polling);
    assert_eq!(choice.next(), WebSocket, "one more WebSocket is tried");
    choice.failed(WebSocket);
    assert_eq!(choice.next(), Polling, "and one is enough");
    choice.failed(Polling);
    assert_eq!(choice.next(), WebSocket, "the server is away altogether");
    choice.failed(WebSocket);
    assert_eq!(choice.next(), WebSocket);
}

#[test]
fn polling_can_be_forbidden() {
    let mut always = TransportChoice::new(Transports::Polling);
    always.failed(Transport::Polling);
    assert_eq!(always.next(), Transport::Polling);
    let mut choice = TransportChoice::new(Transports::WebSocket);
    for _ in 0..300 {
        choice.failed(Transport::WebSocket);
        assert_eq!(choice.next(), Transport::WebSocket);
    }
}

// --- any order ----------------------------------------------------------------------------------------------------------------

#[derive(Clone, Debug)]
enum Step {
    Send(Vec<u8>),
    AnswerGet(Vec<Vec<u8>>),
    AnswerPost,
}

fn step() -> impl Strategy<Value = Step> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..12);
    prop_oneof![
        bytes().prop_map(Step::Send),
        prop::collection::vec(bytes(), 1..4).prop_map(Step::AnswerGet),
        Just(Step::AnswerPost),
    ]
}

proptest! {
    #[test]
    fn however_packets_are_split_over_calls_all_arrive_once_and_in_order(
        steps in prop::collection::vec(step(), 0..40), max_payload in 1..40_usize
    ) {
        let mut session = Session::opened(max_payload);
        let (mut sent, mut taken) = (VecDeque::new(), Vec::new());
        let (mut given, mut posts, mut open_posts) = (Vec::new(), Vec::new(), 0_i32);
        for step in steps {
            match step {
                Step::Send(bytes) => {
                    sent.push_back(Carried::Binary(bytes.clone()));
                    session.polling.send(Carried::Binary(bytes));
                    session.drain();
                }
                Step::AnswerGet(packets) => {
                    let packets: Vec<_> = packets.into_iter().map(Carried::Binary).collect();
                    let bodies: Vec<_> = packets.iter().cloned().map(Carried::into_payload).collect();
                    given.extend(packets);
                    session.get(&bodies.join(&SEPARATOR.to_string()));
                    taken.append(&mut session.packets);
                }
                Step::AnswerPost if open_posts > 0 => {
                    open_posts -= 1;
                    session.finished(Exchange::Post, answer("ok"));
                }
                Step::AnswerPost => {}
            }
            let bodies = session.posted();
            open_posts += i32::try_from(bodies.len()).unwrap();
            prop_assert!(open_posts <= 1);
            for body in bodies {
                let packets: Vec<_> = body.split(SEPARATOR).map(|packet| Carried::from_payload(packet).unwrap()).collect();
                prop_assert!(body.len() <= max_payload || packets.len() == 1);
                posts.extend(packets);
            }
        }
        prop_assert_eq!(&given, &taken);
        while open_posts > 0 {
            session.finished(Exchange::Post, answer("ok"));
            open_posts -= 1;
            for body in session.posted() {
                open_posts += 1;
                posts.extend(body.split(SEPARATOR).map(|packet| Carried::from_payload(packet).unwrap()));
            }
        }
        prop_assert_eq!(Vec::from(sent), posts);
    }

    #[test]
    fn any_answer_at_all_is_survived(answers in prop::collection::vec((any::<bool>(), 100..600_u16, any::<String>()), 0..12)) {
        let mut session = Session::new();
        for (is_get, status, body) in answers {
            let exchange = if is_get { Exchange::Get } else { Exchange::Post };
            session.finished(exchange, refused(status, &body));
            session.send(&["4x"]);
        }
        prop_assert!(session.faults.len() <= 1);
    }
}
