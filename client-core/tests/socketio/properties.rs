//! Whatever arrives: no panic, no second end, and what was written reads the same.

use proptest::prelude::*;
use visavis_client_core::socketio::{Body, Carried, Line, LineEvent, Packet, Value};

use crate::{OPEN, at, events, joined, transmits};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|flag| flag.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let nested = leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((any::<String>(), inner), 0..4).prop_map(|members| {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| format!("{}:{value}", serde_json::to_string(name).unwrap()))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    });
    nested.prop_map(|text| text.parse().unwrap())
}

fn any_object() -> impl Strategy<Value = Value> {
    prop::collection::vec(("[a-z]{1,4}", any_json()), 0..3).prop_map(|members| {
        let members: Vec<_> = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", members.join(",")).parse().unwrap()
    })
}

fn any_packet() -> impl Strategy<Value = Packet> {
    let name = "[a-z0-9_ é\"-]{0,12}".prop_filter("usable", |name| {
        !["connect", "connect_error", "disconnect", "disconnecting"].contains(&name.as_str())
    });
    let items = (name, prop::collection::vec(any_json(), 0..4)).prop_map(|(name, args)| {
        let mut items = vec![Value::String(name)];
        items.extend(args);
        items
    });
    let body = prop_oneof![
        prop::option::of(any_object()).prop_map(Body::Connect),
        Just(Body::Disconnect),
        any_object().prop_map(Body::ConnectError),
        (any::<Option<u64>>(), items, 0..=10_usize).prop_map(|(id, items, attachments)| Body::Event {
            id,
            items,
            attachments
        }),
        (any::<u64>(), prop::collection::vec(any_json(), 0..4), 0..=10_usize)
            .prop_map(|(id, args, attachments)| { Body::Ack { id, args, attachments } }),
    ];
    ("/[a-z0-9?=/-]{0,8}", body).prop_map(|(namespace, body)| Packet { namespace, body })
}

/// Texts that are nearly packets.
fn nearly() -> impl Strategy<Value = String> {
    r#"[0-6][0-6]?[0-9]{0,2}-?(/[a-z]{0,3},?)?[0-9]{0,3}(\[|\{|"|\]|\}|,|:|[a-z0-9]|"x"|null|"sid":"c"|"_placeholder":true,"num":0){0,8}"#
}

fn anything() -> impl Strategy<Value = Carried> {
    prop_oneof![
        nearly().prop_map(Carried::Text),
        any::<String>().prop_map(Carried::Text),
        any_packet().prop_map(|packet| Carried::Text(format!("4{}", packet.encode()))),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(Carried::Binary),
        Just(Carried::Text("2".to_owned())),
        Just(Carried::Text(r#"40{"sid":"c1","pid":"p1"}"#.to_owned())),
        Just(Carried::Text(OPEN.to_owned())),
    ]
}

fn ends(told: &[LineEvent]) -> usize {
    let is_end = |event: &&LineEvent| {
        matches!(
            event,
            LineEvent::Broken(_) | LineEvent::Refused { .. } | LineEvent::Disconnected
        )
    };
    told.iter().filter(is_end).count()
}

proptest! {
    #[test]
    fn what_was_written_reads_the_same(packet in any_packet()) {
        let text = packet.encode();
        prop_assert!(Packet::decode(&text) == Ok(packet), "{}", text);
    }

    #[test]
    fn what_reads_writes_something_that_reads_the_same(text in nearly()) {
        if let Ok(packet) = Packet::decode(&text) {
            let again = packet.encode();
            prop_assert!(Packet::decode(&again) == Ok(packet), "{} {}", text, again);
        }
    }

    #[test]
    fn any_payload_packet_survives_the_way(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let packet = Carried::Binary(bytes);
        prop_assert_eq!(Carried::from_payload(&packet.clone().into_payload()), Ok(packet));
    }

    #[test]
    fn whatever_arrives_a_line_ends_once_and_is_silent_then(packets in prop::collection::vec(anything(), 0..24), opened: bool) {
        let mut line = if opened { joined("/") } else { Line::new("/", "{}", None) };
        let mut told = Vec::new();
        for packet in &packets {
            line.receive(packet, at(1));
            told.extend(events(&mut line));
        }
        prop_assert!(ends(&told) <= 1);
        if ends(&told) == 1 {
            prop_assert_eq!(ends(&told[told.len() - 1..]), 1, "nothing comes after the end");
            prop_assert!(transmits(&mut line).is_empty());
            prop_assert!(!line.is_connected());
        }
        let connected = told.iter().filter(|event| matches!(event, LineEvent::Connected { .. })).count();
        prop_assert!(connected <= usize::from(!opened));
    }

    #[test]
    fn every_event_that_was_sent_whole_arrives(packets in prop::collection::vec(any_packet(), 1..6)) {
        let mut line = joined("/room");
        let mut expected = 0;
        for packet in packets {
            let Body::Event { items, attachments, .. } = &packet.body else { continue };
            // What refers to an attachment by chance has its own test.
            if items.iter().any(|item| item.to_string().contains("_placeholder")) { continue }
            let here = Packet { namespace: "/room".to_owned(), body: packet.body.clone() };
            line.receive_text(&format!("4{}", here.encode()), at(1));
            for part in 0..*attachments {
                line.receive_binary(&vec![7; part], at(1));
            }
            expected += 1;
        }
        let told = events(&mut line);
        prop_assert_eq!(told.len(), expected);
        prop_assert!(told.iter().all(|event| matches!(event, LineEvent::Event(_))));
    }
}
