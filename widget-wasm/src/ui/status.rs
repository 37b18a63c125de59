//! The connection line: only there while something is not as it should be.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use send_wrapper::SendWrapper;
use visavis_client_core::ConnectionState;
use visavis_client_core::event::ConnectionStatus;

use super::Scene;
use super::element::{Element, button, div, element, live, nothing};
use super::i18n::Connection;
use super::signal::{Signal, effect};
use crate::driver::{Timer, now};

const SECOND: Duration = Duration::from_secs(1);

/// What to say, and whether trying at once helps.
struct Notice {
    text: String,
    tone: &'static str,
    retry: Option<&'static str>,
}

/// The line.
pub(crate) fn view(scene: &Arc<Scene>) -> Element {
    let ticks = ticks(scene);
    let scene = Arc::clone(scene);
    let line = live(move || {
        ticks.track();
        // The form that is being waited for says it by itself.
        #[cfg(feature = "rich")]
        if scene.state.desk.form.with(Option::is_some)
            && scene
                .state
                .connection
                .with(|status| status.state == ConnectionState::Paused)
        {
            return nothing();
        }
        let notice = scene
            .state
            .connection
            .with(|status| notice(status, &scene.words.connection));
        let Some(notice) = notice else { return nothing() };
        let line = div(notice.tone).child(element("SPAN").child(notice.text));
        let Some(label) = notice.retry else { return line.into() };
        let retried = Arc::clone(&scene);
        line.child(
            button("act")
                .on("click", move |_| retried.session.connect())
                .child(label),
        )
        .into()
    });
    div("status").part("status").attr("role", "status").child(line)
}

fn notice(status: &ConnectionStatus, words: &Connection) -> Option<Notice> {
    let kept = |text: &str| words.kept.with(text);
    let (text, tone, retry) = match status.state {
        ConnectionState::Idle | ConnectionState::Live | ConnectionState::Closed => return None,
        ConnectionState::Connecting => (words.connecting.to_owned(), "notice calm", None),
        ConnectionState::Backoff => {
            let text = match seconds_left(status) {
                0 => words.reconnecting.to_owned(),
                seconds => words.waiting.count(seconds),
            };
            (kept(&text), "notice", Some(words.retry))
        }
        ConnectionState::Paused => (kept(words.offline), "notice", Some(words.retry)),
        ConnectionState::Failed => (words.unavailable.to_owned(), "notice bad", Some(words.retry)),
        _ => (kept(words.suspended), "notice", Some(words.retry)),
    };
    Some(Notice { text, tone, retry })
}

fn seconds_left(status: &ConnectionStatus) -> u32 {
    let left = status.retry_at.map_or(Duration::ZERO, |at| at.since(now().mono));
    let seconds = left.as_secs() + u64::from(left.subsec_millis() > 0);
    seconds.try_into().unwrap_or(u32::MAX)
}

/// Counts the seconds of a wait, and nothing while there is none.
fn ticks(scene: &Arc<Scene>) -> Signal<u32> {
    let ticks = Signal::new(0_u32);
    let timer = SendWrapper::new(Rc::new(Timer::new({
        let ticks = ticks.clone();
        move || ticks.set(ticks.peek(|count| count.wrapping_add(1)))
    })));
    let connection = scene.state.connection.clone();
    effect({
        let ticks = ticks.clone();
        move || {
            ticks.track();
            if connection.with(|status| status.state == ConnectionState::Backoff) {
                timer.arm(SECOND);
            } else {
                timer.disarm();
            }
        }
    });
    ticks
}
