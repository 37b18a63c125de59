//! What a visitor's listeners hear: each has a queue of its own with a bound.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use futures_util::Stream;
use visavis_client_core::Event;
use visavis_client_core::event::StreamStep;

/// Events waiting for one listener at most, when the builder does not say otherwise.
pub(crate) const EVENT_LIMIT: usize = 4_096;

/// Bytes of text waiting for one listener at most for each event allowed: a chat message is rarely longer.
const BYTES_PER_EVENT: usize = 4 * 1024;

/// Events kept for the first listener while there is none.
const EARLY_EVENTS: usize = 256;

/// A visitor's events in order, as a [`Stream`].
///
/// Each listener has its own queue, bounded by [`Builder::event_limit`](crate::Builder::event_limit). One that falls behind farther
/// than that is cut off: its stream yields what was queued and then ends, and [`Events::end`] says [`EventsEnd::FellBehind`]. Nothing is
/// left out in the middle, the visitor itself goes on, and [`Visitor::events`](crate::Visitor::events) with
/// [`Visitor::messages`](crate::Visitor::messages) is a new start.
#[must_use = "events are lost when nobody reads them"]
pub struct Events {
    listener: Arc<Listener>,
}

/// Why a stream of events ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventsEnd {
    /// The visitor was closed.
    Closed,
    /// The listener read too slowly and was cut off.
    FellBehind,
}

impl Events {
    /// Why the stream ended or will end after what is still queued; `None` while it goes on.
    pub fn end(&self) -> Option<EventsEnd> {
        self.listener.hold().end
    }

    /// The next event, if it is already there.
    pub fn try_next(&mut self) -> Option<Event> {
        self.listener.hold().take()
    }

    /// The next event; `None` once the stream has ended.
    ///
    /// The same as `StreamExt::next`, so that no other crate is needed for it. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Event> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut queue = self.listener.hold();
        match queue.take() {
            Some(event) => Poll::Ready(Some(event)),
            None if queue.end.is_some() => Poll::Ready(None),
            None => {
                match &mut queue.waker {
                    Some(waker) => waker.clone_from(cx.waker()),
                    none => *none = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
        }
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        self.get_mut().poll_event(cx)
    }
}

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events")
            .field("end", &self.end())
            .finish_non_exhaustive()
    }
}

struct Listener {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    events: VecDeque<Event>,
    bytes: usize,
    end: Option<EventsEnd>,
    waker: Option<Waker>,
}

impl Listener {
    fn new(end: Option<EventsEnd>) -> Arc<Self> {
        let queue = Queue {
            end,
            ..Queue::default()
        };
        Arc::new(Self {
            queue: Mutex::new(queue),
        })
    }

    fn hold(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, event: Event, limit: usize) {
        let waker = {
            let mut queue = self.hold();
            if queue.end.is_some() {
                return;
            }
            let bytes = text_bytes(&event);
            let too_long = queue.bytes.saturating_add(bytes) > limit.saturating_mul(BYTES_PER_EVENT);
            if queue.events.len() >= limit || (too_long && !queue.events.is_empty()) {
                queue.end = Some(EventsEnd::FellBehind);
                tracing::warn!(queued = queue.events.len(), "a listener fell behind and was cut off");
            } else {
                queue.bytes += bytes;
                queue.events.push_back(event);
            }
            queue.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn finish(&self, end: EventsEnd) {
        let waker = {
            let mut queue = self.hold();
            queue.end.get_or_insert(end);
            queue.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Queue {
    fn take(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        self.bytes = self.bytes.saturating_sub(text_bytes(&event));
        if self.events.is_empty() {
            // Given back at once: even four places for events are a kilobyte, and most visitors are idle.
            self.events = VecDeque::new();
        }
        Some(event)
    }
}

fn text_bytes(event: &Event) -> usize {
    match event {
        Event::Message { message, .. } => message.text.len(),
        Event::Stream {
            step: StreamStep::Chunk { text } | StreamStep::End { text },
            ..
        } => text.len(),
        _ => 0,
    }
}

/// All listeners of one visitor.
pub(crate) struct Listeners {
    limit: usize,
    /// Not upgradable any more once the application dropped its [`Events`].
    list: Vec<Weak<Listener>>,
    stage: Stage,
}

enum Stage {
    /// Nobody has listened yet: the first one gets what has happened so far.
    Early(VecDeque<Event>),
    /// Somebody has listened, or too much has happened for anybody to want it all.
    Open,
    /// The visitor is closed.
    Closed,
}

impl Listeners {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            list: Vec::new(),
            stage: Stage::Early(VecDeque::new()),
        }
    }

    pub(crate) fn subscribe(&mut self) -> Events {
        let end = matches!(self.stage, Stage::Closed).then_some(EventsEnd::Closed);
        let listener = Listener::new(end);
        if let Stage::Early(events) = &mut self.stage {
            let events = std::mem::take(events);
            for event in events {
                listener.push(event, self.limit);
            }
            self.stage = Stage::Open;
        }
        self.list.retain(|listener| listener.strong_count() > 0);
        self.list.push(Arc::downgrade(&listener));
        Events { listener }
    }

    pub(crate) fn tell(&mut self, event: Event) {
        match &mut self.stage {
            Stage::Early(events) if events.len() < EARLY_EVENTS => return events.push_back(event),
            Stage::Early(_) => self.stage = Stage::Open,
            Stage::Open | Stage::Closed => {}
        }
        let limit = self.limit;
        let Some((last, others)) = self.list.split_last() else {
            return;
        };
        for listener in others.iter().filter_map(Weak::upgrade) {
            listener.push(event.clone(), limit);
        }
        if let Some(listener) = last.upgrade() {
            listener.push(event, limit);
        }
    }

    pub(crate) fn close(&mut self) {
        // What happened before anybody listened can still be read.
        if !matches!(self.stage, Stage::Early(_)) {
            self.stage = Stage::Closed;
        }
        for listener in self.list.drain(..).filter_map(|listener| listener.upgrade()) {
            listener.finish(EventsEnd::Closed);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn unread(events: &mut Events) -> Vec<u32> {
        std::iter::from_fn(|| events.try_next())
            .filter_map(|event| match event {
                Event::Unread(count) => Some(count),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn the_first_listener_hears_what_happened_before_and_the_second_only_what_follows() {
        let mut listeners = Listeners::new(10);
        listeners.tell(Event::Unread(1));
        let mut first = listeners.subscribe();
        let mut second = listeners.subscribe();
        listeners.tell(Event::Unread(2));
        assert_eq!(unread(&mut first), [1, 2]);
        assert_eq!(unread(&mut second), [2]);
    }

    #[tokio::test]
    async fn a_listener_that_falls_behind_gets_what_was_queued_and_then_the_end() {
        let mut listeners = Listeners::new(3);
        let mut slow = listeners.subscribe();
        let mut quick = listeners.subscribe();
        for count in 1..=10 {
            listeners.tell(Event::Unread(count));
            assert_eq!(unread(&mut quick), [count]);
        }
        assert_eq!(unread(&mut slow), [1, 2, 3]);
        assert_eq!(slow.next().await, None);
        assert_eq!(slow.end(), Some(EventsEnd::FellBehind));
        assert_eq!(quick.end(), None);
    }

    #[tokio::test]
    async fn closing_ends_every_stream_after_what_is_queued() {
        let mut listeners = Listeners::new(3);
        let mut events = listeners.subscribe();
        listeners.tell(Event::Unread(1));
        listeners.close();
        assert_eq!(events.next().await, Some(Event::Unread(1)));
        assert_eq!(events.next().await, None);
        assert_eq!(events.end(), Some(EventsEnd::Closed));
        assert_eq!(listeners.subscribe().next().await, None);
    }

    #[test]
    fn without_a_listener_memory_stays_bounded() {
        let mut listeners = Listeners::new(10);
        for count in 0..100_000 {
            listeners.tell(Event::Unread(count));
        }
        assert!(matches!(listeners.stage, Stage::Open));
        assert!(unread(&mut listeners.subscribe()).is_empty());
    }
}
