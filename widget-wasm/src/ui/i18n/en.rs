//! English.

use super::{Connection, Delivery, Words};

pub(super) const WORDS: Words = Words {
    language: "en",
    open: "Open chat",
    close: "Close chat",
    unread: |count| match count {
        1 => String::from("1 unread message"),
        many => [&many.to_string(), " unread messages"].concat(),
    },
    title: "Chat",
    online: "Online",
    away: "Away right now",
    bot: "Assistant",
    agent: "Support",
    you: "You",
    conversation: "Conversation",
    greeting: "Hello! How can we help?",
    greeting_detail: "Write to us, an answer comes right here.",
    new_conversation: "New conversation",
    today: "Today",
    yesterday: "Yesterday",
    typing: |name| [name, " is typing"].concat(),
    arrived: |name| ["New message from ", name].concat(),
    newest: "Newest messages",
    copy: "Copy",
    copied: "Copied",
    edited: "Edited",
    new_messages: |count| match count {
        1 => String::from("1 new message"),
        many => [&many.to_string(), " new messages"].concat(),
    },
    placeholder: "Write a message…",
    field: "Your message",
    send: "Send message",
    delivery: Delivery {
        pending: "Waiting to be sent",
        sending: "Sending…",
        sent: "Sent",
        delivered: "Delivered",
        read: "Read",
        failed: "Not sent",
        uncertain: "Perhaps not sent",
        expired: "Not sent in time",
        retry: "Send again",
        delete: "Delete",
    },
    connection: Connection {
        connecting: "Connecting…",
        waiting: |seconds| ["Reconnecting in ", &seconds.to_string(), " s."].concat(),
        reconnecting: "Reconnecting…",
        offline: "You are offline.",
        suspended: "Still no connection.",
        unavailable: "Chat is unavailable right now.",
        kept: "Your messages will be sent.",
        retry: "Try now",
    },
    too_long: |length, limit| {
        [
            "This message has ",
            &length.to_string(),
            " characters; ",
            &limit.to_string(),
            " are possible. Please shorten it.",
        ]
        .concat()
    },
    queue_full: "Too many messages wait to be sent. Please wait until some have gone out.",
    #[cfg(feature = "rich")]
    desk: super::desk::EN,
    #[cfg(feature = "rich")]
    media: super::media::ENGLISH,
};
