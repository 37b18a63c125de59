//! One message with how far it has come.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::ids::LocalId;
use visavis_client_core::{Author, Delivery, Message};

use super::element::{Element, button, div, element, live, nothing, span};
use super::i18n::Words;
use super::line::{Place, Shown};
use super::signal::Signal;
use super::{Scene, attach, avatar, dates, markdown, receipts, stream};

/// A message of the thread.
pub(crate) fn view(scene: &Arc<Scene>, shown: &Signal<Shown>) -> Element {
    let author = shown.peek(|shown| shown.message.author.clone());
    let id = of(shown, |shown| id(&shown.message));
    let words = scene.words;
    let kind = author.kind();
    let status = of(shown, |shown| shown.message.status.as_str().to_owned());
    let class = of(shown, class);
    let answer = shown.peek(|shown| shown.live.clone());
    let content = match &answer {
        Some(answer) => stream::content(scene, shown, answer),
        None => live(of(shown, |shown| element("DIV").children(body(&shown.message)).into())),
    };
    let above = of(shown, move |shown| above(&shown.message.author, shown.place, words));
    let below = {
        let scene = Arc::clone(scene);
        of(shown, move |shown| below(&scene, shown))
    };
    let row = match &answer {
        Some(answer) => stream::quiet(element("DIV"), answer),
        None => element("DIV"),
    };
    receipts::watched(scene, shown, row)
        .part("message")
        .live_attr("data-id", id)
        .attr("data-author", kind)
        .live_attr("data-status", status)
        .live_attr("class", class)
        .child(live(above))
        .child(
            div("bubble")
                .part("bubble")
                .child(content)
                .children(attach::files(scene, shown)),
        )
        .child(live(below))
}

fn of<T, F>(shown: &Signal<Shown>, what: F) -> impl Fn() -> T + Send + use<T, F>
where
    F: Fn(&Shown) -> T + Send,
{
    let shown = shown.clone();
    move || shown.with(&what)
}

/// The visitor's own messages keep this client's id, which is there first.
fn id(message: &Message) -> String {
    let own = message.local_id.map(|id| id.to_string());
    own.or_else(|| message.server_id.as_ref().map(|id| id.0.clone()))
        .unwrap_or_default()
}

fn class(shown: &Shown) -> String {
    let first = if shown.place.first { " first" } else { "" };
    let last = if shown.place.last { " last" } else { "" };
    ["message ", shown.message.author.kind(), first, last].concat()
}

fn body(message: &Message) -> Vec<AnyView> {
    let mut body = match message.author {
        Author::Visitor => markdown::plain(&message.text),
        _ => markdown::formatted(&message.text),
    };
    body.extend(attach::in_text(&message.attachments));
    body
}

/// What to call an author.
pub(crate) fn name(author: &Author, words: &Words) -> String {
    let plain = match author {
        Author::Visitor => words.you,
        Author::Bot { .. } => words.bot,
        Author::Agent { .. } => words.agent,
        _ => words.title,
    };
    author.name().unwrap_or(plain).to_owned()
}

/// Who wrote it: to see at the top of a group, to hear always.
fn above(author: &Author, place: Place, words: &Words) -> AnyView {
    let picture = match author {
        Author::Agent { avatar, .. } => avatar.clone(),
        _ => None,
    };
    let name = name(author, words);
    match author {
        Author::System => nothing(),
        Author::Bot { .. } | Author::Agent { .. } if place.first => div("by")
            .child(avatar::view(&name, picture))
            .child(span("author").child(name))
            .into(),
        _ => span("unseen").child(name).into(),
    }
}

/// When it was written and how far it has come; for one that did not go out, what to do.
fn below(scene: &Arc<Scene>, shown: &Shown) -> AnyView {
    let message = &shown.message;
    let own = message.author == Author::Visitor;
    let stuck = message.local_id.filter(|_| own && is_stuck(message.status));
    if let Some(local_id) = stuck {
        return trouble(scene, message, local_id).into();
    }
    let waiting = own && matches!(message.status, Delivery::Pending | Delivery::Sending);
    let is_told = shown.place.last || waiting || stream::is_broken(message);
    if message.author == Author::System || !is_told {
        return nothing();
    }
    let time = element("TIME")
        .attr("datetime", dates::machine_readable(message.sent_at))
        .child(scene.dates.time(message.sent_at));
    let meta = div("meta").child(time);
    if own {
        return meta
            .child(span("delivery").child(delivery(message.status, &scene.words.delivery)))
            .into();
    }
    match stream::trouble(shown, scene) {
        Some(words) => meta.child(span("broken").child(words)).into(),
        None => meta.into(),
    }
}

fn trouble(scene: &Arc<Scene>, message: &Message, local_id: LocalId) -> Element {
    let words = &scene.words.delivery;
    let mut what = delivery(message.status, words).to_owned();
    if let Some(reason) = message.reason.as_deref().filter(|_| message.status == Delivery::Failed) {
        what = words.because.with_both(&what, &attach::reason(reason, scene.words));
    }
    let (retried, discarded) = (Arc::clone(scene), Arc::clone(scene));
    let retry = button("act")
        .part("retry-button")
        .on("click", move |_| retried.session.retry(local_id));
    let delete = button("act")
        .part("delete-button")
        .on("click", move |_| discarded.session.discard(local_id));
    div("meta trouble")
        .attr("role", "status")
        .child(span("delivery").child(what))
        .child(retry.child(words.retry))
        .child(delete.child(words.delete))
}

fn is_stuck(status: Delivery) -> bool {
    matches!(status, Delivery::Failed | Delivery::Uncertain | Delivery::Expired)
}

fn delivery(status: Delivery, words: &super::i18n::Delivery) -> &'static str {
    match status {
        Delivery::Pending => words.pending,
        Delivery::Sending => words.sending,
        Delivery::Delivered => words.delivered,
        Delivery::Read => words.read,
        Delivery::Failed => words.failed,
        Delivery::Uncertain => words.uncertain,
        Delivery::Expired => words.expired,
        _ => words.sent,
    }
}
