//! The files of a message in the thread: pictures to see, the rest to download, and those on their way with how far they are.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::ids::LocalId;
use visavis_client_core::message::Attachment;
use visavis_client_core::{Delivery, Message};
use wasm_bindgen::JsCast;
use web_sys::Element as Node;

use super::size;
use crate::ui::Scene;
use crate::ui::element::{Element, button, div, element, live, nothing, span};
use crate::ui::icons::{self, icon};
use crate::ui::line::Shown;
use crate::ui::signal::Signal;

/// Files stand below the text, see [`files`].
pub(crate) fn in_text(_: &[Attachment]) -> impl Iterator<Item = AnyView> + use<> {
    std::iter::empty()
}

/// All files of a message.
pub(crate) fn files(scene: &Arc<Scene>, shown: &Signal<Shown>) -> Option<AnyView> {
    let (scene, shown) = (Arc::clone(scene), shown.clone());
    Some(live(move || {
        shown.with(|shown| {
            let message = &shown.message;
            if message.attachments.is_empty() {
                return nothing();
            }
            let items = message.attachments.iter().map(|file| item(&scene, message, file));
            let list = element("UL")
                .attr("class", "files")
                .attr("aria-label", scene.words.media.files)
                .children(items.collect::<Vec<_>>());
            match message.local_id.filter(|_| is_under_way(message)) {
                Some(id) => div("").child(list).child(cancel(&scene, id)).into(),
                None => list.into(),
            }
        })
    }))
}

fn is_under_way(message: &Message) -> bool {
    matches!(message.status, Delivery::Pending | Delivery::Sending) && message.attachments.iter().any(is_waiting)
}

/// It is not on the server yet.
fn is_waiting(file: &Attachment) -> bool {
    file.url.is_empty()
}

fn item(scene: &Arc<Scene>, message: &Message, file: &Attachment) -> AnyView {
    let shown = match web_address(&file.url) {
        Some(address) if is_picture(file) => picture(address, file),
        Some(address) => download(scene, address, file),
        None => div("file")
            .child(icon(icons::FILE))
            .child(label(scene, file, progress(scene, message, file))),
    };
    element("LI").child(shown).into()
}

/// Only what the web serves: nothing that runs, nothing local.
pub(crate) fn web_address(url: &str) -> Option<&str> {
    let scheme = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    (scheme("https://") || scheme("http://")).then_some(url)
}

fn is_picture(file: &Attachment) -> bool {
    match &file.mime {
        Some(mime) => mime.starts_with("image/"),
        None => {
            let ending = file.name.rsplit('.').next().unwrap_or_default();
            ["png", "jpg", "jpeg", "gif", "webp"]
                .into_iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        }
    }
}

fn link(class: &'static str, address: &str) -> Element {
    element("A")
        .attr("class", class)
        .attr("href", address)
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer nofollow ugc")
}

/// One that cannot be loaded, or must not by the page's policy, is its name.
fn picture(address: &str, file: &Attachment) -> Element {
    let seen = element("IMG")
        .attr("alt", file.name.clone())
        .attr("loading", "lazy")
        .attr("referrerpolicy", "no-referrer")
        .on("error", |event| {
            let image = event.target().and_then(|target| target.dyn_into::<Node>().ok());
            if let Some(link) = image.and_then(|image| image.parent_element()) {
                // A class of ours is a valid one.
                let _ = link.class_list().add_1("unseen-picture");
            }
        })
        .attr("src", address);
    link("picture", address)
        .child(seen)
        .child(span("file-name").attr("aria-hidden", "true").child(file.name.clone()))
}

fn download(scene: &Scene, address: &str, file: &Attachment) -> Element {
    link("file", address)
        .attr("download", file.name.clone())
        .child(icon(icons::FILE))
        .child(label(scene, file, None))
}

fn label(scene: &Scene, file: &Attachment, progress: Option<AnyView>) -> Element {
    let text = span("file-text").child(span("file-name").child(file.name.clone()));
    let text = match file.size {
        Some(bytes) => text.child(span("file-size").child(size(bytes, scene.words))),
        None => text,
    };
    text.children(progress)
}

/// How far a file is on its way. Of a message's files one goes after the other.
fn progress(scene: &Arc<Scene>, message: &Message, file: &Attachment) -> Option<AnyView> {
    if !is_under_way(message) {
        return None;
    }
    let next = message.attachments.iter().find(|file| is_waiting(file));
    let is_next = next.is_some_and(|next| std::ptr::eq(next, file));
    let id = message
        .local_id
        .filter(|_| is_next && message.status == Delivery::Sending)?;
    let (scene, name) = (Arc::clone(scene), file.name.clone());
    Some(live(move || {
        let (sent, total) = scene.state.desk.uploads.with(|uploads| {
            let upload = uploads.iter().find(|upload| upload.message == id);
            upload.map_or((0, 1), |upload| (upload.sent, upload.total))
        });
        element("PROGRESS")
            .attr("max", total.to_string())
            .attr("value", sent.to_string())
            .attr("aria-label", scene.words.media.uploading.with(&name))
            .into()
    }))
}

fn cancel(scene: &Arc<Scene>, id: LocalId) -> Element {
    let pressed = Arc::clone(scene);
    button("act cancel")
        .on("click", move |_| pressed.session.discard(id))
        .child(scene.words.media.cancel)
}
